"""Conversations with AI assistants: ChatGPT, Claude, Gemini CLI, Continue, Cline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import LIST, escaped
from leakhunt.chat.nested import strings_within
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.base import Format
    from leakhunt.chat.jsons import Element

SKIP = words(
    "id uuid parent parentUuid parent_id children create_time update_time created_at updated_at "
    "timestamp type role sender status recipient weight model_slug content_type message_id "
    "request_id requestId responseId sessionId session_id version userType isSidechain "
    "parent_message_uuid leafUuid messageId signature encrypted_content start_timestamp "
    "stop_timestamp projectHash default_model_slug finish_details model usage stop_reason "
    "tool_use_id call_id \\0above"
)
_DULL = lazy.pattern(
    r"/(?:\w*(?:[uU]u|_)?[iI]d|uuid|signature|encrypted_content|\w*[hH]ash|parent(?:Uuid)?|model\w*"
    r"|children/\d+|asset_pointer|citation_uuid)$"
)
_NESTED = 2
"""Shorter strings hold no JSON."""


def dull(pointer: str) -> bool:
    """Say whether a string is an id, a hash or a signature that a program made up."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says: text, code, what tools were asked and what they said."""
    pieces: list[Piece] = []
    for piece in said(message, ("message", "content", "text"), SKIP):
        text = piece.text
        if len(text) > _NESTED and text[0] + text[-1] in ("{}", "[]"):
            pieces += strings_within(piece)
        else:
            pieces.append(piece)
    return pieces


def within(element: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the messages of a conversation, hidden branches among them, and then the rest of it."""
    value = element.value
    rest = dict(value)
    above = {key: text_of(value, key) for key in _ABOVE if key in value}
    for key in ("mapping", "chat_messages", "messages", "history"):
        inner = value.get(key)
        if isinstance(inner, dict | list) and inner:
            rest.pop(key)
            items = inner.items() if isinstance(inner, dict) else enumerate(inner)
            for name, one in items:
                if isinstance(one, dict):
                    yield f"/{key}/{escaped(str(name))}", {"\\0above": above, **one}
    yield "", rest


_ABOVE = ("title", "name", "conversation_id", "id", "uuid", "sessionId", "customTitle")


def tell(record: Record) -> Mention:
    """Say who said something, when and in which conversation."""
    node = record.value
    above = node.get("\\0above") or {}
    message = node.get("message")
    if not isinstance(message, dict):
        message = node
    title = above.get("title") or above.get("customTitle") or above.get("name")
    title = title or text_of(record.above("title", "customTitle", "name"))
    conversation = next((above[key] for key in _ABOVE[2:] if above.get(key)), None)
    stamp = next(
        (
            one[key]
            for one in (message, node)
            for key in (
                "create_time",
                "created_at",
                "createdAt",
                "timestamp",
                "start_timestamp",
                "ts",
            )
            if one.get(key)
        ),
        None,
    )
    author = text_of(message, "author", "role") or text_of(message, "role")
    author = author or text_of(node, "sender") or text_of(node, "type")
    number = text_of(message, "id") or text_of(node, "uuid") or text_of(node, "requestId")
    kind = record.shape
    link = None
    if conversation and kind == "chatgpt":
        link = f"https://chatgpt.com/c/{conversation}"
    elif conversation and kind == "claude":
        link = f"https://claude.ai/chat/{conversation}"
    return Mention(
        format=kind,
        channel=title or conversation or record.export.name.rpartition("/")[2],
        thread=conversation,
        author=author,
        time=_time(stamp) or None,
        stamp=None if stamp is None else str(stamp),
        message=number,
        permalink=link,
    )


def _time(stamp: Any) -> str:
    if isinstance(stamp, int | float):
        return times.of_seconds(stamp, 1000 if stamp > 1e11 else 1)
    return times.of_text(stamp) if stamp else ""


def _format(name: str, head: str, opened: tuple[tuple[str, ...], ...]) -> Format:
    pattern = lazy.pattern(head, re.DOTALL)

    def claims(text: str, path: str) -> bool:
        return text.lstrip()[:1] in ("{", "[") and pattern.search(text) is not None

    return form(Shape(name, claims, opened, tell, pieces_of, within, dull))


CHATGPT = _format(
    "chatgpt", r'"mapping"\s*:\s*\{.{0,8000}"(?:parent|children|message)"\s*:', (LIST,)
)
CLAUDE = _format("claude", r'"chat_messages"\s*:\s*\[', (LIST,))
GEMINI = _format(
    "gemini-cli",
    r'"projectHash"\s*:\s*"|"sessionId"\s*:\s*"[^"]*"\s*,\s*"messageId"\s*:\s*\d',
    ((), ("messages",)),
)
CONTINUE = _format(
    "continue",
    r'"workspaceDirectory"\s*:.{0,2000}"history"\s*:\s*\[|"history"\s*:\s*\[\s*\{\s*"message"',
    ((), ("history",)),
)
CLINE = _format(
    "assistant",
    r'\{\s*(?:"\w+"\s*:\s*(?:"[^"]*"|[\d.]+)\s*,\s*){0,5}'
    r'"role"\s*:\s*"(?:user|assistant|system|developer|tool|model|human)"\s*,'
    r'\s*"(?:content|parts|text|message|time|timestamp|createdAt)"\s*:'
    r'|\{\s*"ts"\s*:\s*\d+\s*,\s*"type"\s*:\s*"(?:say|ask)"\s*,\s*"(?:say|ask)"\s*:',
    ((), ("messages",)),
)
