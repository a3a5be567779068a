"""Rows of databases, as they come out of the reader of SQLite: slackdump's and Cursor's."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import assistants, slack, slack_names
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.jsons import Elements
from leakhunt.chat.records import Record
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLACKDUMP = lazy.pattern(r"CHANNEL_ID: (?P<channel>\w+)\n(?:.*\n)*?DATA: (?=\{)")
_CURSOR = lazy.pattern(
    r"key: (?P<key>(?:bubbleId|composerData|messageRequestContext|aiService|workbench\.panel\.aic)"
    r"[^\n]*)\n(?:.*\n)*?value: (?=[\[{])"
)


def read_slackdump(export: Export) -> Iterator[Message]:
    """Yield the message of a row."""
    found = _SLACKDUMP.search(export.text.head())
    if found is None:
        return
    for element in Elements(export.text, (), export.wrong, found.end()):
        if isinstance(element.value, dict):
            pieces = slack.pieces_of(element.value)
            tell = functools.partial(slack_names.mention, export, element.value, found["channel"])
            yield Message(element.window, element.start, element.end, pieces, tell, (), slack.dull)
        return


def _cursor(export: Export, value: dict[str, Any], key: str) -> Mention:
    record = Record(value, (), {}, export, "cursor")
    mention = assistants.tell(record)
    parts = key.split(":")
    side = value.get("type")
    author = "user" if side == 1 else "assistant" if side == 2 else mention.author
    return Mention(
        format="cursor",
        channel=parts[1] if len(parts) > 1 else parts[0],
        author=author,
        time=mention.time,
        stamp=mention.stamp,
        message=parts[2] if len(parts) > 2 else mention.message,
    )


def read_cursor(export: Export) -> Iterator[Message]:
    """Yield what a row says."""
    found = _CURSOR.search(export.text.head())
    if found is None:
        return
    for element in Elements(export.text, (), export.wrong, found.end()):
        value = element.value
        window, start, end = element.window, element.start, element.end
        prompts = value if isinstance(value, list) else []
        for base, one in [("", value)] if isinstance(value, dict) else _numbered(prompts):
            pieces = [
                piece._replace(pointer=base + piece.pointer) for piece in assistants.pieces_of(one)
            ]
            tell = functools.partial(_cursor, export, one, found["key"])
            yield Message(window, start, end, pieces, tell, (), assistants.dull, base)
        return


def _numbered(values: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"/{at}", one) for at, one in enumerate(values) if isinstance(one, dict)]


SLACKDUMP = Format(
    "slack",
    lambda head, path: _SLACKDUMP.search(head) is not None and path.startswith("MESSAGE/"),
    read_slackdump,
)
CURSOR = Format("cursor", lambda head, path: _CURSOR.match(head) is not None, read_cursor)
