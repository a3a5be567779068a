"""Discord's data package: what one person wrote."""

from __future__ import annotations

import json
from typing import Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Piece, words
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

_HEAD = lazy.pattern(r'\s*\[\s*\{\s*"ID"\s*:\s*"?\d+"?\s*,\s*"Timestamp"\s*:')
_SKIP = words("ID Timestamp")


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says."""
    return said(message, ("Contents",), _SKIP)


def channel_of(export: Export) -> tuple[str | None, str | None]:
    """Return the name of the channel and the start of its links, as far as they are told."""
    try:
        channel = json.loads(export.beside.read("channel.json") or b"{}")
        index = json.loads(export.beside.read("../index.json") or b"{}")
    except (ValueError, RecursionError):
        return None, None
    ident = text_of(channel, "id") or export.folder.lstrip("c")
    name = text_of(channel, "name") or text_of(index, ident)
    guild = text_of(channel, "guild", "id")
    direct = guild is None and channel.get("type") in (1, 3, "DM", "GROUP_DM")
    link = f"https://discord.com/channels/{'@me' if direct else guild}/{ident}"
    mark = "@" if direct or (name or "").startswith("Direct Message") else "#"
    return f"{mark}{name or ident}", link if direct or guild else None


def tell(record: Record) -> Mention:
    """Say when and where something was written; the author is who asked for the package."""
    message = record.value
    name, link = channel_of(record.export)
    stamp = text_of(message, "Timestamp")
    number = text_of(message, "ID")
    return Mention(
        format="discord",
        channel=name,
        time=times.of_text(stamp) or None,
        stamp=stamp,
        message=number,
        permalink=f"{link}/{number}" if link and number else None,
    )


def claims(head: str, path: str) -> bool:
    """Say whether it is a file of messages of the data package."""
    return _HEAD.match(head) is not None


PACKAGE = form(Shape("discord", claims, ((),), tell, pieces_of))
