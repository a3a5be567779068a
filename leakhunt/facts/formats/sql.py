"""SQL: what the grammar finds, and rows of dumps, whatever dialect they are in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts import aside, lines
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARSED = 200_000
"""Bytes of a file that is parsed; a larger one is a dump."""
MOST_CELLS = 200_000
"""Cells of all rows that are read."""
LONGEST_TABLE = 20_000
"""Bytes of the columns of a table."""
MOST_ENDLESS = 50
"""Tables whose columns have no end, before no more are looked for."""

_NAME = rb"(?:[`\"\[]?\w{1,100}+[`\"\]]?\.){0,3}[`\"\[]?(?P<table>\w{1,100}+)[`\"\]]?"
_STATEMENT = lazy.pattern(
    rb"""(?ix)--[^\n]*+|/\*(?!!)(?:[^*]|\*(?!/))*+(?:\*/|\Z)|\b(?:
        (?:insert(?:\s+ignore)?\s+into|replace\s+into)\s+"""
    + _NAME
    + rb"""\s*(?:\((?P<columns>[^()']{1,10000}+)\)\s*)?(?P<values>values?\b\s*(?=\())
      | create\s+table\s+(?:if\s+not\s+exists\s+)?"""
    + _NAME.replace(b"table", b"created")
    + rb"""\s*(?P<body>\()
      | copy\s+"""
    + _NAME.replace(b"table", b"copied")
    + rb"""\s*\((?P<fields>[^()']{1,10000}+)\)\s+from\s+stdin\b[^\n]*\n(?P<rows>)
      | (?:identified(?:\s+with\s+\S{1,60})?\s+(?:by|as)(?:\s+(?:values|password))?
          |password(?:\s+for\s+\S{1,100})?\s*(?:=\s*)?(?:password\s*\(\s*)?
          |sp_(?:addlogin|password)\s+(?:'[^'\n]{0,100}'|\w+)\s*,)
        \s*N?(?P<quote>['"])(?P<password>(?:[^'"\\\n]|\\.|''|""){1,500}+)(?P=quote)
    )"""
)
_CELL = lazy.pattern(
    rb"""[\s,]*+(?:(?P<open>\()|(?P<close>\))|(?:_binary\s+|N|E)?'(?P<text>(?:[^'\\]|\\.|'')*+)'"""
    rb"""|"(?P<double>(?:[^"\\]|\\.|"")*+)"|(?P<word>[^\s,()'";]++)|(?P<end>;|\Z)|(?P<other>.))""",
    re.DOTALL,
)
_WORD = lazy.pattern(rb"\w+")
_NO_COLUMN = {b"primary", b"key", b"unique", b"constraint", b"index", b"foreign", b"check"}
_NO_COLUMN |= {b"fulltext", b"spatial", b"exclude", b"like", b"period"}


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a file of SQL.

    Args:
        language: `sql`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        What the grammar finds in a file that is no dump; passwords of users; and of each row
        that is inserted, the texts under the names of their columns.
    """
    if len(content) <= PARSED:
        known = aside.read(language, content)
    else:
        known = lines.read(language, content)
    sheet = Sheet(language, content, depth)
    sheet.take(known)
    places = {(fact.value.start, fact.value.end) for fact in known.assignments}
    _Dump(sheet, places).fill()
    found = sheet.facts()
    return Facts(
        language, found.assignments, found.calls, known.imports, known.scopes, known.problems
    )


def dumped(content: bytes, wanted: Callable[[str, str], bool]) -> Facts:
    """Read a dump, however large: only the rows of tables some columns of which matter.

    Args:
        content: the whole file.
        wanted: says by the names of table and column whether what stands there matters.

    Returns:
        The texts of these columns; and passwords of users.
    """
    sheet = Sheet("sql", content)
    _Dump(sheet, set(), wanted).fill()
    return sheet.facts()


class _Dump:
    def __init__(
        self,
        sheet: Sheet,
        known: set[tuple[int, int]],
        wanted: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.sheet = sheet
        self.content = sheet.content
        self.known = known
        self.wanted = wanted
        self.tables: dict[str, list[str]] = {}
        self.left = MOST_CELLS
        self.endless = MOST_ENDLESS
        self.made = 0
        """Where the columns of the last table end."""

    def fill(self) -> None:
        """Note passwords of users, and rows."""
        position = 0
        while self.left > 0 and (match := _STATEMENT.search(self.content, position)):
            position = match.end()
            if match["values"]:
                table = _text(match["table"])
                columns = _columns(match["columns"]) if match["columns"] else None
                columns = self._of(table, columns or self.tables.get(table.lower(), []))
                if any(columns) or self.wanted is None:
                    position = self._rows(table, columns, position)
            elif match["body"] and self.endless:
                self.tables[_text(match["created"]).lower()] = list(self._created(position))
                position = max(position, self.made)
            elif match["fields"]:
                table = _text(match["copied"])
                position = self._copied(table, self._of(table, _columns(match["fields"])), position)
            elif match["password"]:
                self._add(("password",), *match.span("password"), match.start())

    def _of(self, table: str, columns: list[str]) -> list[str]:
        """Return the columns of a table, without the names of those that do not matter."""
        if self.wanted is None:
            return columns
        return [name if name and self.wanted(table, name) else "" for name in columns]

    def _add(self, path: tuple[str, ...], start: int, end: int, begin: int) -> None:
        if (start, end) not in self.known and end > start:
            self.known.add((start, end))
            form = "assignment" if len(path) == 1 else "pair"
            quote = self.content[start - 1 : start].decode("latin-1")
            style = "drop" if b"\\" in self.content[start:end] else f"doubled:{quote}"
            value = scalars.text(self.content, start, end, style)
            self.sheet.add(path, value, begin, -1, "=", "", form)  # type: ignore[arg-type]

    def _rows(self, table: str, columns: list[str], position: int) -> int:
        """Read rows in brackets; return where they end."""
        depth = column = 0
        for match in _CELL.finditer(self.content, position):
            kind = match.lastgroup
            if kind == "open":
                depth += 1
                if depth == 1:
                    column = 0
            elif kind == "close":
                depth -= 1
            elif kind == "end" or depth <= 0 or self.left <= 0:
                return match.start() if kind != "end" else match.end()
            elif kind == "other":
                continue
            else:
                if depth == 1:
                    self._cell(table, columns, column, match, kind or "word")
                    column += 1
                self.left -= 1
            if kind == "close" and depth == 1:
                column += 1  # of a function
        return len(self.content)

    def _cell(
        self, table: str, columns: list[str], column: int, match: re.Match[bytes], kind: str
    ) -> None:
        if kind == "word" or column >= len(columns) or not columns[column]:
            return
        start, end = match.span(kind)
        self._add((table, columns[column]), start, end, start)

    def _created(self, position: int) -> Iterator[str]:
        """The columns of a table that is created."""
        depth, fresh = 1, True
        stop = position + LONGEST_TABLE
        for match in re.finditer(rb"[(),]|[`\"\[]?(\w+)[`\"\]]?|;", self.content[position:stop]):
            sign = match[0]
            if sign == b"(":
                depth += 1
            elif sign == b")":
                depth -= 1
                if not depth:
                    self.made = position + match.end()
                    return
            elif sign == b"," and depth == 1:
                fresh = True
            elif match[1] and fresh and depth == 1:
                fresh = False
                if match[1].lower() not in _NO_COLUMN or sign[:1] in b'`"[':
                    yield _text(match[1])
        self.endless -= 1

    def _copied(self, table: str, columns: list[str], position: int) -> int:
        """Read rows with tabs; return where they end."""
        content = self.content
        if not any(columns):
            end = content.find(b"\n\\.", position)
            return len(content) if end < 0 else end
        while position < len(content):
            end = content.find(b"\n", position)
            end = len(content) if end < 0 else end
            if content.startswith(b"\\.", position):
                return end
            start = position
            for name, cell in zip(columns, content[position:end].split(b"\t"), strict=False):
                if name and cell != b"\\N" and not cell.isdigit():
                    self._add((table, name), start, start + len(cell.rstrip(b"\r")), start)
                self.left -= 1
                start += len(cell) + 1
            position = end + 1
            if self.left <= 0:
                break
        return position


def _text(source: bytes) -> str:
    return source.decode("utf-8", "replace")


def _columns(source: bytes) -> list[str]:
    found = (_WORD.findall(part) for part in source.split(b","))
    return [_text(words[-1]) if words else "" for words in found]
