r"""Encodings of single characters: `%41`, `\u0041`, `&#65;`, `=41`; and broken strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from leakhunt.engine.decode.pieces import Mark, Piece

AROUND = 256
"""Bytes between two escapes that still count as one text."""
_PLAIN = frozenset(bytes((code,)) for code in b"-._~:$,{}()[]*!;@#^|?") | frozenset(
    bytes((code,)) for code in range(256) if bytes((code,)).isalnum()
)
_SINGLE = 3
"""So many escapes in a row may be single ones."""
_LONGEST = 128
"""Bytes of the longest escape."""

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
    "percent": Substitution(re.compile(rb"%([0-9A-Fa-f]{2})"), _hex),
    "escapes": Substitution(
        re.compile(
            rb"\\x(?P<hex>[0-9A-Fa-f]{2})|\\u(?P<u>[0-9A-Fa-f]{4})|"
            rb"\\U(?P<long>00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})|"
            rb"\\u\{(?P<braced>0{0,4}(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4})\}|"
            rb"[Uu]\+(?P<plus>[0-9A-Fa-f]{4})|"
            rb"\\(?P<octal>[0-3][0-7]{2})|\\(?P<letter>[nrt/\"'\\])"
        ),
        _escape,
    ),
    "entities": Substitution(
        re.compile(
            rb"&(?:#[xX](?P<hex>[0-9A-Fa-f]{1,8})|#(?P<decimal>[0-9]{1,8})|"
            rb"(?P<name>" + b"|".join(_NAMED) + rb"));"
        ),
        _entity,
    ),
    "quoted-printable": Substitution(re.compile(rb"=(?:([0-9A-F]{2})|\r?\n)"), _printable),
    "concatenation": Substitution(
        re.compile(
            rb"(?P<quote>[\"'`])[ \t]{0,40}(?:\+(?: \\)?|\.\.?|&(?:[ ]_)?|\\)?[ \t]{0,40}"
            rb"(?:\r?\n[ \t]{0,80}(?:(?:\+|\.\.?|&)[ \t]{0,8})?)?[frbuL@$]?(?P=quote)"
            rb"|(?<=[\w+/=-])\\\r?\n[ \t]{0,80}(?=[\w+/=-])"
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
    for low, high in _groups(ends, len(data)):
        if piece := _piece(name, data, low, high):
            pieces.append(piece)
    return pieces


def _groups(ends: Sequence[int], size: int) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for end in ends:
        if groups and end - groups[-1][1] <= AROUND:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((max(0, end - _LONGEST), end))
    return [(low, min(size, high + _LONGEST)) for low, high in groups]


def _meant(found: list[re.Match[bytes]], replace: Replace) -> list[re.Match[bytes]]:
    """Leave out single characters that no encoder escapes.

    What escapes texts for a machine escapes all of them, or only what means something else. A
    token with one escaped letter was written by somebody who did not want it to be taken for
    one, as in the examples of signatures.
    """
    meant: list[re.Match[bytes]] = []
    row: list[re.Match[bytes]] = []
    for match in found:
        if row and match.start() != row[-1].end():
            meant += _of_row(row, replace)
            row = []
        row.append(match)
    return meant + _of_row(row, replace)


def _of_row(row: list[re.Match[bytes]], replace: Replace) -> list[re.Match[bytes]]:
    if len(row) > _SINGLE:
        return row
    return [match for match in row if replace(match) not in _PLAIN]


def _piece(name: str, data: bytes, low: int, high: int) -> Piece | None:
    pattern, replace = SUBSTITUTIONS[name]
    found = list(pattern.finditer(data, low, high))
    if name == "escapes":
        found = _meant(found, replace)
        if all(match.lastgroup == "letter" and match["letter"] != b"/" for match in found):
            return None  # line ends and quotes are understood as they are
    if not found:
        return None
    start, end = found[0].start(), found[-1].end()
    text: list[bytes] = []
    marks: list[Mark] = []
    size = 0
    at = start
    for match in found:
        if match.start() > at:
            marks.append(Mark(size, at))
            text.append(data[at : match.start()])
            size += match.start() - at
        instead = replace(match)
        if instead:
            marks.append(Mark(size, match.start(), 0))
            text.append(instead)
            size += len(instead)
        at = match.end()
    decoded = b"".join(text)
    return Piece(start, end, decoded, tuple(marks) or (Mark(0, start, 0),), name)
