"""Databases are read where they lie, with their write-ahead log, and no copy of them is written."""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest

from leakhunt.archives import databases, journals
from leakhunt.archives.base import Budget, Member, Trouble
from leakhunt.archives.journals import merged
from tests import tokens
from tests.run import report

FIRST, SECOND, THIRD = (tokens.github(at) for at in (1, 2, 3))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A database of a program that runs: a row in its file, one in its log, one not committed."""
    live = tmp_path / "live"
    live.mkdir()
    database = sqlite3.connect(live / "a.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE t (said TEXT)")
    database.execute("INSERT INTO t VALUES (?)", (f"one {FIRST}",))
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("INSERT INTO t VALUES (?)", (f"two {'- ' * 4000}{SECOND}",))
    database.commit()
    database.execute("PRAGMA cache_spill = ON")
    database.execute("INSERT INTO t VALUES (?)", (f"three {THIRD}",))
    folder = tmp_path / "copied"
    folder.mkdir()
    for name in ("a.db", "a.db-wal"):
        shutil.copy(live / name, folder / name)
    database.close()
    return folder


def rows(file: Any) -> list[bytes]:
    found = databases.tables(file, Budget(1000, lambda head: True))
    return [one.content for one in found if isinstance(one, Member)]  # type: ignore[misc]


def test_what_was_committed_to_the_log_is_read(copied: Path) -> None:
    before = sorted(path.name for path in copied.iterdir())
    found = report("scan", "a.db", "--reveal", cwd=copied).json
    assert {one["secret"] for one in found["findings"]} == {FIRST, SECOND}
    assert found["problems"] == []
    assert sorted(path.name for path in copied.iterdir()) == before


def test_a_log_that_cannot_be_read_is_told(copied: Path) -> None:
    (copied / "a.db-wal").write_bytes(b"nonsense" * 10)
    result = report("scan", "a.db", cwd=copied)
    (problem,) = result.json["problems"]
    assert "a.db-wal" in problem["message"]
    assert result.code == 2
    assert len(result.json["findings"]) == 1


def test_a_log_of_nothing_changes_nothing(copied: Path) -> None:
    data = (copied / "a.db").read_bytes()
    log = (copied / "a.db-wal").read_bytes()
    assert merged(data, b"") == data
    assert merged(data, log[:32]) == data
    assert merged(data, log[:100]) == data


@pytest.mark.parametrize("at", [8, 32, 36, 40])
def test_a_log_that_lies_is_refused_or_bounded(at: int, copied: Path) -> None:
    data = (copied / "a.db").read_bytes()
    log = bytearray((copied / "a.db-wal").read_bytes())
    log[at : at + 4] = b"\x7f\xff\xff\xff"
    with contextlib.suppress(journals.UnreadableLogError):
        assert len(merged(data, bytes(log))) <= journals.LARGEST


def test_a_file_is_opened_where_it_lies(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied / "a.db-wal").unlink()
    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.delattr(tempfile, name)
    with io.FileIO(str(copied / "a.db")) as file:
        (row,) = rows(file)
    assert row == f"said: one {FIRST}".encode()
    assert rows(io.BytesIO((copied / "a.db").read_bytes())) == [row]
    assert [path.name for path in copied.iterdir()] == ["a.db"]


def test_a_database_in_a_container_is_read_up_to_a_size(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "LARGEST", 1000)
    file = io.BytesIO((copied / "a.db").read_bytes())
    (trouble,) = databases.tables(file, Budget(1000, lambda head: True))
    assert isinstance(trouble, Trouble)
    assert trouble.kind == "limit"
    assert trouble.gap


@pytest.mark.parametrize(
    ("key", "value"),
    [("option_name", "option_value"), ("k", "v"), ("setting", "value"), ("name", "value")],
)
def test_a_setting_is_called_as_its_row_says(tmp_path: Path, key: str, value: str) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute(f"CREATE TABLE settings (id INTEGER, {key} TEXT, {value} TEXT)")
        connection.executemany(
            "INSERT INTO settings VALUES (1, ?, ?)",
            [
                ("site_title", "gKbpLmiC81"),
                ("smtp_password", "gKbpLmiC82"),
                ("password_reset_url", "https://shop.example/reset"),
                ("password_min_length", "12"),
                ("login_password", "Password"),
            ],
        )
        connection.commit()
    (finding,) = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == "gKbpLmiC82"
    assert finding["locations"][0]["path"] == "a.db!settings/2"
