"""The reports of several repositories as one: a secret that lies in several is one finding.

All that is needed are fingerprints: no secret comes here.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from leakhunt.audits import Audit, Audited
from leakhunt.model import Confidence, Finding, Problem, Severity, Signature, State
from leakhunt.outputs import reread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SUMMED = ("blobs", "commits", "paths", "mentions")
_SURENESS = (State.UNCHECKED, State.UNKNOWN, State.INACTIVE, State.ACTIVE)


@dataclasses.dataclass(slots=True)
class Merged:
    """What of several repositories is known so far, in whatever order they come."""

    findings: dict[tuple[str, str], list[Finding]] = dataclasses.field(default_factory=dict)
    suppressed: dict[tuple[str, str], list[Finding]] = dataclasses.field(default_factory=dict)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    signatures: dict[str, Signature] = dataclasses.field(default_factory=dict)
    repositories: dict[str, Audited] = dataclasses.field(default_factory=dict)
    contexts: dict[Any, Any] = dataclasses.field(default_factory=dict)
    """The lines around findings, as the web page takes them."""
    unsure: int = 0
    put_off: bool = False
    fails: bool = False
    """Something was found that makes an audit fail."""
    lost: int = 0
    """Repositories that failed through no fault of their own."""
    late: int = 0
    """Repositories that took longer than was allowed."""

    def add(self, name: str, part: bytes, *, again: bool = False) -> Audited:
        """Take in what came of a repository.

        Args:
            name: what the report calls it.
            part: JSON, as `leakhunt.commands.part` wrote it.
            again: an earlier run had it.
        """
        try:
            told = json.loads(part)
            if error := told.get("error"):
                self.lost += bool(error.get("lost"))
                self.late += bool(error.get("late"))
                return self._failed(name, str(error["message"]).removeprefix(f"{name}: "))
            return self._add(name, told, again)
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._failed(name, "what came of it cannot be read")

    def _failed(self, name: str, message: str) -> Audited:
        self.problems.append(Problem("repository-failed", name, message))
        self.repositories[name] = Audited(name, gaps=1, failed=message)
        return self.repositories[name]

    def _add(self, name: str, told: Mapping[str, Any], again: bool) -> Audited:
        document = told["report"]
        found = [_in(name, reread.finding(one)) for one in document["findings"]]
        hidden = [_in(name, reread.finding(one)) for one in document["suppressed"]]
        problems = [reread.problem(one) for one in document["problems"]]
        audited = Audited(
            name,
            reread.counts(document["scanned"]),
            len(found),
            sum(problem.gap for problem in problems),
            seconds=float(told["seconds"]),
            web=str(told["web"]),
            again=again,
        )
        for one in told["signatures"]:
            self.signatures.setdefault(str(one["id"]), _signature(one))
        for kept, items in ((self.findings, found), (self.suppressed, hidden)):
            for item in items:
                kept.setdefault(key(item), []).append(item)
        self.problems += problems
        for (print_, _, where, line, column), lines in told.get("contexts", ()):
            key_of = (str(print_), name, str(where), int(line), int(column))
            self.contexts[key_of] = tuple((int(at), str(text)) for at, text in lines)
        self.unsure += int(told["unsure"])
        self.put_off = self.put_off or bool(told["put_off"])
        self.fails = self.fails or bool(told["fails"])
        self.repositories[name] = audited
        return audited

    def report(self, target: str, names: Iterable[str], seconds: float) -> Audit:
        """Return the report of all; the same whatever order they came in.

        Args:
            target: what to call it.
            names: the repositories, in the order in which they were named.
            seconds: how long it took.
        """
        done = [self.repositories[name] for name in names if name in self.repositories]
        scanned: Counter[str] = Counter()
        for one in done:
            scanned.update(one.scanned)
        rank = {one.name: at for at, one in enumerate(done)}
        return Audit(
            target=target,
            findings=tuple(sorted((_joined(g, rank) for g in self.findings.values()), key=_order)),
            suppressed=tuple(
                sorted((_joined(g, rank) for g in self.suppressed.values()), key=_order)
            ),
            problems=tuple(sorted(dict.fromkeys(self.problems), key=dataclasses.astuple)),
            scanned=dict(sorted(scanned.items())),
            signatures=tuple(self.signatures[name] for name in sorted(self.signatures)),
            unsure=self.unsure,
            put_off=self.put_off,
            seconds=seconds,
            repositories=tuple(done),
        )


def key(finding: Finding) -> tuple[str, str]:
    """Return what makes two findings one: an exposure is one only in the same repository."""
    place = finding.locations[0].repository if finding.locations else None
    return finding.fingerprint, "" if finding.kind == "secret" else place or ""


def _in(name: str, finding: Finding) -> Finding:
    places = tuple(dataclasses.replace(place, repository=name) for place in finding.locations)
    return dataclasses.replace(finding, locations=places)


def _signature(told: Mapping[str, Any]) -> Signature:
    return Signature(
        id=str(told["id"]),
        provider=str(told["provider"]),
        title=str(told["title"]),
        severity=Severity(told["severity"]),
        confidence=Confidence(told["confidence"]),
        pattern="",
        span=0,
        examples=(),
        counterexamples=(),
        remediation=str(told["remediation"]),
        references=tuple(map(str, told["references"])),
    )


def _joined(group: Sequence[Finding], rank: Mapping[str, int]) -> Finding:
    """Make one finding of those of a secret in several repositories."""
    group = sorted(group, key=lambda one: rank.get(_repository(one), 0))
    if len(group) == 1:
        return group[0]
    worst = max(group, key=lambda one: one.severity.rank)
    places = [place for one in group for place in one.locations]
    # First seen first; where nobody knows when, in the order of the repositories.
    places.sort(key=lambda place: place.date or place.time or "9999")
    return dataclasses.replace(
        worst,
        confidence=max((one.confidence for one in group), key=lambda sure: sure.rank),
        verdict=max((one.verdict for one in group), key=lambda one: _SURENESS.index(one.state)),
        locations=tuple(places),
        properties=_properties(group),
    )


def _repository(finding: Finding) -> str:
    return (finding.locations[0].repository or "") if finding.locations else ""


def _properties(group: Sequence[Finding]) -> dict[str, str | int | bool]:
    """Join properties: what counts is added up, and gone is what the last repository lost."""
    joined: dict[str, str | int | bool] = {}
    for one in sorted(group, key=lambda one: str(one.properties.get("removed_date", ""))):
        joined |= one.properties
    for name in _SUMMED:
        counts = [one.properties[name] for one in group if name in one.properties]
        if counts:
            joined[name] = sum(count for count in counts if isinstance(count, int))
    ages = [one.properties.get("age_days") for one in group]
    if known := [age for age in ages if isinstance(age, int)]:
        joined["age_days"] = max(known)
    return joined | {"repositories": len(group)}


def _order(finding: Finding) -> tuple[int, int, str, tuple[str, str, int, int], str]:
    place = finding.locations[0] if finding.locations else None
    where = ("", "", 0, 0)
    if place:
        where = place.repository or "", place.path or "", place.line or 0, place.column or 0
    rank = -finding.severity.rank, -finding.confidence.rank
    return (*rank, finding.signature, where, finding.fingerprint)
