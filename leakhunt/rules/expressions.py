"""From what a regular expression consists of to an expression over bytes for `regex`.

Go counts characters and leakhunt bytes, so a character outside ASCII becomes its bytes in UTF-8.
A byte that is no UTF-8 is the character U+FFFD to Go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.rules.nodes import (
    TOP,
    Chars,
    Choice,
    Condition,
    Group,
    Node,
    Ranges,
    Repeat,
    Row,
    inverted,
    used,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY = r"[\xc2-\xf4][\x80-\xbf]{1,3}|[\x80-\xff]"
_NO_START = (
    r"(?<![\xc2-\xf4])(?<![\xe0-\xf4][\x80-\xbf])(?<![\xf0-\xf4][\x80-\xbf]{2})"
    r"(?![\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
)
"""Neither the start of a character nor a later byte of one."""
_BROKEN = 0xFFFD
_BORDERS = (0x7F, 0x7FF, 0xFFFF, TOP)
"""The last code points that take one, two, three and four bytes."""


def written(node: Node) -> str:
    """Write an expression for `regex` over bytes, with the groups that Go would number."""
    match node:
        case Chars(ranges):
            return _chars(ranges)
        case Condition(text):
            return text
        case Group(item):
            return f"({written(item)})"
        case Row(items):
            return "".join(
                f"(?:{written(i)})" if isinstance(i, Choice) else written(i) for i in items
            )
        case Choice(items):
            return "|".join(map(written, items))
        case Repeat(item, least, most, lazy):
            count = f"{{{least},{most if most >= 0 else ''}}}"
            inner = written(item)
            simple = isinstance(item, Group) or (
                isinstance(item, Chars) and not inner.startswith("(?")
            )
            return f"{inner if simple else f'(?:{inner})'}{count}{'?' if lazy else ''}"


def loose(expression: str) -> str:
    """Return what hyperscan can read: without look-around and atomic groups, which finds more."""
    return expression.replace(_NO_START, "").replace("(?>", "(?:")


def foreign(node: Node) -> str:
    """Write the class of bytes that no match holds; empty where there are none."""
    found = used(node)
    own = [pair for pair in inverted(found) if pair[0] <= 0x7F]
    if not found or found[-1][1] <= 0x7F:
        own = [(first, min(last, 0xFF)) for first, last in own]
    else:
        own = [(first, min(last, 0x7F)) for first, last in own]
    return _class(own) if own else ""


def _chars(ranges: Ranges) -> str:
    if not ranges:
        return "(?!)"
    narrow = [(first, min(last, 0x7F)) for first, last in ranges if first <= 0x7F]
    wide = tuple((max(first, 0x80), last) for first, last in ranges if last > 0x7F)
    ways = [_set(narrow)] if narrow else []
    if wide == ((0x80, TOP),):
        ways.append(_ANY)
    elif wide:
        ways += _wide(wide)
        if any(first <= _BROKEN <= last for first, last in wide):
            ways.append(_NO_START + r"[\x80-\xff]")
    # Atomic: else a character could be read as broken bytes, too, in any number of ways.
    return ways[0] if not wide else f"(?>{'|'.join(ways)})"


def _set(ranges: list[tuple[int, int]]) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _byte(ranges[0][0])
    return _class(ranges)


def _class(ranges: list[tuple[int, int]]) -> str:
    spans = (_byte(a) if a == b else f"{_byte(a)}-{_byte(b)}" for a, b in ranges)
    return f"[{''.join(spans)}]"


def _byte(value: int) -> str:
    char = chr(value)
    return char if char.isascii() and (char.isalnum() or char == "_") else f"\\x{value:02x}"


def _wide(ranges: Ranges) -> Iterator[str]:
    """Write what lies outside ASCII as sequences of byte ranges."""
    for first, last in ranges:
        low = first
        for border in _BORDERS:
            if low <= border:
                high = min(last, border)
                if low <= high:
                    yield from _sequences(low, high)
                low = max(low, border + 1)
            if low > last:
                break


def _sequences(low: int, high: int) -> Iterator[str]:
    """Write a range whose code points take the same number of bytes."""
    size = len(chr(low).encode("utf-8", "surrogatepass"))
    for shift in range(6, 6 * size, 6):
        mask = (1 << shift) - 1
        if low & ~mask != high & ~mask:
            if low & mask:
                yield from _sequences(low, low | mask)
                yield from _sequences((low | mask) + 1, high)
                return
            if high & mask != mask:
                yield from _sequences(low, (high & ~mask) - 1)
                yield from _sequences(high & ~mask, high)
                return
    first, last = (chr(i).encode("utf-8", "surrogatepass") for i in (low, high))
    yield "".join(_set([pair]) for pair in zip(first, last, strict=True))
