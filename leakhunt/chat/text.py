"""The text of an export, a window at a time, and where in the file each part of it lies."""

from __future__ import annotations

import bisect
import codecs
import functools
import io
from collections.abc import Callable
from typing import BinaryIO, cast

from leakhunt import lazy

STEP = 512 * 1024
"""Bytes that are read at once."""

HEAD = 8192
"""Code points that hold the head of a file."""

Opener = Callable[[], BinaryIO]

_MARK = "\ufeff"
"""What may stand at the start of a file to say how it is encoded."""
_NEWLINE = lazy.pattern("\n")


class Window:
    """A stretch of the text.

    Args:
        text: what it holds.
        base: how many code points of the file come before it.
        line: the 1-based line of its first code point.
        column: the 1-based column of its first code point.
    """

    def __init__(self, text: str, base: int, line: int, column: int) -> None:
        self.text = text
        self.base = base
        self.line = line
        self.column = column

    @functools.cached_property
    def _starts(self) -> list[int]:
        """Where its lines start; the first may have started before."""
        return [1 - self.column, *(found.end() for found in _NEWLINE.finditer(self.text))]

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of an index."""
        at = bisect.bisect_right(self._starts, index) - 1
        return self.line + at, index - self._starts[at] + 1

    def index(self, line: int, column: int) -> int:
        """Return the index of a place; too small or too large for one that lies outside."""
        at = line - self.line
        if at < 0:
            return -1
        if at >= len(self._starts):
            return len(self.text) + 1
        return self._starts[at] + column - 1

    def after(self, index: int) -> tuple[int, int]:
        """Return line and column of an index without looking at what follows it."""
        newlines = self.text.count("\n", 0, index)
        if not newlines:
            return self.line, self.column + index
        return self.line + newlines, index - self.text.rindex("\n", 0, index)


class Text:
    """Text that is read when it is asked for.

    Args:
        content: bytes, or how to open what is too large to hold.
        encoding: of the content.
        step: bytes that are read at once.
    """

    def __init__(
        self, content: bytes | memoryview | Opener, encoding: str = "utf-8", step: int = STEP
    ) -> None:
        held = isinstance(content, (bytes, memoryview))
        self._stream = io.BytesIO(cast("bytes", content)) if held else cast("Opener", content)()
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._step = step
        self.ended = False
        self.window = Window("", 0, 1, 1)
        self.more(0)
        if self.window.text.startswith(_MARK):
            # In UTF-8 editors count it as a column, and so does the scan of the file as it is.
            shift = int(encoding == "utf-8")
            self.window = Window(self.window.text[1:], shift, 1, 1 + shift)

    def head(self) -> str:
        """Return the window once it is long enough to hold what stands at the top of a file."""
        while len(self.window.text) < HEAD and self.more(0):
            pass
        return self.window.text

    def more(self, index: int, least: int = 0) -> bool:
        """Drop what lies before an index of the window, and read on.

        Args:
            index: where the next window starts.
            least: bytes to read, if they are more than usual.

        Returns:
            Whether there was anything more.

        Raises:
            OSError: it cannot be read.
        """
        if self.ended:
            return False
        fresh = self._read(max(self._step, least))
        if not fresh:
            return False  # and what is held stays where it is
        window = self.window
        line, column = window.after(index)
        self.window = Window(window.text[index:] + fresh, window.base + index, line, column)
        return True

    def _read(self, size: int) -> str:
        while True:
            data = self._stream.read(size)
            text = self._decoder.decode(data, final=not data)
            if not data:
                self.ended = True
            if text or not data:
                return text

    def close(self) -> None:
        """Close what was opened."""
        self._stream.close()
