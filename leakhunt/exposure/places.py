"""Byte offsets in a file to the lines and columns of a place."""

from __future__ import annotations

import bisect

from leakhunt.exposure.near import NOTHING, Near
from leakhunt.model import Location


class Places:
    """Places of one file.

    Args:
        path: how it is shown.
        content: all of it, as UTF-8.
        near: the files around it.
    """

    def __init__(self, path: str, content: bytes, near: Near = NOTHING) -> None:
        self.path = path
        self.content = content
        self.near = near
        self._lines: list[int] = []

    def at(self, start: int, end: int) -> Location:
        """Return the place of a stretch: lines and columns from 1, in code points."""
        if not self._lines:
            self._lines = [0]
            at = self.content.find(b"\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = self.content.find(b"\n", at + 1)
        line, column = self._point(start)
        end_line, end_column = self._point(max(start, end))
        return Location(self.path, line, column, end_line, end_column)

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._lines, offset)
        first = self._lines[line - 1]
        before = self.content[max(first, offset - 65536) : offset]
        return line, len(before.decode("utf-8", "replace")) + 1
