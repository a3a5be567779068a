"""The files below a folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.model import Problem
from leakhunt.sources.reading import File

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from leakhunt.sources.exclusions import Exclusions

_OF_REPOSITORIES = frozenset((".git", ".hg", ".svn", ".bzr", ".jj"))

_DATABASE = frozenset(("HEAD", "objects", "refs"))
"""What git knows a repository by that has no work tree."""


class Walk:
    """Lists the files below folders, and takes down what it leaves out.

    Args:
        exclusions: what to leave out.
        counts: where to count what is left out.
        problems: where to put what cannot be listed.
    """

    def __init__(
        self, exclusions: Exclusions, counts: Counter[str], problems: list[Problem]
    ) -> None:
        self._exclusions = exclusions
        self._counts = counts
        self._problems = problems

    def files(self, root: str, shown: str) -> Iterator[File]:
        """Yield the files below a folder, sorted by folder, without following links.

        Args:
            root: the folder.
            shown: how to call it; `.` is left out of the names of what lies in it.
        """
        waiting = [(root, shown, "")]
        within = os.path.realpath(root)
        while waiting:
            folder, shown, inside = waiting.pop()
            called = "" if shown == "." else shown.rstrip("/") + "/"
            parent = max(0, inside.rfind("/", 0, -1))
            below = []
            try:
                with os.scandir(folder) as entries:
                    children = sorted(entries, key=_name)
            except OSError as error:
                self._cannot(shown, error)
                continue
            if _DATABASE.issubset(map(_name, children)) and is_bare(folder):
                # What only looks like one hides nothing: its files are scanned all the same.
                message = "a bare repository is scanned alone, or with `leakhunt audit`"
                self._problems.append(Problem("repository", shown, message, gap=not inside))
                self._counts["skipped_repositories"] += 1
            for entry in children:
                name = entry.name
                try:
                    if not entry.is_dir(follow_symlinks=False):
                        if self._counted(entry, inside + name, parent):
                            size = entry.stat(follow_symlinks=False).st_size
                            yield File(entry.path, called + name, size, False, within)
                    elif self._descend(name, f"{inside}{name}/", parent):
                        below.append((entry.path, called + name, f"{inside}{name}/"))
                    elif name == ".git":
                        yield from _git_config(entry.path, called + name)
                except OSError as error:
                    self._cannot(called + name, error)
            waiting += reversed(below)

    def _cannot(self, shown: str, error: OSError) -> None:
        self._problems.append(Problem("unreadable", shown, error.strerror or "unreadable"))

    def _descend(self, name: str, relative: str, parent: int) -> bool:
        return name not in _OF_REPOSITORIES and not self._excluded(relative, parent)

    def _counted(self, entry: os.DirEntry[str], relative: str, parent: int) -> bool:
        """Say whether what is no folder is to be scanned; if not, count it."""
        if entry.is_file(follow_symlinks=False):
            return not self._excluded(relative, parent)
        self._counts["skipped_symlinks" if entry.is_symlink() else "skipped_special"] += 1
        return False

    def _excluded(self, relative: str, parent: int) -> bool:
        reason = self._exclusions.reason(relative, parent)
        if reason:
            self._counts[f"skipped_{reason}"] += 1
        return reason is not None


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _git_config(folder: str, shown: str) -> Iterator[File]:
    """Yield a repository's own configuration: addresses in it often hold tokens."""
    path = os.path.join(folder, "config")  # noqa: PTH118 (as the paths of the other files)
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISREG(status.st_mode):
        yield File(path, f"{shown}/config", status.st_size, named=False)


def is_bare(path: str) -> bool:
    """Say whether a folder is a bare repository, by what lies in it, as git does."""
    found = all(Path(path, name).exists() for name in _DATABASE)
    return found and not Path(path, ".git").exists()
