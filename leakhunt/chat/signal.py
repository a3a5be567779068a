"""Signal: the JSON of sigtop and of other converters."""

from __future__ import annotations

import re
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import LIST
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(r'"(?:sent_at|sentAt|dateSent)"\s*:')
_MORE = lazy.pattern(
    r'"(?:conversationId|received_at|sourceServiceId|sourceUuid|chatItem|standardMessage)"\s*:'
)
_SKIP = words(
    "id conversationId source sourceDevice sourceUuid sourceServiceId sent_at received_at "
    "received_at_ms timestamp schemaVersion type readStatus seenStatus contentType digest key "
    "cdnKey cdnId hash blurHash thumbnail uploadTimestamp path plaintextHash serverGuid "
    "sendStateByConversationId bodyRanges authorAci authorUuid guid localKey iv"
)
_DULL = lazy.pattern(r"/(?:\w*[iI]d|key|digest|\w*[hH]ash|path|\w*[Gg]uid|\w*[kK]ey|iv|cdnKey)$")


def dull(pointer: str) -> bool:
    """Say whether a string is an id, a hash or a key that a program made up."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says, and what it said before it was edited."""
    return said(message, ("body",), _SKIP)


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    stamp = (
        text_of(message, "sent_at") or text_of(message, "sentAt") or text_of(message, "dateSent")
    )
    name = re.sub(r" \([+\w]+\)$|\.jsonl?$", "", record.export.name.rpartition("/")[2])
    return Mention(
        format="signal",
        channel=f"@{name}" if name else None,
        author=text_of(message, "source") or text_of(message, "authorId"),
        time=times.of_seconds(stamp, 1000) or None,
        stamp=stamp,
        message=text_of(message, "id"),
    )


def claims(head: str, path: str) -> bool:
    """Say whether it holds messages of Signal."""
    return head.lstrip()[:1] in ("{", "[") and bool(_HEAD.search(head) and _MORE.search(head))


SIGNAL = form(Shape("signal", claims, (LIST,), tell, pieces_of, None, dull))
