"""From gates to candidates: what single lines say; and what their file says of them."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.contextual import judge
from leakhunt.contextual.gates import BEFORE, BEHIND
from leakhunt.contextual.names import Names, is_setter
from leakhunt.contextual.places import kinds
from leakhunt.contextual.shapes import shapes
from leakhunt.contextual.values import FAIR, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.facts.model import Assignment, Facts, Value
    from leakhunt.model import Confidence, Signature

_HELD = 8 * 1024 * 1024
"""Bytes of lines that are remembered: in history the same ones come again and again."""
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
_LONG = 24_000
"""Bytes of a file of which only parts are parsed."""
_AROUND = 4_000


class Candidate(NamedTuple):
    """A value that a line gives away. Offsets are bytes."""

    start: int
    end: int
    signature: int
    """Its place among those that were given."""
    weight: int
    strength: int
    kind: str
    """See `shapes.Shape`."""
    sign: str
    setter: bool = False
    """It is an argument of something that sets it."""


class Search:
    """Finds secrets by their names.

    Args:
        signatures: those that have a context.
    """

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = signatures
        self._names = Names([signature.context for signature in signatures])
        self._known: dict[bytes, tuple[Candidate, ...]] = {}
        self._held = 0

    def candidates(self, data: bytes, ends: Iterable[int]) -> list[Candidate]:
        """Return the candidates around the ends of gates, in order, each once.

        Args:
            data: the text.
            ends: where gates end.
        """
        found: dict[tuple[int, int], Candidate] = {}
        last = None
        for end in ends:
            start = max(data.rfind(b"\n", 0, end) + 1, end - BEFORE)
            stop = data.find(b"\n", end, end + BEHIND)
            if stop < 0:
                stop = min(len(data), end + BEHIND)
            if (start, stop) == last:
                continue
            last = (start, stop)
            for item in self._of_line(data[start:stop]):
                place = start + item.start, start + item.end
                found.setdefault(place, item._replace(start=place[0], end=place[1]))
        return [found[place] for place in sorted(found)]

    def _of_line(self, line: bytes) -> tuple[Candidate, ...]:
        known = self._known.get(line)
        if known is None:
            known = tuple(self._weighed(line))
            self._held += len(line) + 100
            if self._held > _HELD:
                self._known.clear()
                self._held = len(line)
            self._known[line] = known
        return known

    def _weighed(self, line: bytes) -> Iterable[Candidate]:
        for shape in shapes(line):
            name = self._names.look_up(_NAMED.get(shape.kind) or shape.name)
            if name is None:
                continue
            context = self.signatures[name.signature].context
            text = line[shape.start : shape.end].decode("utf-8", "replace")
            weighed = judge.weigh(shape, name, context, text)
            if weighed is not None:
                yield Candidate(
                    shape.start,
                    shape.end,
                    name.signature,
                    weighed.weight,
                    weighed.look.strength,
                    shape.kind,
                    shape.sign,
                    is_setter(shape.name, name.word)
                    and line[shape.end + 1 : shape.end + 2] != b",",
                )

    def judged(
        self, path: str, data: bytes, candidates: Sequence[Candidate]
    ) -> list[tuple[Candidate, Confidence]]:
        """Return those candidates that are leaks, by what their file says.

        Args:
            path: of the file, or empty.
            data: all of it.
            candidates: in order.
        """
        about = kinds(path)
        found = []
        for low, high, inside in _stretches(path, data, candidates):
            covering, language = self._read(path, data[low:high])
            for candidate in inside:
                moved = candidate._replace(start=candidate.start - low, end=candidate.end - low)
                form = self._form(moved, covering.around(moved), language)
                sure = form is not None and judge.level(
                    candidate.weight, about, form, candidate.strength
                )
                if sure:
                    found.append((candidate, sure))
        return found

    def _read(self, path: str, data: bytes) -> tuple[_Covering, str]:
        from leakhunt import facts

        read = facts.read(path, data)
        return _Covering(read), read.language

    def _form(self, candidate: Candidate, cover: Cover | None, language: str) -> str | None:
        """Return how a file holds a candidate, or None if the value is not that of the name."""
        loose = judge.is_loose(candidate.sign)
        code = language in CODE
        if cover is None:
            if code and (candidate.kind == "bare" or (loose and candidate.strength < STRONG)):
                return None
            if code:
                return "inside"
            return None if loose and candidate.strength < FAIR else ""
        if cover.start < candidate.start - 1 or cover.end > candidate.end + 1:
            return None if loose and candidate.strength < STRONG else "embedded"
        if code and candidate.kind == "bare":
            return None
        if not cover.facts:
            return self._called(candidate)
        for fact in cover.facts:
            # The default of what is not set, a part of a larger text, ...
            if fact.value.start != cover.start or self._names.of_path(fact.path):
                return fact.form
        return None

    def _called(self, candidate: Candidate) -> str | None:
        """Judge an argument: of `setPassword` it is a secret, of `hash_password` none."""
        if candidate.sign.strip() not in {"(", ""}:
            return None if candidate.strength < FAIR else "inside"
        return "argument" if candidate.setter else None


_NAMED = {"sql": "password"}


def _stretches(
    path: str, data: bytes, candidates: Sequence[Candidate]
) -> Iterator[tuple[int, int, list[Candidate]]]:
    """Yield the parts of a file that are worth parsing, with what is in them.

    Of a long source file that is what is around the candidates: syntax errors at the edges do
    less harm than reading it all would take time.
    """
    from leakhunt.facts.languages import SUFFIXES

    if len(data) <= _LONG or SUFFIXES.get(path.rpartition(".")[2].lower()) not in _CUT:
        yield 0, len(data), list(candidates)
        return
    stretch: list[Candidate] = []
    for candidate in candidates:
        if stretch and candidate.start - stretch[-1].end > 2 * _AROUND:
            yield _stretch(data, stretch)
            stretch = []
        stretch.append(candidate)
    yield _stretch(data, stretch)


def _stretch(data: bytes, inside: list[Candidate]) -> tuple[int, int, list[Candidate]]:
    low = data.rfind(b"\n", 0, max(0, inside[0].start - _AROUND)) + 1
    high = data.find(b"\n", inside[-1].end + _AROUND // 2)
    return low, len(data) if high < 0 else high, inside


class Cover(NamedTuple):
    """A literal, and the fact that it belongs to."""

    start: int
    end: int
    facts: tuple[Assignment, ...]


class _Covering:
    """Finds the literal that a stretch of a file belongs to."""

    def __init__(self, facts: Facts) -> None:
        self._literals: dict[tuple[int, int], list[Assignment]] = {}
        for call in facts.calls:
            for _, value in call.arguments:
                self._take(value, None)
        for fact in facts.assignments:
            self._take(fact.value, fact)
        self._spans = sorted(self._literals, key=lambda span: (span[0], -span[1]))

    def _take(self, value: Value, fact: Assignment | None) -> None:
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if item.kind in {"literal", "number"}:
                known = self._literals.setdefault((item.start, item.end), [])
                if fact is not None:
                    known.append(fact)
            waiting += item.parts
            if item.call is not None:
                waiting += (argument for _, argument in item.call.arguments)

    def around(self, candidate: Candidate) -> Cover | None:
        """Return the innermost literal that holds the candidate."""
        at = bisect.bisect_right(self._spans, (candidate.start, 1 << 62))
        for start, end in reversed(self._spans[max(0, at - 8) : at]):
            if end >= candidate.end:
                return Cover(start, end, tuple(self._literals[start, end]))
        return None
