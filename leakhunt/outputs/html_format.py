"""The report as one web page: no network, works from disk, secrets masked.

The page gets its data as JSON and builds everything from it as text, so nothing that was scanned
becomes markup. Its policy allows just the style and the script that are in it, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from leakhunt import __version__
from leakhunt.outputs import wording
from leakhunt.outputs.document import document
from leakhunt.outputs.options import context_key
from leakhunt.outputs.redact import titled
from leakhunt.outputs.text import printable, utf8_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.model import Finding, Report
    from leakhunt.outputs.options import OutputOptions

_PARTS = Path(__file__).parent / "page"
_SCRIPTS = ("base.js", "charts.js", "ports.js", "audits.js", "findings.js")
_WORST = 200
"""Findings in the table for those who read without scripts."""


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one HTML page.

    Args:
        report: what was found, without secrets outside `Secret`.
        stream: where to write; the page is ASCII but for the target's name.
        options: of which `reveal`, `web` and `contexts` matter.
    """
    style = _part("page.css")
    script = "\n".join(map(_part, _SCRIPTS))
    data = {
        "target": report.target,
        "web": options.web,
        "report": _with_contexts(document(report, options.reveal), report, options),
        "signatures": dict(_signatures(report)),
    }
    values = {
        "version": __version__,
        "target": _text(titled(report)),
        "headline": _text(wording.found(report)),
        "scanned": _text(_sentence(wording.scanned(report))),
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "style": style,
        "style_hash": _hash(style),
        "script": script,
        "script_hash": _hash(script),
        "table": _table(wording.by_severity(report.findings)[:_WORST]),
        "data": _data(data),
    }
    page = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], _part("page.html"))
    stream.write(page)


def _with_contexts(data: dict[str, Any], report: Report, options: OutputOptions) -> dict[str, Any]:
    """Put the lines around findings beside their places."""
    if options.contexts:
        for told, finding in zip(data["findings"], report.findings, strict=True):
            for place, location in zip(told["locations"], finding.locations, strict=True):
                if lines := options.contexts.get(context_key(finding, location)):
                    place["context"] = [[at, printable(text)] for at, text in lines]
    return data


def _part(name: str) -> str:
    return (_PARTS / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _data(data: dict[str, Any]) -> str:
    """Return JSON in which nothing ends the element that it stands in."""
    written = json.dumps(utf8_tree(data), allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(text: str) -> str:
    return html.escape(printable(text))


def _sentence(text: str) -> str:
    return f"Looked at {text}" if text != "nothing" else "Nothing was looked at"


def _signatures(report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is told about the signatures that found something."""
    found = {finding.signature for finding in (*report.findings, *report.suppressed)}
    for signature in report.signatures if found else ():
        if signature.id in found:
            yield (
                signature.id,
                {
                    "title": signature.title,
                    "remediation": signature.remediation,
                    "references": list(signature.references),
                },
            )


def _table(findings: list[Finding]) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in _cells(finding)) + "</tr>"
        for finding in findings
    )
    heads = "".join(f"<th>{name}</th>" for name in ("Severity", "What", "Secret", "Where", "Now"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(finding: Finding) -> tuple[str, ...]:
    place = wording.primary(finding)
    masked = finding.secret.masked if len(finding.secret) else ""
    return (
        finding.severity.value,
        finding.title,
        masked,
        wording.place(place),
        wording.fate(finding),
    )
