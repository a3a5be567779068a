"""Text with something undone, and the way back to where each part of it comes from."""

from __future__ import annotations

import bisect
import html
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat.base import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakhunt.chat.base import Marks

_ENTITY = lazy.pattern(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG = lazy.pattern(
    # Nothing in it reaches over the next tag: a page of nothing but openings takes no longer.
    r"<!--[^<]*?-->|<(?P<skip>style|script)\b[^<]*</(?P=skip)\s*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)[^<>]*>",
    re.IGNORECASE,
)
_BLOCKS = words(
    "address article aside blockquote br codeblock dd details div dl dt fieldset figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot "
    "th thead tr ul attachment ac:plain-text-body ac:rich-text-body ac:parameter"
)


def undone(
    source: str, pattern: re.Pattern[str], say: Callable[[re.Match[str]], str]
) -> tuple[str, Marks]:
    """Replace what matches a pattern.

    Args:
        source: the text.
        pattern: what is replaced.
        say: by what.

    Returns:
        The new text and its marks; none if nothing was replaced.
    """
    out: list[str] = []
    marks: list[tuple[int, int]] = [(0, 0)]
    size = done = 0
    for found in pattern.finditer(source):
        said = say(found)
        if said == found[0]:
            continue
        before = source[done : found.start()]
        out += (before, said)
        size += len(before)
        if said:
            marks.append((size, found.start()))
        size += len(said)
        done = found.end()
        marks.append((size, done))
    if not done and not out:
        return source, ()
    out.append(source[done:])
    return "".join(out), tuple(marks)


def origin(marks: Marks, offset: int) -> int:
    """Return where an offset comes from."""
    if not marks:
        return offset
    at = bisect.bisect_right(marks, offset, key=_first) - 1
    seen, source = marks[at]
    moved = source + offset - seen
    return min(moved, marks[at + 1][1]) if at + 1 < len(marks) else moved


def _first(mark: tuple[int, int]) -> int:
    return mark[0]


def chained(inner: Marks, outer: Marks) -> Marks:
    """Return the marks of what was undone in two steps, the outer one first."""
    if not inner or not outer:
        return inner or outer
    seen = {mark[0]: origin(outer, mark[1]) for mark in inner}
    for at, source in outer:
        place = _forth(inner, at)
        if place is not None:
            seen.setdefault(place, source)
    return tuple(sorted(seen.items()))


def _forth(marks: Marks, source: int) -> int | None:
    """Return which offset comes from a place of the source, or None."""
    for at in range(bisect.bisect_right(marks, source, key=lambda mark: mark[1]) - 1, -1, -1):
        seen, start = marks[at]
        offset = seen + source - start
        if at + 1 >= len(marks) or offset < marks[at + 1][0]:
            return offset
        return None
    return None


def plain(source: str) -> tuple[str, Marks]:
    """Undo HTML's entities."""
    if "&" not in source:
        return source, ()
    return undone(source, _ENTITY, lambda found: html.unescape(found[0]))


_HTML = lazy.pattern(f"(?s)(?P<tag>{_TAG.pattern})|(?P<entity>{_ENTITY.pattern})", re.IGNORECASE)


def _shown(found: re.Match[str]) -> str:
    if found["entity"]:
        return html.unescape(found[0]).replace("\xa0", " ")
    name = (found["name"] or "").lower()
    return "\n" if name in _BLOCKS else ""


def of_html(source: str) -> tuple[str, Marks]:
    """Return the text of HTML: what stands in one line stays together, whatever tags split it."""
    if "<" not in source and "&" not in source:
        return source, ()
    return undone(source, _HTML, _shown)


_ADDRESS = lazy.pattern(
    r"""\b(?:href|src|data-[a-z-]+|title|alt|value)\s*=\s*("[^"]*"|'[^']*')""", re.I
)


def addresses(source: str) -> Iterable[tuple[str, int]]:
    """Yield what stands in the attributes of HTML that people wrote, and where."""
    for found in _ADDRESS.finditer(source):
        value = found[1][1:-1]
        if value:
            yield value, found.start(1) + 1


def repaired(source: str) -> tuple[str, Marks]:
    """Undo UTF-8 that was written as if each byte were a letter; other text is left alone."""
    if source.isascii():
        return source, ()
    try:
        text = source.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return source, ()
    marks: list[tuple[int, int]] = [(0, 0)]
    at = 0
    for offset, letter in enumerate(text):
        at += len(letter.encode())
        if not letter.isascii():
            marks.append((offset + 1, at))
    return text, tuple(marks)
