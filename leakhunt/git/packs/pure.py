"""Delta instructions in Python: what `_delta.c` does, for where it was not built.

Formats: Documentation/gitformat-pack in git's sources ("pack-*.pack files have the following
format", "Deltified representation"). A pack is data that somebody else wrote: whatever makes no
sense raises ValueError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

ABSURD = 1 << 60
"""No size and no distance is larger."""


class Op(NamedTuple):
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


def sizes(raw: Buffer) -> tuple[int, int, int]:
    """Return the bytes of the base, those of the result, and where the instructions start.

    Raises:
        ValueError: they are not there, or absurd.
    """
    base_size, at = _varint(raw, 0)
    size, at = _varint(raw, at)
    if max(base_size, size) > ABSURD:
        raise ValueError("a delta of absurd size")
    return base_size, size, at


def _raw_ops(raw: Buffer) -> Iterator[Op]:
    base_size, size, at = sizes(raw)
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
        yield Op(data, start, length, made)
        made += length
    if made != size:
        raise ValueError("a delta that ends early")


def ops(raw: Buffer) -> Iterator[Op]:
    """Yield the instructions. Copies of what lies together in the base are one: git cuts long ones.

    Raises:
        ValueError: the delta makes no sense.
    """
    held: Op | None = None
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
    base_size, size, _ = sizes(delta)
    if base_size != len(base) or size > limit:
        raise ValueError("a delta for another base, or too large")
    return b"".join(
        base[op.start : op.start + op.length] if op.data is None else op.data
        for op in _raw_ops(delta)
    )
