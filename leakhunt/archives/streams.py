"""Compressed files: gzip, bzip2, xz and zstd."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from leakhunt.archives.again import Unpacked
from leakhunt.archives.base import Budget, Member, Trouble, taken
from leakhunt.archives.large import Origin
from leakhunt.archives.unpackers import Inflating, Streaming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.archives.unpackers import Unpacker

_zstd: Any = None
with contextlib.suppress(ImportError):
    import zstandard as _zstd


class _Zstd:
    """A stream whose damage is that of other streams: an OSError.

    Args:
        file: what is compressed.
    """

    def __init__(self, file: BinaryIO) -> None:
        reader = _zstd.ZstdDecompressor(max_window_size=1 << 27)
        self._inner = reader.stream_reader(file, read_across_frames=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the file to others."""

    def read(self, size: int) -> bytes:
        """Return the next bytes.

        Raises:
            OSError: they cannot be unpacked.
        """
        try:
            return cast("bytes", self._inner.read1(size))
        except _zstd.ZstdError as error:
            raise OSError("a damaged stream") from error


_OPENERS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    "gzip": lambda file: cast("BinaryIO", gzip.GzipFile(fileobj=file)),
    "bzip2": lambda file: cast("BinaryIO", bz2.BZ2File(file)),
    "xz": lambda file: cast("BinaryIO", lzma.LZMAFile(file)),  # noqa: SIM115 (handed on)
    "zstd": lambda file: cast("BinaryIO", _Zstd(file)),
}
STREAMS = frozenset(_OPENERS)


def compressed(kind: str, file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield what a compressed file holds.

    Args:
        kind: one of `STREAMS`.
        file: positioned at its start.
        budget: what may be unpacked.
    """
    if kind == "zstd" and _zstd is None:
        yield Trouble("", "zstd is not read without zstandard: install leakhunt[zstd]", "skipped")
        return
    origin = Origin(lambda: Unpacked(lambda: _unpacker(kind, file), budget))
    member, fate = taken("", _OPENERS[kind](file), budget, origin)
    if fate.wrong and not member.size:
        # Nothing came out: it only looks like one.
        yield Trouble("", fate.wrong, gap=fate.limit)
        return
    yield member
    if fate.wrong:
        yield Trouble("", fate.wrong, "limit" if fate.limit or fate.often else "unreadable")


def _unpacker(kind: str, file: BinaryIO) -> Unpacker:
    """Return what unpacks a file from its start."""
    if kind == "gzip":
        return Inflating(file)

    def start() -> BinaryIO:
        file.seek(0)
        return _OPENERS[kind](file)

    return Streaming(start)
