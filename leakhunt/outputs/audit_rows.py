"""The summary of an audit as labelled sentences, the same for the terminal and for Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import __version__
from leakhunt.outputs import wording
from leakhunt.outputs.summary import FIRST, OPEN, Summary, since, summary
from leakhunt.outputs.text import counted, listed, number, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.audits import Audit
    from leakhunt.model import Finding

LIVE = 5
WHYS = {
    "accepted": "accepted",
    "inactive": "not live any more",
    "not-found": "no longer found",
}
AGES = {
    "week": "for less than a week",
    "month": "for less than a month",
    "quarter": "for less than three months",
    "year": "for less than a year",
    "older": "for longer",
}


def rows(report: Audit) -> Iterator[tuple[str, str]]:
    """Yield labels and what to say under them; a label may come several times.

    Everything is printable.
    """
    told = summary(report)
    if told.present or told.past:
        yield from _live(told)
        yield "At HEAD", f"{counted(told.present, 'secret')} at HEAD or in files"
        yield "In history", f"{counted(told.past, 'secret')} no longer at HEAD: leaked all the same"
    for finding in told.first:
        yield "Rotate first", _named(finding)
    for finding in told.oldest:
        yield "Oldest", f"{wording.day(since(finding))}: {_named(finding, when=False)}"
    if told.people:
        named = [f"{printable(who)} ({number(count)})" for who, count in told.people]
        more = [f"{number(told.others)} more"] if told.others else []
        yield "Ask", listed([*named, *more])
    for finding in told.services[:OPEN]:
        place = wording.place(wording.primary(finding))
        yield "Open", f"{finding.severity.value}: {printable(finding.title)}, {place}"
    if len(told.services) > OPEN:
        yield "Open", f"and {number(len(told.services) - OPEN)} more"
    yield from _trend(report)
    yield from _coverage(report)


def _trend(report: Audit) -> Iterator[tuple[str, str]]:
    trend = report.trend
    if trend is None:
        return
    if not trend.since:
        yield "Trend", "this is the first audit that is remembered"
        return
    said = [f"{number(len(trend.new))} new", f"{number(len(trend.fixed))} fixed"]
    said += [f"{number(len(trend.reopened))} open again"] if trend.reopened else []
    if trend.left_head:
        said.append(f"{number(len(trend.left_head))} gone from HEAD but not from history")
    yield "Trend", f"since {printable(trend.since[:16].replace('T', ' '))} UTC: {listed(said)}"
    findings = {one.id: one for one in report.findings}
    for label, ids in (("New", trend.new), ("Open again", trend.reopened)):
        shown = [findings[one] for one in ids if one in findings]
        shown = wording.by_severity(wording.worth_showing(shown, wording.SHOWN))
        for finding in shown[:FIRST]:
            yield label, _named(finding)
        if len(shown) > FIRST:
            yield label, f"and {number(len(shown) - FIRST)} more"
    for gone in trend.fixed[:FIRST]:
        title, where = printable(gone.title), printable(gone.where)
        yield "Fixed", f"{title}, {where} ({printable(gone.id)}, {WHYS.get(gone.why, gone.why)})"
    if len(trend.fixed) > FIRST:
        yield "Fixed", f"and {number(len(trend.fixed) - FIRST)} more"
    if trend.ageing:
        ages = [f"{number(count)} {AGES[name]}" for name, count in trend.ageing.items()]
        yield "Ageing", f"open since an audit saw them first: {listed(ages)}"
    if trend.unseen:
        many = counted(trend.unseen, "finding")
        yield "Trend", f"{many} not seen because not everything was scanned: counted as open"
    if trend.version != __version__:
        yield "Trend", f"the last audit was done by leakhunt {printable(trend.version)}"


def _live(told: Summary) -> Iterator[tuple[str, str]]:
    if not told.asked:
        yield "Live", "nobody was asked: --verify asks the providers"
        return
    if not told.live:
        yield "Live", "none of those that were asked about"
    # What is to be rotated first starts with these.
    shown = told.live[FIRST : FIRST + LIVE]
    if told.live:
        yield "Live", f"{counted(len(told.live), 'credential')}; they stand first below"
    for finding in shown:
        yield "Live", _named(finding)
    if len(told.live) > FIRST + LIVE:
        yield "Live", f"and {number(len(told.live) - FIRST - LIVE)} more"


def _named(finding: Finding, *, when: bool = True) -> str:
    """Return `critical: AWS access key AKIA********, prod.tfvars:12:17 (9f2c41d0, at HEAD)`."""
    secret = f" {printable(finding.secret.masked)}" if len(finding.secret) else ""
    said = [printable(finding.id), wording.liveness(finding), wording.fate(finding)]
    severity = f"{finding.severity.value}: " if when else ""
    about = f" ({', '.join(filter(None, said))})" if when else f" ({said[0]})"
    repositories = len({place.repository for place in finding.locations} - {None})
    spread = f" and in {counted(repositories - 1, 'repository')} more" if repositories > 1 else ""
    place = wording.place(wording.primary(finding))
    return f"{severity}{printable(finding.title)}{secret}, {place}{spread}{about}"


def _coverage(report: Audit) -> Iterator[tuple[str, str]]:
    if not report.repositories:
        return
    failed = [one for one in report.repositories if one.failed]
    partly = [one for one in report.repositories if one.gaps and not one.failed]
    clean = sum(not (one.findings or one.gaps) for one in report.repositories)
    said = [f"{counted(len(report.repositories), 'repository')}"]
    if clean:
        said.append(f"{number(clean)} without a finding")
    if partly:
        said.append(f"{number(len(partly))} of which a part could not be scanned")
    if failed:
        said.append(f"{number(len(failed))} that could not be scanned at all")
    if report.below:
        said.append(f"all below {printable(report.below)}")
    yield "Coverage", ", ".join(said)
    if again := sum(one.again for one in report.repositories):
        yield "Coverage", f"{number(again)} were scanned before the last run was interrupted"
    for one in failed:
        yield "Failed", f"{printable(one.name)}: {printable(one.failed)}"
