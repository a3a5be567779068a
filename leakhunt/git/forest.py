"""What every commit did to given blobs, told from the trees of the packs instead of by git.

The workers read all trees once (`git/packs/folders.py`). From the blobs that are asked for, one
climb finds every tree that leads to them; two commits differ in them only if what their trees lead
to differs. The answer is that of `git diff-tree -r -c --root --no-renames` (`git/changes.py`).
"""

from __future__ import annotations

import bisect
import collections
import hashlib
from array import array
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.changes import Change
from leakhunt.git.packs import native_trees
from leakhunt.git.packs.pure_forest import NOWHERE
from leakhunt.git.packs.pure_trees import FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from leakhunt.git.packs.folders import Folders
    from leakhunt.git.packs.numbers import Numbers

_ENTRIES = 40_000_000
"""More entries that lead to the blobs than this are left to git."""
_COMPARED = 20_000_000
"""More comparisons of two folders than this are left to git as well."""
_CHANGES = 2_000_000
_KNOWN = 20_000
"""Folders that are kept in mind: the next commit has most of them too."""
_DEEPEST = 300
_FOLDER = 0o40000
_Changed = tuple[bytes, "str | None", tuple["str | None", ...]]
"""Path, new blob, and the blob that each parent has."""


class TooMuch(Exception):  # noqa: N818 (never shown: git is asked instead)
    """The trees make no sense, or there are more than can be held."""


class Tree(NamedTuple):
    """What one commit holds, and what its parents hold: numbers of trees."""

    commit: str
    tree: int
    parents: tuple[int, ...]


class _Side(NamedTuple):
    """What one of the commits that are compared has under a name."""

    file: tuple[int, int] | None = None
    """Mode and number of a blob."""
    folder: int | None = None
    """Number of a tree."""


_NOTHING = _Side()


def mode_of(key: bytes) -> int:
    """Return the mode of an entry as git reads it: of permissions only whether it may be run."""
    mode = int(key.partition(b" ")[0], 8)
    if mode >> 12 == FILE:
        return 0o100755 if mode & 0o100 else 0o100644
    return mode >> 12 << 12


class Forest:
    """All trees of a repository.

    Args:
        numbers: what the objects are called.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        hashing = hashlib.sha1 if numbers.width == 20 else hashlib.sha256
        self._empty_tree = hashing(b"tree 0\0").digest()
        self._keys: dict[bytes, int] = {}
        self._added: list[bytes] = []
        self._removed: list[bytes] = []
        self._anew: set[int] = set()
        self._rows: tuple[bytes, bytes, bytes] | None = None
        self.missing: dict[bytes, int] = {}
        """Objects that trees lead to and that are not here, with the numbers given to them."""
        self.unreadable: list[str] = []
        """Trees that nobody could read."""

    @property
    def empty(self) -> int:
        """The number of a tree that holds nothing and is nowhere stored: git knows it."""
        return self._numbers.total

    def plant(self, folders: Folders) -> None:
        """Take in what a worker has read.

        Raises:
            ValueError: it makes no sense.
        """
        keys = [
            self._keys.setdefault(key, len(self._keys)) for key in folders.keys.split(b"\0")[:-1]
        ]
        known = array("I", keys).tobytes()
        objects = array("I", folders.objects)
        for place, oid in folders.missing:
            if oid == self._empty_tree:
                objects[place] = self.empty
            else:
                number = self.empty + 1 + len(self.missing)
                objects[place] = self.missing.setdefault(oid, number)
        start = folders.start
        self._added.append(native_trees.rows(folders.added, objects.tobytes(), known, start))
        self._removed.append(native_trees.rows(folders.removed, b"", known, start))
        self._anew.update(start + rank for rank in folders.anew)
        self.unreadable += folders.unreadable

    def climb(self, oids: Collection[str]) -> Climb:
        """Find all trees that lead to some blobs, or to something that is missing.

        Raises:
            TooMuch: git has to be asked.
        """
        numbers = self._numbers
        ids = sorted(oids)
        found = numbers.of(b"".join(map(bytes.fromhex, ids)))
        wanted = {number: oid for oid, number in zip(ids, found, strict=True) if number != NOWHERE}
        wanted |= {number: oid.hex() for oid, number in self.missing.items()}
        try:
            rows = self._rows = self._rows or self._arranged()
            goals = array("I", wanted).tobytes()
            entries, likeness = native_trees.trace(*rows, goals, _ENTRIES)
        except (ValueError, MemoryError) as error:
            raise TooMuch(str(error)) from error
        missing = frozenset(self.missing.values())
        return Climb(numbers, self._keys, wanted, entries, likeness, rows, missing)

    def _arranged(self) -> tuple[bytes, bytes, bytes]:
        """Return the bases of all trees, and what they add and remove, sorted by tree."""
        numbers, count = self._numbers, self.empty + 1 + len(self.missing)
        bases = array("i")
        for pack, start in zip(numbers.packs, numbers.starts, strict=False):
            bases.extend(base + start if base >= 0 else -1 for base in pack.base)
        bases.extend([-1] * (count - len(bases)))
        for number in self._anew:
            bases[number] = -1
        added, removed = b"".join(self._added), b"".join(self._removed)
        self._added, self._removed = [], []
        folders = bytes(mode_of(key) == _FOLDER for key in self._keys)
        if not native_trees.fitting(added, folders, numbers.kinds):
            raise ValueError("a folder that is no tree, or a file that is no blob")
        added = native_trees.arrange(added, 3, count)
        return bases.tobytes(), added, native_trees.arrange(removed, 2, count)


class Climb:
    """The trees that lead to some blobs."""

    def __init__(
        self,
        numbers: Numbers,
        keys: Mapping[bytes, int],
        wanted: Mapping[int, str],
        entries: bytes,
        likeness: bytes,
        everything: tuple[bytes, bytes, bytes],
        missing: Collection[int],
    ) -> None:
        self._numbers = numbers
        self._wanted = wanted
        self._entries = memoryview(entries).cast("I")
        self._trees = self._entries[::3]
        self._known: dict[int, dict[int, int]] = {}
        self._likeness = memoryview(likeness).cast("Q")
        self._everything = everything
        self._missing = missing
        self._compared = 0
        self._split = [(mode_of(key), key.partition(b" ")[2]) for key in keys]
        self._spelled: dict[bytes, list[int]] = collections.defaultdict(list)
        for number, (_, name) in enumerate(self._split):
            self._spelled[name].append(number)

    def stirring(
        self, trees: array[int], firsts: array[int], parents: array[int]
    ) -> memoryview[int]:
        """Return the places of the commits that did something, see `git/packs/pure_order.py`.

        Raises:
            ValueError: commits and trees do not fit together.
        """
        columns = (column.tobytes() for column in (trees, firsts, parents))
        return memoryview(native_trees.stirring(self._likeness.tobytes(), *columns)).cast("I")

    def changes(self, commits: Iterable[Tree]) -> list[Change]:
        """Return what commits did to the blobs, in their order, by path.

        Raises:
            TooMuch: git has to be asked.
        """
        likeness = self._likeness
        changes: list[Change] = []
        for commit, tree, parents in commits:
            mine = likeness[tree]
            if all(likeness[parent] == mine for parent in parents) and (parents or not mine):
                continue
            found = sorted(self._compare((tree, *(parents or (None,))), b""), key=lambda c: c[0])
            changes += [Change(commit, path, new, old) for path, new, old in found]
            if len(changes) > _CHANGES:
                raise TooMuch("too many changes")
        return changes

    def _compare(self, trees: Sequence[int | None], prefix: bytes) -> Iterator[_Changed]:
        """Compare a folder with what it was in each parent: None where it was not."""
        self._compared += 1
        if prefix.count(b"/") > _DEEPEST or self._compared > _COMPARED:
            raise TooMuch("too deep, or too many")
        marked = [self._marked(tree) for tree in trees]
        for name in sorted(self._differing(marked)):
            # Whether a merge took what one of its parents has can only be told from everything.
            sides = (
                [self._side(tree, name) for tree in trees]
                if len(trees) > 2
                else [self._marked_side(side, name) for side in marked]
            )
            new = sides[0]
            files = [side.file for side in sides]
            if new.file not in files[1:] and any(
                file and file[1] in self._wanted for file in files
            ):
                if new.file and new.file[0] == _FOLDER:
                    raise TooMuch("a tree is missing")
                first, *rest = (file and self._oid(file[1]) for file in files)
                yield prefix + name, first, tuple(rest)
            folders = [side.folder for side in sides]
            if new.folder not in folders[1:] and not self._alike(folders):
                yield from self._compare(folders, prefix + name + b"/")

    def _alike(self, folders: Sequence[int | None]) -> bool:
        """Whether all of them lead to the same of the blobs, as far as they are there."""
        return len({self._likeness[tree] if tree is not None else 0 for tree in folders}) == 1

    def _differing(self, marked: Sequence[Mapping[int, int]]) -> set[bytes]:
        """Return the names that are not just as in a parent, as far as they lead to a blob."""
        mine, *others = marked
        if len(others) == 1:
            keys = {key for key, _ in mine.items() ^ others[0].items()}
        else:
            keys = set().union(*marked)
            for other in others:
                keys.difference_update([key for key, _ in mine.items() & other.items()])
        return {self._split[key][1] for key in keys}

    def _marked(self, tree: int | None) -> Mapping[int, int]:
        """Return the entries of a folder that lead to a blob, and what they are."""
        if tree is None:
            return {}
        known = self._known.get(tree)
        if known is None:
            if len(self._known) > _KNOWN:
                self._known.clear()
            first = 3 * bisect.bisect_left(self._trees, tree)
            last = 3 * bisect.bisect_right(self._trees, tree, first // 3)
            entries = self._entries[first:last]
            known = dict(zip(entries[1::3], entries[2::3], strict=True))
            self._known[tree] = known
        return known

    def _marked_side(self, marked: Mapping[int, int], name: bytes) -> _Side:
        """Return what of a name leads to a blob."""
        side = _NOTHING
        for key in self._spelled[name]:
            if key in marked:
                side = self._with(side, self._split[key][0], marked[key])
        return side

    def _side(self, tree: int | None, name: bytes) -> _Side:
        """Return what a folder has under a name, whether it leads to a blob or not."""
        side = _NOTHING
        if tree is None:
            return side
        for key in self._spelled[name]:
            found = native_trees.child(tree, key, *self._everything)
            if found != NOWHERE:
                side = self._with(side, self._split[key][0], found)
        return side

    def _with(self, side: _Side, mode: int, number: int) -> _Side:
        # A folder that is missing is told as if it were a file: what is in it nobody knows.
        if mode == _FOLDER and number not in self._missing:
            return _Side(side.file, number)
        return _Side((mode, number), side.folder)

    def _oid(self, number: int) -> str:
        return self._wanted.get(number) or self._numbers.oid(number)
