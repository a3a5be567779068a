"""The hot loops of reading packs in Python: what `_delta.c` does, for where it was not built.

Formats: Documentation/gitformat-pack in git's sources ("pack-*.pack files have the following
format", "Deltified representation"). A pack is data that somebody else wrote: whatever makes no
sense raises ValueError.

A *hit* is a number: the place where a gate of the first pass may end, shifted by `END_SHIFT`,
plus the gate. So sorted hits are sorted by place. Lists of numbers travel as bytes of native
unsigned 64-bit numbers.
"""

from __future__ import annotations

import bisect
from array import array
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

END_SHIFT = 20
_GATE_MASK = (1 << END_SHIFT) - 1
_MAX_HITS = 1 << 22
_ABSURD = 1 << 60


class _Op(NamedTuple):
    """One instruction: `length` bytes copied from the base, or inserted."""

    data: Buffer | None
    start: int
    length: int
    made: int
    """Bytes of the result before it."""


def _varint(raw: Buffer, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(raw) or shift > 56:
            raise ValueError("a delta without its sizes")
        value |= (raw[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not raw[at - 1] & 0x80:
            return value, at


def _sizes(raw: Buffer) -> tuple[int, int, int]:
    base_size, at = _varint(raw, 0)
    size, at = _varint(raw, at)
    if max(base_size, size) > _ABSURD:
        raise ValueError("a delta of absurd size")
    return base_size, size, at


def _raw_ops(raw: Buffer) -> Iterator[_Op]:
    base_size, size, at = _sizes(raw)
    made = 0
    while at < len(raw):
        code = raw[at]
        at += 1
        data: Buffer | None = None
        start = length = 0
        if code & 0x80:
            for bit in range(7):
                if code & 1 << bit:
                    if at >= len(raw):
                        raise ValueError("a delta that is cut off")
                    if bit < 4:
                        start |= raw[at] << 8 * bit
                    else:
                        length |= raw[at] << 8 * (bit - 4)
                    at += 1
            length = length or 0x10000
            if start + length > base_size:
                raise ValueError("a delta that copies past its base")
        else:
            length = code
            data = raw[at : at + length]
            at += length
            if not code or at > len(raw):
                raise ValueError("a delta with a bad instruction")
        if made + length > size:
            raise ValueError("a delta that makes too much")
        yield _Op(data, start, length, made)
        made += length
    if made != size:
        raise ValueError("a delta that ends early")


def _ops(raw: Buffer) -> Iterator[_Op]:
    """Copies of what lies together in the base are one: git cuts long ones."""
    held: _Op | None = None
    for op in _raw_ops(raw):
        if held and held.data is None and op.data is None and op.start == held.start + held.length:
            held = held._replace(length=held.length + op.length)
            continue
        if held:
            yield held
        held = op
    if held:
        yield held


def apply(base: Buffer, delta: Buffer, limit: int) -> bytes:
    """Return what a delta makes of its base.

    Args:
        base: the whole base.
        delta: inflated.
        limit: bytes that the result may have.

    Raises:
        ValueError: the delta makes no sense, is for another base, or makes too much.
    """
    base_size, size, _ = _sizes(delta)
    if base_size != len(base) or size > limit:
        raise ValueError("a delta for another base, or too large")
    return b"".join(
        base[op.start : op.start + op.length] if op.data is None else op.data
        for op in _raw_ops(delta)
    )


def fresh(delta: Buffer, around: int) -> bytes:
    """Return the parts of the result that do not lie deep inside one copy.

    Args:
        delta: inflated.
        around: bytes that belong to both sides of what is inserted, and of each seam.

    Returns:
        Starts and ends in the result, in turn; merged where they touch. The start of the file
        is no seam where the start of the base was copied to it, nor is the end.

    Raises:
        ValueError: the delta makes no sense.
    """
    if around < 0:
        raise ValueError("a negative or absurd distance")
    base_size, size, _ = _sizes(delta)
    windows = array("Q")

    def widen(low: int, high: int) -> None:
        low, high = max(0, low - around), min(size, high + around)
        if windows and low <= windows[-1]:
            windows[-1] = max(windows[-1], high)
        else:
            windows.extend((low, high))

    for op in _ops(delta):
        made = op.made + op.length
        if op.data is not None:
            widen(op.made, made)
            continue
        if op.made or op.start:
            widen(op.made, op.made)
        if made != size or op.start + op.length != base_size:
            widen(made, made)
    return windows.tobytes()


def inherit(
    delta: Buffer, hits: bytes, before: int, after: int, margins: bytes
) -> tuple[bytes, bytes]:
    """Map hits in the base to the result.

    Args:
        delta: inflated.
        hits: of the base, sorted.
        before: a hit is kept if as many bytes before it ...
        after: ... and after it come from the same copy.
        margins: for each gate (32 bits) the bytes to both sides that decide what comes of a hit.

    Returns:
        The hits that are kept, and those among them whose margins reach out of their copy. They
        are in the order of the result.

    Raises:
        ValueError: the delta makes no sense, or there are too many.
    """
    if before < 0 or after < 0:
        raise ValueError("a negative distance")
    base_size, size, _ = _sizes(delta)
    given = array("Q", hits[: len(hits) & ~7])
    margin = array("I", margins[: len(margins) & ~3])
    kept, risky = array("Q"), array("Q")
    for op in _ops(delta):
        if op.data is not None:
            continue
        stop = op.start + op.length
        begins = op.start == 0 and op.made == 0
        ends = stop == base_size and op.made + op.length == size
        first = bisect.bisect_right(given, op.start << END_SHIFT | _GATE_MASK)
        for hit in given[first : bisect.bisect_right(given, stop << END_SHIFT | _GATE_MASK)]:
            end, gate = hit >> END_SHIFT, hit & _GATE_MASK
            left = 1 << 62 if begins else end - op.start
            right = 1 << 62 if ends else stop - end
            if left < before or right < after:
                continue
            if gate >= len(margin):
                raise ValueError("a hit of an unknown gate")
            if len(kept) >= _MAX_HITS:
                raise ValueError("too many hits")
            moved = (end - op.start + op.made) << END_SHIFT | gate
            kept.append(moved)
            if min(left, right) < margin[gate]:
                risky.append(moved)
    return kept.tobytes(), risky.tobytes()
