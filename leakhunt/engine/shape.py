"""What can be said of an expression without running it: its width, and whether it crosses lines.

The expressions are hyperscan's, and `re` parses them: where the two may differ, and where `re`
does not understand, the answer is the one that promises less.
"""

from __future__ import annotations

import functools
import re
import warnings
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from leakhunt import derived, lazy
from leakhunt.engine.text import FEW

ENDLESS = 1 << 32
"""The width of what has no end, or is not understood."""
_NEWLINE = 10
_FOREIGN = lazy.pattern(r"\\v|\[:\^?\w+:\]")
"""`re` takes these for something else: a class with the newline in it, or that may have it."""
_FUZZY = lazy.pattern(r"\{(?:\d+<=?)?[a-z]")
"""Repeats that match more in `regex` than `re` sees in them."""
_WITH_NEWLINE = {codes.CATEGORY_SPACE, codes.CATEGORY_NOT_WORD, codes.CATEGORY_NOT_DIGIT}
_WITHOUT_NEWLINE = {codes.CATEGORY_NOT_SPACE, codes.CATEGORY_WORD, codes.CATEGORY_DIGIT}
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_ASSERTIONS = {codes.ASSERT, codes.ASSERT_NOT}


@functools.lru_cache(maxsize=1)
def _parsed(expression: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return parser.parse(expression)
        except (re.error, RecursionError, OverflowError):
            return None


def width(expression: str) -> int:
    """Return the bytes that an expression can match at most, from above."""
    tree = _parsed(expression)
    if tree is None:
        return ENDLESS
    # Of a code point outside ASCII hyperscan matches the bytes.
    return int(tree.getwidth()[1]) * (1 if expression.isascii() else 4)


@functools.cache
def sight(expression: str) -> int:
    """Return the bytes that an expression can match and look at around that, from above."""
    return derived.from_text("sight", expression, lambda _: _sight(expression))


def _sight(expression: str) -> int:
    tree = _parsed(expression)
    if tree is None or _FUZZY.search(expression):
        return ENDLESS
    seen = width(expression) + _looked(tree) * (1 if expression.isascii() else 4)
    return min(seen, ENDLESS)


def _looked(tree: Any) -> int:
    """Return how far all look-around together can look past what is matched."""
    found = 0
    for code, value in tree:
        if code in _ASSERTIONS:
            found += int(value[1].getwidth()[1]) + _looked(value[1])
        elif code is codes.BRANCH:
            found += sum(map(_looked, value[1]))
        elif code is codes.GROUPREF_EXISTS:
            return ENDLESS
        else:
            inner = value if isinstance(value, (tuple, list, parser.SubPattern)) else ()
            parts = [inner] if isinstance(inner, parser.SubPattern) else inner
            found += sum(_looked(part) for part in parts if isinstance(part, parser.SubPattern))
    return found


def is_whole(expression: str) -> bool:
    """Say whether an expression matches only texts of a few bytes, from their start to their end.

    Where that is not certain it says no.
    """
    if not (expression.startswith("^") and expression.endswith("$") and expression.isascii()):
        return False
    tree = _parsed(expression)
    if tree is None or _FOREIGN.search(expression) or _FUZZY.search(expression):
        return False
    ends = tree[0] == (codes.AT, codes.AT_BEGINNING) and tree[-1] == (codes.AT, codes.AT_END)
    plain = not tree.state.flags & (re.MULTILINE | re.VERBOSE)
    return bool(ends and plain and width(expression) < FEW)


def crosses_lines(expression: str) -> bool:
    """Say whether what an expression matches may contain a newline."""
    tree = _parsed(expression)
    if tree is None or _FOREIGN.search(expression):
        return True
    flags = tree.state.flags
    return bool(flags & re.VERBOSE) or _crosses(tree, bool(flags & re.DOTALL))


def _crosses(tree: Any, dotall: bool) -> bool:
    return any(_item_crosses(code, value, dotall) for code, value in tree)


def _item_crosses(code: Any, value: Any, dotall: bool) -> bool:
    """Say it of one part; of a part that is not known it is true."""
    match code:
        case codes.LITERAL:
            return bool(value == _NEWLINE)
        case codes.NOT_LITERAL:
            return bool(value != _NEWLINE)
        case codes.ANY:
            return dotall
        case codes.AT:
            return False
        case codes.IN:
            return _class_crosses(value)
        case codes.BRANCH:
            return any(_crosses(branch, dotall) for branch in value[1])
        case codes.ATOMIC_GROUP:
            return _crosses(value, dotall)
        case codes.SUBPATTERN:
            flags = value[1] | value[2]
            return bool(flags & re.VERBOSE) or _crosses(value[3], dotall or bool(flags & re.DOTALL))
    if code in _REPEATS:
        return _crosses(value[2], dotall)
    return code not in _ASSERTIONS or _crosses(value[1], dotall)


def _class_crosses(items: Any) -> bool:
    negated = found = False
    for code, value in items:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found |= value == _NEWLINE
        elif code is codes.RANGE:
            found |= value[0] <= _NEWLINE <= value[1]
        elif code is codes.CATEGORY and value in _WITH_NEWLINE:
            found = True
        elif code is not codes.CATEGORY or value not in _WITHOUT_NEWLINE:
            return True
    return negated != found
