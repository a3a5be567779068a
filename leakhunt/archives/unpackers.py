"""What unpacks in order: deflate, which can be copied on its way, and all others."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

STEP = 256 * 1024
"""Bytes that are unpacked at once."""
RAW = 64 * 1024
"""Packed bytes that are read at once."""
_HEADER = 31
"""Tells zlib that a member of gzip starts with a header and ends with a checksum."""


class Unpacker(Protocol):
    """Unpacks in order."""

    def read(self) -> bytes:
        """Return the next bytes, none at the end."""

    def copy(self) -> Unpacker | None:
        """Return one that goes on from here, or None if that is not possible."""

    def close(self) -> None:
        """Give back what was opened."""


class Inflating:
    """Deflate, as zip and gzip use it.

    Args:
        file: what is packed, readable in any order.
        low: where it starts.
        high: where it ends; None for gzip, of which any number of members may follow each other.
    """

    def __init__(self, file: BinaryIO, low: int = 0, high: int | None = None) -> None:
        self._file = file
        self._at = low
        self._high = high
        self._inner = zlib.decompressobj(_HEADER if high is None else -zlib.MAX_WBITS)
        self._rest = b""

    def read(self) -> bytes:
        """Return the next bytes, none at the end.

        Raises:
            EOFError: what is packed ends before.
            zlib.error: it is damaged.
        """
        while True:
            if self._inner.eof and not self._next():
                return b""
            self._rest = self._rest or self._raw()
            ended = not self._rest
            data = self._inner.decompress(self._rest, STEP)
            self._rest = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            if data:
                return data
            if ended and not self._inner.eof:
                raise EOFError("ended too early")

    def _next(self) -> bool:
        """Start on the next member, if there is one."""
        if self._high is not None:
            return False
        # Zeros may fill up what lies between, as on a tape.
        rest = self._rest.lstrip(b"\0")
        while not rest:
            raw = self._raw()
            if not raw:
                return False
            rest = raw.lstrip(b"\0")
        self._rest = rest
        self._inner = zlib.decompressobj(_HEADER)
        return True

    def _raw(self) -> bytes:
        self._file.seek(self._at)
        size = RAW if self._high is None else min(RAW, self._high - self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data

    def copy(self) -> Inflating:
        """Return one that goes on from here."""
        other = Inflating(self._file, self._at, self._high)
        other._inner = self._inner.copy()
        other._rest = self._rest
        return other

    def close(self) -> None:
        """Do nothing: the file belongs to others."""


class Streaming:
    """Whatever can only be read from its start.

    Args:
        start: opens it.
    """

    def __init__(self, start: Callable[[], BinaryIO]) -> None:
        self._stack = contextlib.ExitStack()
        stream = self._stack.enter_context(start())
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)

    def read(self) -> bytes:
        """Return the next bytes, none at the end."""
        return self._read(STEP)

    def copy(self) -> None:
        """Return nothing: it cannot be done."""

    def close(self) -> None:
        """Close it."""
        self._stack.close()
