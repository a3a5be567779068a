"""What openers of containers share: members out, and a budget that no bomb gets through."""

from __future__ import annotations

import dataclasses
import io
import lzma
import os
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, NamedTuple, cast

HELD = 32 * 1024 * 1024
"""Larger members go through an unlinked temporary file."""
HEAD = 8192
"""Bytes of a member that decide whether it is worth reading."""
TOTAL = 1024 * 1024 * 1024
"""Bytes that a container may unpack to, whatever its size, ..."""
RATIO = 100
"""... and how many times its size it may."""
MEMBERS = 100_000
"""Members of a container, nested ones among them."""
DEPTH = 5
"""Containers inside each other; a compressed file does not count, ..."""
LAYERS = 10
"""... but altogether there are no more than so many layers."""
ERRORS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    sqlite3.Error,
)
"""What the readers of the standard library raise for damaged input."""

Opener = Callable[[], BinaryIO]


class Member(NamedTuple):
    """Something that lies in a container."""

    name: str
    """Its name in there, not to be trusted; empty for the content of a compressed file."""
    content: bytes | Opener | None
    """None if its head says that it is not worth reading."""
    size: int


class Trouble(NamedTuple):
    """Something that could not be opened."""

    name: str
    message: str
    kind: str = "unreadable"
    """Of the problem; or `skipped` for what is only counted."""
    gap: bool = True


class OverBudgetError(Exception):
    """A limit was reached."""


@dataclasses.dataclass(slots=True)
class Budget:
    """What may still be unpacked of one container and all that is nested in it."""

    size: int
    worth: Callable[[bytes], bool]
    """Says of the first bytes of a member whether it is text or a container."""
    total: int = 0
    """Bytes that it may unpack to; by its size if zero."""
    left: int = 0
    members: int = 0

    def __post_init__(self) -> None:
        self.total = self.total or max(TOTAL, RATIO * self.size)
        self.left = self.total
        self.members = MEMBERS

    def spend(self, size: int) -> None:
        """Count unpacked bytes.

        Raises:
            OverBudgetError: it is too much.
        """
        self.left -= size
        if self.left < 0:
            raise OverBudgetError(f"it unpacks to more than {self.total:,} bytes")

    def count(self) -> None:
        """Count a member.

        Raises:
            OverBudgetError: there are too many.
        """
        self.members -= 1
        if self.members < 0:
            raise OverBudgetError(f"it has more than {MEMBERS:,} members")


class Spool:
    """An unlinked temporary file, gone with its last reader."""

    def __init__(self) -> None:
        self.file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 (see __del__)

    def __call__(self) -> BinaryIO:
        """Open it from its start."""
        return cast("BinaryIO", _Rewound(self.file))

    def __del__(self) -> None:
        self.file.close()


class _Rewound(io.BufferedReader):
    """A temporary file read from its start; closing it keeps the file for the next pass."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(os.dup(file.fileno()), "rb"))
        self.seek(0)


def taken(name: str, stream: BinaryIO, budget: Budget) -> tuple[Member, str, bool]:
    """Read a member, as far as it can be read.

    Args:
        name: its name.
        stream: its content.
        budget: what may be unpacked.

    Returns:
        The member; what went wrong, or nothing; and whether that was a limit.
    """
    pieces: list[bytes] = []
    spool: Spool | None = None
    size = 0
    wrong, limit = "", False
    try:
        budget.count()
        # One step at a time: of what is cut off, all that came before is kept.
        read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        looked = False
        while piece := read(1024 * 1024 if looked else HEAD):
            budget.spend(len(piece))
            size += len(piece)
            pieces.append(piece)
            if not looked and size >= HEAD:
                looked = True
                if not budget.worth(b"".join(pieces)):
                    return Member(name, None, size), "", False
            if size > HELD:
                spool = spool or Spool()
                spool.file.writelines(pieces)
                pieces.clear()
    except OverBudgetError as error:
        wrong, limit = str(error), True
    except ERRORS as error:
        wrong = reason(error)
    if spool is None:
        content = b"".join(pieces)
        worth = bool(content) and budget.worth(content[:HEAD])
        return Member(name, content if worth or not content else None, size), wrong, limit
    spool.file.writelines(pieces)
    spool.file.flush()
    return Member(name, spool, size), wrong, limit


def reason(error: BaseException) -> str:
    """Say in a few words why something could not be opened; nothing of its content."""
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it is encrypted"
    if isinstance(error, NotImplementedError):
        return "it is compressed in a way that is not supported"
    if isinstance(error, EOFError) or "ended" in str(error):
        return "it is cut off"
    return "it is damaged"


def file_of(content: bytes | Opener) -> BinaryIO:
    """Return content as a file that can be read in any order."""
    if isinstance(content, bytes):
        return io.BytesIO(content)
    stream = content()
    if hasattr(stream, "seekable") and stream.seekable():
        return stream
    spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 (handed on)
    with stream:
        while piece := stream.read(1024 * 1024):
            spool.write(piece)
    spool.seek(0)
    return spool
