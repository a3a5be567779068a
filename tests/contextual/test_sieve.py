"""What the sieve leaves out of a line would have found nothing in it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import variants
from leakhunt import cache
from leakhunt.contextual import arrays, hints, logged, sieve
from leakhunt.contextual.shapes import shapes
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.versions import reach_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.model import Signature


@functools.cache
def sifting() -> sieve.Sieve:
    made = sieve.Sieve()
    made._database = sieve._made()
    return made


@functools.cache
def lines() -> tuple[bytes, ...]:
    texts = [case.text for case in variants.corpus()]
    return tuple(dict.fromkeys(line.encode() for text in texts for line in text.split("\n")))


def check(line: bytes) -> None:
    sifted = sifting().sifted(line)
    assert sifted is not None
    assert shapes(line, sifted=sifted) == shapes(line)
    inside = len(line) // 3, 2 * len(line) // 3
    assert shapes(line, *inside, sifted) == shapes(line, *inside)
    assert hints.halves(line, sifted.halves) == hints.halves(line)
    assert sieve.ARRAYS in sifted.ways or not arrays.may_open(line)
    assert sieve.LOGGED in sifted.ways or not logged._CALL.search(line)


def test_lines_of_the_corpus_say_the_same() -> None:
    assert len(lines()) > 5000
    for line in lines():
        check(line)


@given(data=st.data())
def test_lines_that_were_changed_say_the_same(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(lines()))
    other = data.draw(st.sampled_from(lines()))
    at = data.draw(st.integers(0, len(line)))
    to = data.draw(st.integers(at, len(line)))
    put = data.draw(
        st.sampled_from(
            [b"", b" ", b'"', b"'", b"=", b": ", b"(", b")", b"\r", b"\\", b"Ab9", other]
        )
    )
    changed = line[:at] + put + line[to:]
    check(data.draw(st.sampled_from([changed, changed.upper(), changed.swapcase()])))


@pytest.mark.parametrize(
    ("line", "way"),
    [
        (b"    login(user, 'x')", sieve.CALLS),
        (b"insert into t (a) values ('b')", sieve.INSERTS),
        (b"user, password = 'a', 'b'", sieve.LISTS),
        (b"the password is: x", sieve.TOLD),
        (b"  requirepass foobared", sieve.DIRECTIVE),
        (b"Authorization: Bearer abc", sieve.HEADER),
        (b'logger.info("token %s", token)', sieve.LOGGED),
    ],
)
def test_each_way_is_seen(line: bytes, way: int) -> None:
    sifted = sifting().sifted(line)
    assert sifted is not None
    assert way in sifted.ways


UNQUOTED = sieve.HALVES + hints.LEAST.index(rb"^[^\"'`]*$")
SAID = sieve.Sifted(frozenset({UNQUOTED}), [])
"""Of a line that says nothing."""


def told(count: int) -> list[sieve.Sifted | None]:
    made = sieve.Sieve()
    return [made.sifted(b"nothing") for _ in range(count)]


def test_of_the_first_lines_nothing_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path))
    first = told(sieve.MANY + 1)
    assert first == [None] * sieve.MANY + [SAID]
    second = told(sieve.EARLY + 1)  # it lies in the cache by now
    assert second == [None] * sieve.EARLY + [SAID]


def test_a_database_of_another_build_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path))
    cache.write(sieve._name(), b"no database")
    assert told(sieve.MANY + 1)[sieve.EARLY :] == [None] * (sieve.MANY - sieve.EARLY) + [SAID]
    assert sieve._kept() is not None


def test_gates_see_so_little_that_history_scans_only_what_changed(
    builtin: Sequence[Signature],
) -> None:
    engine = Engine(Settings(builtin))
    far = [said for said in engine._prefilter.gates.expressions if reach_of([said]) is None]
    assert not far, "they have no bound, or a wide one: every version would be scanned whole"
    assert engine.sight is not None
