"""Several values in one line: those of several names, and those of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.turns import NAMED, TEXT, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

GATES = (
    # user, password = "...", "..."
    rf"(?i)(?:{NAMED}|\bpass|\bpw|key)\w{{0,12}}[)\]]?[ ]{{0,2}}:?=[ ]{{0,2}}[(\[]?"
    r"[\"'][^\"'\n]{0,40}[\"'],[ ]?[\"']",
    # tokens = ["...", "..."]
    rf"(?i){NAMED}s[\"']?[ ]?(?::|:?=|=>)[ ]?(?:new[ ][\w<>\[\]]{{1,20}}[ ]?)?[\[({{]{TEXT}",
)
"""Expressions for the first pass, none of which reaches into another line."""
_NAMES = lazy.pattern(
    rb"^[ \t]{0,40}(?:(?:my|our|let|var|local|const|val|auto)[ ])?(?:list)?[(\[]?"
    rb"(?P<names>(?:[$@]?[\w.]{1,40},[ ]?){1,5}[$@]?[\w.]{1,40})[)\]]?[ ]{0,2}:?=[ ]{0,2}[(\[]?"
    rb"(?=[\"'])"
)
_LIST = lazy.pattern(
    rb"(?i)(?<!\w)(?P<name>\w{0,40}(?:passwords|secrets|tokens|keys))[\"']?[ ]?(?::|:?=|=>)[ ]?"
    rb"(?:new[ ][\w<>\[\]]{1,20}[ ]?)?[\[({](?=[\"'])"
)
_LITERAL = lazy.pattern(
    rb"[ ]?(?P<q>[\"'])(?P<secret>(?:(?!(?P=q))[^\n\\]|\\.){0,300})(?P=q)[ ]?(?:,|[)\]}]|;|$)"
)
_MOST = 32
"""Elements of a list that are looked at."""


def several(line: bytes, low: int) -> Iterator[Turn]:
    """Yield the values of a line that has several.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    if not low and (match := _NAMES.match(line)):
        names = [name.strip(b" $@").decode("utf-8", "replace") for name in match[1].split(b",")]
        values = _literals(line, match.end(), len(names))
        if len(values) == len(names):
            for name, (start, end) in zip(names, values, strict=True):
                yield Turn("several", name, "=", start, end)
    for match in _LIST.finditer(line, low):
        for start, end in _literals(line, match.end(), _MOST):
            yield Turn("several", match["name"].decode("utf-8", "replace"), "=", start, end)


def _literals(line: bytes, at: int, most: int) -> list[tuple[int, int]]:
    """Where texts are that follow one another, with nothing between them but commas."""
    found: list[tuple[int, int]] = []
    while len(found) < most and (value := _LITERAL.match(line, at)):
        found.append(value.span("secret"))
        at = value.end()
    return found
