"""Files, folders and standard input."""

from __future__ import annotations

import dataclasses
import io
import os
import stat
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leakhunt.engine.workers import Batch, Item
from leakhunt.errors import SourceError
from leakhunt.model import Blob, Location, Match, Problem, Suppression
from leakhunt.sources.base import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.sources.exclusions import Exclusions

LARGE = 32 * 1024 * 1024
"""Larger files are streamed, never held."""
_BATCH_BYTES = 24 * 1024 * 1024
_BATCH_FILES = 256


class _File(NamedTuple):
    path: str
    """How to open it."""
    shown: str
    """How to call it."""
    size: int
    named: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Opener:
    path: str

    def __call__(self) -> BinaryIO:
        return Path(self.path).open("rb")


@dataclasses.dataclass(frozen=True, slots=True)
class FileBatch:
    """Some files, read in the process that scans them."""

    files: tuple[_File, ...]

    def read(self) -> Iterator[Item | Problem]:
        """Yield each file, or why it cannot be read."""
        for file in self.files:
            blob = Blob(f"path:{file.shown}", file.size, "file", file.shown)
            if file.size > LARGE:
                yield Item(blob, _Opener(file.path), file.named)
                continue
            try:
                # No larger than it was: a file that grows while it is read has no end.
                with Path(file.path).open("rb") as stream:
                    content = stream.read(LARGE + 1)
            except OSError as error:
                yield Problem("unreadable", file.shown, error.strerror or str(error.errno))
                continue
            if len(content) > LARGE:
                yield Item(blob, _Opener(file.path), file.named)
            else:
                yield Item(blob, content, file.named)


class FileSource:
    """Files and folders.

    Args:
        paths: what to scan.
        exclusions: what to leave out of folders.
        root: paths are shown relative to this folder, if given.
        named: whether the user chose the paths: then files among them are scanned even if
            they are excluded or binary.

    Raises:
        SourceError: a path does not exist.
    """

    def __init__(
        self,
        paths: Sequence[str],
        exclusions: Exclusions,
        *,
        root: str | None = None,
        named: bool = True,
    ) -> None:
        self.target = " ".join(paths)
        self._root = root
        self._named = named
        self.total = 0
        self._paths = paths
        self._exclusions = exclusions
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._named_files = named and any(Path(path).is_file() for path in paths)
        for path in paths:
            if not os.path.lexists(path):
                raise SourceError(f"{path}: no such file or folder", "check the path")

    def batches(self) -> Iterator[Batch]:
        """Walk the folders, then yield the files in groups."""
        files = list(dict.fromkeys(self._files()))
        self.total = sum(file.size for file in files)
        group: list[_File] = []
        size = 0
        for file in files:
            if group and (size + file.size > _BATCH_BYTES or len(group) >= _BATCH_FILES):
                yield FileBatch(tuple(group))
                group, size = [], 0
            group.append(file)
            size += file.size
        if group:
            yield FileBatch(tuple(group))

    def _files(self) -> Iterator[_File]:
        for path in self._paths:
            if Path(path).is_dir():
                yield from self._walk(path)
                continue
            try:
                status = Path(path).stat()
            except OSError as error:
                self._problems.append(Problem("unreadable", path, error.strerror or "unreadable"))
                continue
            shown = self._shown(path)
            if not self._named and (reason := self._exclusions.reason(shown)):
                self._counts[f"skipped_{reason}"] += 1
            elif stat.S_ISREG(status.st_mode):
                yield _File(path, shown, status.st_size, self._named)
            else:
                self._problems.append(Problem("unreadable", path, "not a regular file"))

    def _walk(self, root: str) -> Iterator[_File]:
        """Yield the files below a folder, sorted, without following links."""
        waiting = [(root, "")]
        while waiting:
            folder, inside = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    children = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                where = self._shown(folder)
                self._problems.append(
                    Problem("unreadable", where, error.strerror or "unreadable folder")
                )
                continue
            below = []
            for entry in children:
                relative = inside + entry.name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if self._descend(entry, relative + "/"):
                            below.append((entry.path, relative + "/"))
                        elif entry.name == ".git":
                            yield from self._git_config(entry.path)
                        continue
                    file = self._file(entry, relative)
                except OSError as error:
                    self._problems.append(
                        Problem(
                            "unreadable", self._shown(entry.path), error.strerror or "unreadable"
                        )
                    )
                    continue
                if file:
                    yield file
            waiting += reversed(below)

    def _descend(self, entry: os.DirEntry[str], relative: str) -> bool:
        if entry.name in (".git", ".hg", ".svn", ".bzr", ".jj"):
            return False
        reason = self._exclusions.reason(relative)
        if reason:
            self._counts[f"skipped_{reason}"] += 1
        return reason is None

    def _file(self, entry: os.DirEntry[str], relative: str) -> _File | None:
        if entry.is_symlink():
            self._counts["skipped_symlinks"] += 1
            return None
        if not entry.is_file(follow_symlinks=False):
            self._counts["skipped_special"] += 1
            return None
        reason = self._exclusions.reason(relative)
        if reason:
            self._counts[f"skipped_{reason}"] += 1
            return None
        return _File(
            entry.path,
            self._shown(entry.path),
            entry.stat(follow_symlinks=False).st_size,
            named=False,
        )

    def _git_config(self, folder: str) -> Iterator[_File]:
        """Yield a repository's own configuration: addresses in it often hold tokens."""
        path = str(Path(folder, "config"))
        try:
            status = Path(path).lstat()
        except OSError:
            return
        if stat.S_ISREG(status.st_mode):
            yield _File(path, self._shown(path), status.st_size, named=False)

    def _shown(self, path: str) -> str:
        """Return a path as users write it: with `/`, without a leading `./`."""
        shown = os.path.relpath(path, self._root) if self._root else os.path.normpath(path)
        return shown.replace(os.sep, "/")

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Turn matches into locations."""
        return {key: self._judged(file_whereabouts(matches)) for key, matches in groups.items()}

    def _judged(self, found: Whereabouts) -> Whereabouts:
        """Suppress what lies only in what would be left out, were it no part of a container."""
        inner = [(place.path or "").partition("!")[2] for place in found.locations]
        reasons = {self._exclusions.reason(path) if path else None for path in inner}
        if self._named_files or None in reasons:
            return found
        names = ", ".join(sorted(reason for reason in reasons if reason))
        suppression = Suppression("excluded-path", f"only in {names}")
        return dataclasses.replace(found, suppression=suppression)

    def counts(self) -> Counter[str]:
        """Return what was left out, by reason."""
        return self._counts

    def problems(self) -> list[Problem]:
        """Return the files and folders that could not be read."""
        return self._problems

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""


def file_whereabouts(matches: Sequence[Match]) -> Whereabouts:
    """Return the locations of matches in files, sorted by path and place."""
    locations = sorted(
        {
            Location(
                path=match.blob.within(match.blob.path),
                line=match.span.line,
                column=match.span.column,
                end_line=match.span.end_line,
                end_column=match.span.end_column,
            )
            for match in matches
        },
        key=lambda place: (place.path or "", place.line or 0, place.column or 0),
    )
    return Whereabouts(tuple(locations))


@dataclasses.dataclass(frozen=True, slots=True)
class _BytesBatch:
    blob: Blob
    content: bytes

    def read(self) -> Iterator[Item | Problem]:
        yield Item(self.blob, self.content, named=True)


class _Rewound(io.BufferedReader):
    """A temporary file read from its start; closing it keeps the file for the next pass."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(os.dup(file.fileno()), "rb"))
        self.seek(0)


@dataclasses.dataclass(frozen=True, slots=True)
class _SpoolBatch:
    """Standard input that is too large to hold, in an unlinked temporary file."""

    blob: Blob
    file: BinaryIO

    def read(self) -> Iterator[Item | Problem]:
        yield Item(self.blob, lambda: cast("BinaryIO", _Rewound(self.file)), named=True)


class StdinSource:
    """Standard input, whatever it holds."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self.target = "-"
        self.total = 0
        self._stream = stream or sys.stdin.buffer

    def batches(self) -> Iterator[Batch]:
        """Yield standard input as one blob; it must be scanned in this process."""
        blob = Blob("stdin", -1, "stdin", "-")
        content = self._stream.read(LARGE + 1)
        self.total = len(content)
        if len(content) <= LARGE:
            yield _BytesBatch(blob, content)
            return
        with tempfile.TemporaryFile() as file:
            while content:
                file.write(content)
                content = self._stream.read(1024 * 1024)
            file.flush()
            self.total = file.tell()
            yield _SpoolBatch(blob, cast("BinaryIO", file))

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Turn matches into locations."""
        return {key: file_whereabouts(matches) for key, matches in groups.items()}

    def counts(self) -> Counter[str]:
        """Return nothing: standard input leaves nothing out."""
        return Counter()

    def problems(self) -> list[Problem]:
        """Return nothing: what cannot be read is raised."""
        return []

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""
