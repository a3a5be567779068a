"""Messenger and Instagram, as Meta's download of one's information writes them."""

from __future__ import annotations

import re
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.marks import repaired
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(
    r'"(?:sender_name"\s*:.{0,400}?"timestamp_ms|senderName"\s*:.{0,4000}?"timestamp)"\s*:',
    re.DOTALL,
)
_SKIP = words(
    "sender_name senderName timestamp_ms timestamp type is_geoblocked_for_viewer "
    "is_unsent creation_timestamp uri reactions isUnsent media ip"
)
_NAMED = 5
"""People who are told instead of the title of a thread, at most."""
_DULL = lazy.pattern(r"/(?:uri|thread_path)$")


def dull(pointer: str) -> bool:
    """Say whether a string is a path that a program made up."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says, with its letters repaired."""
    return said(message, ("content", "text"), _SKIP, repaired)


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    people = record.above("participants")
    title = text_of(record.above("title", "threadName")) or _together(people)
    author = text_of(message, "sender_name") or text_of(message, "senderName")
    stamp = text_of(message, "timestamp_ms") or text_of(message, "timestamp")
    return Mention(
        format="instagram" if "instagram" in record.export.name.lower() else "messenger",
        channel=f"@{repaired(title)[0]}" if title else None,
        author=repaired(author)[0] if author else None,
        time=times.of_seconds(stamp, 1000) or None,
        stamp=stamp,
        people=len(people) if isinstance(people, list) else None,
    )


def _together(people: Any) -> str:
    """Return who talks: the title of a thread stands behind its messages."""
    listed = people if isinstance(people, list) else []
    names = [text_of(one, "name") or text_of(one) for one in listed[:_NAMED]]
    return ", ".join(name for name in names if name)


def claims(head: str, path: str) -> bool:
    """Say whether it is a thread of Messenger or Instagram."""
    return head.lstrip()[:1] == "{" and _HEAD.search(head) is not None


MESSENGER = form(Shape("messenger", claims, ((), ("messages",)), tell, pieces_of, None, dull))
