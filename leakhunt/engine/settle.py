"""Decides what was left open because only a line was seen, and joins what is one secret.

In history a blob has no path while it is scanned. What a line gave away there is a candidate
until a file is read that holds it: one or a few for each secret, however many versions have it.
A key that is one anywhere is one everywhere. A word that is a password in one file is just a word
in another: it is decided for each path.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO, Protocol

from leakhunt.catalogue import by_id, by_name
from leakhunt.contextual.places import kinds
from leakhunt.contextual.values import FAIR, look
from leakhunt.engine.by_name import SHORT, is_called, is_telling
from leakhunt.engine.newest import LARGEST
from leakhunt.engine.overlaps import around
from leakhunt.engine.position import Positions
from leakhunt.engine.spread import spread
from leakhunt.model import Blob, Confidence, Match, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from leakhunt.engine.by_name import ByName, Decision
    from leakhunt.engine.newest import Newest
    from leakhunt.model import Signature

READ = 3
"""Files that are read for one secret, at most, unless it is a word."""

HELD = 96 * 1024 * 1024
"""Bytes of files that are held at once."""

_Key = tuple[Secret, str | None]
_Decided = dict[_Key, "Decision"]


class Files(Protocol):
    """Tells what git objects are as files."""

    def expect(self, oids: Collection[str]) -> None:
        """Say of which git objects more may be asked: one look-up of all is the cheapest."""

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, str]:
        """Return the git objects that are files under a name, and a path of each."""

    def paths_of(self, oids: Collection[str]) -> Mapping[str, str]:
        """Return a path for each of some git objects that has one."""

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the git objects that lie at some paths."""

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, str]:
        """Return the git objects that are files of HEAD, each with a path."""

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
        called = self._files.named(is_called)
        matches = self._with_called([*matches, *newest.found(matches)], called)
        if not any(match.signature in ours for match in matches):
            return list(matches)
        paths: Mapping[str, str] = {}
        if oids := {match.blob.id for match in matches if match.open}:
            paths = self._files.paths_of(oids)
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
            for oid, path, data in self._called(paths)
            for start, end, signature, sure in self._names.whole(path, data)
            if (oid, start) not in known
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
        wanted = _wanted(groups, paths)
        found: _Decided = {}
        for oid, decided in self._read(wanted, paths):
            for number, decision in decided:
                key = _key(wanted[oid][number], paths)
                known = found.get(key)
                if known is None or decision.confidence.rank > known.confidence.rank:
                    found[key] = decision
        return found

    def _read(
        self, wanted: Mapping[str, Sequence[Match]], paths: Mapping[str, str]
    ) -> Iterator[tuple[str, Iterable[tuple[int, Decision]]]]:
        """Yield what is decided by each of some files."""
        sizes = {oid: wanted[oid][0].blob.size for oid in sorted(wanted)}
        for oids in portions({oid: size for oid, size in sizes.items() if size <= LARGEST}):
            yield from self._held(self._files.contents_of(oids, LARGEST), wanted, paths)
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

        yield from zip(
            oids, spread(decide, [len(contents[oid]) for oid in oids], self._jobs), strict=True
        )

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


def _is_word(secret: Secret) -> bool:
    """Say whether a value is so common that it says nothing about another file."""
    return look(secret.reveal().decode("utf-8", "replace")).strength < FAIR


def _key(match: Match, paths: Mapping[str, str]) -> _Key:
    """Return what is decided together: a secret, and of a word the path, too."""
    return match.secret, paths.get(match.blob.id, "") if _is_word(match.secret) else None


def _wanted(
    groups: Mapping[Secret, Sequence[Match]], paths: Mapping[str, str]
) -> dict[str, list[Match]]:
    """Choose what is read: of words a version for each path, the same one for many words."""
    wanted: dict[str, list[Match]] = defaultdict(list)
    words: dict[str, dict[str, dict[Secret, list[Match]]]] = defaultdict(lambda: defaultdict(dict))
    for secret, matches in groups.items():
        if not _is_word(secret):
            for match in _representatives(matches, paths):
                wanted[match.blob.id].append(match)
            continue
        for match in matches:
            words[paths.get(match.blob.id, "")][match.blob.id].setdefault(secret, []).append(match)
    for versions in words.values():
        done: set[Secret] = set()
        for oid in sorted(versions, key=lambda oid: (-len(versions[oid]), oid)):
            for secret in versions[oid].keys() - done:
                wanted[oid] += versions[oid][secret]
            done.update(versions[oid])
    return {oid: matches for oid, matches in wanted.items() if matches}


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


def _place(match: Match) -> tuple[str, int]:
    return match.blob.id, match.offset


def _decision(match: Match, decided: _Decided, paths: Mapping[str, str]) -> Match | None:
    """Return what an open match is now, or None if it is no leak."""
    decision = decided.get(_key(match, paths))
    return None if decision is None else dataclasses.replace(match, **decision._asdict())
