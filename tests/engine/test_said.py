"""Commits scanned together: nothing is lost, and never too much is held."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.engine.batches import Said
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.workers import scan_batch
from leakhunt.model import Blob
from leakhunt.signatures import load

TEXT = """
[[signature]]
id = "acme-{name}"
title = "A"
severity = "high"
confidence = "high"
pattern = '''{pattern}'''
examples = ["{example}", "two"]
counterexamples = ["nothing"]
remediation = "Replace it."
references = ["https://acme.example"]
"""
PATTERNS = {
    "line": (r"^(?P<secret>k1[0-9]{4})$", "k11234"),
    "word": (r"\b(?P<secret>k2[0-9]{4})\b", "k21234"),
    "lines": (r"k3\s(?P<secret>[0-9]{4})", "k3 1234"),
    "start": (r"\A(?P<secret>k4[0-9]{4})", "k41234"),
}


def engine(*names: str) -> Engine:
    texts = {
        f"{name}.toml": TEXT.format(name=name, pattern=PATTERNS[name][0], example=PATTERNS[name][1])
        for name in names
    }
    return Engine(Settings(load(texts), use_cache=False))


ENGINES = [engine("line", "word", "lines"), engine(*PATTERNS)]
PIECES = st.lists(
    st.sampled_from(["k1", "k2", "k3", "k4", "1234", "5678", "\n", " ", "x", "\0"]), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(PIECES.map(lambda p: "".join(p).encode()), max_size=8), which=st.booleans())
def test_what_holds_something_is_promising(texts: list[bytes], which: bool) -> None:
    one = ENGINES[which]
    promising = set(one.promising(texts))
    for at, text in enumerate(texts):
        scan = one.scan(Blob("0" * 40, len(text), "commit"), text)
        if scan.matches or scan.binary:
            assert at in promising


class Commits:
    def read(self) -> Iterator[Said]:
        for number in range(20):
            yield Said(f"{number:040}", "commit", b"x" * 300_000 + b"\nk21234", b"author a")


def test_long_messages_are_not_held_together(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    inner = Engine.promising

    def noting(self: Engine, contents: list[bytes]) -> list[int]:
        held.append(sum(map(len, contents)))
        return inner(self, contents)

    monkeypatch.setattr(Engine, "promising", noting)
    scanned = scan_batch(ENGINES[0], Commits())
    assert max(held) < 2_000_000
    assert scanned.counts["commits"] == 20
    assert len({match.blob.id for match in scanned.matches}) == 20
