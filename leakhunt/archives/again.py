"""What is too large to hold: unpacked again from its container when it is read again, never kept.

Bytes go by in order. An earlier one is among those that went by last, or it is unpacked again: from
the nearest place at which the unpacker was copied, or from the start where it cannot be copied.
"""

from __future__ import annotations

import bisect
import io
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from leakhunt.archives.unpackers import STEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.archives.base import Budget
    from leakhunt.archives.unpackers import Unpacker

WINDOW = 1024 * 1024
"""Bytes that went by last and are held."""
APART = 4 * 1024 * 1024
"""Bytes between two copies of an unpacker, at first ..."""
COPIES = 256
"""... and how many there may be, at some 40 KiB each: then every second one goes."""
_FAR = 1 << 62


class Content(Protocol):
    """What can be read at any place."""

    end: int | None
    """How many bytes there are, once that is known."""

    def read_at(self, at: int, size: int) -> bytes:
        """Return some of the bytes at a place: at least one and at most `size`, none at the end."""

    def close(self) -> None:
        """Give back what was opened."""


class Unpacked:
    """What comes out of an unpacker.

    Args:
        start: makes one that is at its start.
        budget: what may be unpacked again.
    """

    def __init__(self, start: Callable[[], Unpacker], budget: Budget) -> None:
        self.end: int | None = None
        self._start = start
        self._budget = budget
        self._now = start()
        self._at = 0
        self._furthest = 0
        self._copies: list[tuple[int, Unpacker]] = []
        self._apart = APART
        self._starts: list[int] = []
        self._pieces: list[bytes] = []

    def read_at(self, at: int, size: int) -> bytes:
        """Return some of the bytes at a place, none at the end.

        Raises:
            AgainError: it was unpacked too often.
        """
        if at < (self._starts[0] if self._starts else self._at):
            self._back(at)
        while at >= self._at:
            if not self._forward():
                return b""
        number = bisect.bisect_right(self._starts, at) - 1
        low = at - self._starts[number]
        return self._pieces[number][low : low + size]

    def close(self) -> None:
        """Give back what was opened."""
        self._now.close()

    def _back(self, at: int) -> None:
        found = bisect.bisect_right(self._copies, at, key=lambda one: one[0]) - 1
        start, copied = self._copies[found] if found >= 0 else (0, None)
        self._budget.again(at - start)
        fresh = copied.copy() if copied else self._start()
        assert fresh is not None
        self._now.close()
        self._now = fresh
        self._at = start
        self._starts, self._pieces = [], []

    def _forward(self) -> bool:
        piece = self._now.read()
        if not piece:
            self.end = self._at
            return False
        self._starts.append(self._at)
        self._pieces.append(piece)
        self._at += len(piece)
        self._budget.repeated += max(min(self._at, self._furthest) - self._starts[-1], 0)
        while self._at - self._starts[0] - len(self._pieces[0]) > WINDOW:
            del self._starts[0], self._pieces[0]
        if self._at > self._furthest:
            self._furthest = self._at
            if self._at - (self._copies[-1][0] if self._copies else 0) >= self._apart:
                self._keep()
        return True

    def _keep(self) -> None:
        copied = self._now.copy()
        if copied is None:
            return
        self._copies.append((self._at, copied))
        if len(self._copies) > COPIES:
            self._copies = self._copies[1::2]
            self._apart *= 2


class Section:
    """What lies in a file as it is.

    Args:
        file: readable in any order.
        low: where it starts.
    """

    def __init__(self, file: BinaryIO, low: int = 0) -> None:
        self.end: int | None = None
        self._file = file
        self._low = low

    def read_at(self, at: int, size: int) -> bytes:
        """Return some of the bytes at a place."""
        self._file.seek(self._low + at)
        return self._file.read(min(size, STEP))

    def close(self) -> None:
        """Do nothing: the file belongs to others."""


class View(io.RawIOBase):
    """A file that reads some content at its own place.

    Args:
        content: what it reads.
        owned: whether nobody else reads it.
    """

    def __init__(self, content: Content, *, owned: bool = False) -> None:
        self._content = content
        self._owned = owned
        self._at = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place.

        Raises:
            ValueError: it lies before the start.
        """
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            if self._content.end is None:
                self._content.read_at(_FAR, 1)
            offset += self._content.end or 0
        if offset < 0:
            raise ValueError("a place before the start")
        self._at = offset
        return offset

    def read1(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes that come next, as they come."""
        data = self._content.read_at(self._at, size if size >= 0 else STEP)
        self._at += len(data)
        return data

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        left = _FAR if size is None or size < 0 else size
        pieces = []
        while left and (piece := self.read1(left)):
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Give back what nobody else reads."""
        if self._owned and not self.closed:
            self._content.close()
        super().close()
