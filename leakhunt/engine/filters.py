"""Computes filters of betterleaks, which `rules/filters.py` has read. Texts are bytes."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.engine import confirm

if TYPE_CHECKING:
    from leakhunt.model import Expression

Names = Mapping[str, Any]
"""What the names of an expression stand for."""
_PIECES = lazy.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^A-Za-z0-9]")
_HEX = lazy.pattern(rb"(?i)[0-9a-f-]{16,}")
_WORDY, _WORD = 4.6, 4.2
"""Bits for each letter below which letters may be a word, or surely are one of some length."""
_RATIO = 2.5
"""Characters to a token from which on a text reads."""
_WRONG = (TypeError, ValueError, LookupError, ArithmeticError, TimeoutError)
"""What makes no sense, and what takes too long: of a search that was ended nobody knows what it
would have found, so that nothing is concluded from it, not even by its contrary."""


def holds(expression: Expression, names: Names) -> bool:
    """Say whether an expression is true. One that makes no sense is not, as there.

    Args:
        expression: from `rules.filters.read`.
        names: what its names stand for.
    """
    try:
        return _value(expression, names) is True
    except _WRONG:
        return False


class Text:
    """A long text of which only parts are looked at.

    Args:
        data: all of it.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __getitem__(self, part: slice) -> bytes:
        """Return a part."""
        return bytes(self._data[part])


class Attributes(dict[bytes, bytes]):
    """What is known of a place. There what is not known is empty, not nothing."""

    def __missing__(self, key: bytes) -> bytes:
        """Return an empty text."""
        return b""


def _value(said: Expression, names: Names) -> Any:
    kind = said[0]
    if kind == "value":
        return said[1]
    if kind == "name":
        return names[said[1]]
    if kind == "list":
        return [_value(item, names) for item in said[1:]]
    if kind == "let":
        return _value(said[3], {**names, said[1]: _value(said[2], names)})
    if kind == "call":
        return _CALLS[said[1]](*(_value(given, names) for given in said[2:]))
    if kind in _LAZY:
        return _LAZY[kind](said, names)
    return _SIGNS[kind](_value(said[1], names), _value(said[2], names))


def _either(said: Expression, names: Names) -> bool:
    return _truth(said[1], names) or _truth(said[2], names)


def _both(said: Expression, names: Names) -> bool:
    return _truth(said[1], names) and _truth(said[2], names)


def _truth(said: Expression, names: Names) -> bool:
    found = _value(said, names)
    if not isinstance(found, bool):
        raise TypeError
    return found


def _part(said: Expression, names: Names) -> Any:
    of, key = _value(said[1], names), _value(said[2], names)
    nothing = isinstance(of, Mapping) and not isinstance(of, Attributes) and key not in of
    return None if nothing else of[key]


def _slice(said: Expression, names: Names) -> Any:
    first, last = (None if part is None else _value(part, names) for part in said[2:])
    return _value(said[1], names)[slice(first, last)]


def _searched(said: Expression, names: Names) -> bytes:
    match = confirm.found(said[2], _value(said[1], names))
    return match[0] if match else b""


def _or_else(said: Expression, names: Names) -> Any:
    found = _value(said[1], names)
    return _value(said[2], names) if found is None else found


_LAZY: Mapping[str, Callable[[Expression, Names], Any]] = {
    "or": _either,
    "and": _both,
    "not": lambda said, names: not _truth(said[1], names),
    "if": lambda said, names: _value(said[2 if _truth(said[1], names) else 3], names),
    "??": _or_else,
    "index": _part,
    "slice": _slice,
    "matches": lambda said, names: (
        confirm.found(said[2], _value(said[1], names) or b"") is not None
    ),
    "found": _searched,
}
"""Of these not all parts are computed, or not all are values."""
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "in": lambda one, several: one in several,
    "contains": lambda text, part: part in text,
    "startsWith": bytes.startswith,
    "endsWith": bytes.endswith,
}


def entropy(text: bytes) -> float:
    """Return the Shannon entropy of bytes in bits."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def _contains_any(text: bytes, parts: list[bytes]) -> bool:
    lower = text.decode("utf-8", "replace").lower().encode()
    return any(part in lower for part in parts)


def _ratio(text: bytes) -> float:
    """Guess how many characters of a text there are to a token of a language model."""
    from leakhunt.contextual.values import surprise

    tokens = 0
    pieces = _PIECES.findall(text.decode("utf-8", "replace"))
    for piece in pieces:
        many = 5 if piece.isalpha() and surprise(piece) < _WORDY else 2
        many = 3 if piece.isdigit() else many
        tokens += -(-len(piece) // many)
    return sum(map(len, pieces)) / tokens if tokens else 0.0


def _reads(text: bytes) -> bool:
    """Say whether it is rather words than what a machine made: there tokens are counted."""
    from leakhunt.contextual.values import surprise

    if _HEX.fullmatch(text):
        return False
    long = (piece for piece in _PIECES.findall(text.decode("utf-8", "replace")) if len(piece) > 4)
    if any(piece.isalpha() and surprise(piece) < _WORD for piece in long):
        return True
    return _ratio(text) >= _RATIO


_CALLS: Mapping[str, Callable[..., Any]] = {
    "entropy": entropy,
    "containsAny": _contains_any,
    "failsTokenEfficiency": _reads,
    "tokenRatio": _ratio,
    "get": lambda of, key, other=None: other if of.get(key) is None else of[key],
    "len": len,
    "max": max,
    "min": min,
    "lower": bytes.lower,
    "upper": bytes.upper,
    "trim": bytes.strip,
    "hasPrefix": bytes.startswith,
    "hasSuffix": bytes.endswith,
    "contains": lambda text, part: part in text,
    "startsWith": bytes.startswith,
    "endsWith": bytes.endswith,
}
