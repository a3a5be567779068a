"""What shows, without reading a pack, that it is the one that was read before.

Both files end in checksums: that of the pack, and in its index that of the index, too.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1024 * 1024


class PackState(NamedTuple):
    """A pack and its index as they lie on disk."""

    content: bytes
    """Their sizes, and the checksums at their ends."""
    times: bytes
    """Their inodes, and when they were changed: git touches a pack to keep it from being pruned."""


def pack_state(path: Path, width: int) -> PackState | None:
    """Return the state of a pack, or None if it or its index cannot be read.

    Args:
        path: the `.pack` file.
        width: bytes of a checksum.
    """
    content: list[int | bytes] = []
    times: list[int] = []
    try:
        for name, length in ((path, width), (path.with_suffix(".idx"), 2 * width)):
            with name.open("rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                file.seek(max(0, status.st_size - length))
                content += [status.st_size, file.read(length)]
            times += [status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]
    except OSError:
        return None
    return PackState(repr(content).encode(), repr(times).encode())


def whole(path: Path, width: int) -> bool:
    """Read a pack and its index, and say whether both are what their checksums say.

    Args:
        path: the `.pack` file.
        width: bytes of a checksum: 20 is SHA-1, 32 SHA-256.
    """
    try:
        return all(_holds(name, width) for name in (path, path.with_suffix(".idx")))
    except OSError:
        return False


def _holds(path: Path, width: int) -> bool:
    digest = hashlib.sha1(usedforsecurity=False) if width == 20 else hashlib.sha256()
    with path.open("rb") as file:
        left = os.fstat(file.fileno()).st_size - width
        if left < 0:
            return False
        while left:
            piece = file.read(min(left, _PIECE))
            if not piece:
                return False
            digest.update(piece)
            left -= len(piece)
        return file.read() == digest.digest()
