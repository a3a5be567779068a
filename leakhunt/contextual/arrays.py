"""Keys that are written byte by byte, as numbers or as escapes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    import re

_NAMED = r"(?:key|secret|salt|seed|passw|psk|token)\w{0,16}(?:\[\w{0,24}\])?"
_OWN = r"(?:aes|secret|private|hmac|cipher|crypt\w{0,4}|master|sign(?:ing)?|device|root)_?key"
_BYTE = r"(?:\([A-Za-z_ ]{1,14}\)[ ]?)?0x[0-9a-f]{2}[uUlL]{0,2}"
GATES = (
    rf"(?i){_NAMED}[^\n;\"']{{0,40}}[{{\[(][ \t]{{0,4}}{_BYTE},[ ]?{_BYTE},",
    rf"(?i){_NAMED}[^\n;\"']{{0,24}}[{{\[][ \t]{{0,4}}(?:-?\d{{1,3}},[ ]?){{7}}",
    r"(?i)(?:key|secret|salt|seed|psk)\w{0,16}(?:\[\w{0,24}\])?[ \t]{0,4}[:=(][ \t]{0,4}b?"
    r"[\"'](?:\\x[0-9a-f]{2}){8}",
    # the bytes are in the next lines
    rf"(?i){_OWN}\w{{0,8}}\[\w{{0,24}}\][ ]?=[ ]?\{{?[ \t\r]{{0,2}}$",
    rf"(?i){_OWN}\w{{0,8}}[ ]?:?=[ ]?(?:new[ ])?(?:byte|u?int8|u8)\w{{0,8}}[\[\](){{ ]{{1,6}}"
    r"[ \t\r]{0,2}$",
)
"""Expressions for the first pass, none of which reaches into another line."""
OPENING = 80
"""Bytes of the next line in which its bracket may stand."""
LONGEST = 1200
"""Bytes, at most, between the brackets."""
_OPENED = lazy.pattern(
    rb"(?i)(?<![\w.])(?P<name>\w{0,40}(?:key|secret|salt|seed|passw|psk|token)\w{0,16})"
    rb"(?:\[\w{0,24}\])?"
    rb"[^\n;\"']{0,40}?(?:[{\[(]\s{0,40}(?=(?:\([A-Za-z_ ]{1,14}\)\s?)?0x[0-9a-f]{2})|[{\[]"
    rb"\s{0,40}(?=-?\d{1,3},)|"
    rb"[\"'](?=\\x))"
)
_MAY_OPEN = lazy.pattern(
    rb"(?i)(?:key|secret|salt|seed|passw|psk|token)[^\n;]{0,80}(?:0x[0-9a-f]{2}|\\x[0-9a-f]{2}|"
    rb"[{\[][ \t]{0,4}-?\d{1,3},|[=\[\]({}][ \t\r]{0,4}$)"
)
LEAST = (rb"0x[0-9a-f]{2}|\\x[0-9a-f]{2}|[{\[][ \t]{0,4}-?\d{1,3},|[=\[\]({}][ \t\r]{0,4}$",)
"""What a line has at least, without regard to case, see `sieve`."""
_ITEMS = lazy.pattern(
    rb"(?:\s{0,60}(?:\([A-Za-z_ ]{1,14}\)\s?)?(?:0x[0-9a-fA-F]{2}[uUlL]{0,2}|-?\d{1,3})\s?,?){8,80}"
    rb"|(?:\\x[0-9a-fA-F]{2}){8,80}"
)
_ITEM = lazy.pattern(rb"0x([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|(-?\d{1,3})")
_MADE_UP = lazy.pattern(
    r"(?i)test|expect|example|dummy|sample|known|vector|kat(?![a-z])|mock|public|pub(?![a-z])"
)
_LEAST = 8
_SURE = 16
"""Bytes of what has no better name than key."""


class Bytes(NamedTuple):
    """The bytes of a secret. Offsets are bytes of the text."""

    name: str
    start: int
    end: int
    size: int


def may_open(line: bytes) -> bool:
    """Say whether a secret that is written byte by byte may begin in a line.

    Args:
        line: without its end.
    """
    return _MAY_OPEN.search(line) is not None


def array(data: bytes, start: int, stop: int) -> Bytes | None:
    """Return the secret that is written byte by byte in such a line, or in those that follow.

    Args:
        data: the text.
        start: where the line starts.
        stop: where it ends.
    """
    for opened in _OPENED.finditer(data, start, min(len(data), stop + OPENING)):
        if opened.start() >= stop:
            return None
        items = _ITEMS.match(data, opened.end(), opened.end() + LONGEST)
        name = opened["name"].decode()
        if items is None or _MADE_UP.search(name):
            continue
        values = [_value(item) for item in _ITEM.finditer(items[0])]
        if _is_random(values):
            end = items.end() - (len(items[0]) - len(items[0].rstrip(b" \t\r\n,")))
            return Bytes(name, items.start(), end, len(values))
    return None


def _value(item: re.Match[bytes]) -> int:
    digits = item[1] or item[2]
    return int(digits, 16) if digits else int(item[3])


def _is_random(values: list[int]) -> bool:
    """Say whether a machine may have made these bytes: no table, no text, no counting."""
    if len(values) < _LEAST or not all(-128 <= value <= 255 for value in values):
        return False
    steps = {after - before for before, after in itertools.pairwise(values)}
    wide = max(values) - min(values) > 64
    return wide and len(set(values)) >= 0.6 * min(len(values), 24) and len(steps) > len(values) // 2


def is_long(count: int) -> bool:
    """Say whether so many bytes are a key if they are called no more than key."""
    return count in {_SURE, 24, 32, 48, 64}
