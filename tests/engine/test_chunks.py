from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.engine.chunks import MARGIN, chunks
from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Match, Signature
from tests import tokens

BLOB = Blob("path:x", path="x")


@pytest.fixture(scope="module")
def signatures(builtin: tuple[Signature, ...]) -> tuple[Signature, ...]:
    wanted = {
        "github-pat",
        "aws-access-token",
        "aws-secret-access-key",
        "private-key",
        "postgres-uri",
    }
    return tuple(s for s in builtin if s.id in wanted)


def _text(seed: int, pieces: list[int]) -> bytes:
    """Filler of the given lengths with a secret after each; one line or many."""
    rng = random.Random(seed)
    secrets = [
        lambda n: tokens.github(n),
        lambda n: f"id = {tokens.aws_id(n)}",
        lambda n: f"aws_secret_access_key = {tokens.aws_secret(n)}",
        lambda n: tokens.pem(n, 16000),
        lambda n: f"postgres://admin:{tokens.github(n)[4:24]}@db{n}.internal.net/app",
    ]
    parts = []
    for number, length in enumerate(pieces):
        parts.append("".join(rng.choices(["word ", "é ", "\n", "x=1; ", "日本 "], k=length)))
        parts.append(secrets[rng.randrange(len(secrets))](seed * 100 + number))
    return " ".join(parts).encode()


def _facts(matches: list[Match]) -> list[object]:
    return sorted(
        (m.offset, m.signature, m.secret.reveal(), m.span, m.parts, m.dismissed) for m in matches
    )


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    pieces=st.lists(st.integers(0, 15_000), min_size=1, max_size=8),
    chunk=st.integers(1000, 300_000),
)
def test_the_borders_of_chunks_change_nothing(
    signatures: tuple[Signature, ...], seed: int, pieces: list[int], chunk: int
) -> None:
    data = _text(seed, pieces)
    engine = Engine(Settings(signatures, chunk=chunk))
    whole = engine.scan(BLOB, data)
    streamed = engine.scan(BLOB, lambda: io.BytesIO(data))
    assert _facts(streamed.matches) == _facts(whole.matches)
    assert streamed.size == len(data)
    assert whole.matches


def test_wide_text_is_the_same_in_chunks(signatures: tuple[Signature, ...]) -> None:
    data = _text(7, [20_000, 25_000, 9_000]).decode().encode("utf-16")
    engine = Engine(Settings(signatures, chunk=100_001))
    whole = engine.scan(BLOB, data)
    streamed = engine.scan(BLOB, lambda: io.BytesIO(data))
    assert _facts(streamed.matches) == _facts(whole.matches)
    assert {m.decoded for m in streamed.matches} == {("utf-16-le",)}


@given(size=st.integers(0, 5 * MARGIN), step=st.integers(1, 2 * MARGIN))
@settings(max_examples=30, deadline=None)
def test_every_byte_belongs_to_exactly_one_chunk(size: int, step: int) -> None:
    data = random.Random(size).randbytes(size)
    at = 0
    for chunk in chunks(io.BytesIO(data), "utf-8", step):
        assert data[chunk.base : chunk.base + len(chunk.data)] == chunk.data
        assert chunk.base + chunk.low == at
        at = chunk.base + chunk.high
    assert at == size


class _Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 777))


def test_a_slow_pipe_gives_the_same_chunks() -> None:
    data = random.Random(1).randbytes(3 * MARGIN)
    fast = list(chunks(io.BytesIO(data), "utf-8", 50_000))
    assert list(chunks(_Trickle(data), "utf-8", 50_000)) == fast  # type: ignore[arg-type]
