"""Which part of history is looked at: everything, a range, some branches, since a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.errors import GitError
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.git.repository import Repository

# git takes any text for a date and reads what it does not understand as "now".
_DATE = lazy.pattern(
    r"\d|\b(yesterday|midnight|noon|tea|today|last|ago|"
    r"(sun|mon|tues|wednes|thurs|fri|satur)day|"
    r"(jan|febr)uary|march|april|may|june|july|august|(septem|octo|novem|decem)ber)\b",
    re.IGNORECASE,
)


@record(frozen=True, slots=True)
class Scope:
    """A selection of commits; without any restriction it is everything git can reach."""

    ranges: tuple[str, ...] = ()
    """As git writes them: `A..B`, `A...B`, or a revision with all of its history."""
    branches: tuple[str, ...] = ()
    """Local or remote branches, by any of their names."""
    since: str = ""
    """Only commits younger than this, in any form that git understands."""
    unpushed: bool = False
    """Only commits that are in no branch of a remote, as far as is known here."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.ranges or self.branches or self.since or self.unpushed)

    def arguments(self, repository: Repository) -> list[str]:
        """Return what selects these commits on the command line of `git rev-list`.

        Raises:
            GitError: a revision, a branch or a date does not exist.
        """
        chosen = [part for text in self.ranges for part in _resolve(repository, text)]
        chosen += [_branch(repository, name) for name in self.branches]
        if not chosen:
            # --all and --reflog look into every linked worktree, and --all at their HEADs.
            chosen = ["--all", "--reflog"]
        if self.since:
            if not _DATE.search(self.since):
                raise GitError(f"{self.since!r} is no date", "write for example 2024-12-31")
            chosen.append(f"--since={self.since}")
        return [*chosen, "--not", "--remotes"] if self.unpushed else chosen


def _resolve(repository: Repository, text: str) -> list[str]:
    """The ids that a range stands for; those to leave out start with `^`."""
    hint = "name commits, branches or tags that exist here, as in main..HEAD"
    if repository.shallow:
        hint += "; this clone is shallow, and more history may have to be fetched first"
    if not text or text.startswith("-"):
        raise GitError(f"{text!r} is no range of commits", hint)
    try:
        words = repository.run("rev-parse", text, "--").decode().split()
    except GitError as error:
        raise GitError(f"{text!r} is no range of commits: {error.message}", hint) from error
    words.remove("--")
    # A full id passes rev-parse whether it exists or not.
    questions = "".join(f"{word.removeprefix('^')}^{{commit}}\n" for word in words)
    answers = repository.run("cat-file", "--batch-check", input=questions.encode())
    for word, answer in zip(words, answers.splitlines(), strict=True):
        if b" commit " not in answer:
            raise GitError(f"{text!r}: there is no commit {word.removeprefix('^')}", hint)
    return words


def commits(repository: Repository, text: str) -> list[str]:
    """Return the ids of the commits that a revision stands for, without those to leave out.

    Raises:
        GitError: there is no such revision.
    """
    return [word for word in _resolve(repository, text) if not word.startswith("^")]


def _branch(repository: Repository, name: str) -> str:
    patterns = [f"refs/heads/{name}", f"refs/remotes/{name}", f"refs/remotes/*/{name}"]
    if name.startswith("refs/"):
        patterns = [name]
    for pattern in patterns:
        listing = repository.run("for-each-ref", "--format=%(objectname) %(refname)", pattern)
        exact = [line.split(b" ", 1) for line in listing.splitlines()]
        oids = {
            oid.decode()
            for oid, full in exact
            if full == pattern.encode() or ("*" in pattern and full.endswith(f"/{name}".encode()))
        }
        if len(oids) == 1:
            return oids.pop()
        if oids:
            raise GitError(
                f"several remotes have a branch {name!r}", f"name one of them, as in origin/{name}"
            )
    raise GitError(f"there is no branch {name!r}", "`git branch --all` lists them")
