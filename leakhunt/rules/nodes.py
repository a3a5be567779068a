"""What a regular expression consists of once its syntax and flags are out of the way."""

from __future__ import annotations

import functools

from leakhunt.records import record

Ranges = tuple[tuple[int, int], ...]
"""Code points, as sorted (first, last) that do not touch."""

TOP = 0x10FFFF
ENDLESS = 1 << 31
_LETTERS = 0x1E943
"""No code point behind it has two cases."""


@record(frozen=True, slots=True)
class Chars:
    """One character out of a set."""

    ranges: Ranges


@record(frozen=True, slots=True)
class Condition:
    r"""Something that takes no room, as `regex` writes it: `\A`, `\Z`, `(?m:^)`, `\b`."""

    text: str


@record(frozen=True, slots=True)
class Row:
    """One after another."""

    items: tuple[Node, ...]


@record(frozen=True, slots=True)
class Choice:
    """The first that fits."""

    items: tuple[Node, ...]


@record(frozen=True, slots=True)
class Repeat:
    """The same several times; `most` is -1 where there is no end."""

    item: Node
    least: int
    most: int
    lazy: bool = False


@record(frozen=True, slots=True)
class Group:
    """What is kept under a number."""

    item: Node


Node = Chars | Condition | Row | Choice | Repeat | Group


def merged(ranges: list[tuple[int, int]]) -> Ranges:
    """Sort ranges and join those that touch."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return tuple(result)


def inverted(ranges: Ranges) -> Ranges:
    """Return all other code points."""
    result = []
    at = 0
    for first, last in ranges:
        if first > at:
            result.append((at, first - 1))
        at = last + 1
    if at <= TOP:
        result.append((at, TOP))
    return tuple(result)


@functools.lru_cache(256)
def folded(ranges: Ranges) -> Ranges:
    """Add the other case of every letter."""
    more = list(ranges)
    for first, last in ranges:
        for point in range(first, min(last, _LETTERS) + 1):
            cases = chr(point).lower(), chr(point).upper()
            more += [(ord(case), ord(case)) for case in cases if len(case) == 1]
    return merged(more)


def groups(node: Node) -> int:
    """Count the groups."""
    match node:
        case Group(item):
            return 1 + groups(item)
        case Repeat(item):
            return groups(item)
        case Row(items) | Choice(items):
            return sum(map(groups, items))
        case _:
            return 0


def used(node: Node) -> Ranges:
    """Return all characters that a match can hold."""
    match node:
        case Chars(ranges):
            return ranges
        case Condition():
            return ()
        case Group(item) | Repeat(item):
            return used(item)
        case Row(items) | Choice(items):
            return merged([pair for item in items for pair in used(item)])


def least_width(node: Node) -> int:
    """Return how many bytes a match has at least."""
    match node:
        case Chars():
            return 1
        case Condition():
            return 0
        case Group(item):
            return least_width(item)
        case Repeat(item, least):
            return least * least_width(item)
        case Row(items):
            return sum(map(least_width, items))
        case Choice(items):
            return min(map(least_width, items))


def most_width(node: Node) -> int:
    """Return how many bytes a match has at most, up to `ENDLESS`."""
    match node:
        case Chars(ranges):
            return len(chr(ranges[-1][1]).encode("utf-8", "surrogatepass")) if ranges else 0
        case Condition():
            return 0
        case Group(item):
            return most_width(item)
        case Repeat(item, _, most):
            wide = most_width(item)
            return min(ENDLESS, wide * most if most >= 0 else ENDLESS if wide else 0)
        case Row(items):
            return min(ENDLESS, sum(map(most_width, items)))
        case Choice(items):
            return max(map(most_width, items))
