"""Decoded text in its place, and the way back to where it came from."""

from __future__ import annotations

import bisect
import dataclasses
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_DIGITS = b"0123456789abcdefABCDEF"
_LETTERS = {
    "hex": _DIGITS,
    "base64": bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + b"0123456789+/",
}
"""What encodings of whole texts are written in."""
CONTEXT = 320
"""Bytes of the surrounding text to both sides: checks and near words look that far."""


class Mark(NamedTuple):
    """From here on, `source` advances by `step` where the decoded text advances by `per`."""

    at: int
    source: int
    step: int = 1
    per: int = 1


class Piece(NamedTuple):
    """A stretch of encoded text, and what it says."""

    start: int
    end: int
    data: bytes
    marks: Callable[[], Sequence[Mark]]
    """Offsets in `data` and in the text around, ascending; the first is for offset 0. Made when
    something was found: there may be one for every letter."""
    name: str
    """What was undone, as users see it: `base64`."""

    def is_inner(self, text: bytes) -> bool:
        """Say whether what is encoded goes on beside it: it is part of an archive, not of a text.

        Args:
            text: in which it was found.
        """
        letters = _LETTERS.get(self.name, b"")
        beside = text[max(0, self.start - 1) : self.start], text[self.end : self.end + 1]
        return any(letter and letter in letters for letter in beside)


def one(mark: Mark) -> Callable[[], Sequence[Mark]]:
    """Return the marks of a piece that has only one."""
    return lambda: (mark,)


@dataclasses.dataclass(slots=True)
class Layer:
    """Some text with one encoding undone, in its surroundings."""

    data: bytes
    decoded: list[tuple[int, int]]
    """What of it was encoded, ascending."""
    chain: tuple[str, ...] = ()
    parent: Layer | None = None
    pieces: Sequence[Piece] = ()
    known: list[Mark] | None = None

    @property
    def marks(self) -> list[Mark]:
        """The way back to the parent."""
        if self.known is None:
            self.known = list(_marks(self.pieces))
        return self.known

    def touches(self, start: int, end: int) -> bool:
        """Say whether something of a stretch was encoded before."""
        return any(low < end and start < high for low, high in self.decoded)

    def origin(self, offset: int, *, end: bool = False) -> int:
        """Return where an offset lies in the text that nothing was undone in.

        Args:
            offset: in this text.
            end: it is the end of something: of a whole that has no inner places, the end.
        """
        layer: Layer | None = self
        while layer is not None and layer.parent is not None:
            after = bisect.bisect_right(layer.marks, offset, key=_at)
            mark = layer.marks[after - 1]
            if end and not mark.step and offset > mark.at:
                offset = layer.marks[after].source
            else:
                offset = mark.source + (offset - mark.at) * mark.step // mark.per
            layer = layer.parent
        return offset


def _at(mark: Mark) -> int:
    return mark.at


def whole(data: bytes) -> Layer:
    """Return text as it stands, of which everything counts."""
    return Layer(data, [(0, len(data))])


def _place(piece: Piece) -> tuple[int, int, bytes, str]:
    return piece.start, piece.end, piece.data, piece.name


def layers(parent: Layer, pieces: list[Piece]) -> list[Layer]:
    """Put decoded pieces into their places; those that lie close together into one text.

    Args:
        parent: the text in which they were found.
        pieces: all of one encoding.
    """
    regions: list[list[Piece]] = []
    for piece in sorted(pieces, key=_place):
        if regions and piece.start < regions[-1][-1].end:
            continue
        close = regions and piece.start - regions[-1][-1].end <= 2 * CONTEXT
        if close and regions[-1][0].name == piece.name:
            regions[-1].append(piece)
        else:
            regions.append([piece])
    return [_layer(parent, region) for region in regions]


def _layer(parent: Layer, pieces: list[Piece]) -> Layer:
    at = max(0, pieces[0].start - CONTEXT)
    text: list[bytes] = []
    size = 0
    decoded: list[tuple[int, int]] = []
    for piece in pieces:
        text += (parent.data[at : piece.start], piece.data)
        size += piece.start - at
        decoded.append((size, size + len(piece.data)))
        size += len(piece.data)
        at = piece.end
    text.append(parent.data[at : at + CONTEXT])
    chain = (*parent.chain, *pieces[0].name.split(">"))
    return Layer(b"".join(text), decoded, chain, parent, pieces)


def _marks(pieces: Sequence[Piece]) -> Iterator[Mark]:
    size = 0
    at = max(0, pieces[0].start - CONTEXT)
    for piece in pieces:
        yield Mark(size, at)
        size += piece.start - at
        for mark in piece.marks():
            yield mark._replace(at=size + mark.at)
        size += len(piece.data)
        at = piece.end
    yield Mark(size, at)
