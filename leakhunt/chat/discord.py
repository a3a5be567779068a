"""Discord: the JSON of DiscordChatExporter."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message, Piece, words
from leakhunt.chat.jsons import Element, Elements, Lot, escaped
from leakhunt.chat.leaves import leaves
from leakhunt.chat.simple import DISCORD as STYLE
from leakhunt.chat.simple import simple
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = lazy.pattern(r'\s*\{\s*"guild"\s*:\s*\{')
_OPENED = {(), ("messages",)}
_SKIP = words(
    "id type timestamp timestampEdited callEndedTimestamp isPinned author mentions reactions "
    "inlineEmojis stickers reference roles color avatarUrl iconUrl canonicalName width height"
)
_KNOWN = _SKIP | {"content"}
_SIMPLE = simple(STYLE, _KNOWN - {"content"}, _SKIP)
_DULL = lazy.pattern(
    r"/(?:id|\w*Id|discriminator|color|avatarUrl|iconUrl|imageUrl|proxyUrl|code)$"
    r"|/attachments/\d+/url$|/(?:stickers|inlineEmojis|reactions|thumbnail|images?|video)/.*rl$"
)


def dull(pointer: str) -> bool:
    """Say whether a string is an id, a hash, or an address of Discord's own."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says."""
    pieces: list[Piece] = []
    content = message.get("content")
    if content and isinstance(content, str):
        pieces.append(Piece(content, "/content"))
    for key, value in message.items():
        if key in _KNOWN:
            continue
        if isinstance(value, str):
            if value:
                pieces.append(Piece(value, f"/{escaped(key)}"))
        elif value:
            leaves(value, f"/{escaped(key)}", pieces, skip=_SKIP)
    return pieces


def mention(about: dict[str, Any], message: dict[str, Any]) -> Mention:
    """Say who wrote a message, when and where."""
    guild = _dict(about.get("guild"))
    channel = _dict(about.get("channel"))
    author = _dict(message.get("author"))
    direct = "Direct" in str(channel.get("type"))
    name = str(channel.get("name") or channel.get("id") or "")
    stamp = str(message.get("timestamp") or "")
    server = "@me" if direct else guild.get("id")
    link = None
    if server and channel.get("id") and message.get("id"):
        link = f"https://discord.com/channels/{server}/{channel['id']}/{message['id']}"
    return Mention(
        format="discord",
        workspace=str(guild.get("name") or guild.get("id") or "") or None,
        channel=f"{'@' if direct else '#'}{name}" if name else None,
        thread=name if "Thread" in str(channel.get("type")) else None,
        author=str(author.get("nickname") or author.get("name") or author.get("id") or "") or None,
        time=times.of_text(stamp) or None,
        stamp=stamp or None,
        message=str(message.get("id") or "") or None,
        permalink=link,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read(export: Export) -> Iterator[Message | Lot]:
    """Yield the messages of a channel, or of a part of one."""
    about: dict[str, Any] = {}
    make = functools.partial(_message, about)
    for element in Elements(export.text, _OPENED, export.wrong, simple=_SIMPLE).parts():
        if isinstance(element, Lot):
            yield element._replace(make=make)
            continue
        value = element.value
        if len(element.path) == 1:
            about[str(element.path[0])] = value
            if not isinstance(value, dict):
                continue
            pieces: list[Piece] = []
            leaves(value, "", pieces, skip=_SKIP)
            tell = functools.partial(mention, about, {})
            path, _, window, start, end = element
            yield Message(window, start, end, pieces, tell, path, dull, counts=False)
        elif isinstance(value, dict):
            yield _message(about, element)


def _message(about: dict[str, Any], element: Element) -> Message:
    path, value, window, start, end = element
    tell = functools.partial(mention, about, value)
    return Message(window, start, end, pieces_of(value), tell, path, dull)


def claims(head: str, path: str) -> bool:
    """Say whether it is JSON of DiscordChatExporter."""
    return _HEAD.match(head) is not None and '"channel"' in head


DISCORD = Format("discord", claims, read)
