"""What is found before anything is compiled is what is found with all of it."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.contextual.gates import BEFORE
from leakhunt.engine import beside, cold, pool
from leakhunt.engine.prefilter import Prefilter
from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Match, Signature
from leakhunt.signatures import builtin_folder, load, read, signature_files

FIXTURES = sorted((Path(__file__).parent.parent / "corpus").glob("*.txt"))
_LONGER = "mentioned in passing, and with so many words that all of them make the line a long one "


@functools.cache
def _signatures() -> tuple[Signature, ...]:
    return load(read(signature_files([builtin_folder()])))


@functools.cache
def _examples() -> tuple[str, ...]:
    texts = (text for s in _signatures() for text in (*s.examples, *s.counterexamples))
    return tuple(text for text in texts if len(text) < 2000)


@functools.cache
def _all() -> Engine:
    return Engine(Settings(_signatures()))


@functools.cache
def _made_once() -> Engine:
    return Engine(Settings(_signatures(), use_cache=False, brief=True))


def _cold() -> Engine:
    """Return an engine with all its patience; what it compiled is only compiled once."""
    engine = _made_once()
    stand_in = engine._prefilter._cold
    assert stand_in is not None
    stand_in._exactly.clear()
    stand_in._left, stand_in._lines._tries = pool.BRIEF, cold.TRIES
    return engine


def _found(engine: Engine, text: bytes) -> list[Match]:
    scan = engine.scan(Blob("path:app/a.py", len(text), "file", "app/a.py"), text)
    assert not scan.problems
    return scan.matches


@functools.cache
def _named() -> frozenset[int]:
    """Return the gates of secrets by their names."""
    opens = enumerate(_all()._prefilter.gates.opens)
    return frozenset(n for n, those in opens if those and _signatures()[those[0]].context)


def _seen(prefilter: Prefilter, text: bytes) -> set[tuple[int, int]]:
    """Return the hits; of gates of names in a short line only that there is one."""
    named = _named()
    hits = set()
    for number, end in prefilter.scan(text):
        start = text.rfind(b"\n", 0, end) + 1
        stop = text.find(b"\n", end) if text.find(b"\n", end) >= 0 else len(text)
        short = number in named and stop - start <= BEFORE
        hits.add((-1, start) if short else (number, end))
    return hits


def test_all_examples_open_the_same_gates() -> None:
    for example in _examples():
        text = f"# first\n{example}\nlast".encode()
        assert _seen(_cold()._prefilter, text) == _seen(_all()._prefilter, text)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures_hold_the_same(path: Path) -> None:
    text = path.read_bytes()
    assert _found(_cold(), text) == _found(_all(), text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(range(len(_examples()))),
            st.sampled_from(["", "  ", "\t# ", _LONGER, _LONGER * 3, _LONGER * 30]),
            st.sampled_from(["", "\r", " ; rest", " " + _LONGER, " " + _LONGER * 6]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_the_lines_the_same_is_found(lines: list[tuple[int, str, str]]) -> None:
    text = "\n".join(f"{pre}{_examples()[n]}{post}" for n, pre, post in lines).encode()
    assert _found(_cold(), text) == _found(_all(), text)


def test_what_hyperscan_approximates_is_left_to_it() -> None:
    stand_in = _cold()._prefilter._cold
    assert stand_in is not None
    around = [
        number
        for number, expression in stand_in._lines._expressions.items()
        if re.search(r"\(\?(?:<?[=!]|>)", expression)
    ]
    assert around == []
    text = b"login.php asks, log in.or: 'anna.lee' / 'tulip-4711'\n"
    assert _seen(_cold()._prefilter, text) == _seen(_all()._prefilter, text)


def test_bytes_that_are_no_ascii_are_classed_alike() -> None:
    for byte in range(1, 256):
        text = b"db_password%c = %c'hunter2-4711'%c;" % (byte, byte, byte)
        assert _seen(_cold()._prefilter, text) == _seen(_all()._prefilter, text)


def _made(folder: Path) -> list[str]:
    return sorted(file.name.partition("-")[0] for file in folder.iterdir())


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("LEAKHUNT_CACHE", str(place))
    monkeypatch.setattr(beside, "_later", None)
    return place


@pytest.fixture
def some(builtin: tuple[Signature, ...]) -> tuple[Signature, ...]:
    return tuple(s for n, s in enumerate(builtin) if n % 40 == 0 or s.context)


def _few(some: tuple[Signature, ...]) -> Engine:
    return Engine(Settings(some, brief=True))


@pytest.mark.parametrize("why", ["bytes", "tries", "line", "gates", "asked"])
def test_where_it_would_take_too_long_all_is_compiled(
    folder: Path, some: tuple[Signature, ...], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(cold, "BRIEF", 10 if why == "bytes" else pool.BRIEF)
    monkeypatch.setattr(cold, "TRIES", 2 if why == "tries" else cold.TRIES)
    monkeypatch.setattr(cold, "FEW", 0 if why == "gates" else cold.FEW)
    text = b"def f():\n    db_password = 'hunter2-4711-ox'\n"
    longer = {"line": cold.LONG, "gates": BEFORE}.get(why, 0)
    text += b"# " + b"x" * longer + b" db_password = 'hunter3-4711-ox'\n"
    engine = _few(some)
    if why == "asked":
        engine.complete()
    found = _found(engine, text)
    assert found
    assert _made(folder) == ["gates"]
    beside.leave()  # nothing is left to do
    assert _made(folder) == ["gates"]
    assert found == _found(_few(some), text)


def test_what_outlives_a_run_is_compiled_in_the_next(
    folder: Path, some: tuple[Signature, ...]
) -> None:
    _few(some)
    beside.leave()
    assert _made(folder) == ["later", "lock"]
    _few(some)
    assert _made(folder) == ["gates", "later", "lock"]


def test_without_a_cache_nothing_is_left_for_later(
    folder: Path, some: tuple[Signature, ...]
) -> None:
    Engine(Settings(some, use_cache=False, brief=True))
    beside.leave()
    assert not folder.exists()
