"""Which commits of a range brought a secret in, and which only kept or moved it."""

from __future__ import annotations

import collections
import tempfile
from typing import TYPE_CHECKING

from leakhunt.git.changes import walk
from leakhunt.git.index import records
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leakhunt.git.changes import Change
    from leakhunt.git.reachability import Reachability
    from leakhunt.git.repository import Repository


@record(frozen=True, slots=True)
class Candidate:
    """A commit that put a blob with a secret somewhere, where no blob known to hold it was.

    The secret is introduced here if none of the blobs in `before` holds it either.
    """

    commit: str
    path: bytes
    blob: str
    before: frozenset[str]
    """What the parents have at this path, or at the path that the file was renamed from."""


def introduced(
    repository: Repository,
    reachability: Reachability,
    groups: Mapping[str, frozenset[str]],
    *,
    jobs: int = 1,
) -> dict[str, tuple[Candidate, ...]]:
    """Find the commits of a scope that may have introduced secrets.

    Args:
        repository: where the blobs are.
        reachability: the listing of the commits in question.
        groups: for each secret, under any key, the ids of the blobs known to hold it.
        jobs: how many processes may run at once.

    Returns:
        For every key its candidates, parents before children. A key without any was in
        the range's files before the range began.

    Raises:
        GitError: git failed.
    """
    wanted = frozenset(oid for blobs in groups.values() for oid in blobs)
    commits = list(reachability.commit_ids())
    changes = walk(repository, commits, wanted, variables=reachability.variables, jobs=jobs).changes
    adding = [change for change in changes if change.new in wanted]
    sources = _rename_sources(repository, adding, reachability.variables)
    return {
        key: tuple(
            Candidate(change.commit, change.path, change.new, before)
            for change in adding
            if change.new in blobs
            and blobs.isdisjoint(before := _before(change, sources[change.commit, change.path]))
        )
        for key, blobs in groups.items()
    }


def _before(change: Change, sources: Collection[str]) -> frozenset[str]:
    return frozenset(oid for oid in change.old if oid is not None).union(sources)


def _rename_sources(
    repository: Repository, changes: list[Change], variables: Mapping[str, str]
) -> Mapping[tuple[str, bytes], set[str]]:
    """The blobs that added files were in the parents, under their old names."""
    sources: dict[tuple[str, bytes], set[str]] = collections.defaultdict(set)
    added = {change.commit: None for change in changes if None in change.old}
    if not added:
        return sources
    options = ("-r", "-M", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv")
    with tempfile.TemporaryFile() as pairs:
        # Two commits on a line are compared as if the second were the only parent.
        for line in _with_parents(repository, list(added), variables):
            commit, *parents = line.split()
            pairs.writelines(commit + b" " + parent + b"\n" for parent in parents)
        pairs.seek(0)
        with repository.start(
            "diff-tree", "--stdin", *options, stdin=pairs, variables=variables
        ) as process:
            commit = b""
            fields = records(process)
            for field in fields:
                if field[:1] != b":":
                    commit = field
                    continue
                path = next(fields, b"")
                _, _, old, _, status = field.split(b" ")
                if status[:1] == b"R":
                    path = next(fields, b"")
                    sources[commit.decode(), path].add(old.decode())
            # 128: a blob to compare is missing. What is not known to be a rename is shown.
            process.finish(ok=(0, 128))
    return sources


def _with_parents(
    repository: Repository, commits: list[str], variables: Mapping[str, str]
) -> list[bytes]:
    with tempfile.TemporaryFile() as stdin:
        stdin.writelines(oid.encode() + b"\n" for oid in commits)
        stdin.seek(0)
        with repository.start(
            "rev-list",
            "--no-walk=unsorted",
            "--parents",
            "--stdin",
            stdin=stdin,
            variables=variables,
        ) as process:
            output, _ = process.communicate()
            process.finish(ok=(0, 128))
    return output.splitlines()
