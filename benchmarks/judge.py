"""Counts what a scanner found right and wrong in the corpus, by one rule for all.

* A finding **hits** a positive label of the same file if it is about its value and lies within
  three lines of it. It is about its value if it holds it whole, as a connection string holds a
  password, or if it is at least half of it; on the very lines of the label any part will do, as of
  a value that is put together. Values are compared as they stand in the text and as they are
  decoded.
* Where a scanner tells only the SHA-1 of a value, or nothing, a finding hits every positive label
  on its lines; this is to the advantage of that scanner.
* A label of the category `logged-secret` is hit by any finding on its lines, as there is no value.
* **Recall** is the share of positive labels that were hit, however often.
* A finding that hits nothing and does not touch a label that does not count is a **false alarm**.
  False alarms on one line count once, so that nobody is punished for telling twice.
* **Precision** is hits / (hits + false alarms), where hits are labels.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.corpus import Case, Label
    from benchmarks.scanners import Found

NEAR = 3
"""Lines between a finding and a label that it names by its value."""
_JOINS = re.compile(r"\\n|[\s,'\"]")
"""What stands between the lines of a key: escapes, and quotes of several texts."""
SHORTEST = 3
"""Characters of a part of a value that mean something."""


@dataclasses.dataclass
class Verdict:
    """What a scanner did with one case."""

    case: Case
    hit: set[int] = dataclasses.field(default_factory=set)
    """Places of the positive labels that were found."""
    alarms: dict[int, str] = dataclasses.field(default_factory=dict)
    """By line: the category of what was wrongly reported there, `-` if nothing is labelled."""

    @property
    def missed(self) -> list[Label]:
        """The positive labels that were not found."""
        return [
            label
            for place, label in enumerate(self.case.labels)
            if label.positive and place not in self.hit
        ]


def judge(cases: Iterable[Case], findings: dict[str, list[Found]]) -> list[Verdict]:
    """Return a verdict for each case.

    Args:
        cases: The corpus.
        findings: What was found, by the id of the case.
    """
    verdicts = []
    for case in cases:
        verdict = Verdict(case)
        for found in findings.get(case.id, []):
            _count(verdict, found)
        verdicts.append(verdict)
    return verdicts


def _count(verdict: Verdict, found: Found) -> None:
    case = verdict.case
    touched = [
        place for place, label in enumerate(case.labels) if _distance(found, case.lines(label)) == 0
    ]
    hits = [
        place
        for place, label in enumerate(case.labels)
        if label.positive and _hits(found, case, label)
    ]
    verdict.hit.update(hits)
    if hits or any(_excused(found, case, case.labels[place]) for place in touched):
        return
    negatives = [case.labels[place] for place in touched if case.labels[place].negative]
    named = [label for label in negatives if _about(found, case, label)] or negatives
    verdict.alarms.setdefault(found.first, named[0].category if named else "-")


def _excused(found: Found, case: Case, label: Label) -> bool:
    return label.sign == "?" and (not found.values or _about(found, case, label))


def _hits(found: Found, case: Case, label: Label) -> bool:
    distance = _distance(found, case.lines(label))
    if label.category == "logged-secret" or not (found.values or found.digests):
        return distance == 0
    if found.digests:
        known = {hashlib.sha1(text.encode()).hexdigest() for text in _texts(case, label)}
        return distance == 0 or (distance <= NEAR and not known.isdisjoint(found.digests))
    return distance <= NEAR and _about(found, case, label, 0.5 if distance else 0)


def _about(found: Found, case: Case, label: Label, share: float = 0.5) -> bool:
    """Tell whether a finding is about a label's value, of which it has to be a share."""
    texts = [text for text in _texts(case, label) if text]
    return any(_same(value, text, share) for value in found.values for text in texts)


def _texts(case: Case, label: Label) -> tuple[str, str]:
    return label.value, case.text[label.start : label.end]


def _same(value: str, text: str, share: float) -> bool:
    value, text = _folded(value).strip(" \t\r\n'\"`"), _folded(text).strip(" \t\r\n'\"`")
    if not value or not text:
        return False
    return text in value or (value in text and len(value) >= max(share * len(text), SHORTEST))


def _distance(found: Found, lines: range) -> int:
    """Return how many lines lie between a finding and a label; none if they touch."""
    return max(lines.start - found.last, found.first - (lines.stop - 1), 0)


@dataclasses.dataclass(frozen=True)
class Tally:
    """What was counted over some cases."""

    expected: int
    hit: int
    alarms: int

    @property
    def recall(self) -> float:
        """Share of what had to be found that was found; 1 if there was nothing."""
        return self.hit / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """Share of what was found that had to be found; 1 if nothing was found."""
        found = self.hit + self.alarms
        return self.hit / found if found else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def tally(verdicts: Sequence[Verdict], *, but: frozenset[str] = frozenset()) -> Tally:
    """Add verdicts up.

    Args:
        verdicts: Of the cases that count.
        but: Categories of positives that are left out.
    """
    expected = hit = 0
    for verdict in verdicts:
        for place, label in enumerate(verdict.case.labels):
            if label.positive and label.category not in but:
                expected += 1
                hit += place in verdict.hit
    return Tally(expected, hit, sum(len(verdict.alarms) for verdict in verdicts))


def recalls(verdicts: Sequence[Verdict]) -> dict[str, Tally]:
    """Return for each category of positives how many were expected and hit."""
    counts: dict[str, list[int]] = {}
    for verdict in verdicts:
        for place, label in enumerate(verdict.case.labels):
            if label.positive:
                pair = counts.setdefault(label.category, [0, 0])
                pair[0] += 1
                pair[1] += place in verdict.hit
    return {category: Tally(pair[0], pair[1], 0) for category, pair in sorted(counts.items())}


def alarms(verdicts: Sequence[Verdict]) -> dict[str, tuple[int, int]]:
    """Return for each category of negatives how many there are and how many gave alarm."""
    counts: dict[str, list[int]] = {"-": [0, 0]}
    for verdict in verdicts:
        for label in verdict.case.labels:
            if label.negative:
                counts.setdefault(label.category, [0, 0])[0] += 1
        for category in verdict.alarms.values():
            counts[category][1] += 1
    return {category: (pair[0], pair[1]) for category, pair in sorted(counts.items())}


def _folded(text: str) -> str:
    """Return a private key in one line, however its lines are joined; other values as they are."""
    return _JOINS.sub("", text) if "-----BEGIN" in text else text
