"""From gates to candidates: what single lines say; and what their file says of them."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.contextual import judge
from leakhunt.contextual.gates import BEFORE, BEHIND
from leakhunt.contextual.names import Names
from leakhunt.contextual.places import kinds
from leakhunt.contextual.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.facts.model import Assignment, Facts
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
                strength = weighed.look.strength
                yield Candidate(
                    shape.start,
                    shape.end,
                    name.signature,
                    weighed.weight,
                    strength,
                    shape.kind,
                    shape.sign,
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
        from leakhunt import facts

        about = kinds(path)
        read = facts.read(path, data)
        covering = _Covering(read)
        found = []
        for candidate in candidates:
            if candidate.kind == "bare" and read.language in CODE:
                continue
            form = self._form(candidate, covering.around(candidate), read.language)
            if form is None:
                continue
            sure = judge.level(candidate.weight, about, form, candidate.strength)
            if sure is not None:
                found.append((candidate, sure))
        return found

    def _form(self, candidate: Candidate, fact: Assignment | None, language: str) -> str | None:
        """Return how a file holds a candidate, or None if the value is not that of the name."""
        loose = judge.is_loose(candidate.sign)
        if fact is None:
            if language in CODE:
                return None if loose and candidate.strength < judge.STRONG else "inside"
            return None if loose and candidate.strength < judge.FAIR else ""
        if fact.value.kind != "literal":
            return fact.form  # the default of what is not set, a part of a larger text, ...
        return fact.form if self._names.of_path(fact.path) else None


_NAMED = {"sql": "password"}


class _Covering:
    """Finds the fact that a stretch of a file belongs to."""

    def __init__(self, facts: Facts) -> None:
        self._facts = sorted(
            facts.assignments, key=lambda fact: (fact.value.start, -fact.value.end)
        )
        self._starts = [fact.value.start for fact in self._facts]

    def around(self, candidate: Candidate) -> Assignment | None:
        """Return the innermost fact whose value holds the candidate."""
        at = bisect.bisect_right(self._starts, candidate.start)
        for fact in reversed(self._facts[max(0, at - 8) : at]):
            if fact.value.end >= candidate.end:
                return fact
        return None
