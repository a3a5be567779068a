"""The two implementations of the hot loops: the same answers, and none for nonsense."""

from __future__ import annotations

import random
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.git.packs import pure, pure_layout
from tests.git.packs.deltas import encode, instructions, mutated, numbers


@pytest.fixture(scope="module")
def compiled() -> Any:
    return pytest.importorskip("leakhunt.git.packs._delta", exc_type=ImportError)


class Case:
    """A base, a delta, and what it makes, if it is known. Hypothesis shows no large base."""

    def __init__(self, base: bytes, raw: bytes, made: bytes | None) -> None:
        self.base, self.raw, self.made = base, raw, made

    def __repr__(self) -> str:
        return f"<a base of {len(self.base)} bytes, {self.raw[:2000]!r}>"


@st.composite
def deltas(draw: st.DrawFn) -> Case:
    size = draw(st.integers(0, 300) | st.sampled_from([70_000, 200_000]))
    base = random.Random(size).randbytes(size)
    raw, made = encode(base, draw(instructions(size, st.binary(max_size=300))))
    if draw(st.booleans()):
        return Case(base, mutated(draw, raw), None)
    return Case(base, raw, made)


def answer(call: Any, *args: Any) -> Any:
    try:
        return call(*args)
    except ValueError:
        # Which of several faults is named depends on how far each looks ahead.
        return ValueError


@settings(max_examples=300, deadline=None)
@given(case=deltas(), limit=st.integers(0, 1000) | st.just(1 << 30))
def test_apply(compiled: Any, case: Case, limit: int) -> None:
    base, raw, made = case.base, case.raw, case.made
    got = answer(compiled.apply, base, raw, limit)
    assert got == answer(pure.apply, base, raw, limit)
    if made is not None and len(made) <= limit:
        assert got == made


@settings(max_examples=300, deadline=None)
@given(case=deltas(), around=st.integers(-1, 400))
def test_fresh(compiled: Any, case: Case, around: int) -> None:
    assert answer(compiled.fresh, case.raw, around) == answer(pure.fresh, case.raw, around)


@settings(max_examples=300, deadline=None)
@given(
    case=deltas(),
    ends=st.lists(st.tuples(st.integers(0, 400) | st.integers(0, 210_000), st.integers(0, 4))),
    before=st.integers(-1, 60),
    after=st.integers(0, 60),
    margins=st.lists(st.integers(0, 200), min_size=3, max_size=5),
    odd=st.binary(max_size=7),
)
def test_inherit(
    compiled: Any,
    case: Case,
    ends: list[tuple[int, int]],
    before: int,
    after: int,
    margins: list[int],
    odd: bytes,
) -> None:
    hits = numbers(sorted(end << pure.END_SHIFT | gate for end, gate in ends)) + odd
    args = case.raw, hits, before, after, numbers(margins, "I")
    assert answer(compiled.inherit, *args) == answer(pure.inherit, *args)


@st.composite
def packs(draw: st.DrawFn) -> tuple[bytes, list[int], bytes]:
    """A pack of small objects, deltas of all kinds and some nonsense; offsets and ids."""
    width = draw(st.sampled_from([20, 32]))
    count = draw(st.integers(0, 12))
    rng = random.Random(draw(st.integers(0, 3)))
    oids = sorted(rng.randbytes(width) for _ in range(count))
    if count > 1 and not draw(st.integers(0, 5)):
        oids[0] = oids[1]
    data, offsets = bytearray(b"PACK" + bytes(8)), []
    for _ in range(count):
        offsets.append(len(data))
        kind = draw(st.integers(0, 7))
        size = draw(st.integers(0, 15) | st.integers(0, 1 << 62))
        data += _header(kind, size)
        if kind == 7:
            data += draw(st.sampled_from(oids) | st.binary(min_size=width, max_size=width))
        elif kind == 6:
            back = draw(st.sampled_from([len(data) - at for at in offsets]) | st.integers(0, 300))
            data += _back(max(0, back - len(_header(kind, size))))
        data += zlib.compress(b"")[: draw(st.integers(1, 8))]
    data += bytes(width)
    if draw(st.booleans()):
        data = bytearray(mutated(draw, bytes(data)))
    if draw(st.booleans()) and offsets:
        offsets[draw(st.integers(0, count - 1))] = draw(st.integers(0, 1 << 63))
    return bytes(data), draw(st.permutations(offsets)), b"".join(oids)


def _header(kind: int, size: int) -> bytes:
    out = [kind << 4 | size & 15]
    size >>= 4
    while size:
        out[-1] |= 0x80
        out.append(size & 0x7F)
        size >>= 7
    return bytes(out)


def _back(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        value -= 1
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


@settings(max_examples=500, deadline=None)
@given(pack=packs(), width=st.sampled_from([20, 32]))
def test_layout(compiled: Any, pack: tuple[bytes, list[int], bytes], width: int) -> None:
    data, offsets, oids = pack
    args = data, numbers(offsets), oids, width
    assert answer(compiled.layout, *args) == answer(pure_layout.layout, *args)


def test_a_delta_may_copy_64_kilobytes_with_one_zero() -> None:
    base = random.Random(1).randbytes(0x10000)
    raw, made = encode(base, [(0, 0x10000)])
    assert pure.apply(base, raw, 1 << 20) == made == base
    assert pure.fresh(raw, 10) == b""
