"""GitLab's report of secret detection, version 15, for `artifacts:reports:secret_detection`."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import TYPE_CHECKING, Any, TextIO

from leakhunt import __version__
from leakhunt.outputs import wording
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.sarif import message
from leakhunt.outputs.text import printable, utf8_tree
from leakhunt.outputs.uris import in_repository

if TYPE_CHECKING:
    from leakhunt.model import Finding, Location, Problem, Report, Signature
    from leakhunt.outputs.options import OutputOptions

VERSION = "15.1.4"
HOME = "https://github.com/leakhunt/leakhunt"
_NOBODY = "0" * 40
"""GitLab wants a commit for each; this is how its own analyzer says that there is none."""
_SEVERITIES = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
_SPACE = uuid.UUID("6f5c7c8e-6d0a-5d3b-9c55-1c3a6e0b7a10")
"""Ids are made from fingerprints, so that the same finding has the same one each time."""
_NAME = 255
_TEXT = 15_000


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one report. It holds no secret, no author and no suppressed finding.

    Args:
        report: what was found.
        stream: where to write; the output is ASCII.
        options: of which `root` and `top` matter; `reveal` does not.
    """
    json.dump(build(redacted(report), options), stream, indent=2)
    stream.write("\n")


def build(report: Report, options: OutputOptions) -> dict[str, Any]:
    """Return the report as plain data.

    Args:
        report: what was found, without secrets outside `Secret`.
        options: as for `write`.
    """
    ended = datetime.datetime.now(tz=datetime.UTC)
    started = ended - datetime.timedelta(seconds=max(report.seconds, 0))
    signatures = {one.id: one for one in report.signatures} if report.findings else {}
    tool = {
        "id": "leakhunt",
        "name": "leakhunt",
        "url": HOME,
        "vendor": {"name": "leakhunt"},
        "version": __version__,
    }
    whole = not wording.gaps(report)
    return utf8_tree(
        {
            "version": VERSION,
            "scan": {
                "analyzer": tool,
                "scanner": tool,
                "type": "secret_detection",
                "start_time": started.strftime("%Y-%m-%dT%H:%M:%S"),
                "end_time": ended.strftime("%Y-%m-%dT%H:%M:%S"),
                "status": "success" if whole else "failure",
                "messages": [_message(problem) for problem in report.problems],
            },
            "vulnerabilities": [
                _vulnerability(finding, signatures.get(finding.signature), options)
                for finding in wording.by_severity(report.findings)
            ],
        }
    )


def _message(problem: Problem) -> dict[str, str]:
    said = ": ".join(filter(None, (problem.kind, problem.where, problem.message)))
    return {"level": "fatal" if problem.gap else "warn", "value": printable(said)[:_TEXT]}


def _vulnerability(
    finding: Finding, signature: Signature | None, options: OutputOptions
) -> dict[str, Any]:
    place = wording.primary(finding)
    found: dict[str, Any] = {
        "id": str(uuid.uuid5(_SPACE, finding.fingerprint or repr(place))),
        "category": "secret_detection",
        "name": (printable(finding.title) or finding.signature)[:_NAME],
        "description": message(finding)[:_TEXT],
        "severity": _SEVERITIES.get(finding.severity.value, "Info"),
        "location": _location(place, options),
        "identifiers": [
            {
                "type": "leakhunt_signature",
                "name": f"leakhunt signature {finding.signature}"[:_NAME],
                "value": finding.signature,
            },
            *_cwe(finding),
        ],
        "flags": [],
    }
    if told := _details(finding, place):
        found["details"] = told
    if signature is not None and signature.remediation:
        found["solution"] = printable(signature.remediation)[:7000]
    if signature is not None:
        links = [link for link in signature.references if link.startswith(("http://", "https://"))]
        found["links"] = [{"url": link} for link in links]
    return found


_OTHERS = 100
"""How many further places are told."""


def _details(finding: Finding, place: Location) -> dict[str, Any]:
    """Return what GitLab has no other place for: the column, the message, how often it was said."""
    if not (place.chat or place.pointer):
        return {}
    told: dict[str, Any] = {"column": place.column, "chat": place.chat}
    told |= wording.known(place)
    told |= {key: finding.properties.get(key) for key in wording.MENTIONED}
    found: dict[str, Any] = {
        key: {
            "name": key.replace("_", " ").capitalize(),
            "type": "text",
            "value": printable(str(value)),
        }
        for key, value in told.items()
        if value
    }
    if others := [other for other in finding.locations if other is not place][:_OTHERS]:
        items = [{"type": "text", "value": _told(other)} for other in others]
        found["also"] = {"name": "Also", "type": "list", "items": items}
    return found


def _told(place: Location) -> str:
    """Return a further place in one line."""
    said = [wording.place(place)]
    said += [wording.conversation(place, mail=False)] if place.chat else []
    said += [wording.message(place), printable(place.permalink or "")]
    return ", ".join(text for text in said if text)


def _cwe(finding: Finding) -> list[dict[str, str]]:
    number = "798" if finding.kind == "secret" else "1327"
    url = f"https://cwe.mitre.org/data/definitions/{number}.html"
    return [{"type": "cwe", "name": f"CWE-{number}", "value": number, "url": url}]


def _location(place: Location, options: OutputOptions) -> dict[str, Any]:
    commit: dict[str, str] = {"sha": place.commit or _NOBODY}
    if place.date:
        commit["date"] = place.date
    location: dict[str, Any] = {"commit": commit}
    location["file"] = printable(in_repository(place.path, options)) if place.path else ""
    if place.line:
        location["start_line"] = place.line
        location["end_line"] = max(place.end_line or place.line, place.line)
    return location
