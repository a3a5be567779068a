"""Which functions of a file an offset lies in."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Span = tuple[int, int]


class Scopes:
    """Finds the functions around an offset without looking at all of them.

    Args:
        spans: where functions start and end, sorted by start, the longer ones first; as nodes of
            one syntax tree they lie in each other or apart.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [start for start, _ in spans]
        self._outer: list[int] = []
        open_: list[int] = []
        for number, (start, _) in enumerate(spans):
            while open_ and spans[open_[-1]][1] <= start:
                open_.pop()
            self._outer.append(open_[-1] if open_ else -1)
            open_.append(number)

    def around(self, offset: int) -> Iterator[Span]:
        """Yield the functions that an offset lies in, the innermost first.

        Args:
            offset: in bytes.
        """
        number = bisect.bisect_right(self._starts, offset) - 1
        while number >= 0:
            if offset < self._spans[number][1]:
                yield self._spans[number]
            number = self._outer[number]
