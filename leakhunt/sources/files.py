"""Files, folders and standard input."""

from __future__ import annotations

import dataclasses
import io
import itertools
import os
import stat
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from leakhunt.engine.batches import Item
from leakhunt.errors import SourceError, nowhere
from leakhunt.model import Blob, Location, Match, Problem, Suppression
from leakhunt.records import record
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.known import KnownPaths
from leakhunt.sources.reading import LARGE, PATH, File, FileBatch, again
from leakhunt.sources.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.sources.exclusions import Exclusions

_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_FILES = 128
"""Small enough that no process works long on its last batch while the others have none."""
_OF_EXPORTS = frozenset(("slack-export-token",))
_FEW_MENTIONS = 10
_BEGUN = 4
"""Groups that are handed out before all folders are listed."""
_FEW_BYTES = 8 * 1024 * 1024
_FEW_FILES = 1000
"""Up to so many are read by one process: others would take longer to start than they save."""


class FileSource(KnownPaths):
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
                raise SourceError(*nowhere(path))

    def batches(self) -> Iterator[Batch]:
        """Walk the folders, and yield the files in groups; the first ones while it still walks."""
        listed = self._distinct()
        first = list(_enough(listed))
        if len(first) <= _FEW_FILES and (total := sum(map(_size, first))) <= _FEW_BYTES:
            self.total = total
            if first:
                yield FileBatch(tuple(first))
            return
        groups = _groups(first)
        begun = list(itertools.islice(groups, _BEGUN))
        yield from begun
        # These keep the other processes busy meanwhile.
        rest = [*(file for group in groups for file in group.files), *listed]
        self.total = sum(group.size for group in begun) + sum(map(_size, rest))
        yield from _groups(rest)

    def _distinct(self) -> Iterator[File]:
        seen: set[File] = set()
        for file in self._files():
            if file not in seen:
                seen.add(file)
                yield file

    def _files(self) -> Iterator[File]:
        walk = Walk(self._exclusions, self._counts, self._problems)
        for path in self._paths:
            if Path(path).is_dir():
                yield from walk.files(path, self._shown(path))
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
                yield File(path, shown, status.st_size, self._named, _around(path))
            else:
                self._problems.append(Problem("unreadable", path, "not a regular file"))

    def _shown(self, path: str) -> str:
        """Return a path as users write it: with `/`, without a leading `./`."""
        shown = os.path.relpath(path, self._root) if self._root else os.path.normpath(path)
        return shown.replace(os.sep, "/")

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths of files, by the ids of their blobs."""
        return {oid: (oid.removeprefix(PATH),) for oid in oids if oid.startswith(PATH)}

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in files that were put off: they are read once more."""
        found: dict[str, bytes] = {}
        for oid, (shown,) in self.paths_of(oids).items():
            content = again(os.path.join(self._root or "", shown), most)  # noqa: PTH118 (a name)
            if content is not None:
                found[oid] = content
        return found

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


def _size(file: File) -> int:
    return file.size


def _enough(files: Iterator[File]) -> Iterator[File]:
    """Yield files up to the one that makes them too many for one process."""
    size = 0
    for count, file in enumerate(files, 1):
        yield file
        size += file.size
        if count > _FEW_FILES or size > _FEW_BYTES:
            return


def _groups(files: Iterable[File]) -> Iterator[FileBatch]:
    group: list[File] = []
    size = 0
    for file in files:
        if group and (size + file.size > _BATCH_BYTES or len(group) >= _BATCH_FILES):
            yield FileBatch(tuple(group))
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield FileBatch(tuple(group))


def file_whereabouts(matches: Sequence[Match]) -> Whereabouts:
    """Return the locations of matches in files.

    Those in chats come first, the earliest one first, and each message once; the others are
    sorted by path and place.
    """
    places: dict[object, Location] = {}
    for match in sorted(matches, key=_in_order):
        place = _location(match)
        said = match.mention
        key = (said.format, said.channel, said.message) if said and said.message else place
        places.setdefault(key, place)
    locations = sorted(
        places.values(),
        key=lambda place: (
            place.chat is None,
            place.time or "9",
            place.path or "",
            place.line or 0,
            place.column or 0,
        ),
    )
    properties = _chat_properties(locations, matches)
    if matches[0].signature in _OF_EXPORTS:
        del locations[_FEW_MENTIONS:]  # it stands in every message that has a file
    return Whereabouts(tuple(locations), properties)


def _in_order(match: Match) -> tuple[str, int, int]:
    return match.blob.within(match.blob.path), match.span.line, match.span.column


def _location(match: Match) -> Location:
    span, said = match.span, match.mention
    place = Location(
        path=match.blob.within(match.blob.path),
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        pointer=match.pointer or None,
    )
    if said is None:
        return place
    return dataclasses.replace(
        place,
        chat=said.format,
        workspace=said.workspace,
        channel=said.channel,
        thread=said.thread,
        author=said.author,
        time=said.time,
        stamp=said.stamp,
        message=said.message,
        pointer=said.pointer,
        permalink=said.permalink,
    )


def _chat_properties(
    locations: Sequence[Location], matches: Sequence[Match]
) -> dict[str, str | int | bool]:
    """Say how often a secret was mentioned in chats, from when to when, and before how many."""
    said = [place for place in locations if place.chat]
    if not said:
        return {}
    found: dict[str, str | int | bool] = {"mentions": len(said)}
    times = sorted(place.time for place in said if place.time)
    if times:
        found |= {"first_seen": times[0], "last_seen": times[-1]}
    people = max((m.mention.people or 0 for m in matches if m.mention), default=0)
    if people:
        found["people"] = people
    return found


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
class _SpoolBatch:
    """Standard input that is too large to hold, in an unlinked temporary file."""

    blob: Blob
    file: BinaryIO

    def read(self) -> Iterator[Item | Problem]:
        yield Item(self.blob, lambda: cast("BinaryIO", _Rewound(self.file)), named=True)


class StdinSource(KnownPaths):
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


def _around(path: str) -> str:
    """Return the folder whose files count for one that was named: that where we are, or its own."""
    here, own = os.path.realpath(os.curdir), os.path.realpath(os.path.dirname(path) or os.curdir)  # noqa: PTH120
    return here if f"{own}/".startswith(f"{here.rstrip('/')}/") else own
