"""Scanning what changed gives what scanning everything gives."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.engine.prefilter import Gates
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.versions import WIDEST, Version, unpacked, width
from leakhunt.git.packs.tree import Delta
from leakhunt.model import Blob, Signature
from tests import tokens
from tests.git.packs.deltas import Instruction, encode, instructions

BLOB = Blob("0" * 40, kind="blob")
FILLER = [
    b"\n", b" ", b"x = 1;\n", b"some words of text that mean nothing\n" * 8, b"a" * 700,
    b"=", b'"', b"'", b"\\n", "日本".encode(), b"password: ", b"aws_secret_access_key = ",
    b"-----BEGIN RSA PRIVATE KEY-----\n", b"-----END RSA PRIVATE KEY-----\n", b"\r\n",
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    return Engine(Settings(builtin))


@pytest.fixture(scope="module")
def pieces(builtin: tuple[Signature, ...]) -> list[bytes]:
    """Filler, secrets, and halves of secrets."""
    examples = [text.encode() for s in builtin for text in s.examples if len(text) < 4000]
    made = [tokens.github(1), tokens.aws_id(2), tokens.aws_secret(2), tokens.pem(3, 3000)]
    return [*examples, *(text.encode() for text in made)]


def test_windows_are_wide_enough_for_every_gate(builtin: tuple[Signature, ...]) -> None:
    wide = [e for e in Gates(builtin).expressions if width(e) > WIDEST]
    assert wide == []


@st.composite
def texts(draw: st.DrawFn, pieces: list[bytes]) -> bytes:
    piece = st.sampled_from(FILLER) | st.sampled_from(pieces)
    parts = draw(st.lists(piece, max_size=8))
    if parts and draw(st.booleans()):
        at = draw(st.integers(0, len(parts) - 1))
        parts[at] = parts[at][: draw(st.integers(0, len(parts[at])))]
    return b"".join(parts)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_chain_of_versions(engine: Engine, pieces: list[bytes], data: st.DataObject) -> None:
    content = data.draw(texts(pieces))
    version = Version()
    engine.scan_version(BLOB, content, version)
    for _ in range(data.draw(st.integers(1, 4))):
        edits: list[Instruction] = data.draw(instructions(len(content), texts(pieces)))
        raw, content = encode(content, edits)
        version = Version(version, Delta(raw))
        scan = engine.scan_version(BLOB, content, version)
        whole = Version()
        assert scan == engine.scan(BLOB, content) == engine.scan_version(BLOB, content, whole)
        if version.hits is not None:
            assert version.hits == whole.hits, _difference(version.hits, whole.hits)
        assert version.clean == whole.clean


def _difference(one: bytes, other: bytes | None) -> list[tuple[int, int]]:
    return unpacked(array("Q", {*array("Q", one)} ^ {*array("Q", other or b"")}))


def test_more_hits_than_can_be_mapped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*_: object) -> tuple[bytes, bytes]:
        raise ValueError("too many hits")

    content = tokens.github(1).encode() + b"\n" * 5000
    base = Version()
    engine.scan_version(BLOB, content, base)
    raw, changed = encode(content, [(0, len(content)), tokens.github(2).encode()])
    monkeypatch.setattr(Delta, "inherit", too_many)
    scan = engine.scan_version(BLOB, changed, Version(base, Delta(raw)))
    assert scan == engine.scan(BLOB, changed)
    assert len(scan.matches) == 2
