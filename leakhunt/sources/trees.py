"""Batches of the trees of folders: what is told of them says which commits did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine.batches import Told
from leakhunt.git.packs.folders import Folders, read_outside, read_pack
from leakhunt.git.packs.numbers import Numbers
from leakhunt.git.packs.pure_forest import NOWHERE
from leakhunt.git.packs.pure_layout import TREE
from leakhunt.git.packs.survey import id_width, open_packs, outside
from leakhunt.git.packs.table import KINDS
from leakhunt.model import Problem
from leakhunt.records import record
from leakhunt.sources.packs import SharedPacks, find, forget, opened, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.packs.survey import Packs
    from leakhunt.git.repository import Repository


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
        beside = self._shared.beside
        if beside.trees is None:
            return None
        codes = {name: code for code, name in KINDS.items()}
        kinds = {info.oid: codes[info.kind] for info in beside.objects}
        kinds |= dict.fromkeys(beside.trees, TREE)
        oids = sorted(kinds)
        numbers = Numbers(
            self._shared.packs.packs,
            bytes.fromhex("".join(oids)),
            id_width(self._repo),
            bytes(kinds[oid] for oid in oids),
        )
        return numbers if numbers.total < NOWHERE // 2 else None

    def batches(self) -> Iterator[TreeBatch]:
        """Yield the work, the largest shares first."""
        if self.numbers is None:
            return
        key, beside = self._shared.key, self.numbers.outside
        names = _names(self._shared.packs)
        if trees := self._shared.beside.trees:
            yield TreeBatch(self._repo, key, names, beside, tuple(trees))
        tasks = [
            (task, pack.path.name)
            for pack in self._shared.packs.packs
            for task in pack.tasks(folders=True)
        ]
        for task, name in sorted(tasks, key=lambda item: -item[0].work):
            yield TreeBatch(self._repo, key, names, beside, (), name, (task.low, task.high))

    def close(self) -> None:
        """Forget the packs."""
        if self._own:
            forget(self._shared.key)


@record(frozen=True, slots=True)
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

    def read(self) -> Iterator[Problem | Told]:
        """Tell what the trees hold."""
        packs = opened(self.repo, self.key)
        numbers = Numbers(packs.packs, self.outside, id_width(self.repo))
        pack = find(packs, self.name) if self.name else None
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
