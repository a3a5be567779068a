"""A row for every place of every finding, for spreadsheets.

What was scanned and what went wrong has no row here: take JSON where that matters.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from leakhunt.model import Finding, Location, Report
from leakhunt.outputs.document import shown
from leakhunt.outputs.text import printable
from leakhunt.outputs.wording import MENTIONED, by_severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.outputs.options import OutputOptions

COLUMNS = (
    "id",
    "severity",
    "confidence",
    "signature",
    "title",
    "secret",
    "path",
    "line",
    "column",
    "commit",
    "author",
    "date",
    "at_head",
    "ref",
    "field",
    "chat",
    "workspace",
    "channel",
    "thread",
    "message",
    "time",
    "pointer",
    "permalink",
    "verdict",
    "verdict_reason",
    "decoded",
    "suppression",
    "fingerprint",
    "repository",
    "stamp",
    *MENTIONED,
)
_FORMULA = ("=", "+", "-", "@")


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write a header and the rows, worst finding first.

    Cells that a spreadsheet would run as a formula start with an apostrophe.

    Args:
        report: what was found.
        stream: where to write.
        options: of which `reveal` and `show_suppressed` matter.
    """
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for finding in by_severity(report.findings):
        rows.writerows(_rows(finding, options))
    if options.show_suppressed:
        for finding in by_severity(report.suppressed):
            rows.writerows(_rows(finding, options))


def _rows(finding: Finding, options: OutputOptions) -> Iterator[list[str]]:
    for place in finding.locations or (Location(),):
        values: dict[str, object] = {
            "id": finding.id,
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "signature": finding.signature,
            "title": finding.title,
            "secret": shown(finding.secret, options.reveal) if len(finding.secret) else None,
            "path": place.path,
            "line": place.line,
            "column": place.column,
            "commit": place.commit,
            "author": place.author,
            "date": place.date,
            "at_head": None if place.at_head is None else str(place.at_head).lower(),
            "ref": place.ref,
            "field": place.field,
            "chat": place.chat,
            "workspace": place.workspace,
            "channel": place.channel,
            "thread": place.thread,
            "message": place.message,
            "time": place.time or place.stamp,
            "pointer": place.pointer,
            "permalink": place.permalink,
            "verdict": finding.verdict.state.value,
            "verdict_reason": finding.verdict.reason,
            "decoded": " > ".join(finding.decoded) or None,
            "suppression": finding.suppression.kind if finding.suppression else None,
            "fingerprint": finding.fingerprint,
            "repository": place.repository,
            "stamp": place.stamp,
            **{name: finding.properties.get(name) for name in MENTIONED},
        }
        yield [_cell(values[column]) for column in COLUMNS]


def _cell(value: object) -> str:
    text = "" if value is None else printable(str(value))
    return "'" + text if text.lstrip().startswith(_FORMULA) else text
