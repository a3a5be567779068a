r"""Finds the part of a pattern that is cheapest to look for in everything.

A pattern such as `\b(acme_[a-z0-9]{32,64})(?![\w-])` costs the first pass much: look-around and
long repeats. Wherever it matches there is `acme_[a-z0-9]{12}`, too, which costs next to nothing,
and which hardly more places have. So of a pattern without a `gate` this takes a run of its parts:
literal, of one width where that is enough, in one line. What is dropped only lets more through.
"""

from __future__ import annotations

import math
import re
import sys
import warnings
from re import _constants as _op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_WIDEST = 96
"""Bytes that a part of more than one width may match."""
_ENOUGH = 36.0
"""Bits from which a part is rare enough."""
_LEAST = 20.0
"""Bits below which the whole pattern is the better gate."""
_FEW = 32
"""Members of a class up to which hyperscan looks for each with the fixed bytes beside it."""
_CORE = 9.0
"""Bits of fixed bytes that there must be in one stretch."""
_UNEVEN = 16
"""Bytes by which the widths of literal alternatives may differ."""
_NEWLINE = 10
_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)
_FOREIGN = re.compile(r"\[\^?\[:|\{(?:\d+<=?)?[a-z]")
"""What `regex` reads in another way than Python: named classes, fuzzy repeats."""
_CLASSES = {
    _op.CATEGORY_WORD: r"\w",
    _op.CATEGORY_NOT_WORD: r"\W",
    _op.CATEGORY_DIGIT: r"\d",
    _op.CATEGORY_NOT_DIGIT: r"\D",
    _op.CATEGORY_SPACE: r"\s",
    _op.CATEGORY_NOT_SPACE: r"\S",
}
_MEMBERS = {
    kind: frozenset(b for b in range(256) if re.match(text.encode(), bytes([b])))
    for kind, text in _CLASSES.items()
}


class _UnknownError(Exception):
    """There is something that this module does not understand."""


class _Piece(NamedTuple):
    """A part of an expression, and what it is worth."""

    text: str
    least: int
    """Bytes that it matches at least."""
    most: int
    rare: float
    """Bits: how rare it is in text."""
    literal: bool
    """It matches fixed bytes (up to case), or one of some such."""
    bound: bool = True
    """It matches no newline, and nothing that depends on other parts."""
    each: _Piece | None = None
    """What it repeats."""
    times: int = 1
    """How often at least."""
    choices: tuple[tuple[_Piece, ...], ...] = ()
    """The alternatives that it is made of."""
    wider: str = ""
    """What to look for instead beside fixed bytes, if it is one of some few bytes."""

    @property
    def even(self) -> bool:
        """Whether it has one width, or nearly so."""
        return self.most - self.least <= (_UNEVEN if self.literal and self.choices else 0)

    def only(self, times: int) -> _Piece:
        """Return what it repeats only so often."""
        assert self.each is not None
        return _repeated(self.each, times, times)


def narrowed(expression: str) -> list[str]:
    """Return expressions of which one is seen wherever the expression matches.

    None of them matches a newline, or anything but a part of what the expression matches.

    Args:
        expression: a pattern.

    Returns:
        The expression alone if no part is rare enough, or something in it is not understood.
    """
    if not expression.isascii() or _FOREIGN.search(expression):
        return [expression]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(expression.encode())
        if parsed.state.flags & re.DOTALL:
            return [expression]
        parts = _best(_pieces(parsed))
    except (re.error, RecursionError, OverflowError, _UnknownError):
        return [expression]
    if not parts or _together(parts) < _LEAST:
        return [expression]
    start = "(?i)" if parsed.state.flags & re.IGNORECASE else ""
    return [start + part.text for part in parts]


def _together(parts: list[_Piece]) -> float:
    """Return how rare it is that any of these is seen, in bits."""
    return max(0.0, -math.log2(sum(2.0**-part.rare for part in parts) or sys.float_info.min))


def _best(pieces: list[_Piece]) -> list[_Piece]:
    """Return the best part of a sequence, or the best ones of its alternatives; none if none."""
    found: list[list[_Piece]] = []
    for line in _split(pieces, lambda piece: piece.bound):
        runs = _runs(line)
        found += [[part] for part in map(_grown, runs) if part]
        whole = _trimmed(line)
        if len(runs) > 1 and whole and _core(line) and (part := _joined(whole)).most <= _WIDEST:
            found.append([part._replace(rare=min(part.rare, _ENOUGH - 1))])
    for piece in pieces:
        chosen = [_best(list(choice)) for choice in piece.choices]
        if chosen and all(chosen):
            found.append([part for parts in chosen for part in parts])
    return max(found, key=lambda parts: min(_ENOUGH, _together(parts)), default=[])


def _split(pieces: list[_Piece], keep: Any) -> list[list[_Piece]]:
    lists: list[list[_Piece]] = [[]]
    for piece in pieces:
        if keep(piece):
            lists[-1].append(piece)
        elif lists[-1]:
            lists.append([])
    return [one for one in lists if one]


def _runs(line: list[_Piece]) -> list[list[_Piece]]:
    """Cut where the width varies; what repeats there at least ends one run and starts the next."""
    runs: list[list[_Piece]] = [[]]
    for piece in line:
        if piece.even:
            runs[-1].append(piece)
            continue
        least = [piece.only(piece.times)] if piece.each and piece.each.even and piece.times else []
        runs[-1] += least
        runs.append(list(least))
    return [run for run in runs if run]


def _core(run: list[_Piece]) -> tuple[int, int] | None:
    """Return where the rarest stretch of literal pieces begins and ends."""
    best, bits = None, _CORE
    first, here = 0, 0.0
    for at, piece in enumerate(run):
        here = here + piece.rare if piece.literal else 0.0
        first = first if piece.literal else at + 1
        if here >= bits:
            best, bits = (first, at + 1), here
    return best


def _grown(run: list[_Piece]) -> _Piece | None:
    """Return the rarest stretch, with so much around it that it is rare enough."""
    core = _core(run)
    if core is None:
        return None
    taken = run[core[0] : core[1]]
    rare = sum(piece.rare for piece in taken)
    for rest, after in ((run[core[1] :], True), (run[: core[0]][::-1], False)):
        for at, piece in enumerate(rest):
            if rare >= _ENOUGH:
                break
            more, whole = _taken(piece, _ENOUGH - rare)
            if not at and more.wider:
                more = more._replace(text=more.wider)
            elif not at and more.each and more.each.wider:
                more = _beside(more, after)
            taken = [*taken, more] if after else [more, *taken]
            rare += more.rare
            if not whole:
                break  # what comes next need not stand beside the rest of it
    return _joined(taken)


def _taken(piece: _Piece, wanted: float) -> tuple[_Piece, bool]:
    """Return as much of a repeat as is needed to be so rare, and whether that is all of it."""
    if piece.each is None or not piece.each.rare:
        return piece, True
    times = min(piece.times, math.ceil(wanted / piece.each.rare))
    return piece.only(times), times == piece.times


def _beside(piece: _Piece, after: bool) -> _Piece:
    """Widen the byte of a repeat that stands beside fixed bytes: these must stay one literal."""
    assert piece.each is not None
    widened = piece.each._replace(text=piece.each.wider)
    rest = [_repeated(piece.each, piece.times - 1, piece.times - 1)] if piece.times > 1 else []
    return _joined([widened, *rest] if after else [*rest, widened])


def _trimmed(line: list[_Piece]) -> list[_Piece]:
    """Let repeats at the edges match no more than they have to."""
    line = list(line)
    for edge in (0, -1):
        while line and not line[edge].even and not line[edge].times:
            del line[edge]
        if line and not line[edge].even and line[edge].each:
            line[edge] = line[edge].only(line[edge].times)
    return line


def _joined(pieces: list[_Piece] | tuple[_Piece, ...]) -> _Piece:
    return _Piece(
        "".join(piece.text for piece in pieces),
        sum(piece.least for piece in pieces),
        sum(piece.most for piece in pieces),
        sum(piece.rare for piece in pieces),
        all(piece.literal for piece in pieces),
        all(piece.bound for piece in pieces),
    )


def _pieces(items: Any) -> list[_Piece]:
    """Drop look-around and boundaries, and groups that are only brackets."""
    pieces: list[_Piece] = []
    for kind, value in items:
        if kind in (_op.ASSERT, _op.ASSERT_NOT, _op.AT):
            continue
        if kind is _op.SUBPATTERN:
            _, on, off, inner = value
            if off or on & ~(re.IGNORECASE | re.MULTILINE):
                raise _UnknownError
            if on & re.IGNORECASE:
                whole = _joined(_pieces(inner))
                pieces.append(whole._replace(text=f"(?i:{whole.text})"))
            else:
                pieces += _pieces(inner)
        elif kind is _op.ATOMIC_GROUP:
            pieces += _pieces(value)
        elif kind in _REPEATS:
            least, most, inner = value
            if repeated := _pieces(inner):
                each = repeated[0] if len(repeated) == 1 else _grouped(_joined(repeated))
                pieces.append(_repeated(each, least, most))
        elif kind is _op.BRANCH:
            pieces.append(_branch([_pieces(branch) for branch in value[1]]))
        elif kind is _op.GROUPREF:
            pieces.append(_Piece("", 0, 0, 0.0, literal=False, bound=False, times=0))
        else:
            pieces.append(_byte(kind, value))
    return pieces


def _grouped(piece: _Piece) -> _Piece:
    return piece._replace(text=f"(?:{piece.text})")


def _repeated(each: _Piece, least: int, most: int) -> _Piece:
    if least == most == 1:
        return each
    text = _grouped(each).text if each.each else each.text
    upper = "" if most is _op.MAXREPEAT else str(most)
    return _Piece(
        text + (f"{{{least}}}" if least == most else f"{{{least},{upper}}}"),
        each.least * least,
        each.most * min(int(most), 1 << 20),
        each.rare * least,
        literal=each.literal and least == most,
        bound=each.bound,
        each=each,
        times=least,
    )


def _branch(choices: list[list[_Piece]]) -> _Piece:
    joined = [_joined(choice) for choice in choices]
    return _Piece(
        "(?:" + "|".join(one.text for one in joined) + ")",
        min(one.least for one in joined),
        max(one.most for one in joined),
        _together(joined),
        literal=all(one.literal for one in joined),
        bound=all(one.bound for one in joined),
        choices=tuple(map(tuple, choices)),
    )


def _byte(kind: Any, value: Any) -> _Piece:
    """Return the piece for what matches a single byte."""
    if kind is _op.LITERAL:
        return _Piece(_escaped(value), 1, 1, _bits(value), literal=True, bound=value != _NEWLINE)
    if kind is _op.NOT_LITERAL:
        return _Piece(f"[^{_escaped(value)}]", 1, 1, 0.0, literal=False, bound=value == _NEWLINE)
    if kind is _op.ANY:
        return _Piece(r"[^\n]", 1, 1, 0.0, literal=False)
    if kind is not _op.IN:
        raise _UnknownError
    members: set[int] = set()
    text = ""
    for inner, what in value:
        if inner is _op.NEGATE:
            text += "^"
        elif inner is _op.RANGE:
            members.update(range(what[0], what[1] + 1))
            text += f"{_escaped(what[0])}-{_escaped(what[1])}"
        elif inner is _op.CATEGORY:
            members |= _MEMBERS[what]
            text += _CLASSES[what]
        else:
            members.add(what)
            text += _escaped(what)
    negated = value[0][0] is _op.NEGATE
    count = 256 - len(members) if negated else len(members)
    return _Piece(
        f"[{text}]",
        1,
        1,
        min(map(_bits, members)) - 1
        if count == 2 and not negated
        else 0.35 * math.log2(256 / count),
        literal=count == 2 and not negated,
        bound=(_NEWLINE in members) == negated,
        wider=_wider(text, members) if 2 < count <= _FEW and not negated else "",
    )


def _wider(text: str, members: set[int]) -> str:
    return r"\w" if members <= _MEMBERS[_op.CATEGORY_WORD] else rf"[\w{text}]"


def _bits(byte: int) -> float:
    """Return how rare a byte is in text, roughly, if one knows what stands before it."""
    character = chr(byte)
    if character in "etaoinsrl ":
        return 3.0
    if character.islower():
        return 4.5
    return 5.0 if character.isalnum() or character in "_./-\"'=:" else 6.0


def _escaped(byte: int) -> str:
    character = chr(byte)
    if byte < 128 and (character.isalnum() or character in " _\"'`<>/:=@%,;!&~"):
        return character
    return f"\\{character}" if 32 < byte < 127 else f"\\x{byte:02x}"
