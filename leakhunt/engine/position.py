"""Byte offsets to lines and columns."""

from __future__ import annotations

from leakhunt.model import Span

UNPLACED = Span(0, 0, 0, 0)
"""The span of a match of which only the offset is known."""
_CONTINUATION = bytes(range(0x80, 0xC0))
_BLOCK = 64 * 1024
"""Bytes that are copied at once: a line may be as long as the whole file."""


def code_points(data: bytes) -> int:
    """Count code points of UTF-8; stray continuation bytes do not count."""
    return len(data) if data.isascii() else len(data.translate(None, _CONTINUATION))


class Positions:
    """Turns offsets of one buffer into 1-based lines and columns, in ascending order.

    Args:
        data: the buffer.
        line: the 1-based line of its first byte.
        column: the 1-based column (code points) of its first byte.
    """

    def __init__(self, data: bytes, line: int = 1, column: int = 1) -> None:
        self._data = data
        self._at = 0
        self._line = line
        self._column = column

    def advance(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of an offset not smaller than the one before."""
        data, start = self._data, self._at
        newlines = data.count(b"\n", start, offset)
        if newlines:
            self._line += newlines
            self._column = 1
            start = data.rindex(b"\n", start, offset) + 1
        for block in range(start, offset, _BLOCK):
            self._column += code_points(data[block : min(block + _BLOCK, offset)])
        self._at = offset
        return self._line, self._column

    def span(self, start: int, end: int) -> Span:
        """Return the span of bytes `start` to `end`; starts must come in ascending order."""
        line, column = self.advance(start)
        inner = Positions(self._data[start:end], line, column)
        end_line, end_column = inner.advance(end - start)
        return Span(line, column, end_line, end_column)
