"""Which comment speaks for which place, and which comments speak for nothing."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.model import Problem, Suppression
from leakhunt.suppress.entries import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.model import Finding, Location, Match
    from leakhunt.suppress.comments import Comment

_ID = lazy.pattern(r"[0-9a-f]{12,32}")


@dataclasses.dataclass(frozen=True, slots=True)
class _Thing:
    """Something that a comment may mean: a match, or a place of an exposure."""

    signature: str
    kind: str
    value: object  # two of the same value are one to a comment
    fingerprint: str


class Inline:
    """The comments of a scan, held against what was found.

    Args:
        comments: all of them.
        matches: all occurrences.
        findings: what became of them, and exposures.
        today: ISO date.
    """

    def __init__(
        self,
        comments: Sequence[Comment],
        matches: Sequence[Match],
        findings: Sequence[Finding],
        today: str,
    ) -> None:
        self._today = today
        self._comments = sorted(set(comments))
        self._by_blob: dict[tuple[str, str], list[Comment]] = defaultdict(list)
        self._by_path: dict[str, list[Comment]] = defaultdict(list)
        for comment in self._comments:
            self._by_blob[comment.blob, comment.member].append(comment)
            if comment.path:
                self._by_path[comment.path].append(comment)
        self._meant: dict[Comment, set[_Thing]] = defaultdict(set)
        if comments:
            self._hold(matches, findings)

    def _hold(self, matches: Sequence[Match], findings: Sequence[Finding]) -> None:
        known = {(one.signature, one.secret): one.fingerprint for one in findings}
        for match in matches:
            beside = self._by_blob.get((match.blob.id, match.blob.member), ())
            if not beside or match.blob.field or match.mention:
                continue
            key = known.get((match.signature, match.secret), "")
            thing = _Thing(match.signature, "secret", match.secret, key)
            for comment in beside:
                span = match.span
                if _covers(comment, span.line, span.end_line) and _means(comment, thing):
                    self._meant[comment].add(thing)
        for finding in findings:
            if finding.kind == "secret":
                continue
            thing = _Thing(
                finding.signature, finding.kind, finding.fingerprint, finding.fingerprint
            )
            for place in finding.locations:
                for comment in self._by_path.get(place.path or "", ()):
                    if _covers(comment, place.line, place.end_line) and _means(comment, thing):
                        self._meant[comment].add(thing)

    def why(self, finding: Finding, place: Location) -> Suppression | None:
        """Return why a place is allowed by a comment, or None."""
        if not self._meant or place.field or place.chat:
            return None
        for comment in self._beside(place):
            if not _covers(comment, place.line, place.end_line) or self._fault(comment):
                continue
            if any(
                thing.signature == finding.signature and thing.fingerprint == finding.fingerprint
                for thing in self._meant[comment]
            ):
                return Suppression("inline", comment.reason or f"{comment.form}, without a reason")
        return None

    def _beside(self, place: Location) -> Iterator[Comment]:
        path = place.path or "-"
        member = path.partition("!")[2]
        for key in dict.fromkeys((member, "")):
            yield from self._by_blob.get((place.blob or "", key), ())
            if place.blob is None:
                outer = path[: len(path) - len(key) - 1] if key else path
                yield from self._by_blob.get((f"path:{outer}", key), ())
        if path == "-":
            yield from self._by_blob.get(("stdin", ""), ())

    def _fault(self, comment: Comment) -> tuple[str, str] | None:
        """Return the kind of problem because of which a comment has no effect, and what it is."""
        if comment.fault:
            return "suppression-invalid", comment.fault
        if comment.until and comment.until < self._today:
            return "suppression-expired", f"this comment ended on {comment.until}"
        if comment.form == "leakhunt:allow" and not comment.ids and self._many(comment) > 1:
            said = f"{self._many(comment)} secrets stand here: this comment must name the one"
            return "suppression-broad", f"{said} that is meant, by its id: leakhunt:allow[id]"
        return None

    def _many(self, comment: Comment) -> int:
        return len({thing.value for thing in self._meant[comment]})

    def problems(self, *, unused: bool, exposures: bool = True) -> Iterator[Problem]:
        """Yield what is wrong with comments; those of other tools are not judged.

        Args:
            unused: whether one that means nothing is worth a word.
            exposures: whether exposures were looked for, which it may mean.
        """
        for comment in self._comments:
            if comment.form != "leakhunt:allow" or not comment.path:
                continue
            where = f"{comment.path}:{comment.line}"
            meant = self._meant.get(comment)
            if meant and (fault := self._fault(comment)):
                yield Problem(fault[0], where, fault[1], gap=False)
            elif meant and not comment.block and self._many(comment) > 1:
                said = f"this comment allows {self._many(comment)} secrets: name one by its id"
                yield Problem("suppression-broad", where, said, gap=False)
            elif not meant and comment.plain and comment.fault:
                yield Problem("suppression-invalid", where, comment.fault, gap=False)
            elif not meant and comment.plain and unused and (exposures or _secrets_only(comment)):
                said = "this comment allows nothing: take it out"
                yield Problem("suppression-unused", where, said, gap=False)


def _covers(comment: Comment, line: int | None, end_line: int | None) -> bool:
    first = line or 0
    return comment.first <= (end_line or first) and first <= comment.last


def _secrets_only(comment: Comment) -> bool:
    """Say whether a comment names what it means, and no exposure is among it."""
    return bool(comment.ids) and not any(re.match(r"exposure|[*?\[]", one) for one in comment.ids)


def _means(comment: Comment, thing: _Thing) -> bool:
    if comment.kinds and thing.kind not in comment.kinds:
        return False
    if not comment.ids:
        return True
    return named(comment.ids, thing.signature) or any(
        _ID.fullmatch(one) and thing.fingerprint.startswith(one) for one in comment.ids
    )
