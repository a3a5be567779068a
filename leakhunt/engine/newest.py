"""Secrets that only a whole file shows, and its path: of HEAD, of tables that it has no more.

In history a blob has no path while it is scanned, and of most versions only what changed is seen.
So a directive, the row of a table, a value below the name it belongs to say nothing there. The
newest version of such files is scanned once more, like a file of a folder; and in other versions
what was found there is looked for.
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import patience
from leakhunt.catalogue import by_id, by_name
from leakhunt.contextual.newest import is_data, is_table
from leakhunt.engine.by_name import is_telling
from leakhunt.engine.deciding import best
from leakhunt.engine.noting import Looks
from leakhunt.engine.overlaps import Beside
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.spread import Spread
from leakhunt.model import Blob, Match
from leakhunt.records import replaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from leakhunt.engine.scan import Engine, Scan
    from leakhunt.engine.settle import Files
    from leakhunt.model import Signature

SHORT = 20_000
"""Bytes of a file of settings, as most are."""
LONG = 200_000
"""Bytes of one that holds nothing else, at most."""
TABLE = 2_000_000
"""Bytes of a table, as most are."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a table that is held; a larger one is read piece by piece."""
_LINE = 200
"""Bytes before a secret by which it is known again in another version."""
_VERSIONS = 4_000
"""Versions of files that are looked through for what their newest one holds."""


class _Found(NamedTuple):
    match: Match
    before: bytes
    """What stands before it in its line."""


class Newest:
    """Scans the newest files, in other processes while this one does something else.

    Args:
        signatures: all that were looked for; what those find that go by patterns is known.
        paths: of these files, by their git objects.
        files: tells what is in them.
        engine: scans them.
        jobs: in how many processes.
    """

    def __init__(
        self,
        signatures: Sequence[Signature],
        paths: Mapping[str, Sequence[str]],
        files: Files,
        engine: Engine,
        jobs: int,
    ) -> None:
        self._signatures = signatures
        self._ours = {signatures[number].id for number in by_name(signatures)}
        self._paths = best(paths) if self._ours else {}
        self._files = files
        self._engine = engine
        self._jobs = jobs
        self._looks = Looks(files.notes, by_id(signatures), engine.settings.least)
        self._told: list[Match] = []
        self._asked: list[str] = []
        self._left: list[str] = []
        self._contents = _contents(self._paths, files, self._left)
        self._held: Mapping[str, bytes] = next(self._contents, {})
        self._spread = self._begun()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes if nobody wants to know any more."""
        self._spread.__exit__(kind, error, trace)

    def of(self, paths: Mapping[str, Sequence[str]]) -> Newest:
        """Return what scans other files in the same way."""
        return Newest(self._signatures, paths, self._files, self._engine, self._jobs)

    def found(self, matches: Sequence[Match]) -> list[Match]:
        """Return what the newest files hold besides what is known.

        Args:
            matches: what is known of all of history.
        """
        paths = self._paths
        known = {(match.blob.id, match.offset) for match in matches if match.blob.id in paths}
        found: list[_Found] = []
        while held := self._held:
            found += (
                _Found(_unplaced(match, blob.id, match.offset, blob.size), _before(match, held))
                for match in itertools.chain(self._told, self._looked())
                if ((blob := match.blob).id, match.offset) not in known
            )
            self._held = next(self._contents, {})
            self._spread = self._begun()
        found += self._in_large(known)
        if not found:
            return []
        return [*(one.match for one in found), *_older(found, matches, paths, self._files)]

    def _looked(self) -> Iterator[Match]:
        """Yield what was found by names in what is held."""
        for oid, scanned in zip(self._asked, self._spread.results(), strict=True):
            matches = [
                match
                for match in scanned.matches
                if match.signature in self._ours and not (match.decoded or match.blob.member)
            ]
            if scanned.problems:
                _tell(scanned)
            else:
                self._looks.note(oid, self._paths[oid], matches)
            yield from matches

    def _in_large(self, known: Collection[tuple[str, int]]) -> Iterator[_Found]:
        if not self._left:
            return
        from leakhunt.engine.large import scanned

        paths = {oid: self._paths[oid] for oid in self._left}
        for oid, scan in scanned(paths, self._engine, self._files, self._jobs):
            _tell(scan)
            blob = Blob(oid, scan.size, "blob")
            yield from (
                _Found(replaced(match, blob=blob), b"")
                for match in scan.matches
                if match.signature in self._ours and not match.decoded
                if (oid, match.offset) not in known
            )

    def _begun(self) -> Spread[Scan]:
        held, engine, paths = self._held, self._engine, self._paths
        self._told, self._asked = [], []
        for oid, data in sorted(held.items()):
            known = self._looks.again(oid, paths[oid], data)
            if known is not None:
                self._told += known
            elif engine.sees_names(data) or is_telling(paths[oid], len(data)):
                self._asked.append(oid)
            else:
                self._looks.note(oid, paths[oid], ())
        oids = self._asked

        def scan(number: int) -> Scan:
            oid = oids[number]
            return engine.scan(Blob(oid, len(held[oid]), "blob", paths[oid]), held[oid])

        return Spread(scan, [len(held[oid]) for oid in oids], self._jobs)


def _tell(scan: Scan) -> None:
    """Tell what a file was not looked through for, so that no answer of it is kept."""
    for problem in scan.problems:
        patience.note(problem)


def _before(match: Match, contents: Mapping[str, bytes]) -> bytes:
    """Return what stands before a secret in its line, if that is not long."""
    data, end = contents[match.blob.id], match.offset
    low = max(0, end - _LINE)
    return data[max(low, data.rfind(b"\n", low, end) + 1) : end]


def _unplaced(match: Match, oid: str, offset: int, size: int) -> Match:
    """Return the same in a git object of a size: who looks for its line reads no larger ones."""
    blob = replaced(match.blob, id=oid, size=size, path="")
    beside = match.around
    if beside is not None and oid != match.blob.id:
        beside = Beside(beside.reveal(), match.blob.id, match.offset)
    return replaced(match, blob=blob, offset=offset, span=UNPLACED, around=beside)


def _older(
    found: Sequence[_Found], matches: Sequence[Match], paths: Mapping[str, str], files: Files
) -> Iterator[Match]:
    """Yield the same secrets in other versions of their files, so that the first is told.

    The version is another one of the same path in which the line begins alike.
    """
    here: dict[str, list[_Found]] = defaultdict(list)
    for one in found:
        here[paths[one.match.blob.id]].append(one)
    names = {os.fsencode(path.rpartition("/")[2]) for path in here}
    lying = files.lying(here.__contains__, names)
    others = sorted(oid for oid in lying if oid not in paths)[:_VERSIONS]
    known = {(match.blob.id, match.offset) for match in matches}
    left: list[str] = []
    for contents in _contents({oid: lying[oid][0] for oid in others}, files, left):
        for oid, data in sorted(contents.items()):
            for one in itertools.chain.from_iterable(here[path] for path in lying[oid]):
                at = data.find(one.before + one.match.secret.reveal()) + len(one.before)
                if at >= len(one.before) and (oid, at) not in known:
                    known.add((oid, at))
                    yield _unplaced(one.match, oid, at, len(data))
    for oid in left:
        from leakhunt.engine.large import sought

        wanted = [(one.before, one.match) for path in lying[oid] for one in here[path]]
        yield from (m for m in sought(oid, files, wanted) if (oid, m.offset) not in known)


def _long(oids: Sequence[str]) -> Iterator[tuple[list[str], int]]:
    """Yield what is left of settings, once it is known what that is."""
    from leakhunt.engine.settle import portions

    yield from ((some, LONG) for some in portions(dict.fromkeys(oids, LONG)))


def _contents(
    paths: Mapping[str, str], files: Files, too_large: list[str]
) -> Iterator[Mapping[str, bytes]]:
    """Yield what is in files, of as many at a time as can be held; note larger tables."""
    from leakhunt.engine.settle import HELD, portions

    tables = [oid for oid, path in sorted(paths.items()) if is_table(path)]
    settings = dict.fromkeys(sorted(set(paths).difference(tables)), SHORT)
    plan = [(some, SHORT) for some in portions(settings)]
    plan += [(some, TABLE) for some in portions(dict.fromkeys(tables, TABLE))]
    held: dict[str, bytes] = {}
    size = 0
    long: list[str] = []
    for some, most in itertools.chain(plan, _long(long)):
        more = files.contents_of(some, most)
        size += sum(map(len, more.values()))
        if most == SHORT:
            long += (oid for oid in some if oid not in more and is_data(paths[oid]))
        if held and size > HELD:
            yield held
            held, size = {}, sum(map(len, more.values()))
        held |= more
        tables = [oid for oid in tables if oid not in more]
    if held:
        yield held
    # Most are small; now those that were too large.
    for some in portions(dict.fromkeys(tables, LARGEST)):
        more = files.contents_of(some, LARGEST)
        too_large += (oid for oid in some if oid not in more)
        if more:
            yield more
