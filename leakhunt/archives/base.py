"""What openers of containers share: members out, and a budget that no bomb gets through."""

from __future__ import annotations

import dataclasses
import io
import lzma
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leakhunt.archives.magic import kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.archives.large import Large, Origin

HELD = 16 * 1024 * 1024
"""Larger members are not held: they are read again from where they lie."""
HEAD = 8192
"""Bytes of a member that decide whether it is worth reading."""
TOTAL = 1024 * 1024 * 1024
"""Bytes that a container may unpack to, whatever its size, ..."""
RATIO = 100
"""... and how many times its size it may."""
AGAIN = 4
"""So many times what was unpacked of a container may be unpacked again, ..."""
FREE = 1024 * 1024 * 1024
"""... and so many bytes more."""
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


class AgainError(OSError):
    """Something was unpacked again and again, and will not be once more."""

    fate: Fate | None = None
    """Of the member of which it is told."""


@dataclasses.dataclass(slots=True)
class Budget:
    """What may still be unpacked of one container and all that is nested in it."""

    size: int
    worth: Callable[[bytes], bool]
    """Says of the first bytes of a member whether it is text or a container."""
    total: int = 0
    """Bytes that it may unpack to; by its size if zero."""
    named: Callable[[str], bool] = lambda name: True
    """Says of the name of a member whether it is wanted if it is no container."""
    left: int = 0
    members: int = 0
    repeated: int = 0
    """Bytes that were unpacked once more."""
    holder: Large | None = None
    """The member of which the first part is held: there is one at a time."""

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

    def again(self, size: int) -> None:
        """Ask to unpack bytes once more; they are counted by whoever does it.

        Raises:
            AgainError: it was done too often.
        """
        if self.repeated + size > AGAIN * (self.total - self.left) + FREE:
            raise AgainError("it would have to be unpacked too often: unpack what it lies in")

    def wanted(self, name: str, head: bytes) -> bool:
        """Say whether a member is to be read, by its name and its first bytes."""
        return self.worth(head) and (self.named(name) or kind(head) is not None)

    def count(self) -> None:
        """Count a member.

        Raises:
            OverBudgetError: there are too many.
        """
        self.members -= 1
        if self.members < 0:
            raise OverBudgetError(f"it has more than {MEMBERS:,} members")


@dataclasses.dataclass(slots=True)
class Fate:
    """What went wrong with a member; of one that is read again, once it was read."""

    wrong: str = ""
    limit: bool = False
    """Whether that was a limit for all of the container."""
    often: bool = False
    """Whether it was unpacked too often, so that some of it was not read again."""

    def after(self, name: str) -> Iterator[Trouble]:
        """Tell of it.

        Args:
            name: of the member.

        Raises:
            OverBudgetError: nothing more may be read of the container.
        """
        if self.limit:
            raise OverBudgetError(self.wrong)
        if self.wrong:
            yield Trouble(name, self.wrong, "limit" if self.often else "unreadable")


def taken(name: str, stream: BinaryIO, budget: Budget, origin: Origin) -> tuple[Member, Fate]:
    """Read a member, as far as it can be read, if it is not too large to hold.

    Args:
        name: its name.
        stream: its content.
        budget: what may be unpacked.
        origin: where it is read again if it is too large.

    Returns:
        The member, and what went wrong.
    """
    pieces: list[bytes] = []
    size = 0
    fate = Fate()
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
                if not budget.wanted(name, b"".join(pieces)):
                    return Member(name, None, size), fate
            if size > HELD:
                from leakhunt.archives.large import Large

                return Member(name, Large(origin, pieces, budget, fate), -1), fate
    except OverBudgetError as error:
        fate.wrong, fate.limit = str(error), True
    except ERRORS as error:
        fate.wrong = reason(error)
    content = b"".join(pieces)
    worth = bool(content) and budget.wanted(name, content[:HEAD])
    return Member(name, content if worth or not content else None, size), fate


def reason(error: BaseException) -> str:
    """Say in a few words why something could not be opened; nothing of its content."""
    if isinstance(error, AgainError):
        return str(error)
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it is encrypted"
    if isinstance(error, NotImplementedError):
        return "it is compressed in a way that is not supported"
    if isinstance(error, EOFError) or "ended" in str(error):
        return "it is cut off"
    return "it is damaged"


def file_of(content: bytes | Opener, budget: Budget) -> BinaryIO:
    """Return content as a file that can be read in any order.

    Args:
        content: bytes, or how to open them.
        budget: what may be read again of what can only be read from its start.
    """
    if isinstance(content, bytes):
        return io.BytesIO(content)
    stream = content()
    if hasattr(stream, "seekable") and stream.seekable():
        return stream
    from leakhunt.archives.again import Unpacked, View
    from leakhunt.archives.unpackers import Streaming

    opened = [stream]

    def start() -> Streaming:
        return Streaming(lambda: opened.pop() if opened else content())

    return cast("BinaryIO", View(Unpacked(start, budget), owned=True))
