"""JSON inside a string of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leakhunt.chat import pointers
from leakhunt.chat.base import Piece
from leakhunt.chat.leaves import leaves

if TYPE_CHECKING:
    from leakhunt.chat.base import Marks


def strings_within(piece: Piece) -> list[Piece]:
    """Return the strings of JSON that a string holds; the string itself if it holds none.

    Args:
        piece: a whole string, nothing of it undone.
    """
    text = piece.text
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return [piece]
    found: list[Piece] = []
    leaves(value, "", found)
    return [
        Piece(one.text, piece.pointer, piece.at, _Inner(text, one.pointer), one.glue)
        for one in found
    ]


class _Inner:
    """Computes the marks of a string inside a string when they are asked for."""

    def __init__(self, text: str, pointer: str) -> None:
        self._text = text
        self._pointer = pointer

    def __call__(self) -> Marks:
        place = pointers.find(self._text, 0, self._pointer)
        if place is None:
            return ()
        low, high = place
        marks = [(0, low)]
        seen = 0
        at = low
        while at < high:
            escape = self._text.find("\\", at, high)
            if escape < 0:
                break
            seen += escape - at
            match = pointers.LETTER.match(self._text, escape)
            size = match.end() - escape if match else 2
            marks.append((seen, escape))
            seen += 1
            at = escape + size
            marks.append((seen, at))
        return tuple(marks)
