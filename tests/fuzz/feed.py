"""Turns the bytes of a fuzzer into numbers, choices and pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Feed:
    """Decisions, taken from bytes in order; when they are used up, all decisions are the first.

    Args:
        data: what the fuzzer made up.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        width = ((high - low).bit_length() + 7) // 8
        piece = self._data[self._at : self._at + width]
        self._at += width
        return low + int.from_bytes(piece, "big") % (high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of some choices."""
        return choices[self.number(0, len(choices) - 1)]

    def piece(self, most: int) -> bytes:
        """Return up to `most` bytes."""
        size = self.number(0, most)
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece

    def rest(self) -> bytes:
        """Return all that is left."""
        piece = self._data[self._at :]
        self._at = len(self._data)
        return piece
