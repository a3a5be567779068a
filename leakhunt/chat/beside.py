"""What lies beside a file of an export: on disk, or in the same archive."""

from __future__ import annotations

import contextlib
import posixpath
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt.archives.base import Trouble
from leakhunt.chat.base import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.archives.base import Opener

LARGEST = 64 * 1024 * 1024
"""Bytes of a list of people or channels; a larger one is not read."""
_INDEX = words(
    "users.json org_users.json channels.json groups.json mpims.json dms.json index.json "
    "channel.json usersList.json teamsList.json group_info.json realm.json info.txt "
    "rocketchat_room.bson canvases.json lists.json file_conversations.json integration_logs.json "
    "team_info.json"
)
_TABLES = {"S_USER": "users.json", "CHANNEL": "channels.json", "WORKSPACE": "team_info.json"}
"""The tables of slackdump's database, and the files in which Slack says the same."""
_memos: dict[str, Any] = {}
_MEMOS = 64


class OnDisk:
    """The folder of a file.

    Args:
        path: of the file.
    """

    def __init__(self, path: str) -> None:
        self._folder = Path(path).parent

    def read(self, path: str) -> bytes | None:
        """Return a file near by, or None."""
        other = self._folder / path
        with contextlib.suppress(OSError, ValueError):
            status = other.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST:
                return other.read_bytes()
        return None

    def memo(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what was made for this folder, or make it."""
        return _remembered(f"{self._folder.absolute()}\0{key}", make)


def _remembered(key: str, make: Callable[[], Any]) -> Any:
    if key not in _memos:
        if len(_memos) >= _MEMOS:
            _memos.clear()
        _memos[key] = make()
    return _memos[key]


def _plain(name: str) -> str:
    """Return the name of a member as `tar` writes it of a folder with and without `./`."""
    return "!".join(posixpath.normpath(part) for part in name.split("!"))


class Archive:
    """What an archive says of people and channels, read when it is first asked for.

    Args:
        found: which container it is.
        content: its bytes, or how to open it.
        size: how many.
    """

    def __init__(self, found: str, content: bytes | Opener, size: int) -> None:
        self._found = found
        self._content = content
        self._size = size
        self._files: dict[str, bytes] | None = None
        self._memos: dict[str, Any] = {}

    def at(self, member: str) -> InArchive:
        """Return what lies beside a member."""
        return InArchive(self, member)

    def file(self, name: str) -> bytes | None:
        """Return a member by its whole name."""
        if self._files is None:
            self._files = self._indices()
        return self._files.get(name)

    def memo(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what was made for a key, or make it."""
        if key not in self._memos:
            if len(self._memos) >= _MEMOS:
                self._memos.clear()
            self._memos[key] = make()
        return self._memos[key]

    def _indices(self) -> dict[str, bytes]:
        from leakhunt.archives.opening import inside

        files: dict[str, bytes] = {}
        left = LARGEST
        if self._found == "sqlite":
            return self._tables()
        found = inside(
            self._found, self._content, self._size, lambda head: b"\0" not in head, named=_is_index
        )
        for inner in found:
            if isinstance(inner, Trouble) or not isinstance(inner.content, bytes):
                continue
            if _is_index(inner.name) and len(inner.content) <= left:
                files[_plain(inner.name)] = inner.content
                left -= len(inner.content)
        return files

    def _tables(self) -> dict[str, bytes]:
        """Return slackdump's tables of people and channels as the files of an export."""
        from leakhunt.archives.base import Budget, file_of
        from leakhunt.archives.databases import columns

        budget = Budget(self._size, lambda head: True, 0)
        with file_of(self._content, budget) as file:
            found = columns(file, budget, dict.fromkeys(_TABLES, "DATA"), LARGEST)
        return {_TABLES[table]: b"[" + b",".join(cells) + b"]" for table, cells in found.items()}


def _is_index(name: str) -> bool:
    last = name.replace("!", "/").rpartition("/")[2]
    return last in _INDEX or last.startswith("channels_")


class InArchive:
    """The folder of a member.

    Args:
        archive: what it lies in.
        member: its name in there.
    """

    def __init__(self, archive: Archive, member: str) -> None:
        self._archive = archive
        outer, mark, name = member.rpartition("!")
        self._prefix = outer + mark
        self._folder = posixpath.dirname(name)

    def read(self, path: str) -> bytes | None:
        """Return a member near by, or None."""
        name = posixpath.normpath(posixpath.join(self._folder, path))
        return None if name.startswith("../") else self._archive.file(_plain(self._prefix + name))

    def memo(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what was made for this archive under a key, or make it."""
        return self._archive.memo(f"{self._prefix}\0{key}", make)
