"""Pieces of a table that is too large to hold, or whose rows are too many to note at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Facts

MOST = 4_096
"""Facts that are noted before they are handed on."""


class Piece(NamedTuple):
    """A part of a text. The next part repeats its end, from `floor` on.

    What begins in one piece and ends after `stop` is read in the next one, as a whole. What is
    longer than that reaches is passed over: no secret is.
    """

    content: bytes
    base: int
    """Offset of its first byte in the whole text."""
    stop: int
    """Where reading ends, as an offset in the piece."""
    floor: int
    """Where in this piece the next one begins."""
    last: bool = False
    """Whether nothing comes after it: then all of it is read."""


def only(content: bytes) -> Piece:
    """Return a whole text as its only piece."""
    return Piece(content, 0, len(content), len(content), last=True)


class Rows(Protocol):
    """Reads a table piece by piece."""

    @property
    def begun(self) -> bool:
        """Whether it is known that some column matters, or the names of columns are yet to come.

        Else a piece in which no name is seen need not be read.
        """

    def read(self, piece: Piece) -> Iterator[Facts]:
        """Yield the texts in columns that matter, with offsets in the piece; see `MOST`."""

    def skip(self, piece: Piece) -> None:
        """Pass over a piece."""
