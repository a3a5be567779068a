"""Tables: comma- or tab-separated values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.pieces import MOST, Piece, only
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.facts.model import Facts

MOST_CELLS = 100_000
"""Cells that are read where every column matters."""
LONGEST_CELL = 4000
"""Bytes of a cell that is a value."""
LONGEST_QUOTED = 65_536
"""Bytes of a cell in quotes. A quote that is not closed within is a part of its cell."""
MOST_COLUMNS = 300
"""Columns that are read."""
LONGEST_HEAD = 65_536
"""Bytes of the line that names the columns."""
_OPEN = (b"", b"\r")
"""What ends a cell at the end of a piece, and may go on in the next."""


def read(language: str, content: bytes) -> Facts:
    """Read a table whose first line names its columns.

    Args:
        language: `csv` or `tsv`.
        content: the whole file.

    Returns:
        Each cell under the name of its column.
    """
    table = Table(language)
    sheet = Sheet(language, content)
    table.fill(sheet, only(content), MOST_CELLS, MOST_CELLS)
    return sheet.facts()


class Table:
    """Reads the columns of a table that matter, however long it is.

    Args:
        language: `csv` or `tsv`.
        wanted: says by the name of a column whether what stands there matters. All of them by
            default.
    """

    def __init__(self, language: str, wanted: Callable[[str], bool] | None = None) -> None:
        self._language = language
        self._wanted = wanted
        self._heads: list[str] = []
        self._sign = b""
        self._cell = self._rest = re.compile(b"")
        self._line: re.Pattern[bytes] | None = None
        self._columns: list[int] = []
        self._at = self._column = self._row = 0
        self._ended = False
        self._torn = False
        """Whether the beginning of the cell is in another piece."""

    @property
    def begun(self) -> bool:
        """See `pieces.Rows`."""
        return not self._ended

    def skip(self, piece: Piece) -> None:
        """See `pieces.Rows`: only done where no column matters."""

    def read(self, piece: Piece) -> Iterator[Facts]:
        """See `pieces.Rows`."""
        going = True
        while going and not self._ended:
            sheet = Sheet(self._language, piece.content)
            going = self.fill(sheet, piece, MOST, len(piece.content) + 1)
            if sheet.assignments:
                yield sheet.facts()

    def fill(self, sheet: Sheet, piece: Piece, most: int, cells: int) -> bool:
        """Note cells.

        Args:
            sheet: where they go.
            piece: where they stand.
            most: so many are noted ...
            cells: ... and so many read one by one, at most.

        Returns:
            Whether there may be more in this piece.
        """
        content, base = piece.content, piece.base
        if not self._sign:
            self._begin(content)
        position = self._at - base
        for _ in range(cells):
            if self._line and not (self._column or self._torn):
                position = self._lines(sheet, piece, position, most)
            if position >= piece.stop or self._ended or len(sheet.assignments) >= most:
                break
            match = self._match(content, position)
            if match.end() > piece.stop and not piece.last and position >= piece.floor:
                break
            position = match.end()
            if match.end() == len(content) and not piece.last and _end(match) in _OPEN:
                self._torn = True
                break
            self._take(sheet, content, match)
        self._at = base + position
        return position < piece.stop and not self._ended and len(sheet.assignments) >= most

    def _lines(self, sheet: Sheet, piece: Piece, position: int, most: int) -> int:
        """Read whole rows as long as they are written as they should be; return where they end."""
        content, line = piece.content, self._line
        while line and position < piece.stop and len(sheet.assignments) < most:
            row = line.match(content, position)
            if row is None or row.end() > piece.stop or row.end() - position > LONGEST_QUOTED:
                break
            for number, column in enumerate(self._columns, 1):
                if row.end(number) > row.start(number):
                    self._note(sheet, content, self._match(content, row.start(number)), column)
            position = row.end()
        return position

    def _begin(self, content: bytes) -> None:
        """See which sign stands between the cells, and where the first one begins."""
        position = 3 if content.startswith(b"\xef\xbb\xbf") else 0
        while content[position : position + 1] in (b"\r", b"\n"):
            position += 1
        first = content[position : content.find(b"\n", position) + 1 or len(content)]
        sign = b"\t" if self._language == "tsv" else max(b",;\t|", key=first.count)
        self._sign = sign if isinstance(sign, bytes) else bytes([sign])
        escaped = re.escape(self._sign)
        self._cell = re.compile(
            rb'[ ]*"(?P<quoted>(?:[^"]++|"")*+)"[ ]*(?P<after>' + escaped + rb"|\r?\n|\Z)"
        )
        self._rest = re.compile(
            rb"(?P<plain>[^\r\n" + escaped + rb"]*+)(?P<end>" + escaped + rb"|\r?\n|\Z|\r)"
        )
        self._at = position

    def _match(self, content: bytes, position: int) -> re.Match[bytes]:
        if content[position : position + 1] in (b'"', b" "):
            match = self._cell.match(content, position)
            if match is not None and match.end() - position <= LONGEST_QUOTED:
                return match
        match = self._rest.match(content, position)
        assert match is not None
        return match

    def _take(self, sheet: Sheet, content: bytes, match: re.Match[bytes]) -> None:
        """Note a cell, and see where the next one is."""
        if self._row == 0:
            kind = "plain" if match.re is self._rest else "quoted"
            head = match[kind].strip()[:200].decode("utf-8", "replace")
            self._heads.append(head if self._wanted is None or self._wanted(head) else "")
            self._ended = match.end() > LONGEST_HEAD
        elif not self._torn:
            self._note(sheet, content, match, self._column)
        self._torn = False
        if _end(match) == self._sign:
            self._column += 1
            return
        if self._row == 0:
            self._named()
        self._column = 0
        self._row += 1

    def _named(self) -> None:
        """Prepare for the rows, now that all columns have names."""
        del self._heads[MOST_COLUMNS:]
        self._columns = [number for number, head in enumerate(self._heads) if head]
        self._ended = self._ended or not self._columns
        if self._wanted is None or self._ended:
            return
        sign = re.escape(self._sign)
        cell = rb'(?:[ ]*"(?:[^"]++|"")*+"[ ]*|[^"\r\n' + sign + rb"]*+)"
        cells = [b"(%b)" % cell if head else cell for head in self._heads[: self._columns[-1] + 1]]
        self._line = re.compile(sign.join(cells) + rb"(?:" + sign + cell + rb")*+\r?\n")

    def _note(self, sheet: Sheet, content: bytes, match: re.Match[bytes], column: int) -> None:
        kind = "plain" if match.re is self._rest else "quoted"
        start, end = match.span(kind)
        if column < len(self._heads) and self._heads[column] and 0 < end - start <= LONGEST_CELL:
            value = _value(content, kind, start, end)
            sheet.add((self._heads[column],), value, start, -1, ",", "", "pair")


def _end(match: re.Match[bytes]) -> bytes:
    """Return what ends a cell."""
    return match["end"] if "end" in match.re.groupindex else match["after"]


def _value(content: bytes, kind: str, start: int, end: int) -> Value:
    if kind == "quoted":
        return scalars.literal(content, start, end, 'doubled:"')
    return Value("literal", content[start:end].decode("utf-8", "replace"), start, end)
