"""Rows of a dump of SQL, whatever dialect it is in, piece by piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.pieces import MOST, Piece
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.facts.model import Facts, Form

LONGEST_TABLE = 20_000
"""Bytes of the columns of a table."""
MOST_ENDLESS = 50
"""Tables whose columns have no end, before no more are looked for."""

_NAME = rb"(?:[`\"\[]?\w{1,100}+[`\"\]]?\.){0,3}[`\"\[]?(?P<table>\w{1,100}+)[`\"\]]?"
_STATEMENT = lazy.pattern(
    rb"""(?ix)--[^\n]*+|(?P<comment>/\*(?!!))(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|\b(?:
        (?:insert(?:\s+ignore)?\s+into|replace\s+into)\s+"""
    + _NAME
    + rb"""\s*(?:\((?P<columns>[^()']{1,10000}+)\)\s*)?(?P<values>values?\b\s*(?=\())
      | create\s+table\s+(?:if\s+not\s+exists\s+)?"""
    + _NAME.replace(b"table", b"created")
    + rb"""\s*(?P<body>\()
      | copy\s+"""
    + _NAME.replace(b"table", b"copied")
    + rb"""\s*\((?P<fields>[^()']{1,10000}+)\)\s+from\s+stdin\b[^\n]{0,200}+\n(?P<rows>)
      | (?:identified(?:\s+with\s+\S{1,60})?\s+(?:by|as)(?:\s+(?:values|password))?
          |password(?:\s+for\s+\S{1,100})?\s*(?:=\s*)?(?:password\s*\(\s*)?
          |sp_(?:addlogin|password)\s+(?:'[^'\n]{0,100}'|\w+)\s*,)
        \s*N?(?P<quote>['"])(?P<password>(?:[^'"\\\n]|\\.|''|""){1,500}+)(?P=quote)
    )"""
)
_CELL = lazy.pattern(
    rb"""[\s,]*+(?:(?P<open>\()|(?P<close>\))"""
    rb"""|(?:_binary\s+|N|E)?'(?P<text>(?:[^'\\]++|\\.|'')*+)(?P<shut>'?)"""
    rb"""|"(?P<double>(?:[^"\\]++|\\.|"")*+)(?P<closed>"?)"""
    rb"""|(?P<word>[^\s,()'";]++)|(?P<end>;|\Z)|(?P<other>.))""",
    re.DOTALL,
)
_REST = {
    "text": lazy.pattern(rb"(?:[^'\\]++|\\.|'')*+", re.DOTALL),
    "double": lazy.pattern(rb'(?:[^"\\]++|\\.|"")*+', re.DOTALL),
    "word": lazy.pattern(rb"[^\s,()'\";]*+"),
    "comment": lazy.pattern(rb"(?:[^*]++|\*(?=[^/]))*+"),
    "field": lazy.pattern(rb"[^\t\n]*+"),
}
"""What is left of something that is longer than a piece."""
_CLOSED = {"text": 1, "double": 1, "word": 0, "comment": 2, "field": 1}
"""Bytes of what ends it."""
_KINDS = {"shut": "text", "closed": "double"}
_WORD = lazy.pattern(rb"\w+")
_NO_COLUMN = {b"primary", b"key", b"unique", b"constraint", b"index", b"foreign", b"check"}
_NO_COLUMN |= {b"fulltext", b"spatial", b"exclude", b"like", b"period"}


class Dump:
    """Reads the rows of a dump, however long it is, and passwords of users.

    Args:
        wanted: says by the names of table and column whether what stands there matters.
            Everything by default.
        known: where values are that are known already.
    """

    def __init__(
        self,
        wanted: Callable[[str, str], bool] | None = None,
        known: set[tuple[int, int]] | None = None,
    ) -> None:
        self._wanted = wanted
        self._known = set() if known is None else known
        self._tables: dict[str, list[str]] = {}
        self._endless = MOST_ENDLESS
        self._made = 0
        """Where the columns of the last table end."""
        self._at = 0
        self._most = MOST
        self._state = ""
        """Within what the next piece begins: `rows`, `copied`, or nothing."""
        self._within = ""
        """Of what only the rest is in the next piece, see `_REST`."""
        self._table = ""
        self._columns: list[str] = []
        self._depth = self._column = 0
        self.cells = 0
        """How many were read."""

    @property
    def begun(self) -> bool:
        """See `pieces.Rows`."""
        return bool(self._state or self._within or self._tables)

    def skip(self, piece: Piece) -> None:
        """See `pieces.Rows`: a table whose columns begin here may have more of them in the next."""
        self._at = max(self._at, piece.base + max(piece.floor, piece.stop - LONGEST_TABLE))

    def read(self, piece: Piece) -> Iterator[Facts]:
        """See `pieces.Rows`."""
        going = True
        while going:
            sheet = Sheet("sql", piece.content)
            going = self.fill(sheet, piece, MOST)
            if sheet.assignments:
                yield sheet.facts()

    def fill(self, sheet: Sheet, piece: Piece, most: int, cells: int = 1 << 62) -> bool:
        """Note passwords of users, and rows.

        Args:
            sheet: where they go.
            piece: where they stand.
            most: so many are noted ...
            cells: ... and so many cells read, at most; give or take those of a row.

        Returns:
            Whether there may be more in this piece.
        """
        position = self._at - piece.base
        until = self.cells + cells
        self._most = most
        while position < piece.stop:
            if len(sheet.assignments) >= most or self.cells >= until:
                break
            before = position, self._state, self._within
            if self._within:
                position = self._passed(piece, position)
            elif self._state == "rows":
                position = self._rows(sheet, piece, position, until)
            elif self._state == "copied":
                position = self._copied(sheet, piece, position, until)
            else:
                position = self._statement(sheet, piece, position)
            if (position, self._state, self._within) == before:
                break  # the next piece has it
        self._at = piece.base + position
        return position < piece.stop and len(sheet.assignments) >= most

    def _passed(self, piece: Piece, position: int) -> int:
        """Pass over the rest of what began in another piece."""
        kind, content = self._within, piece.content
        match = _REST[kind].match(content, position)
        end = match.end() if match else position
        if end + 1 >= len(content) and not piece.last:
            return end  # whether it is closed here the next byte tells
        self._within = ""
        if kind == "field":
            self._column = self._column + 1 if content[end : end + 1] == b"\t" else 0
        elif kind != "comment" and self._depth == 1:
            self._column += 1
        return min(len(content), end + _CLOSED[kind])

    def _statement(self, sheet: Sheet, piece: Piece, position: int) -> int:
        """Look for the next statement that matters; return where to go on."""
        match = _STATEMENT.search(piece.content, position)
        if match is None or match.start() >= piece.stop:
            return piece.stop
        position = match.end()
        open_ = match["comment"] and not (match[0].endswith(b"*/") and len(match[0]) > 3)
        if open_ and position == len(piece.content) and not piece.last:
            self._within = "comment"
            return position - piece.content.endswith(b"*")  # the next byte may be a slash
        if match["values"]:
            table = _text(match["table"])
            columns = _columns(match["columns"]) if match["columns"] else None
            columns = self._of(table, columns or self._tables.get(table.lower(), []))
            if any(columns) or self._wanted is None:
                self._begin("rows", table, columns)
        elif match["body"] and self._endless:
            table = _text(match["created"])
            self._made = position
            columns = self._of(table, list(self._created(piece.content, position)))
            if any(columns) or self._wanted is None:
                self._tables[table.lower()] = columns
            else:
                self._tables.pop(table.lower(), None)
            position = self._made
        elif match["fields"]:
            table = _text(match["copied"])
            self._begin("copied", table, self._of(table, _columns(match["fields"])))
        elif match["password"]:
            self._add(sheet, piece, ("password",), *match.span("password"), match.start())
        return position

    def _begin(self, state: str, table: str, columns: list[str]) -> None:
        self._state, self._table, self._columns = state, table, columns
        self._depth = self._column = 0

    def _of(self, table: str, columns: list[str]) -> list[str]:
        """Return the columns of a table, without the names of those that do not matter."""
        if self._wanted is None:
            return columns
        return [name if name and self._wanted(table, name) else "" for name in columns]

    def _add(
        self, sheet: Sheet, piece: Piece, path: tuple[str, ...], start: int, end: int, begin: int
    ) -> None:
        place = piece.base + start, piece.base + end
        if end <= start or place in self._known:
            return
        if self._wanted is None:
            self._known.add(place)
        content = piece.content
        form: Form = "assignment" if len(path) == 1 else "pair"
        quote = content[start - 1 : start].decode("latin-1")
        style = "drop" if b"\\" in content[start:end] else f"doubled:{quote}"
        value = scalars.text(content, start, end, style)
        sheet.add(path, value, begin, -1, "=", "", form)

    def _rows(self, sheet: Sheet, piece: Piece, position: int, until: int) -> int:
        """Read rows in brackets; return where to go on."""
        content, stop = piece.content, piece.stop
        for match in _CELL.finditer(content, position):
            kind, end = _KINDS.get(match.lastgroup or "", match.lastgroup), match.end()
            if end > stop and not piece.last:
                # The next piece has all of it, unless it is too long for that.
                if match.start() >= piece.floor:
                    return match.start()
                if kind in _REST and end + 1 >= len(content):
                    self._within = kind
                    return end - 1 if match["shut"] or match["closed"] else end
            if kind == "open":
                self._depth += 1
                if self._depth == 1:
                    self._column = 0
            elif kind == "close":
                self._depth -= 1
                if self._depth == 1:
                    self._column += 1  # of a function
                if self._depth <= 0 and len(sheet.assignments) >= self._most:
                    return end
            elif kind == "end" or self._depth <= 0 or self.cells >= until:
                if kind == "end" or self._depth <= 0:
                    self._state = ""
                return end if kind == "end" else match.start()
            elif kind != "other":
                if self._depth == 1:
                    self._cell(sheet, piece, match, kind or "word")
                    self._column += 1
                self.cells += 1
        return len(content)

    def _cell(self, sheet: Sheet, piece: Piece, match: re.Match[bytes], kind: str) -> None:
        column, columns = self._column, self._columns
        if column >= len(columns) or not columns[column]:
            return
        if not (match["shut"] or match["closed"]):
            return  # no text, or one that has no end
        start, end = match.span(kind)
        self._add(sheet, piece, (self._table, columns[column]), start, end, start)

    def _created(self, content: bytes, position: int) -> Iterator[str]:
        """The columns of a table that is created."""
        depth, fresh = 1, True
        stop = position + LONGEST_TABLE
        for match in re.finditer(rb"[(),]|[`\"\[]?(\w+)[`\"\]]?|;", content[position:stop]):
            sign = match[0]
            if sign == b"(":
                depth += 1
            elif sign == b")":
                depth -= 1
                if not depth:
                    self._made = position + match.end()
                    return
            elif sign == b"," and depth == 1:
                fresh = True
            elif match[1] and fresh and depth == 1:
                fresh = False
                if match[1].lower() not in _NO_COLUMN or sign[:1] in b'`"[':
                    yield _text(match[1])
        self._endless -= 1

    def _copied(self, sheet: Sheet, piece: Piece, position: int, until: int) -> int:
        """Read rows with tabs; return where to go on."""
        content = piece.content
        wanted = [number for number, name in enumerate(self._columns) if name]
        if not wanted:
            end = content.find(b"\n\\.", position)
            if end < 0:
                return max(position, len(content) - 2)
            self._state = ""
            return end
        while position < piece.stop and len(sheet.assignments) < self._most and self.cells < until:
            if not self._column and content.startswith(b"\\.", position):
                self._state = ""
                break
            end = content.find(b"\n", position)
            if not piece.last and not 0 <= end < piece.stop:
                if position < piece.floor:
                    position = self._part(sheet, piece, position, wanted)
                break
            end = len(content) if end < 0 else end
            self._fields(sheet, piece, position, end, wanted)
            self._column = 0
            position = end + 1
        return position

    def _part(self, sheet: Sheet, piece: Piece, position: int, wanted: list[int]) -> int:
        """Read of a row that is longer than a piece what is here; return where to go on."""
        end = piece.content.rfind(b"\t", position, piece.stop)
        if end < 0:
            self._within = "field"
            return position
        self._fields(sheet, piece, position, end, wanted)
        self._column += piece.content.count(b"\t", position, end) + 1
        return end + 1

    def _fields(
        self, sheet: Sheet, piece: Piece, position: int, end: int, wanted: list[int]
    ) -> None:
        """Note the fields of a row, or of a part of one."""
        cells = piece.content[position:end].split(b"\t")
        self.cells += len(cells)
        for number in wanted:
            at = number - self._column
            if 0 <= at < len(cells):
                cell = cells[at].rstrip(b"\r")
                if cell and cell != b"\\N" and not cell.isdigit():
                    start = position + sum(map(len, cells[:at])) + at
                    path = self._table, self._columns[number]
                    self._add(sheet, piece, path, start, start + len(cell), start)


def _text(source: bytes) -> str:
    return source.decode("utf-8", "replace")


def _columns(source: bytes) -> list[str]:
    found = (_WORD.findall(part) for part in source.split(b","))
    return [_text(words[-1]) if words else "" for words in found]
