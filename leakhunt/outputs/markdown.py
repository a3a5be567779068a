"""The report as a Markdown page. Every text is escaped: file names can be anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.model import Finding, Location, Problem, Report, State
from leakhunt.outputs import wording
from leakhunt.outputs.text import number, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSAFE = lazy.pattern(r"[^\w /,.:-]|_|:(?! )|(?<=\d)\.(?= |\Z)|(?<=[wW]{3})\.", re.ASCII)
"""A colon makes no address and no picture before a space, and a full stop only behind `www` and
in the number of a list."""
_PROBLEMS = 100
_RESERVE = 1024
"""Bytes kept for the sentence about rows that were cut."""


def page(report: Report, budget: int) -> str:
    """Return the report as Markdown.

    Args:
        report: what was found, without secrets outside `Secret`.
        budget: how many bytes the page may have.
    """
    head = ["## leakhunt", "", f"**{escaped(wording.found(report))}**", ""]
    head += [*problems(report.problems), *counts(report), ""]
    written = ["\n".join(head)]
    left = budget - _RESERVE - len(written[0].encode())
    rows = [*_rows(report)]
    for at, line in enumerate(rows):
        left -= len(line.encode()) + 1
        if left < 0:
            written.append(f"\n… and {number(len(rows) - at)} more, cut to fit this page.")
            break
        written.append(line)
    return "\n".join(written) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, in a table too."""
    return _UNSAFE.sub(
        lambda found: found[0] if ord(found[0]) > 127 else f"&#{ord(found[0])};", printable(text)
    )


def _rows(report: Report) -> Iterator[str]:
    if report.findings:
        yield "| Severity | What | Where | Since | Commit | Now |"
        yield "|---|---|---|---|---|---|"
    for finding in wording.by_severity(report.findings):
        yield f"| {' | '.join(escaped(cell) for cell in _cells(finding))} |"


def _cells(finding: Finding) -> tuple[str, ...]:
    place = wording.primary(finding)
    first = finding.locations[0] if finding.locations else place
    now = [wording.fate(finding)]
    if finding.verdict.state is not State.UNCHECKED:
        now.append(finding.verdict.state.value)
    more = f" and {number(len(finding.locations) - 1)} more" if len(finding.locations) > 1 else ""
    return (
        finding.severity.value,
        f"{finding.title} ({finding.signature})",
        f"{wording.place(place)}{_said(place)}{more}"[:1000],
        wording.day(first.date or first.time or ""),
        wording.short(first.commit or ""),
        ", ".join(text for text in now if text),
    )


def _said(place: Location) -> str:
    said = [wording.conversation(place, mail=False)] if place.chat else []
    said += [wording.message(place), place.permalink or ""]
    return "".join(f" {text}" for text in said if text)


def problems(found: tuple[Problem, ...]) -> Iterator[str]:
    """Yield a line for each of the first problems, and an empty one."""
    for problem in found[:_PROBLEMS]:
        said = ": ".join(text for text in (problem.kind, problem.where, problem.message) if text)
        yield f"- {'**not scanned** ' if problem.gap else ''}{escaped(said[:1000])}"
    if len(found) > _PROBLEMS:
        yield f"- … and {number(len(found) - _PROBLEMS)} more problems"
    if found:
        yield ""


def counts(report: Report) -> Iterator[str]:
    """Yield what was scanned, skipped and suppressed."""
    yield f"Scanned {escaped(wording.scanned(report))}."
    if reasons := wording.skipped(report.scanned):
        yield f"Skipped {escaped(_joined(reasons))}."
    if kinds := wording.suppressed_kinds(report.suppressed):
        yield f"Suppressed {escaped(_joined(kinds))}."


def _joined(counts: dict[str, int]) -> str:
    return ", ".join(f"{number(count)} {name.replace('_', ' ')}" for name, count in counts.items())
