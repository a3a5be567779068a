"""Paths and contents, one after the other: of a folder, or of one commit of a repository.

For what looks at whole files and not at single secrets, such as the ports that they open.
"""

from __future__ import annotations

import dataclasses
import errno
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.engine.batches import Item
from leakhunt.engine.text import SNIFF, encoding, recode
from leakhunt.errors import GitError, SourceError, nowhere
from leakhunt.git import index, objects, scope
from leakhunt.git.repository import Repository
from leakhunt.model import Blob, Problem
from leakhunt.records import record
from leakhunt.sources.beside import CommitFiles
from leakhunt.sources.files import file_whereabouts
from leakhunt.sources.known import KnownPaths
from leakhunt.sources.reading import LARGE, File, FileBatch
from leakhunt.sources.walk import Walk, is_bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.model import Match
    from leakhunt.sources.base import Whereabouts
    from leakhunt.sources.exclusions import Exclusions

LARGEST = LARGE
"""Bytes of a file that is read; what is larger is named in `Contents.large`."""


@dataclasses.dataclass
class Contents:
    """The files of a folder or a commit.

    Args:
        path: a folder, a file or a repository.
        exclusions: what to leave out.
        revision: the commit; empty is what lies in the folder, of a bare repository its HEAD.

    Raises:
        SourceError: there is no such path, or nothing in it to read.
        GitError: there is no such commit, or git failed.
    """

    path: str
    exclusions: Exclusions
    revision: str = ""
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    _near: CommitFiles | None = None
    large: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    """Path and bytes of files that were not read for their size."""

    def __post_init__(self) -> None:
        if not os.path.lexists(self.path):
            raise SourceError(*nowhere(self.path))
        if self.revision or is_bare(self.path):
            self._repository: Repository | None = Repository.open(self.path)
            self.commit = _commit(self._repository, self.revision or "HEAD")
        else:
            self._repository = None
            self.commit = ""

    @property
    def top(self) -> str:
        """What paths are shown relative to: a folder, or empty for a commit."""
        if self._repository is not None:
            return ""
        return self.path if Path(self.path).is_dir() else str(Path(self.path).parent)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each text file: its path from the top, and its content as UTF-8.

        Asked again, it reads them again, and counts and problems are those of the last time.
        """
        self.counts.clear()
        self.problems.clear()
        self.large.clear()
        raw = self._from_disk() if self._repository is None else self._from_commit()
        for path, content in raw:
            kind = encoding(content[:SNIFF])
            if kind is None:
                self.counts["skipped_binary"] += 1
                continue
            self.counts["files"] += 1
            self.counts["bytes"] += len(content)
            yield path, content if kind == "utf-8" else recode(content, kind)

    def around(self, name: str) -> str | CommitFiles:
        """Return what gives the files around one: where it lies on disk, or the commit's files."""
        if self._repository is None:
            return str(Path(self.top, name))
        if self._near is None:
            self._near = CommitFiles(self._repository, self.commit, os.fsdecode(self._below()))
        return self._near

    def one(self, name: str) -> str | None:
        """Return the text of a file at the top, or None if there is none.

        Raises:
            SourceError: it cannot be read, or is no UTF-8.
        """
        try:
            content = self._named(name)
        except OSError as error:
            raise SourceError(f"{name}: cannot be read: {error.strerror}", "check it") from error
        if content is None:
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise SourceError(f"{name}:{line}: not UTF-8", "save it as UTF-8") from None

    def _named(self, name: str) -> bytes | None:
        if self._repository is not None:
            wanted = self._below() + name.encode()
            for entry in index.head_files(self._repository, self.commit):
                if entry.path == wanted:
                    return next((text for _, text in self._blobs([entry])), None)
            return None
        file = Path(self.top, name)
        if not file.is_file():
            return None
        if file.stat().st_size > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return file.read_bytes()

    def _from_disk(self) -> Iterator[tuple[str, bytes]]:
        for file in self._listed():
            if file.size > LARGEST:
                self.counts["skipped_large"] += 1
                self.large.append((file.shown, file.size))
                continue
            for item in FileBatch((file,)).read():
                if isinstance(item, Problem):
                    self.problems.append(item)
                elif isinstance(item.content, bytes):
                    yield file.shown, item.content

    def _listed(self) -> Iterator[File]:
        walk = Walk(self.exclusions, self.counts, self.problems)
        if Path(self.path).is_dir():
            yield from walk.files(self.path, ".")
            return
        file = Path(self.path)
        try:
            status = file.stat()
        except OSError as error:
            raise SourceError(f"{self.path}: {error.strerror}", "check the path") from error
        if not file.is_file():
            raise SourceError(f"{self.path}: not a regular file", "name a file or a folder")
        yield File(self.path, file.name, status.st_size, named=True)

    def _below(self) -> bytes:
        """The folder within the work tree that was named, with a slash at its end."""
        assert self._repository is not None
        if self._repository.work_tree is None:
            return b""
        relative = os.path.relpath(Path(self.path).resolve(), self._repository.work_tree)
        return b"" if relative == "." else os.fsencode(relative.replace(os.sep, "/")) + b"/"

    def _from_commit(self) -> Iterator[tuple[str, bytes]]:
        assert self._repository is not None
        below = self._below()
        entries = []
        for entry in index.head_files(self._repository, self.commit):
            if entry.mode == index.SYMLINK or not entry.path.startswith(below):
                continue
            if reason := self.exclusions.reason(os.fsdecode(entry.path[len(below) :])):
                self.counts[f"skipped_{reason}"] += 1
            elif entry.size > LARGEST:
                self.counts["skipped_large"] += 1
                self.large.append((os.fsdecode(entry.path[len(below) :]), entry.size))
            elif entry.size < 0:
                message = "is missing in this clone"
                self.problems.append(Problem("missing-objects", os.fsdecode(entry.path), message))
            else:
                entries.append(entry)
        for path, content in self._blobs(entries):
            yield os.fsdecode(path[len(below) :]), content

    def _blobs(self, entries: list[index.TreeFile]) -> Iterator[tuple[bytes, bytes]]:
        assert self._repository is not None
        wanted = [objects.ObjectInfo(entry.oid, "blob", entry.size) for entry in entries]
        answers = objects.read_objects(self._repository, wanted)
        for entry, answer in zip(entries, answers, strict=True):
            if isinstance(answer, objects.Unreadable):
                where = os.fsdecode(entry.path)
                self.problems.append(Problem("unreadable", where, answer.reason))
            else:
                yield entry.path, bytes(answer[1])


class ContentSource(KnownPaths):
    """The same files as something to scan for secrets, in this process.

    Args:
        contents: the files.
    """

    def __init__(self, contents: Contents) -> None:
        self.target = contents.path
        self.total = 0
        self._contents = contents

    def batches(self) -> Iterator[Batch]:
        """Yield all files as one batch."""
        yield _Given(self._contents)

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Turn matches into locations."""
        return {key: file_whereabouts(matches) for key, matches in groups.items()}

    def counts(self) -> Counter[str]:
        """Return nothing: who reads the files counts them."""
        return Counter()

    def problems(self) -> list[Problem]:
        """Return nothing: who reads the files has them."""
        return []

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""


@record(frozen=True, slots=True)
class _Given:
    contents: Contents

    def read(self) -> Iterator[Item | Problem]:
        for path, content in self.contents.files():
            yield Item(Blob(f"path:{path}", len(content), "file", path), content)


def _commit(repository: Repository, revision: str) -> str:
    """Return the id of a commit."""
    try:
        found = scope.commits(repository, revision)
    except GitError as error:
        message = error.message.replace("is no range of commits", "is no commit")
        raise GitError(message, "name a commit, a branch or a tag that exists here") from error
    if len(found) != 1:
        raise GitError(f"{revision!r} is not one commit", "name a commit, a branch or a tag")
    return found[0]
