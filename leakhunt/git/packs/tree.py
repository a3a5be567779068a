"""Walks delta trees: bases first, every object inflated once, every delta applied once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.objects import LARGE as LARGE
from leakhunt.git.packs import native
from leakhunt.git.packs.inflate import inflate
from leakhunt.git.packs.table import NEITHER
from leakhunt.model import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.packs.table import Pack

HELD = 192 * 1024 * 1024
"""Bytes of bases that may wait for their deltas; what would need more is left to git."""


@dataclasses.dataclass(slots=True)
class Stored:
    """One object of a pack, and what a scan leaves of it for those that are built on it."""

    pack: Pack
    rank: int
    content: bytes
    base: Stored | None = None
    """What it was made from; known until the next object is read."""
    delta: bytes = b""
    """What made it, inflated; known as long."""
    hits: bytes | None = None
    """See `engine/versions.py`."""
    fertile: bytes = b""
    """See `engine/versions.py`."""
    known: object = None
    """See `engine/versions.py`."""
    starts: bytes | None = None
    """Of the tree of a folder: where its entries start, see `git/packs/folders.py`."""

    def blob(self) -> Blob:
        """Return what to call it."""
        return Blob(self.pack.oid(self.rank), len(self.content), "blob")

    def fresh(self, wide: int, narrow: int, ahead: int) -> tuple[bytes, bytes]:
        """See :func:`leakhunt.git.packs.pure_compare.fresh`."""
        return native.fresh(self.delta, self.content, wide, narrow, ahead)

    def inherit(
        self, hits: bytes, wide: int, narrow: int, ahead: int, margins: bytes
    ) -> tuple[bytes, bytes]:
        """See :func:`leakhunt.git.packs.pure_compare.inherit`."""
        return native.inherit(self.delta, self.content, hits, wide, narrow, ahead, margins)


class Failed(NamedTuple):
    """An object that is left to git, with everything that is built on it."""

    rank: int


class _Waiting:
    """A base whose children are not all read yet."""

    __slots__ = ("child", "stored")

    def __init__(self, stored: Stored, child: int) -> None:
        self.stored = stored
        self.child = child


def walk(pack: Pack, root: int, known: bytes | bytearray = b"") -> Iterator[Stored | Failed]:
    """Read a delta tree, depth first.

    Args:
        pack: where it lies.
        root: the rank of an object without a base.
        known: by rank, `NEITHER` for what is passed over with all that is built on it.

    Yields:
        The objects of the tree, bases before what is built on them; and what failed.
    """
    try:
        stored = _root(pack, root)
    except ValueError:
        yield Failed(root)
        return
    waiting: list[_Waiting] = []
    held = 0
    yield stored
    while True:
        child = _needed(pack, pack.child[stored.rank], known)
        if child >= 0:
            waiting.append(_Waiting(stored, child))
            held += len(stored.content)
        while waiting:
            top = waiting[-1]
            rank, base = top.child, top.stored
            top.child = _needed(pack, pack.sibling[rank], known)
            if top.child < 0:
                # Before its last child is followed: so a chain without branches holds one base.
                waiting.pop()
                held -= len(base.content)
            try:
                if held > HELD:
                    raise ValueError("too much to hold")
                stored = _child(pack, rank, base)
            except ValueError:
                yield Failed(rank)
                continue
            del base, top
            yield stored
            stored.base, stored.delta = None, b""
            break
        else:
            return


def _needed(pack: Pack, rank: int, known: bytes | bytearray) -> int:
    """Return this object, or the next of its siblings that is needed, or -1."""
    while known and rank >= 0 and known[rank] == NEITHER:
        rank = pack.sibling[rank]
    return rank


def content_of(pack: Pack, rank: int) -> bytes:
    """Read an object that is stored whole.

    Raises:
        ValueError: it has to be left to git.
    """
    size = pack.size[rank]
    if size > LARGE:
        raise ValueError("too large to hold")
    return inflate(pack.compressed(rank), size)


def _root(pack: Pack, rank: int) -> Stored:
    return Stored(pack, rank, content_of(pack, rank))


def _child(pack: Pack, rank: int, base: Stored) -> Stored:
    if pack.size[rank] > LARGE:
        raise ValueError("too large to hold")
    raw = inflate(pack.compressed(rank), pack.size[rank])
    return Stored(pack, rank, native.apply(base.content, raw, LARGE), base, raw)


def descendants(pack: Pack, rank: int) -> Iterator[int]:
    """Yield an object and everything that is built on it."""
    waiting = [rank]
    while waiting:
        at = waiting.pop()
        yield at
        child = pack.child[at]
        while child >= 0:
            waiting.append(child)
            child = pack.sibling[child]
