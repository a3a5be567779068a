"""Walks delta trees in C and scans what is in them, many objects at once.

`git/packs/tree.py` walks them one by one, and gives the same.
"""

from __future__ import annotations

import os
import struct
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from leakhunt.git.packs import native
from leakhunt.git.packs import tree as trees
from leakhunt.git.packs.inflate import decompress, inflate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.git.packs.table import Pack


TOGETHER = 512 * 1024
"""Bytes that are scanned as one text."""
WAITING = 2 * 1024 * 1024
"""Bytes of versions that may wait for it."""


class Sight(Protocol):
    """How text is scanned; what `engine/versions.py` says of it."""

    @property
    def reach(self) -> tuple[int, int, int]:
        """How far gates see."""

    @property
    def margins(self) -> bytes:
        """For each gate the bytes around a hit that decide what comes of it."""

    @property
    def scan(self) -> Callable[[memoryview], list[tuple[int, int]]]:
        """Returns (gate, end) for each place in a text where a gate may end."""

    @property
    def whole(self) -> Callable[[bytes], object]:
        """Says whether a short text as a whole is something."""

    @property
    def few(self) -> int:
        """Bytes of the longest text that may be."""

    @property
    def marks(self) -> tuple[tuple[int, bytes], ...]:
        """At which place which bytes say that something is a container."""

    @property
    def memory(self) -> list[object]:
        """What walks with this sight remember of lines, see `_lines.h`; empty before the first."""


class Callbacks(NamedTuple):
    """What is done with the few objects that Python has to look at. Each gets rank and content."""

    judge: Callable[[int, bytes, bytes, bytes, bytes, Any], tuple[bytes, object]]
    """A version that may hold something, with all its hits and those of which something may come.

    Behind them those of the latter that something came of in the base, with the same bytes around
    them: of each its number there, and the hit. And what that was.

    Returns those of which something came, and what that was: None if it may not be the same where
    the same hits lie elsewhere.
    """
    other: Callable[[int, bytes], None]
    """A blob that is no plain text, or a container, or very short."""
    say: Callable[[int, bytes], None]
    """A commit or tag in which a gate was seen."""


class Walked(NamedTuple):
    """What came of a walk."""

    failed: list[int]
    """What is left to git, with all that is built on it."""
    blobs: int
    """Versions, commits and tags that Python did not hear of, and their bytes."""
    commits: int
    tags: int
    size: int
    rows: bytes
    """The commits, see :func:`leakhunt.git.graph.unpack`."""
    oids: bytes
    quiet: bytes
    """Rank and bytes (32 bits each) of every object that Python did not hear of."""


def usable() -> bool:
    """Say whether the extension was built."""
    return native.walk_versions is not None


def walk_versions(
    pack: Pack,
    roots: Sequence[int],
    sight: Sight,
    calls: Callbacks,
    known: bytes | bytearray | None = None,
) -> Walked:
    """Walk all that is built on some roots.

    Args:
        pack: where they lie.
        roots: ranks of objects that have no base.
        sight: how to scan.
        calls: what to do with what was seen.
        known: a mask by rank, see `git/packs/table.py`; by default that of the pack.
    """
    assert native.walk_versions is not None
    assert native.lines is not None
    if not sight.memory:
        sight.memory.append(native.lines(os.urandom(32)))
    failed, counts, rows, oids, quiet = native.walk_versions(
        *pack.columns,
        decompress,
        inflate,
        pack.kind,
        pack.known if known is None else known,
        array("I", roots).tobytes(),
        pack.width,
        (trees.HELD, trees.LARGE, TOGETHER, WAITING),
        tuple(sight.reach),
        sight.margins,
        sight.few,
        b"".join(struct.pack("=HB", at, len(mark)) + mark for at, mark in sight.marks),
        sight.scan,
        sight.whole,
        *calls,
        sight.memory[0],
    )
    blobs, size, commits, tags = counts
    return Walked(array("I", failed).tolist(), blobs, commits, tags, size, rows, oids, quiet)
