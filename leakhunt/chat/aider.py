"""Aider: the history of its chats, in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import message, piece, split
from leakhunt.chat.marks import undone
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.base import Marks

_SESSION = lazy.pattern(
    r"^# aider chat started at (?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE
)
_START = lazy.pattern(
    r"(?:^####(?: [^\n]*)?(?:\n|\Z))+|^# aider chat started at |^# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    re.MULTILINE,
)
_MARK = lazy.pattern("^#### ?", re.MULTILINE)
_INPUT = lazy.pattern(r"\s*# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\r?\n\+")


def tell(export: Export, stamp: str, author: str) -> Mention:
    """Say which side said something, and in which session."""
    return Mention(
        format="aider",
        channel=export.folder or None,
        thread=stamp or None,
        author=author,
        time=times.of_text(stamp) or None,
        stamp=stamp or None,
    )


def _asked(text: str) -> tuple[str, Marks]:
    """Leave out the marks before the lines of what was asked."""
    return undone(text, _MARK, lambda _: "")


def read(export: Export) -> Iterator[Message]:
    """Yield what was asked, each with its answer."""
    stamp = ""
    for window, start, begin, end in split(export, _START):
        if found := _SESSION.match(window.text, begin, end):
            stamp = found["stamp"]
        cut = begin
        if start and start[0].startswith("####"):
            cut = min(start.end(), end)
            said = [piece(window, begin, cut, _asked)]
            yield message(window, begin, cut, said, tell, export, stamp, "user")
        if window.text[cut:end].strip():
            said = [piece(window, cut, end)]
            yield message(window, cut, end, said, tell, export, stamp, "assistant")


def claims(head: str, path: str) -> bool:
    """Say whether it is a history of Aider."""
    if path.endswith(".aider.chat.history.md"):
        return _START.search(head) is not None
    return bool(_SESSION.match(head.lstrip()) or _INPUT.match(head))


AIDER = Format("aider", claims, read)
