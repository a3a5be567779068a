"""Telegram Desktop: JSON of one chat or of a whole account."""

from __future__ import annotations

import re
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import ANY
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(
    r'\s*\{(?:.{0,300}?"name"\s*:.{0,300}?"type"\s*:\s*"(?:personal|bot|private|public|saved)'
    r'|\s*"about"\s*:\s*".{0,1000}?"(?:personal_information|chats|left_chats|contacts)"\s*:)',
    re.DOTALL,
)
_OPENED = {
    (),
    ("messages",),
    *((top, *rest) for top in ("chats", "left_chats") for rest in (
        (), ("list",), ("list", ANY), ("list", ANY, "messages")
    )),
}  # fmt: skip
_SKIP = words(
    "id type date date_unixtime edited edited_unixtime from_id actor_id reply_to_message_id "
    "reply_to_peer_id width height mime_type text text_entities message_id via_bot_id"
)


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says; text that is split by what looks like a link is one text."""
    pieces: list[Piece] = []
    _text(message.get("text"), "/text", pieces)
    if not pieces:
        _text(message.get("text_entities"), "/text_entities", pieces)
    return pieces + said(message, (), _SKIP)


def _text(text: Any, pointer: str, pieces: list[Piece]) -> None:
    if isinstance(text, str):
        if text:
            pieces.append(Piece(text, pointer))
        return
    glue = "\n"
    behind = []
    for number, part in enumerate(text if isinstance(text, list) else ()):
        if isinstance(part, str):
            pieces.append(Piece(part, f"{pointer}/{number}", glue=glue))
        elif isinstance(part, dict):
            for key, value in part.items():
                if key == "text" and isinstance(value, str):
                    pieces.append(Piece(value, f"{pointer}/{number}/text", glue=glue))
                elif key != "type" and isinstance(value, str) and value:
                    behind.append(Piece(value, f"{pointer}/{number}/{key}"))
        glue = ""
    pieces += behind


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    name = text_of(record.above("name"))
    kind = str(record.above("type") or "")
    chat = text_of(record.above("id"))
    number = text_of(message, "id")
    link = None
    if chat and number and "supergroup" in kind + "supergroup" * ("channel" in kind):
        link = f"https://t.me/c/{chat}/{number}"
    direct = kind.startswith(("personal", "bot", "saved")) or not kind
    return Mention(
        format="telegram",
        channel=f"{'@' if direct else '#'}{name}" if name else None,
        thread=text_of(message, "reply_to_message_id"),
        author=text_of(message, "from") or text_of(message, "actor") or text_of(message, "from_id"),
        time=times.of_seconds(message["date_unixtime"])
        if "date_unixtime" in message
        else times.of_text(message.get("date")) or None,
        stamp=text_of(message, "date"),
        message=number,
        permalink=link,
    )


def claims(head: str, path: str) -> bool:
    """Say whether it is JSON of Telegram Desktop."""
    if _HEAD.match(head) is not None:
        return True
    return head.lstrip()[:1] == "{" and '"date_unixtime"' in head and '"messages"' in head


TELEGRAM = form(Shape("telegram", claims, _OPENED, tell, pieces_of))
