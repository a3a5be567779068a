"""Rows that a statement of SQL in a single line puts into a table, wherever the line stands.

A dump does not repeat the names of columns: they stand where the table is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.parts import NAMED
from leakhunt.contextual.stated import Stated
from leakhunt.contextual.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTO = r"(?:insert(?:[ ]ignore)?|replace)[ ]into[ ][`\"\[\]\w.\\]{1,80}[ ]?\("
GATES = (rf"(?i){_INTO}[^\n()]{{0,200}}{NAMED}[^\n()]{{0,200}}\)[ ]{{0,4}}values[ ]{{0,4}}\(",)
"""The expression for the first pass, which does not reach into another line."""
LEAST = (rb"into",)
"""What a line has at least, without regard to case, see `sieve`."""
_ROW = lazy.pattern(
    rf"(?i){_INTO}(?P<columns>[^\n()]{{3,400}})\)[ ]{{0,4}}values[ ]{{0,4}}\(".encode()
)
_CELL = lazy.pattern(
    rb"[ ]{0,4}(?:\w{0,8}\\?'(?P<text>(?:[^'\\\n]|\\[^'\n]|''){0,400})\\?'|[^,'()\n]{0,80}"
    rb"|\w{1,24}\([^()\n]{0,200}\))[ ]{0,4}(?P<sign>[,)])"
)
_NEXT = lazy.pattern(rb"[ ]{0,4},[ ]{0,4}\(")
_MOST = 32
"""Rows of a statement that are looked at."""
_TABLE = lazy.pattern(
    rb"(?i)\bcreate[ ]table[ ](?:if[ ]not[ ]exists[ ])?(?P<table>[`\"\[\]\w.]{1,80})[ ]?\(\s*\n"
    rb"(?P<columns>(?:[^\n;]{0,400}\n){1,200}?)[ \t]*\)[^\n]{0,200};"
)
"""How dumps make a table: one column a line."""
_COLUMN = lazy.pattern(
    rb"(?m)^[ \t]{0,8}(?:[`\"\[](?P<quoted>\w{1,64})[`\"\]]|(?P<bare>\w{1,64}))[ \t]"
)
_NO_COLUMN = frozenset(
    b"primary key unique constraint index fulltext spatial foreign check".split()
)
_FILLED = lazy.pattern(
    rb"(?i)\b(?:insert(?:[ ]ignore)?|replace)[ ]into[ ](?P<table>[`\"\[\]\w.]{1,80})"
    rb"[ ]values[ ]{0,4}\("
)
_MARKS = b'`"[]'
_STATEMENTS = 2_000
"""Statements of a dump that are looked at."""


def dumped(data: bytes) -> Iterator[Stated]:
    """Yield the texts that a dump puts into the columns of tables that it has made before.

    Args:
        data: the text of the file.
    """
    tables = {
        made["table"].translate(None, _MARKS).lower(): _columns(made["columns"])
        for made in _TABLE.finditer(data)
    }
    for _, statement in zip(
        range(_STATEMENTS), _FILLED.finditer(data) if tables else (), strict=False
    ):
        table = statement["table"].translate(None, _MARKS).lower()
        names = tables.get(table, [])
        for name, start, end in _rows(data, statement.end(), names):
            text = data[start:end].decode("utf-8", "replace")
            yield Stated((table.decode("utf-8", "replace"), name), text, start, end, "=", "field")


def _columns(text: bytes) -> list[str]:
    found = (match["quoted"] or match["bare"] for match in _COLUMN.finditer(text))
    return [name.decode() for name in found if name.lower() not in _NO_COLUMN]


def inserted(line: bytes, low: int) -> Iterator[Turn]:
    """Yield the texts that are put into columns, with the names of these.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    if b"into" not in line and b"INTO" not in line:
        return
    for statement in _ROW.finditer(line, low):
        names = [
            name.strip(b' `"[]\\').decode("utf-8", "replace")
            for name in statement["columns"].split(b",")
        ]
        for name, start, end in _rows(line, statement.end(), names):
            yield Turn("several", name, "=", start, end)


def _rows(line: bytes, at: int, names: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the texts of rows that begin at an offset, each with the name of its column."""
    for _ in range(_MOST if names else 0):
        at, cells = _cells(line, at, len(names))
        if len(cells) != len(names) or line[at - 1 : at] != b")":
            return
        for name, (start, end) in zip(names, cells, strict=True):
            if end > start:
                yield name, start, end
        following = _NEXT.match(line, at)
        if following is None:
            return
        at = following.end()


def _cells(line: bytes, at: int, most: int) -> tuple[int, list[tuple[int, int]]]:
    """Where a row ends that begins at an offset, and where its texts are; none has no place."""
    found: list[tuple[int, int]] = []
    while len(found) < most and (cell := _CELL.match(line, at)):
        found.append(cell.span("text") if cell["text"] is not None else (at, at))
        at = cell.end()
        if cell["sign"] == b")":
            break
    return at, found
