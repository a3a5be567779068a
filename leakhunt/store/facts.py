"""Facts: which objects were clean, and what they added to the counts.

A fact is a record of fixed length: the object's id, what it is, its size. Nothing in it comes
from the content of an object. What is not known as clean is scanned, so a lost fact costs time
and nothing else.
"""

from __future__ import annotations

import bisect
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

TREE, BLOB, BINARY, COMMIT, TAG = range(5)
"""What an object is; `BINARY` is a blob that was not scanned."""
_COUNTED = {BLOB: "blobs", BINARY: "skipped_binary", COMMIT: "commits", TAG: "tags"}
_SIZE = 4
LARGEST = (1 << 8 * _SIZE) - 1
"""Bytes of the largest object of which there can be a fact."""
_FEW = 16
"""So many times more facts than questions, and searching is cheaper than a dictionary."""


def record(oid: bytes, what: int, size: int) -> bytes:
    """Return a fact.

    Args:
        oid: the object.
        what: one of the constants above.
        size: the bytes that were scanned; 0 where none were.
    """
    return oid + bytes((what,)) + size.to_bytes(_SIZE, "big")


class Facts:
    """Facts about the objects of one pack.

    Args:
        records: one after the other, sorted.
        width: bytes of an object id.
    """

    def __init__(self, records: bytes, width: int) -> None:
        self.records = records
        self.width = width
        self._step = width + 1 + _SIZE

    @classmethod
    def of(cls, records: Iterable[bytes], width: int) -> Facts:
        """Make them of single records in any order; the same one may come twice."""
        return cls(b"".join(sorted(set(records))), width)

    def __len__(self) -> int:
        return len(self.records) // self._step

    def __iter__(self) -> Iterator[bytes]:
        step = self._step
        return (self.records[at : at + step] for at in range(0, len(self) * step, step))

    def oids(self) -> set[bytes]:
        """Return the ids of all objects."""
        step, width, records = self._step, self.width, self.records
        return {records[at : at + width] for at in range(0, len(self) * step, step)}

    def among(self, oids: Collection[bytes]) -> list[bytes]:
        """Return the records of those of some objects about which there are facts."""
        if len(oids) * _FEW < len(self):
            found = map(self._find, oids)
            return [item for item in found if item is not None]
        wanted = oids if isinstance(oids, (set, frozenset)) else set(oids)
        return [item for item in self if item[: self.width] in wanted]

    def _oid(self, number: int) -> bytes:
        return self.records[number * self._step : number * self._step + self.width]

    def _find(self, oid: bytes) -> bytes | None:
        at = bisect.bisect_left(range(len(self)), oid, key=self._oid)
        if at < len(self) and self._oid(at) == oid:
            return self.records[at * self._step : (at + 1) * self._step]
        return None

    def counts(self) -> Counter[str]:
        """Return what a scan of these objects would have counted."""
        found: Counter[str] = Counter()
        kinds = self.records[self.width :: self._step]
        for what, name in _COUNTED.items():
            if number := kinds.count(what):
                found[name] = number
        for place in range(_SIZE):
            column = self.records[self.width + 1 + place :: self._step]
            found["bytes"] += sum(column) << 8 * (_SIZE - 1 - place)
        return found


def read(record_: bytes, width: int) -> tuple[bytes, int, int]:
    """Return the object of a fact, what it is, and its size."""
    return record_[:width], record_[width], int.from_bytes(record_[width + 1 :], "big")
