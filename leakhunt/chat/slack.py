"""Slack: the official export, Enterprise Grid, and the files of slackdump."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat.base import Export, Format, Message, Piece, words
from leakhunt.chat.jsons import Element, Elements, Lot, escaped
from leakhunt.chat.leaves import leaves
from leakhunt.chat.marks import plain, undone
from leakhunt.chat.simple import SLACK as STYLE
from leakhunt.chat.simple import simple
from leakhunt.chat.slack_names import mention

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from leakhunt.chat.base import Marks

_HEAD = lazy.pattern(
    r'"ts"\s*:\s*"\d{9,10}\.\d{6}"|"slackdump_thread_replies"|"channel_id"\s*:\s*"[CDG][A-Z0-9]{6,}"'
)
_OPENED = {(), ("messages",), ("m",)}
_SKIP = words(
    "type subtype user ts team user_team source_team client_msg_id bot_id app_id thread_ts "
    "parent_user_id latest_reply reply_users reactions is_locked subscribed last_read "
    "display_as_bot upload user_profile bot_profile blocks block_id style icons is_intro edited"
)
_KNOWN = _SKIP | {"text"}
_INNER = _SKIP - {"user", "blocks"} | words(
    "id mimetype filetype pretty_type editable mode color image_hash avatar_hash"
)
_SIMPLE = simple(STYLE, _KNOWN - {"text", "blocks"}, _INNER)
_MARKUP = lazy.pattern(r"<([^<>\s|][^<>]*)>|&(?:amp|lt|gt);")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_DULL = lazy.pattern(
    r"/(?:client_msg_id|id|ts|team|user|bot_id|app_id|block_id|avatar_hash|image_hash|(?:thumb|url|permalink"
    r"|image|deanimate)\w*|external_id|hash|event_ts|thread_ts|display_name_normalized)$"
)


def _said(found: re.Match[str]) -> str:
    inner = found[1]
    if inner is None:
        return _ENTITIES[found[0]]
    target, bar, label = inner.partition("|")
    if target[0] in "@#!":
        return f"{target[0] if target[0] != '!' else ''}{label}" if bar else inner
    return _unescaped(label if bar and label else target)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unmarked(source: str) -> tuple[str, Marks]:
    """Return the text of a message as people saw it: without entities and the wraps of links."""
    if "<" not in source and "&" not in source:
        return source, ()
    return undone(source, _MARKUP, _said)


def _links(source: str, pointer: str, pieces: list[Piece]) -> None:
    """Add the addresses behind labels, which people did not see."""
    if "|" not in source:
        return
    for found in _MARKUP.finditer(source):
        target, bar, label = (found[1] or "").partition("|")
        if bar and target[0] not in "@#!" and label not in target:
            text, marks = plain(target)
            moved = tuple((at, start + found.start(1)) for at, start in marks)
            pieces.append(Piece(text, pointer, -1, moved or ((0, found.start(1)),)))


def _rich_text(blocks: Any, pointer: str, pieces: list[Piece]) -> bool:
    """Add the texts of blocks if they are what people type, which is nearly always so."""
    try:
        ((block,),) = (blocks,)
        if block["type"] != "rich_text" or len(block) > 3:
            return False
        for number, part in enumerate(block["elements"]):
            items = part["elements"]
            if not all(item["type"] in _LEAVES for item in items):
                pieces.clear()
                return False
            _line(items, f"{pointer}/0/elements/{number}/elements", pieces)
    except (TypeError, KeyError, ValueError, AttributeError):
        pieces.clear()
        return False
    return True


def _blocks(value: Any, pointer: str, pieces: list[Piece], depth: int = 0) -> None:
    """Add the texts of blocks; what stands in one line is one text, however it is split."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) and _is_leaf(item) for item in value):
            _line(value, pointer, pieces)
            return
        for number, item in enumerate(value):
            if isinstance(item, dict | list) and depth < 60:
                _blocks(item, f"{pointer}/{number}", pieces, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                if item and key not in _INNER:
                    text, marks = unmarked(item)
                    pieces.append(Piece(text, f"{pointer}/{key}", -1, marks))
            elif isinstance(item, dict | list) and depth < 60:
                _blocks(item, f"{pointer}/{key}", pieces, depth + 1)


_LEAVES = words("text link user channel emoji date color broadcast usergroup team canvas")


def _is_leaf(item: dict[str, Any]) -> bool:
    return item.get("type") in _LEAVES


def _line(items: list[dict[str, Any]], pointer: str, pieces: list[Piece]) -> None:
    glue = "\n"
    behind = []
    for number, item in enumerate(items):
        key = "text"
        text = item.get(key)
        if len(item) == 2 and item["type"] == key and text and isinstance(text, str):
            pieces.append(Piece(text, f"{pointer}/{number}/text", -1, (), glue))
            glue = ""
            continue
        url = item.get("url")
        if isinstance(url, str) and url:
            if not isinstance(text, str) or not text:
                key, text = "url", url
            elif text not in url:
                behind.append(Piece(url, f"{pointer}/{number}/url"))
        if not isinstance(text, str):
            key = {"user": "user_id", "channel": "channel_id", "emoji": "name"}.get(
                str(item.get("type")), "fallback"
            )
            text = item.get(key)
        if isinstance(text, str) and text:
            pieces.append(Piece(text, f"{pointer}/{number}/{key}", glue=glue))
            glue = ""
    pieces += behind


def pieces_of(message: dict[str, Any], base: str = "") -> list[Piece]:
    """Return what a message says, in all the ways in which the export says it."""
    pieces: list[Piece] = []
    blocks = message.get("blocks")
    if blocks and not _rich_text(blocks, f"{base}/blocks", pieces):
        _blocks(blocks, f"{base}/blocks", pieces)
    text = message.get("text")
    if isinstance(text, str) and text:
        seen, marks = unmarked(text)
        if not pieces or seen != _joined(pieces):
            pieces.insert(0, Piece(seen, f"{base}/text", -1, marks))
            _links(text, f"{base}/text", pieces)
    for key, value in message.items():
        if key in _KNOWN:
            continue
        if isinstance(value, dict | list):
            leaves(value, f"{base}/{escaped(key)}", pieces, skip=_INNER, clean=unmarked)
        elif isinstance(value, str) and value:
            pieces.append(Piece(value, f"{base}/{escaped(key)}"))
    return pieces


def _joined(pieces: list[Piece]) -> str:
    return "".join(piece.glue + piece.text for piece in pieces)[1:]


def dull(pointer: str) -> bool:
    """Say whether a string is an id, a hash, or an address of Slack's own."""
    return _DULL.search(pointer) is not None


def _messages(export: Export, element: Element, *channel: str) -> Iterator[Message]:
    """Yield a message and the replies that slackdump puts into it."""
    value = element.value
    records = [("", value)]
    replies = value.get("slackdump_thread_replies")
    if isinstance(replies, list):
        records = [("", {k: v for k, v in value.items() if v is not replies})]
        records += [
            (f"/slackdump_thread_replies/{number}", reply)
            for number, reply in enumerate(replies)
            if isinstance(reply, dict)
        ]
    for base, record in records:
        pieces = pieces_of(record, base)
        tell = functools.partial(mention, export, record, *channel, near=element.window)
        yield Message(
            element.window, element.start, element.end, pieces, tell, element.path, dull, base
        )


def _simple(export: Export, channel_id: str, channel_name: str, element: Element) -> Message:
    return next(_messages(export, element, channel_id, channel_name))


def read(export: Export) -> Iterator[Message | Lot]:
    """Yield the messages of a day, of a channel, or of chunks."""
    channel_id = channel_name = ""
    elements = Elements(export.text, _OPENED, export.wrong, lines=True, simple=_SIMPLE)
    for element in elements.parts():
        if isinstance(element, Lot):
            make = functools.partial(_simple, export, channel_id, channel_name)
            yield element._replace(make=make)
            continue
        key = element.path[-1] if element.path else 0
        if isinstance(key, int) and isinstance(element.value, dict):
            yield from _messages(export, element, channel_id, channel_name)
            continue
        if key in ("channel_id", "id"):
            channel_id = str(element.value)
        elif key == "name":
            channel_name = str(element.value)
        pieces: list[Piece] = []
        leaves(element.value, "", pieces, clean=unmarked)
        if pieces:
            tell = functools.partial(mention, export, {}, channel_id, channel_name)
            window, start, end = element.window, element.start, element.end
            yield Message(window, start, end, pieces, tell, element.path, dull, counts=False)


def claims(head: str, path: str) -> bool:
    """Say whether a file holds messages of Slack."""
    return head[:1] in "[{" and _HEAD.search(head) is not None


SLACK = Format("slack", claims, read)
