"""What the first pass looks for: a part of an expression that every match contains.

It need not be the whole: a part that is bounded and short gives fewer hits than one that ends in
`{10,150}`, each end of which would be one, and lets versions be compared.
"""

from __future__ import annotations

import math

from leakhunt.rules.expressions import loose, written
from leakhunt.rules.nodes import (
    Chars,
    Choice,
    Condition,
    Group,
    Node,
    Repeat,
    Row,
    least_width,
    most_width,
)

_WIDEST = 400
"""Bytes that a gate may be wide."""
_MANY = 512
"""Strings that one part of an expression may stand for and still be listed."""
_ENOUGH = 20.0
"""Bits that a gate must tell; less opens at every other word."""


def gate(node: Node) -> tuple[str, bool]:
    """Return an expression that every match contains, and whether it says enough.

    It is empty where there is nothing that every match contains.
    """
    best = max(_parts(node), key=_bits, default=Row(()))
    return loose(written(best)), _bits(best) >= _ENOUGH


def _parts(node: Node) -> list[Node]:
    """Return parts of which every match contains each, cut where a repeat has no near end."""
    parts: list[Node] = []
    rest = _Rest(_flat(node))
    while rest.items:
        cut, ended = _cut(Row(tuple(rest.items)), _WIDEST)
        cut = _trimmed(cut)
        if least_width(cut):
            parts.append(cut)
        if ended:
            break
        rest.step()
    return parts


class _Rest:
    """What of a row has not been looked at."""

    def __init__(self, items: list[Node]) -> None:
        self.items = items

    def step(self) -> None:
        """Go on behind the next item that cuts a part off."""
        for index, item in enumerate(self.items):
            cut = index + 1
            if not _cut(item, _WIDEST)[1]:
                break
        self.items = self.items[cut:]


def _flat(node: Node) -> list[Node]:
    match node:
        case Group(item):
            return _flat(item)
        case Row(items):
            return [inner for item in items for inner in _flat(item)]
        case _:
            return [node]


def _cut(node: Node, room: int) -> tuple[Node, bool]:
    """Return the start of an expression that fits, and whether that is all of it."""
    match node:
        case Condition(text):
            # Others may stand where hyperscan refuses them; without them more is found.
            return (node if text == r"\b" else Row(())), True
        case Chars():
            return node, most_width(node) <= room
        case Group(item):
            return _cut(item, room)
        case Choice(items):
            cuts = [_cut(item, room) for item in items]
            return Choice(tuple(cut for cut, _ in cuts)), all(whole for _, whole in cuts)
        case Repeat(item, least, most):
            return _cut_repeat(item, least, most, room)
        case Row(items):
            kept: list[Node] = []
            for item in items:
                cut, whole = _cut(item, room)
                kept.append(cut)
                room -= most_width(cut)
                if not whole:
                    return Row(tuple(kept)), False
            return Row(tuple(kept)), True


def _cut_repeat(item: Node, least: int, most: int, room: int) -> tuple[Node, bool]:
    one, whole = _cut(item, room)
    wide = max(1, most_width(one))
    if whole and most >= 0 and most * wide <= room:
        return Repeat(one, least, most), True
    if not least:
        return Row(()), False
    if not whole:
        return one, False
    times = max(1, min(least, room // wide))
    return Repeat(one, times, times), False


def _trimmed(node: Node) -> Node:
    """Leave out at both ends what may be absent: the rest is a part of every match, too."""
    items = _flat(node)
    while items and _idle(items[0]):
        items.pop(0)
    if items and isinstance(head := items[0], Repeat):
        items[0] = Repeat(head.item, head.least, head.least)
    return _ended(Row(tuple(items)))


def _ended(node: Node) -> Node:
    """Leave out what may be absent at the end, where each further byte would be a hit."""
    match node:
        case Row():
            items = _flat(node)
            while items and _idle(items[-1]):
                items.pop()
            return Row((*items[:-1], *map(_ended, items[-1:])))
        case Choice(items):
            return Choice(tuple(map(_ended, items)))
        case Repeat(item, least):
            return Repeat(item, least, least)
        case _:
            return node


def _idle(node: Node) -> bool:
    if isinstance(node, Condition):
        return False
    return not least_width(node) or not _bits(node)


def _bits(node: Node) -> float:
    """Say how much it tells that a text matches."""
    match node:
        case Chars(ranges):
            return 8 - math.log2(min(256, sum(b - a + 1 for a, b in ranges) or 1))
        case Condition():
            return 0.5
        case Group(item):
            return _bits(item)
        case Repeat(item, least):
            return least * _bits(item)
        case Row(items):
            return sum(map(_bits, items))
        case Choice(items):
            return max(0.0, min(map(_bits, items)) - math.log2(len(items)))


def always_holds(node: Node, words: tuple[str, ...]) -> bool:
    """Say whether every match contains one of the words, in whatever case.

    Then they need not be looked for.
    """
    return _Listing(words).holds(node)


class _Listing:
    """Lists what short parts of an expression may stand for, in lower case."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words

    def holds(self, node: Node) -> bool:
        texts: list[str] = [""]
        for item in _flat(node):
            if isinstance(item, Choice) and all(map(self.holds, item.items)):
                return True
            if isinstance(item, Repeat) and item.least and self.holds(item.item):
                return True
            more = self.texts(item)
            joined = [a + b for a in texts for b in more] if more else []
            texts = joined if 0 < len(joined) <= _MANY else more or [""]
            if all(any(word in text for word in self.words) for text in texts):
                return True
        return False

    def texts(self, node: Node) -> list[str]:
        """Return all that a part can match, or nothing where that is too much."""
        match node:
            case Chars(ranges):
                if sum(b - a + 1 for a, b in ranges) > 16:
                    return []
                return list({chr(i).lower() for a, b in ranges for i in range(a, b + 1)})
            case Condition():
                return [""]
            case Group(item):
                return self.texts(item)
            case Repeat(item, least, most):
                once = self.texts(item)
                if not once or not 0 <= most <= 4:
                    return []
                rows = [self._joined([item] * times) for times in range(least, most + 1)]
                return self._all(rows)
            case Choice(items):
                return self._all([self.texts(item) for item in items])
            case Row(items):
                return self._joined(list(items))

    def _joined(self, items: list[Node]) -> list[str]:
        texts = [""]
        for item in items:
            more = self.texts(item)
            if len(texts) * len(more) > _MANY:
                return []
            texts = [a + b for a in texts for b in more]
        return texts

    def _all(self, lists: list[list[str]]) -> list[str]:
        if not all(lists) or sum(map(len, lists)) > _MANY:
            return []
        return list(dict.fromkeys(text for texts in lists for text in texts))
