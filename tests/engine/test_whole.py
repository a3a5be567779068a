"""What only a text of a few bytes matches as a whole is not looked for by hyperscan."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from leakhunt.engine.prefilter import Prefilter
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.text import FEW
from leakhunt.model import Blob, Signature

KEY = b"83c0d5f7a9b1e2460f3d5b7c9e1a8642"
NAME = "rails-master-key-file"
BLOB = Blob(id="acme", path="config/master.key")


@dataclasses.dataclass
class Bare:
    """A version whose neighbours must not be asked."""

    content: bytes
    base: Bare | None = None
    hits: bytes | None = None
    clean: bool = False

    def blob(self) -> Blob:
        return BLOB

    def fresh(self, *reach: int) -> tuple[bytes, bytes]:
        raise AssertionError

    def inherit(self, hits: bytes, *others: int | bytes) -> tuple[bytes, bytes]:
        raise AssertionError


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    return Engine(Settings([s for s in builtin if s.id in {NAME, "github-pat"}], use_cache=False))


def _found(engine: Engine, content: bytes) -> list[tuple[str, bytes]]:
    return [(m.signature, m.secret.reveal()) for m in engine.scan(BLOB, content).matches]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n", b"\r\n\n"])
def test_a_file_of_nothing_else(engine: Engine, end: bytes) -> None:
    assert _found(engine, KEY + end) == [(NAME, KEY)]
    assert _found(engine, memoryview(KEY + end)) == [(NAME, KEY)]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [b"\n" + KEY, KEY + b"\n" * 3, KEY + b"\nx", b"x" * 99 + KEY])
def test_a_line_of_a_file_is_none(engine: Engine, text: bytes) -> None:
    assert _found(engine, text) == []


def test_hyperscan_does_not_look_for_it(builtin: tuple[Signature, ...]) -> None:
    some = [signature for signature in builtin if signature.id == NAME]
    prefilter = Prefilter(some, use_cache=False)
    assert prefilter.scan(KEY) == [(0, len(KEY))]
    assert prefilter.scan(KEY + b"\n" * FEW) == []


def test_signatures_with_a_gate_keep_it(builtin: tuple[Signature, ...]) -> None:
    (signature,) = (signature for signature in builtin if signature.id == NAME)
    gated = dataclasses.replace(signature, gate="^[0-9a-f]{32}$")
    prefilter = Prefilter([gated], use_cache=False)
    assert prefilter.gates.whole == ()
    assert prefilter.scan(b"x\n" * FEW + KEY)


def test_the_cache_knows_it_too(
    builtin: tuple[Signature, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "cache"))
    some = [signature for signature in builtin if signature.id == NAME]
    assert not Prefilter(some).from_cache
    kept = Prefilter(some)
    assert kept.from_cache
    assert kept.scan(KEY) == [(0, len(KEY))]


def test_a_short_message_is_promising(engine: Engine) -> None:
    assert engine.promising([b"one", KEY, b"two", b"three " + KEY]) == [1]


def test_a_short_version_is_scanned_whole(engine: Engine) -> None:
    base = Bare(b"x" + KEY, hits=b"")
    scan = engine.scan_version(Bare(KEY + b"\n", base))  # type: ignore[arg-type]
    assert scan is not None
    assert [match.signature for match in scan.matches] == [NAME]
