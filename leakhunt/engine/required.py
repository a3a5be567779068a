"""What stands in whatever a pattern matches: looking for it costs less than searching the pattern.

Two things are certain of many patterns: literal texts, and a run of bytes that are all of one
class, such as 32 hexadecimal digits. A window that lacks one of them need not be searched.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import warnings
from re import _constants as _op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt import derived, lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 16
"""So many alternatives are looked for; more cost as much as they save."""
_ALL_TEXTS = 1000
"""As many as any gate of ours has."""
_CLAUSES = 3
"""So many clauses are looked for."""
_LEAST = 2
"""Bytes of the shortest literal; a single byte stands everywhere."""
_LONG = 12
"""Bytes of the shortest run."""
_RARE = 6.0
"""Bits from which a run is rare enough."""
_FOREIGN = lazy.pattern(r"\[:\^?\w+:\]|\{(?:\d+<=?)?[a-z]")
"""What only `regex` understands, and `re` reads as something else."""
_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)
_ALL = frozenset(range(256))
_CASES = {byte: {byte, byte ^ 32} for byte in range(256) if chr(byte).isalpha() and byte < 128}
_CATEGORIES = {
    _op.CATEGORY_WORD: rb"\w",
    _op.CATEGORY_NOT_WORD: rb"\W",
    _op.CATEGORY_DIGIT: rb"\d",
    _op.CATEGORY_NOT_DIGIT: rb"\D",
    _op.CATEGORY_SPACE: rb"\s",
    _op.CATEGORY_NOT_SPACE: rb"\S",
}
_SHARES = ((b"etaoinsrl", 0.04), (b"dhcupmfgybwvkxjqz", 0.016), (b" ", 0.14), (b"\n_-./=", 0.02))
_SHARE = [next((share for some, share in _SHARES if byte in some), 0.004) for byte in range(256)]
"""How often bytes are met in text, roughly."""

Clause = frozenset[bytes]
"""Texts of which at least one is there."""


class Required(NamedTuple):
    """What must be in a window in which a pattern matches."""

    clauses: tuple[tuple[bytes, ...], ...] = ()
    """Of each at least one text is there."""
    folded: bool = False
    """The texts are in lower case, and the window is to be."""
    table: bytes = b""
    """For `bytes.translate`: bytes of the class become 1, all others 0."""
    run: bytes = b""
    """What stands in the translated window: as many ones as the run is long."""

    def missing(self, data: bytes, low: int, high: int) -> bool:
        """Say whether something is missing in `data[low:high]`, so that nothing can match."""
        if self.folded:
            window = data[low:high].lower()
            for clause in self.clauses:
                if not _holds(window, clause, 0, len(window)):
                    return True
        else:
            for clause in self.clauses:
                if not _holds(data, clause, low, high):
                    return True
        return self.run not in data[low:high].translate(self.table) if self.run else False


def _holds(data: bytes, clause: tuple[bytes, ...], low: int, high: int) -> bool:
    for text in clause:  # noqa: SIM110 (met too often for a generator)
        if data.find(text, low, high) >= 0:
            return True
    return False


class _Item(NamedTuple):
    """Bytes that stand one after another, all of a class."""

    members: frozenset[int]
    least: int


@functools.cache
def required(expression: str) -> Required:
    """Return what is in every match of an expression.

    Args:
        expression: a signature's pattern, matched over UTF-8.

    Returns:
        Something that is empty where nothing is certain.
    """
    return Required._make(
        derived.from_text("required", expression, lambda _: tuple(_required(expression)))
    )


def texts(expression: str) -> list[Clause]:
    """Return texts of which some are in every match of an expression, however many there are.

    Args:
        expression: a gate, as `re` reads it too.

    Returns:
        Clauses in lower case, of each of which at least one text is there in upper or lower case.
    """
    tree = _parser.parse(expression.encode())
    found = _certain(_clauses(tree, bool(tree.state.flags & re.IGNORECASE), _ALL_TEXTS))
    return [frozenset(text.lower() for text in clause) for clause in found]


def _required(expression: str) -> Required:
    if _FOREIGN.search(expression):
        return Required()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = _parser.parse(expression.encode("utf-8", "surrogatepass"))
        except (re.error, RecursionError, OverflowError):
            return Required()
    flags = tree.state.flags
    if flags & (re.VERBOSE | re.LOCALE):
        return Required()
    folds = bool(flags & re.IGNORECASE)
    best = _best(_clauses(tree, folds))
    folded = any(_folds(tree, folds))
    clauses = tuple(
        tuple(sorted({text.lower() for text in clause} if folded else clause)) for clause in best
    )
    table, run = _run(list(_items(tree, folds)))
    return Required(clauses, folded and bool(clauses), table, run)


def _folds(tree: Any, folds: bool) -> Iterator[bool]:
    """Yield whether case is ignored here, and in each group."""
    yield folds
    for kind, value in tree:
        if kind is _op.SUBPATTERN:
            yield from _folds(value[3], _inner(value, folds))
        elif kind is _op.BRANCH:
            for branch in value[1]:
                yield from _folds(branch, folds)
        elif kind in _REPEATS:
            yield from _folds(value[2], folds)
        elif kind is _op.ATOMIC_GROUP:
            yield from _folds(value, folds)


def _inner(group: Any, folds: bool) -> bool:
    """Say whether a group ignores case."""
    return bool((folds or group[1] & re.IGNORECASE) and not group[2] & re.IGNORECASE)


def _clauses(tree: Any, folds: bool, most: int = _MOST) -> list[Clause]:
    """Return what a sequence asks for, one clause for each text that is certain."""
    clauses: list[Clause] = []
    text = b""
    for kind, value in tree:
        if kind is _op.LITERAL:
            text += bytes([value])
            continue
        clauses.append(frozenset([text]))
        text = b""
        if kind is _op.SUBPATTERN:
            clauses += _clauses(value[3], _inner(value, folds), most)
        elif kind is _op.BRANCH:
            clauses += _either([_clauses(branch, folds, most) for branch in value[1]], most)
        elif kind in _REPEATS and value[0]:
            clauses += _clauses(value[2], folds, most)
        elif kind is _op.ATOMIC_GROUP:
            clauses += _clauses(value, folds, most)
    clauses.append(frozenset([text]))
    return clauses


def _either(branches: list[list[Clause]], most: int) -> list[Clause]:
    """Join what the branches of an alternative ask for, if each asks for something."""
    best = [_best(clauses) for clauses in branches]
    if not all(best):
        return []
    joined = frozenset[bytes]().union(*(clauses[0] for clauses in best))
    return [joined] if len(joined) <= most else []


def _certain(clauses: list[Clause]) -> list[Clause]:
    return [clause for clause in dict.fromkeys(clauses) if min(map(len, clause)) >= _LEAST]


def _best(clauses: list[Clause]) -> list[Clause]:
    """Return the clauses that are least likely to be there by chance."""
    certain = _certain(clauses)
    certain.sort(key=lambda clause: (-min(map(len, clause)), len(clause), sorted(clause)))
    return certain[:_CLAUSES]


def _items(tree: Any, folds: bool) -> Iterator[_Item]:
    """Yield the parts of a sequence; of what is not understood nothing is certain."""
    for kind, value in tree:
        if kind in (_op.AT, _op.ASSERT, _op.ASSERT_NOT):
            continue
        if kind is _op.SUBPATTERN:
            yield from _items(value[3], _inner(value, folds))
        elif kind is _op.ATOMIC_GROUP:
            yield from _items(value, folds)
        elif kind in _REPEATS:
            inner = list(_items(value[2], folds))
            members = frozenset[int]().union(*(item.members for item in inner))
            yield _Item(members, value[0] * sum(item.least for item in inner))
        elif kind is _op.BRANCH:
            branches = [list(_items(branch, folds)) for branch in value[1]]
            members = frozenset(i for one in branches for item in one for i in item.members)
            yield _Item(members, min(sum(item.least for item in one) for one in branches))
        else:
            yield _Item(_members(kind, value, folds), int(kind in _SINGLE))


_SINGLE = (_op.LITERAL, _op.NOT_LITERAL, _op.ANY, _op.IN)


def _members(kind: Any, value: Any, folds: bool) -> frozenset[int]:
    """Return the bytes that a part can match."""
    if kind is _op.LITERAL:
        return frozenset(_CASES.get(value, {value}) if folds else {value})
    if kind is not _op.IN:
        return _ALL
    found: set[int] = set()
    negated = False
    for inner, what in value:
        if inner is _op.LITERAL:
            found.add(what)
        elif inner is _op.RANGE:
            found.update(range(what[0], what[1] + 1))
        elif inner is _op.NEGATE:
            negated = True
        else:
            found |= _category(_CATEGORIES[what])
    if folds:
        found.update(other for byte in tuple(found) for other in _CASES.get(byte, ()))
    return _ALL - found if negated else frozenset(found)


@functools.cache
def _category(text: bytes) -> frozenset[int]:
    return frozenset(byte for byte in _ALL if re.match(text, bytes([byte])))


def _run(items: Sequence[_Item]) -> tuple[bytes, bytes]:
    """Return the table and the text of the rarest run; empty if none is rare enough."""
    best = (_RARE, 0, frozenset[int]())
    for first, start in enumerate(items):
        if not start.least:
            continue
        members, least, share = frozenset[int](), 0, 0.0
        for item in itertools.islice(items, first, None):
            if not item.members <= members:
                members |= item.members
                share = sum(map(_SHARE.__getitem__, members))
            if share >= 1.0:
                break
            least += item.least
            if least >= _LONG and -least * math.log2(share) > best[0]:
                best = (-least * math.log2(share), least, members)
    _, least, members = best
    table = bytes(int(byte in members) for byte in range(256)) if least else b""
    return table, b"\1" * least
