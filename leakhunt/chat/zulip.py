"""Zulip: the files of messages in an export of an organisation."""

from __future__ import annotations

import json
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.marks import of_html
from leakhunt.chat.nested import strings_within
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(r'\s*\{\s*"(?:zerver_(?:usermessage|message)|userprofile_ids)"')
_OPENED = ((), ("zerver_message",))
_SKIP = words(
    "id sender recipient sending_client date_sent has_attachment has_image has_link "
    "last_edit_time rendered_content_version search_tsvector edit_history"
)


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says, and what it said before it was edited."""
    pieces = []
    for piece in said(message, ("content",), _SKIP):
        if piece.pointer == "/rendered_content":
            seen, marks = of_html(piece.text)
            piece = piece._replace(text=seen, marks=marks)
        pieces.append(piece)
    history = message.get("edit_history")
    if isinstance(history, str) and history:
        pieces += strings_within(Piece(history, "/edit_history"))
    return pieces


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    people, streams = record.export.beside.memo("zulip", lambda: _realm(record))
    sender = text_of(message, "sender")
    recipient = text_of(message, "recipient") or ""
    stream = streams.get(recipient)
    topic = text_of(message, "subject")
    return Mention(
        format="zulip",
        channel=f"#{stream}" if stream else None,
        thread=topic,
        author=people.get(sender or "") or sender,
        time=times.of_seconds(message.get("date_sent")) or None,
        stamp=text_of(message, "date_sent"),
        message=text_of(message, "id"),
    )


def _realm(record: Record) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of people and streams by their ids."""
    try:
        realm = json.loads(record.export.beside.read("realm.json") or b"{}")
    except (ValueError, RecursionError):
        realm = {}
    people = {
        str(one.get("id")): str(one.get("full_name") or one.get("email"))
        for table in ("zerver_userprofile", "zerver_userprofile_crossrealm")
        for one in realm.get(table) or ()
    }
    names = {str(one.get("id")): str(one.get("name")) for one in realm.get("zerver_stream") or ()}
    streams = {
        str(one.get("id")): names.get(str(one.get("type_id")), "")
        for one in realm.get("zerver_recipient") or ()
        if one.get("type") == 2
    }
    return people, streams


def claims(head: str, path: str) -> bool:
    """Say whether it is a file of messages of Zulip."""
    return _HEAD.match(head) is not None


ZULIP = form(Shape("zulip", claims, _OPENED, tell, pieces_of))
