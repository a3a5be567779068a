"""Packs of a few objects, made of a fuzzer's bytes: mostly sound, so that reading goes deep."""

from __future__ import annotations

import zlib
from array import array

from leakhunt.git.packs import native
from leakhunt.git.packs.table import Pack
from tests.fuzz.feed import Feed
from tests.git.packs.deltas import Instruction, encode, numbers

WORDS = (
    b"tree 0101010101010101010101010101010101010101\nauthor a <a@b> 1 +0000\n"
    b"committer a <a@b> 1 +0000\n\nkey v\n",
    b"100644 a\0" + b"\1" * 20,
    b"40000 dir\0" + b"\2" * 20,
    b"key   v\n",
    b"x" + b"." * 200 + b"y\n",
    b"a line\n" * 9,
    b"\0\1\2",
    b"PK\3\4",
    b"a\n",
    b"",
)


def header(kind: int, size: int) -> bytes:
    """Return the head of an object in a pack."""
    out = [kind << 4 | size & 15]
    size >>= 4
    while size:
        out[-1] |= 0x80
        out.append(size & 0x7F)
        size >>= 7
    return bytes(out)


def back(value: int) -> bytes:
    """Return how far back the base of an object lies, as a pack writes it."""
    out = [value & 0x7F]
    while value := value >> 7:
        value -= 1
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def _content(feed: Feed) -> bytes:
    words = b"".join(feed.pick(WORDS) for _ in range(feed.number(0, 5)))
    return words + feed.piece(feed.pick((0, 0, 60)))


def _delta(feed: Feed, base: bytes) -> tuple[bytes, bytes]:
    steps: list[Instruction] = []
    for _ in range(feed.number(0, 5)):
        start = feed.number(0, max(0, len(base) - 1))
        length = feed.number(1, max(1, len(base) - start))
        steps.append((start, length) if base and feed.number(0, 2) else feed.pick(WORDS) or b"\n")
    raw, made = encode(base, steps)
    return (feed.piece(12), made) if feed.number(0, 15) == 15 else (raw, made)


class _Made(Pack):
    """A pack in memory. It has no files, so nothing of it is ever mapped or let go."""

    def __init__(self, data: bytes, offsets: list[int], oids: bytes, width: int) -> None:
        self.width = width
        self.data = data  # type: ignore[assignment]
        self._view = memoryview(data)
        self.count = len(offsets)
        self._oids = memoryview(oids)
        self._place(native.layout(data, numbers(offsets), oids, width))

    def rest(self) -> None:
        """Do nothing."""


def made_of(feed: Feed) -> Pack | None:
    """Return a pack of up to nine objects, or None if it cannot be opened at all."""
    pack, offsets, contents = bytearray(b"PACK" + bytes(8)), array("Q"), [b""]
    oids = b"".join(bytes([at]) * 20 for at in range(1, 10))
    count = feed.number(1, 9)
    for at in range(count):
        base = feed.number(0, at)
        raw, made = _content(feed), b""
        kind = feed.pick((1, 2, 2, 3, 3, 4))
        start = len(pack)
        if base:
            raw, made = _delta(feed, contents[base])
            kind = feed.pick((6, 6, 6, 7))
        contents.append(made if base else raw)
        size = len(raw) + feed.pick((0,) * 14 + (1, 1 << 33))
        link = b""
        if kind == 6:
            link = back(start - offsets[base - 1])
        elif kind == 7:
            link = oids[(base - 1) * 20 : base * 20]
        offsets.append(start)
        stream = zlib.compress(raw, 1)
        pack += header(kind, size) + link + stream[: feed.pick((9999,) * 14 + (9, 0))]
    pack += bytes(20)
    try:
        return _Made(bytes(pack), list(offsets), oids[: 20 * count], 20)
    except ValueError:
        return None
