"""Deltas made by hand: from instructions, and mutated."""

from __future__ import annotations

from array import array

from hypothesis import strategies as st

Instruction = tuple[int, int] | bytes
"""Start and length of a copy, or what is inserted."""


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _copy(start: int, length: int) -> bytes:
    code, out = 0x80, bytearray()
    for bit, byte in enumerate((start & 0xFFFFFFFF).to_bytes(4, "little")):
        if byte:
            code |= 1 << bit
            out.append(byte)
    for bit, byte in enumerate((0 if length == 0x10000 else length).to_bytes(3, "little")):
        if byte:
            code |= 0x10 << bit
            out.append(byte)
    return bytes([code, *out])


def encode(base: bytes, instructions: list[Instruction]) -> tuple[bytes, bytes]:
    """The delta of some instructions, and what it makes."""
    made, out = bytearray(), bytearray()
    for item in instructions:
        if isinstance(item, bytes):
            for at in range(0, len(item), 127):
                piece = item[at : at + 127]
                out += bytes([len(piece)]) + piece
            made += item
        else:
            start, length = item
            out += _copy(start, length)
            made += base[start : start + length]
    return varint(len(base)) + varint(len(made)) + bytes(out), bytes(made)


@st.composite
def instructions(
    draw: st.DrawFn, size: int, inserts: st.SearchStrategy[bytes]
) -> list[Instruction]:
    """Some edits of a base of `size` bytes, the most common ones often."""
    found: list[Instruction] = []
    at = 0
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["keep", "keep", "skip", "insert", "anywhere"]))
        if kind == "insert":
            found.append(draw(inserts.filter(bool)))
        elif kind == "anywhere" and size:
            start = draw(st.integers(0, size - 1))
            found.append((start, draw(st.integers(1, size - start))))
        elif at < size:
            length = draw(st.integers(1, size - at))
            if kind == "keep":
                found.append((at, length))
            at += length
    if at < size and draw(st.booleans()):
        found.append((at, size - at))
    return found


def mutated(draw: st.DrawFn, raw: bytes) -> bytes:
    """The same with some bytes changed, cut off or doubled."""
    data = bytearray(raw)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["set", "cut", "insert"]))
        if kind == "cut":
            del data[at : at + draw(st.integers(1, 8))]
        elif kind == "insert":
            data[at:at] = draw(st.binary(max_size=8))
        elif at < len(data):
            data[at] = draw(st.integers(0, 255))
    return bytes(data)


def numbers(values: list[int], code: str = "Q") -> bytes:
    return array(code, values).tobytes()
