"""Files on disk, read in the process that scans them."""

from __future__ import annotations

import errno
import io
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leakhunt.engine.batches import Item
from leakhunt.model import Blob, Problem
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 32 * 1024 * 1024
"""Larger files are streamed, never held."""
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""How to open a file: what was one when its folder was listed may be a pipe by now, which must
not keep us waiting; and Windows would change the ends of lines."""


PATH = "path:"
"""How the ids of blobs begin that are files; their path follows."""


class File(NamedTuple):
    """What to read, and what was known of it when it was found."""

    path: str
    """How to open it."""
    shown: str
    """How to call it."""
    size: int
    named: bool
    """The user named it."""
    within: str = ""
    """The folder, without links, out of which nothing leads that the file says."""


@record(frozen=True, slots=True)
class FileBatch:
    """Some files."""

    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(file.size for file in self.files)

    def read(self) -> Iterator[Item | Problem]:
        """Yield each file, or why it cannot be read."""
        for path, shown, size, named, within in self.files:
            blob = Blob(PATH + shown, size, "file", shown)
            try:
                content = None if size > LARGE else _content(path, size)
            except OSError as error:
                yield Problem("unreadable", shown, error.strerror or str(error.errno))
                continue
            yield Item(blob, _Opener(path) if content is None else content, named, path, within)


def _content(path: str, size: int) -> bytes | None:
    """Return what is in a file, or None if that is too much.

    Most files are as large as they were when their folder was listed: then one call reads them,
    into a buffer that is no larger than it must be.

    Raises:
        OSError: it cannot be read, or is no regular file any more.
    """
    descriptor = os.open(path, FLAGS)
    try:
        content = os.read(descriptor, size + 1)
        if len(content) == size:
            return content
        _must_be_regular(descriptor)
        pieces = [content]
        left = LARGE + 1 - len(content)
        while left > 0 and (piece := os.read(descriptor, min(left, 1024 * 1024))):
            pieces.append(piece)
            left -= len(piece)
    finally:
        os.close(descriptor)
    return b"".join(pieces) if left > 0 else None


def again(path: str, most: int) -> bytes | None:
    """Return what is in a file that was read before, or None if that is too much, or gone now.

    Args:
        path: how to open it.
        most: a larger file (bytes) is left out.
    """
    try:
        size = os.stat(path).st_size  # noqa: PTH116 (a name, as above)
        content = _content(path, size) if size <= most else None
    except OSError:
        return None
    return content if content is None or len(content) <= most else None


def _must_be_regular(descriptor: int) -> int:
    """Return the size in bytes of an open file."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file any more")
    return status.st_size


@record(frozen=True, slots=True)
class _Opener:
    path: str

    def __call__(self) -> BinaryIO:
        return cast("BinaryIO", _Bounded(self.path))


class _Bounded(io.FileIO):
    """A file as large as it was when it was opened: one that is being written may have no end."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "rb", opener=lambda name, _flags: os.open(name, FLAGS))
        try:
            self._end = _must_be_regular(self.fileno())
        except OSError:
            self.close()
            raise

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes.

        Raises:
            OSError: it cannot be read, or became shorter meanwhile.
        """
        left = max(self._end - self.tell(), 0)  # archives are read in any order
        wanted = left if size is None or size < 0 else min(size, left)
        data = super().read(wanted)
        if wanted and not data:
            raise OSError(errno.EIO, "became shorter while it was read")
        return data
