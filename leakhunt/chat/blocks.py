"""Exports that are texts: a message starts with something, and ends where the next one starts."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat.base import Export, Message, Piece
from leakhunt.chat.marks import addresses, of_html, origin, undone

if TYPE_CHECKING:
    from leakhunt.chat.base import Marks
    from leakhunt.chat.text import Window
    from leakhunt.model import Mention

LARGEST = 8 * 1024 * 1024
"""Code points of one message; what follows is taken for the next one."""
_NEAR = 4096
"""So close to the end of what was read, the start of a message may be cut."""

Start = re.Match[str]
Clean = Callable[[str], "tuple[str, Marks]"]

_CODES = lazy.pattern(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9a-fA-F]{6}|[\x02\x0f\x11\x12\x16\x1d\x1e\x1f]"
)
_UNSEEN = lazy.pattern("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00]")


def split(
    export: Export, starts: re.Pattern[str]
) -> Iterator[tuple[Window, Start | None, int, int]]:
    """Yield messages: a window, how the message starts, and where its start and its end are.

    What comes before the first one is yielded, too, without a start.

    Args:
        export: what is read.
        starts: matches the start of a message; should begin with `^` and be multi-line.
    """
    text = export.text
    at = 0
    first: Start | None = None
    while True:
        window = text.window
        size = len(window.text)
        safe = size if text.ended else size - _NEAR
        begin, found = at, first
        for match in starts.finditer(window.text, at):
            if match.start() >= safe:
                break
            if match.start() > begin or (found is None and match.start() == begin):
                if match.start() > begin:
                    yield window, found, begin, match.start()
                begin, found = match.start(), match
        if text.ended:
            if begin < size:
                yield window, found, begin, size
            return
        if size - begin > LARGEST:
            yield window, found, begin, size
            begin, found = size, None
        # At the end of the file nothing is dropped: what was told stays where it is.
        at, first = (0 if text.more(begin) else begin), None


def seen(text: str) -> tuple[str, Marks]:
    """Leave out letters that nobody sees, and the colours of IRC: they may split a token."""
    if _UNSEEN.search(text) is None:
        return text, ()
    return undone(text, _UNSEEN, lambda _: "")


def colourless(text: str) -> tuple[str, Marks]:
    """Leave out the colours and styles of IRC."""
    if _CODES.search(text) is None:
        return text, ()
    return undone(text, _CODES, lambda _: "")


def piece(window: Window, start: int, end: int, clean: Clean = seen) -> Piece:
    """Return a stretch of a window as a piece."""
    text, marks = clean(window.text[start:end])
    return Piece(text, "", start, marks)


def html_pieces(window: Window, start: int, end: int) -> list[Piece]:
    """Return the text of HTML, and what stands in its links and titles."""
    source = window.text[start:end]
    text, marks = of_html(source)
    pieces = [Piece(text, "", start, marks)]
    for value, at in addresses(source):
        plain, inner = of_html(value)
        pieces.append(Piece(plain, "", start + at, inner))
    return pieces


def message(
    window: Window,
    start: int,
    end: int,
    pieces: list[Piece],
    tell: Callable[..., Mention],
    *known: object,
) -> Message:
    """Return a message of a text."""
    return Message(window, start, end, pieces, functools.partial(tell, *known))


__all__ = ["Export", "colourless", "html_pieces", "message", "origin", "piece", "seen", "split"]
