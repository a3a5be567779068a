"""Google Chat and Hangouts, as Takeout writes them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import ANY
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from leakhunt.chat.base import Beside

_HEAD = lazy.pattern(r'"creator"\s*:\s*\{.{0,800}?"created_date"\s*:', re.DOTALL)
_SKIP = words(
    "created_date updated_date topic_id message_id creator start_index length "
    "user_type deletion_type message_state"
)


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says."""
    return said(message, ("text",), _SKIP)


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    stamp = text_of(message, "created_date")
    folder = record.export.folder
    direct = folder.startswith("DM")
    beside = record.export.beside
    name, members = beside.memo(f"google {folder}", lambda: _group(beside))
    if not name and direct and members:
        name = ", ".join(members)
    name = name or re.sub(r"^(?:DM|Space|Group) ", "", folder)
    return Mention(
        format="google-chat",
        channel=f"{'@' if direct else '#'}{name}" if name else None,
        thread=text_of(message, "topic_id"),
        author=text_of(message, "creator", "name") or text_of(message, "creator", "email"),
        time=times.of_words(stamp) or None,
        stamp=stamp,
        message=text_of(message, "message_id"),
        people=len(members) or None,
    )


def _group(beside: Beside) -> tuple[str, list[str]]:
    """Return what a conversation is called, and who is in it."""
    try:
        group = json.loads(beside.read("group_info.json") or b"{}")
    except (ValueError, RecursionError):
        group = {}
    members = group.get("members") if isinstance(group, dict) else None
    names = [
        text_of(one, "name") or text_of(one, "email") or "?"
        for one in (members if isinstance(members, list) else ())
    ]
    return text_of(group, "name") or "", names


def claims(head: str, path: str) -> bool:
    """Say whether it holds messages of Google Chat."""
    return head.lstrip()[:1] == "{" and _HEAD.search(head) is not None


GOOGLE_CHAT = form(Shape("google-chat", claims, ((), ("messages",)), tell, pieces_of))

_HANGOUTS = lazy.pattern(r'\s*\{\s*"conversations"\s*:\s*\[\s*\{\s*"(?:conversation|events)"\s*:')
_EVENTS = ("conversations", ANY, "events")
_IDS = words(
    "chat_id gaia_id timestamp event_id self_event_state advances_sort_timestamp "
    "event_otr delivery_medium event_type conversation_id sender_id event_version type"
)


def events(message: dict[str, Any]) -> list[Piece]:
    """Return what an event says; a text is cut at links and at the ends of lines."""
    pieces: list[Piece] = []
    glue = "\n"
    for piece in said(message, (), _IDS):
        cut = "/segment/" in piece.pointer and piece.pointer.endswith("/text")
        if cut:
            pieces.append(piece._replace(glue=glue))
            glue = ""
        else:
            pieces.append(piece)
            glue = "\n" if not piece.pointer.startswith("/chat_message/message_content/seg") else ""
    return pieces


def hangouts(record: Record) -> Mention:
    """Say who wrote an event, when and where."""
    message = record.value
    sender = text_of(message, "sender_id", "chat_id")
    return Mention(
        format="hangouts",
        channel=text_of(message, "conversation_id", "id"),
        author=sender,
        time=times.of_seconds(message.get("timestamp"), 1_000_000) or None,
        stamp=text_of(message, "timestamp"),
        message=text_of(message, "event_id"),
    )


def is_hangouts(head: str, path: str) -> bool:
    """Say whether it is a file of Hangouts."""
    return _HANGOUTS.match(head) is not None and "MessageList" not in head


HANGOUTS = form(
    Shape(
        "hangouts",
        is_hangouts,
        ((), ("conversations",), ("conversations", ANY), _EVENTS),
        hangouts,
        events,
    )
)
