"""Text from scanned content made safe to show, and numbers made easy to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

from leakhunt import lazy

Plain: TypeAlias = "bool | int | float | str | Sequence[Plain] | Mapping[str, Plain] | None"
_P = TypeVar("_P", bound=Plain)

_SURROGATE = lazy.pattern("[\ud800-\udfff]")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str) -> str:
    r"""Return text that shows every character it has and moves nothing on the screen.

    Control characters (so terminal escapes too), line ends, direction overrides, invisible
    characters and bytes that are not UTF-8 come out as `\x1b`, `\n`, `\u202e`, `\xff`.

    Args:
        text: anything, with bytes that are not UTF-8 as surrogate escapes.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def utf8(text: str) -> str:
    r"""Return text that encodes as UTF-8: surrogate escapes come out as `\xff`."""
    return _SURROGATE.sub(lambda found: _escape(found[0]), text)


def utf8_tree(value: _P) -> _P:
    """Return a tree of dicts and lists with `utf8` applied to every string, keys included."""
    cleaned: Plain = value
    if isinstance(value, str):
        cleaned = utf8(value)
    elif isinstance(value, Mapping):
        cleaned = {utf8(key): utf8_tree(item) for key, item in value.items()}
    elif isinstance(value, Sequence):
        cleaned = [utf8_tree(item) for item in value]
    return cleaned  # type: ignore[return-value]


def _escape(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as Python decodes file names
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def number(count: int) -> str:
    """Return `1,204`."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """Return `1 commit`, `1,204 commits`, `3 matches` or `2 repositories`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("ry"):
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith('ch') else 's'}"


def size(count: float) -> str:
    """Return a number of bytes as `812 B`, `38.2 kB` or `1.4 GB` (decimal units)."""
    if count < 1000:
        return f"{count:.0f} B"
    units = ["TB", "GB", "MB", "kB"]
    count /= 1000
    while count >= 999.95 and len(units) > 1:
        count /= 1000
        units.pop()
    return f"{count:,.1f} {units[-1]}"


def listed(items: Sequence[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
