"""One number for every object of a repository: its rank in a pack, or its place behind them."""

from __future__ import annotations

import bisect
from array import array
from typing import TYPE_CHECKING

from leakhunt.git.packs import native_trees
from leakhunt.git.packs.pure_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.git.packs.table import Pack


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
        found = array("I", [NOWHERE]) * (len(oids) // self.width)
        for index in reversed(range(len(self.packs))):
            self._look(found, oids, self.packs[index].sorted_oids(), self.starts[index])
        places = array("I", range(len(self.outside) // self.width))
        self._look(found, oids, (self.outside, places.tobytes()), self.starts[-1])
        return found

    def _look(
        self,
        found: array[int],
        oids: bytes,
        table: tuple[bytes | memoryview, bytes | memoryview],
        start: int,
    ) -> None:
        """Fill in those that are not found yet."""
        if NOWHERE not in found or not len(table[0]):
            return
        answer = array("I", native_trees.number(oids, *table, self.width, start))
        if found.count(NOWHERE) == len(found):
            found[:] = answer
            return
        for i, number in enumerate(answer):
            if found[i] == NOWHERE:
                found[i] = number

    @staticmethod
    def nowhere(found: array[int]) -> list[int]:
        """Return at which places objects were not found."""
        return (
            [i for i, number in enumerate(found) if number == NOWHERE] if NOWHERE in found else []
        )

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
