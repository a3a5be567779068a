"""A pack and its index, opened and checked.

Format: Documentation/gitformat-pack in git's sources ("Version 2 pack-*.idx files").
"""

from __future__ import annotations

import bisect
import mmap
import sys
from array import array
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.packs import native
from leakhunt.git.packs.pure_layout import BLOB, COMMIT, TAG, TREE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_INDEX_MAGIC = b"\xfftOc\0\0\0\2"
_PACK_HEADER = 12
_FANOUT = 256 * 4

KINDS = {COMMIT: "commit", TREE: "tree", BLOB: "blob", TAG: "tag"}


SCAN, BASE, NEITHER = range(3)
"""Of an object in a mask: to be scanned; to be read for what is built on it; neither."""


class OddPack(Exception):  # noqa: N818 (never shown: git reads such a pack)
    """A pack that is not as the format says, or that we do not know."""


class Task(NamedTuple):
    """Some delta trees: those whose roots lie from one rank to another."""

    low: int
    high: int
    work: int
    """What it costs: its bytes in the pack, those of roots, and some for each object."""
    size: int
    """A guess at the bytes to be scanned: every version as large as its root."""


_WORK = 20 * 1024 * 1024
_WORK_OF_AN_OBJECT = 768


class Pack:
    """What lies where in a pack. Objects are called by their rank: the order of the pack.

    Args:
        path: the `.pack` file; its index lies beside it.
        width: bytes of an object id.

    Raises:
        OddPack: it cannot be read, or is not as it should be.
    """

    def __init__(self, path: Path, width: int) -> None:
        self.path = path
        self.width = width
        try:
            self.data = _map(path)
            self._view = memoryview(self.data)
            self._index = _map(path.with_suffix(".idx"))
        except (OSError, ValueError) as error:
            raise OddPack(str(error)) from error
        self._check()
        table = _FANOUT + len(_INDEX_MAGIC)
        self._oids = memoryview(self._index)[table : table + self.count * width]
        try:
            columns = native.layout(self.data, self._offsets(), self._oids, width)
        except ValueError as error:
            raise OddPack(str(error)) from error
        self._place(columns)
        self.rest()

    def rest(self) -> None:
        """Let go of the memory in which the pack lies; it is mapped again as it is needed."""
        if sys.platform != "win32" and hasattr(mmap, "MADV_DONTNEED"):
            self.data.madvise(mmap.MADV_DONTNEED)

    @property
    def whole(self) -> bool:
        """Whether its files are still as long as they were: what was cut off cannot be read."""
        return all(file.size() >= len(file) for file in (self.data, self._index))

    def _place(self, columns: tuple[bytes, ...]) -> None:
        views = [memoryview(column) for column in columns]
        self._order, self.offset = views[0].cast("I"), views[1].cast("Q")
        self._head, self.kind = views[2], views[3]
        self.size, self.base = views[4].cast("Q"), views[5].cast("i")
        self.child, self.sibling = views[6].cast("i"), views[7].cast("i")
        self._weight, self._members = views[8].cast("Q"), views[9].cast("I")
        self._rank = views[10].cast("I")
        self.known = bytearray(self.count)
        """A mask by rank: what an earlier pack has is not scanned again."""

    @property
    def columns(self) -> tuple[mmap.mmap | memoryview, ...]:
        """The pack, and by rank offset, bytes of the header, size, first child and next sibling."""
        return self.data, self.offset, self._head, self.size, self.child, self.sibling

    def _check(self) -> None:
        """Compare the two files with each other: counts, sizes, the checksum they share."""
        index, data, width = self._index, self.data, self.width
        start = len(_INDEX_MAGIC)
        if len(index) < start + _FANOUT + 2 * width or index[:start] != _INDEX_MAGIC:
            raise OddPack("an index of an unknown version")
        fanout = array("I", index[start : start + _FANOUT])
        _from_network(fanout)
        self.count = fanout[-1]
        least = start + _FANOUT + self.count * (width + 8) + 2 * width
        large = len(index) - least
        if sorted(fanout) != list(fanout) or large < 0 or large % 8:
            raise OddPack("an index of another length")
        if len(data) < _PACK_HEADER + width or data[:4] != b"PACK":
            raise OddPack("not a pack")
        version, count = (int.from_bytes(data[i : i + 4], "big") for i in (4, 8))
        if version not in (2, 3) or count != self.count:
            raise OddPack("a pack of an unknown version, or with more or fewer objects")
        if data[-width:] != index[-2 * width : -width]:
            raise OddPack("the index is of another pack")

    def _offsets(self) -> bytes:
        index, count = self._index, self.count
        at = len(_INDEX_MAGIC) + _FANOUT + count * (self.width + 4)
        small = array("I", index[at : at + 4 * count])
        _from_network(small)
        wide = array("Q", index[at + 4 * count : len(index) - 2 * self.width])
        _from_network(wide)
        if not wide:
            return array("Q", small).tobytes()
        places = array("Q")
        for offset in small:
            if offset & 0x80000000:
                if offset & 0x7FFFFFFF >= len(wide):
                    raise OddPack("an offset that is not there")
                offset = wide[offset & 0x7FFFFFFF]
            places.append(offset)
        return places.tobytes()

    def oid(self, rank: int) -> str:
        """Return the id of an object."""
        return self._raw(self._order[rank]).hex()

    def id(self, rank: int) -> bytes:
        """Return the id of an object as it is written in packs."""
        return self._raw(self._order[rank])

    def _raw(self, position: int) -> bytes:
        return bytes(self._oids[position * self.width : (position + 1) * self.width])

    def compressed(self, rank: int) -> memoryview:
        """Return the zlib stream of an object, and nothing else unless the pack is odd."""
        start = self.offset[rank] + self._head[rank]
        return self._view[start : self.offset[rank + 1]]

    def sorted_oids(self) -> tuple[memoryview, memoryview]:
        """Return the ids of all objects, sorted, and the rank of each (32 bits)."""
        return self._oids, self._rank.cast("B")

    def oids(self) -> set[bytes]:
        """Return the ids of all objects."""
        return {self._raw(position) for position in range(self.count)}

    def oids_of(self, ranks: Iterable[int]) -> set[bytes]:
        """Return the ids of some objects."""
        order = self._order
        return {self._raw(order[rank]) for rank in ranks}

    def leave_out(self, oids: set[bytes]) -> None:
        """Mark what an earlier pack has."""
        positions: Iterable[int | None] = range(self.count)
        if len(oids) < self.count // 16:
            positions = map(self._find, oids)
        for position in positions:
            if position is not None and self._raw(position) in oids:
                self.known[self._rank[position]] = BASE

    def ranks(self, low: int = 0, high: int | None = None, *, folders: bool = False) -> list[int]:
        """Return the roots of delta trees: those of the trees of folders, or all others."""
        high = self.count if high is None else min(high, self.count)
        return array("I", native.roots(self.kind, self.base, low, high, folders)).tolist()

    def has(self, oid: str) -> bool:
        """Say whether an object lies here."""
        return self._find(bytes.fromhex(oid)) is not None

    def _find(self, oid: bytes) -> int | None:
        position = bisect.bisect_left(range(self.count), oid, key=self._raw)
        return position if position < self.count and self._raw(position) == oid else None

    def readable(self) -> Iterator[str]:
        """Yield the ids of all objects that are part of a delta tree, trees of folders left out."""
        for rank, kind in enumerate(self.kind):
            if kind and kind != TREE:
                yield self.oid(rank)

    def lost(self) -> list[str]:
        """Return the objects that lead to no root in this pack."""
        if 0 not in (whole := bytes(self.kind)):
            return []
        return [self.oid(rank) for rank, kind in enumerate(whole) if not kind]

    def tasks(self, *, folders: bool = False) -> list[Task]:
        """Split the pack into about equal shares of work, in its order."""
        roots = native.roots(self.kind, self.base, 0, self.count, folders)
        columns = self._weight, self._members, self.size
        found = native.shares(roots, *columns, _WORK, _WORK_OF_AN_OBJECT)
        return [Task(*share) for share in found]


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _from_network(numbers: array[int]) -> None:
    if sys.byteorder == "little":
        numbers.byteswap()
