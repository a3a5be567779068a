"""Batches of the trees of folders: what is told of them says which commits did what."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.engine.workers import Told
from leakhunt.git.packs.folders import Folders, read_outside, read_pack
from leakhunt.git.packs.numbers import Numbers
from leakhunt.git.packs.pure_trees import NOWHERE
from leakhunt.git.packs.survey import id_width, open_packs, outside
from leakhunt.sources.packs import SharedPacks, forget, gone, opened, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.repository import Repository
    from leakhunt.model import Problem


class PackedTrees:
    """All trees of a repository.

    Args:
        repo: the repository.
        shared: its packs, if they are open.

    Raises:
        GitError: git failed to list what is not in a pack.
    """

    def __init__(self, repo: Repository, shared: SharedPacks | None = None) -> None:
        self._repo = repo
        self._own = shared is None
        if shared is None:
            packs = open_packs(repo)
            shared = SharedPacks(packs, share(packs), outside(repo, packs))
        self._shared = shared
        self.numbers = self._number()
        """Numbers for all objects; None where only git knows what there is."""

    def _number(self) -> Numbers | None:
        trees = self._shared.beside.trees
        if trees is None:
            return None
        oids = sorted([info.oid for info in self._shared.beside.objects] + trees)
        packs = self._shared.packs.packs
        numbers = Numbers(packs, bytes.fromhex("".join(oids)), id_width(self._repo))
        return numbers if numbers.total < NOWHERE // 2 else None

    def batches(self) -> Iterator[TreeBatch]:
        """Yield the work, the largest shares first."""
        if self.numbers is None:
            return
        key, beside = self._shared.key, self.numbers.outside
        if trees := self._shared.beside.trees:
            yield TreeBatch(self._repo, key, beside, tuple(trees))
        tasks = [
            (task, pack.path.name)
            for pack in self._shared.packs.packs
            for task in pack.tasks(folders=True)
        ]
        for task, name in sorted(tasks, key=lambda item: -item[0].work):
            yield TreeBatch(self._repo, key, beside, (), name, (task.low, task.high))

    def close(self) -> None:
        """Forget the packs."""
        if self._own:
            forget(self._shared.key)


@dataclasses.dataclass(frozen=True, slots=True)
class TreeBatch:
    """Some trees of folders: those of a pack in a range, or some that are in none."""

    repo: Repository
    key: str
    outside: bytes
    """See :class:`Numbers`."""
    oids: tuple[str, ...]
    """Trees that are in no pack."""
    name: str = ""
    """The file of the pack."""
    span: tuple[int, int] = (0, 0)

    def read(self) -> Iterator[Problem | Told]:
        """Tell what the trees hold."""
        packs = opened(self.repo, self.key).packs
        numbers = Numbers(packs, self.outside, id_width(self.repo))
        if self.oids:
            yield Told(read_outside(self.repo, numbers, self.oids).packed())
            return
        for index, pack in enumerate(packs):
            if pack.path.name == self.name:
                yield Told(read_pack(self.repo, numbers, index, *self.span).packed())
                return
        yield gone(self.name)
        yield Told(Folders(unreadable=(self.name,)).packed())
