"""Scanning what changed gives what scanning everything gives."""

from __future__ import annotations

import dataclasses
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.engine.position import UNPLACED
from leakhunt.engine.prefilter import Gates
from leakhunt.engine.scan import Engine, Scan, Settings
from leakhunt.engine.shape import width
from leakhunt.engine.versions import WIDEST, reach_of, unpacked
from leakhunt.git.packs import native
from leakhunt.model import Blob, Confidence, Severity, Signature
from tests import tokens
from tests.git.packs.deltas import Instruction, encode, instructions

BLOB = Blob("0" * 40, kind="blob")
FILLER = [
    b"\n", b" ", b"x = 1;\n", b"some words of text that mean nothing\n" * 8, b"a" * 700,
    b"=", b'"', b"'", b"\\n", "日本".encode(), b"password: ", b"aws_secret_access_key = ",
    b"-----BEGIN RSA PRIVATE KEY-----\n", b"-----END RSA PRIVATE KEY-----\n", b"\r\n",
    b"\0", b"\n\n", b"x" * 30, b"word " * 200, b"\r", b"\t\n", b"\x85\xa0\n",
]  # fmt: skip


@dataclasses.dataclass
class Made:
    """A version made by hand. See `Version` in `engine/versions.py`."""

    content: bytes
    base: Made | None = None
    delta: bytes = b""
    hits: bytes | None = None
    fertile: bytes = b""
    known: object = None

    def blob(self) -> Blob:
        return BLOB

    def fresh(self, *reach: int) -> tuple[bytes, bytes]:
        return native.fresh(self.delta, self.content, *reach)

    def inherit(self, hits: bytes, *others: Any) -> tuple[bytes, bytes]:
        return native.inherit(self.delta, self.content, hits, *others)


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
    if draw(st.integers(0, 3)) == 0:
        parts = [part.replace(b"\n", b"\r\n") for part in parts]
    return b"".join(parts)


def check_chain(engine: Engine, pieces: list[bytes], data: st.DataObject) -> None:
    """Compare versions, each made of the one before, with what a scan of the whole gives."""
    version = Made(data.draw(texts(pieces)))
    engine.scan_version(version)
    for _ in range(data.draw(st.integers(1, 4))):
        base = version.content
        edits: list[Instruction] = data.draw(instructions(len(base), texts(pieces)))
        raw, content = encode(base, edits)
        version, whole = Made(content, version, raw), Made(content)
        scan, expected = outcome(engine, version), outcome(engine, whole)
        assert version.hits == whole.hits, _difference(version.hits, whole.hits)
        assert scan == expected == without_lines(engine.scan(BLOB, content))
        assert bool(version.fertile) == bool(whole.fertile)


def outcome(engine: Engine, version: Made) -> Scan:
    return without_lines(engine.scan_version(version) or Scan([], [], len(version.content)))


def without_lines(scan: Scan) -> Scan:
    """Leave out the lines of what is open: they are found when a place of it is told."""
    return scan._replace(
        matches=[
            dataclasses.replace(match, span=UNPLACED) if match.open else match
            for match in scan.matches
        ]
    )


def _difference(one: bytes | None, other: bytes | None) -> list[tuple[int, int]]:
    return unpacked(array("Q", {*array("Q", one or b"")} ^ {*array("Q", other or b"")}).tobytes())


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_chain_of_versions(engine: Engine, pieces: list[bytes], data: st.DataObject) -> None:
    check_chain(engine, pieces, data)


PATTERNS = {
    "words": r"\b(?P<secret>[a-f]{4,9})\b",
    "whole-lines": r"(?m)^(?P<secret>k[a-z0-9]{3,12})\r?$",
    "whole-file": r"^(?P<secret>z{3})$",
    "last-line": r"(?P<secret>y{3})$",
    "file-with-newline": r"^(?P<secret>z{2,4})\r?\n?$",
    "apart": r"(?<![a-z])(?P<secret>m{2,6})(?![a-z])",
    "not-at-a-border": r"\B(?P<secret>n{2,4})\B",
    "wide-in-a-line": r"(?P<secret>u[^\n]{1,60}v)",
    "dots": r"(?P<secret>g.{1,40}h)",
    "spaces": r"(?P<secret>ab\d{2})\s{0,4}=",
    "anything-but": r"(?P<secret>q[^x]{2,6}x)",
    "across": r"(?s)(?P<secret>s.{1,4}t)",
    "two-lines": r"(?P<secret>i{2,4}\r?\n[ \t]{0,3}j{2})",
    "no-letters": r"(?P<secret>w\W{1,3}w)",
    "bytes": r"(?P<secret>é\w{1,3})",
    "nul": r"(?P<secret>o\x00{1,3}p)",
}
LETTERS = [
    b"\n", b"\n", b"\r\n", b" ", b"=", b"\t", b"\0", b"abcdef", b"kab1", b"zzz", b"yyy", b"mmm",
    b"nn", b"u", b"v", b"g", b"h", b"ab12", b"q", b"x", b"s", b"t", b"ii", b"jj", b"w", b"o", b"p",
    "é".encode(), b"." * 20, b"-" * 80, b"l " * 50, b"key",
]  # fmt: skip


def small(names: list[str]) -> Engine:
    """An engine that knows only some of the patterns, so that windows are narrow."""
    made = [
        Signature(
            id=name, provider="test", title=name, severity=Severity.LOW,
            confidence=Confidence.LOW, pattern=PATTERNS[name], span=100, examples=(),
            counterexamples=(), remediation="", references=(), placeholders=False,
        )
        for name in names
    ]  # fmt: skip
    return Engine(Settings(tuple(made), use_cache=False))


CHOICES = [
    sorted(PATTERNS),
    ["words", "whole-lines", "whole-file", "last-line", "not-at-a-border"],
    ["wide-in-a-line", "dots", "apart", "nul"],
    ["wide-in-a-line", "two-lines", "spaces", "no-letters"],
    ["across", "anything-but", "file-with-newline", "bytes"],
]


@pytest.fixture(scope="module", params=CHOICES, ids=lambda names: names[0])
def narrow(request: pytest.FixtureRequest) -> Engine:
    return small(request.param)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_chain_of_versions_and_windows_of_lines(narrow: Engine, data: st.DataObject) -> None:
    check_chain(narrow, LETTERS, data)


def test_gates_that_cross_lines_are_told_from_others() -> None:
    def reach(*names: str) -> tuple[int, int, int]:
        found = reach_of(Gates(small(list(names)).settings.signatures).expressions)
        assert found
        return found

    assert reach("wide-in-a-line") == (62 + 16, 16, 16)
    assert reach("wide-in-a-line", "across") == (62 + 16, 6 + 16, 16)
    assert reach("anything-but") == (8 + 16, 8 + 16, 16)


def test_windows_end_with_their_line() -> None:
    lines = [b"%03d some words of text\n" % number for number in range(100)]
    raw, content = encode(
        b"".join(lines), [(0, 50 * len(lines[0])), b"new", (50 * len(lines[0]), 50 * len(lines[0]))]
    )
    joined, _ = native.fresh(raw, content, 600, 4, 2)
    assert joined == b"\n" + lines[49] + b"new" + lines[50] + lines[51][:2]
    joined, _ = native.fresh(raw, content, 600, 100, 2)
    assert len(joined) > 200


def test_more_hits_than_can_be_mapped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*_: object) -> tuple[bytes, bytes]:
        raise ValueError("too many hits")

    base = Made(tokens.github(1).encode() + b"\n" * 5000)
    engine.scan_version(base)
    size = len(base.content)
    raw, changed = encode(base.content, [(0, size), tokens.github(2).encode()])
    monkeypatch.setattr(Made, "inherit", too_many)
    scan = engine.scan_version(Made(changed, base, raw))
    assert scan == engine.scan(BLOB, changed)
    assert len(scan.matches) == 2
