"""Annotations for a GitHub Actions log, and a Markdown summary of the job.

The runner takes every line that starts with `::` for a command, and `##[` anywhere in a
line too. So nothing from scanned content starts a line here, or ends one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from leakhunt.errors import LeakhuntError
from leakhunt.model import Finding, Location, Report, Severity, State
from leakhunt.outputs import wording
from leakhunt.outputs.redact import redacted
from leakhunt.outputs.text import counted, number, printable
from leakhunt.outputs.uris import in_repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.outputs.options import OutputOptions

PER_LEVEL = 9
"""The runner drops what comes after ten annotations of a level; the tenth is a pointer."""
MESSAGE = 2000
"""Characters of a message; the runner cuts at 4096, perhaps in the middle of an escape."""
BUDGET = 900 * 1024
"""Bytes of the summary; GitHub refuses more than 1 MiB altogether."""

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write annotations to the stream, and the summary to the file that the runner names.

    Secrets are masked even with `reveal`: logs and summaries of jobs are kept.

    Args:
        report: what was found.
        stream: the log of the step.
        options: of which `root` matters.

    Raises:
        LeakhuntError: the file in `GITHUB_STEP_SUMMARY` cannot be written.
    """
    report = redacted(report)
    for line in commands(report, options):
        stream.write(f"{line}\n")
    stream.write(f"leakhunt: {wording.found(report)}. Scanned {wording.scanned(report)}.\n")
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(target).open("a", encoding="utf-8") as file:
                file.write(summary(report))
        except OSError as error:
            raise LeakhuntError(
                f"cannot write the job summary: {error.strerror}",
                "GITHUB_STEP_SUMMARY names the file; unset it to go without",
            ) from error


def commands(report: Report, options: OutputOptions) -> list[str]:
    """Return one workflow command for each finding, as many as the runner shows.

    Args:
        report: what was found, without secrets outside `Secret`.
        options: of which `root` matters.

    Returns:
        At most ten lines a level; the tenth says how many are left.
    """
    levels: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for gap, level in ((True, "error"), (False, "warning")):
        if problems := [problem for problem in report.problems if problem.gap is gap]:
            title = "leakhunt did not scan everything" if gap else "leakhunt met a problem"
            said = [": ".join(filter(None, (p.kind, p.where, p.message))) for p in problems]
            levels[level].append(command(level, {"title": title}, "; ".join(said)))
    for finding in wording.by_severity(wording.worth_showing(report.findings, options.least)):
        level = _level(finding)
        levels[level].append(_annotation(level, finding, options))
    lines = []
    for level, found in levels.items():
        lines += found[:PER_LEVEL]
        if len(found) > PER_LEVEL:
            left = number(len(found) - PER_LEVEL)
            text = f"{left} more of this level: see the summary of the job."
            lines.append(command(level, {"title": "leakhunt"}, text))
    return lines


def _level(finding: Finding) -> str:
    """Return how loud it is: a live credential is an error, a dead one a notice."""
    state = finding.verdict.state if finding.kind == "secret" else State.UNCHECKED
    loud = {State.ACTIVE: "error", State.INACTIVE: "notice"}
    return loud.get(state, _LEVELS[finding.severity])


def command(level: str, properties: Mapping[str, object], message: str) -> str:
    """Return one workflow command, which is one line whatever the texts contain.

    Args:
        level: `error`, `warning` or `notice`.
        properties: `file`, `line`, `title`, ...
        message: what the annotation says.
    """
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    text = _harmless(message)
    if len(text) > MESSAGE:
        text = text[:MESSAGE] + " …"
    return f"::{level} {pairs}::{_data(text)}"


def _annotation(level: str, finding: Finding, options: OutputOptions) -> str:
    place = wording.primary(finding)
    title = f"{finding.title} ({finding.signature})"
    said = [f"{finding.title} in {wording.place(place)}"]
    if place.commit and place.path:
        said.append(f"in commit {wording.short(place.commit)}")
    if place.chat:
        said.append(wording.conversation(place, mail=False))
    said += [text for text in (wording.message(place), printable(place.permalink or "")) if text]
    said += [text] if (text := wording.mentions(finding)) else []
    said += [text for text in (wording.fate(finding), wording.liveness(finding)) if text]
    if finding.decoded:
        said.append(f"decoded from {' > '.join(finding.decoded)}")
    if len(finding.locations) > 1:
        said.append(f"found in {counted(len(finding.locations), 'place')}")
    return command(level, {**_position(place, options), "title": title}, ", ".join(said))


def _position(place: Location, options: OutputOptions) -> dict[str, object]:
    """Return where to put the annotation, or nothing if no file of the checkout has it.

    A command cannot carry every name: what it would change is only told in the message.
    """
    path = in_repository(place.path, options) if place.path else ""
    if not path or place.at_head is False or _harmless(path) != path:
        return {}
    position: dict[str, object] = {"file": path}
    if place.line:
        end_line = place.end_line or place.line
        position |= {"line": place.line, "endLine": end_line}
        # The runner ignores columns across lines, and means the last one, not the one after.
        if place.column and end_line == place.line:
            position |= {"col": place.column}
            if place.end_column:
                position |= {"endColumn": max(place.end_column - 1, place.column)}
    return position


def _harmless(text: str) -> str:
    return printable(text).replace("##[", "## [")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(_harmless(text)).replace(":", "%3A").replace(",", "%2C")


def summary(report: Report) -> str:
    """Return the report as Markdown for the summary of a job.

    Args:
        report: what was found, without secrets outside `Secret`.

    Returns:
        Counts, a table with a row for each finding and the problems; authors of commits are
        left out.
        Less than `BUDGET` bytes: rows that do not fit are counted.
    """
    from leakhunt.outputs.markdown import page

    return page(report, BUDGET)
