"""From findings to verdicts: each distinct credential is asked about once."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from typing import TYPE_CHECKING

from leakhunt.model import Finding, Problem, State, Verdict
from leakhunt.records import record
from leakhunt.verify.cases import Case, cases
from leakhunt.verify.pace import Failed, Later, Pace
from leakhunt.verify.reasons import Absent, Refused, Unfit
from leakhunt.verify.session import Session, Throttled, contacted, contacts, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leakhunt.model import Signature
    from leakhunt.verify.policy import Policy
    from leakhunt.verify.remembered import Memory

NO_WAY = Verdict(State.UNCHECKED, "leakhunt knows no way to verify this kind of credential")
_FAILED = (
    "could not be asked:",
    "the provider failed",
    "too many requests",
    "sends elsewhere",
    "a page for people answers",
)
"""Reasons for which something that should have been asked was not answered."""


@record(frozen=True, slots=True)
class Asked:
    """What came of a run.

    Attributes:
        findings: all that were given, in order, with their verdicts.
        problems: what could not be asked, by host.
        requests: how many credentials were asked about.
        remembered: how many were known from earlier runs.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    requests: int
    remembered: int


def verified(
    findings: Sequence[Finding],
    signatures: Mapping[str, Signature],
    policy: Policy,
    *,
    memory: Memory | None = None,
    told: Callable[[int], None] | None = None,
    essential: bool = False,
) -> Asked:
    """Ask about all findings that can be asked about.

    Args:
        findings: what has a verdict from other sources keeps it.
        signatures: by id.
        policy: who may be asked.
        memory: verdicts of earlier runs.
        told: how many were asked about so far.
        essential: what cannot be asked makes the result incomplete.
    """
    found = cases(findings, signatures, policy.settings.endpoints)
    wanted: dict[tuple[str, ...], Case] = {}
    verdicts: dict[tuple[str, ...], Verdict] = {}
    for finding, case in zip(findings, found, strict=True):
        if case is not None and finding.verdict.state is State.UNCHECKED:
            wanted.setdefault(case.key, case)
    for key in wanted:
        known = memory.verdict(key) if memory else None
        if known is not None:
            verdicts[key] = known
    remembered = len(verdicts)
    asked = [(key, case) for key, case in wanted.items() if key not in verdicts]
    verdicts.update(_ask(asked, policy, memory, told))
    judged = tuple(
        _with(finding, case, verdicts) for finding, case in zip(findings, found, strict=True)
    )
    problems = _problems([(case, verdicts[key]) for key, case in wanted.items()], essential)
    return Asked(judged, problems, len(asked), remembered)


def _with(
    finding: Finding, case: Case | None, verdicts: Mapping[tuple[str, ...], Verdict]
) -> Finding:
    if finding.verdict.state is not State.UNCHECKED or finding.kind != "secret":
        return finding
    verdict = verdicts[case.key] if case is not None else NO_WAY
    details = {**finding.verdict.details, **verdict.details}
    return dataclasses.replace(finding, verdict=dataclasses.replace(verdict, details=details))


def _ask(
    asked: Sequence[tuple[tuple[str, ...], Case]],
    policy: Policy,
    memory: Memory | None,
    told: Callable[[int], None] | None,
) -> dict[tuple[str, ...], Verdict]:
    session = Session(policy)

    def work(case: Case) -> Verdict:
        try:
            verdict = session.verdict(case)
        except Throttled as throttled:
            raise Later(throttled.verdict, throttled.patience) from None
        if "could not be asked:" in verdict.reason:
            raise Failed(verdict)
        return verdict

    ready, lanes = {}, []
    for key, case in asked:
        try:
            targets = contacts(case)
            lanes.append((key, (str(targets[0]) if targets else "", case)))
        except (Absent, Unfit, Refused) as error:
            ready[key] = unknown(error)
    pace: Pace[Case, Verdict] = Pace(work, policy.settings.rate, policy.settings.concurrency)
    results = pace.run([lane for _, lane in lanes], told)
    moment = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
    for (key, _), verdict in zip(lanes, results, strict=True):
        stamped = dataclasses.replace(verdict, checked_at=moment)
        ready[key] = stamped
        if memory:
            memory.learn(key, stamped)
    if memory:
        memory.keep()
    return ready


def _problems(judged: Sequence[tuple[Case, Verdict]], essential: bool) -> tuple[Problem, ...]:
    """Count what should have been answered and was not, by host and reason."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for case, verdict in judged:
        if verdict.state is State.UNKNOWN and any(text in verdict.reason for text in _FAILED):
            counts[contacted(case), verdict.reason] += 1
    return tuple(
        Problem(
            "verification",
            where,
            f"{count} credential{'s' if count > 1 else ''} unverified: {reason}",
            gap=essential,
        )
        for (where, reason), count in sorted(counts.items())
    )
