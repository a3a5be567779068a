"""The hash by which GitHub knows the line of an alert again, computed as GitHub's uploader does.

It covers the 100 UTF-16 code units from the start of the line on, without spaces and tabs, so a
line keeps it when others come and go above.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

_WINDOW = 100
_BASE = 37
_END = b"\xff\xff"
"""Stands behind the last character; zeros follow."""
_WORD = (1 << 64) - 1
LARGEST = 2 * 1024 * 1024
"""Bytes of a file that is hashed; the uploader does the others itself."""
BUDGET = 64 * 1024 * 1024
"""Bytes that are hashed for one report, likewise."""


class LineHashes:
    """Hashes of lines of files below a folder.

    Args:
        top: the top of the work tree; empty gives no hashes.
    """

    def __init__(self, top: str) -> None:
        self._top = top
        self._left = BUDGET
        self._files: dict[str, list[tuple[bytes, int]]] = {}

    def of(self, path: str, line: int) -> str | None:
        """Return the hash of a line, or None if there is no such file or line, or it is too large.

        Args:
            path: from the top, with `/`.
            line: from 1.
        """
        if not self._top:
            return None
        if path not in self._files:
            self._files[path] = _numbered(self._windows(path))
        lines = self._files[path]
        if not 1 <= line <= len(lines):
            return None
        window, number = lines[line - 1]
        value = 0
        for at in range(0, len(window), 2):
            value = (value * _BASE + int.from_bytes(window[at : at + 2], "big")) & _WORD
        return f"{value:x}:{number}"

    def _windows(self, path: str) -> list[bytes]:
        try:
            file = Path(self._top, path)
            status = file.lstat()
            # What a link leads to may lie outside.
            if not stat.S_ISREG(status.st_mode) or status.st_size > min(LARGEST, self._left):
                return []
            inside = Path(os.path.realpath(self._top))
            if not Path(os.path.realpath(file)).is_relative_to(inside):
                return []
            content = file.read_bytes()
        except (OSError, ValueError):
            return []
        self._left -= len(content)
        return windows(content.decode("utf-8", "replace"))


def _numbered(windows: list[bytes]) -> list[tuple[bytes, int]]:
    """Say of each line how many equal ones there are up to it."""
    seen: dict[bytes, int] = {}
    numbered = []
    for window in windows:
        seen[window] = seen.get(window, 0) + 1
        numbered.append((window, seen[window]))
    return numbered


def windows(text: str) -> list[bytes]:
    """Return for each line the code units that its hash covers, big-endian."""
    plain = re.sub(r"\r\n?", "\n", text).replace(" ", "").replace("\t", "")
    units = plain.encode("utf-16-be", "surrogatepass") + _END + bytes(2 * _WINDOW)
    starts = [0]
    found = units.find(b"\x00\n")
    while found >= 0:
        if found % 2 == 0:
            starts.append(found + 2)
        found = units.find(b"\x00\n", found + 1)
    return [units[start : start + 2 * _WINDOW] for start in starts]
