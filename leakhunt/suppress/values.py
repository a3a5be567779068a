"""Patterns of allow entries held against secrets, in bounded time: a target may bring its own."""

from __future__ import annotations

import functools
import re
import time
import warnings
from re import _constants as _op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import regex

SECONDS = 2.0
"""What one pattern may take in a run."""
TOGETHER = 10.0
"""What all may take."""
_LONGEST = 4096
"""Bytes of a value that a pattern is tried on."""
_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)
_PROBES = ("hunter2", "Kx8vQ2mZr7Lw/+=%!", "0" * 64, "a-b-c-d")
"""What matches all of these is meant for everything."""


class Unusable(ValueError):  # noqa: N818 (what is wrong, not an error of ours)
    """A pattern cannot be used; says why."""


def check(pattern: str) -> None:
    """Check that a pattern can be compiled, and soon.

    Raises:
        Unusable: it cannot.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
            parts = _written(_parser.parse(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            raise Unusable(f"is no regular expression: {error}") from None
    # The library that knows of time writes out what has to be there.
    if parts > _LONGEST:
        raise Unusable(f"asks for more than {_LONGEST:,} characters")
    import regex

    try:
        _compiled(pattern)
    except regex.error as error:
        raise Unusable(f"is no regular expression: {error}") from None


def _written(tree: Any) -> int:
    """Return how many parts a pattern has if what has to be there is written out."""
    parts = 0
    for code, value in tree:
        if code in _REPEATS:
            parts += max(1, int(value[0])) * _written(value[2])
        else:
            parts += max(1, sum(map(_written, _inner(value))))
    return parts


def _inner(value: Any) -> Iterator[Any]:
    """Yield the patterns that a part consists of."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _inner(one)


class Values:
    """Tries patterns, each only as long as it has time left in this run."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self.slow: set[str] = set()
        """Patterns that took too long, or cannot be used: they match nothing from then on."""

    def match(self, pattern: str, value: str) -> bool:
        """Say whether a pattern matches the whole of a value.

        Args:
            pattern: one that passed `check`.
            value: of which only the first 4,096 characters count.
        """
        spent = self._spent.get(pattern, 0.0)
        left = min(SECONDS - spent, TOGETHER - sum(self._spent.values()))
        if pattern in self.slow or left <= 0:
            self.slow.add(pattern)
            return False
        started = time.monotonic()
        try:
            return _compiled(pattern).fullmatch(value[:_LONGEST], timeout=left) is not None
        except TimeoutError:
            self.slow.add(pattern)
            return False
        finally:
            self._spent[pattern] = spent + time.monotonic() - started


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return regex.compile(pattern)


def broad(pattern: str, values: Values) -> str:
    """Say why a pattern matches more than one would want, or nothing.

    Args:
        pattern: one that passed `check`.
        values: tries it, in the time that is left for all patterns of a run.
    """
    if values.match(pattern, ""):
        return "its value matches anything, even nothing"
    return "its value matches anything" if all(values.match(pattern, x) for x in _PROBES) else ""
