"""Tables: comma- or tab-separated values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.facts.model import Facts

MOST_CELLS = 100_000
"""Cells that are read."""
MOST_PASSED = 2_000_000
"""Cells of a large table that are passed over."""
LONGEST_CELL = 4000
"""Bytes of a cell that is a value."""
MOST_COLUMNS = 300
"""Columns that are read."""


def read(language: str, content: bytes, wanted: Callable[[str], bool] | None = None) -> Facts:
    """Read a table whose first line names its columns.

    Args:
        language: `csv` or `tsv`.
        content: the whole file.
        wanted: says by the name of a column whether what stands there matters; then a large table
            is read, too. All of them by default.

    Returns:
        Each cell under the name of its column.
    """
    sheet = Sheet(language, content)
    position = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    while content[position : position + 1] in (b"\r", b"\n"):
        position += 1
    first = content[position : content.find(b"\n", position) + 1 or len(content)]
    sign = b"\t" if language == "tsv" else max(b",;\t|", key=first.count)
    sign = sign if isinstance(sign, bytes) else bytes([sign])
    escaped = re.escape(sign)
    cell = re.compile(
        rb'[ ]*"(?P<quoted>(?:[^"]|"")*+)"[ ]*(?P<after>' + escaped + rb"|\r?\n|\Z)"
        rb"|(?P<plain>[^\r\n" + escaped + rb"]*+)(?P<end>" + escaped + rb"|\r?\n|\Z|\r)"
    )
    heads: list[str] = []
    column, row = 0, 0
    for _ in range(MOST_CELLS if wanted is None else MOST_PASSED):
        match = cell.match(content, position) if position < len(content) else None
        if match is None:
            break
        position = match.end()
        kind = "plain" if match["quoted"] is None else "quoted"
        start, end = match.span(kind)
        if row == 0:
            head = content[start:end].strip()[:200].decode("utf-8", "replace")
            heads.append(head if wanted is None or wanted(head) else "")
        elif wanted is not None and (column >= len(heads) or not heads[column]):
            pass
        elif column < min(len(heads), MOST_COLUMNS) and 0 < end - start <= LONGEST_CELL:
            name = (heads[column],) if heads[column] else ()
            sheet.add(name, _value(content, kind, start, end), start, -1, ",", "", "pair")
        ended = match["after"] if kind == "quoted" else match["end"]
        column = column + 1 if ended == sign else 0
        row += ended != sign
        if row == 1 and not column and not any(heads):
            break
    return sheet.facts()


def _value(content: bytes, kind: str, start: int, end: int) -> Value:
    if kind == "quoted":
        return scalars.literal(content, start, end, 'doubled:"')
    return Value("literal", content[start:end].decode("utf-8", "replace"), start, end)
