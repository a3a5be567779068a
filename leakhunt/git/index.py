"""Listing files: what is staged, what a commit holds, what lies in the work tree."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.errors import GitError
from leakhunt.git import refs
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.git.command import Process
    from leakhunt.git.repository import Repository

SUBMODULE = "160000"
SYMLINK = "120000"

_CHUNK = 1 << 16
_MERGED = lazy.pattern(r"GITHEAD_([0-9a-f]{40}|[0-9a-f]{64})")


@record(frozen=True, slots=True)
class Staged:
    """A file that the next commit adds or changes."""

    path: bytes
    """From the top of the work tree."""
    oid: str
    mode: str
    """`100644`, `100755` or `120000` (a symbolic link, whose content is its target)."""
    status: str
    """`A` added, `M` changed, `T` changed in type."""
    before: tuple[str, ...]
    """The blobs at this path in HEAD and in every commit that is being merged.

    If it contains `oid`, the content is not new: a changed mode, or a merged file.
    """


@record(frozen=True, slots=True)
class TreeFile:
    """A file of a commit."""

    path: bytes
    oid: str
    mode: str
    size: int
    """Bytes, or -1 where the blob is missing."""


def staged(repository: Repository) -> list[Staged]:
    """List what is about to be committed, sorted by path.

    It reads the index that git hands to a hook, so `git commit -a` and `git commit PATH`
    are seen as they will be committed. Submodules, deletions, conflicts and files that are
    only intended to be added are left out.

    Raises:
        GitError: there is no index, or git fails.
    """
    if repository.bare and not repository.inherited:
        raise GitError(
            f"{repository.path}: a bare repository has no index", "use `leakhunt history` for it"
        )
    changes = [_changes_since_head(repository)]
    changes += [_changes(repository, parent) for parent in _merge_heads(repository)]
    return [
        dataclasses.replace(entry, before=_before(entry, changes))
        for entry in changes[0].values()
        if entry.status in "AMT" and entry.mode != SUBMODULE
    ]


def renamed(repository: Repository) -> dict[bytes, str]:
    """Return the staged files that have another name in HEAD, each with its blob there.

    git decides by how alike the contents are. What it cannot compare is no rename.
    """
    head = refs.head(repository)
    if head is None:
        return {}
    arguments = ("--cached", "--raw", "-z", "--no-abbrev", "-M", "--diff-filter=R")
    found = {}
    with repository.start("diff-index", *arguments, head, "--") as process:
        fields = records(process)
        for facts, _, path in zip(fields, fields, fields, strict=True):
            found[path] = facts.split(b" ")[2].decode()
        process.finish(ok=(0, 128))
    return found


def head_files(repository: Repository, revision: str = "HEAD") -> Iterator[TreeFile]:
    """Yield the files of a commit, sorted by path; submodules are left out.

    Raises:
        GitError: there is no such revision, or its trees cannot be read.
    """
    if revision == "HEAD" and refs.head(repository) is None:
        return
    with repository.start("ls-tree", "-r", "-l", "-z", "--full-tree", revision) as process:
        for entry in records(process):
            facts, _, path = entry.partition(b"\t")
            mode, _, oid, size = facts.decode().split()
            if mode != SUBMODULE:
                yield TreeFile(path, oid, mode, int(size) if size.isdecimal() else -1)
        process.finish()


def worktree_files(
    repository: Repository, *, include_untracked: bool = True, include_ignored: bool = False
) -> Iterator[bytes]:
    """Yield the paths of the files in the work tree, from its top.

    Tracked files come first, and may be absent from the disk (deleted, or left out of a
    sparse checkout). Submodules are left out; an untracked repository inside the work tree
    is one path that ends in a slash.

    Raises:
        GitError: there is no work tree, or git fails.
    """
    if repository.work_tree is None:
        raise GitError(f"{repository.path}: there is no work tree here")
    previous = b""
    with repository.start("ls-files", "-z", "--stage") as process:
        for entry in records(process):
            facts, _, path = entry.partition(b"\t")
            # An unmerged file has up to three entries.
            if path != previous and not facts.startswith(SUBMODULE.encode()):
                yield path
            previous = path
        process.finish()
    if include_untracked:
        yield from _others(repository, "--exclude-standard")
    if include_ignored:
        yield from _others(repository, "--ignored", "--exclude-standard")


def count_ignored(repository: Repository) -> int:
    """How many files of the work tree git ignores."""
    return sum(1 for _ in _others(repository, "--ignored", "--exclude-standard"))


def submodules(repository: Repository) -> list[bytes]:
    """The paths of the submodules in the index."""
    with repository.start("ls-files", "-z", "--stage") as process:
        found = [
            entry.partition(b"\t")[2]
            for entry in records(process)
            if entry.startswith(SUBMODULE.encode())
        ]
        process.finish()
    return found


def indexed_blobs(repository: Repository) -> dict[str, bytes]:
    """The blobs in the index and in those of linked work trees, each with a path.

    Raises:
        GitError: an index is damaged.
    """
    common = repository.common_dir
    given = dict(repository.inherited).get("GIT_INDEX_FILE")
    files = [Path(given or repository.git_dir + "/index"), common / "index"]
    files += sorted(common.glob("worktrees/*/index"))
    found: dict[str, bytes] = {}
    for file in dict.fromkeys(path for path in files if path.exists()):
        with repository.start(
            "ls-files", "-z", "--stage", variables={"GIT_INDEX_FILE": str(file)}
        ) as process:
            for entry in records(process):
                facts, _, path = entry.partition(b"\t")
                mode, oid, _ = facts.decode().split()
                if mode != SUBMODULE:
                    found.setdefault(oid, path)
            process.finish()
    return found


def records(process: Process) -> Iterator[bytes]:
    """Yield the NUL-terminated records that a process writes, without the NUL."""
    assert process.stdout is not None
    rest = b""
    while chunk := process.stdout.read(_CHUNK):
        *complete, rest = (rest + chunk).split(b"\0")
        yield from complete
    if rest:
        yield rest


def _others(repository: Repository, *options: str) -> Iterator[bytes]:
    with repository.start("ls-files", "-z", "--others", *options) as process:
        yield from records(process)
        process.finish()


def _changes_since_head(repository: Repository) -> dict[bytes, Staged]:
    """How the index differs from HEAD, or from nothing where nothing is committed yet."""
    try:
        return _changes(repository, "HEAD")
    except GitError:
        # Only now is it worth a process to know why.
        return _changes(repository, refs.head(repository) or repository.empty_tree)


def _changes(repository: Repository, parent: str) -> dict[bytes, Staged]:
    """How the index differs from one parent, by path."""
    arguments = ("--cached", "--raw", "-z", "--no-abbrev", "--no-renames")
    changes: dict[bytes, Staged] = {}
    with repository.start(
        "diff-index", *arguments, "--ita-invisible-in-index", parent, "--"
    ) as process:
        fields = records(process)
        for facts, path in zip(fields, fields, strict=True):
            _, mode, old, oid, status = facts.decode().split()
            changes[path] = Staged(path, oid, mode, status, (old,))
        process.finish()
    return changes


def _before(entry: Staged, changes: list[dict[bytes, Staged]]) -> tuple[str, ...]:
    """The blobs at the entry's path in every parent."""
    found = []
    for change in changes:
        other = change.get(entry.path)
        # What a parent does not differ in, it has.
        oid = entry.oid if other is None else other.before[0]
        if oid.strip("0"):
            found.append(oid)
    return tuple(found)


def _merge_heads(repository: Repository) -> list[str]:
    """The commits that are being merged.

    The one piece of state read from a file: git keeps it as a file under every ref format,
    and `rev-parse MERGE_HEAD` names only the first commit of an octopus merge.
    """
    try:
        return Path(repository.git_dir, "MERGE_HEAD").read_text("ascii").split()
    except OSError:
        pass
    if "GIT_INDEX_FILE" not in dict(repository.inherited):
        return []
    # A merge without conflicts runs its hook before it writes that file, but says this.
    return sorted(found[1] for name in os.environ if (found := _MERGED.fullmatch(name)))
