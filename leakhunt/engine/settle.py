"""Decides what was left open because only a line was seen, and joins what is one secret.

In history a blob has no path while it is scanned. What a line gave away there is a candidate
until a file is read that holds it: one or a few for each secret, however many versions have it.
A key that is one anywhere is one everywhere. A word that is a password in one file is just a word
in another: it is decided for each path.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO, Protocol

from leakhunt.catalogue import by_id, by_name
from leakhunt.contextual.newest import is_table
from leakhunt.engine import deciding
from leakhunt.engine.by_name import SHORT, is_called, is_telling
from leakhunt.engine.newest import LARGEST
from leakhunt.engine.noting import Decisions
from leakhunt.engine.overlaps import Beside, around
from leakhunt.engine.position import Positions
from leakhunt.engine.spread import spread
from leakhunt.model import Blob, Confidence, Match, Secret
from leakhunt.records import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from leakhunt.engine.by_name import ByName, Decision
    from leakhunt.engine.newest import Newest
    from leakhunt.engine.noting import Notes
    from leakhunt.model import Signature

HELD = 96 * 1024 * 1024
"""Bytes of files that are held at once."""

_Decided = dict[deciding.Key, "Decision"]


class Files(Protocol):
    """Tells what git objects are as files."""

    def expect(self, oids: Collection[str]) -> None:
        """Say of which git objects more may be asked: one look-up of all is the cheapest."""

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files under a name, and their paths."""

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths of each of some git objects that has one, those of HEAD first."""

    def at_head(self, oids: Collection[str]) -> Collection[str]:
        """Return those of some git objects that are files of HEAD."""

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the git objects that lie at some paths."""

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files of HEAD, with their paths."""

    def lacking(self, wanted: Callable[[bytes], bool]) -> Collection[str]:
        """Return the git objects that are files under a name, and none of HEAD's."""

    def last(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return those of them that were the last at some paths, with these paths."""

    @property
    def notes(self) -> Notes | None:
        """What earlier scans made of single files, if that is kept."""

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in some git objects of `most` bytes, as far as they can be read."""

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens a git object that is too large to hold."""


class Settling:
    """Decides for one scan.

    Args:
        names: what finds secrets by their names.
        signatures: all that were looked for.
        files: tells what git objects are as files.
        jobs: in how many processes files are read.
        least: less sure matches are not listed, so they may be put off.
    """

    def __init__(
        self,
        names: ByName,
        signatures: Sequence[Signature],
        files: Files,
        jobs: int,
        least: Confidence = Confidence.LOW,
    ) -> None:
        self._names = names
        self._jobs = jobs
        self._signatures = signatures
        self._files = files
        self._least = least
        self._head: Collection[str] = ()
        self._decisions = Decisions(files.notes, by_id(signatures), least)

    def settled(self, matches: Sequence[Match], newest: Newest) -> list[Match]:
        """Return the matches that stay, with one signature for each secret.

        What cannot be sure enough to be listed is put off for good, unless its secret is listed: a
        listed secret has no place that is not sure, and lacks none.

        Args:
            matches: of the whole scan, in order.
            newest: what is scanned besides, by other processes.
        """
        ours = {self._signatures[number].id for number in by_name(self._signatures)}
        if not ours:
            return list(matches)
        if any(match.open for match in matches):
            self._files.expect({match.blob.id for match in matches if match.blob.kind == "blob"})
        lacking = self._files.lacking(_is_table)
        called = deciding.best(self._files.named(is_called))
        matches = self._with_called([*matches, *newest.found(matches)], called)
        if gone := self._files.last(lacking) if lacking else {}:
            with newest.of(gone) as others:
                matches += others.found(matches)
        if not any(match.signature in ours for match in matches):
            return list(matches)
        self._head = self._files.at_head({m.blob.id for m in matches if m.signature in ours})
        if oids := {match.blob.id for match in matches if match.open}:
            paths = deciding.best(self._files.paths_of(oids))
            matches = self._after(matches, paths, lambda match: match.confidence is None)
            listed = self._listed(matches)
            matches = self._after(matches, paths, lambda match: match.secret in listed)
        return list(self._joined(matches, ours))

    def _after(
        self, matches: Sequence[Match], paths: Mapping[str, str], wanted: Callable[[Match], bool]
    ) -> list[Match]:
        """Return what stays of matches when those open ones are decided that are wanted."""
        groups: dict[Secret, list[Match]] = defaultdict(list)
        for match in matches:
            if match.open and wanted(match):
                groups[match.secret].append(match)
        decided = self._decided(groups, paths)
        after = (
            _decision(match, decided, paths) if match.open and wanted(match) else match
            for match in matches
        )
        return [match for match in after if match is not None]

    def _listed(self, matches: Sequence[Match]) -> set[Secret]:
        """Return the secrets that are sure enough somewhere."""
        known_as = by_id(self._signatures)
        return {
            match.secret
            for match in matches
            if (match.confidence or known_as[match.signature].confidence).rank >= self._least.rank
        }

    def _with_called(self, matches: Sequence[Match], paths: Mapping[str, str]) -> list[Match]:
        """Add what files say that are called like secrets."""
        signatures = by_id(self._signatures)
        known: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in matches:
            if match.blob.id in paths:
                span = match.offset, match.offset + len(match.secret)
                known[match.blob.id].append(span)
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
            for oid, path, data in self._called(paths)
            for start, end, signature, sure in self._names.whole(path, data)
            if all(stop <= start or first >= end for first, stop in known[oid])
        ]
        return [*matches, *more]

    def _called(self, paths: Mapping[str, str]) -> Iterator[tuple[str, str, bytes]]:
        """Yield what is in the files that are called like secrets."""
        for oids in portions(dict.fromkeys(sorted(paths), SHORT)):
            for oid, data in sorted(self._files.contents_of(oids, SHORT).items()):
                if is_telling(paths[oid], len(data)):
                    yield oid, paths[oid], data

    def _decided(
        self, groups: Mapping[Secret, Sequence[Match]], paths: Mapping[str, str]
    ) -> _Decided:
        """Return signature and confidence of what is a leak."""
        wanted = deciding.wanted(groups, paths, self._head)
        said: dict[deciding.Key, list[tuple[bool, Decision]]] = defaultdict(list)
        for oid, decided in self._read(wanted, paths):
            for number, decision in decided:
                match = wanted[oid][number]
                if decision.around is not None:
                    beside = Beside(decision.around.reveal(), oid, match.offset)
                    decision = decision._replace(around=beside)
                said[deciding.key(match, paths)].append((oid in self._head, decision))
        return {key: deciding.agreed(some, self._least) for key, some in said.items()}

    def _read(
        self, wanted: Mapping[str, Sequence[Match]], paths: Mapping[str, str]
    ) -> Iterator[tuple[str, Iterable[tuple[int, Decision]]]]:
        """Yield what is decided by each of some files."""
        sizes = {oid: wanted[oid][0].blob.size for oid in sorted(wanted)}
        for oids in portions({oid: size for oid, size in sizes.items() if size <= LARGEST}):
            known = {
                oid: kept
                for oid in oids
                if (kept := self._decisions.known(oid, paths.get(oid, ""), wanted[oid])) is not None
            }
            silent = {oid for oid, kept in known.items() if not any(row.beside for row in kept)}
            contents = dict(self._files.contents_of([o for o in oids if o not in silent], LARGEST))
            answers = {
                oid: self._decisions.again(kept, wanted[oid], contents.pop(oid, b""))
                for oid, kept in known.items()
                if oid in silent or oid in contents
            }
            answers.update(self._held(contents, wanted, paths))
            yield from sorted(answers.items())
        for oid in (oid for oid, size in sizes.items() if size > LARGEST):
            from leakhunt.engine import large

            path = paths.get(oid, "")
            yield oid, large.decided(self._names, path, oid, self._files, wanted[oid])

    def _held(
        self,
        contents: Mapping[str, bytes],
        wanted: Mapping[str, Sequence[Match]],
        paths: Mapping[str, str],
    ) -> Iterator[tuple[str, list[tuple[int, Decision]]]]:
        """Yield what is decided by each of some files that can be held."""
        oids = sorted(contents)

        def decide(number: int) -> list[tuple[int, Decision]]:
            oid = oids[number]
            return self._names.decided(paths.get(oid, ""), contents[oid], wanted[oid])

        decided = spread(decide, [len(contents[oid]) for oid in oids], self._jobs)
        for oid, some in zip(oids, decided, strict=True):
            self._decisions.note(oid, paths.get(oid, ""), wanted[oid], some, contents[oid])
            yield oid, some

    def _joined(self, matches: Sequence[Match], ours: Collection[str]) -> Iterator[Match]:
        """Give each secret one signature: one with a pattern goes first, HEAD's, then the surest.

        Signatures that hold only in files of certain names would lose the other places.
        """
        known_as = by_id(self._signatures)
        names = {match.signature for match in matches}.difference(ours)
        bound = {name for name in names if known_as[name].file or known_as[name].rule}
        by_pattern: dict[Secret, Match] = {}
        by_words: dict[Secret, tuple[bool, int, str]] = {}
        for match in matches:
            if match.signature not in ours:
                if match.signature not in bound:
                    by_pattern.setdefault(match.secret, match)
            else:
                sure = (match.confidence or Confidence.MEDIUM).rank
                late = match.blob.id not in self._head or sure < self._least.rank
                rank = late, -sure, match.signature
                by_words[match.secret] = min(rank, by_words.get(match.secret, rank))
        for match in matches:
            if match.signature not in ours:
                yield match
            elif known := by_pattern.get(match.secret):
                yield replaced(
                    match, signature=known.signature, parts=known.parts, dismissed=known.dismissed
                )
            elif by_words[match.secret][2] != match.signature:
                yield replaced(match, signature=by_words[match.secret][2])
            else:
                yield match


def _is_table(name: bytes) -> bool:
    return is_table(os.fsdecode(name))


def portions(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield objects (by size, in bytes) so few at a time that all of them can be held."""
    portion: list[str] = []
    held = 0
    for oid, size in sizes.items():
        if portion and held + size > HELD:
            yield portion
            portion, held = [], 0
        portion.append(oid)
        held += size
    if portion:
        yield portion


def _decision(match: Match, decided: _Decided, paths: Mapping[str, str]) -> Match | None:
    """Return what an open match is now, or None if it is no leak."""
    decision = decided.get(deciding.key(match, paths))
    return None if decision is None else replaced(match, **decision._asdict())
