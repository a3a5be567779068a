"""From hits to candidates: `regex` says what exactly matches in the window of a hit."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.engine import late
from leakhunt.engine.boundary import ESCAPE, without_condition
from leakhunt.engine.required import required
from leakhunt.engine.shape import sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import regex

    from leakhunt.engine.prefilter import Gates
    from leakhunt.model import Signature

TIMEOUT = 1.0
"""Seconds for one search in one window."""
_SECOND = 1024 * 1024
"""Bytes of a window, for each of which there is so much time."""
FAR = 1 << 30
"""Bytes: more than any file that is searched at once."""
SLACK = 64
"""Bytes past a window that look-ahead may see."""
_BEHIND = 64
"""Bytes before a window that look-behind may see."""
_ESCAPED = 16
"""Bytes of an escape after which a match may start."""
_HELD = 16 * 1024 * 1024
"""Bytes of windows without a match that are remembered."""


class Candidate(NamedTuple):
    """A pattern that matched, before the checks. Offsets are bytes."""

    signature: Signature
    start: int
    """Where the secret starts."""
    end: int
    low: int = 0
    """Where what matched starts, for signatures from rule files."""
    high: int = 0


class _View(NamedTuple):
    """All that a search depends on."""

    pattern: str
    ends: bool
    """The end is that of the data."""
    before: int
    """Bytes before the window."""
    content: bytes


class _Barren:
    """Remembers where searches found nothing: in history the same lines come again and again."""

    def __init__(self) -> None:
        self._views: set[_View] = set()
        self._held = 0

    def __contains__(self, view: _View) -> bool:
        return view in self._views

    def add(self, view: _View) -> None:
        """Take note of one, and forget all others now and then."""
        self._held += len(view.content)
        if self._held > _HELD:
            self._views.clear()
            self._held = len(view.content)
        self._views.add(view)

    def forget(self) -> None:
        """Forget all: where little comes again."""
        self._views.clear()
        self._held = 0


_barren = _Barren()


def forget() -> None:
    """Forget where nothing was found."""
    _barren.forget()


@functools.cache
def pattern(expression: str) -> regex.Pattern[bytes]:
    """Compile a signature's expression over bytes."""
    return late.compiled(expression.encode())


_ESCAPE = late.pattern(ESCAPE.encode())


@functools.cache
def _bare(expression: str) -> regex.Pattern[bytes] | None:
    """Compile what may stand right after an escape: the expression without its first condition."""
    bare = without_condition(expression)
    return None if bare is None else pattern(bare)


def confirm(
    data: bytes, hits: Sequence[tuple[int, int]], gates: Gates, signatures: Sequence[Signature]
) -> tuple[list[Candidate], list[str]]:
    """Search each signature's pattern around the hits of its gates.

    Args:
        data: what was scanned.
        hits: (gate, end) from the prefilter.
        gates: which signatures each gate opens.
        signatures: in the order in which the gates count them.

    Returns:
        The candidates, and the ids of signatures whose search timed out.
    """
    ends: dict[int, list[int]] = {}
    size = len(data)
    for gate, end in hits:
        for index in gates.opens[gate]:
            ends.setdefault(index, []).append(end)
    candidates: list[Candidate] = []
    timeouts: list[str] = []
    for index, places in sorted(ends.items()):
        signature = signatures[index]
        needed = required(signature.pattern)
        for low, high in _around(data, places, signature):
            if needed.missing(data, low, min(size, high + SLACK)):
                continue
            view = _View(signature.pattern, size <= high + SLACK, min(low, _BEHIND),
                         data[max(0, low - _BEHIND) : high + SLACK])  # fmt: skip
            if view in _barren:
                continue
            try:
                found = _search(data, signature, low, high)
            except TimeoutError:
                timeouts.append(signature.id)
                continue
            if found:
                candidates += found
            else:
                _barren.add(view)
    return candidates, timeouts


def windows(ends: Iterable[int], reach: int, size: int) -> list[tuple[int, int]]:
    """Merge the windows of `reach` bytes to both sides of each end."""
    merged: list[tuple[int, int]] = []
    low = stop = -1
    for end in sorted(ends):
        if end - reach > stop or low < 0:
            if low >= 0:
                merged.append((low, min(size, stop)))
            low = max(0, end - reach)
        stop = end + reach
    if low >= 0:
        merged.append((low, min(size, stop)))
    return merged


def _around(data: bytes, ends: list[int], signature: Signature) -> list[tuple[int, int]]:
    wide = windows(ends, reach(signature), len(data))
    rule = signature.rule
    if rule is None or rule.anywhere or not rule.foreign:
        return wide
    # A match holds the byte before the end of its gate, and none that is foreign to it.
    after, before = pattern(rule.foreign), pattern(f"(?r){rule.foreign}")
    narrow: list[tuple[int, int]] = []
    closed = -1
    for end in sorted(ends):
        if end <= closed:
            continue
        low, high = max(0, end - signature.span), min(len(data), end + signature.span)
        left, right = before.search(data, low, end), after.search(data, end, high)
        low, high = left.end() if left else low, right.start() if right else high
        closed = high if right else -1
        if narrow and low <= narrow[-1][1]:
            narrow[-1] = (narrow[-1][0], max(high, narrow[-1][1]))
        else:
            narrow.append((low, high))
    return narrow


def reach(signature: Signature) -> int:
    """Return the bytes to both sides of a hit that are searched."""
    if signature.rule is not None and signature.rule.anywhere:
        return FAR
    span = min(signature.span, sight(signature.pattern) + _ESCAPED)
    if signature.near is None or signature.gate:
        return span
    return span + signature.near.within + max(map(len, signature.near.words))


def found(expression: str, text: bytes) -> regex.Match[bytes] | None:
    """Search for what a rule file asks besides its pattern, for no longer than for a pattern.

    Args:
        expression: of an allowance or a filter.
        text: where.

    Raises:
        TimeoutError: it took too long.
    """
    return pattern(expression).search(text, timeout=TIMEOUT)


def _may_escape(data: bytes, low: int, high: int) -> bool:
    """Say at a glance whether there may be an escape: it takes one of these."""
    return (
        data.find(b"\\", low, high) >= 0
        or data.find(b"%", low, high) >= 0
        or data.find(b"\x1b", low, high) >= 0
        or data.find(b"=3D", low, high) >= 0
    )


def _search(data: bytes, signature: Signature, low: int, high: int) -> list[Candidate]:
    compiled = pattern(signature.pattern)
    limit = min(len(data), high + SLACK)
    timeout = TIMEOUT * max(1, (limit - low) // _SECOND)
    matches = []
    start = low
    while start < high:
        match = compiled.search(data, start, limit, timeout=timeout)
        if match is None:
            break
        matches.append(match)
        start = max(match.end(), start + 1)
    if signature.rule is not None:
        return _of_rule(matches, signature, high if limit < len(data) else limit)
    if _may_escape(data, low, high) and (bare := _bare(signature.pattern)) is not None:
        # An anchored try at each escape costs less than a look-behind in the search above.
        for escape in _ESCAPE.finditer(data, low, high):
            match = bare.match(data, escape.end(), limit, timeout=TIMEOUT)
            if match is not None:
                matches.append(match)
    # A match that ends in the slack is one of the next window's, seen cut short.
    return [
        Candidate(signature, *match.span("secret"))
        for match in matches
        if match.end("secret") > match.start("secret")
        and (match.end() <= high or limit == len(data))
    ]


def _of_rule(
    matches: Iterable[regex.Match[bytes]], signature: Signature, high: int
) -> list[Candidate]:
    from leakhunt.engine.rules import secret

    assert signature.rule is not None
    found = [
        Candidate(signature, *secret(match, signature.rule), *match.span())
        for match in matches
        if match.end() <= high
    ]
    return [candidate for candidate in found if candidate.start < candidate.end]
