"""A report as plain data: the JSON schema of docs/json-format.md, version 1."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

from leakhunt import __version__
from leakhunt.outputs.text import utf8_tree
from leakhunt.outputs.wording import by_verdict, severities, skipped, suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.audits import Audit, Audited
    from leakhunt.model import Finding, Location, Problem, Report, Secret, Suppression, Verdict

SCHEMA = 1
"""Changes when a key changes its meaning or goes; new keys do not change it."""

_LOCATION = (
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "commit",
    "author",
    "date",
    "blob",
    "at_head",
    "ref",
    "field",
    "chat",
    "workspace",
    "channel",
    "thread",
    "message",
    "time",
    "stamp",
    "pointer",
    "permalink",
    "repository",
)


def document(report: Report, reveal: bool = False) -> dict[str, Any]:
    """Return the whole report as dicts, lists, strings, numbers and booleans.

    Args:
        report: what was found.
        reveal: put secrets in full where their masked form would stand.

    Returns:
        What docs/json-format.md describes. Keys that do not apply are left out, and every
        string encodes as UTF-8.
    """
    return utf8_tree(
        {
            **header(),
            "scanned": scanned(report),
            "counts": totals(report),
            "findings": [finding(item, reveal) for item in report.findings],
            "suppressed": [finding(item, reveal) for item in report.suppressed],
            "problems": [_problem(item) for item in report.problems],
            **_of_audit(report),
        }
    )


def closing(report: Report) -> dict[str, Any]:
    """Return what closes a JSON Lines report: everything but the findings, and counts of them."""
    return utf8_tree(
        {
            **header(),
            "scanned": scanned(report),
            "counts": totals(report),
            "problems": [_problem(item) for item in report.problems],
            **_of_audit(report),
        }
    )


def totals(report: Report) -> dict[str, Any]:
    """Return how many findings there are, by severity and verdict, and what else is listed."""
    return {
        "findings": len(report.findings),
        "suppressed": len(report.suppressed),
        "problems": len(report.problems),
        "by_severity": severities(report.findings),
        "by_verdict": by_verdict(report.findings),
        "by_suppression": suppressed_kinds(report.suppressed),
    }


def _of_audit(report: Report) -> dict[str, Any]:
    """Return what only audits know."""
    # Not by its type: that would load it where nobody audits.
    if not hasattr(report, "repositories"):
        return {}
    from leakhunt.outputs.summary import summary

    told, repositories = summary(report), cast("Audit", report).repositories
    comes_to = {
        "asked": told.asked,
        "live": [one.id for one in told.live],
        "at_head": told.present,
        "only_in_history": told.past,
        "oldest": [one.id for one in told.oldest],
        "people": [{"author": who, "findings": count} for who, count in told.people],
        "rotate_first": [one.id for one in told.first],
        "open_services": len(told.services),
    }
    listed = {"repositories": [_audited(one) for one in repositories]} if repositories else {}
    trend = cast("Audit", report).trend
    changed = {"trend": dataclasses.asdict(trend)} if trend else {}
    return {"audit": comes_to, **changed, **listed}


def _audited(one: Audited) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "findings": one.findings, "gaps": one.gaps}
    if one.failed:
        return told | {"failed": one.failed}
    told |= {"scanned": counts(one.scanned)}
    return told | ({"web": one.web} if one.web else {})


def header() -> dict[str, Any]:
    """Return the version of the schema and the name and version of the tool."""
    return {"schema": SCHEMA, "tool": {"name": "leakhunt", "version": __version__}}


def scanned(report: Report) -> dict[str, Any]:
    """Return the counts of what was looked at; what was skipped stands under `skipped`."""
    return counts(report.scanned)


def counts(of: Mapping[str, int]) -> dict[str, Any]:
    """Return counts; what was skipped stands under `skipped`, most first."""
    named: dict[str, Any] = {k: count for k, count in of.items() if not k.startswith("skipped_")}
    if reasons := skipped(of):
        named["skipped"] = reasons
    return named


def finding(item: Finding, reveal: bool) -> dict[str, Any]:
    """Return one finding as a dict.

    Args:
        item: the finding, suppressed or not.
        reveal: put secrets in full where their masked form would stand.
    """
    found: dict[str, Any] = {
        "id": item.id,
        "signature": item.signature,
        "kind": item.kind,
        "severity": item.severity.value,
        "confidence": item.confidence.value,
        "title": item.title,
    }
    if len(item.secret):
        found["secret"] = shown(item.secret, reveal)
    found["fingerprint"] = item.fingerprint
    if item.parts:
        found["parts"] = [
            {"name": name, "secret": shown(secret, reveal)} for name, secret in item.parts
        ]
    if item.decoded:
        found["decoded"] = list(item.decoded)
    found["locations"] = [_location(place) for place in item.locations]
    if item.reasons:
        found["reasons"] = list(item.reasons)
    found["verdict"] = _verdict(item.verdict)
    if item.suppression:
        found["suppression"] = _suppression(item.suppression)
    if item.properties:
        found["properties"] = dict(item.properties)
    return utf8_tree(found)


def shown(secret: Secret, reveal: bool) -> str:
    r"""Return a secret masked, or in full with bytes that are not UTF-8 as `\xff`."""
    return secret.reveal().decode("utf-8", "backslashreplace") if reveal else secret.masked


def _location(place: Location) -> dict[str, Any]:
    values = {key: getattr(place, key) for key in _LOCATION}
    return {key: value for key, value in values.items() if value is not None}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": verdict.state.value,
        "reason": verdict.reason,
        "checked_at": verdict.checked_at,
        "details": dict(verdict.details),
    }
    return {key: value for key, value in values.items() if value}


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {"kind": suppression.kind, "reason": suppression.reason}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "where": problem.where,
        "message": problem.message,
        "gap": problem.gap,
    }
