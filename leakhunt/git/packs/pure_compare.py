"""What is new in a version and what stays, in Python: what `_compare.h` does.

A *hit* is a number: the place where a gate of the first pass may end, shifted by `END_SHIFT`,
plus the gate. So sorted hits are sorted by place. Lists of numbers travel as bytes of native
unsigned 64-bit numbers.

What a gate sees before its end reaches back `wide` bytes at most. Behind a newline it reaches
back `narrow` bytes at most: the gates that can match a newline are that short.
"""

from __future__ import annotations

import bisect
from array import array
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.packs.pure import ABSURD, ops, sizes

if TYPE_CHECKING:
    from leakhunt.git.packs.pure import Buffer

END_SHIFT = 20
BY_LINES = 1 << 31
"""Flag of a margin, see :func:`around`."""
_GATE_MASK = (1 << END_SHIFT) - 1
_MAX_HITS = 1 << 22
_ENDLESS = 1 << 62


class _Reach(NamedTuple):
    """How far gates see, in bytes."""

    wide: int
    narrow: int
    ahead: int


def _checked(delta: Buffer, content: bytes, reach: _Reach) -> tuple[int, int]:
    base_size, size, _ = sizes(delta)
    if size != len(content):
        raise ValueError("a delta that makes something else")
    if not 0 <= reach.narrow <= reach.wide <= ABSURD or not 0 <= reach.ahead <= ABSURD:
        raise ValueError("a negative or absurd distance")
    return base_size, size


def _settled(content: bytes, at: int, reach: _Reach) -> int:
    """Return how far behind `at` an end must lie so that its gate sees nothing before `at`."""
    newline = content.find(b"\n", at, at + reach.wide)
    return max(reach.wide if newline < 0 else newline - at + 1, reach.narrow)


def _begin(content: bytes, at: int, reach: _Reach) -> int:
    """Return where a window must start so that a gate that ends at `at` sees in it all it sees."""
    low = max(0, at - reach.wide)
    newline = content.rfind(b"\n", low, at)
    return min(low if newline < 0 else newline, max(0, at - reach.narrow))


def fresh(delta: Buffer, content: bytes, wide: int, narrow: int, ahead: int) -> tuple[bytes, bytes]:
    """Return the windows of the result around what does not come from one copy.

    The start of the file is no seam where the start of the base was copied to it, nor is the end.

    Args:
        delta: inflated.
        content: what it makes.
        wide: bytes before its end that a gate sees at most.
        narrow: bytes before its end that it sees at most if there is a newline within `wide`.
        ahead: bytes behind its end that it sees.

    Returns:
        What is in the windows, joined; and where they start and end, in turn.

    Raises:
        ValueError: the delta makes no sense.
    """
    reach = _Reach(wide, narrow, ahead)
    base_size, size = _checked(delta, content, reach)
    windows = array("Q")

    def widen(low: int, high: int) -> None:
        low = _begin(content, max(0, low - ahead), reach)
        high = min(size, high + _settled(content, high, reach) + ahead)
        if windows and low <= windows[-1]:
            windows[-1] = max(windows[-1], high)
        else:
            windows.extend((low, high))

    same, ends = 0, False
    for op in ops(delta):
        if op.data is None:
            if op.made or op.start:
                widen(same, op.made)
            same = op.made + op.length
            ends = same == size and op.start + op.length == base_size
    if size and not ends:
        widen(same, size)
    pieces = [content[windows[i] : windows[i + 1]] for i in range(0, len(windows), 2)]
    return b"".join(pieces), windows.tobytes()


def inherit(
    delta: Buffer,
    content: bytes,
    hits: bytes,
    wide: int,
    narrow: int,
    ahead: int,
    margins: bytes,
) -> tuple[bytes, bytes]:
    """Map hits in the base to the result, of gates that see nothing but one copy.

    Args:
        delta: inflated.
        content: what it makes.
        hits: of the base, sorted.
        wide: see :func:`fresh`.
        narrow: see :func:`fresh`.
        ahead: see :func:`fresh`.
        margins: for each gate (32 bits) what decides what comes of a hit, see :func:`around`.

    Returns:
        The hits that are kept, and those among them whose margins reach out of their copy. They
        are in the order of the result.

    Raises:
        ValueError: the delta makes no sense, or there are too many.
    """
    reach = _Reach(wide, narrow, ahead)
    base_size, size = _checked(delta, content, reach)
    given = array("Q", hits[: len(hits) & ~7])
    margin = array("I", margins[: len(margins) & ~3])
    kept, risky = array("Q"), array("Q")
    for op in ops(delta):
        if op.data is not None:
            continue
        stop = op.start + op.length
        begins = op.start == 0 and op.made == 0
        ends = stop == base_size and op.made + op.length == size
        before = _settled(content, op.made, reach)
        first = bisect.bisect_right(given, op.start << END_SHIFT | _GATE_MASK)
        for hit in given[first : bisect.bisect_right(given, stop << END_SHIFT | _GATE_MASK)]:
            end, gate = hit >> END_SHIFT, hit & _GATE_MASK
            left = _ENDLESS if begins else end - op.start
            right = _ENDLESS if ends else stop - end
            if left < before or right < ahead:
                continue
            if gate >= len(margin):
                raise ValueError("a hit of an unknown gate")
            if len(kept) >= _MAX_HITS:
                raise ValueError("too many hits")
            place = end - op.start + op.made
            moved = place << END_SHIFT | gate
            kept.append(moved)
            sides = around(content, place, margin[gate])
            if left < sides[0] or right < sides[1]:
                risky.append(moved)
    return kept.tobytes(), risky.tobytes()


def around(content: bytes, end: int, margin: int) -> tuple[int, int]:
    """Return the bytes before and behind an end that decide what comes of a hit.

    Args:
        content: the text.
        end: where a gate ends.
        margin: the bytes to either side; with `BY_LINES` that many at most, but no more than the
            line, the one before and the one behind it, with the newlines around them. At the ends
            of the text one byte more than there is stands for there being no more.
    """
    most = margin & ~BY_LINES
    if not margin & BY_LINES:
        return most, most
    low = max(0, end - most)
    first = content.rfind(b"\n", low, end)
    second = content.rfind(b"\n", low, max(first, low))
    before = end - second if second >= 0 else most if low else min(most, end + 1)
    high = min(len(content), end + most)
    first = content.find(b"\n", end, high)
    second = content.find(b"\n", first + 1, high) if first >= 0 else -1
    if second >= 0:
        behind = second + 1 - end
    else:
        behind = min(most, len(content) - end + 1) if high == len(content) else most
    return before, behind
