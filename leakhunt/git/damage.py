"""Finding out what is left of a history in which commits are missing or damaged."""

from __future__ import annotations

import contextlib
import tempfile
from typing import IO, TYPE_CHECKING

from leakhunt.git.objects import ObjectInfo, Unreadable, read_objects, split
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.repository import Repository


@record(frozen=True, slots=True)
class Survey:
    """The commits that can be read."""

    tips: tuple[str, ...]
    """Those that no other one leads to."""
    boundary: tuple[str, ...]
    """Those of which a parent cannot be read, or that a shallow clone ends with."""
    unreadable: frozenset[str]
    """Objects of any kind that are listed in a pack, and commits, that cannot be read."""


def survey(repository: Repository) -> Survey:
    """Read every commit of the object database.

    Raises:
        GitError: not even the objects can be listed.
    """
    commits, unreadable = _list_commits(repository)
    parents: dict[str, tuple[str, ...]] = {}
    for run in split(commits):
        for item in read_objects(repository, run):
            if isinstance(item, Unreadable):
                unreadable.append(item.oid)
            else:
                parents[item[0].oid] = _parents(bytes(item[1]))
    shallow = boundary(repository)
    cut = {
        oid
        for oid, those in parents.items()
        if oid in shallow or any(parent not in parents for parent in those)
    }
    referred = {parent for oid in parents.keys() - cut for parent in parents[oid]}
    return Survey(
        tuple(sorted(parents.keys() - referred)), tuple(sorted(cut)), frozenset(unreadable)
    )


def _list_commits(repository: Repository) -> tuple[list[ObjectInfo], list[str]]:
    """Every commit of the object database, and the ids of what cannot be read."""
    commits: list[ObjectInfo] = []
    unreadable: list[str] = []
    # Not --unordered: git would end at the first pack that it cannot use.
    with repository.start("cat-file", "--batch-all-objects", "--batch-check") as process:
        assert process.stdout is not None
        for line in process.stdout:
            oid, kind, *size = line.decode().split()
            if kind == "commit":
                commits.append(ObjectInfo(oid, kind, int(size[0])))
            elif not size:
                unreadable.append(oid)
        process.finish()
    return commits, unreadable


def boundary(repository: Repository) -> frozenset[str]:
    """The commits at which a shallow clone ends: they have parents, but not here."""
    try:
        listing = (repository.common_dir / "shallow").read_text("ascii")
    except OSError:
        return frozenset()
    return frozenset(listing.split())


@contextlib.contextmanager
def shallow_file(found: Survey) -> Iterator[IO[bytes]]:
    """A file that makes git stop at the boundary, for GIT_SHALLOW_FILE.

    With it git treats the commits whose parents cannot be read as the first ones, as in a
    shallow clone; without it git gives up.
    """
    with tempfile.NamedTemporaryFile(prefix="leakhunt-") as file:
        file.writelines(oid.encode() + b"\n" for oid in found.boundary)
        file.flush()
        yield file


def _parents(commit: bytes) -> tuple[str, ...]:
    header = commit.partition(b"\n\n")[0]
    return tuple(line[7:].decode() for line in header.split(b"\n") if line.startswith(b"parent "))
