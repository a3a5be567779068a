"""Rocket.Chat: a dump of its database, in BSON."""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING, Any

from leakhunt.chat import times
from leakhunt.chat.base import Beside, Export, Format, Message, Piece
from leakhunt.chat.rocketchat import SKIP
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.base import Marks

LARGEST = 17 * 1024 * 1024
"""Bytes of one document; MongoDB allows 16 MiB."""
DEPTH = 100
_FIXED = {0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8,
          0x13: 16, 0x7F: 0, 0xFF: 0}  # fmt: skip


class BrokenError(ValueError):
    """A document is not as it should be."""


class _Document:
    """Reads one document: its strings with their places, and the few values that are asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.strings: list[tuple[str, int, int]] = []
        self.values: dict[str, Any] = {}

    def read(self, at: int, path: str = "", depth: int = 0) -> int:
        """Read a document at an offset and return where it ends."""
        data = self._data
        size: int = struct.unpack_from("<i", data, at)[0]
        end = at + size
        if size < 5 or end > len(data) or depth > DEPTH:
            raise BrokenError
        at += 4
        while at < end - 1:
            kind = data[at]
            stop = data.index(0, at + 1)
            name = f"{path}/{data[at + 1 : stop].decode('utf-8', 'replace')}"
            at = self._value(kind, stop + 1, name, depth)
        return end

    def _value(self, kind: int, at: int, name: str, depth: int) -> int:
        data = self._data
        if kind in (0x02, 0x0D, 0x0E):
            size: int = struct.unpack_from("<i", data, at)[0]
            if size < 1 or at + 4 + size > len(data):
                raise BrokenError
            self.strings.append((name, at + 4, at + 3 + size))
            return at + 4 + size
        if kind in (0x03, 0x04):
            return self.read(at, name, depth + 1)
        if kind == 0x05:
            size = struct.unpack_from("<i", data, at)[0]
            if size < 0:
                raise BrokenError
            return at + 5 + size
        if kind in (0x09, 0x12):
            (self.values[name],) = struct.unpack_from("<q", data, at)
        if kind not in _FIXED:
            raise BrokenError
        return at + _FIXED[kind]


def _marks(data: bytes) -> tuple[str, Marks]:
    text = data.decode("utf-8", "replace")
    if len(text) == len(data):
        return text, ()
    marks = [(0, 0)]
    at = 0
    for number, letter in enumerate(text):
        at += len(letter.encode())
        if not letter.isascii():
            marks.append((number + 1, at))
    return text, tuple(marks)


def read(export: Export) -> Iterator[Message]:
    """Yield the messages of a dump; the text is one letter for each byte."""
    text = export.text
    at = 0
    while True:
        window = text.window
        left = len(window.text) - at
        size = 0
        if left >= 4:
            (size,) = struct.unpack("<i", window.text[at : at + 4].encode("latin-1"))
            if not 5 <= size <= LARGEST:
                export.wrong.append("it is damaged")
                return
        if left < max(size, 4):
            if not text.more(at, size):
                if left:
                    export.wrong.append("it is cut off")
                return
            at = 0
            continue
        data = window.text[at : at + size].encode("latin-1")
        document = _Document(data)
        try:
            document.read(0)
        except (BrokenError, struct.error, IndexError, ValueError):
            export.wrong.append("it is damaged")
        strings = {name: data[low:high] for name, low, high in document.strings}
        pieces = []
        for name, low, high in document.strings:
            if name[1:].partition("/")[0] not in SKIP:
                said, marks = _marks(data[low:high])
                pieces.append(Piece(said, name, at + low, marks))
        tell = functools.partial(mention, export.beside, strings, document.values)
        yield Message(window, at, at + size, pieces, tell)
        at += size


def mention(beside: Beside, strings: dict[str, bytes], values: dict[str, Any]) -> Mention:
    """Say who wrote a message, when and where."""

    def value(name: str) -> str | None:
        return strings.get(name, b"").decode("utf-8", "replace") or None

    rooms = beside.memo("rocketchat", lambda: _rooms(beside.read("rocketchat_room.bson") or b""))
    room = value("/rid")
    stamp = values.get("/ts")
    name = rooms.get(room or "")
    return Mention(
        format="rocketchat",
        channel=f"#{name}" if name else room,
        thread=value("/tmid"),
        author=value("/u/username"),
        time=times.of_seconds(stamp, 1000) or None if stamp is not None else None,
        stamp=None if stamp is None else str(stamp),
        message=value("/_id"),
    )


def _rooms(data: bytes) -> dict[str, str]:
    """Return the names of rooms by their ids."""
    rooms = {}
    at = 0
    while at + 5 <= len(data):
        document = _Document(data[at : at + LARGEST])
        try:
            at += document.read(0)
        except (BrokenError, struct.error, IndexError, ValueError):
            break
        found = {
            name: document._data[low:high].decode("utf-8", "replace")
            for name, low, high in document.strings
        }
        if found.get("/name") or found.get("/fname"):
            rooms[found.get("/_id", "")] = found.get("/fname") or found["/name"]
    return rooms


def claims(head: str, path: str) -> bool:
    """Say whether it is a dump of messages."""
    return path.removesuffix(".gz").endswith("rocketchat_message.bson") and "\x00" in head


BSON = Format("rocketchat", claims, read)
