"""What shows, without asking git, that nothing in a repository has changed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leakhunt.git.repository import Repository


def repository_state(repository: Repository) -> bytes:
    """Return a digest over all files of a repository, its work tree left out.

    A file counts by its name, size, inode and times: whoever changes a ref, a reflog, an index,
    a pack or a loose object changes one of them, and the time of that change cannot be set.

    Raises:
        OSError: something cannot be listed.
    """
    known = sorted(_stamps(repository.common_dir, ""))
    return hashlib.blake2b(repr(known).encode("utf-8", "surrogateescape")).digest()


def _stamps(folder: Path | str, name: str) -> Iterator[tuple[str, int, int, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=True)
            shown = f"{name}/{entry.name}"
            if entry.is_dir():
                yield from _stamps(entry.path, shown)
            else:
                yield shown, status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns
