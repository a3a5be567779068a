"""Discord: the plain text of DiscordChatExporter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import message, piece, split
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = lazy.pattern(r"={40,}\r?\nGuild: (?P<guild>[^\r\n]*)\r?\nChannel: (?P<channel>[^\r\n]*)")
_START = lazy.pattern(
    r"^\[(?P<stamp>[^\]\n]{6,40})\] (?P<author>[^\n]{1,100}?)(?: \(pinned\))?\r?$", re.MULTILINE
)


def tell(about: dict[str, str], start: re.Match[str] | None) -> Mention:
    """Say who wrote a message, when and where."""
    channel = about["channel"].rpartition(" / ")[2].rpartition(" > ")[2]
    direct = about["guild"] == "Direct Messages"
    stamp = start["stamp"] if start else None
    return Mention(
        format="discord",
        workspace=about["guild"] or None,
        channel=f"{'@' if direct else '#'}{channel}" if channel else None,
        author=start["author"] if start else None,
        time=(times.of_text(stamp) or times.of_days(stamp) or None) if stamp else None,
        stamp=stamp,
    )


def read(export: Export) -> Iterator[Message]:
    """Yield the messages of a channel."""
    found = _HEAD.search(export.text.head())
    about = found.groupdict() if found else {"guild": "", "channel": ""}
    for window, start, begin, end in split(export, _START):
        body = start.end() if start else begin
        one = message(window, begin, end, [piece(window, body, end)], tell, about, start)
        yield one._replace(counts=start is not None)


def claims(head: str, path: str) -> bool:
    """Say whether it is plain text of DiscordChatExporter."""
    return _HEAD.match(head) is not None


TEXT = Format("discord", claims, read)
