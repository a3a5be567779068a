"""One number for every object of a repository: its rank in a pack, or its place behind them."""

from __future__ import annotations

import bisect
from array import array
from typing import TYPE_CHECKING

from leakhunt.git.packs import native_trees
from leakhunt.git.packs.pure_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.git.packs.table import Pack

    _Table = tuple[bytes | memoryview, bytes | memoryview]

_NOWHERE = array("I", [NOWHERE]).tobytes()


class Numbers:
    """Numbers the objects of some packs one after the other, then those outside.

    An object that several packs have is known by its number in the largest of them.

    Args:
        packs: in a fixed order, the largest last.
        outside: the sorted ids of other objects, one after the other.
        width: bytes of an id.
        kinds: the kind of each of the other objects, see `pure_layout.py`; empty where nobody
            asks for it.
    """

    def __init__(
        self, packs: Sequence[Pack], outside: bytes, width: int, kinds: bytes = b""
    ) -> None:
        self.packs = packs
        self.outside = outside
        self.width = width
        self._kinds = kinds
        self.starts = [0]
        for pack in packs:
            self.starts.append(self.starts[-1] + pack.count)
        self.total = self.starts[-1] + len(outside) // width

    def of(self, oids: bytes) -> array[int]:
        """Return the numbers of objects.

        Args:
            oids: their ids, one after the other.

        Returns:
            A number for each, or `NOWHERE`.
        """
        width = self.width
        found = array("I", [NOWHERE]) * (len(oids) // width)
        wanted: Sequence[int] = range(len(found))
        for table, start in self._tables():
            if not wanted:
                break
            some = oids if len(wanted) == len(found) else _picked(oids, wanted, width)
            answer = array("I", native_trees.number(some, *table, width, start))
            if some is oids:
                found = answer
            else:
                for place, number in zip(wanted, answer, strict=True):
                    found[place] = number
            gone = self.nowhere(answer)
            wanted = gone if some is oids else [wanted[i] for i in gone]
        return found

    def _tables(self) -> Iterator[tuple[_Table, int]]:
        """Yield sorted ids, the number of each, and what is added to these; the largest first."""
        for index in reversed(range(len(self.packs))):
            if self.packs[index].count:
                yield self.packs[index].sorted_oids(), self.starts[index]
        if self.outside:
            places = array("I", range(len(self.outside) // self.width))
            yield (self.outside, places.tobytes()), self.starts[-1]

    @staticmethod
    def nowhere(found: array[int]) -> list[int]:
        """Return at which places objects were not found."""
        # Most were found: bytes are searched many times faster than numbers are counted.
        numbers, places, at = found.tobytes(), [], -1
        while (at := numbers.find(_NOWHERE, at + 1)) >= 0:
            if at % found.itemsize == 0:
                places.append(at // found.itemsize)
        return places

    @property
    def kinds(self) -> bytes:
        """The kind of each object; 0 where only git knows it."""
        return b"".join([*(bytes(pack.kind) for pack in self.packs), self._kinds])

    @property
    def whole(self) -> bool:
        """Whether the files of the packs are still as long as they were."""
        return all(pack.whole for pack in self.packs)

    def oid(self, number: int) -> str:
        """Return the id of an object."""
        index = bisect.bisect_right(self.starts, number) - 1
        at = number - self.starts[index]
        if index < len(self.packs):
            return self.packs[index].oid(at)
        return self.outside[at * self.width : (at + 1) * self.width].hex()


def _picked(oids: bytes, places: Sequence[int], width: int) -> bytes:
    """Return the ids at some places."""
    return b"".join(oids[place * width : (place + 1) * width] for place in places)
