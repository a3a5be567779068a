"""One pack, and what earlier scans left of it in the store."""

from __future__ import annotations

import functools
import marshal
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.packs.state import PackState, whole
from leakhunt.git.packs.table import BASE, NEITHER, SCAN
from leakhunt.store.facts import Facts
from leakhunt.store.ledger import Held
from leakhunt.store.traces import Trace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from leakhunt.git.packs.table import Pack, Task


class Kept(NamedTuple):
    """What is kept of a pack."""

    content: bytes
    times: bytes
    objects: int
    """How many there are, trees of folders included."""
    rest: bytes
    """Ids of objects that were not scanned here, or have to be scanned again."""
    records: bytes
    """Facts about those that were clean."""
    held: bytes
    """See :func:`packed`."""


def packed(held: Mapping[bytes, Held]) -> bytes:
    """Return what objects hold as bytes, in the order in which they were read."""
    return marshal.dumps(
        [(oid, one.size, list(map(tuple, one.traces)), one.counts) for oid, one in held.items()]
    )


def unpacked(held: bytes) -> dict[bytes, Held]:
    """Undo :func:`packed`."""
    rows = marshal.loads(held)  # noqa: S302 (only we can have written it)
    return {
        oid: Held(size, tuple(Trace(*one) for one in some), counts)
        for oid, size, some, counts in rows
    }


class Share:
    """One pack, and what is known of it.

    Args:
        path: the `.pack` file.
        state: of it and its index.
        width: bytes of an object id.
    """

    def __init__(self, path: Path, state: PackState, width: int) -> None:
        self.path = path
        self.name = path.name
        self.state = state
        self.width = width
        self.count = 0
        self.kept: Kept | None = None
        """It was scanned before and is not opened."""
        self.pack: Pack | None = None
        self.known = Facts(b"", width)
        """Of what is counted without being read."""
        self.counts: Counter[str] = Counter()
        self.held: dict[bytes, Held] = {}
        """What is told without being looked for."""
        self.traced: Mapping[bytes, Held] = {}
        """The same, with what other packs have, too."""
        self.rest: set[bytes] = set()
        self.needed: bytes | None = None

    @functools.cached_property
    def whole(self) -> bool:
        """The pack and its index are what their checksums say."""
        return whole(self.path, self.width)

    def take(self, kept: Kept) -> None:
        """Take what is kept for true."""
        self.kept, self.count = kept, kept.objects
        self.known = Facts(kept.records, self.width)
        self.traced = unpacked(kept.held)
        self.held = dict(self.traced)
        self.rest = set(split(kept.rest, self.width))

    def leave_out(self, seen: Collection[bytes]) -> set[bytes]:
        """Leave out what other packs have, and return what was in this one."""
        inside = self.known.oids() | self.rest | self.held.keys()
        twice = Facts.of(self.known.among(seen) if seen else (), self.width)
        self.counts = self.known.counts()
        self.counts.subtract(twice.counts())
        self.rest -= set(seen)
        self._tell({oid: one for oid, one in self.held.items() if oid not in seen})
        return inside

    def _tell(self, held: Mapping[bytes, Held]) -> None:
        """Count what is only counted, and tell the rest."""
        self.held = {oid: one for oid, one in held.items() if one.traces}
        for one in held.values():
            if not one.traces:
                self.counts.update(dict(one.counts))

    def recognise(
        self, pack: Pack, records: Mapping[bytes, bytes], held: Mapping[bytes, Held]
    ) -> None:
        """Take over what is known of objects from elsewhere.

        Args:
            pack: this one.
            records: facts about objects in it.
            held: what others hold.
        """
        self.known = Facts.of(records.values(), self.width)
        self.counts = self.known.counts()
        self.traced = dict(held)
        self._tell(held)
        if not (records or held):
            return
        needed = bytearray([NEITHER]) * pack.count
        for rank in scannable(pack):
            if (oid := pack.id(rank)) in records or oid in held:
                continue
            needed[rank] = SCAN
            base = pack.base[rank]
            while base >= 0 and needed[base] == NEITHER:
                needed[base] = BASE
                base = pack.base[base]
        self.needed = bytes(needed)

    def tasks(self) -> Iterator[Task]:
        """Yield the shares of work in which something has to be scanned."""
        if self.pack is None:
            return
        needed = self.needed
        for task in self.pack.tasks():
            ranks = self.pack.ranks(task.low, task.high)
            if needed is None or any(needed[rank] != NEITHER for rank in ranks):
                yield task


def scannable(pack: Pack, *, everywhere: bool = False) -> Iterator[int]:
    """Yield the objects that are no trees of folders.

    Args:
        pack: where they lie.
        everywhere: those too that an earlier pack has.
    """
    kinds = bytes(pack.kind)
    for kind in b"\1\3\4":
        rank = kinds.find(kind)
        while rank >= 0:
            if everywhere or not pack.known[rank]:
                yield rank
            rank = kinds.find(kind, rank + 1)


def split(data: bytes, step: int) -> list[bytes]:
    """Cut records of the same length."""
    return [data[at : at + step] for at in range(0, len(data), step)]
