"""Mattermost: the XML of its compliance export, as Actiance takes it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import html_pieces, message, split
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = lazy.pattern(r"\s*(?:<\?xml[^<>]*>\s*)?<FileDump\b")
_START = lazy.pattern(
    r'^[ \t]*<Conversation\b[^<>]*\bPerspective="(?P<room>[^"<>]*)"'
    r"|^[ \t]*<(?P<kind>Message|FileTransferStarted|ParticipantEntered|ParticipantLeft)>",
    re.MULTILINE,
)


def _of(source: str, name: str) -> str | None:
    found = re.search(rf"<{name}>([^<]*)</{name}>", source)
    return (unescape(found[1]) or None) if found else None


def tell(source: str, room: str) -> Mention:
    """Say who wrote a message, when and where."""
    stamp = _of(source, "DateTimeUTC")
    return Mention(
        format="mattermost",
        channel=f"#{room}" if room else None,
        author=_of(source, "LoginName"),
        time=times.of_seconds(stamp, 1000) or None,
        stamp=stamp,
        message=_of(source, "MessageId"),
    )


def read(export: Export) -> Iterator[Message]:
    """Yield messages, and who came and went."""
    room = ""
    for window, start, begin, end in split(export, _START):
        if start and start["room"] is not None:
            room = unescape(start["room"])
        source = window.text[begin:end]
        pieces = html_pieces(window, begin, end)
        one = message(window, begin, end, pieces, tell, source, room)
        yield one._replace(counts=start is not None and start["kind"] == "Message")


def claims(head: str, path: str) -> bool:
    """Say whether it is such an export."""
    return _HEAD.match(head) is not None


COMPLIANCE = Format("mattermost", claims, read)
