"""The file of the store: what comes out of it is what went in, or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.store import database
from leakhunt.store.database import Database
from leakhunt.store.memory import Memory

ROWS = {"pack one": b"\1" * 9000, "loose": b"two", "empty": b""}
HERE, FAMILY = b"repository", b"family"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "folder/store.sqlite"


def test_rows_come_back(place: Path) -> None:
    Database(str(place)).write(HERE, FAMILY, ROWS)
    again = Database(str(place))
    assert again.rows(FAMILY) == ROWS
    assert again.rows(b"another") == {}
    assert again.row(FAMILY, "loose") == b"two"
    assert again.row(FAMILY, "none") is None
    again.write(HERE, FAMILY, {"loose": b"three"}, dropped=["pack one"])
    assert again.rows(FAMILY) == {"loose": b"three", "empty": b""}
    assert again.problems == []


@pytest.mark.parametrize("column", ["name", "value", "digest", "family"])
def test_a_row_that_was_changed_is_not_believed(place: Path, column: str) -> None:
    made = Database(str(place))
    made.write(HERE, FAMILY, {"one": b"1", "two": b"2"})
    with sqlite3.connect(place) as connection:
        change = f"UPDATE memo SET {column} = (SELECT {column} FROM memo WHERE name = 'two')"
        if column in {"name", "family"}:
            change = f"UPDATE memo SET {column} = substr({column}, 2)"
        connection.execute(change + " WHERE name = 'one'")
    connection.close()
    assert made.rows(FAMILY).get("one") is None
    assert made.problems == []
    made.write(HERE, FAMILY, {"one": b"1"})
    assert made.rows(FAMILY)["one"] == b"1"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("image") / "folder/store.sqlite"
    Database(str(path)).write(HERE, FAMILY, ROWS)
    return path, path.read_bytes()


@settings(max_examples=150, deadline=None)
@given(
    flips=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(1, 255)), max_size=6),
    cut=st.none() | st.integers(0, 1 << 30),
)
def test_whatever_happens_to_the_file_no_other_row_comes_out(
    image: tuple[Path, bytes], flips: list[tuple[int, int]], cut: int | None
) -> None:
    path, whole = image
    content = bytearray(whole)
    for at, change in flips:
        content[at % len(content)] ^= change
    Path(f"{path}-wal").unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content[: cut % len(content)] if cut else content)
    path.chmod(0o600)
    opened = Database(str(path))
    found = opened.rows(FAMILY)
    assert found.items() <= ROWS.items()
    opened.write(HERE, FAMILY, {"new": b"3"})
    found = opened.rows(FAMILY)
    assert found.items() <= ROWS.items() | {"new": b"3"}.items()
    assert opened.problems or found["new"] == b"3"


def test_what_grows_old_goes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Database(str(place))
    now = [1_700_000_000.0]
    monkeypatch.setattr(database.time, "time", lambda: now[0])
    made.write(b"a", b"old", {"x": b"1"})
    made.write(b"b", b"used", {"x": b"2"})
    now[0] += 100 * 86_400
    made.touch(b"used")
    now[0] += 100 * 86_400
    made.write(b"c", b"new", {"x": b"3"})
    assert [made.rows(family) for family in (b"old", b"used", b"new")] == [
        {},
        {"x": b"2"},
        {"x": b"3"},
    ]
    now[0] -= 300 * 86_400  # the clock was wrong: what it said counts for nothing
    made.write(b"c", b"newer", {"x": b"4"})
    assert made.rows(b"used") == {}


def test_its_size_is_bounded(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Database(str(place))
    monkeypatch.setattr(database, "_LIMIT", 300_000)
    for number in range(6):
        made.write(bytes([number]), bytes([number]), {"x": bytes(100_000)})
    kept = [bool(made.rows(bytes([number]))) for number in range(6)]
    assert kept == [False, False, False, True, True, True]
    assert place.stat().st_size < 450_000


def test_few_sets_of_signatures_are_kept_of_a_repository(place: Path) -> None:
    made = Database(str(place))
    made.write(b"other", b"theirs", {"x": b"1"})
    for number in range(7):
        made.write(HERE, bytes([number]), {"x": b"1"})
    kept = [number for number in range(7) if made.rows(bytes([number]))]
    assert kept == [3, 4, 5, 6]
    assert made.rows(b"theirs") == {"x": b"1"}


def test_answers_to_other_questions(place: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    memory = Memory(str(place))
    memory.of(one, None)
    assert memory.recall(b"question") is None
    memory.remember(b"question", b"answer")
    assert memory.recall(b"question") == b"answer"
    other = Memory(str(place))
    other.of(two, None)
    assert other.recall(b"question") is None
    other.of(one, None)
    assert other.recall(b"question") == b"answer"
    for number in range(30):
        memory.remember(bytes([number]), b"later")
    assert memory.recall(b"question") is None
    assert memory.recall(bytes([19])) == b"later"
    assert memory.problems == []


def test_two_write_at_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import concurrent.futures

    monkeypatch.setattr(database, "_PATIENCE", 60)

    def write(number: int) -> list[object]:
        made = Database(str(place))
        for step in range(5):
            made.write(HERE, FAMILY, {f"{number} {step}": b"x"})
        return list(made.problems)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        problems = list(pool.map(write, range(4)))
    assert problems == [[], [], [], []]
    assert len(Database(str(place)).rows(FAMILY)) == 20
