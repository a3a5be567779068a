"""Members too large to hold: counted and checked when they are read, which may be often."""

from __future__ import annotations

import bisect
import dataclasses
import errno
import itertools
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leakhunt.archives.again import View
from leakhunt.archives.base import ERRORS, AgainError, Budget, OverBudgetError, reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.archives.again import Content
    from leakhunt.archives.base import Fate


class Origin(NamedTuple):
    """Where a member comes from."""

    open: Callable[[], Content]
    size: int | None = None
    """Bytes that it has to have, if its container says so ..."""
    crc: int | None = None
    """... and their CRC-32."""


@dataclasses.dataclass(slots=True)
class Large:
    """Opens a member. It lives no longer than its container is open.

    What was read of it to see how large it is serves whoever reads first.
    """

    origin: Origin
    pieces: list[bytes]
    budget: Budget
    fate: Fate
    end: int | None = None
    _starts: list[int] = dataclasses.field(default_factory=list)
    _held: int = 0
    _high: int = 0
    """So many bytes were counted and checked."""
    _crc: int = 0
    _content: Content | None = None

    def __post_init__(self) -> None:
        """Take in what was read."""
        if self.budget.holder is not None:
            self.budget.holder.drop()
        self.budget.holder = self
        self._starts = [0, *itertools.accumulate(map(len, self.pieces))]
        self._held = self._high = self._starts.pop()
        for piece in self.pieces:
            self._crc = zlib.crc32(piece, self._crc)

    def __call__(self) -> BinaryIO:
        """Open it from its start."""
        return cast("BinaryIO", View(self))

    def drop(self) -> None:
        """Hold nothing of it but its first bytes."""
        del self.pieces[1:], self._starts[1:]
        self._held = sum(map(len, self.pieces))

    def close(self) -> None:
        """Do nothing: others may read it."""

    def read_at(self, at: int, size: int) -> bytes:
        """Return some of the bytes at a place, none at the end or where it cannot be read on.

        Raises:
            AgainError: it was unpacked too often.
        """
        if at < self._held:
            number = bisect.bisect_right(self._starts, at) - 1
            low = at - self._starts[number]
            return self.pieces[number][low : low + size]
        self.drop()
        while self.end is None and at > self._high and self._more(min(at - self._high, 1 << 20)):
            pass
        if self.end is not None and at >= self.end:
            return b""
        if at == self._high:
            return self._more(size)
        try:
            return self._fetched(at, min(size, self._high - at))
        except AgainError:
            raise
        except ERRORS as error:  # it was in order the first time
            raise OSError(errno.EIO, reason(error)) from None

    def _more(self, size: int) -> bytes:
        """Return what nobody has read yet."""
        try:
            data = self._fetched(self._high, size)
            if self.origin.size is not None:
                data = data[: max(self.origin.size - self._high, 0)]
            self.budget.spend(len(data))
        except OverBudgetError as error:
            return self._ended(str(error), limit=True)
        except AgainError:
            raise
        except ERRORS as error:
            return self._ended(reason(error))
        self._crc = zlib.crc32(data, self._crc)
        self._high += len(data)
        if data:
            return data
        if self.origin.size not in (None, self._high):
            return self._ended(reason(EOFError()))
        if self.origin.crc not in (None, self._crc):
            return self._ended(reason(ValueError()))
        return self._ended("")

    def _fetched(self, at: int, size: int) -> bytes:
        try:
            self._content = self._content or self.origin.open()
            return self._content.read_at(at, size)
        except AgainError as error:
            # It is told once: of what lies innermost, which meets it last.
            if error.fate is not None:
                error.fate.wrong, error.fate.often = "", False
            error.fate = self.fate
            self.fate.wrong, self.fate.often = str(error), True
            raise

    def _ended(self, wrong: str, *, limit: bool = False) -> bytes:
        self.end = self._high
        if wrong:
            self.fate.wrong, self.fate.limit = wrong, limit
        return b""
