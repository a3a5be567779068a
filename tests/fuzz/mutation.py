"""Bytes that are nearly sound: seeds, changed at a few places. No coverage leads it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_WORDS = (
    *(bytes([byte]) for byte in b"\"'`{}[]()<>=:;,.&*|!#%@$\\/\n\r\t \0\xff-+0"),
    *(b"null", b"-1", b"9" * 30, b"[]", b"{}", b"true", b"\xe2\x80", b"\xf0\x9f\x98\x80", b"\r\n"),
    *(b"\x1b[2J", b"<<", b'"""', b"${", b"{{", b"PK\3\4", b"\x1f\x8b", b"%41", b"&#x41;"),
)


def mutated(seeds: Sequence[bytes], start: int = 0) -> Iterator[bytes]:
    """Yield the seeds, then changed ones without end, the same ones every time.

    Args:
        seeds: what to start from.
        start: of the random numbers.
    """
    yield from seeds
    rng = random.Random(start)
    while True:
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 6)):
            at, kind = rng.randrange(len(data) + 1), rng.randrange(5)
            if kind == 0:
                data[at:at] = rng.choice(_WORDS)
            elif kind == 1:
                del data[at : at + rng.randint(1, 20)]
            elif kind == 2 and at < len(data):
                data[at] = rng.randrange(256)
            elif kind == 3:
                other = rng.randrange(len(data) + 1)
                data[at:at] = data[other : other + 30]
            else:
                data[at:at] = rng.randbytes(rng.randint(1, 40))
        yield bytes(data)
