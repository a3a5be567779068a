"""From the strings of a JSON value to where they are written, and back."""

from __future__ import annotations

import bisect
import functools
import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat.jsons import escaped

if TYPE_CHECKING:
    from leakhunt.chat.base import Path

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = lazy.pattern(r"[\s,:]*")
LETTER = lazy.pattern(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]",
    re.DOTALL,
)
"""A code point of a string, as JSON writes it."""
_decode = json.JSONDecoder(strict=False).raw_decode


def joined(path: Path) -> str:
    """Return a path as a JSON pointer."""
    return "".join(f"/{escaped(str(step))}" for step in path)


def strings(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield every string of a value, keys included, without building the value.

    Args:
        text: JSON.
        start: where the value starts.

    Yields:
        Its pointer (of a key: that of its value), and where it starts and ends between its quotes.
    """
    stack: list[list[object]] = []  # [closing, key or number, whether a key comes next]
    at = start
    while at < len(text):
        match = _SPACE.match(text, at)
        assert match is not None
        at = match.end()
        if at >= len(text):
            return
        first = text[at]
        if first in "}]":
            at += 1
            stack and stack.pop()
        elif first == "{":
            stack.append(["}", "", True])
            at += 1
            continue
        elif first == "[":
            stack.append(["]", 0, False])
            at += 1
            continue
        elif first == '"':
            try:
                value, end = scanstring(text, at + 1, False)
            except ValueError:
                return
            key = bool(stack and stack[-1][2])
            if key:
                stack[-1][1] = value
                stack[-1][2] = False
            yield _pointer(stack), at + 1, end - 1
            at = end
            if key:
                continue
        else:
            try:
                _, at = _decode(text, at)
            except (ValueError, RecursionError):
                return
        if not stack:
            return
        _step(stack[-1])


def _step(frame: list[object]) -> None:
    """Go on to the next part of an object or a list."""
    if frame[0] == "}":
        frame[2] = True
    else:
        assert isinstance(frame[1], int)
        frame[1] += 1


def _pointer(stack: list[list[object]]) -> str:
    return "".join(f"/{escaped(str(frame[1]))}" for frame in stack)


@functools.lru_cache(maxsize=2)
def index(text: str, start: int) -> dict[str, tuple[int, int]]:
    """Return where each string of a record is written, between its quotes.

    A key comes before its value, and of two equal keys the last counts.
    """
    return {name: (low, high) for name, low, high in strings(text, start)}


def at(text: str, start: int, place: int) -> str:
    """Return the pointer of the string that is written at a place, or nothing."""
    names = list(index(text, start).items())
    found = bisect.bisect_right(names, place, key=lambda item: item[1][0]) - 1
    for name, (low, high) in names[max(found, 0) : found + 1]:
        if low <= place <= high:
            return name
    return ""


def find(text: str, start: int, pointer: str) -> tuple[int, int] | None:
    """Return where a string value is written, between its quotes.

    Args:
        text: JSON.
        start: where the record starts.
        pointer: of the string, within the record.
    """
    found = None
    for name, low, high in strings(text, start):
        if name == pointer:
            found = (low, high)  # a key comes before its value; of two equal keys the last counts
    return found


def inner(text: str, low: int, high: int, offset: int) -> int:
    """Return where a code point of a string is written.

    Args:
        text: JSON.
        low: where the string starts, behind its quote.
        high: where it ends.
        offset: which code point.
    """
    if text.find("\\", low, high) < 0:
        return min(low + offset, high)
    at = low
    for count, found in enumerate(LETTER.finditer(text, low, high)):
        if count == offset:
            return found.start()
        at = found.end()
    return at
