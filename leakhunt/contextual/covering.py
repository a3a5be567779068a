"""Which literal of a file a value belongs to, and which parts of a file are read for that."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.facts.languages import SUFFIXES, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.contextual.candidates import Candidate
    from leakhunt.facts.model import Assignment, Call, Facts, Value

CODE = {
    *(
        "c",
        "cpp",
        "csharp",
        "elixir",
        "go",
        "groovy",
        "java",
        "javascript",
        "kotlin",
        "lua",
        "objc",
    ),
    *("perl", "php", "python", "ruby", "rust", "scala", "swift", "tsx", "typescript"),
}
"""Languages in which an unquoted value is a name, never a text."""
_CUT = CODE - {"php", "perl"}
"""Languages of which a part can be read; what is no PHP has to be told from what is."""
_FORMATS = {"hcl", "json", "toml", "xml", "yaml"}
"""Formats whose readers get along with what is left open at the edges of a part."""
_READ = 100_000
"""Bytes of a part of a file too large to parse that is parsed, at most."""
_TOGETHER = 60_000
"""Bytes from the first candidate of such a part to its last one, at most."""
_LONG = 24_000
"""Bytes of a file of which only parts are parsed."""
_AROUND = 4_000
_LINE = 16_000
"""Bytes of a line that is cut, too: a program that was packed for browsers is a single one."""
_NEAR = 1_000
"""Bytes on both sides of a candidate whose facts may decide about it."""


def stretches(
    path: str, data: bytes, candidates: Sequence[Candidate], *, cut: bool = False
) -> Iterator[tuple[int, int, list[Candidate]]]:
    """Yield the parts of a file that are worth parsing, with what is in them.

    Of a long source file that is what is around the candidates: syntax errors at the edges do
    less harm than reading it all would take time.

    Args:
        path: of the file.
        data: all of it.
        candidates: in order.
        cut: whether it can be cut, whatever it is.

    Yields:
        Start and end of a part, and the candidates in it.
    """
    if len(data) <= _LONG or not (cut or can_be_cut(path, data)):
        yield 0, len(data), list(candidates)
        return
    stretch: list[Candidate] = []
    if not candidates:
        return
    most = _TOGETHER if cut and language_of(path, data) in _FORMATS else len(data)
    for candidate in candidates:
        apart = stretch and candidate.start - stretch[-1].end > 2 * _AROUND
        if apart or (stretch and candidate.end - stretch[0].start > most):
            yield _stretch(data, stretch)
            stretch = []
        stretch.append(candidate)
    yield _stretch(data, stretch)


def can_be_cut(path: str, data: bytes) -> bool:
    """Say whether a part of a file can be read: of most code, and what is read line by line."""
    language = SUFFIXES.get(path.rpartition(".")[2].lower())
    return language in _CUT or (language is None and language_of(path, data) == "text")


def can_be_read(path: str, data: bytes, low: int, high: int) -> bool:
    """Say whether the reader of a format understands a part of a file: whole lines, not many."""
    lined = low == 0 or data[low - 1 : low] == b"\n"
    return lined and high - low <= _READ and language_of(path, data) in _FORMATS


def _stretch(data: bytes, inside: list[Candidate]) -> tuple[int, int, list[Candidate]]:
    first, last = max(0, inside[0].start - _AROUND), inside[-1].end + _AROUND // 2
    low = max(data.rfind(b"\n", 0, first) + 1, first - _LINE)
    high = data.find(b"\n", last, last + _LINE)
    return low, min(len(data), last + _LINE) if high < 0 else high, inside


class Outer(NamedTuple):
    """A value that a literal is a part of."""

    parts: int
    """How many a list has; 0 of what is no list."""
    call: Call | None
    """The literal is an argument of this call, or a part of one."""


def near(candidates: Sequence[Candidate], low: int) -> tuple[tuple[int, int], ...]:
    """Return the stretches around candidates in which what decides about them is stated.

    Args:
        candidates: in order.
        low: where the part of the file starts from which offsets are counted.
    """
    found: list[tuple[int, int]] = []
    for candidate in candidates:
        start = max(0, candidate.start - low - _NEAR)
        stop = candidate.end - low + _NEAR
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((start, stop))
    return tuple(found)


class Cover(NamedTuple):
    """A literal, and the fact that it belongs to."""

    start: int
    end: int
    facts: tuple[Assignment, ...]
    outer: tuple[Outer, ...] = ()
    """What it is a part of, outermost first."""


_Waiting = list[tuple["Value", tuple[Outer, ...]]]
_DEEPEST = 8
"""Values around a literal that are remembered."""


class Covering:
    """Finds the literal that a stretch of a file belongs to.

    Args:
        read: what the stretch says; nothing if it was not read.
    """

    def __init__(self, read: Facts | None = None) -> None:
        self._literals: dict[tuple[int, int], list[Assignment]] = {}
        self._outer: dict[tuple[int, int], tuple[Outer, ...]] = {}
        for fact in read.assignments if read else ():
            self._take(fact.value, fact)
        for call in read.calls if read else ():
            for _, value in call.arguments:
                self._take(value, None, (Outer(0, call),))
        self._spans = sorted(self._literals, key=lambda span: (span[0], -span[1]))

    def _take(self, value: Value, fact: Assignment | None, outer: tuple[Outer, ...] = ()) -> None:
        waiting: _Waiting = [(value, outer)]
        while waiting:
            item, outer = waiting.pop()
            if item.kind in {"literal", "number", "encrypted"}:
                span = item.start, item.end
                known = self._literals.setdefault(span, [])
                if fact is not None:
                    known.append(fact)
                if len(outer) > len(self._outer.get(span, ())):
                    self._outer[span] = outer
            within = outer[1 - _DEEPEST :]
            if item.parts:
                parts = len(item.parts) if item.kind == "collection" else 0
                inside = (*within, Outer(parts, None)) if parts else within
                waiting += ((part, inside) for part in item.parts)
            if item.call is not None:
                inside = (*within, Outer(0, item.call))
                waiting += ((argument, inside) for _, argument in item.call.arguments)

    def around(self, first: int, last: int) -> Cover | None:
        """Return the innermost literal that holds a candidate.

        Args:
            first: where it starts, in bytes of the stretch.
            last: where it ends.
        """
        at = bisect.bisect_right(self._spans, (first, 1 << 62))
        for start, end in reversed(self._spans[max(0, at - 8) : at]):
            if end >= last:
                span = start, end
                return Cover(*span, tuple(self._literals[span]), self._outer.get(span, ()))
        return None
