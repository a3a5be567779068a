"""The two implementations of the hot loops: the same answers, and none for nonsense."""

from __future__ import annotations

import functools
import os
import random
import shutil
import zlib
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.chat import simple
from leakhunt.engine.decode import images
from leakhunt.git.packs import native, native_trees, pure, pure_compare, pure_layout
from tests.fuzz.packs import back, header
from tests.git.packs.deltas import encode, instructions, mutated, numbers


@pytest.fixture(scope="module")
def compiled() -> Any:
    return pytest.importorskip("leakhunt.git.packs._delta", exc_type=ImportError)


@pytest.mark.skipif(
    not shutil.which("cc") or os.environ.get(native.PURE) == "1", reason="nothing to build it with"
)
def test_where_there_is_a_compiler_the_extensions_are_in_use() -> None:
    """They are optional, so that an error in them would pass unseen."""
    assert native.compiled
    assert native_trees.walk_folders is not None
    assert images.compiled
    assert simple.compiled


class Case:
    """A base, a delta, and what it makes. Hypothesis shows no large base."""

    def __init__(self, base: bytes, raw: bytes, made: bytes, sound: bool) -> None:
        self.base, self.raw, self.made, self.sound = base, raw, made, sound

    def __repr__(self) -> str:
        return f"<a base of {len(self.base)} bytes, {self.raw[:2000]!r}>"


@functools.cache
def text(size: int, line: int) -> bytes:
    """Bytes with lines of about a length, or without a newline."""
    data = random.Random(size).randbytes(size).replace(b"\n", b"\r")
    if line:
        data = b"\n".join(data[at : at + line - 1] for at in range(0, size, line))
    return data[:size].ljust(size, b"\n")


@st.composite
def deltas(draw: st.DrawFn) -> Case:
    size = draw(st.integers(0, 300) | st.sampled_from([70_000, 140_000]))
    base = text(size, draw(st.sampled_from([0, 3, 60, 500])))
    inserts = st.binary(max_size=300) | st.sampled_from([b"\n", b"\r\n", b"ab\ncd", b"x" * 90])
    raw, made = encode(base, draw(instructions(size, inserts)))
    kind = draw(st.sampled_from(["sound", "broken", "other"]))
    if kind == "broken":
        raw = mutated(draw, raw)
    elif kind == "other":
        made = draw(st.sampled_from([made[:-1], made + b"\n", b""]))
    return Case(base, raw, made, kind == "sound")


@st.composite
def reaches(draw: st.DrawFn) -> tuple[int, int, int]:
    """How far gates see: wide, narrow, ahead; sometimes nonsense."""
    far = st.integers(0, 40) | st.integers(0, 700) | st.sampled_from([-1, 1 << 58, (1 << 63) - 1])
    wide, narrow = draw(far), draw(far)
    if draw(st.integers(0, 9)):
        wide, narrow = max(wide, narrow), min(wide, narrow)
    return wide, narrow, draw(st.integers(0, 30) | far)


def answer(call: Any, *args: Any) -> Any:
    try:
        return call(*args)
    except ValueError:
        # Which of several faults is named depends on how far each looks ahead.
        return ValueError


@settings(max_examples=300, deadline=None)
@given(case=deltas(), limit=st.integers(0, 1000) | st.just(1 << 30))
def test_apply(compiled: Any, case: Case, limit: int) -> None:
    got = answer(compiled.apply, case.base, case.raw, limit)
    assert got == answer(pure.apply, case.base, case.raw, limit)
    if case.sound and len(case.made) <= limit:
        assert got == case.made


@settings(max_examples=500, deadline=None)
@given(case=deltas(), reach=reaches())
def test_fresh(compiled: Any, case: Case, reach: tuple[int, int, int]) -> None:
    args = case.raw, case.made, *reach
    assert answer(compiled.fresh, *args) == answer(pure_compare.fresh, *args)


@settings(max_examples=500, deadline=None)
@given(
    case=deltas(),
    ends=st.lists(st.tuples(st.integers(0, 400) | st.integers(0, 210_000), st.integers(0, 4))),
    reach=reaches(),
    margins=st.lists(
        st.integers(0, 200) | st.integers(0, 200).map(pure_compare.BY_LINES.__or__),
        min_size=3,
        max_size=5,
    ),
    odd=st.binary(max_size=7),
)
def test_inherit(
    compiled: Any,
    case: Case,
    ends: list[tuple[int, int]],
    reach: tuple[int, int, int],
    margins: list[int],
    odd: bytes,
) -> None:
    hits = numbers(sorted(end << pure_compare.END_SHIFT | gate for end, gate in ends)) + odd
    args = case.raw, case.made, hits, *reach, numbers(margins, "I")
    assert answer(compiled.inherit, *args) == answer(pure_compare.inherit, *args)


@settings(max_examples=300, deadline=None)
@given(case=deltas().filter(lambda case: case.sound), reach=reaches())
def test_every_end_is_inherited_or_in_a_window(case: Case, reach: tuple[int, int, int]) -> None:
    wide, narrow, ahead = reach
    if not 0 <= narrow <= wide < 1 << 50 or not 0 < ahead < 1 << 50 or len(case.made) > 5000:
        return
    hits = numbers([end << pure_compare.END_SHIFT for end in range(1, len(case.base) + 1)])
    kept, _ = pure_compare.inherit(case.raw, case.made, hits, *reach, numbers([0], "I"))
    _, windows = pure_compare.fresh(case.raw, case.made, *reach)
    size, covered = len(case.made), {hit >> pure_compare.END_SHIFT for hit in array("Q", kept)}
    bounds = array("Q", windows)
    for low, high in zip(bounds[::2], bounds[1::2], strict=True):
        for end in range(low + 1, high + 1):
            newline = case.made.find(b"\n", low, end) >= 0
            sees = not low or end - low >= (narrow if newline else wide)
            if sees and (high == size or end <= high - ahead):
                covered.add(end)
    assert covered >= set(range(1, size + 1))


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
        data += header(kind, size)
        if kind == 7:
            data += draw(st.sampled_from(oids) | st.binary(min_size=width, max_size=width))
        elif kind == 6:
            far = draw(st.sampled_from([len(data) - at for at in offsets]) | st.integers(0, 300))
            data += back(max(0, far - len(header(kind, size))))
        data += zlib.compress(b"")[: draw(st.integers(1, 8))]
    data += bytes(width)
    if draw(st.booleans()):
        data = bytearray(mutated(draw, bytes(data)))
    if draw(st.booleans()) and offsets:
        offsets[draw(st.integers(0, count - 1))] = draw(st.integers(0, 1 << 63))
    return bytes(data), draw(st.permutations(offsets)), b"".join(oids)


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
    assert pure_compare.fresh(raw, made, 10, 10, 1) == (b"", b"")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_roots_and_shares(compiled: Any, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 12))

    def column(values: st.SearchStrategy[int], code: str) -> bytes:
        size = data.draw(st.sampled_from([count, count, count, count, count + 1]))
        return array(code, data.draw(st.lists(values, min_size=size, max_size=size))).tobytes()

    kind, base = column(st.integers(0, 4), "B"), column(st.integers(-2, 3), "i")
    low, high = data.draw(st.integers(-1, 13)), data.draw(st.integers(0, 13))
    folders = data.draw(st.booleans())
    some = answer(compiled.roots, kind, base, low, high, folders)
    assert some == answer(pure_layout.roots, kind, base, low, high, folders)
    if some is not ValueError:
        few = st.integers(0, 100)
        columns = column(few, "Q"), column(few, "I"), column(few, "Q")
        options = data.draw(few), data.draw(few)
        assert answer(compiled.shares, some, *columns, *options) == answer(
            pure_layout.shares, some, *columns, *options
        )
