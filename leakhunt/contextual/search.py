"""From gates to candidates: what single lines say; and what their file says of them."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import facts
from leakhunt.contextual import accounts, judge
from leakhunt.contextual.gates import BEFORE, BEHIND
from leakhunt.contextual.logged import logged
from leakhunt.contextual.names import Names, is_setter
from leakhunt.contextual.places import kinds
from leakhunt.contextual.shapes import shapes
from leakhunt.contextual.values import FAIR, STRONG, WEAK

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


_ACCOUNTS = re.compile(r"(?i)user|account|login|credential|auth|passw|member|people")
_CRYPTO = re.compile(
    rb"(?i)\b(?:aes|cipher|fernet|hmac|jwt|jws|encrypt|decrypt|symmetric|signing|secretbox|sha256)|"
    rb"crypt(?:o|er|ion)|SecurityKey|JsonWebToken"
)
"""What a file is about in which something is just called key."""
_SYNTAX = re.compile(
    rb"okeniz|[Ll]exer|[Ss]yntax|[Gg]rammar|\bAST\b|[nN]ext_?[tT]oken|[tT]oken_?[tT]ype|"
    rb"[pP]arse_?[tT]oken|\.tokens\b|[Pp]arse[rd]?\b(?<!argparse)(?<!arg_parser)"
)
"""What a file is about in which a token is a word."""
_VECTORS = re.compile(rb"(?i)test[ _-]?vector|\bNIST\b|\bFIPS[ -]?\d|known.answer")
_OF_KEYS = {"hardcoded-key"}
_GIVEN = re.compile(r"(?i)\b_?(?:post|get|request|req|params?|body|form|input|args?|query)\b")
"""Where a program keeps what people entered."""
_SPOKEN = {"bash", "powershell", "ruby", "groovy"}
"""Languages whose commands take their arguments without parentheses."""
_KEPT = re.compile(
    r"(?i)\b(?:aes|jwt|jws|hmac|api_?keys?)|crypt|cipher|sign(?:ing|er)|secret|api_?key"
)
"""Names around something that is just called key."""
_PROGRAMS = CODE | {"bash", "powershell"}
_PROSE = {"markdown", "rst", "asciidoc", "prose", "html", "log"}
_UNREAD = {*("md", "mdx", "markdown", "rst", "adoc", "asciidoc", "textile", "rdoc", "txt", "log")}
"""Suffixes of prose: what its examples say is no surer for being parsed."""
_CUT = CODE - {"php", "perl"}
"""Languages of which a part can be read; what is no PHP has to be told from what is."""
_NAME = 110
"""Bytes before the end of a gate in which its name begins."""
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
    modest: str = ""
    """Its name, if the value is a word that weighs little unless its surroundings say more."""
    look: str = ""
    """See `values.Look`."""


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
        self._parsing = self._keys = self._vectors = False
        logging = (n for n, one in enumerate(signatures) if one.context and one.context.logged)
        self._logging = next(logging, None)

    def candidates(self, data: bytes, ends: Iterable[int]) -> list[Candidate]:
        """Return the candidates around the ends of gates, in order, each once.

        Args:
            data: the text.
            ends: where gates end.
        """
        found: dict[tuple[int, int], Candidate] = {}
        last = -1
        for end in ends:
            start = data.rfind(b"\n", max(0, end - BEFORE), end) + 1
            stop = data.find(b"\n", end, end + BEHIND)
            if (start or end < BEFORE) and (stop >= 0 or end + BEHIND >= len(data)):
                if start == last:
                    continue
                last = start
                items = self._of_line(data[start : stop if stop >= 0 else len(data)])
            else:
                # Of a long line what is around the end of the gate.
                low = max(0, end - _NAME - BEFORE)
                start = max(low, data.rfind(b"\n", low, end) + 1)
                line = data[start : stop if stop >= 0 else end + BEHIND]
                items = tuple(self._weighed(line, max(0, end - _NAME - start), end - start))
            for item in items:
                place = start + item.start, start + item.end
                found.setdefault(place, item._replace(start=place[0], end=place[1]))
        return [found[place] for place in sorted(found)]

    def _of_line(self, line: bytes) -> tuple[Candidate, ...]:
        known = self._known.get(line)
        if known is None:
            known = (*self._weighed(line), *self._logged(line))
            self._held += len(line) + 100
            if self._held > _HELD:
                self._known.clear()
                self._held = len(line)
            self._known[line] = known
        return known

    def _logged(self, line: bytes) -> Iterable[Candidate]:
        number = self._logging
        if number is not None and (found := logged(line, self._names)):
            yield Candidate(found.start, found.end, number, 4, WEAK, "logged", found.name)

    def _weighed(self, line: bytes, low: int = 0, high: int | None = None) -> Iterable[Candidate]:
        for shape in shapes(line, low, high):
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
                    name.word if weighed.modest else "",
                    weighed.look.kind,
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
        self._keys = _CRYPTO.search(data) is not None
        self._vectors = _VECTORS.search(data) is not None
        self._parsing = _SYNTAX.search(data) is not None
        found = []
        for low, high, inside in _stretches(path, data, candidates):
            covering, language = self._read(path, data[low:high])
            for candidate in inside:
                moved = candidate._replace(start=candidate.start - low, end=candidate.end - low)
                cover = covering.around(moved)
                form = self._form(moved, cover, language)
                if form is None:
                    continue
                named = cover.facts[0].path if cover and cover.facts else ()
                weight = accounts.weigh(candidate, data, about, form, named, code=language in CODE)
                if candidate.modest and weight:
                    weight += _lift(candidate, data, cover, form, language)
                sure = judge.level(weight, about, form, candidate.strength)
                if sure:
                    found.append((candidate, sure))
        return found

    def _turned(self, candidate: Candidate, cover: Cover | None, language: str) -> str | None:
        """Return how a file holds what more than a name and a sign gives away."""
        kind = candidate.kind
        if cover and any(fact.value.kind == "encrypted" for fact in cover.facts):
            return None
        paths = [" ".join(fact.path) for fact in cover.facts] if cover else []
        if kind == "account" and not any(map(_ACCOUNTS.search, paths)):
            return None
        if kind == "lone" and not (
            (language in CODE and (self._keys or "byte" in candidate.sign))
            or any(map(_KEPT.search, paths))
        ):
            return None
        if language in CODE and not cover:
            return "inside"
        return "comparison" if candidate.sign == "==" else "argument"

    def _read(self, path: str, data: bytes) -> tuple[_Covering, str]:
        if path.rpartition(".")[2].lower() in _UNREAD:
            return _Covering(), "prose"
        read = facts.read(path, data)
        return _Covering(read), read.language

    def _form(self, candidate: Candidate, cover: Cover | None, language: str) -> str | None:
        """Return how a file holds a candidate, or None if the value is not that of the name."""
        if candidate.kind == "logged":
            parsing = candidate.sign.lower().endswith(("token", "tokens")) and self._parsing
            return "argument" if language in _PROGRAMS and not parsing else None
        if candidate.kind == "directive":
            return None if language in CODE or language in _PROSE else "setting"
        if self._vectors and self.signatures[candidate.signature].id in _OF_KEYS:
            return None
        if candidate.kind in _TURNS:
            return self._turned(candidate, cover, language)
        loose = judge.is_loose(candidate.sign)
        code = language in CODE
        if cover is None:
            if code and (candidate.kind == "bare" or (loose and candidate.strength < STRONG)):
                return None
            if code:
                return "inside"
            return None if loose and candidate.strength < FAIR else ""
        if any(fact.value.kind == "encrypted" for fact in cover.facts):
            return None
        if cover.start < candidate.start - 1 or cover.end > candidate.end + 1:
            if candidate.kind == "sql":
                return "argument"
            return None if loose and candidate.strength < STRONG else "embedded"
        if code and candidate.kind == "bare":
            return None
        if candidate.kind == "apart" and "alue" in candidate.sign:
            return "argument"
        own = [fact for fact in cover.facts if fact.value.start == cover.start]
        for fact in own:
            if self._names.of_path(fact.path):
                given = fact.form == "comparison" and _GIVEN.search(" ".join(fact.path))
                return "argument" if given else fact.form
        if candidate.sign.strip() in {"(", ""}:
            return "argument" if candidate.setter or language in _SPOKEN else None
        around = [fact for fact in cover.facts if fact.value.start != cover.start]
        if loose:
            # The default of what is not set belongs to its name; the next of a list does not.
            if any(fact.value.kind in {"call", "choice"} for fact in around):
                return "argument" if candidate.strength >= FAIR else None
            return "inside" if candidate.strength >= FAIR and not cover.facts else None
        if around:
            return around[0].form
        return None if own else "argument"


_TURNS = {
    "call",
    "maybe",
    *("turned", "instead", "several", "default", "pair", "account", "hashed", "pin", "key", "lone"),
}
"""Shapes that say more than a name and a sign do."""
_NAMED = {
    **dict.fromkeys(("sql", "pair", "account", "pin"), "password"),
    "lone": "data key",
    "hashed": "client secret",
}
"""Shapes whose own names say nothing."""


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


def _lift(candidate: Candidate, data: bytes, cover: Cover | None, form: str, language: str) -> int:
    if form in {"inside", "comparison"} or (language not in CODE and candidate.kind != "lone"):
        return 0
    text = data[candidate.start : candidate.end].decode("utf-8", "replace")
    paths = [" ".join(fact.path[:-1]) for fact in cover.facts] if cover else []
    return judge.lifted(candidate.kind, candidate.modest, text, paths)


class Cover(NamedTuple):
    """A literal, and the fact that it belongs to."""

    start: int
    end: int
    facts: tuple[Assignment, ...]


class _Covering:
    """Finds the literal that a stretch of a file belongs to."""

    def __init__(self, read: Facts | None = None) -> None:
        self._literals: dict[tuple[int, int], list[Assignment]] = {}
        for call in read.calls if read else ():
            for _, value in call.arguments:
                self._take(value, None)
        for fact in read.assignments if read else ():
            self._take(fact.value, fact)
        self._spans = sorted(self._literals, key=lambda span: (span[0], -span[1]))

    def _take(self, value: Value, fact: Assignment | None) -> None:
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if item.kind in {"literal", "number", "encrypted"}:
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
