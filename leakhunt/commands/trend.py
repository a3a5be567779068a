"""`leakhunt audit --since-last`: what is new, fixed, open again, and how long all of it is open.

A secret is fixed if it is known to be dead, if it was accepted with a reason, or if it is nowhere
any more, history included: to take it out of the newest version alone changes nothing. An exposed
service is fixed when it is exposed no more.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from leakhunt import __version__
from leakhunt.audits import Audit, Gone, Point, Trend
from leakhunt.model import State
from leakhunt.outputs import wording
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.text import utf8_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.commands.options import Options
    from leakhunt.model import Finding, Report
    from leakhunt.store.record import Record

_POINTS = 200
"""Audits that are remembered as numbers."""
_FIXED = 10_000
"""Findings that are remembered as fixed; the longest fixed are forgotten first."""
AGES = (("week", 7), ("month", 30), ("quarter", 90), ("year", 365))
"""Names and days: open for less than that. What is open for longer is `older`."""
_NARROWING = (
    *("signatures", "select", "ignore", "exclude", "default_excludes", "min_severity"),
    *("min_confidence", "binary", "containers", "chats", "only"),
)
"""Options with which an audit finds less or more: audits with others are not compared."""


def record_of(targets: Iterable[str], options: Options) -> Record:
    """Return the record of what is audited, and how.

    Args:
        targets: absolute paths, addresses and lists.
        options: the command line alone, without configurations of what is audited.
    """
    from leakhunt.store.record import Record

    known = [*sorted(targets), *(f"{name}={getattr(options, name)!r}" for name in _NARROWING)]
    text = "\0".join(known).encode("utf-8", "surrogateescape")
    return Record(hashlib.blake2b(text, digest_size=16).hexdigest())


def compared(
    report: Audit, record: Record, now: datetime.datetime | None = None
) -> tuple[Audit, dict[str, Any]]:
    """Compare an audit with the last one.

    Args:
        report: of this audit.
        record: what is remembered.
        now: the time, for tests.

    Returns:
        The report with its trend, and what is to be remembered once it is written.
    """
    now = now or datetime.datetime.now(tz=datetime.UTC)
    moment = now.isoformat(timespec="seconds")
    before = record.read()
    try:
        known = {str(key): dict(one) for key, one in before.get("findings", {}).items()}
        points = [Point(**point) for point in before.get("points", [])]
        trend, known = _compared(redacted(report), known, before, moment)
    except (AttributeError, KeyError, TypeError, ValueError):
        before, points = {}, []
        trend, known = _compared(redacted(report), {}, {}, moment)
    counts = [len(trend.new), len(trend.fixed), len(trend.reopened)]
    count = sum(one["state"] == "open" for one in known.values())
    points = [*points, Point(moment, count, *counts)][-_POINTS:]
    trend = dataclasses.replace(trend, points=tuple(points))
    told = {
        "time": moment,
        "version": __version__,
        "findings": _fewer(known),
        "gaps": {name: sorted(found) for name, found in _gaps(report).items()},
        "points": [dataclasses.asdict(point) for point in points],
    }
    problems = (*report.problems, *record.problems)
    findings = tuple(_marked(one, trend, known) for one in report.findings)
    return dataclasses.replace(report, findings=findings, trend=trend, problems=problems), told


def _compared(
    report: Report, known: dict[str, dict[str, Any]], before: Mapping[str, Any], moment: str
) -> tuple[Trend, dict[str, dict[str, Any]]]:
    """Return what has changed, and what is known now."""
    present = {key(one): one for one in report.findings if _is_open(one)}
    dead = {key(one): "inactive" for one in report.findings if not _is_open(one)}
    dead |= {key(one): "accepted" for one in report.suppressed}
    since = str(before.get("time", ""))
    names = {one.name for one in getattr(report, "repositories", ())} or {""}
    uncovered = _uncovered(_gaps(report), before.get("gaps", {}))
    new, reopened, left = list[str](), list[str](), list[str]()
    fixed: list[Gone] = []
    unseen = 0
    for name, finding in present.items():
        was = known.get(name)
        head = wording.at_head(finding) is not False
        if was is None:
            new.append(finding.id)
        elif was["state"] != "open" or (head and not was["head"]):
            reopened.append(finding.id)
        elif was["head"] and not head:
            left.append(finding.id)
        first = was["first"] if was else moment
        known[name] = _remembered(finding, head, first) | {"state": "open"}
    for name, was in known.items():
        if was["state"] != "open" or name in present:
            continue
        why = dead.get(name, "not-found")
        where = set(was["repositories"])
        # A repository that is not listed any more was not scanned, either.
        if why == "not-found" and (where & uncovered or where - names):
            unseen += 1
            continue
        was |= {"state": why, "closed": moment}
        fixed.append(_gone(was, why))
    return Trend(
        since=since,
        version=str(before.get("version", "")),
        new=tuple(new) if since else (),
        reopened=tuple(reopened),
        left_head=tuple(left),
        fixed=tuple(sorted(fixed, key=lambda one: (one.signature, one.where, one.id))),
        unseen=unseen,
        ageing=_ages(known, moment),
    ), known


def _gone(was: Mapping[str, Any], why: str) -> Gone:
    return Gone(
        id=str(was["id"]),
        signature=str(was["signature"]),
        severity=str(was["severity"]),
        title=str(was["title"]),
        where=str(was["where"]),
        first=str(was["first"])[:10],
        why=why,
    )


def key(finding: Finding) -> str:
    """Return what a finding is known by: an exposure is one only in its repository."""
    place = finding.locations[0].repository if finding.locations else None
    return (
        f"{finding.fingerprint} {place or ''}" if finding.kind != "secret" else finding.fingerprint
    )


def _is_open(finding: Finding) -> bool:
    return finding.verdict.state is not State.INACTIVE


def _remembered(finding: Finding, head: bool, first: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": finding.id,
        "signature": finding.signature,
        "severity": finding.severity.value,
        "title": finding.title,
        "where": wording.place(wording.primary(finding)),
        "repositories": sorted({place.repository or "" for place in finding.locations}) or [""],
        "head": head,
        "first": first,
    }
    return dict(utf8_tree(told))


def _gaps(report: Report) -> dict[str, set[str]]:
    """Return what could not be scanned, by repository."""
    names = [one.name for one in getattr(report, "repositories", ())]
    found: dict[str, set[str]] = {}
    for problem in report.problems:
        if not problem.gap:
            continue
        text = f"{problem.kind}\0{problem.where}\0{problem.message}"
        digest = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        owners = [n for n in names if problem.where == n or problem.where.startswith(f"{n}: ")]
        for name in owners or names or [""]:
            found.setdefault(name, set()).add(digest)
    return found


def _uncovered(now: Mapping[str, set[str]], before: Mapping[str, Any]) -> set[str]:
    """Return the repositories of which less was seen than by the last audit.

    What could not be scanned then, either, hides nothing that was found then.
    """
    return {name for name, found in now.items() if found - set(before.get(name, ()))}


def _ages(known: Mapping[str, Mapping[str, Any]], moment: str) -> dict[str, int]:
    today = datetime.datetime.fromisoformat(moment)
    ages: Counter[str] = Counter()
    for one in known.values():
        if one["state"] == "open":
            days = (today - datetime.datetime.fromisoformat(one["first"])).days
            ages[next((name for name, limit in AGES if days < limit), "older")] += 1
    return {name: ages[name] for name in (*(name for name, _ in AGES), "older") if ages[name]}


def _fewer(known: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    closed = sorted(
        (name for name, one in known.items() if one["state"] != "open"),
        key=lambda name: (known[name].get("closed", ""), name),
    )
    forgotten = set(closed[: max(0, len(closed) - _FIXED)])
    return {name: known[name] for name in sorted(known) if name not in forgotten}


def _marked(finding: Finding, trend: Trend, known: Mapping[str, Mapping[str, Any]]) -> Finding:
    """Return a finding that knows since when audits have seen it, and what is new about it."""
    was = known.get(key(finding))
    if was is None or not trend.since:
        return finding
    told: dict[str, str | int | bool] = {"first_audited": str(was["first"])[:10]}
    for name, ids in (("new", trend.new), ("reopened", trend.reopened)):
        if finding.id in ids:
            told["trend"] = name
    return dataclasses.replace(finding, properties={**finding.properties, **told})
