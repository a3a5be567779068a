"""Exports in HTML: DiscordChatExporter, Telegram Desktop, Teams, Element, WhatsApp's converters."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import html_pieces, message, split
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator


class Page(NamedTuple):
    """How one program writes its pages."""

    name: str
    mark: re.Pattern[str]
    """What the start of a page holds."""
    start: re.Pattern[str]
    """How a message starts; the group `id` is its id."""
    author: re.Pattern[str]
    time: re.Pattern[str]
    title: re.Pattern[str]
    """Where the name of the channel stands, before the first message; may have `workspace`."""


def _compiled(*expressions: str) -> list[re.Pattern[str]]:
    return [lazy.pattern(expression, re.DOTALL) for expression in expressions]


_FIRST = r"\A(?:(?!<html).){0,2000}<html"
"""The first start of a page: to look behind each of many takes long."""

PAGES = (
    Page(
        "discord",
        *_compiled(
            r"<!DOCTYPE html>.{0,8000}?(?:chatlog|DiscordChatExporter|preamble__)"
            r"|<title>[^<]{1,200}</title>.{0,7000}chatlog"
            rf"|{_FIRST}.{{0,8000}}?preamble__entry",
            r'<div[^<>]*\bclass="?chatlog__message-container[^<>]*\bdata-message-id="?(?P<id>\d+)[^<>]*>'
            r'|<div[^<>]*\bid="?chatlog__message-container-(?P<id2>\d+)[^<>]*>'
            # Before 2022 a group of messages of one person says who and when.
            r'|<div[^<>]*\bclass="?chatlog__message[ "][^<>]*\bdata-message-id="?(?P<id3>\d+)'
            r"[^<>]*>"
            r'|<div[^<>]*\bclass="?chatlog__message-group\b[^<>]*>',
            r'class="?chatlog__(?:author(?:-name)?|system-notification-author)\b[^<>]*>(?P<said>[^<]*)<',
            r'class="?chatlog__(?:short-|system-notification-)?timestamp\b[^<>]*?(?:title="(?P<full>[^"]*)"[^<>]*)?>'
            r"(?:<a\b[^<>]*>)?(?P<said>[^<]*)<",
            r'preamble__entry"?>(?P<workspace>[^<]*)</div>\s*'
            r'<div class="?preamble__entry"?>(?P<said>[^<]*)<'
            r'|\A(?!.*preamble__entry"?>).*?<title>(?P<page>[^<]*)</title>',
        ),
    ),
    Page(
        "telegram",
        *_compiled(
            r'<div class="page_wrap".{0,4000}?(?:class="history"|class="message|page_header)',
            r'<div class="message\b[^"]*" id="message(?P<id>-?\d+)">',
            r'<div class="from_name">\s*(?P<said>[^<]*?)\s*<',
            r'<div class="pull_right date details" title="(?P<full>[^"]*)">\s*(?P<said>[^<]*?)\s*<',
            r'<div class="text bold">\s*(?P<said>[^<]*?)\s*</div>',
        ),
    ),
    Page(
        "rocketchat",
        *_compiled(
            r"\A\s*<meta [^<>]{0,200}>\s*<p><strong>[^<\n]{1,200}</strong> \([^()\n]{0,60}\):<br/>",
            r"<p>(?=<strong>[^<\n]{1,200}</strong> \([^()\n]{0,60}\):<br/>)",
            r"<strong>(?P<said>[^<]*)</strong> \(",
            r"</strong> \((?P<said>[^()]*)\):<br/>",
            r"(?!)",
        ),
    ),
    Page(
        "messenger",
        *_compiled(
            rf"{_FIRST}.{{0,8000}}?\b(?:_a6-[a-z]|_a70[a-z0-9])\b",
            r'<(?:div|h2)\b[^<>]*\bclass="[^"<>]*\b_a6-h\b[^"<>]*"[^<>]*>',
            r"\b_a6-h\b[^<>]*>(?:<div>)?(?P<said>[^<]*)<",
            r"\b_a72d\b[^<>]*>(?P<said>[^<]*)<",
            r"<title>(?P<page>[^<]*)</title>",
        ),
    ),
    Page(
        "matrix",
        *_compiled(
            r"mx_MatrixChat|mx_RoomView|mx_EventTile",
            r'<(?:li|div)\b[^<>]*?\bclass="mx_Export_EventWrapper"'
            r'(?:[^<>]*?\bid="?(?P<id>[^\s">]+))?[^<>]*>',
            r'class="mx_DisambiguatedProfile_displayName[^"]*"[^<>]*>(?P<said>[^<]*)<',
            r'class="mx_MessageTimestamp"[^<>]*?(?:title="(?P<full>[^"]*)"[^<>]*)?>(?P<said>[^<]*)<',
            r'class="mx_\w*RoomHeader_nametext"[^<>]*>\s*(?P<said>[^<]*?)\s*<'
            r"|<title>(?P<page>[^<]*)</title>",
        ),
    ),
    Page(
        "teams",
        *_compiled(
            rf"(?i){_FIRST}.{{0,6000}}?"
            r"(?:Microsoft Teams|teams\.microsoft\.com|skype|threadProperties)",
            r'(?i)<(?:div|tr|li)[^<>]{0,500}\bclass="[^"<>]{0,300}\b(?:message|chat-?message|msg)\b[^"<>]{0,300}"'
            r'(?:[^<>]*?\bid="(?P<id>[^"]*)")?[^<>]*>',
            r'(?i)class="[^"<>]{0,300}\b(?:author|sender|from|name)\b[^"<>]{0,300}"[^<>]*>(?P<said>[^<]*)<'
            r'|class="hdr">(?P<plain>[^<]*?) \u00b7 <',
            r'(?i)class="[^"<>]{0,300}\b(?:time|timestamp|date)\b[^"<>]{0,300}"[^<>]*?'
            r'(?:title="(?P<full>[^"]*)"[^<>]*)?>(?P<said>[^<]*)<'
            r'|class="hdr">[^<]* \u00b7 <span title="(?P<hdr>[^"]*)"',
            r"<title>(?P<said>[^<]*)</title>",
        ),
    ),
)
_GROUPED = ("discord",)
"""Those who may tell once for several messages when they were written."""
_NAMED = ("rocketchat",)
"""Those who name a file like its channel, and do not tell it inside."""


def _text(found: re.Match[str] | None, *groups: str) -> str:
    if found is None:
        return ""
    named = found.groupdict()
    return next((unescape(named[g]).strip() for g in groups if named.get(g)), "")


def tell(
    page: Page, state: tuple[str, str, str, str], source: str, start: re.Match[str] | None
) -> Mention:
    """Say who wrote a message, when and where."""
    author, channel, workspace, before = state
    stamp = _stamp(page, source) or before
    ident = _ident(start)
    return Mention(
        format=page.name,
        workspace=workspace or None,
        channel=f"{'@' if page.name == 'messenger' else '#'}{channel}" if channel else None,
        author=author or None,
        time=(times.of_text(stamp) or times.of_days(stamp) or None) if stamp else None,
        stamp=stamp or None,
        message=ident,
    )


def _stamp(page: Page, source: str) -> str:
    return _text(page.time.search(source), "full", "said", "hdr")


def _ident(start: re.Match[str] | None) -> str | None:
    named = start.groupdict() if start else {}
    return named.get("id") or named.get("id2") or named.get("id3")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def read(page: Page, export: Export) -> Iterator[Message]:
    """Yield the messages of a page."""
    author = channel = workspace = stamp = ""
    grouped = page.name in _GROUPED
    for window, start, begin, end in split(export, page.start):
        source = window.text[begin:end]
        if start is None:
            found = page.title.search(source)
            channel = _text(found, "said", "page") or (
                _stem(export.name) if page.name in _NAMED else ""
            )
            workspace = _text(found, "workspace")
        # Whose message was forwarded did not write it here.
        own = source.partition('class="forwarded body"')[0]
        author = _text(page.author.search(own), "said", "plain") or author
        pieces = html_pieces(window, begin, end)
        service = start is not None and 'class="message service' in start[0]
        if grouped:
            stamp = _stamp(page, source) or stamp
        state = ("" if service else author, channel, workspace, stamp)
        one = message(window, begin, end, pieces, tell, page, state, source, start)
        yield one._replace(counts=start is not None and not (grouped and _ident(start) is None))


def _format(page: Page) -> Format:
    return Format(
        page.name,
        lambda head, path: head.lstrip()[:1] == "<" and page.mark.search(head) is not None,
        lambda export: read(page, export),
    )


FORMATS = tuple(_format(page) for page in PAGES)
