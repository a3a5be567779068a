"""A private SQLite file whose rows prove themselves.

It only saves time. So whatever is wrong with it, nothing is raised: what is damaged is thrown away
and made anew, and what is not ours, not private or not to be had is left alone, with a notice.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import stat
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from leakhunt import cache
from leakhunt.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_T = TypeVar("_T")

_MAGIC = b"SQLite format 3\0"
_APPLICATION = 0x6C6B6874
"""`lkht`: how SQLite tells whose file it is."""
VERSION = 1
"""Of the table and of everything in it."""
_HEADER = 100
_VERSION_AT, _APPLICATION_AT = 60, 68
_PATIENCE = 0.5
"""Seconds to wait for another process."""
_LIMIT = 512 * 1024 * 1024
"""Bytes of all values; the longest unused go first."""
_KEPT_SETS = 4
"""Sets of signatures that are kept for one repository."""
_DAY = 86_400
_OLDEST = 180 * _DAY
"""Seconds after which a row that was not used is dropped."""
_TABLE = """
CREATE TABLE memo (repository BLOB, family BLOB, name TEXT, value BLOB, digest BLOB, used INTEGER,
PRIMARY KEY (family, name))
"""
_DAMAGED = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_INTERNAL,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_NOTADB,
}
"""Codes that say that the file is not as it was written."""
_REASONS = {
    sqlite3.SQLITE_BUSY: "another process has locked it",
    sqlite3.SQLITE_LOCKED: "another process has locked it",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
}


class _DamagedError(Exception):
    """The file is ours, and not as it was written."""


class _UnusableError(Exception):
    """The file is not ours, or not to be had; the text says why."""


class Database:
    """Rows by family and name.

    Args:
        path: the file; made where there is none.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path).absolute()
        self.problems: list[Problem] = []
        """Why it is not used, if it is not."""
        self._off = False

    def rows(self, family: bytes) -> dict[str, bytes]:
        """Return the rows of a family; none where something is wrong."""

        def select(connection: sqlite3.Connection) -> dict[str, bytes]:
            found = {}
            rows = connection.execute(
                "SELECT name, value, digest FROM memo WHERE family = ?", (family,)
            )
            for name, value, digest in rows:
                if not isinstance(name, str) or not isinstance(value, bytes):
                    raise _DamagedError
                if digest != _digest(family, name, value):
                    raise _DamagedError
                found[name] = value
            return found

        return self._run(select) or {}

    def row(self, family: bytes, name: str) -> bytes | None:
        """Return one row, or None where there is none or something is wrong."""

        def select(connection: sqlite3.Connection) -> bytes | None:
            query = "SELECT value, digest FROM memo WHERE family = ? AND name = ?"
            for value, digest in connection.execute(query, (family, name)):
                if not isinstance(value, bytes) or digest != _digest(family, name, value):
                    raise _DamagedError
                return value
            return None

        return self._run(select)

    def has(self, family: bytes) -> bool:
        """Say whether there is a row of a family."""

        def select(connection: sqlite3.Connection) -> bool:
            found = connection.execute("SELECT 1 FROM memo WHERE family = ? LIMIT 1", (family,))
            return found.fetchone() is not None

        return bool(self._run(select))

    def write(
        self,
        repository: bytes,
        family: bytes,
        rows: Mapping[str, bytes],
        dropped: Iterable[str] = (),
        *,
        newest: int = 0,
    ) -> None:
        """Write and drop rows, all or none, and drop what has grown old.

        Args:
            repository: what the family is about.
            family: of all the rows.
            rows: new or changed, by name.
            dropped: names of rows that are not needed any more.
            newest: keep only so many rows of the family; 0 keeps all.
        """
        now = int(time.time())
        written = [(repository, family, n, v, _digest(family, n, v), now) for n, v in rows.items()]
        gone = [(family, name) for name in dropped]

        def change(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("DELETE FROM memo WHERE family = ? AND name = ?", gone)
            connection.executemany(
                "INSERT OR REPLACE INTO memo (repository, family, name, value, digest, used) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                written,
            )
            connection.execute("UPDATE memo SET used = ? WHERE family = ?", (now, family))
            if newest:
                connection.execute(
                    "DELETE FROM memo WHERE family = ? AND rowid NOT IN "
                    "(SELECT rowid FROM memo WHERE family = ? ORDER BY rowid DESC LIMIT ?)",
                    (family, family, newest),
                )
            _prune(connection, repository, now)
            connection.execute("COMMIT")
            connection.execute("PRAGMA incremental_vacuum").fetchall()

        self._run(change)

    def touch(self, family: bytes) -> None:
        """Note that a family was used, if that is not known of the last day."""
        now = int(time.time())

        def change(connection: sqlite3.Connection) -> None:
            query = "SELECT max(used) FROM memo WHERE family = ?"
            (last,) = connection.execute(query, (family,)).fetchone()
            if not isinstance(last, int) or not now - _DAY < last <= now:
                connection.execute("UPDATE memo SET used = ? WHERE family = ?", (now, family))

        self._run(change)

    def bypass(self, reason: str) -> None:
        """Do not use it any more, and say why once."""
        if not self._off:
            message = f"the store is not used: {reason}"
            self.problems.append(Problem("store", str(self.path), message, gap=False))
        self._off = True

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Do something with the file; where it is damaged, once more with a new one."""
        for attempt in range(2):
            if self._off:
                break
            try:
                with contextlib.closing(self._open()) as connection:
                    return work(connection)
            except _UnusableError as error:
                self.bypass(str(error))
            except (_DamagedError, UnicodeDecodeError):  # SQLite quotes what it cannot read
                self._again(attempt)
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
                if code & 0xFF in _DAMAGED or code == sqlite3.SQLITE_IOERR_SHORT_READ:
                    self._again(attempt)
                else:
                    self.bypass(_REASONS.get(code & 0xFF, "it cannot be read or written"))
            except OSError as error:
                self.bypass(error.strerror or type(error).__name__)
        return None

    def _again(self, attempt: int) -> None:
        if attempt:
            self.bypass("it is damaged, and so is a new one")
            return
        try:
            self._discard()
        except OSError as error:
            self.bypass(f"it is damaged and cannot be removed: {error.strerror}")

    def _discard(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not cache.private(folder.stat()):
            raise _UnusableError("others may write into its folder")
        if not self._ours():
            self._create()
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            # It may be lost with the power: then it is damaged, and that is noticed.
            connection.execute("PRAGMA synchronous = OFF")
        except BaseException:
            connection.close()
            raise
        return connection

    def _ours(self) -> bool:
        """Whether there is a store of this version; what is damaged or old is removed.

        Raises:
            _UnusableError: there is something that is not ours to remove.
        """
        try:
            status = os.lstat(self.path)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(status.st_mode):
            raise _UnusableError("it is a link or no file")
        if not cache.private(status):
            raise _UnusableError("others may write it")
        with self.path.open("rb") as file:
            head = file.read(_HEADER)
        if head:
            if head[: len(_MAGIC)] != _MAGIC or _number(head, _APPLICATION_AT) != _APPLICATION:
                raise _UnusableError("it is another program's file; remove it or name another")
            if _number(head, _VERSION_AT) == VERSION:
                if stat.S_IMODE(status.st_mode) & 0o077:
                    self.path.chmod(0o600)
                return True
        self._discard()
        return False

    def _create(self) -> None:
        """Make an empty store beside the place, and put it there in one step."""
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".new-")
        os.close(descriptor)
        try:
            with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as made:
                made.execute("PRAGMA auto_vacuum = INCREMENTAL")
                made.execute(f"PRAGMA application_id = {_APPLICATION}")
                made.execute(f"PRAGMA user_version = {VERSION}")
                made.execute(_TABLE)
                made.execute("PRAGMA journal_mode = WAL")
            # A log that lies there may already be that of another process, which was faster. If a
            # removed store left it, SQLite restores rows of that: true ones, or they are noticed.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self.path)
        finally:
            Path(temporary).unlink(missing_ok=True)


def _number(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "big")


def _digest(family: bytes, name: str, value: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=16, person=b"leakhunt-store")
    for part in (family, name.encode("utf-8", "surrogatepass"), value):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _prune(connection: sqlite3.Connection, repository: bytes, now: int) -> None:
    """Drop what is old, what is too much, and old sets of signatures of a repository."""
    connection.execute("DELETE FROM memo WHERE used < ? OR used > ?", (now - _OLDEST, now + _DAY))
    connection.execute(
        "DELETE FROM memo WHERE repository = ? AND family NOT IN (SELECT family FROM memo WHERE "
        "repository = ? GROUP BY family ORDER BY max(used) DESC, max(rowid) DESC LIMIT ?)",
        (repository, repository, _KEPT_SETS),
    )
    total = 0
    query = "SELECT rowid, length(value) FROM memo ORDER BY used DESC, rowid DESC"
    for rowid, size in connection.execute(query).fetchall():
        total += size
        if total > _LIMIT:
            connection.execute("DELETE FROM memo WHERE rowid = ?", (rowid,))
