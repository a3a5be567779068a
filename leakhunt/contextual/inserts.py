"""Rows that a statement of SQL in a single line puts into a table, wherever the line stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.parts import NAMED
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
        at = statement.end()
        for _ in range(_MOST):
            at, cells = _cells(line, at, len(names))
            if len(cells) != len(names):
                break
            for name, (start, end) in zip(names, cells, strict=True):
                if end > start:
                    yield Turn("several", name, "=", start, end)
            following = _NEXT.match(line, at)
            if following is None:
                break
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
