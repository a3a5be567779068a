"""Batches of delta trees: packs read directly, and git for whatever that does not reach."""

from __future__ import annotations

import dataclasses
import itertools
import os
from typing import TYPE_CHECKING

from leakhunt.git.objects import ObjectInfo, describe_objects
from leakhunt.git.packs.pure_layout import BLOB
from leakhunt.git.packs.survey import Packs, open_packs, outside
from leakhunt.git.packs.table import KINDS
from leakhunt.git.packs.tree import Failed, descendants, walk
from leakhunt.model import Problem
from leakhunt.sources.objects import ObjectBatch, object_batches, prose_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.engine.workers import Batch, Item
    from leakhunt.git.objects import Unreadable
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
        self._outside: list[ObjectInfo]
        self.unreadable: list[Unreadable]
        self._outside, self.unreadable = outside(repo, self._packs)
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
        pack = self._pack()
        if pack is None:
            yield Problem("unreadable", self.name, "the pack went away while it was scanned")
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

    def _pack(self) -> Pack | None:
        if self.key not in _open:
            # Not forked from the process that opened it.
            _open.clear()
            _open[self.key] = open_packs(self.repo)
        return next((p for p in _open[self.key].packs if p.path.name == self.name), None)


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
