"""Compressed files: gzip, bzip2, xz and zstd."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from leakhunt.archives.base import Budget, Member, Trouble, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    member, wrong, limit = taken("", _OPENERS[kind](file), budget)
    if wrong and not member.size:
        # Nothing came out: it only looks like one.
        yield Trouble("", wrong, gap=limit)
        return
    yield member
    if wrong:
        yield Trouble("", wrong, "limit" if limit else "unreadable")
