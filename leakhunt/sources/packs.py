"""Batches of delta trees: packs read directly, and git for whatever that does not reach."""

from __future__ import annotations

import dataclasses
import itertools
import os
from typing import TYPE_CHECKING

from leakhunt.engine.workers import Told
from leakhunt.git.objects import ObjectInfo, describe_objects
from leakhunt.git.packs.folders import Folders, read_outside, read_pack
from leakhunt.git.packs.numbers import Numbers
from leakhunt.git.packs.pure_forest import NOWHERE
from leakhunt.git.packs.pure_layout import BLOB, TREE
from leakhunt.git.packs.survey import Packs, open_packs, outside
from leakhunt.git.packs.table import KINDS
from leakhunt.git.packs.tree import Failed, descendants, walk
from leakhunt.model import Problem
from leakhunt.sources.objects import ObjectBatch, object_batches, prose_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.engine.workers import Batch, Item
    from leakhunt.git.packs.table import Pack
    from leakhunt.git.packs.tree import Stored
    from leakhunt.git.repository import Repository

PLAIN = "LEAKHUNT_PLAIN"
"""Environment variable: with `1` every object is read through git."""

_open: dict[str, Packs] = {}
"""The packs that this process has open. Forked workers find them here."""
_numbers = itertools.count()


def wanted(repo: Repository) -> bool:
    """Say whether the packs of a repository can be read directly."""
    elsewhere = repo.alternates or "GIT_OBJECT_DIRECTORY" in dict(repo.inherited)
    return not elsewhere and os.environ.get(PLAIN) != "1"


class PackedObjects:
    """Everything in the object database of a repository.

    Args:
        repo: the repository.

    Raises:
        GitError: git failed to list what is not in a pack.
    """

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._key = f"{os.getpid()}.{next(_numbers)}"
        self._packs = _open[self._key] = open_packs(repo)
        beside = outside(repo, self._packs)
        self._outside = beside.objects
        self.unreadable = beside.unreadable
        self._trees = beside.trees
        self._numbers = self._number()
        self._tasks = [
            (task, number, folders)
            for number, pack in enumerate(self._packs.packs)
            for folders in (False, True)[: 1 if self._numbers is None else 2]
            for task in pack.tasks(folders=folders)
        ]

    def _number(self) -> Numbers | None:
        """Number all objects, if all are known."""
        if self._trees is None:
            return None
        width = 32 if self._repo.object_format == "sha256" else 20
        codes = {name: code for code, name in KINDS.items()}
        kinds = {info.oid: codes[info.kind] for info in self._outside}
        kinds |= dict.fromkeys(self._trees, TREE)
        oids = sorted(kinds)
        numbers = Numbers(
            self._packs.packs,
            bytes.fromhex("".join(oids)),
            width,
            bytes(kinds[oid] for oid in oids),
        )
        return numbers if numbers.total < NOWHERE // 2 else None

    @property
    def numbers(self) -> Numbers | None:
        """Numbers for all objects; None where only git knows what there is."""
        return self._numbers

    @property
    def total(self) -> int:
        """A guess at the bytes of all objects."""
        packed = sum(task.size for task, _, folders in self._tasks if not folders)
        return packed + sum(info.size for info in self._outside)

    def batches(self) -> Iterator[Batch]:
        """Yield the work, the largest shares first."""
        yield from object_batches(self._repo, self._outside)
        names = _names(self._packs)
        if self._numbers and self._trees:
            beside = self._numbers.outside
            yield TreeBatch(self._repo, self._key, names, beside, tuple(self._trees))
        for task, number, folders in sorted(self._tasks, key=lambda item: -item[0].work):
            name = self._packs.packs[number].path.name
            if folders:
                assert self._numbers is not None
                beside = self._numbers.outside
                span = task.low, task.high
                yield TreeBatch(self._repo, self._key, names, beside, (), name, span)
            else:
                yield PackBatch(self._repo, self._key, name, task.low, task.high)

    def close(self) -> None:
        """Forget the packs."""
        _open.pop(self._key, None)


@dataclasses.dataclass(frozen=True, slots=True)
class PackBatch:
    """The delta trees of one pack whose roots lie in a range."""

    repo: Repository
    key: str
    name: str
    """The file of the pack."""
    low: int
    high: int

    def read(self) -> Iterator[Item | Stored | Problem]:
        """Yield each object, bases first, then what git had to read."""
        pack = _find(_opened(self.repo, self.key), self.name)
        if isinstance(pack, Problem):
            yield pack
            return
        failed: list[str] = []
        for root in pack.ranks(self.low, self.high):
            for stored in walk(pack, root):
                if isinstance(stored, Failed):
                    ranks = descendants(pack, stored.rank)
                    failed += [pack.oid(rank) for rank in ranks if not pack.known[rank]]
                elif pack.known[stored.rank]:
                    continue
                elif pack.kind[stored.rank] == BLOB:
                    yield stored
                else:
                    yield from _prose(pack, stored)
        pack.rest()
        yield from _through_git(self.repo, failed)


def _opened(repo: Repository, key: str) -> Packs:
    if key not in _open:
        # Not forked from the process that opened it.
        _open.clear()
        _open[key] = open_packs(repo)
    return _open[key]


@dataclasses.dataclass(frozen=True, slots=True)
class TreeBatch:
    """Some trees of folders: those of a pack in a range, or some that are in none."""

    repo: Repository
    key: str
    names: tuple[str, ...]
    """The files of all packs: the numbers hold only for these."""
    outside: bytes
    """See :class:`Numbers`."""
    oids: tuple[str, ...]
    """Trees that are in no pack."""
    name: str = ""
    """The file of the pack."""
    span: tuple[int, int] = (0, 0)

    def read(self) -> Iterator[Item | Problem | Told]:
        """Tell what the trees hold."""
        packs = _opened(self.repo, self.key)
        width = 32 if self.repo.object_format == "sha256" else 20
        numbers = Numbers(packs.packs, self.outside, width)
        pack = _find(packs, self.name) if self.name else None
        if isinstance(pack, Problem):
            yield pack
        if isinstance(pack, Problem) or _names(packs) != self.names:
            told = Folders(unreadable=(self.name,))
        elif pack is None:
            told = read_outside(self.repo, numbers, self.oids)
        else:
            told = read_pack(self.repo, numbers, packs.packs.index(pack), *self.span)
        yield Told(told.packed())


def _names(packs: Packs) -> tuple[str, ...]:
    return tuple(pack.path.name for pack in packs.packs)


def _find(packs: Packs, name: str) -> Pack | Problem:
    """Return a pack, or why there is nothing to read in it."""
    pack = next((pack for pack in packs.packs if pack.path.name == name), None)
    if pack is None:
        return Problem("unreadable", name, "the pack went away while it was scanned")
    if not pack.whole:
        # Reading what is mapped and no longer there would end the process.
        return Problem("unreadable", name, "the pack was cut off while it was scanned")
    return pack


def _prose(pack: Pack, stored: Stored) -> Iterator[Item]:
    kind = KINDS[pack.kind[stored.rank]]
    return prose_items(ObjectInfo(pack.oid(stored.rank), kind, len(stored.content)), stored.content)


def _through_git(repo: Repository, oids: list[str]) -> Iterator[Item | Problem]:
    if not oids:
        return
    objects, unreadable = describe_objects(repo, oids)
    for item in unreadable:
        yield Problem("missing-objects", item.oid, f"git object {item.oid[:12]} is {item.reason}")
    yield from ObjectBatch(repo, tuple(objects)).read()
