"""Which commits are stashes and notes: history that no branch shows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.git import refs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.git.repository import Repository


@dataclasses.dataclass(frozen=True, slots=True)
class Labels:
    """Names for the commits that make up stash entries and notes."""

    names: Mapping[str, str]
    """From a commit to `stash@{N}` or the full name of a notes ref."""

    @classmethod
    def of(cls, repository: Repository) -> Labels:
        """Ask git for all stash entries and all notes.

        Raises:
            GitError: git failed.
        """
        names: dict[str, str] = {}
        for ref in refs.references(repository, refs.NOTES):
            if ref.kind == "commit":
                # 128: a commit of the notes is missing.
                for line in repository.run("rev-list", ref.oid, ok=(0, 128)).split():
                    names.setdefault(line.decode(), ref.name)
        for stash in refs.stashes(repository):
            line = repository.run(
                "rev-list", "--no-walk", "--parents", stash.oid, ok=(0, 128)
            ).decode()
            # The work tree, then its parents: the commit it started from, the index and,
            # if asked for, the untracked files.
            for position, oid in enumerate(line.split()):
                if position != 1:
                    names.setdefault(oid, stash.name)
        return cls(names)

    def of_commit(self, commit: str | None) -> str | None:
        """The stash entry or notes ref that a commit belongs to."""
        return self.names.get(commit or "")

    @staticmethod
    def noted(path: bytes) -> bytes:
        """The id of what a note is on; git spreads many notes over folders."""
        return path.replace(b"/", b"")
