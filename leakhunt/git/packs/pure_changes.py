"""What commits did to some objects, in Python: what `_changes.h` does.

Objects and keys are numbers here, see `pure_trees.py`; a name is a number that all its keys share.
Two commits differ in some objects only if the entries that lead to them differ.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.packs.pure_forest import NOWHERE, Entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Buffer = bytes | memoryview

WANTED, MISSING = 1, 2
"""What an object is asked for: it is one of them; it is not here, and neither is what it holds."""
_FOLDER = 0o40000


class _Side(NamedTuple):
    """What one of the commits that are compared has under a name."""

    file: tuple[int, int] | None = None
    """Mode and number of a blob."""
    folder: int = NOWHERE
    """Number of a tree."""


def changes(
    entries: Buffer,
    likeness: Buffer,
    modes: Buffer,
    names: Buffer,
    count: int,
    goals: Buffer,
    bases: Buffer,
    added: Buffer,
    removed: Buffer,
    commits: Buffer,
    deepest: int,
    most: int,
    limit: int,
) -> bytes:
    """Compare commits with their parents.

    Args:
        entries: those that lead to the objects, see `pure_forest.trace`.
        likeness: see there.
        modes: for each key the mode.
        names: for each key the name.
        count: how many names there are.
        goals: for each object 0, `WANTED` or `MISSING`.
        bases: see `pure_forest.trace`.
        added: see `pure_forest.child`.
        removed: see `pure_forest.child`.
        commits: of each how many trees follow: its own and those of its parents. `NOWHERE` stands
            for the parent of a commit that has none.
        deepest: so many folders inside each other at most.
        most: so many comparisons of two folders at most.
        limit: so many changes at most.

    Returns:
        The changes: which commit, how many names, the names of the path, how many trees were
        compared, and what each has there: an object or `NOWHERE`.

    Raises:
        ValueError: there are more, a tree is missing, or numbers make no sense.
    """
    compared = _Compared(entries, likeness, modes, names, goals, (bases, added, removed))
    compared.deepest, compared.most, compared.limit = deepest, most, limit
    numbers = array("I", bytes(commits))
    at = commit = 0
    while at < len(numbers):
        trees = numbers[at + 1 : at + 1 + numbers[at]]
        if not trees or len(trees) != numbers[at]:
            raise ValueError("commits without trees")
        compared.commit = commit
        compared.folders(list(trees), ())
        at += 1 + len(trees)
        commit += 1
    return compared.found.tobytes()


class _Compared:
    """One comparison of many commits."""

    def __init__(
        self,
        entries: Buffer,
        likeness: Buffer,
        modes: Buffer,
        names: Buffer,
        goals: Buffer,
        everything: tuple[Buffer, Buffer, Buffer],
    ) -> None:
        self._likeness = array("Q", bytes(likeness))
        self._modes = array("I", bytes(modes))
        self._names = array("I", bytes(names))
        self._goals = bytes(goals)
        self._everything = everything
        self._entries: Entries | None = None
        self._marked: dict[int, dict[int, int]] = defaultdict(dict)
        values = iter(array("I", bytes(entries)))
        for tree, key, oid in zip(values, values, values, strict=True):
            self._marked[tree][key] = oid
        self._spelled: dict[int, list[int]] = defaultdict(list)
        for key, name in enumerate(self._names):
            self._spelled[name].append(key)
        self.deepest = self.most = self.limit = self.commit = 0
        self.found = array("I")
        self._count = self._done = 0

    def folders(self, trees: Sequence[int], path: tuple[int, ...]) -> None:
        """Compare a folder with what it was in each parent: `NOWHERE` where it was not."""
        if len(path) > self.deepest or self._done > self.most:
            raise ValueError("too deep, or too many")
        self._done += 1
        for name in self._differing(trees):
            # Whether a merge took what one of its parents has can only be told from everything.
            sides = [self._side(tree, name, everything=len(trees) > 2) for tree in trees]
            new = sides[0]
            files = [side.file for side in sides]
            if new.file not in files[1:] and any(file and self._goals[file[1]] for file in files):
                self._tell(files, (*path, name))
            below = [side.folder for side in sides]
            if new.folder not in below[1:] and len({self._like(tree) for tree in below}) > 1:
                self.folders(below, (*path, name))

    def _tell(self, files: list[tuple[int, int] | None], path: tuple[int, ...]) -> None:
        if files[0] and files[0][0] == _FOLDER:
            raise ValueError("a tree is missing")
        if self._count >= self.limit:
            raise ValueError("too many changes")
        self._count += 1
        numbers = [file[1] if file else NOWHERE for file in files]
        self.found.extend((self.commit, len(path), *path, len(numbers), *numbers))

    def _like(self, tree: int) -> int:
        return 0 if tree == NOWHERE else self._likeness[tree]

    def _differing(self, trees: Sequence[int]) -> list[int]:
        """Return the names of entries that are not just as in a parent."""
        marked: list[Mapping[int, int]] = [self._marked.get(tree, {}) for tree in trees]
        mine = marked[0]
        names: dict[int, None] = {}
        for key in (key for side in marked for key in side):
            if key not in mine or all(side.get(key) != mine[key] for side in marked[1:]):
                names[self._names[key]] = None
        return list(names)

    def _side(self, tree: int, name: int, *, everything: bool) -> _Side:
        side = _Side()
        for key in self._spelled[name] if tree != NOWHERE else ():
            if everything:
                self._entries = self._entries or Entries(*self._everything)
                number = self._entries.child(tree, key)
            else:
                number = self._marked.get(tree, {}).get(key, NOWHERE)
            if number == NOWHERE:
                continue
            # A folder that is missing counts as a file: what is in it nobody knows.
            if self._modes[key] == _FOLDER and self._goals[number] != MISSING:
                side = _Side(side.file, number)
            else:
                side = _Side((self._modes[key], number), side.folder)
        return side
