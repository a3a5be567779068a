r"""Encodings of single characters: `%41`, `\u0041`, `&#65;`, `=41`, `0x41,`; and broken strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.engine.decode.gates import ADDRESS
from leakhunt.engine.decode.pieces import Mark, Piece

if TYPE_CHECKING:
    import re

AROUND = 256
"""Bytes between two escapes that still count as one text."""
_PLAIN = frozenset(bytes((code,)) for code in b"-._~:$,{}()[]*!;@#^|?") | frozenset(
    bytes((code,)) for code in range(256) if bytes((code,)).isalnum()
)
_SINGLE = 3
"""So many escapes in a row may be single ones."""
_SURE = 18
"""Bytes of a row that holds more than single ones: none of the usual escapes is so long."""
_FULL = 40
"""Bytes of a line that is broken; mailers fill 76."""
_LONGEST = 128
"""Bytes of the longest escape."""

_ROW = lazy.pattern(
    rb"(?:\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}|"
    rb"\\u\{0{0,4}(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}|[Uu]\+[0-9A-Fa-f]{4}|"
    rb"\\[0-3][0-7]{2}|\\[nrt/\"'\\])+"
)
"""Escapes without anything between them."""
_QUICK = lazy.pattern(rb"(?:\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[01][0-7]{2}|\\[nrt\"'\\])+")
"""Those that Python undoes in one go."""
_ADDRESS = lazy.pattern(ADDRESS.encode())
_NAME = 80
"""Bytes before an address in which its name stands."""
_LINE_ENDS = lazy.pattern(rb"(?:\\[nrt\"'\\])+")

Replace = Callable[["re.Match[bytes]"], bytes]

_NAMED = {
    b"amp": b"&", b"quot": b'"', b"apos": b"'", b"lt": b"<", b"gt": b">", b"equals": b"=",
    b"sol": b"/", b"plus": b"+", b"colon": b":", b"lowbar": b"_", b"hyphen": b"-",
    b"period": b".",
}  # fmt: skip
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/", b'"': b'"', b"'": b"'", b"\\": b"\\"}


class Substitution(NamedTuple):
    """How one encoding writes single characters."""

    pattern: re.Pattern[bytes]
    replace: Replace


def _hex(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))


def _code(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1]),))


def _escape(found: re.Match[bytes]) -> bytes:
    digits = found["hex"] or found["u"] or found["long"] or found["braced"] or found["plus"]
    if digits:
        return chr(int(digits, 16)).encode("utf-8", "replace")
    if found["octal"]:
        return bytes((int(found["octal"], 8),))
    return _LETTERS[found["letter"]]


def _entity(found: re.Match[bytes]) -> bytes:
    if name := found["name"]:
        return _NAMED[name]
    number = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    return chr(number).encode("utf-8", "replace") if 0 < number < 0x110000 else b"?"


def _nothing(_: re.Match[bytes]) -> bytes:
    return b""


def _printable(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),)) if found[1] else b""


SUBSTITUTIONS: dict[str, Substitution] = {
    "percent": Substitution(lazy.pattern(rb"%([0-9A-Fa-f]{2})"), _hex),
    "escapes": Substitution(
        lazy.pattern(
            rb"\\x(?P<hex>[0-9A-Fa-f]{2})|\\u(?P<u>[0-9A-Fa-f]{4})|"
            rb"\\U(?P<long>00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})|"
            rb"\\u\{(?P<braced>0{0,4}(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4})\}|"
            rb"[Uu]\+(?P<plus>[0-9A-Fa-f]{4})|"
            rb"\\(?P<octal>[0-3][0-7]{2})|\\(?P<letter>[nrt/\"'\\])"
        ),
        _escape,
    ),
    "entities": Substitution(
        lazy.pattern(
            rb"&(?:#[xX](?P<hex>[0-9A-Fa-f]{1,8})|#(?P<decimal>[0-9]{1,8})|"
            rb"(?P<name>" + b"|".join(_NAMED) + rb"));"
        ),
        _entity,
    ),
    "doubled": Substitution(lazy.pattern(rb"\"\""), lambda _: b'"'),
    "bytes": Substitution(
        lazy.pattern(rb"(?:\(byte\)[ ]?)?0[xX]([0-9A-Fa-f]{2})\b(?:[ \t]{0,4},\s{0,80})?"), _hex
    ),
    "codes": Substitution(
        lazy.pattern(rb"(?<![\w.])(1[01]\d|12[0-6]|[3-9]\d)\b(?:[ \t]{0,4},\s{0,80})?"), _code
    ),
    "quoted-printable": Substitution(lazy.pattern(rb"=(?:([0-9A-F]{2})|\r?\n)"), _printable),
    "concatenation": Substitution(
        lazy.pattern(
            # What begins each of both stands first, by itself: `re` looks for it many times faster.
            rb"(?P<quote>[\"'`\\])(?:(?<!\\)[ \t]{0,40}"
            rb"(?:\+(?: \\)?|\.\.?|&(?:[ ]_)?|\\)?[ \t]{0,40}"
            rb"(?:\r?\n[ \t]{0,80}(?:(?:\+|\.\.?|&)[ \t]{0,8})?)?[frbuL@$]?(?P=quote)"
            rb"|(?<=[\w+/=-]\\)\r?\n[ \t]{0,80}(?=[\w+/=-]))"
        ),
        _nothing,
    ),
}
"""Encoding to its characters."""


def substituted(name: str, data: bytes, ends: Sequence[int]) -> list[Piece]:
    """Undo an encoding of single characters around hits.

    Args:
        name: which encoding.
        data: the text.
        ends: where the first pass saw it.
    """
    pieces = []
    if name == "quoted-printable":
        ends = [end for end in ends if _is_printable(data, end)]
    for low, high in _groups(ends, len(data)):
        if piece := _piece(name, data, low, high):
            pieces.append(piece)
    return pieces


def _is_printable(data: bytes, end: int) -> bool:
    """Say whether a hit is an escape, or a line that was broken because it is full."""
    stop = data.rfind(b"\n", 0, end)
    if stop < end - 3:
        return True
    return stop - data.rfind(b"\n", 0, stop) > _FULL


def _groups(ends: Sequence[int], size: int) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for end in ends:
        if groups and end - groups[-1][1] <= AROUND:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((max(0, end - _LONGEST), end))
    return [(low, min(size, high + _LONGEST)) for low, high in groups]


class _Undone(NamedTuple):
    """A stretch that was decoded: one character, or many in a row."""

    start: int
    end: int
    text: bytes
    row: bool = False


def _single(found: Iterable[re.Match[bytes]], replace: Replace) -> Iterator[_Undone]:
    for match in found:
        yield _Undone(match.start(), match.end(), replace(match))


def _escapes(data: bytes, low: int, high: int) -> list[_Undone]:
    """Undo escapes, but leave single characters as they are that no encoder escapes.

    What escapes texts for a machine escapes all of them, or only what means something else. A
    token with one escaped letter was written by somebody who did not want it to be taken for
    one, as in the examples of signatures.
    """
    pattern, replace = SUBSTITUTIONS["escapes"]
    undone: list[_Undone] = []
    telling = False
    for row in _ROW.finditer(data, low, high):
        if row.end() - row.start() > _SURE and _QUICK.fullmatch(row[0]):
            text = row[0].decode("unicode_escape").encode("utf-8", "replace")
            undone.append(_Undone(row.start(), row.end(), text, row=True))
            telling = telling or not _LINE_ENDS.fullmatch(row[0])
            continue
        found = list(pattern.finditer(data, row.start(), row.end()))
        if len(found) <= _SINGLE:
            found = [match for match in found if replace(match) not in _PLAIN]
        telling = telling or any(m.lastgroup != "letter" or m["letter"] == b"/" for m in found)
        undone += _single(found, replace)
    if telling and undone and _ADDRESS.search(data, low, high):
        return _whole_address(data, undone)
    return undone if telling else []  # line ends and quotes are understood as they are


def _whole_address(data: bytes, undone: list[_Undone]) -> list[_Undone]:
    """Take in what stands before and behind an address in its line: its name, and its end."""
    start, end = undone[0].start, undone[-1].end
    low = max(data.rfind(b"\n", 0, start) + 1, start - _NAME)
    high = data.find(b'"', end, end + _LONGEST)
    before = [_Undone(low, low + 1, data[low : low + 1])] if low < start else []
    behind = [_Undone(high, high + 1, b'"')] if high >= 0 else []
    return [*before, *undone, *behind]


def _piece(name: str, data: bytes, low: int, high: int) -> Piece | None:
    pattern, replace = SUBSTITUTIONS[name]
    if name == "escapes":
        undone = _escapes(data, low, high)

        def stretches() -> Iterable[_Undone]:
            return undone
    else:
        # Once more for the way back: there may be millions, and hardly ever is it asked for.
        def stretches() -> Iterable[_Undone]:
            return _single(pattern.finditer(data, low, high), replace)

    text: list[bytes] = []
    start = at = -1
    for stretch in stretches():
        if start < 0:
            start = at = stretch.start
        text += (data[at : stretch.start], stretch.text)
        at = stretch.end
    if start < 0:
        return None
    return Piece(start, at, b"".join(text), lambda: _marks(name, data, start, stretches()), name)


def _marks(name: str, data: bytes, start: int, undone: Iterable[_Undone]) -> list[Mark]:
    """Say for every character that was decoded where it comes from."""
    pattern, replace = SUBSTITUTIONS[name]
    marks: list[Mark] = []
    size = 0
    at = start
    for stretch in undone:
        if stretch.start > at:
            marks.append(Mark(size, at))
            size += stretch.start - at
        found = pattern.finditer(data, stretch.start, stretch.end)
        for one in _single(found, replace) if stretch.row else (stretch,):
            if one.text:
                marks.append(Mark(size, one.start, 0))
                size += len(one.text)
        at = stretch.end
    return marks or [Mark(0, start, 0)]
