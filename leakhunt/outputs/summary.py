"""What of a report the person has to know who answers for it: what is live, what to do first.

Texts are as they were found; whoever shows them makes them printable.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leakhunt.model import Finding, State
from leakhunt.outputs import wording
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.model import Report

OLDEST = 3
PEOPLE = 5
FIRST = 5
OPEN = 5
"""How many are named."""


@record(frozen=True, slots=True)
class Summary:
    """What an audit comes down to. Findings are named in the order in which they matter.

    Attributes:
        asked: whether anybody was asked if credentials are live.
        live: those that are.
        present: secrets at HEAD, or in files.
        past: secrets that only history holds.
        oldest: the first that leaked, and were not found dead.
        people: who brought the most of them, and how many each.
        others: how many people there are besides.
        first: what to rotate first.
        services: open ones, worst first, that are worth showing.
    """

    asked: bool
    live: tuple[Finding, ...]
    present: int
    past: int
    oldest: tuple[Finding, ...]
    people: tuple[tuple[str, int], ...]
    others: int
    first: tuple[Finding, ...]
    services: tuple[Finding, ...]


def summary(report: Report) -> Summary:
    """Return what a report comes down to."""
    secrets = [one for one in report.findings if one.kind == "secret"]
    alive = [one for one in secrets if one.verdict.state is not State.INACTIVE]
    gone = sum(wording.at_head(one) is False for one in secrets)
    dated = sorted((one for one in alive if since(one)), key=lambda one: (since(one), one.id))
    people = Counter(who for one in alive if (who := author(one)))
    ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    return Summary(
        asked=any(one.verdict.checked_at for one in secrets),
        live=tuple(one for one in _ranked(alive) if one.verdict.state is State.ACTIVE),
        present=len(secrets) - gone,
        past=gone,
        oldest=tuple(dated[:OLDEST]),
        people=tuple(ranked[:PEOPLE]),
        others=max(0, len(ranked) - PEOPLE),
        first=tuple(_ranked(alive)[:FIRST]),
        services=tuple(
            one
            for one in wording.by_severity(report.findings)
            if one.kind == "exposure" and one.severity.rank >= wording.SHOWN.rank
        ),
    )


def since(finding: Finding) -> str:
    """Return when it was first committed or said, ISO 8601, or nothing."""
    times = [place.date or place.time or "" for place in finding.locations]
    return min((time for time in times if time), default="")


def author(finding: Finding) -> str:
    """Return who brought it first, or nothing."""
    for place in finding.locations:
        if place.author:
            return place.author
    return ""


def _ranked(findings: list[Finding]) -> list[Finding]:
    """Live ones, then the most severe and surest; of those what HEAD has, and what is young."""
    return sorted(
        sorted(findings, key=lambda one: (since(one), one.fingerprint), reverse=True),
        key=lambda one: (
            one.verdict.state is not State.ACTIVE,
            -one.severity.rank,
            -one.confidence.rank,
            wording.at_head(one) is False,
            -len({place.repository for place in one.locations}),
        ),
    )
