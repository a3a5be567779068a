"""Findings, comments, entries and a baseline in; findings and problems out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.model import Problem, Suppression
from leakhunt.records import record
from leakhunt.suppress.inline import Inline
from leakhunt.suppress.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.model import Finding, Location, Match
    from leakhunt.suppress.baseline import Accepted, Use
    from leakhunt.suppress.comments import Comment
    from leakhunt.suppress.entries import Entry


@record(frozen=True, slots=True)
class Rules:
    """What was said about findings that are no leaks, and about where they lie."""

    today: str
    """ISO date: what ended before it has no effect."""
    entries: Sequence[Entry] = ()
    theirs: Callable[[Finding, Location, str], Suppression | None] | None = None
    """What rule files of other scanners say of a finding at a place."""
    baseline: Use | None = None
    baseline_name: str = ""
    path_of: Callable[[str], str] = str
    """The path of a file from the top of the repository."""
    gone: Callable[[str], bool] = bool
    """Whether nothing lies at a path from the top any more."""
    excluded: Callable[[Location], str | None] = lambda _: None
    """Why a place is left out by default, if it is."""
    narrowed: bool = False
    """Not all signatures were looked for, so what meant nothing may still be needed."""
    exposures: bool = True
    """Exposed services were looked for."""
    whole: bool = False
    """Everything was looked at, history too: what means nothing is not needed."""


def suppressed(
    findings: Sequence[Finding],
    matches: Sequence[Match],
    comments: Sequence[Comment],
    rules: Rules,
) -> tuple[list[Finding], list[Problem]]:
    """Suppress what is allowed, place by place.

    A finding of which only some places are allowed is split in two.

    Args:
        findings: what was found; those that are suppressed already stay as they are.
        matches: all occurrences, also those that are not sure enough to be findings.
        comments: what stands beside them.
        rules: everything else that was said.
    """
    inline = Inline(comments, matches, findings, rules.today)
    used: set[Entry] = set()
    values = Values()
    done: list[Finding] = []
    for finding in findings:
        done += _judged(finding, inline, rules, used, values)
    problems = [
        *inline.problems(unused=not rules.narrowed, exposures=rules.exposures),
        *_entry_problems(rules, used, values),
    ]
    if rules.baseline is not None and rules.whole and not rules.narrowed:
        problems += _stale(rules.baseline, rules.baseline_name)
    return done, problems


def _judged(
    finding: Finding, inline: Inline, rules: Rules, used: set[Entry], values: Values
) -> Iterator[Finding]:
    """Yield a finding, or what is left of it and what is suppressed of it."""
    names = _names(finding, rules)
    accepted: dict[str, Accepted] = {}
    if rules.baseline is not None:
        accepted = rules.baseline.accepted(finding, names, rules.gone)
    left: list[Location] = []
    allowed: dict[Suppression, list[Location]] = {}
    for place, name in zip(finding.locations, names, strict=True):
        why = inline.why(finding, place) or _entry(finding, place, name, rules, used, values)
        if why is None and rules.theirs is not None:
            why = rules.theirs(finding, place, name)
        if why is None and (line := accepted.get(name)):
            why = Suppression("baseline", line.reason or "accepted in the baseline")
        if why is None:
            left.append(place)
        else:
            allowed.setdefault(why, []).append(place)
    if finding.suppression is not None or not allowed:
        yield finding
        return
    if left:
        why = _elsewhere([rules.excluded(place) for place in left])
        yield dataclasses.replace(finding, locations=tuple(left), suppression=why)
    gone = tuple(place for places in allowed.values() for place in places)
    yield dataclasses.replace(finding, locations=gone, suppression=next(iter(allowed)))


def _elsewhere(reasons: Sequence[str | None]) -> Suppression | None:
    """Return why places that nothing allows do not count, if all of them are left out by default.

    A secret with a place that counts is told with all of them; these had one, which is allowed.
    """
    known = {reason for reason in reasons if reason}
    if None in reasons:
        return None
    names = ", ".join(sorted(known))
    return Suppression("excluded-path", f"only in {names}, and where it is allowed")


def _names(finding: Finding, rules: Rules) -> list[str]:
    """Return what the baseline and entries call the places of a finding."""
    from leakhunt.suppress.baseline import place_name

    return [
        place_name(finding, place, rules.path_of(place.path) if place.path else "")
        for place in finding.locations
    ]


def _entry(
    finding: Finding, place: Location, name: str, rules: Rules, used: set[Entry], values: Values
) -> Suppression | None:
    for entry in rules.entries:
        if entry.meets(finding, place, name, values):
            used.add(entry)
            if not entry.until or entry.until >= rules.today:
                return Suppression("allowed", f"{entry.reason} ({entry.where})")
    return None


def _entry_problems(rules: Rules, used: set[Entry], values: Values) -> Iterator[Problem]:
    for entry in rules.entries:
        why = entry.broad(values)
        if entry.value in values.slow:
            said = "the value of this allow entry takes too long to compare: write it simpler"
            yield Problem("suppression-invalid", entry.where, said, gap=False)
        elif entry.until and entry.until < rules.today:
            said = f"this allow entry ended on {entry.until}: renew it or take it out"
            yield Problem("suppression-expired", entry.where, said, gap=False)
        elif why:
            said = f"this allow entry is too broad: {why}"
            yield Problem("suppression-broad", entry.where, said, gap=False)
        elif rules.whole and not rules.narrowed and entry not in used:
            said = "this allow entry allows nothing that was found: take it out"
            yield Problem("suppression-unused", entry.where, said, gap=False)


def _stale(baseline: Use, name: str) -> Iterator[Problem]:
    if unused := baseline.unused:
        many = "1 line means" if len(unused) == 1 else f"{len(unused):,} lines mean"
        said = f"{many} nothing that was found: `leakhunt baseline update` takes them out"
        yield Problem("suppression-unused", name, said, gap=False)
