"""Tables for people: columns as wide as what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.outputs.layout import Piece, Row, cells, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNWRAPPED = 1 << 20
"""A width at which no line of a table is wrapped."""
GAP = 2
"""Columns between two columns."""


def table(head: Sequence[str], lines: Sequence[Sequence[str | Piece]]) -> Iterator[Row]:
    """Lay out a table; a column in which nothing stands is left out.

    Args:
        head: the names of the columns.
        lines: a cell for each column; text that is printable.
    """
    texts = [[_text(cell) for cell in line] for line in lines]
    widths = [max((cells(line[at]) for line in texts), default=0) for at in range(len(head))]
    shown = [at for at, width in enumerate(widths) if width]
    widths = [max(width, len(name)) for width, name in zip(widths, head, strict=True)]
    for line in [[(name, "dim") for name in head], *lines]:
        yield _row([line[at] for at in shown], [widths[at] for at in shown])


def _row(line: Sequence[str | Piece], widths: Sequence[int]) -> Row:
    pieces: list[str | Piece] = []
    for cell, width in zip(line, widths, strict=True):
        pieces += [cell, " " * (width - cells(_text(cell)) + GAP)]
    return row(*pieces)


def _text(cell: str | Piece) -> str:
    return cell if isinstance(cell, str) else cell[0]
