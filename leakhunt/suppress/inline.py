"""Which comment speaks for which place, and which comments speak for nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.model import Problem, Suppression
from leakhunt.records import record
from leakhunt.suppress.entries import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.model import Finding, Location, Match
    from leakhunt.suppress.comments import Comment

_ID = lazy.pattern(r"[0-9a-f]{12,32}")


@record(frozen=True, slots=True)
class _Thing:
    """Something that a comment may mean: a match, or a place of an exposure."""

    signature: str
    kind: str
    value: object  # two of the same value are one to a comment
    fingerprint: str


_NARROW = 64
"""A comment that covers more lines is found by the pages of so many lines that it covers."""


class _Lines:
    """The comments of a text, by the lines that they cover."""

    def __init__(self) -> None:
        self._all: list[Comment] = []
        self._wide: dict[int, list[Comment]] = defaultdict(list)
        self._narrow: dict[int, list[Comment]] = defaultdict(list)

    def add(self, comment: Comment) -> None:
        """Add one; they come in their order."""
        self._all.append(comment)
        if comment.last - comment.first > _NARROW:
            for page in range(comment.first // _NARROW, comment.last // _NARROW + 1):
                self._wide[page].append(comment)
            return
        for line in range(comment.first, comment.last + 1):
            self._narrow[line].append(comment)

    def covering(self, line: int | None, end_line: int | None) -> list[Comment]:
        """Return those that speak for some lines, in their order."""
        first = line or 0
        last = end_line or first
        if last - first > _NARROW:
            near: Sequence[Comment] = self._all
        else:
            near = [one for at in range(first, last + 1) for one in self._narrow.get(at, ())]
            pages = range(first // _NARROW, last // _NARROW + 1) if self._wide else ()
            wide = {one for page in pages for one in self._wide.get(page, ())}
            near = sorted(wide.union(near)) if wide or last > first else near
        return [comment for comment in near if _covers(comment, line, end_line)]


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
        self._by_blob: dict[tuple[str, str], _Lines] = defaultdict(_Lines)
        self._by_path: dict[str, _Lines] = defaultdict(_Lines)
        for comment in self._comments:
            self._by_blob[comment.blob, comment.member].add(comment)
            if comment.path:
                self._by_path[comment.path].add(comment)
        self._meant: dict[Comment, set[_Thing]] = defaultdict(set)
        if comments:
            self._hold(matches, findings)
        # A line may hold thousands of secrets, and of each its comments are asked.
        self._named = {
            comment: {(thing.signature, thing.fingerprint) for thing in things}
            for comment, things in self._meant.items()
        }
        self._many = {
            comment: len({thing.value for thing in things})
            for comment, things in self._meant.items()
        }

    def _hold(self, matches: Sequence[Match], findings: Sequence[Finding]) -> None:
        known = {(one.signature, one.secret): one.fingerprint for one in findings}
        for match in matches:
            beside = self._by_blob.get((match.blob.id, match.blob.member))
            if beside is None or match.blob.field or match.mention:
                continue
            key = known.get((match.signature, match.secret), "")
            thing = _Thing(match.signature, "secret", match.secret, key)
            for comment in beside.covering(match.span.line, match.span.end_line):
                if _means(comment, thing):
                    self._meant[comment].add(thing)
        for finding in findings:
            if finding.kind == "secret":
                continue
            thing = _Thing(
                finding.signature, finding.kind, finding.fingerprint, finding.fingerprint
            )
            for place in finding.locations:
                if beside := self._by_path.get(place.path or ""):
                    for comment in beside.covering(place.line, place.end_line):
                        if _means(comment, thing):
                            self._meant[comment].add(thing)

    def why(self, finding: Finding, place: Location) -> Suppression | None:
        """Return why a place is allowed by a comment, or None."""
        if not self._meant or place.field or place.chat:
            return None
        for comment in self._beside(place):
            if self._fault(comment):
                continue
            if (finding.signature, finding.fingerprint) in self._named.get(comment, ()):
                return Suppression("inline", comment.reason or f"{comment.form}, without a reason")
        return None

    def _beside(self, place: Location) -> Iterator[Comment]:
        path = place.path or "-"
        member = path.partition("!")[2]
        keys = []
        for key in dict.fromkeys((member, "")):
            keys.append((place.blob or "", key))
            if place.blob is None:
                outer = path[: len(path) - len(key) - 1] if key else path
                keys.append((f"path:{outer}", key))
        if path == "-":
            keys.append(("stdin", ""))
        for where in keys:
            if beside := self._by_blob.get(where):
                yield from beside.covering(place.line, place.end_line)
        if place.blob is None and (beside := self._by_path.get(path)):
            # An exposure of HEAD's files, whose comments are those of a git object.
            yield from beside.covering(place.line, place.end_line)

    def _fault(self, comment: Comment) -> tuple[str, str] | None:
        """Return the kind of problem because of which a comment has no effect, and what it is."""
        if comment.fault:
            return "suppression-invalid", comment.fault
        if comment.until and comment.until < self._today:
            return "suppression-expired", f"this comment ended on {comment.until}"
        many = self._many.get(comment, 0)
        if comment.form == "leakhunt:allow" and not comment.ids and many > 1:
            said = f"{many} secrets stand here: this comment must name the one"
            return "suppression-broad", f"{said} that is meant, by its id: leakhunt:allow[id]"
        return None

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
            elif meant and not comment.block and self._many[comment] > 1:
                said = f"this comment allows {self._many[comment]} secrets: name one by its id"
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
