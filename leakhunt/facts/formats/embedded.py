"""Texts inside other texts: read by the reader of their language, offsets those of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.model import Assignment, Call, Facts, Import, Value
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 3
"""How many texts may lie in each other."""
LONGEST = 400_000
"""Bytes of an embedded text that are read."""
LONGEST_COMMAND = 8000
"""Bytes of a line of an embedded script; the parser takes too long over longer ones."""

_MASKED = lazy.pattern(rb"\$\{\{.{0,500}?\}\}|\{\{.{1,500}?\}\}", re.DOTALL)
_TEMPLATED = {"bash"}
"""Languages that do not know the placeholders of the format around them."""


class Place:
    """Where the bytes of a text lie in the file.

    Args:
        pieces: start in the text, start in the file, length in the text, length in the file, of
            each piece, in order; a piece with two lengths is an escape.
        decoded: how the text comes from the file, if it is more than undoing escapes.
    """

    def __init__(self, pieces: Sequence[tuple[int, int, int, int]], decoded: str = "") -> None:
        self.decoded = decoded
        self.pieces = pieces or [(0, 0, 0, 0)]
        self._starts = [piece[0] for piece in self.pieces]

    def start(self, offset: int) -> int:
        """Return where a byte of the text begins in the file."""
        own, there, length, outside = self._piece(offset)
        if length == outside:
            return there + min(offset - own, outside)
        return there if offset - own < length else there + outside

    def end(self, offset: int) -> int:
        """Return where what ends before a byte of the text ends in the file."""
        if offset <= 0:
            return self.start(offset)
        own, there, length, outside = self._piece(offset - 1)
        return there + min(offset - own, outside) if length == outside else there + outside

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the file."""
        first = self.start(start)
        return first, max(first, self.end(end)) if end > start else first

    def _piece(self, offset: int) -> tuple[int, int, int, int]:
        return self.pieces[max(0, bisect_right(self._starts, offset) - 1)]


def straight(start: int, length: int) -> Place:
    """Return the place of a text that lies in the file as it is."""
    return Place([(0, start, length, length)])


def read(language: str, text: bytes, depth: int) -> Facts | None:
    """Read a text inside another one.

    Args:
        language: what it is written in.
        text: its bytes.
        depth: in how many others it lies.

    Returns:
        Its facts with offsets of its own, or None if it is too deep or too long, or nobody reads
        the language.
    """
    from leakhunt.facts.formats.readers import NESTING, reader

    if depth > DEEPEST or len(text) > LONGEST:
        return None
    if language == "bash" and max(map(len, text.split(b"\n"))) > LONGEST_COMMAND:
        return None
    if language in _TEMPLATED and b"{{" in text:
        text = _MASKED.sub(lambda m: b"${" + b"_" * (len(m[0]) - 3) + b"}", text)
    if language in NESTING:
        return NESTING[language](language, text, depth)
    found = reader(language)
    return found(language, text) if found else None


def placed(facts: Facts, place: Place, content: bytes) -> Facts:
    """Return facts of a text with the offsets of the file.

    Args:
        facts: with offsets in the text.
        place: where its bytes lie.
        content: the file.
    """
    mover = Mover(place, content)
    return Facts(
        facts.language,
        tuple(mover.assignment(fact) for fact in facts.assignments),
        tuple(mover.call(call) for call in facts.calls),
        tuple(
            Import(item.module, item.names, item.alias, *place.span(item.start, item.end))
            for item in facts.imports
        ),
        tuple(place.span(*scope) for scope in facts.scopes),
        facts.problems,
    )


class Mover:
    """Gives facts of a text the offsets of the file.

    Args:
        place: where the bytes of the text lie.
        content: the file.
    """

    def __init__(self, place: Place, content: bytes) -> None:
        self.place = place
        self.content = content

    def assignment(self, fact: Assignment) -> Assignment:
        """Return an assignment with the offsets of the file."""
        start, end = self.place.span(fact.start, fact.end)
        value = self.value(fact.value)
        return Assignment(
            fact.name, fact.path, value, start, end, fact.operator, fact.form, fact.comment
        )

    def call(self, call: Call) -> Call:
        """Return a call with the offsets of the file."""
        arguments = tuple((keyword, self.value(value)) for keyword, value in call.arguments)
        start, end = self.place.span(call.start, call.end)
        return Call(call.name, call.receiver, arguments, start, max(end, start + 1))

    def value(self, value: Value) -> Value:
        """Return a value with the offsets of the file."""
        start, end = self.place.span(value.start, value.end)
        text = value.text
        parts = tuple(self.value(part) for part in value.parts)
        if value.kind == "reference" and text and not text.strip("_"):
            text = scalars.shown(self.content[start:end]) or text
        elif value.kind == "template" and text and "${_" in text:
            text = "".join(
                (part.text or "") if part.kind == "literal" else f"${{{part.text or ''}}}"
                for part in parts
            )
        call = self.call(value.call) if value.call else None
        return Value(value.kind, text, start, end, parts, call, value.decoded or self.place.decoded)


def lines(content: bytes, spans: Sequence[tuple[int, int]]) -> tuple[bytes, Place]:
    """Put lines of a file together, without what lies between them.

    Args:
        content: the file.
        spans: start and end of each line; a line break goes between two.

    Returns:
        The text, and where it lies.
    """
    pieces: list[tuple[int, int, int, int]] = []
    position = 0
    for (start, end), (after, _) in pairwise([*spans, (len(content), 0)]):
        length = end - start
        # The line break belongs to the line; what is indented behind it does not.
        own = length + (1 if after > end else 0)
        pieces.append((position, start, own, own))
        position += length + 1
    return b"\n".join(content[start:end] for start, end in spans), Place(pieces)


_ESCAPE = lazy.pattern(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}"
    rb"|x[\da-fA-F]{2}|\r?\n[ \t]*|[\s\S])"
)


def unescaped(content: bytes, start: int, end: int) -> tuple[bytes, Place]:
    """Undo the escapes of a quoted text.

    Args:
        content: the file.
        start: where the text begins, behind its quote.
        end: where it ends, before its quote.

    Returns:
        The text in UTF-8, and where it lies.
    """
    pieces: list[tuple[int, int, int, int]] = []
    out: list[bytes] = []
    size, position = 0, start
    for match in _ESCAPE.finditer(content, start, end):
        first, last = match.span()
        if first > position:
            pieces.append((size, position, first - position, first - position))
            out.append(content[position:first])
            size += first - position
        char = unescape(match[0], "drop").encode()
        pieces.append((size, first, len(char), last - first))
        out.append(char)
        size += len(char)
        position = last
    if position < end or not pieces:
        pieces.append((size, position, end - position, end - position))
        out.append(content[position:end])
    return b"".join(out), Place(pieces)
