"""Reads many git objects fast: enumeration in pack order, content through `cat-file --batch`."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader

    from leakhunt.git.repository import Repository

from leakhunt.errors import GitError
from leakhunt.git.command import scratch_file

BATCH_BYTES = 48 * 1024 * 1024
BATCH_OBJECTS = 8192
LARGE = 32 * 1024 * 1024
"""Larger blobs are streamed, never held."""
_PIPE = 1024 * 1024
_BUFFER = 4 * 1024 * 1024
_FIRST_BUFFER = 64 * 1024
"""Enough for a few files; it grows at once when one is larger."""


class ObjectInfo(NamedTuple):
    """One object of the database."""

    oid: str
    kind: str
    """`blob`, `commit` or `tag`; trees are left out."""
    size: int
    """Bytes, uncompressed."""


class TooLarge(NamedTuple):
    """An object that turned out to be too large to hold: it was not read."""

    info: ObjectInfo


class Unreadable(NamedTuple):
    """An object that git could not give, and why."""

    oid: str
    reason: str


def list_objects(repo: Repository) -> tuple[list[ObjectInfo], list[Unreadable]]:
    """List every blob, commit and tag in the object database in the order of the packs.

    That order keeps deltas next to their bases, which is what makes reading fast. Unreachable
    objects are among them.

    Raises:
        GitError: git failed.
    """
    everything = ("--batch-all-objects", _FORMAT)
    try:
        return _parse(_check(repo, "--unordered", *everything, stdin=None))
    except GitError:
        # In pack order git gives up at a pack that it cannot open; in the order of the ids it
        # says what it misses and goes on.
        return _parse(_check(repo, *everything, stdin=None))


def describe_objects(
    repo: Repository, oids: Iterable[str]
) -> tuple[list[ObjectInfo], list[Unreadable]]:
    """Look up kind and size of given objects.

    Raises:
        GitError: git failed.
    """
    with _listing(oids) as stdin:
        return _parse(_check(repo, _FORMAT, stdin=stdin))


_FORMAT = "--batch-check=%(objectname) %(objecttype) %(objectsize)"


def _check(repo: Repository, *args: str, stdin: IO[bytes] | None) -> Iterator[bytes]:
    process = repo.start("cat-file", "--buffer", *args, stdin=stdin, pipesize=_PIPE)
    assert process.stdout is not None
    with process:
        yield from process.stdout
        process.finish()


def _parse(lines: Iterable[bytes]) -> tuple[list[ObjectInfo], list[Unreadable]]:
    objects = []
    unreadable = []
    for line in lines:
        oid, kind, *rest = line.decode("ascii", "replace").split()
        if rest:
            if kind != "tree":
                objects.append(ObjectInfo(oid, kind, int(rest[0])))
        else:
            unreadable.append(Unreadable(oid, kind))
    return objects, unreadable


def split(objects: Iterable[ObjectInfo], most: int = BATCH_BYTES) -> Iterator[list[ObjectInfo]]:
    """Split objects into runs of so many bytes at most, in the given order."""
    run: list[ObjectInfo] = []
    size = 0
    for info in objects:
        if run and (size + info.size > most or len(run) >= BATCH_OBJECTS):
            yield run
            run, size = [], 0
        run.append(info)
        size += info.size
    if run:
        yield run


def read_objects(
    repo: Repository, objects: Sequence[ObjectInfo]
) -> Iterator[tuple[ObjectInfo, memoryview] | Unreadable]:
    """Read the content of objects, in the given order.

    Args:
        repo: where they are.
        objects: what to read; larger ones than fit in memory must not be among them.

    Yields:
        Each object with its content, valid until the next one is asked for; or what could not
        be read. git stops at a damaged object: the ones behind it are asked for again.
    """
    rest = list(objects)
    while rest:
        done = 0
        for item in _read_run(repo, rest):
            assert not isinstance(item, TooLarge)
            done += 1
            yield item
        rest = rest[done:]
        if rest:
            yield Unreadable(rest.pop(0).oid, "damaged")


def read_unmeasured(
    repo: Repository, oids: Iterable[str]
) -> Iterator[tuple[ObjectInfo, memoryview] | TooLarge | Unreadable]:
    """Read objects of which only the ids are known: for a few, one git instead of two.

    Yields:
        What `read_objects` does, and of an object that is too large to hold only what it is.
    """
    rest = [ObjectInfo(oid, "", -1) for oid in oids]
    while rest:
        done = 0
        item: object = None
        for item in _read_run(repo, rest):
            done += 1
            yield item
        rest = rest[done:]
        # The answers behind a large object stand behind its content: git is asked anew.
        if rest and not isinstance(item, TooLarge):
            yield Unreadable(rest.pop(0).oid, "damaged")


def _read_run(
    repo: Repository, objects: Sequence[ObjectInfo]
) -> Iterator[tuple[ObjectInfo, memoryview] | TooLarge | Unreadable]:
    """Read objects until git stops: at the end, or before the first damaged one."""
    with _listing(info.oid for info in objects) as stdin:
        process = repo.start("cat-file", "--batch", "--buffer", stdin=stdin, pipesize=_PIPE)
        with process:
            few = objects[0].size < 0
            size = _FIRST_BUFFER if few else _BUFFER
            stream = _Buffered(cast("BinaryIO", process.stdout), size)
            for info in objects:
                header = stream.line()
                if not header:
                    break
                words = header.split()
                if len(words) != 3:
                    yield Unreadable(info.oid, words[-1].decode("ascii", "replace"))
                    continue
                size = int(words[2])
                if info.size < 0:
                    found = ObjectInfo(info.oid, words[1].decode("ascii"), size)
                    if size > LARGE:
                        yield TooLarge(found)
                        return
                else:
                    found = info
                content = stream.take(size + 1)
                if content is None:
                    break
                yield found, content[:-1]


class _Buffered:
    """A stream of headers and contents, handed out without copying."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        # Unbuffered: content goes straight into our buffer.
        self._stream = cast("BufferedReader", stream).raw
        self._buffer = bytearray(size)
        self._low = 0
        self._high = 0

    def _fill(self, need: int) -> bool:
        """Make at least `need` bytes available; False if the stream ends before."""
        if self._low + need > len(self._buffer):
            held = self._buffer[self._low : self._high]
            if need > len(self._buffer):
                self._buffer = bytearray(need + need // 4)
            self._buffer[: len(held)] = held
            self._low, self._high = 0, len(held)
        view = memoryview(self._buffer)
        while self._high - self._low < need:
            count = self._stream.readinto(view[self._high :])
            if not count:
                return False
            self._high += count
        return True

    def line(self) -> bytes:
        """Return the next line without its end, or nothing at the end of the stream."""
        at = -1
        need = 1
        while at < 0:
            if not self._fill(need):
                return b""
            at = self._buffer.find(b"\n", self._low, self._high)
            need = self._high - self._low + 1
        line = bytes(self._buffer[self._low : at])
        self._low = at + 1
        return line

    def take(self, size: int) -> memoryview | None:
        """Return the next `size` bytes, or None if the stream ends before."""
        if not self._fill(size):
            return None
        view = memoryview(self._buffer)[self._low : self._low + size]
        self._low += size
        return view


def _listing(oids: Iterable[str]) -> IO[bytes]:
    """Put object ids into an unlinked file: git reads it at its own pace, nobody can block."""
    file = scratch_file()
    file.writelines(f"{oid}\n".encode() for oid in oids)
    file.seek(0)
    return file


@record(frozen=True, slots=True)
class BlobOpener:
    """Opens a large blob as a stream."""

    repo: Repository
    oid: str

    def __call__(self) -> BinaryIO:
        """Start reading from the first byte."""
        return cast("BinaryIO", _BlobStream(self.repo, self.oid))


class _BlobStream:
    """The output of `git cat-file blob`; closing it early is fine, failing is not."""

    def __init__(self, repo: Repository, oid: str) -> None:
        self._process = repo.start("cat-file", "blob", oid, pipesize=_PIPE)

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes.

        Raises:
            GitError: git could not read the blob to its end.
        """
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if not data and size:
            self._process.finish()
        return data

    def __enter__(self) -> _BlobStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.__exit__()
