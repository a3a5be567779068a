"""HTML: scripts, fields of forms, attributes, and text."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import prose, xml
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

_TAG = lazy.pattern(
    rb"""<!--(?P<comment>(?:[^-]|-(?!->))*+)(?:-->|\Z)
  | <(?P<close>/?)(?P<name>[A-Za-z][\w:-]*+)
    (?P<attributes>(?:[^<>"']|"[^"<>]*+"|'[^'<>]*+'|["'])*+)>""",
    re.VERBOSE,
)
_CELL = lazy.pattern(
    rb"""(?i)<(?:(?P<row>tr)\b[^<>]*+>|(?P<ends>/table|/dl)\b
  | (?P<kind>t[hd]|dd)\b[^<>]*+>(?:<(?:code|b|strong|p|span|pre|tt|em|i)\b[^<>]*+>){0,2}
    (?P<text>[^<>]{0,300})<
  | dt\b[^<>]*+>(?P<term>[^<>]{1,100})<)""",
    re.VERBOSE,
)
"""A row of a table begins, or all of it ends; a cell; a term that is told of."""
_RAW = {b"script", b"style"}
_DULL = {
    *("class", "style", "href", "src", "rel", "type", "id", "width", "height", "alt", "title"),
    *(
        "lang",
        "role",
        "target",
        "for",
        "colspan",
        "rowspan",
        "charset",
        "integrity",
        "d",
        "viewBox",
    ),
    *("fill", "points", "name", "value", "content", "placeholder", "action", "method"),
}
"""Attributes that say nothing by their name."""


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read an HTML file, or a template of one.

    Args:
        language: `html`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        The facts of its scripts; fields by their name; attributes; names and values in its text.
    """
    sheet = Sheet(language, content, depth)
    blanked = bytearray(content)
    endless: set[bytes] = set()
    position = 0
    while match := _TAG.search(content, position):
        position = match.end()
        _blank(blanked, *match.span())
        if match["name"] is None or match["close"]:
            continue
        attributes = _attributes(sheet, match)
        name = match["name"].lower()
        if name in _RAW and name not in endless:
            end = re.compile(rb"</" + name + rb"\b", re.IGNORECASE).search(content, position)
            if end is None:
                endless.add(name)
                continue
            if name == b"script":
                _script(sheet, attributes, position, end.start())
            _blank(blanked, position, end.start())
            position = end.start()
    prose.fill(sheet, 0, len(content), bytes(blanked))
    _tables(sheet)
    return sheet.facts()


def _tables(sheet: Sheet) -> None:
    """Note the cells of tables under the heads of their columns, and what terms are said to be."""
    content = sheet.content
    heads: list[str] = []
    row = -1
    for match in _CELL.finditer(content):
        if match["ends"]:
            heads = []
        elif match["row"]:
            row = -1
        elif match["term"] is not None:
            heads, row = [match["term"].decode("utf-8", "replace").strip()], -1
        else:
            row += 1
            first, last = match.span("text")
            said = content[first:last].strip()
            if match["kind"].lower() == b"th":
                heads = heads if row else []
                heads.append(said.decode("utf-8", "replace"))
            elif row < len(heads) and said and not prose.SAYS.match(said):
                first += content[first:last].index(said)
                value = xml.value(content, first, first + len(said))
                sheet.add((heads[row][:100],), value, first, -1, "|", "", "pair")


def _blank(text: bytearray, start: int, end: int) -> None:
    for line in re.finditer(rb"[^\n]+", bytes(text[start:end])):
        text[start + line.start() : start + line.end()] = b" " * len(line[0])


def _attributes(sheet: Sheet, match: re.Match[bytes]) -> dict[str, str]:
    """Note the attributes of a tag; return them."""
    found: dict[str, tuple[int, int, int]] = {}
    content = sheet.content
    for item in xml.ATTRIBUTE.finditer(content, *match.span("attributes")):
        kind = "single" if item["double"] is None else "double"
        name = item["name"].decode("utf-8", "replace")
        found.setdefault(name, (item.start(), *item.span(kind)))
    texts = {key: content[s:e][:300].decode("utf-8", "replace") for key, (_, s, e) in found.items()}
    tag = match["name"].decode("latin-1").lower()
    for key, (begin, start, end) in found.items():
        if key.lower() not in _DULL and end > start and not key.startswith("on"):
            value = xml.value(content, start, end)
            value = dataclasses.replace(value, kind="unknown") if _is_bound(key) else value
            sheet.add((tag, key.removeprefix("data-")), value, begin, -1, "=")
    named = texts.get("name") or texts.get("id") or texts.get("property")
    held = found.get("value") or (found.get("content") if tag == "meta" else None)
    if named and held and held[2] > held[1]:
        value = xml.value(content, held[1], held[2])
        sheet.add((tag, named), value, min(held[0], found.get("name", held)[0]), -1, "=")
    return texts


def _is_bound(name: str) -> bool:
    """Say whether the value of an attribute is code: `:value`, `v-if`, `[type]`."""
    return name.startswith((":", "@", "v-", "[", "(", "*", "#", "x-on:", "x-bind:", "ng-"))


def _script(sheet: Sheet, attributes: dict[str, str], start: int, end: int) -> None:
    kind = attributes.get("type", "").lower()
    if "json" in kind or kind == "importmap":
        sheet.embed("json", start, end)
    elif "typescript" in kind or attributes.get("lang") == "ts":
        sheet.embed("typescript", start, end)
    elif (
        not kind or "javascript" in kind or "ecmascript" in kind or kind in {"module", "text/babel"}
    ):
        sheet.embed("javascript", start, end)
