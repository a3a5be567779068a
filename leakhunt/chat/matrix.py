"""Matrix: the JSON that Element exports."""

from __future__ import annotations

import re
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.marks import addresses, of_html
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(r'\s*\{\s*"room_name"\s*:|.{0,4000}?"origin_server_ts"\s*:', re.DOTALL)
_SKIP = words(
    "event_id origin_server_ts sender room_id user_id type age unsigned msgtype "
    "transaction_id format ciphertext session_id sender_key device_id algorithm hashes "
    "signatures key iv k prev_events auth_events"
)
_DULL = lazy.pattern(
    r"/(?:event_id|room_id|\w+_id|ciphertext|sender_key|url|k|iv|sha256|mxc|avatar_url)$"
)


def dull(pointer: str) -> bool:
    """Say whether a string is an id or a cipher."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what an event says."""
    pieces = []
    for piece in said(message, ("content",), _SKIP):
        if piece.pointer.endswith("/formatted_body"):
            source = piece.text
            seen, marks = of_html(source)
            piece = piece._replace(text=seen, marks=marks)
            for value, at in addresses(source):
                pieces.append(piece._replace(text=value, marks=((0, at),)))
        pieces.append(piece)
    return pieces


def tell(record: Record) -> Mention:
    """Say who wrote an event, when and where."""
    event = record.value
    room, number = text_of(event, "room_id"), text_of(event, "event_id")
    name = text_of(record.above("room_name")) or room
    relation = (
        event.get("content", {}).get("m.relates_to")
        if isinstance(event.get("content"), dict)
        else None
    )
    return Mention(
        format="matrix",
        channel=f"#{name}" if name else None,
        thread=text_of(relation, "event_id")
        if text_of(relation, "rel_type") == "m.thread"
        else None,
        author=text_of(event, "sender"),
        time=times.of_seconds(event.get("origin_server_ts"), 1000) or None,
        stamp=text_of(event, "origin_server_ts"),
        message=number,
        permalink=f"https://matrix.to/#/{room}/{number}" if room and number else None,
    )


def claims(head: str, path: str) -> bool:
    """Say whether it holds events of Matrix."""
    return head.lstrip()[:1] in ("{", "[") and _HEAD.match(head) is not None


MATRIX = form(Shape("matrix", claims, ((), ("messages",), ("chunk",)), tell, pieces_of, None, dull))
