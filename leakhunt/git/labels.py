"""Which commits are stashes and notes: history that no branch shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.git import refs
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakhunt.git.repository import Repository

_ID = lazy.pattern(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@record(frozen=True, slots=True)
class Labels:
    """Names for the commits that make up stash entries and notes."""

    names: Mapping[str, str]
    """From a commit to `stash@{N}` or the full name of a notes ref."""

    @classmethod
    def of(cls, repository: Repository, variables: Mapping[str, str]) -> Labels:
        """Ask git for all stash entries and all notes.

        Args:
            repository: where to look.
            variables: environment for git, see :attr:`Reachability.variables`.

        Raises:
            GitError: git failed.
        """
        names: dict[str, str] = {}
        for ref in refs.references(repository, refs.NOTES):
            if ref.kind == "commit":
                for words in _listed(repository, variables, ref.oid):
                    names.setdefault(words[0], ref.name)
        stashes = {stash.oid: stash.name for stash in reversed(refs.stashes(repository))}
        if stashes:
            for words in _listed(repository, variables, "--no-walk", "--parents", *stashes):
                # The work tree, then its parents: the commit it started from, the index
                # and, if asked for, the untracked files.
                for oid in (words[0], *words[2:]):
                    names.setdefault(oid, stashes[words[0]])
        return cls(names)

    def of_commit(self, commit: str | None) -> str | None:
        """The stash entry or notes ref that a commit belongs to."""
        return self.names.get(commit or "")

    @staticmethod
    def noted(path: bytes) -> bytes:
        """The id of what a note is on; git spreads many notes over folders."""
        joined = path.replace(b"/", b"")
        return joined if _ID.fullmatch(joined) else path


def _listed(
    repository: Repository, variables: Mapping[str, str], *arguments: str
) -> Iterator[list[str]]:
    with repository.start("rev-list", *arguments, "--", variables=variables) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield line.decode().split()
        # 128: a commit is missing, which the listing of all commits has reported.
        process.finish(ok=(0, 128))
