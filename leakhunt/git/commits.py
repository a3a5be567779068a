"""All commits with their trees and parents: one listing, made by git while the scan runs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.command import scratch_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.git.command import Process
    from leakhunt.git.repository import Repository

# Tags as well, but no trees or blobs.
_COMMITS = ("rev-list", "--objects", "--filter=tree:0", "--missing=print")
# Parents before children, unrelated commits by their date.
_ALL = ("--date-order", "--reverse", "--in-commit-order", "--format=@%H %T %P")
_TIPS = ("--no-walk=unsorted", "--format=@%H -")


class Commit(NamedTuple):
    """A commit, by ids in hex."""

    oid: str
    tree: str
    parents: tuple[str, ...]


class Listed(NamedTuple):
    """What git listed."""

    commits: list[Commit]
    """Parents before children."""
    named: dict[str, str]
    """What refs and reflogs lead to besides, with a name: tags, tagged trees and blobs."""
    doubtful: bool
    """git passed over something, or misses a commit or a tag."""


class Listing:
    """The commits that any ref or reflog reaches. A context manager: closing it stops git.

    Args:
        repository: where to look.
        arguments: what selects them on the command line of `git rev-list`.

    Raises:
        GitError: git could not be started.
    """

    def __init__(
        self, repository: Repository, arguments: Sequence[str], *, tips: bool = False
    ) -> None:
        self._resources = contextlib.ExitStack()
        self._output = self._resources.enter_context(scratch_file())
        try:
            self._process: Process = self._resources.enter_context(
                repository.start(
                    *_COMMITS, *(_TIPS if tips else _ALL), *arguments, "--", stdout=self._output
                )
            )
        except BaseException:
            self._resources.close()
            raise

    def read(self) -> Listed:
        """Wait for git and return what it listed.

        Raises:
            GitError: git gave up.
        """
        self._process.finish()
        doubtful = "ignoring broken ref" in self._process.messages()
        commits: list[Commit] = []
        named: dict[str, str] = {}
        self._output.seek(0)
        same: dict[str, str] = {}  # one object for each id: parents are named again and again
        for raw in self._output:
            line = raw.decode("utf-8", "surrogateescape").rstrip("\n")
            if line[:1] == "@":
                oid, tree, *parents = line[1:].split()
                same[oid] = oid
                commits.append(Commit(oid, tree, tuple(same.get(p, p) for p in parents)))
            elif line[:1] == "?":
                doubtful = True
            elif line and line[:7] != "commit ":
                oid, _, name = line.partition(" ")
                named[oid] = name
        return Listed(commits, named, doubtful)

    def close(self) -> None:
        """Stop git and drop the listing."""
        self._resources.close()
