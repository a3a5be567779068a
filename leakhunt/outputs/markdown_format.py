"""The whole report as a Markdown page: for wikis, tickets and pull requests.

Whatever was scanned is escaped: no file name, author or message becomes a link, an image, HTML or
a mention.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, TextIO, cast

from leakhunt.outputs import wording
from leakhunt.outputs.below import briefly
from leakhunt.outputs.document import shown
from leakhunt.outputs.markdown import counts, escaped, problems
from leakhunt.outputs.redact import titled
from leakhunt.outputs.text import counted, number, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.audits import Audit, Audited
    from leakhunt.model import Finding, Location, Report, Signature
    from leakhunt.outputs.options import OutputOptions

PLACES = 20
"""How many places of a finding are listed."""
_LINK = re.compile(r"https://[\w.~/?#=&%+-]+")


def write(report: Report, stream: TextIO, options: OutputOptions) -> None:
    """Write one Markdown page.

    Args:
        report: what was found, without secrets outside `Secret`.
        stream: where to write.
        options: of which `reveal`, `least` and `show_suppressed` matter.
    """
    for line in _page(briefly(report), options):
        stream.write(line + "\n")


def _page(report: Report, options: OutputOptions) -> Iterator[str]:
    yield f"# leakhunt: {escaped(titled(report))}\n"
    yield f"**{escaped(wording.found(report, options.least))}**\n"
    if hasattr(report, "repositories"):
        yield from _summary(cast("Audit", report))
    yield "## Coverage\n"
    yield from counts(report)
    if hidden := wording.not_shown(report.findings, options.least):
        yield f"Not shown: {escaped(hidden)}."
    yield ""
    yield from problems(report.problems)
    if hasattr(report, "repositories"):
        yield from _repositories(cast("Audit", report).repositories)
    listed = wording.by_severity(wording.worth_showing(report.findings, options.least))
    signatures = {one.id: one for one in report.signatures} if listed else {}
    if listed:
        yield "## Findings\n"
    for name, group in itertools.groupby(listed, lambda one: (one.severity, one.signature)):
        yield from _group(list(group), signatures.get(name[1]), options)
    if report.suppressed and options.show_suppressed:
        yield "## Suppressed\n"
        for finding in wording.by_severity(report.suppressed):
            yield from _finding(finding, options)
        yield ""


def _summary(report: Audit) -> Iterator[str]:
    from leakhunt.outputs.audit_rows import rows

    yield "## Summary\n"
    for label, group in itertools.groupby(rows(report), lambda row: row[0]):
        texts = [escaped(text) for _, text in group]
        if len(texts) == 1:
            yield f"- **{label}**: {texts[0]}"
            continue
        yield f"- **{label}**:"
        for at, text in enumerate(texts, 1):
            yield f"  {at}. {text}"
    yield ""


def _repositories(audited: tuple[Audited, ...]) -> Iterator[str]:
    if not audited:
        return
    yield "| Repository | Findings | Commits | Scanned | Not scanned |"
    yield "|---|---:|---:|---:|---|"
    for one in audited:
        gaps = one.failed or (counted(one.gaps, "gap") if one.gaps else "")
        cells = (
            one.name,
            "" if one.failed else number(one.findings),
            number(one.scanned.get("commits", 0)),
            size(one.scanned.get("bytes", 0)),
            gaps,
        )
        yield f"| {' | '.join(escaped(cell[:300]) for cell in cells)} |"
    yield ""


def _group(
    findings: list[Finding], signature: Signature | None, options: OutputOptions
) -> Iterator[str]:
    first = findings[0]
    title = signature.title if signature else first.title
    yield f"### {first.severity.value.upper()}: {escaped(title)} ({escaped(first.signature)})\n"
    for finding in findings:
        yield from _finding(finding, options)
    yield ""
    if signature and signature.remediation:
        yield f"**Fix**: {escaped(signature.remediation)}"
        for reference in signature.references[:2]:
            yield f"<{reference}>" if _LINK.fullmatch(reference) else escaped(reference)
        yield ""


def _finding(finding: Finding, options: OutputOptions) -> Iterator[str]:
    secret = shown(finding.secret, options.reveal) if len(finding.secret) else finding.title
    said = [escaped(secret), escaped(finding.id)]
    said += [escaped(text) for text in (wording.liveness(finding), wording.fate(finding)) if text]
    said += [escaped(text) for text in (wording.spread(finding), wording.mentions(finding)) if text]
    yield f"- {', '.join(said)}"
    for reason in finding.reasons:
        yield f"  - {escaped(reason)}"
    for name, part in finding.parts:
        yield f"  - with its {escaped(name)} {escaped(shown(part, options.reveal))}"
    if finding.suppression:
        why = finding.suppression
        yield f"  - suppressed, {escaped(why.kind)}: {escaped(why.reason)}"
    for place in finding.locations[:PLACES]:
        yield f"  - {_place(place)}"
    if len(finding.locations) > PLACES:
        yield f"  - and {number(len(finding.locations) - PLACES)} more places"


def _place(place: Location) -> str:
    said = [escaped(wording.place(place)[:1000])]
    known = (wording.origin(place), wording.message(place), (place.permalink or "")[:1000])
    said += [escaped(text) for text in known if text]
    if place.at_head:
        said.append("at HEAD")
    return ", ".join(said)
