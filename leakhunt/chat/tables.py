"""Messages in CSV: of DiscordChatExporter, of Discord's data package, of Jira, of anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message, Piece
from leakhunt.chat.blocks import message
from leakhunt.chat.discord_package import channel_of
from leakhunt.chat.marks import undone
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.text import Window

LARGEST = 32 * 1024 * 1024
"""Code points of one row."""

_CELL = lazy.pattern(r'"(?P<quoted>(?:[^"]++|"")*+)"?[^",;\t\r\n]*|(?P<bare>[^\r\n]*)')
_TWICE = lazy.pattern('""')
_WHO = lazy.pattern(
    r"(?i)^(?:author|user|sender|from|username|user[ _]?name|creator|nick(?:name)?|reporter)$"
)
_WHEN = lazy.pattern(
    r"(?i)^(?:date|time|timestamp|created(?:[ _]?at)?|ts|sent|datetime|date[ _]?sent"
    r"|post creation time)$"
)
_WHAT = lazy.pattern(
    r"(?i)^(?:(?:post )?message|text|content|contents|body|comment|description"
    r"|message[ _]?(?:text|body))$"
)
_ID = lazy.pattern(r"(?i)^(?:id|message[ _]?id|post id|issue key|key)$")
_WHERE = lazy.pattern(r"(?i)^(?:channel|channel name|chat|room|conversation|thread|project name)$")
_WORKSPACE = lazy.pattern(r"(?i)^(?:workspace|team name)$")


_MILLISECONDS = lazy.pattern(r"\d{12,14}")


class Cell(NamedTuple):
    """A cell, where its content starts in the window, and whether it was quoted."""

    start: int
    end: int
    quoted: bool

    def piece(self, window: Window) -> Piece:
        """Return what it says."""
        source = window.text[self.start : self.end]
        if self.quoted and '""' in source:
            text, marks = undone(source, _TWICE, lambda _: '"')
            return Piece(text, "", self.start, marks)
        return Piece(source, "", self.start)


def rows(export: Export, comma: str) -> Iterator[tuple[Window, int, int, list[Cell]]]:
    """Yield the rows of a table: window, start, end and cells."""
    bare = re.compile(rf"[^{re.escape(comma)}\r\n]*")
    text = export.text
    at = 0
    while True:
        window = text.window
        row = _row(window.text, at, comma, bare, text.ended)
        if row is None:
            if len(window.text) - at > LARGEST:
                export.wrong.append("a row of it has no end")
                return
            if not text.more(at, len(window.text) - at) and at >= len(text.window.text):
                return
            at = 0
            continue
        end, cells = row
        if cells and end > at:
            yield window, at, end, cells
        if end >= len(window.text) and text.ended:
            return
        at = end


def _row(
    text: str, at: int, comma: str, bare: re.Pattern[str], ended: bool
) -> tuple[int, list[Cell]] | None:
    """Read a row; None if it may go on in what was not read yet."""
    size = len(text)
    cells: list[Cell] = []
    while True:
        if at < size and text[at] == '"':
            found = _CELL.match(text, at)
            assert found is not None
            low, high = found.span("quoted")
            cells.append(Cell(low, high, quoted=True))
            at = high + 1
            rest = bare.match(text, min(at, size))
            at = rest.end() if rest else size
        else:
            rest = bare.match(text, at)
            assert rest is not None
            cells.append(Cell(at, rest.end(), quoted=False))
            at = rest.end()
        if at >= size:
            return (size, cells) if ended else None
        if text[at] == comma:
            at += 1
            continue
        if text[at] == "\r":
            at += 1
            if at >= size and not ended:
                return None
        if text[at : at + 1] == "\n":
            at += 1
        return at, cells


def _header(head: str) -> tuple[str, list[str]] | None:
    """Return what stands between the cells, and the names of the columns."""
    line = head.partition("\n")[0].strip("\r")
    for comma in (",", ";", "\t"):
        names = [name.strip().strip('"') for name in line.split(comma)]
        if len(names) > 1:
            kinds = [any(p.match(name) for name in names) for p in (_WHAT, _WHO, _WHEN)]
            if kinds[0] and sum(kinds) > 1:
                return comma, names
            if any(name in ("Issue key", "Issue id") for name in names):
                return comma, names
    return None


def tell(kind: str, export: Export, window: Window, cells: list[Cell], names: list[str]) -> Mention:
    """Say who wrote a row, when and where."""

    def first(pattern: re.Pattern[str]) -> str | None:
        for name, cell in zip(names, cells, strict=False):
            if pattern.match(name) and cell.end > cell.start:
                return cell.piece(window).text
        return None

    stamp = first(_WHEN)
    stem = export.name.rpartition("/")[2].rpartition(".")[0]
    where = first(_WHERE)
    if kind == "discord" and stem == "messages":
        where, _ = channel_of(export)
    elif kind == "discord":
        found = re.match(r"(?P<guild>.+?) - (?:.+ - )?(?P<name>.+?)(?: \[\d+\].*)?$", stem)
        where = found["name"] if found else stem
    if where and not where.startswith(("#", "@")):
        where = f"#{where}"
    number = stamp or ""
    time = times.of_seconds(number, 1000) if _MILLISECONDS.fullmatch(number) else ""
    return Mention(
        format=kind,
        workspace=first(_WORKSPACE),
        channel=where,
        author=first(_WHO),
        time=time or times.of_text(number) or None,
        stamp=stamp,
        message=first(_ID),
    )


def read(export: Export) -> Iterator[Message]:
    """Yield the rows of a table."""
    header = _header(export.text.head().removeprefix("\ufeff"))
    if header is None:
        return
    comma, names = header
    kind = _kind(names)
    for number, (window, start, end, cells) in enumerate(rows(export, comma)):
        pieces = [cell.piece(window) for cell in cells if cell.end > cell.start]
        one = message(window, start, end, pieces, tell, kind, export, window, cells, names)
        yield one._replace(counts=number > 0)


def _kind(names: list[str]) -> str:
    if names[:4] == ["AuthorID", "Author", "Date", "Content"]:
        return "discord"
    if names[:3] == ["ID", "Timestamp", "Contents"]:
        return "discord"
    if "Post Message" in names and "Post Creation Time" in names:
        return "mattermost"
    return "jira" if "Issue key" in names or "Issue id" in names else "table"


def claims(head: str, path: str) -> bool:
    """Say whether it is a table of messages."""
    return path.lower().endswith((".csv", ".tsv")) and _header(head) is not None


TABLES = Format("table", claims, read)
