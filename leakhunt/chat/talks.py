"""Messages in JSON of programs that have no reader of their own: who, what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.marks import of_html
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    import re

_WHO = (
    "author",
    "sender",
    "from",
    "user",
    "username",
    "senderName",
    "sender_name",
    "creator",
    "name",
)
_WHAT = ("text", "body", "message", "content")
_WHEN = ("timestamp", "date", "time", "created_at", "createdAt", "sent_at", "ts", "datetime")
_SKIP = words("id avatar avatarId color reactions type")
_LIST = lazy.pattern(r'"messages"\s*:\s*\[\s*\{')
_LINE = lazy.pattern(r'\{"date"\s*:\s*"[^"]*"\s*,\s*"sender"\s*:\s*"[^"]*"\s*,\s*"body"\s*:')
_DULL = lazy.pattern(r"/(?:\w*[iI]d|avatar\w*|hash|etag)$")
_FIRST = 4000
"""Letters behind the start of the list in which the first message shows what it is."""


def _any(keys: tuple[str, ...]) -> re.Pattern[str]:
    return lazy.pattern(rf'"(?:{"|".join(keys)})"\s*:')


_KEYS = tuple(map(_any, (_WHO, _WHAT, _WHEN)))


def dull(pointer: str) -> bool:
    """Say whether a string is an id or a hash."""
    return _DULL.search(pointer) is not None


def _clean(source: str) -> tuple[str, Any]:
    return of_html(source) if "</" in source or "<br" in source else (source, ())


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says."""
    return said(message, _WHAT, _SKIP, _clean)


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value

    def first(keys: tuple[str, ...]) -> str | None:
        found = (text_of(message, key) or text_of(message, key, "name") for key in keys)
        return next((one for one in found if one), None)

    stamp = first(_WHEN)
    number = stamp or ""
    scale = 1000 if number.isdigit() and len(number) > 11 else 1
    stem = record.export.name.rpartition("/")[2].rpartition(".")[0]
    title = text_of(record.above("title", "name", "channel", "chatName", "conversation"))
    return Mention(
        format=record.shape,
        channel=title or (record.export.folder if stem == "data" else stem) or None,
        thread=text_of(message, "thread_id") or text_of(message, "replyToId"),
        author=first(_WHO),
        time=(times.of_seconds(number, scale) or times.of_text(number)) or None,
        stamp=stamp,
        message=text_of(message, "id"),
    )


def claims(head: str, path: str) -> bool:
    """Say whether it is a list of messages, each with a person, a text and a time."""
    if _LINE.match(head):
        return True
    found = _LIST.search(head) if head.lstrip()[:1] == "{" else None
    if found is None:
        return False
    message = head[found.end() : found.end() + _FIRST]
    return all(keys.search(message) for keys in _KEYS)


TALKS = form(Shape("chat", claims, ((), ("messages",)), tell, pieces_of, None, dull))
