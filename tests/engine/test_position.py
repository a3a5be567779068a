"""Lines and columns of offsets, however long the lines are."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from leakhunt.engine import position
from leakhunt.engine.position import Positions


def expected(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, found the long way."""
    before = data[:offset].decode("utf-8", "replace")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64 * 1024])
def test_lines_and_columns(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(position, "_BLOCK", block)
    chance = random.Random(block)
    for _ in range(50):
        text = "".join(chance.choice("ab\né€😀") for _ in range(chance.randrange(40)))
        data = text.encode()
        offsets = [len(text[:n].encode()) for n in range(len(text) + 1) if chance.random() < 0.5]
        positions = Positions(data)
        assert [positions.advance(n) for n in offsets] == [expected(data, n) for n in offsets]


@pytest.mark.parametrize("line", [b"x" * 8_000_000, b"x\n" * 4_000_000, "é".encode() * 4_000_000])
def test_no_line_is_copied_whole(line: bytes) -> None:
    tracemalloc.start()
    Positions(line).advance(len(line))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
