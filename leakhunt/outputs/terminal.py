"""The report for people: findings by signature, worst first, then what was scanned."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, TextIO, cast

from leakhunt.model import Finding, Location, Problem, Report, Severity, Signature, State
from leakhunt.outputs import wording
from leakhunt.outputs.document import shown
from leakhunt.outputs.layout import Piece, Row, labelled, render, row
from leakhunt.outputs.text import counted, number, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.audits import Audit
    from leakhunt.outputs.options import OutputOptions

OTHERS = 5
"""How many further places of a finding are listed."""
WIDEST = 100
"""Longer lines are hard to read; wider terminals are left partly empty."""

_BADGES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red reverse",
    Severity.MEDIUM: "yellow reverse",
    Severity.LOW: "cyan reverse",
    Severity.INFO: "reverse",
}
_STATES = {State.ACTIVE: "bold red", State.INACTIVE: "green", State.UNKNOWN: "yellow"}
_TEXT = 4
"""The column of a finding's text."""
_LABELS = 13
"""The column of the text beside a label."""
_PROBLEMS = 20
"""So many of several repositories are listed: more would push what was found off the screen."""


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write the report, in colour where the stream is a terminal.

    Args:
        report: what was found.
        stream: where to write.
        options: all but `root`, `category` and `exit_code` matter.
    """
    terminal = stream.isatty()
    styled = options.color
    if styled is None:
        styled = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    width = 80
    if terminal:
        import shutil

        width = min(shutil.get_terminal_size().columns, WIDEST)
    if getattr(report, "repositories", ()):
        from leakhunt.outputs.below import briefly

        report = briefly(report)
    render(_report(report, options), stream, max(options.width or width, 40), styled)


def _report(report: Report, options: OutputOptions) -> Iterator[Row]:
    listed = wording.by_severity(wording.worth_showing(report.findings, options.least))
    if options.show_suppressed:
        listed += wording.by_severity(report.suppressed)
    signatures = {signature.id: signature for signature in report.signatures} if listed else {}
    for _, group in itertools.groupby(
        listed, lambda item: (item.suppression is not None, item.severity, item.signature)
    ):
        findings = list(group)
        yield from _group(findings, signatures.get(findings[0].signature), options)
    yield from _summary(report, options)


def _group(
    findings: list[Finding], signature: Signature | None, options: OutputOptions
) -> Iterator[Row]:
    first = findings[0]
    title = printable(signature.title if signature else first.title)
    badge = "dim reverse" if first.suppression else _BADGES[first.severity]
    yield row(
        (f" {first.severity.value.upper()} ", badge),
        " ",
        (title, "bold"),
        "  ",
        (printable(first.signature), "dim"),
        *([f"  {counted(len(findings), 'finding')}"] if len(findings) > 1 else []),
    )
    yield row()
    for finding in findings:
        yield from _finding(finding, title, options)
        yield row()
    if signature and not first.suppression:
        yield from _advice(signature)
        yield row()


def _finding(finding: Finding, title: str, options: OutputOptions) -> Iterator[Row]:
    first = finding.locations[0] if finding.locations else Location()
    yield row(*_headline(finding, title, options), indent=2)
    yield row((wording.place(first), "bold cyan"), indent=_TEXT)
    if origin := wording.origin(first):
        yield row(origin, indent=_TEXT)
    if message := wording.message(first):
        yield row((message, "dim"), indent=_TEXT)
    if first.permalink:
        yield row((printable(first.permalink), "underline dim"), indent=_TEXT)
    if mentioned := wording.mentions(finding):
        yield row(mentioned, indent=_TEXT)
    yield from _now(finding)
    for reason in finding.reasons:
        yield row("- ", printable(reason), indent=_TEXT)
    for name, secret in finding.parts:
        part = printable(shown(secret, options.reveal))
        yield row(f"with its {printable(name)} ", (part, "magenta"), indent=_TEXT)
    if finding.decoded:
        yield row(f"decoded from {printable(', then '.join(finding.decoded))}", indent=_TEXT)
    yield from _others(finding, first)
    if finding.suppression:
        kind, reason = finding.suppression.kind, printable(finding.suppression.reason)
        yield labelled(f"suppressed ({printable(kind)}):", reason, at=_TEXT, indent=_TEXT + 2)


def _headline(finding: Finding, title: str, options: OutputOptions) -> Iterator[str | Piece]:
    if len(finding.secret):
        yield (printable(shown(finding.secret, options.reveal)), "bold magenta")
    if printable(finding.title) != title or not len(finding.secret):
        yield f"{'  ' if len(finding.secret) else ''}{printable(finding.title)}"
    yield (f"  {printable(finding.id)}", "dim")
    if finding.verdict.state is not State.UNCHECKED:
        yield (f"  {finding.verdict.state.value}", _STATES[finding.verdict.state])


def _now(finding: Finding) -> Iterator[Row]:
    """Yield whether it is still there, in how many places, and what makes it live or not."""
    fate, spread = wording.fate(finding), wording.spread(finding)
    if fate or spread:
        style = "red" if wording.at_head(finding) else ""
        yield row((fate, style), ", " if fate and spread else "", spread, indent=_TEXT)
    verdict = finding.verdict
    if verdict.reason and verdict.state is not State.UNCHECKED:
        yield row((printable(verdict.reason), _STATES.get(verdict.state, "")), indent=_TEXT)


def _others(finding: Finding, first: Location) -> Iterator[Row]:
    """Yield the other places, each once, those that HEAD still has first."""
    places = sorted(finding.locations, key=lambda place: not place.at_head)
    others = {wording.place(place): place for place in reversed(places)}
    others.pop(wording.place(first), None)
    for name, place in list(reversed(others.items()))[:OTHERS]:
        when = "at HEAD" if place.at_head else ""
        if place.chat:
            when = wording.conversation(place)
        elif not when and place.commit and place.path:
            when = f"in {wording.short(place.commit)}"
        label = "also" if name == next(reversed(others)) else ""
        yield labelled(label, (name, "cyan"), (f"  {when}", "dim"), at=_TEXT, indent=9)
    if len(others) > OTHERS:
        yield row(f"… and {number(len(others) - OTHERS)} more", indent=9)


def _advice(signature: Signature) -> Iterator[Row]:
    if signature.remediation:
        yield labelled("Fix:", printable(signature.remediation), at=2, indent=7, style="bold green")
    if signature.references:
        yield row((printable(signature.references[0]), "underline dim"), indent=7)


def _summary(report: Report, options: OutputOptions) -> Iterator[Row]:
    shown_any = bool(wording.worth_showing(report.findings, options.least))
    if shown_any or (report.suppressed and options.show_suppressed):
        yield row(("─" * 72, "dim"))
    clean = wording.found(report, options.least) == "No findings"
    yield row((wording.found(report, options.least), "bold green" if clean else "bold"))
    yield from _audit(report)
    if asked := wording.verdicts(report.findings):
        yield labelled("Verdicts", asked, indent=_LABELS)
    if hidden := wording.not_shown(report.findings, options.least):
        yield labelled("Not shown", hidden, indent=_LABELS)
    if (scanned := wording.scanned(report)) != "nothing":
        yield labelled("Scanned", f"{scanned}{_pace(report)}", indent=_LABELS)
    if reasons := wording.skipped(report.scanned):
        counts = ", ".join(f"{number(n)} {kind.replace('_', ' ')}" for kind, n in reasons.items())
        yield labelled("Skipped", counts, indent=_LABELS)
    if report.unsure:
        many = f"up to {number(report.unsure)}" if report.put_off else number(report.unsure)
        said = f"{many} too unsure to be listed; --min-confidence low shows them"
        yield labelled("Left out", said, indent=_LABELS)
    yield from _suppressed(report, options)
    yield from _problems(report)
    label = "Next"
    for text in options.advice if report.findings else ():
        yield labelled(label, text, indent=_LABELS)
        label = ""


def _audit(report: Report) -> Iterator[Row]:
    """Yield what an audit comes down to; other reports have none."""
    if not hasattr(report, "repositories"):  # its type would be loaded where nobody audits
        return
    from leakhunt.outputs.audit_rows import rows

    last = ""
    for label, said in rows(cast("Audit", report)):
        yield labelled("" if label == last else label, said, indent=_LABELS)
        last = label


def _pace(report: Report) -> str:
    if report.seconds <= 0:
        return ""
    volume = report.scanned.get("bytes", 0)
    # The pace of a moment says nothing.
    fast = volume >= 10_000_000 and report.seconds >= 0.5
    speed = f" ({volume / 1e6 / report.seconds:,.0f} MB/s)" if fast else ""
    return f" in {report.seconds:,.2f} s{speed}"


def _suppressed(report: Report, options: OutputOptions) -> Iterator[Row]:
    label = "Suppressed"
    for kind, count in wording.suppressed_kinds(report.suppressed).items():
        meaning = wording.SUPPRESSIONS.get(kind, "")
        said = f"{number(count)} {printable(kind)}" + (f": {meaning}" if meaning else "")
        yield labelled(label, said, indent=_LABELS)
        label = ""
    if report.suppressed and not options.show_suppressed:
        yield row(("--show-suppressed lists them", "dim"), indent=_LABELS)


def _problems(report: Report) -> Iterator[Row]:
    if not report.problems:
        return
    label = "Problems"
    listed, more = _worth_listing(report)
    for problem in listed:
        said = f"{printable(problem.kind)}: "
        where = f"{printable(problem.where)}: " if problem.where else ""
        color = "bold red" if problem.gap else "yellow"
        yield labelled(label, (said, color), where, printable(problem.message), indent=_LABELS)
        label = ""
    if more:
        yield row((f"and {number(more)} more; -f json lists all", "yellow"), indent=_LABELS)
    if gap := wording.gaps(report):
        many = "this" if len(gap) == 1 else f"these {number(len(gap))}"
        yield row((f"Because of {many}, not everything was scanned.", "red"), indent=_LABELS)


def _worth_listing(report: Report) -> tuple[list[Problem], int]:
    """Return the problems to list, and how many there are beyond those.

    Of several repositories the gaps come first, and those that failed are listed elsewhere.
    """
    if not getattr(report, "repositories", ()):
        return list(report.problems), 0
    listed = [one for one in report.problems if one.kind != "repository-failed"]
    if len(listed) > _PROBLEMS:
        listed.sort(key=lambda one: not one.gap)
    return listed[:_PROBLEMS], max(0, len(listed) - _PROBLEMS)
