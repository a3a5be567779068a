"""Batches of delta trees: packs read directly, and git for whatever that does not reach."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import os
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.engine.batches import Many, Said, Told
from leakhunt.git.graph import Commits
from leakhunt.git.messages import prose
from leakhunt.git.objects import describe_objects
from leakhunt.git.packs import bulk
from leakhunt.git.packs.pure_layout import BLOB, COMMIT
from leakhunt.git.packs.pure_order import facts, row
from leakhunt.git.packs.survey import Outside, Packs, open_packs, outside
from leakhunt.git.packs.table import KINDS, NEITHER, SCAN
from leakhunt.git.packs.tree import Failed, Stored, content_of, descendants, walk
from leakhunt.model import Problem
from leakhunt.records import record
from leakhunt.sources.objects import ObjectBatch, object_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.engine.batches import Batch, Eyes, Item
    from leakhunt.git.objects import Unreadable
    from leakhunt.git.packs.table import Pack
    from leakhunt.git.repository import Repository
    from leakhunt.sources.remembered import Remembered
    from leakhunt.store.memory import Memory

PLAIN = "LEAKHUNT_PLAIN"
"""Environment variable: with `1` every object is read through git."""

_open: dict[str, Packs] = {}
"""The packs that this process has open. Forked workers find them here."""
_numbers = itertools.count()


def wanted(repo: Repository) -> bool:
    """Say whether the packs of a repository can be read directly."""
    elsewhere = repo.alternates or "GIT_OBJECT_DIRECTORY" in dict(repo.inherited)
    return not elsewhere and os.environ.get(PLAIN) != "1"


class SharedPacks(NamedTuple):
    """Packs that are open in this process."""

    packs: Packs
    key: str
    """See :func:`share`."""
    beside: Outside
    """What is in none of them."""


class PackedObjects:
    """Everything in the object database of a repository.

    Args:
        repo: the repository.

    Raises:
        GitError: git failed to list what is not in a pack.
    """

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._packs = open_packs(repo)
        self._key = share(self._packs)
        self.counts: Counter[str] = Counter()
        """Nothing is counted but by the workers."""
        beside = outside(repo, self._packs)
        self._outside = beside.objects
        self.unreadable = beside.unreadable
        self.shared = SharedPacks(self._packs, self._key, beside)
        self._tasks = [
            (task, number) for number, pack in enumerate(self._packs.packs) for task in pack.tasks()
        ]

    @property
    def total(self) -> int:
        """A guess at the bytes of all objects."""
        packed = sum(task.size for task, _ in self._tasks)
        return packed + sum(info.size for info in self._outside)

    def batches(self) -> Iterator[Batch]:
        """Yield the work, the largest shares first."""
        yield from object_batches(self._repo, self._outside)
        for task, number in sorted(self._tasks, key=lambda item: -item[0].work):
            name = self._packs.packs[number].path.name
            yield PackBatch(self._repo, self._key, name, task.low, task.high)

    def save(self) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Forget the packs."""
        forget(self._key)


def packed_objects(repo: Repository, memory: Memory | None) -> PackedObjects | Remembered:
    """Return what reads the packs of a repository, with what is remembered of it if possible."""
    if memory is not None:
        from leakhunt.sources.remembered import Remembered, Unsuitable

        try:
            return Remembered(repo, memory)
        except Unsuitable:
            pass
    return PackedObjects(repo)


def share(packs: Packs) -> str:
    """Keep packs open for the batches of this process, and return the key to them."""
    key = f"{os.getpid()}.{next(_numbers)}"
    _open[key] = packs
    return key


def forget(key: str) -> None:
    """Undo :func:`share`."""
    _open.pop(key, None)


@record(frozen=True, slots=True)
class GitBatch:
    """Objects of a pack that are few enough to leave them to git."""

    repo: Repository
    oids: tuple[str, ...]
    ledger: str | None = None

    def read(self) -> Iterator[Item | Problem]:
        """Yield each object's content, or why it cannot be read."""
        yield from _through_git(self.repo, list(self.oids))


@record(frozen=True, slots=True)
class PackBatch:
    """The delta trees of one pack whose roots lie in a range."""

    repo: Repository
    key: str
    name: str
    """The file of the pack."""
    low: int
    high: int
    ledger: str | None = None
    """See `leakhunt.engine.workers.Ledger`."""
    needed: bytes | None = None
    """A mask by rank, see `git/packs/table.py`; None: all are scanned that no other pack has."""
    telling: bool = True
    """Whether the source wants to know the commits."""

    def read(self) -> Iterator[Item | Said | Stored | Problem | Told | Many]:
        """Yield each object, bases first, then what git had to read."""
        pack = find(opened(self.repo, self.key), self.name)
        if isinstance(pack, Problem):
            yield pack
            return
        met = _Met()
        if bulk.usable():
            yield Many(
                functools.partial(self._walk, pack, met), functools.partial(self._each, pack, met)
            )
        else:
            yield from self._each(pack, met)
        pack.rest()
        if self.telling:
            yield Told(Commits(self.name, bytes(met.rows), bytes(met.oids)).packed())
        ranks = (rank for top in met.failed for rank in descendants(pack, top))
        yield from _through_git(self.repo, [pack.oid(r) for r in ranks if self._wants(pack, r)])

    def _walk(self, pack: Pack, met: _Met, eyes: Eyes) -> None:
        """Scan many objects at once."""

        def judge(
            rank: int, content: bytes, hits: bytes, suspects: bytes, moved: bytes, known: Any
        ) -> tuple[bytes, object]:
            version = Stored(pack, rank, content, hits=hits)
            eyes.judge(version, suspects, moved, known)
            return version.fertile, version.known

        def other(rank: int, content: bytes) -> None:
            eyes.take(Stored(pack, rank, content))

        def say(rank: int, content: bytes) -> None:
            eyes.hear(_said(pack, rank, content))

        calls = bulk.Callbacks(judge, other, say)
        known = self._known(pack)
        walked = bulk.walk_versions(pack, self._roots(pack), eyes.sight, calls, known)
        if self.ledger is not None:
            quiet = array("I", walked.quiet).tolist()
            kind = pack.kind
            eyes.note(
                (pack.id(rank), KINDS[kind[rank]], size)
                for rank, size in zip(quiet[::2], quiet[1::2], strict=True)
            )
        eyes.count(blobs=walked.blobs, commits=walked.commits, tags=walked.tags, bytes=walked.size)
        met.failed += walked.failed
        met.rows += walked.rows
        met.oids += walked.oids

    def _each(self, pack: Pack, met: _Met) -> Iterator[Said | Stored]:
        """Yield each object."""
        alone = []
        for root in self._roots(pack):
            if pack.child[root] < 0 and pack.kind[root] != BLOB:
                alone.append(root)
                continue
            for stored in walk(pack, root, self._known(pack)):
                if isinstance(stored, Failed):
                    met.failed.append(stored.rank)
                elif not self._wants(pack, stored.rank):
                    continue
                elif pack.kind[stored.rank] == BLOB:
                    yield stored
                else:
                    yield met.said(pack, stored.rank, stored.content)
        for rank in alone:
            if self._wants(pack, rank):
                try:
                    yield met.said(pack, rank, content_of(pack, rank))
                except ValueError:
                    met.failed.append(rank)

    def _roots(self, pack: Pack) -> list[int]:
        roots = pack.ranks(self.low, self.high)
        needed = self.needed
        return roots if needed is None else [root for root in roots if needed[root] != NEITHER]

    def _known(self, pack: Pack) -> bytes | bytearray:
        return pack.known if self.needed is None else self.needed

    def _wants(self, pack: Pack, rank: int) -> bool:
        return self._known(pack)[rank] == SCAN


@dataclasses.dataclass(slots=True)
class _Met:
    """What was met on a walk, beside what was scanned."""

    failed: list[int] = dataclasses.field(default_factory=list)
    """What is left to git, with all that is built on it."""
    rows: bytearray = dataclasses.field(default_factory=bytearray)
    """The commits, see :class:`Commits`."""
    oids: bytearray = dataclasses.field(default_factory=bytearray)

    def said(self, pack: Pack, rank: int, content: bytes) -> Said:
        """Take note of a commit, and return what a person wrote into it or a tag."""
        if pack.kind[rank] == COMMIT:
            read = facts(content, pack.width)
            self.rows += row(rank, read, pack.width)
            self.oids += read[1] if read else b""
        return _said(pack, rank, content)


def _said(pack: Pack, rank: int, content: bytes) -> Said:
    return Said(pack.oid(rank), KINDS[pack.kind[rank]], *prose(content))


def opened(repo: Repository, key: str) -> Packs:
    """Return the packs under a key; a process that was not forked opens them itself."""
    if key not in _open:
        # Not forked from the process that opened it.
        _open.clear()
        _open[key] = open_packs(repo)
    return _open[key]


def find(packs: Packs, name: str) -> Pack | Problem:
    """Return a pack, or why there is nothing to read in it."""
    pack = next((pack for pack in packs.packs if pack.path.name == name), None)
    if pack is None:
        return Problem("unreadable", name, "the pack went away while it was scanned")
    if not pack.whole:
        # Reading what is mapped and no longer there would end the process.
        return Problem("unreadable", name, "the pack was cut off while it was scanned")
    return pack


def _through_git(repo: Repository, oids: list[str]) -> Iterator[Item | Problem]:
    if not oids:
        return
    objects, unreadable = describe_objects(repo, oids)
    yield from map(missing, unreadable)
    yield from ObjectBatch(repo, tuple(objects)).read()


def missing(item: Unreadable) -> Problem:
    """Say that an object could not be read."""
    return Problem("missing-objects", item.oid, f"git object {item.oid[:12]} is {item.reason}")
