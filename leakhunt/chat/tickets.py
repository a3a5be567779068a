"""Jira and Confluence: backups in XML and Jira's RSS."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message, Piece
from leakhunt.chat.blocks import html_pieces, message, split
from leakhunt.chat.marks import chained, of_html, undone
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"<hibernate-generic\b|<entity-engine-xml\b|<rss\b.{0,3000}(?:[jJ]ira|JIRA|<issue\b)", re.DOTALL
)
_START = re.compile(
    r"^[ \t]*<object class=\"(?P<class>\w+)\"[^<>]*>"
    r"|^[ \t]*<(?P<entity>Issue|Action|Comment|Component|Version|Worklog|ChangeItem"
    r"|CustomFieldValue|OSPropertyText|OSPropertyString|Project)\b"
    r"|<comment id=\"(?P<comment>\d+)\"[^<>]*>|^[ \t]*<item>",
    re.MULTILINE,
)
_CDATA = re.compile(r"\]\]\]\]><!\[CDATA\[>|<!\[CDATA\[|\]\]>")
_ID = re.compile(r"<id name=\"id\">(\d+)</id>|\bid=\"(\d+)\"")
_WHO = re.compile(
    r'\bauthor="([^"]*)"|<property name="(?:creator|lastModifier)Name"><!\[CDATA\[([^\]]*)'
    r'|\bcreator="([^"]*)"'
)
_WHEN = re.compile(
    r'\bcreated="([^"]*)"|<property name="(?:creation|lastModification)Date">([^<]*)<'
)
_KEY = re.compile(
    r'<key[^<>]*>([A-Z][A-Z0-9_]+-\d+)</key>|\bkey="([A-Z][A-Z0-9_]+-\d+)"|\bissue="(\d+)"'
)
_TITLE = re.compile(
    r'<property name="title"><!\[CDATA\[([^\]]*)|<title>([^<]*)</title>|\bsummary="([^"]*)"'
)


def _cdata(found: re.Match[str]) -> str:
    return "]]>" if found[0].startswith("]]]]") else ""


def _first(pattern: re.Pattern[str], source: str) -> str | None:
    found = pattern.search(source)
    return next((unescape(group) for group in found.groups() if group), None) if found else None


def pieces_of(pieces: list[Piece]) -> list[Piece]:
    """Undo a second layer of entities: HTML in XML is escaped twice."""
    out = []
    for piece in pieces:
        text, marks = of_html(piece.text)
        inner = piece.marks
        assert not callable(inner)
        if marks and inner:
            marks = chained(marks, inner)
        out.append(piece if text == piece.text else piece._replace(text=text, marks=marks))
    return out


def tell(export: Export, source: str, start: re.Match[str] | None, place: list[str]) -> Mention:
    """Say who wrote something, when and where."""
    known = start.groupdict() if start else {}
    stamp = _first(_WHEN, source)
    confluence = bool(known.get("class"))
    return Mention(
        format="confluence" if confluence else "jira",
        channel=_first(_KEY, source) or (place[0] if place else None),
        thread=_first(_TITLE, source),
        author=_first(_WHO, source),
        time=(times.of_text(stamp) or None) if stamp else None,
        stamp=stamp,
        message=known.get("comment") or _first(_ID, source),
    )


def read(export: Export) -> Iterator[Message]:
    """Yield issues, comments, pages and their older versions."""
    place: list[str] = []
    for window, start, begin, end in split(export, _START):
        source = window.text[begin:end]
        if start and (key := _first(_KEY, source)):
            place = [key]
        pieces = [*_joined(window.text, begin, end), *pieces_of(html_pieces(window, begin, end))]
        yield message(window, begin, end, pieces, tell, export, source, start, place)


def _joined(text: str, begin: int, end: int) -> Iterator[Piece]:
    """Yield the text without the marks that only protect it, which may split it."""
    source = text[begin:end]
    if "<![CDATA[" in source:
        seen, marks = undone(source, _CDATA, _cdata)
        yield Piece(seen, "", begin, marks)
        plain, inner = of_html(seen)
        if inner:
            yield Piece(plain, "", begin, chained(inner, marks))


def claims(head: str, path: str) -> bool:
    """Say whether it is a backup of Jira or Confluence."""
    return head.lstrip()[:1] == "<" and _HEAD.search(head) is not None


TICKETS = Format("tickets", claims, read)
