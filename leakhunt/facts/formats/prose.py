"""Text for people: names and values in sentences, lists and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts import lines
from leakhunt.facts.formats import scalars
from leakhunt.facts.options import OPTIONS

if TYPE_CHECKING:
    from leakhunt.facts.formats.sheet import Sheet

_ITEM = lazy.pattern(
    rb"""^[ \t]*+(?:(?:[-*+>|]|\d{1,3}[.)])[ \t]+){0,4}(?P<mark>[*_`\"']{0,3})
    (?P<name>[A-Za-z][\w.-]{0,60}(?:[ ][\w.-]{1,60}){0,4}?)[*_`\"']{0,3}[ \t]*
    (?P<sign>:(?!//)|=)[*_]{0,3}[ \t]*(?P<quote>[`\"']{0,2})
    (?P<value>[^\s`\"'|<>]{2,300}?)[*_`\"',.;)]{0,4}(?=\s|\Z)[ \t]*(?P<rest>[^\n]{0,40})""",
    re.MULTILINE | re.VERBOSE,
)
_CODE = lazy.pattern(rb"(?<!`)`(?P<code>[^`\n]{4,400}+)`(?!`)")
_ROW = lazy.pattern(rb"^[ \t]*\|(?P<cells>[^\n]+)\|[ \t]*\r?$", re.MULTILINE)
_OPEN_ROW = lazy.pattern(rb"^\|(?P<cells>[^\s|=][^\n]+)$", re.MULTILINE)
_FRAMED = lazy.pattern(rb"^\|===[ \t]*\r?\n(?P<body>(?:(?!\|===)[^\n]*\n){1,2000})", re.MULTILINE)
"""A table of AsciiDoc, whose rows have no bar at their end."""
_RULE = lazy.pattern(rb"[\s|:+=-]+")
_BETWEEN = lazy.pattern(rb"[ \t]*\+[-=+]{3,}\+[ \t]*\r?\n")
"""What a client of a database draws below the heads of columns."""
SAYS = lazy.pattern(rb"(?!.* / )[^\n]*[A-Za-z]{2}[)\]]? [A-Za-z(\[][A-Za-z(\[\x80-\xff]")
"""Words: a cell that tells something about what its column is of."""
_TOKEN = lazy.pattern(r"(?i)[\w ]{0,16}\btokens?")
_LOOKS = lazy.pattern(r"(?i)value|hex|colou?r|css|rgba?|size|light|dark|px|rem|font|scss|tailwind")
"""What a table of colours and sizes says beside the names of them, which it calls tokens."""
_METHOD = lazy.pattern(r"(?i)(?:http )?(?:method|verb)s?")
_WHERE = lazy.pattern(r"(?i)path|endpoints?|ur[il]|routes?|(?:http )?request")


def fill(sheet: Sheet, start: int, end: int, content: bytes | None = None) -> None:
    """Note what a stretch of prose says.

    Args:
        sheet: where it goes.
        start: where the stretch begins.
        end: where it ends.
        content: the file, with what is no prose as blanks; the file itself if not given.
    """
    text = sheet.content if content is None else content
    seen = set()
    for fact in lines.assignments("text", text, start, end):
        if start <= fact.start and fact.end <= end:
            seen.add(fact.value.start)
            sheet.assignments.append(fact)
    for match in _ITEM.finditer(text, start, end):
        first, last = match.span("value")
        if first in seen or (match["rest"].strip() and not match["quote"]):
            continue
        name = match["name"].decode("utf-8", "replace")
        value = scalars.text(text, first, last)
        sign = match["sign"].decode()
        sheet.add((name,), value, match.start("name"), -1, sign, "", "assignment")
    for match in _CODE.finditer(text, start, end):
        if match["code"].split(None, 1)[0].decode("latin-1") in OPTIONS:
            sheet.embed("bash", *match.span("code"))
    tables(sheet, start, end, text)
    for framed in _FRAMED.finditer(text, start, end):
        _framed(sheet, *framed.span("body"), text)


def _framed(sheet: Sheet, start: int, end: int, text: bytes) -> None:
    """Note the cells of a table of AsciiDoc: its first row says what the columns are."""
    heads: list[str] = []
    for match in _OPEN_ROW.finditer(text, start, end):
        cells = _cells(text, *match.span("cells"))
        if not heads:
            heads = [text[first:last].decode("utf-8", "replace") for first, last in cells]
        elif len(cells) == len(heads):
            _row(sheet, heads, cells, text)


def _row(sheet: Sheet, heads: list[str], cells: list[tuple[int, int]], text: bytes) -> None:
    for head, (first, last) in zip(heads, cells, strict=False):
        if head and last > first and not SAYS.match(text, first, last):
            value = scalars.text(text, first, last)
            sheet.add((head[:100],), value, first, -1, "|", "", "pair")


def tables(sheet: Sheet, start: int, end: int, text: bytes) -> None:
    """Note the cells of tables between bars, under the heads of their columns.

    Args:
        sheet: where they go.
        start: where the stretch begins.
        end: where it ends.
        text: the file.
    """
    heads: list[str] = []
    after, ruled = -1, False
    for match in _ROW.finditer(text, start, end):
        cells = _cells(text, *match.span("cells"))
        drawn = after >= 0 and _BETWEEN.fullmatch(text, after, match.start())
        if match.start() != after and not drawn:
            heads = _named([text[first:last].decode("utf-8", "replace") for first, last in cells])
            ruled = False
        elif drawn or _RULE.fullmatch(match["cells"]):
            ruled = True
        if ruled and not _RULE.fullmatch(match["cells"]):
            _row(sheet, heads, cells, text)
        after = match.end() + 1


def _named(heads: list[str]) -> list[str]:
    """Return the heads of columns without those that name nothing that may be a credential.

    A table of endpoints says who may call them; one of colours has names of its own.
    """
    if any(map(_METHOD.fullmatch, heads)) and any(map(_WHERE.fullmatch, heads)):
        return []
    if any(map(_LOOKS.fullmatch, heads)):
        return ["" if _TOKEN.fullmatch(head) else head for head in heads]
    return heads


def _cells(text: bytes, start: int, end: int) -> list[tuple[int, int]]:
    cells = []
    for cell in text[start:end].split(b"|"):
        signs = b" \t*_`\"'"
        first = start + len(cell) - len(cell.lstrip(signs))
        cells.append((first, max(first, start + len(cell.rstrip(signs)))))
        start += len(cell) + 1
    return cells
