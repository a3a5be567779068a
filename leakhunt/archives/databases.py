"""SQLite: every row of every table as a text with a line for each column."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from leakhunt import lazy
from leakhunt.archives.base import (
    ERRORS,
    Budget,
    Member,
    Trouble,
    reason,
)
from leakhunt.archives.journals import LARGEST, mode_changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STEPS = 1_000_000
"""Instructions of the database between two looks at how many there were."""
_MOST = 5_000
"""So many looks for one table; a table of ten million rows takes fewer."""

_NAMING = lazy.pattern(
    r"(?i)(?:\w*_)?(?:key|name|setting|option|param(?:eter)?|property|variable|k)"
)
_VALUED = lazy.pattern(r"(?i)(?:\w*_)?(?:value|val|v)")
_KNOWN = {"name", "key", "variable"}
"""Columns that are understood beside one called `value`."""
_CALLED = lazy.pattern(rb"[A-Za-z_][\w.:/-]{1,79}")
"""The name of a setting."""

_COMPUTED = 1024 * 1024
"""Bytes that a cell may always have."""
_LONGEST = 1_000_000_000
"""Bytes that no database allows more of."""


def tables(file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the rows of a database, and what is packed in its cells.

    What lies beside it is neither read nor changed.

    Args:
        file: positioned at its start.
        budget: what may be read.
    """
    try:
        with _opened(file, budget) as database:
            for name in list(_names(database)):
                yield from _rows(database, name, budget)
    except _TooLargeError:
        said = f"it is a database of more than {LARGEST:,} bytes in a container: unpack it"
        yield Trouble("", said, "limit")
    except ERRORS as error:
        yield Trouble("", reason(error), gap=False)


def columns(
    file: BinaryIO, budget: Budget, wanted: Mapping[str, str], most: int
) -> dict[str, list[bytes]]:
    """Return a column of each of some tables, as far as they are there and can be read.

    Args:
        file: positioned at its start.
        budget: what may be read.
        wanted: the names of tables, each with that of a column.
        most: bytes that are returned altogether.
    """
    found: dict[str, list[bytes]] = {}
    with contextlib.suppress(*ERRORS), _opened(file, budget) as database:
        for table in _names(database):
            if table not in wanted:
                continue
            _limited(database)
            cells = found.setdefault(table, [])
            for (cell,) in database.execute(f'SELECT "{wanted[table]}" FROM "{table}"'):  # noqa: S608 (our own names)
                if isinstance(cell, bytes) and len(cell) <= most:
                    most -= len(cell)
                    cells.append(cell)
    return found


class _TooLargeError(OSError):
    """A database that lies in no file and is too large to be held."""


@contextlib.contextmanager
def _opened(file: BinaryIO, budget: Budget) -> Iterator[sqlite3.Connection]:
    """Open a database to be read, where it lies: no copy of it is written.

    SQLite opens a file itself, and is told that nobody changes it, so that it makes no lock and
    nothing beside it. What comes out of a container is read into memory.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    path = _path(file)
    if path is None and size > LARGEST:
        raise _TooLargeError
    uri = f"{path.as_uri()}?mode=ro&immutable=1" if path else ":memory:"
    with contextlib.closing(sqlite3.connect(uri, uri=path is not None)) as database:
        if path is None:
            budget.spend(size)
            database.deserialize(mode_changed(file.read()))
        database.text_factory = bytes
        # A column may be computed; what is stored is no longer than the file, if in UTF-8.
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(2 * size + _COMPUTED, _LONGEST))
        database.execute("PRAGMA trusted_schema = OFF")
        yield database


def _path(file: BinaryIO) -> Path | None:
    """Return where a file lies that has a name, or None."""
    name = getattr(file, "name", None)
    if not isinstance(name, str):
        return None
    path = Path(name).absolute()
    with contextlib.suppress(OSError):
        if os.path.samestat(path.stat(), os.fstat(file.fileno())):
            return path
    return None


def _names(database: sqlite3.Connection) -> Iterator[str]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
    for name, sql in database.execute(query):
        # The content of a virtual table lies in others.
        if not bytes(sql or b"").lstrip().upper().startswith(b"CREATE VIRTUAL"):
            yield bytes(name).decode("utf-8", "replace")


def _rows(database: sqlite3.Connection, table: str, budget: Budget) -> Iterator[Member | Trouble]:
    looks = _limited(database)
    quoted = '"' + table.replace('"', '""') + '"'
    try:
        try:
            cursor = database.execute(f"SELECT rowid, * FROM {quoted}")  # noqa: S608 (quoted)
            first = 1
        except sqlite3.OperationalError:
            cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 (quoted)
            first = 0
        names = [str(column[0]) for column in cursor.description][first:]
        named = _named(names)
        for number, row in enumerate(cursor, 1):
            key = row[0] if first else number
            cells = row[first:]
            said = _said(names, cells, named) if named else names
            yield from _row(f"{table}/{key}", table, said, cells, key, budget)
    except (*ERRORS, MemoryError) as error:
        yield Trouble(table, "it took too long" if len(looks) > _MOST else reason(error))


def _named(names: list[str]) -> tuple[int, int] | None:
    """Return the columns of a table of settings: that of their names, and that of their values."""
    values = [at for at, name in enumerate(names) if _VALUED.fullmatch(name)]
    if len(values) != 1:
        return None
    value = values[0]
    keys = [at for at, name in enumerate(names[:value]) if _NAMING.fullmatch(name)]
    if not keys or (names[value].lower() == "value" and names[keys[-1]].lower() in _KNOWN):
        return None
    return keys[-1], value


def _said(names: list[str], row: tuple[object, ...], named: tuple[int, int]) -> list[str]:
    """Return what to call the cells of a row: the value of a setting as the setting is called."""
    key, value = named
    called = row[key]
    if not isinstance(called, bytes) or not _CALLED.fullmatch(called):
        return names
    return [*names[:value], called.decode(), *names[value + 1 :]]


def _limited(database: sqlite3.Connection) -> list[None]:
    """Give a database some more time; what is returned has more than `_MOST` when it is over."""
    looks: list[None] = []

    def look() -> bool:
        looks.append(None)
        return len(looks) > _MOST

    database.set_progress_handler(look, _STEPS)
    return looks


def _row(
    where: str, table: str, names: list[str], row: tuple[object, ...], key: object, budget: Budget
) -> Iterator[Member]:
    lines = []
    for name, value in zip(names, row, strict=False):
        if not isinstance(value, bytes):
            continue
        budget.spend(len(value))
        if b"\0" not in value[:512]:
            lines.append(f"{name}: ".encode("utf-8", "replace") + value)
        elif budget.worth(value):
            yield Member(f"{table}/{name}/{key}", value, len(value))
    text = b"\n".join(lines)
    if text:
        yield Member(where, text, len(text))
