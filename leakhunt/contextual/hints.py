"""Lines that name a secret whose value stands elsewhere in the file: below, or in a column."""

from __future__ import annotations

import re
from typing import NamedTuple

from leakhunt import lazy
from leakhunt.contextual.gates import ELSEWHERE

_HINT = lazy.pattern(
    "|".join(f"(?:{said})" for said in ELSEWHERE).replace("(?i)", "").encode(), re.I
)
_LONGEST = 400
"""Bytes of a line that is one half of a pair."""
_NAME = lazy.pattern(
    rb"(?i)[ \t]{0,40}(?:-[ \t]{1,4})?[\[{ ]{0,6}[\"']?(?:name|key|variable|field|parameterkey)"
    rb"[\"']?[ \t]{0,8}[:=][ \t]{0,4}[\"']?(?P<name>[\w.-]{3,80})[\"']?,?[ \t\r]{0,4}\Z"
)
_VALUE = lazy.pattern(
    rb"(?i)[ \t]{0,40}[\"']?(?:value|parametervalue|defaultvalue|default)[\"']?[ \t]{0,8}[:=]"
    rb"[ \t]{0,4}(?P<q>[\"']?)(?P<value>[^\s\"'][^\n\"']{2,200}?)(?P=q)[ \t}\],]{0,6}\r?\Z"
)


class Pair(NamedTuple):
    """A name, and its value in the next line. Offsets are bytes of the text."""

    name: str
    start: int
    end: int


def is_hint(line: bytes) -> bool:
    """Say whether a line names a secret that only who reads the whole file can find.

    Args:
        line: without its end.
    """
    return _HINT.search(line) is not None


def pair(data: bytes, start: int, stop: int) -> Pair | None:
    """Return the pair that a line is the first or the second half of, or None.

    Args:
        data: the text.
        start: where the line starts.
        stop: where it ends.
    """
    if stop - start > _LONGEST:
        return None
    if named := _NAME.match(data, start, stop):
        end = data.find(b"\n", stop + 1, stop + 1 + _LONGEST)
        found = _VALUE.match(data, stop + 1, len(data) if end < 0 else end)
    elif found := _VALUE.match(data, start, stop):
        before = data.rfind(b"\n", max(0, start - 1 - _LONGEST), max(0, start - 1)) + 1
        named = _NAME.match(data, before, max(before, start - 1))
    if named is None or found is None:
        return None
    return Pair(named["name"].decode(), *found.span("value"))
