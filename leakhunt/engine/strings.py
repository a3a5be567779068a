"""JSON that no reader knows: its strings as people saw them, and which string a finding lies in.

The scan of the file as it is sees everything but what is escaped. So only strings with escapes are
scanned again, and files without a backslash cost nothing.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import itertools
import operator
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.catalogue import by_id
from leakhunt.chat.base import SEPARATOR
from leakhunt.chat.pointers import LETTER, inner
from leakhunt.chat.pointing import Pointing
from leakhunt.chat.sniff import is_json
from leakhunt.chat.text import Text, Window
from leakhunt.engine import text as texts
from leakhunt.errors import LeakhuntError
from leakhunt.model import Confidence, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Item
    from leakhunt.engine.scan import Engine, Scan
    from leakhunt.model import Match, Problem, Signature

_STEP = 1024 * 1024
"""Bytes of a file that are read at once."""
_SEEN = 512 * 1024
"""Code points of strings that are scanned at once."""
_LONG = 4 * 1024 * 1024
"""Code points of a string that is scanned as a whole; a longer one is in pieces."""
_OVERLAP = 64 * 1024
"""Code points that two pieces have in common, about."""
_BEFORE = 8
"""So many matches that begin before a string are looked at: they may reach into it."""
_DEPTH = 4
"""So often a string of JSON is JSON that holds strings of JSON."""

_ENDS = ("\\n", "\\r\\n")
"""A string that ends with its only escape, a line end, says the same as it is written."""
_REST = lazy.pattern(r'(?:\\.[^"\\]*+)*+', re.DOTALL)
_CLOSING = lazy.pattern(r'"\s*[,:\]}]')
_INSIDE = lazy.pattern(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class _Source(NamedTuple):
    """Where a string is written: in a window of the file, or in a string around it."""

    text: str
    low: int
    high: int


class _Said(NamedTuple):
    """A string without its escapes."""

    text: str
    window: Window
    sources: tuple[_Source, ...]
    """Innermost first; the last one is the window."""

    def place(self, offset: int) -> int:
        """Return where in the window a code point is written."""
        for source in self.sources:
            offset = inner(source.text, source.low, source.high, offset)
        return offset


def read_strings(engine: Engine, item: Item, raw: Scan) -> Scan:
    """Add to what was found in JSON what its strings say, and to all of it where it stands.

    Args:
        engine: what to look for.
        item: the file.
        raw: what was found in it as it is.
    """
    head = _head(item)
    encoding = texts.encoding(head) if is_json(head) else None
    if encoding is None:
        return raw
    reading = _Reading(engine, item)
    matches = raw.matches
    # What cannot be read was met by the scan of the file as it is, too, which says so.
    with contextlib.suppress(OSError, LeakhuntError):
        with contextlib.closing(Text(item.content, encoding, _STEP)) as content:
            try:
                for said in _strings(content):
                    reading.add(said)
            finally:
                reading.flush()
                matches = _merged(raw.matches, reading.matches, engine)
        if matches:
            with contextlib.closing(Text(item.content, encoding, _STEP)) as content:
                matches = _pointed(content, matches, by_id(engine.settings.signatures))
    problems = list(dict.fromkeys([*raw.problems, *reading.problems]))
    return raw._replace(matches=matches, problems=problems)


def _head(item: Item) -> bytes:
    if isinstance(item.content, (bytes, memoryview)):
        return bytes(item.content[: texts.SNIFF])
    with contextlib.suppress(OSError, LeakhuntError), item.content() as stream:
        return stream.read(texts.SNIFF)
    return b""


def _strings(content: Text) -> Iterator[_Said]:
    """Yield the strings in which something is escaped, and those within them."""
    at = 0
    inside = False
    while True:
        window = content.window
        data = window.text
        if inside:
            low, high = at, _INSIDE.match(data, at).end()  # type: ignore[union-attr]
            at, inside, done = _piece(content, low, high)
            if data.find("\\", low, high) >= 0:
                yield from _undone(window, low, high)
            if done:
                return
            continue
        opened = -1
        for low, high, closed in _escaped(data, at):
            if not closed and not content.ended:
                opened = low
                break
            yield from _undone(window, low, high)
        if opened < 0:
            keep = data.rfind('"')
            if keep < 0 or len(data) - keep > _LONG:  # a string that goes on and on, or none
                inside = keep >= 0 and not _CLOSING.match(data, keep)
                keep = len(data)
            if not content.more(keep):
                return
            at = 0
        elif len(data) - opened > _LONG:
            at, inside = opened, True
        elif content.more(opened - 1, len(data) - opened):
            at = 0
        else:
            at = opened - 1


def _escaped(data: str, at: int) -> Iterator[tuple[int, int, bool]]:
    """Yield where strings with escapes start and end between their quotes, and if they do end.

    From one backslash to the next all quotes are those of strings, the last one is its own.
    """
    while (slash := data.find("\\", at)) >= 0:
        quote = data.rfind('"', at, slash)
        if quote < 0:  # it is in no string
            if (at := data.find('"', slash)) < 0:
                return
            continue
        end = _REST.match(data, slash).end()  # type: ignore[union-attr]
        closed = data[end : end + 1] == '"'
        if not closed or data[slash:end] not in _ENDS:
            yield quote + 1, end, closed
        at = end + 1


def _piece(content: Text, low: int, high: int) -> tuple[int, bool, bool]:
    """Return where to go on in or behind a long string, whether it goes on, and if that was all."""
    data = content.window.text
    if high < len(data) and data[high] == '"':
        return high + 1, False, False
    common = data.rfind(" ", max(low, high - 2 * _OVERLAP), high - _OVERLAP) + 1
    keep = common or high
    if not content.more(keep):
        return high, False, True
    return 0, True, False


def _undone(window: Window, low: int, high: int) -> Iterator[_Said]:
    yield from _nested(window.text, low, high, window, ())


def _nested(
    text: str, low: int, high: int, window: Window, around: tuple[_Source, ...]
) -> Iterator[_Said]:
    """Yield a string without its escapes; and if it is JSON, those within it."""
    sources = (_Source(text, low, high), *around)
    said = _unescaped(text[low:high])
    yield _Said(said, window, sources)
    if "\\" in said and len(sources) < _DEPTH and said.lstrip()[:1] in ("{", "["):
        for start, end, _ in _escaped(said, 0):
            yield from _nested(said, start, end, window, sources)


def _unescaped(source: str) -> str:
    try:
        return str(scanstring(source + '"', 0, False)[0])
    except ValueError:
        return LETTER.sub(_letter, source)


def _letter(found: re.Match[str]) -> str:
    letter = found[0]
    if letter[0] != "\\":
        return letter
    if len(letter) < 6:
        return _SHORT.get(letter[1:], letter[1:])
    return (
        letter.encode()
        .decode("unicode_escape")
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


class _Reading:
    """Scans strings some at a time."""

    def __init__(self, engine: Engine, item: Item) -> None:
        self.matches: list[Match] = []
        self.problems: list[Problem] = []
        self._engine = engine
        self._item = item
        self._blob = dataclasses.replace(item.blob, kind="said")
        self._waiting: list[_Said] = []
        self._size = 0

    def add(self, said: _Said) -> None:
        """Take in the next string."""
        self._waiting.append(said)
        self._size += len(said.text)
        if self._size > _SEEN:
            self.flush()

    def flush(self) -> None:
        """Scan what waits."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if not waiting:
            return
        joined = SEPARATOR.join([said.text for said in waiting]).replace("\0", " ")
        data = joined.encode("utf-8", "replace")
        scan = self._engine.scan(self._blob, data, binary=True)
        self.problems += scan.problems
        if not scan.matches:
            return
        window = Window(data.decode(), 0, 1, 1)
        starts, at = [], 0
        for said in waiting:
            starts.append(at)
            at += len(said.text) + len(SEPARATOR)
        for match in scan.matches:
            low = window.index(match.span.line, match.span.column)
            high = max(window.index(match.span.end_line, match.span.end_column), low + 1)
            number = bisect.bisect_right(starts, low) - 1
            said = waiting[number]
            if high - starts[number] <= len(said.text):
                self.matches.append(
                    self._placed(match, said, low - starts[number], high - starts[number])
                )

    def _placed(self, match: Match, said: _Said, low: int, high: int) -> Match:
        """Return a match at its place in the file."""
        start, end = said.place(low), said.place(high)
        window = said.window
        span = Span(*window.place(start), *window.place(end))
        written = window.text[start:end].encode("utf-8", "replace")
        return dataclasses.replace(
            match,
            blob=self._item.blob,
            span=span,
            offset=window.base + start,
            decoded=match.decoded
            if written == match.secret.reveal()
            else ("escapes", *match.decoded),
        )


def _begin(match: Match) -> tuple[int, int]:
    return match.span.line, match.span.column


def _end(match: Match) -> tuple[int, int]:
    return match.span.end_line, match.span.end_column


def _merged(raw: Sequence[Match], said: Sequence[Match], engine: Engine) -> list[Match]:
    """Return what stays of what was found in the file as it is, and in its strings.

    Where both found something, the string says it as it is meant, without the escapes; but what
    only a name or a general pattern gives away does not replace what has a form of its own.
    """
    known = by_id(engine.settings.signatures)
    if not said:
        return list(raw)
    both = {(match.signature, match.secret) for match in said}
    undone = [
        one.decoded[-1:] == ("escapes",) and (one.signature, one.secret) in both for one in raw
    ]
    raw = sorted(itertools.compress(raw, map(operator.not_, undone)), key=_begin)
    begins = [_begin(match) for match in raw]
    lost: set[int] = set()
    stay: list[Match] = []
    for match in dict.fromkeys(said):
        low, high = _begin(match), _end(match)
        first = max(bisect.bisect_left(begins, low) - _BEFORE, 0)
        last = bisect.bisect_left(begins, high)
        near = [number for number in range(first, last) if low < _end(raw[number])]
        if any(_stays(raw[number], match, known) for number in near if number not in lost):
            continue
        lost.update(near)
        stay.append(match)
    left = [match for number, match in enumerate(raw) if number not in lost]
    return sorted([*left, *stay], key=lambda match: (_begin(match), match.signature))


def _stays(raw: Match, said: Match, known: Mapping[str, Signature]) -> bool:
    """Say whether it is what was found in the file that is told, and not in the string."""
    theirs, own = _vagueness(known[raw.signature]), _vagueness(known[said.signature])
    if theirs != own:
        return theirs < own
    return (raw.signature, raw.secret) == (said.signature, said.secret)


def _vagueness(signature: Signature) -> int:
    """Return how little a signature says: most where only a name gives a secret away."""
    if signature.context:
        return 3
    return 2 if signature.generic else int(signature.assigned or signature.near is not None)


def _pointed(
    content: Text, matches: Sequence[Match], known: Mapping[str, Signature]
) -> list[Match]:
    """Give matches the pointer of the string that they stand in.

    What is not sure is left out: of a large file there is much of that, and it is rarely told.
    """
    sure = [
        (one.confidence or known[one.signature].confidence) is not Confidence.LOW for one in matches
    ]
    places = sorted({_begin(match) for match, told in zip(matches, sure, strict=True) if told})
    found = Pointing(content, places).pointers() if places else {}
    return [dataclasses.replace(match, pointer=found.get(_begin(match), "")) for match in matches]
