"""What every commit did to given blobs, told from the trees of the packs instead of by git.

The workers read all trees once (`git/packs/folders.py`). From the blobs that are asked for, one
climb finds every tree that leads to them; two commits differ in them only if what their trees lead
to differs. The answer is that of `git diff-tree -r -c --root --no-renames` (`git/changes.py`).
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import operator
from array import array
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.changes import Change
from leakhunt.git.packs import native_trees
from leakhunt.git.packs.pure_changes import MISSING, WANTED
from leakhunt.git.packs.pure_forest import NOWHERE
from leakhunt.git.packs.pure_trees import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from leakhunt.git.packs.folders import Folders
    from leakhunt.git.packs.numbers import Numbers

_ENTRIES = 40_000_000
"""More entries that lead to the blobs than this are left to git."""
_COMPARED = 20_000_000
"""More comparisons of two folders than this are left to git as well."""
_CHANGES = 2_000_000
_DEEPEST = 300
_FOLDER = 0o40000
_PLAIN = (0o100644, 0o100755)


class TooMuch(Exception):  # noqa: N818 (never shown: git is asked instead)
    """The trees make no sense, or there are more than can be held."""


class Tree(NamedTuple):
    """What one commit holds, and what its parents hold: numbers of trees."""

    commit: str
    tree: int
    parents: tuple[int, ...]


def mode_of(key: bytes) -> int:
    """Return the mode of an entry as git reads it: of permissions only whether it may be run."""
    return _mode(key.partition(b" ")[0])


@functools.lru_cache(256)
def _mode(digits: bytes) -> int:
    mode = int(digits, 8)
    if mode >> 12 == FILE:
        return 0o100755 if mode & 0o100 else 0o100644
    return mode >> 12 << 12


def _name_of(key: bytes) -> bytes:
    return key.partition(b" ")[2]


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
            rows = self.settle()
            goals = array("I", wanted).tobytes()
            entries, likeness = native_trees.trace(*rows, goals, _ENTRIES)
        except (ValueError, MemoryError) as error:
            raise TooMuch(str(error)) from error
        missing = frozenset(self.missing.values())
        return Climb(numbers, self._keys, wanted, entries, likeness, rows, missing)

    def named(self, wanted: Callable[[bytes], bool]) -> list[str]:
        """Return the files that are in some tree under a name.

        Args:
            wanted: says whether it is one of the names that are asked for.

        Raises:
            ValueError: the trees make no sense.
        """
        keys = bytes(mode_of(key) in _PLAIN and wanted(_name_of(key)) for key in self._keys)
        if not any(keys):
            return []
        found = native_trees.under(self.settle()[1], keys, self.empty)
        return sorted(map(self._numbers.oid, array("I", found)))

    def settle(self) -> tuple[bytes, bytes, bytes]:
        """Arrange what was planted; nothing more can be planted then.

        Returns:
            The bases of all trees, and what they add and remove, sorted by tree.

        Raises:
            ValueError: it makes no sense.
        """
        self._rows = self._rows or self._arranged()
        return self._rows

    def _arranged(self) -> tuple[bytes, bytes, bytes]:
        numbers, count = self._numbers, self.empty + 1 + len(self.missing)
        packs = zip(numbers.packs, numbers.starts, strict=False)
        shifted = (native_trees.shifted(pack.base, start) for pack, start in packs)
        bases = array("i", b"".join(shifted))
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
        self._entries = entries
        self._likeness = likeness
        self._everything = everything
        goals = bytearray(len(likeness) // 8)
        for number in wanted:
            goals[number] = WANTED
        for number in missing:
            goals[number] = MISSING
        self._goals = bytes(goals)
        self._modes = array("I", map(mode_of, keys))
        names: dict[bytes, int] = {}
        self._names = array("I", (names.setdefault(_name_of(key), len(names)) for key in keys))
        self._spelled = list(names)

    def stirring(
        self, trees: array[int], firsts: array[int], parents: array[int]
    ) -> memoryview[int]:
        """Return the places of the commits that did something, see `git/packs/pure_order.py`.

        Raises:
            ValueError: commits and trees do not fit together.
        """
        columns = (column.tobytes() for column in (trees, firsts, parents))
        return memoryview(native_trees.stirring(self._likeness, *columns)).cast("I")

    def changes(self, commits: Iterable[Tree]) -> list[Change]:
        """Return what commits did to the blobs, in their order, by path.

        Raises:
            TooMuch: git has to be asked.
        """
        names: list[str] = []
        trees = array("I")
        for commit, tree, parents in commits:
            names.append(commit)
            trees.extend((1 + (len(parents) or 1), tree, *(parents or (NOWHERE,))))
        try:
            rows = native_trees.changes(
                self._entries,
                self._likeness,
                self._modes.tobytes(),
                self._names.tobytes(),
                len(self._spelled),
                self._goals,
                *self._everything,
                trees.tobytes(),
                _DEEPEST,
                _COMPARED,
                _CHANGES,
            )
        except (ValueError, MemoryError) as error:
            raise TooMuch(str(error)) from error
        changes = self._told(array("I", rows), names)
        # They come by commit, in the order that was asked for.
        return [
            change
            for _, some in itertools.groupby(changes, key=operator.attrgetter("commit"))
            for change in sorted(some, key=operator.attrgetter("path"))
        ]

    def _told(self, rows: array[int], names: Sequence[str]) -> Iterator[Change]:
        """Yield the changes: commit, path, new blob, and the blob that each parent has."""
        paths: dict[bytes, bytes] = {}
        called: dict[int, str | None] = {NOWHERE: None, **self._wanted}
        at = 0
        while at < len(rows):
            commit, count = rows[at], rows[at + 1]
            at += 2
            way = rows[at : at + count]
            path = paths.get(key := way.tobytes())
            if path is None:
                path = paths[key] = b"/".join(self._spelled[name] for name in way)
            at += count
            numbers = rows[at + 1 : at + 1 + rows[at]]
            at += 1 + len(numbers)
            for number in numbers:
                if number not in called:
                    called[number] = self._numbers.oid(number)
            new, *old = (called[number] for number in numbers)
            yield Change(names[commit], path, new, tuple(old))
