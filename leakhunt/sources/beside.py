"""Single files of a commit, for what looks from one file into another."""

from __future__ import annotations

import dataclasses
import functools
import os
import posixpath
from typing import TYPE_CHECKING

from leakhunt.git import index, objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.git.repository import Repository

LARGEST = 400_000
"""Bytes of a file that is looked into."""


@dataclasses.dataclass
class CommitFiles:
    """Gives files of a commit by their paths.

    Args:
        repository: where it lies.
        commit: its id, or a name for it.
        below: a folder with a slash at its end that paths start from, or empty.
    """

    repository: Repository
    commit: str
    below: str = ""
    _read: dict[str, bytes | None] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def _ids(self) -> dict[str, str]:
        return {
            os.fsdecode(entry.path): entry.oid
            for entry in index.head_files(self.repository, self.commit)
            if entry.mode != index.SYMLINK and 0 <= entry.size <= LARGEST
        }

    @functools.cached_property
    def _folders(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self._ids):
            head, _, name = path.rpartition("/")
            found.setdefault(head, []).append(name)
        return found

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None."""
        whole = posixpath.normpath(self.below + path)
        oid = self._ids.get(whole)
        if oid is None:
            return None
        if oid not in self._read:
            (answer,) = objects.read_objects(self.repository, [objects.ObjectInfo(oid, "blob", -1)])
            if isinstance(answer, objects.Unreadable):
                self._read[oid] = None
            else:
                self._read[oid] = bytes(answer[1])
        return self._read[oid]

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files of a folder, sorted."""
        whole = posixpath.normpath(self.below + folder)
        return self._folders.get("" if whole == "." else whole, [])
