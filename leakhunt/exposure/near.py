"""Files beside the one that is read: what imports, includes and variables lead to."""

from __future__ import annotations

import dataclasses
import functools
import os
import posixpath
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 400_000
"""Bytes of a file that is looked into for a value."""
MOST = 200
"""Names of a folder that are looked at."""


class Near(Protocol):
    """Gives the files around the one that is read, by their paths as they are shown."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None if there is none to be had."""

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files of a folder, sorted."""


@record(frozen=True, slots=True)
class Given:
    """Files that are at hand.

    Attributes:
        files: path and content.
    """

    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None."""
        return self.files.get(path)

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files of a folder, sorted."""
        found = [posixpath.split(path) for path in self.files]
        return sorted(name for head, name in found if head == folder)


NOTHING = Given()


@record(frozen=True, slots=True)
class Disk:
    """Files of a folder on disk.

    Attributes:
        root: what stands before a path as it is shown, to make one that can be opened.
        depth: how many folders paths may lead up from there.
        within: the folder, without links, out of which no path and no link leads.
    """

    root: str
    depth: int
    within: str

    @classmethod
    def around(cls, disk: str, shown: str, within: str) -> Near:
        """Return the files around one.

        Args:
            disk: how to open it.
            shown: how it is shown.
            within: the folder, without links, out of which nothing leads.
        """
        if not disk.endswith(shown):
            return NOTHING
        return cls(disk[: len(disk) - len(shown)], _ups(shown), within)

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file, or None."""
        return _content(self.root + path, self.within) if _ups(path) <= self.depth else None

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files of a folder, sorted."""
        return _names(self.root + folder, self.within) if _ups(folder) <= self.depth else ()


def _ups(path: str) -> int:
    return posixpath.normpath(path).split("/").count("..")


def _lies_in(path: str, folder: str) -> bool:
    """Say whether a path leads to what lies in a folder, links followed."""
    real = os.path.realpath(path)
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


def _content(path: str, within: str) -> bytes | None:
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        if not _lies_in(path, within):
            return None
        return _read(path, status.st_dev, status.st_ino, status.st_mtime_ns)
    except (OSError, ValueError):
        return None


@functools.lru_cache(64)
def _read(path: str, *_state: int) -> bytes:
    return Path(path).read_bytes()


def _names(folder: str, within: str) -> Sequence[str]:
    try:
        status = os.stat(folder or ".")  # noqa: PTH116
    except (OSError, ValueError):
        return ()
    if not _lies_in(folder or ".", within):
        return ()
    return _listed(folder or ".", status.st_dev, status.st_ino, status.st_mtime_ns)


@functools.lru_cache(64)
def _listed(folder: str, *_state: int) -> Sequence[str]:
    try:
        with os.scandir(folder) as found:
            names = [one.name for one in found if one.is_file(follow_symlinks=False)]
    except (OSError, ValueError):
        return ()
    return sorted(names)[:MOST]


def beside(path: str, other: str) -> str:
    """Return a path that is written in a file, from where that file's own path starts.

    Args:
        path: the file that it is written in.
        other: relative to the folder of that file.
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other))
