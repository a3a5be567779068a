"""What commits did to given blobs: one walk over all commits, for any number of blobs.

git compares every commit with its parents and says which blobs went and came. A merge is
compared with all of its parents at once, so it shows exactly what none of them had. Limiting
the walk to some paths is no cheaper beyond about twenty of them, and misses copies.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import tempfile
from typing import TYPE_CHECKING

from leakhunt.errors import GitError
from leakhunt.git.index import head_files, records
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from leakhunt.git.command import Process
    from leakhunt.git.repository import Repository

_COMPARE = (
    "diff-tree",
    "--stdin",
    "-r",
    "--root",
    "-c",
    "--raw",
    "-z",
    "--always",  # a commit without changes is named as well, which tells how far git came
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
)
_FEW = 2000
"""So few commits are not worth a second process."""
_GIVE_UP = 100
"""So many damaged commits in one part of history end the walk there."""


@record(frozen=True, slots=True)
class Change:
    """A commit added, changed or removed a file."""

    commit: str
    path: bytes
    new: str | None
    """The blob that the commit put there, or None: it removed the file."""
    old: tuple[str | None, ...]
    """What each parent has there; one None for a commit without parents."""


@record(frozen=True, slots=True)
class Walk:
    """The changes that touch the blobs asked for, parents before children."""

    changes: tuple[Change, ...]
    skipped: int
    """Commits that could not be compared, because a tree is missing or damaged.

    What such a commit holds counts as added by it, as far as its own trees can be read.
    """


def walk(
    repository: Repository,
    commits: Sequence[bytes],
    oids: Collection[str],
    *,
    variables: Mapping[str, str] | None = None,
    jobs: int = 1,
) -> Walk:
    """Find every change from or to one of some blobs.

    Args:
        repository: where the commits are.
        commits: ids of the commits to look at, parents before children.
        oids: the blobs.
        variables: environment for git, see :attr:`Reachability.variables`.
        jobs: how many processes may run at once.

    Raises:
        GitError: git could not be started.
    """
    wanted = frozenset(oid.encode() for oid in oids)
    parts = jobs if len(commits) > _FEW else 1
    size = -(-len(commits) // parts) or 1
    slices = [commits[start : start + size] for start in range(0, len(commits), size)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=parts) as pool:
        walks = list(
            pool.map(lambda part: _walk_part(repository, part, wanted, variables or {}), slices)
        )
    return Walk(
        tuple(change for part in walks for change in part.changes),
        sum(part.skipped for part in walks),
    )


def _walk_part(
    repository: Repository,
    commits: Sequence[bytes],
    wanted: frozenset[bytes],
    variables: Mapping[str, str],
) -> Walk:
    """Walk a run of commits; git stops at a damaged one, so start again behind it."""
    changes: list[Change] = []
    position = skipped = 0
    while position < len(commits):
        found, named, failed = _compare(repository, commits[position:], wanted, variables)
        if not failed:
            changes += found
            break
        damaged = position + named
        # git may have named the commit before it found that it cannot be compared.
        if named and _compare(repository, commits[damaged - 1 : damaged], wanted, variables)[2]:
            damaged -= 1
        commit = commits[damaged].decode()
        changes += (change for change in found if change.commit != commit)
        changes += _whole_tree(repository, commit, wanted)
        position = damaged + 1
        skipped += 1
        if skipped > _GIVE_UP:
            skipped += len(commits) - position
            break
    return Walk(tuple(changes), skipped)


def _compare(
    repository: Repository,
    commits: Sequence[bytes],
    wanted: frozenset[bytes],
    variables: Mapping[str, str],
) -> tuple[list[Change], int, bool]:
    """Run git once: the changes, how many commits it named, and whether it gave up."""
    with tempfile.TemporaryFile() as stdin:
        stdin.writelines(oid + b"\n" for oid in commits)
        stdin.seek(0)
        with repository.start(*_COMPARE, stdin=stdin, variables=variables) as process:
            reader = _Reader(process, wanted)
            found = list(reader)
            # Naming all of them and then giving up is giving up at the last one.
            return found, min(reader.commits, len(commits) - 1), process.wait() != 0


def _whole_tree(repository: Repository, commit: str, wanted: frozenset[bytes]) -> list[Change]:
    """A commit that cannot be compared, as if it had no parents: that much is certain."""
    changes: list[Change] = []
    with contextlib.suppress(GitError):
        changes.extend(
            Change(commit, file.path, file.oid, (None,))
            for file in head_files(repository, commit)
            if file.oid.encode() in wanted
        )
    return changes


class _Reader:
    """Reads what diff-tree writes, and picks the changes of the blobs that are wanted."""

    def __init__(self, process: Process, wanted: frozenset[bytes]) -> None:
        self._process = process
        self._wanted = wanted
        self.commits = 0

    def __iter__(self) -> Iterator[Change]:
        """Read records of a commit's id, or of `:MODE MODE OID OID STATUS` and a path.

        A merge has one more colon, mode and id for each further parent; the last mode and
        id are always the commit's own.
        """
        fields = records(self._process)
        wanted = self._wanted
        commit = b""
        for field in fields:
            if field[:1] != b":":
                commit = field
                self.commits += 1
                continue
            path = next(fields, None)
            if path is None:
                return  # git died between the two
            ids = field.split(b" ")[field.count(b":") + 1 : -1]
            if not wanted.isdisjoint(ids):
                *old, new = (oid.decode() if oid.strip(b"0") else None for oid in ids)
                yield Change(commit.decode(), path, new, tuple(old))
