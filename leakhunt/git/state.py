"""What shows, without asking git, that nothing in a repository has changed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.repository import Repository


def repository_state(repository: Repository) -> bytes:
    """Return a digest over all files of a repository, its work tree left out.

    A file counts by its name, size, inode and times: whoever changes a ref, a reflog, an index,
    a pack or a loose object changes one of them, and the time of that change cannot be set.

    Raises:
        OSError: something cannot be listed, or is a link: what it leads to may change unseen.
    """
    known = sorted(_stamps(str(repository.common_dir)))
    seen = f"{repository.git_dir} {repository.inherited} {known}"
    return hashlib.blake2b(seen.encode("utf-8", "surrogateescape")).digest()


def folder_state(folder: str) -> bytes:
    """Return a digest over the files of a work tree, told apart in the same way.

    Raises:
        OSError: something cannot be listed.
    """
    digest = hashlib.blake2b(digest_size=20)
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        folders.append(entry.path)
                    continue
                s = entry.stat(follow_symlinks=False)
                seen = (entry.path, s.st_size, s.st_ino, s.st_mtime_ns, s.st_ctime_ns)
                digest.update(repr(seen).encode("utf-8", "surrogateescape"))
    return digest.digest()


def _stamps(top: str) -> Iterator[tuple[str, int, int, int, int]]:
    folders = [top]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_symlink():
                    raise OSError(f"{entry.path} is a link")
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    continue
                s = entry.stat(follow_symlinks=False)
                yield entry.path, s.st_size, s.st_ino, s.st_mtime_ns, s.st_ctime_ns
