"""Jira and Confluence: backups in XML and Jira's RSS."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message, Piece, words
from leakhunt.chat.blocks import html_pieces, message, split
from leakhunt.chat.marks import chained, of_html, plain, undone
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = lazy.pattern(
    r"<hibernate-generic\b|<entity-engine-xml\b|<rss\b.{0,3000}(?:[jJ]ira|JIRA|<issue\b)", re.DOTALL
)
_ABOUT_JIRA = lazy.pattern(r"\s*<\?xml[^<>]*>\s*<!--(?:.{0,2000})(?i:jira|exported on)", re.DOTALL)
"""Jira tells so much about itself that the first element comes behind the start of the file."""
_START = lazy.pattern(
    r"^[ \t]*<object class=\"(?P<class>\w+)\"[^<>]*>"
    r"|^[ \t]*<(?P<entity>Issue|Action|Comment|Component|Version|Worklog|ChangeItem"
    r"|ChangeGroup|CustomFieldValue|OSPropertyText|OSPropertyString|Project)\b"
    r"|^    <(?P<other>[A-Z]\w+) id=\""
    r"|<comment id=\"(?P<comment>\d+)\"[^<>]*>|^[ \t]*<item>",
    re.MULTILINE,
)
_CDATA = lazy.pattern(r"\]\]\]\]><!\[CDATA\[>|<!\[CDATA\[|\]\]>")
_ID = lazy.pattern(r"<id name=\"id\">(\d+)</id>|\bid=\"(\d+)\"")
_WHO = lazy.pattern(
    r'\bauthor="([^"]*)"|<property name="(?:creator|lastModifier)Name"><!\[CDATA\[([^\]]*)'
    r'|\bcreator="([^"]*)"'
)
_WHEN = lazy.pattern(
    r'\bcreated="([^"]*)"|<property name="(?:creation|lastModification)Date">([^<]*)<'
)
_KEY = lazy.pattern(r'<key[^<>]*>([A-Z][A-Z0-9_]+-\d+)</key>|\bkey="([A-Z][A-Z0-9_]+-\d+)"')
_ISSUE = lazy.pattern(r'\bissue="(\d+)"')
_GROUP = lazy.pattern(r'\bgroup="(\d+)"')
_PROTECTED = r"\s*(?:<!\[CDATA\[)?([^<\]]{1,300})"
_TITLE = lazy.pattern(rf'<property name="title">{_PROTECTED}')
_NAME = lazy.pattern(rf'<property name="(?:key|name)">{_PROTECTED}')
_PERSON = lazy.pattern(rf'<id name="key">{_PROTECTED}')
_CREATOR = lazy.pattern(
    rf'<property name="(?:creator|lastModifier)"[^<>]*>\s*<id name="key">{_PROTECTED}'
)
_CONTENT = lazy.pattern(
    r'<property name="(?:content|containerContent|originalVersion)"[^<>]*>\s*<id name="id">(\d+)<'
)
_ATTRIBUTE = lazy.pattern(r'\b([A-Za-z]\w*)="([^"]+)"')
_FACTS = words(
    "id key number project issue author updateauthor creator reporter assignee type created "
    "updated duedate resolutiondate status priority resolution workflowId customfield votes "
    "watches level rolelevel group field fieldtype sequence"
)
_WRITTEN = words("BodyContent Issue Action Worklog")
"""What holds something that somebody wrote, and not only facts about it."""
_MOST = 100_000
"""Pages, issues and people that are remembered."""


class About(NamedTuple):
    """What is known of a page, a post or a comment, whose text is an object of its own."""

    title: str | None
    author: str | None
    stamp: str | None
    within: str | None
    """The id of what it belongs to."""


class Backup:
    """What was read of a backup so far."""

    def __init__(self) -> None:
        self.space: str | None = None
        self.issue: str | None = None
        self._about: dict[str, About] = {}
        self._people: dict[str, str] = {}
        self._issues: dict[str, str] = {}
        self._groups: dict[str, str] = {}

    def learn(self, kind: str, source: str) -> None:
        """Take in what an object or an element says about others.

        Args:
            kind: its class or name.
            source: the whole of it.
        """
        key, ident = _first(_KEY, source), _first(_ID, source)
        if key:
            self.issue = key
            if kind == "Issue" and ident and len(self._issues) < _MOST:
                self._issues[ident] = key
        elif kind == "ChangeGroup" and len(self._groups) < _MOST:
            self._groups[ident or ""] = _first(_ISSUE, source) or ""
        elif kind == "Space":
            self.space = self.space or _first(_NAME, source)
        elif kind == "ConfluenceUserImpl" and len(self._people) < _MOST:
            self._people[_first(_PERSON, source) or ""] = _first(_NAME, source) or ""
        elif kind and kind != "BodyContent" and ident and len(self._about) < _MOST:
            about = About(
                _first(_TITLE, source),
                _first(_WHO, source) or _first(_CREATOR, source),
                _first(_WHEN, source),
                _first(_CONTENT, source),
            )
            if any(about):
                self._about[ident] = about

    def page(self, source: str) -> About:
        """Return what is known of the page or comment that an object is, or is the text of."""
        own = _first(_CREATOR, source) or _first(_WHO, source)
        known = About(_first(_TITLE, source), own, _first(_WHEN, source), _first(_CONTENT, source))
        for _ in range(4):  # the text of a comment, the comment, and its page
            outer = self._about.get(known.within or "")
            if outer is None:
                break
            known = About(
                known.title or outer.title,
                known.author or outer.author,
                known.stamp or outer.stamp,
                outer.within,
            )
        return known._replace(author=self._people.get(known.author or "") or known.author)

    def issue_of(self, kind: str, source: str) -> str | None:
        """Return the key of the issue that an element is about, or None.

        Args:
            kind: its name in a backup; empty in RSS, where an issue holds its comments.
            source: the whole of it.
        """
        ident = _first(_ISSUE, source)
        if kind == "ChangeItem":
            ident = self._groups.get(_first(_GROUP, source) or "")
        if ident:
            return self._issues.get(ident, ident)
        return _first(_KEY, source) or (None if kind else self.issue)


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


def tell(backup: Backup, source: str, start: re.Match[str] | None) -> Mention:
    """Say who wrote something, when and where."""
    known = start.groupdict() if start else {}
    ident = known.get("comment") or _first(_ID, source)
    if known.get("class"):
        page = backup.page(source)
        return Mention(
            format="confluence",
            workspace=backup.space,
            channel=page.title,
            author=page.author,
            time=(times.of_text(page.stamp) or None) if page.stamp else None,
            stamp=page.stamp,
            message=ident,
        )
    stamp = _first(_WHEN, source)
    kind = known.get("entity") or known.get("other") or ""
    return Mention(
        format="jira",
        channel=backup.issue_of(kind, source),
        author=_first(_WHO, source),
        time=(times.of_text(stamp) or None) if stamp else None,
        stamp=stamp,
        message=f"{kind} {ident}" if known.get("other") else ident,
    )


def read(export: Export) -> Iterator[Message]:
    """Yield issues, comments, pages and their older versions."""
    backup = Backup()
    for window, start, begin, end in split(export, _START):
        source = window.text[begin:end]
        known = start.groupdict() if start else {}
        kind = known.get("class") or known.get("entity") or known.get("other") or ""
        if start:
            backup.learn(kind, source)
        pieces = [*_joined(window.text, begin, end), *pieces_of(html_pieces(window, begin, end))]
        if known.get("entity"):
            pieces[:0] = _attributes(source, begin)
        one = message(window, begin, end, pieces, tell, backup, source, start)
        yield one._replace(counts=kind in _WRITTEN or (start is not None and not kind))


def _attributes(source: str, begin: int) -> Iterator[Piece]:
    """Yield what people wrote in the attributes of an element of Jira."""
    for found in _ATTRIBUTE.finditer(source):
        if found[1] not in _FACTS:
            text, marks = plain(found[2])
            yield Piece(text, "", begin + found.start(2), marks)


def _joined(text: str, begin: int, end: int) -> Iterator[Piece]:
    """Yield the text without the marks that only protect it, which may split it."""
    source = text[begin:end]
    if "<![CDATA[" in source:
        seen, marks = undone(source, _CDATA, _cdata)
        yield Piece(seen, "", begin, marks)
        shown, inner = of_html(seen)
        if inner:
            yield Piece(shown, "", begin, chained(inner, marks))


def claims(head: str, path: str) -> bool:
    """Say whether it is a backup of Jira or Confluence."""
    if path.endswith("entities.xml") and _ABOUT_JIRA.match(head):
        return True
    return head.lstrip()[:1] == "<" and _HEAD.search(head) is not None


TICKETS = Format("tickets", claims, read)
