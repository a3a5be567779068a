"""SQL: what the grammar finds, and rows of dumps, whatever dialect they are in."""

from __future__ import annotations

from leakhunt.facts import aside, lines
from leakhunt.facts.formats.dumps import Dump
from leakhunt.facts.formats.pieces import only
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Facts

PARSED = 200_000
"""Bytes of a file that is parsed; a larger one is a dump."""
MOST_CELLS = 200_000
"""Cells of rows that are read where every column matters."""


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
    Dump(known=places).fill(sheet, only(content), len(content), MOST_CELLS)
    found = sheet.facts()
    return Facts(
        language, found.assignments, found.calls, known.imports, known.scopes, known.problems
    )
