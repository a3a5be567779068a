"""Reads large content piece by piece, so that no match is cut by a border.

Neighbouring chunks overlap by twice `MARGIN`. A match belongs to the chunk in which its secret
ends at least `MARGIN` after the start and before the end, and `MARGIN` is wider than any
signature: there the chunk looks like the whole file to it.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leakhunt.errors import LeakhuntError, reason
from leakhunt.model import Problem
from leakhunt.signatures import MAX_SPAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.model import Blob

MARGIN = MAX_SPAN + 4096
"""Bytes of context on both sides of a match."""


class Chunk(NamedTuple):
    """A piece of a large text."""

    base: int
    """Offset of its first byte in the whole."""
    data: bytes
    low: int
    """Secrets that end after this offset in the chunk belong to it ..."""
    high: int
    """... up to and with this one."""
    step: int
    """Where in this chunk the next one starts."""


def chunks(stream: BinaryIO, encoding: str, size: int) -> Iterator[Chunk]:
    """Yield overlapping chunks of a stream as UTF-8.

    Args:
        stream: positioned at its start.
        encoding: `utf-8` for bytes as they are, or a wide encoding to undo.
        size: bytes that each chunk advances by.

    Raises:
        OSError: it cannot be read any further; what was read has been yielded.
        LeakhuntError: likewise.
    """
    read = _Recoder(stream, encoding).read
    data = read(size + 2 * MARGIN)
    base = low = 0
    while True:
        try:
            fresh = read(size)
        except (OSError, LeakhuntError):
            yield Chunk(base, data, low, len(data), len(data))
            raise
        if not fresh:
            yield Chunk(base, data, low, len(data), len(data))
            return
        step = len(data) - 2 * MARGIN
        if step <= 0:
            data += fresh
            continue
        yield Chunk(base, data, low, len(data) - MARGIN, step)
        base += step
        low = MARGIN
        data = data[step:] + fresh


class _Recoder:
    """Reads up to a number of bytes of UTF-8 from a stream in some encoding."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = None
        if encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._first = True

    def read(self, size: int) -> bytes:
        if self._decoder is None:
            return _read_fully(self._stream, size)
        data = _read_fully(self._stream, size)
        text = self._decoder.decode(data, final=not data)
        if self._first:
            text = text.removeprefix("\ufeff")
            self._first = False
        recoded = text.encode("utf-8", "replace")
        # An empty answer means the end; a lone half character must not look like it.
        return recoded if recoded or not data else self.read(size)


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    """Read until the size is reached or the stream ends: pipes give what they have."""
    pieces = []
    try:
        while size > 0 and (piece := stream.read(size)):
            pieces.append(piece)
            size -= len(piece)
    except OSError:
        if not pieces:  # else the next call says so
            raise
    return b"".join(pieces)


def readable(
    blob: Blob, opener: Callable[[], BinaryIO], encoding: str, size: int, broken: list[Problem]
) -> Iterator[Chunk]:
    """Yield the chunks of a blob as long as they can be read; what was found counts all the same.

    Args:
        blob: what it is called.
        opener: opens it.
        encoding: of its text.
        size: bytes of a chunk.
        broken: takes in why it cannot be read further.
    """
    try:
        with opener() as stream:
            yield from chunks(stream, encoding, size)
    except (OSError, LeakhuntError) as error:
        broken.append(Problem("unreadable", blob.path or blob.id, reason(error)))
