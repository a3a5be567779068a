"""Decides what was left open because only a line was seen, and joins what is one secret.

In history a blob has no path while it is scanned. What a line gave away there is a candidate
until a file is read that holds it: one or a few for each secret, however many versions have it.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from leakhunt.catalogue import by_id, by_name
from leakhunt.contextual.places import kinds
from leakhunt.engine.by_name import is_called, is_telling
from leakhunt.engine.overlaps import around
from leakhunt.engine.position import Positions
from leakhunt.engine.spread import spread
from leakhunt.model import Blob, Confidence, Match, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.by_name import ByName, Decision
    from leakhunt.model import Signature

LOOKED_UP = 16
"""Versions of which the path is looked up for one secret, at most."""
READ = 3
"""Files that are read for one secret, at most."""


_Place = tuple[str, int]
"""A git object, and the offset in it."""


class Files(Protocol):
    """Tells what git objects are as files."""

    def expect(self, oids: Collection[str]) -> None:
        """Say of which git objects more may be asked: one look-up of all is the cheapest."""

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, str]:
        """Return the git objects that are files under a name, and a path of each."""

    def paths_of(self, oids: Collection[str]) -> Mapping[str, str]:
        """Return a path for each of some git objects that has one."""

    def contents_of(self, oids: Collection[str]) -> Mapping[str, bytes]:
        """Return what is in some git objects, as far as they can be read."""


class Settling:
    """Decides for one scan.

    Args:
        names: what finds secrets by their names.
        signatures: all that were looked for.
        files: tells what git objects are as files.
        jobs: in how many processes files are read.
    """

    def __init__(
        self, names: ByName, signatures: Sequence[Signature], files: Files, jobs: int
    ) -> None:
        self._names = names
        self._jobs = jobs
        self._signatures = signatures
        self._files = files

    def settled(self, matches: Sequence[Match]) -> list[Match]:
        """Return the matches that stay, in the same order, with one signature for each secret."""
        ours = {self._signatures[number].id for number in by_name(self._signatures)}
        if not ours:
            return list(matches)
        if any(match.open for match in matches):
            self._files.expect({match.blob.id for match in matches if match.blob.kind == "blob"})
        matches = self._with_called(matches)
        if not any(match.signature in ours for match in matches):
            return list(matches)
        open_: dict[Secret, list[Match]] = defaultdict(list)
        for match in matches:
            if match.open:
                open_[match.secret].append(match)
        decided: dict[Secret, Decision] = {}
        refused: set[_Place] = set()
        if open_:
            decided, refused = self._decided(open_)
        after = (
            _decision(match, decided)
            for match in matches
            if not (match.open and _place(match) in refused)
        )
        kept = [match for match in after if match is not None]
        return list(self._joined(kept, ours))

    def _with_called(self, matches: Sequence[Match]) -> list[Match]:
        """Add what the versions of files say that are called like secrets."""
        paths = self._files.named(is_called)
        signatures = by_id(self._signatures)
        known = {(match.blob.id, match.offset) for match in matches if match.blob.id in paths}
        more = [
            Match(
                signature=signature,
                secret=Secret(data[start:end]),
                blob=Blob(oid, len(data), "blob"),
                span=Positions(data).span(start, end),
                offset=start,
                confidence=sure,
                around=around(data, start, end, signatures[signature].around),
            )
            for oid, data in sorted(self._files.contents_of(paths).items() if paths else ())
            if is_telling(paths[oid], len(data))
            for start, end, signature, sure in self._names.whole(paths[oid], data)
            if (oid, start) not in known
        ]
        return [*matches, *more]

    def _decided(
        self, groups: Mapping[Secret, Sequence[Match]]
    ) -> tuple[dict[Secret, Decision], set[_Place]]:
        """Return signature and confidence of what is a leak, and where files show that it is none.

        The same word may be a password in one file and a label in the next.
        """
        looked = {secret: _few(matches) for secret, matches in groups.items()}
        paths = self._files.paths_of({m.blob.id for some in looked.values() for m in some})
        wanted: dict[str, list[Match]] = defaultdict(list)
        for matches in looked.values():
            for match in _representatives(matches, paths):
                wanted[match.blob.id].append(match)
        contents = self._files.contents_of(wanted)
        oids = sorted(wanted.keys() & contents.keys())

        def decide(number: int) -> list[tuple[int, Decision]]:
            oid = oids[number]
            return self._names.decided(paths.get(oid, ""), contents[oid], wanted[oid])

        found: dict[Secret, Decision] = {}
        refused: set[_Place] = set()
        for oid, decided in zip(oids, spread(decide, len(oids), self._jobs), strict=True):
            taken = {number for number, _ in decided}
            refused.update(_place(m) for n, m in enumerate(wanted[oid]) if n not in taken)
            for number, decision in decided:
                secret = wanted[oid][number].secret
                known = found.get(secret)
                if known is None or decision.confidence.rank > known.confidence.rank:
                    found[secret] = decision
        return found, refused

    def _joined(self, matches: Sequence[Match], ours: Collection[str]) -> Iterator[Match]:
        """Give each secret one signature: one with a pattern goes first, then the surest.

        Signatures that hold only in files of certain names would lose the other places.
        """
        known_as = by_id(self._signatures)
        names = {match.signature for match in matches}.difference(ours)
        bound = {name for name in names if known_as[name].file or known_as[name].rule}
        by_pattern: dict[Secret, Match] = {}
        by_words: dict[Secret, tuple[int, str]] = {}
        for match in matches:
            if match.signature not in ours:
                if match.signature not in bound:
                    by_pattern.setdefault(match.secret, match)
            else:
                rank = -(match.confidence or Confidence.MEDIUM).rank, match.signature
                by_words[match.secret] = min(rank, by_words.get(match.secret, rank))
        for match in matches:
            if match.signature not in ours:
                yield match
            elif known := by_pattern.get(match.secret):
                yield dataclasses.replace(
                    match, signature=known.signature, parts=known.parts, dismissed=known.dismissed
                )
            elif by_words[match.secret][1] != match.signature:
                yield dataclasses.replace(match, signature=by_words[match.secret][1])
            else:
                yield match


def _few(matches: Sequence[Match]) -> list[Match]:
    """Choose some versions: a path of each is looked up. Their ids are as good as random."""
    oids = set(sorted({match.blob.id for match in matches})[:LOOKED_UP])
    return [match for match in matches if match.blob.id in oids]


def _representatives(matches: Sequence[Match], paths: Mapping[str, str]) -> list[Match]:
    """Choose a match for each path, those outside of tests first; the same in whatever order."""
    first: dict[str, Match] = {}
    for match in matches:
        path = paths.get(match.blob.id, "")
        known = first.get(path)
        if known is None or _place(match) < _place(known):
            first[path] = match
    # Without a path nothing is known but the line.
    order = sorted(first, key=lambda path: (not path, len(kinds(path)), path))
    return [first[path] for path in order[:READ]]


def _place(match: Match) -> _Place:
    return match.blob.id, match.offset


def _decision(match: Match, decided: Mapping[Secret, Decision]) -> Match | None:
    """Return what a match is now, or None if it is no leak."""
    if not match.open:
        return match
    decision = decided.get(match.secret)
    if decision is None:
        return None
    return dataclasses.replace(match, open=False, **decision._asdict())
