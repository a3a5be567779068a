"""What is far from a gate and yet decides what comes of its hit is looked at in each version."""

from __future__ import annotations

import random
from array import array
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.git.packs import pure_compare
from leakhunt.git.packs.pure_compare import BY_LINES, END_SHIFT, around
from leakhunt.sources import packs as source
from tests import tokens
from tests.git.packs.test_equality import engine, scan
from tests.git.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from leakhunt.engine.scan import Engine

__all__ = ["engine"]

SECRET = tokens.word(3, 300)
FAR = " " * 300
BYTES = "".join(f"    0x{byte:02x},{FAR[:40]}\n" for byte in random.Random(8).randbytes(24))
CASES = {
    # the newer version, and what the older one has instead, far behind the gate
    "the quote that closes": ("conf.py", f'password = "{SECRET}', '"', ""),
    "the end of the next line": (
        "values.yaml",
        f'env:\n{FAR[:36]}- name: DB_PASSWORD\n{FAR[:38]}value: "{SECRET[:198]}',
        '"',
        "",
    ),
    "the element behind": (
        "app.plist",
        f"<plist><dict>\n<key>password</key>\n<string>{SECRET[:290]}",
        "</string>\n</dict></plist>",
        "",
    ),
    "the bytes of a key": (
        "key.c",
        f"uint8_t aes_key[] = {{\n{BYTES[:350]}",
        BYTES[350:] + "};",
        "};",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_far_from_the_gate(name: str, tmp_path: Path, engine: Engine) -> None:
    file, start, end, instead = CASES[name]
    repo = Repo.init(tmp_path / "r")
    same = "\n" * 400
    # The older one is the larger one: git takes it for the base.
    repo.commit_files({file: f"{same}{start}{instead}{same}{same}"})
    repo.commit_files({file: f"{same}{start}{end}{same}"})
    repo.git("repack", "-adfq", "--depth=50", "--window=50")
    pack = source.open_packs(repo.open()).packs[0]
    assert sum(base >= 0 for base in pack.base) >= 1
    report = scan(repo, engine, plain=False)
    assert report == scan(repo, engine, plain=True)
    assert len(report.findings) == 1


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), max_size=7),
    at=st.floats(0, 1),
    most=st.integers(0, 40),
)
def test_three_lines_at_most(lines: list[bytes], at: float, most: int) -> None:
    text = b"\n".join(lines)
    end = round(at * len(text))
    assert around(text, end, most) == (most, most)
    before, behind = around(text, end, BY_LINES | most)
    assert 0 <= before <= most
    assert 0 <= behind <= most
    if before < most:  # two newlines lie in it, or the start of the text
        inside = text[max(0, end - before) : end]
        assert before > end or (inside.startswith(b"\n") and inside.count(b"\n") == 2)
    if behind < most:
        inside = text[end : end + behind]
        assert end + behind > len(text) or (inside.endswith(b"\n") and inside.count(b"\n") == 2)


def test_a_hit_is_certain_if_its_lines_are_copied() -> None:
    base = b"one\ntwo\nthree = 3\nfour\nfive\n"
    # The same, with two lines changed behind the line that follows, or with it changed.
    for new, certain in ((b"FIVE\n", True), (b"four\n!", False)):
        made = base[:23] + new if certain else base[:18] + new
        copied = 23 if certain else 18
        delta = bytes((len(base), len(made), 0x90, copied, len(new))) + new
        hits = array("Q", [13 << END_SHIFT]).tobytes()
        margins = array("I", [BY_LINES | 800]).tobytes()
        kept, risky = pure_compare.inherit(delta, made, hits, 4, 4, 1, margins)
        assert kept == hits
        assert risky == (b"" if certain else hits)
