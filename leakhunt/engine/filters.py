"""Computes filters of betterleaks, which `rules/filters.py` has read. Texts are bytes."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from leakhunt.engine.confirm import pattern

if TYPE_CHECKING:
    from leakhunt.model import Expression

Names = Mapping[str, Any]
"""What the names of an expression stand for."""
_STRONG = 3
_WRONG = (TypeError, ValueError, LookupError, ArithmeticError)


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
    return of.get(key) if isinstance(of, Mapping) else of[key]


def _slice(said: Expression, names: Names) -> Any:
    first, last = (None if part is None else _value(part, names) for part in said[2:])
    return _value(said[1], names)[slice(first, last)]


def _searched(said: Expression, names: Names) -> bytes:
    match = pattern(said[2]).search(_value(said[1], names))
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
        pattern(said[2]).search(_value(said[1], names) or b"") is not None
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


def _reads(text: bytes) -> bool:
    """Say whether it is rather words than what a machine made.

    There it is counted into how many tokens of a language model a text falls.
    """
    from leakhunt.contextual.values import look

    return look(text.decode("utf-8", "replace")).strength < _STRONG


_CALLS: Mapping[str, Callable[..., Any]] = {
    "entropy": entropy,
    "containsAny": _contains_any,
    "failsTokenEfficiency": _reads,
    "tokenRatio": lambda text: 3.0 if _reads(text) else 2.0,
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
