"""Rocket.Chat: JSON of rooms and of a person's data."""

from __future__ import annotations

from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import LIST
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(r'"msg"\s*:\s*"')
_LIST = lazy.pattern(r'\s*\{\s*(?:"(?!_id|rid|msg)\w+"\s*:[^{}\[\]]*)?"messages"\s*:\s*\[')
_MORE = lazy.pattern(r'"(?:username|u|rid)"\s*:')
SKIP = words(
    "_id rid ts _updatedAt u mentions channels reactions md editedAt editedBy tmid tlm replies"
)


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says."""
    return said(message, ("msg",), SKIP)


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    stamp = message.get("ts")
    if isinstance(stamp, dict):
        stamp = stamp.get("$date")
    number = isinstance(stamp, int | float) or str(stamp).isdigit()
    stem = record.export.name.rpartition("/")[2].rpartition(".")[0]
    folder = record.export.folder if record.export.name.count("/") else ""
    # What people download of themselves has no ids, and a file for each room, called like it.
    if "_id" not in message and stem and not stem.startswith("messages"):
        folder = f"#{stem}"
    return Mention(
        format="rocketchat",
        channel=text_of(message, "rid") or folder or None,
        thread=text_of(message, "tmid"),
        author=text_of(message, "username") or text_of(message, "u", "username"),
        time=(times.of_seconds(stamp, 1000) if number else times.of_text(stamp)) or None,
        stamp=None if stamp is None else str(stamp),
        message=text_of(message, "_id"),
    )


def claims(head: str, path: str) -> bool:
    """Say whether it holds messages of Rocket.Chat."""
    return head.lstrip()[:1] in ("{", "[") and bool(
        _HEAD.search(head) and _MORE.search(head) and '"ts"' in head
    )


def is_whole(head: str, path: str) -> bool:
    """Say whether all messages lie in one object."""
    return claims(head, path) and _LIST.match(head) is not None


WHOLE = form(Shape("rocketchat", is_whole, ((), ("messages",)), tell, pieces_of))
ROCKETCHAT = form(Shape("rocketchat", claims, (LIST,), tell, pieces_of))
