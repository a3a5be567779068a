"""SARIF for an upload to GitHub code scanning: within its limits, and only what it can show.

GitHub refuses a file for a single thing that it does not like, opens an alert for what is
suppressed, and looks for every path in the checkout.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
from typing import TYPE_CHECKING, TextIO

from leakhunt.model import Problem
from leakhunt.outputs import sarif, wording
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.text import counted

if TYPE_CHECKING:
    from leakhunt.model import Finding, Location, Report
    from leakhunt.outputs.options import OutputOptions

RESULTS = 5_000
"""GitHub shows no more of a run."""
BYTES = 10_000_000
"""GitHub takes no more of a file, compressed."""


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one SARIF log with what the checkout holds.

    What only old commits or chats hold is counted in a notification: no file of the checkout
    has the line, and an alert would point at a wrong one. So are exposures that other reports for
    people do not show: an alert is as severe as its rule, and they would be as loud as the rest.

    Args:
        report: what was found; no finding at all gives a valid log too, which closes alerts.
        stream: where to write; the output is ASCII.
        options: as for `sarif`; `show_suppressed` and `reveal` do not matter.
    """
    stream.write(text(redacted(report), options))


def text(report: Report, options: OutputOptions) -> str:
    """Return the log as text.

    Args:
        report: what was found, without secrets outside `Secret`.
        options: as for `write`.
    """
    worth = wording.worth_showing(report.findings, options.least)
    shown = [left for finding in worth if (left := _in_checkout(finding))]
    hidden = len(worth) - len(shown)
    notes = list(report.problems)
    if milder := wording.not_shown(report.findings, options.least):
        notes.append(Problem("not-shown", "", f"left out: {milder}", gap=False))
    if hidden:
        said = f"{counted(hidden, 'finding')} left out: not in the files of the checkout"
        notes.append(Problem("not-in-checkout", "", said, gap=False))
    kept = wording.by_severity(shown)
    limit = RESULTS
    while True:
        cut = dataclasses.replace(
            report, findings=tuple(kept), suppressed=(), problems=tuple(notes)
        )
        log = sarif.build(cut, options, upload=True, limit=limit)
        written = json.dumps(log, separators=(",", ":"), allow_nan=False) + "\n"
        if limit <= 1 or len(gzip.compress(written.encode(), 6)) <= BYTES:
            return written
        limit //= 2


def _in_checkout(finding: Finding) -> Finding | None:
    """Return a finding with those of its places that a file of the checkout has, or None."""
    places = [
        _outer(place)
        for place in finding.locations
        if place.path
        and not place.chat
        and not place.field
        and (place.at_head or (place.at_head is None and not place.commit))
    ]
    if not places:
        return None
    return dataclasses.replace(finding, locations=tuple(dict.fromkeys(places)))


def _outer(place: Location) -> Location:
    """Return the file of the checkout for a place within a container."""
    outer, mark, _ = (place.path or "").partition("!")
    if not mark:
        return place
    return dataclasses.replace(
        place, path=outer, line=1, column=None, end_line=None, end_column=None
    )
