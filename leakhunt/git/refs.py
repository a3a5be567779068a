"""What points into history: HEAD, branches, tags, notes and stashes.

Everything is asked of git, so that files, packed refs and reftable are all the same here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.git.repository import Repository

NOTES = "refs/notes/"
STASH = "refs/stash"


@record(frozen=True, slots=True)
class Ref:
    """A name and what it points at."""

    name: str
    """In full, such as `refs/heads/main`; undecodable bytes as surrogates."""
    oid: str
    kind: str
    """`commit`, `tag`, `tree`, `blob`, or `missing` where the object is not there."""
    peeled: str
    """What an annotated tag stands for in the end; for other refs the same as `oid`."""

    @property
    def is_notes(self) -> bool:
        """Whether the ref holds notes on commits."""
        return self.name.startswith(NOTES)


@record(frozen=True, slots=True)
class Stash:
    """One entry of the stash."""

    name: str
    """`stash@{0}` is the newest."""
    oid: str
    """A merge commit: the work tree; its parents are the base, the index, the untracked."""


def head(repository: Repository) -> str | None:
    """Return the id of the commit at HEAD, or None where nothing is committed yet."""
    found = repository.run("rev-parse", "--quiet", "--verify", "HEAD", ok=(0, 1, 128))
    return found.decode().strip() or None


def references(repository: Repository, *under: str) -> tuple[Ref, ...]:
    """Return refs, sorted by name.

    Args:
        repository: where to look.
        *under: prefixes of full names, such as `refs/tags`; by default all refs.

    Returns:
        The refs. One whose object is missing has the kind `missing`.

    Raises:
        GitError: the refs cannot be read.
    """
    # for-each-ref can tell the kind as well, but gives up at the first missing object.
    listing = repository.run("for-each-ref", "--format=%(objectname) %(refname)", *under)
    pairs = [line.decode("utf-8", "surrogateescape").split(" ", 1) for line in listing.splitlines()]
    questions = "".join(f"{oid}\n{oid}^{{}}\n" for oid, _ in pairs)
    answers = repository.run(
        "cat-file", "--batch-check=%(objectname) %(objecttype)", input=questions.encode()
    )
    facts = [line.decode().rsplit(" ", 1) for line in answers.splitlines()]
    return tuple(
        Ref(name, oid, kind, oid if peeled_kind == "missing" else peeled)
        for (oid, name), (_, kind), (peeled, peeled_kind) in zip(
            pairs, facts[::2], facts[1::2], strict=True
        )
    )


def stashes(repository: Repository) -> tuple[Stash, ...]:
    """Return the entries of the stash, newest first."""
    if not repository.run("for-each-ref", "--format=%(objectname)", STASH):
        return ()
    # 128: the ref is there and its reflog is not.
    listing = repository.run(
        "rev-list", "--walk-reflogs", "--ignore-missing", STASH, "--", ok=(0, 128)
    )
    return tuple(
        Stash(f"stash@{{{index}}}", line.decode()) for index, line in enumerate(listing.split())
    )
