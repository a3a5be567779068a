"""Scans messages some at a time, and joins that with what was found in the file as it is."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING

from leakhunt.chat import pointers
from leakhunt.chat.base import SEPARATOR, Message, Piece
from leakhunt.chat.marks import origin
from leakhunt.chat.text import Window
from leakhunt.model import Blob, Match, Mention, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.jsons import Lot
    from leakhunt.engine.scan import Engine

_SEEN = 512 * 1024
"""Code points of conversation that are scanned at once, ..."""
_READ = 1024 * 1024
"""... unless so much of the file had to be read for them."""
_FORGOTTEN = 1024 * 1024
"""Bytes of conversation after which it is forgotten where nothing was found: people rarely say the
same twice."""
_BEFORE = 4
"""Messages that are scanned again with the next ones, for what is asked and answered."""
_LONG = 16 * 1024
"""Longer ones are not."""
BROKEN = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What a reader may raise for JSON of an unheard-of shape."""


@functools.lru_cache(maxsize=2)
def spoken_engine(engine: Engine) -> Engine | None:
    """Return what looks for signatures that count only in conversations; None if there are none."""
    settings = engine.settings
    if not settings.spoken:
        return None
    own = settings.signatures[len(settings.signatures) - settings.spoken :]
    return type(engine)(dataclasses.replace(settings, signatures=own, spoken=0)).plain()


def _overlaps(match: Match, others: list[Match]) -> bool:
    span = match.span
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return any(
        start < (other.span.end_line, other.span.end_column)
        and (other.span.line, other.span.column) < end
        for other in others
    )


class Merging:
    """Scans messages some at a time, and joins what is found with what is known.

    Args:
        engine: what to look for.
        blob: what to call the file.
        raw: what was found in the file as it is.
        form: the name of the format.
    """

    def __init__(self, engine: Engine, blob: Blob, raw: list[Match], form: str) -> None:
        self._form = form
        self.matches: list[Match] = []
        self.problems: list[Problem] = []
        self.messages = 0
        self._engine = engine
        self._blob = blob
        self._said = dataclasses.replace(blob, kind="said")
        self._raw = sorted(raw, key=_begin)
        self._next = 0
        self._vague = {
            one.id
            for one in (engine.settings.signatures if raw else ())
            if one.near or one.generic or one.assigned
        }
        self._waiting: list[Message | tuple[Lot, int]] = []
        self._texts: list[bytes] = []
        self._again = 0
        self._seen = 0
        self._passed = 0

    def add(self, message: Message) -> None:
        """Take in the next message."""
        self.messages += message.counts
        pieces = message.pieces
        if len(pieces) == 1:
            said = SEPARATOR + pieces[0].text
        else:
            said = (
                SEPARATOR + "".join([p for piece in pieces for p in (piece.glue, piece.text)])[1:]
            )
        if pieces and not pieces[0].glue:  # it goes on with the message before
            said = "".join([piece.glue + piece.text for piece in pieces])
        data = said.encode("utf-8", "replace")
        self._waiting.append(message)
        self._texts.append(data.replace(b"\0", b" ") if b"\0" in data else data)
        self._seen += len(data)
        if self._seen > _SEEN or len(self._waiting) % 64 == 0:
            self._flush_if_large()

    def add_lot(self, lot: Lot) -> None:
        """Take in messages of which only what they say was read."""
        ends = lot.marks[::3]
        self.messages += len(ends)
        self._waiting += zip(itertools.repeat(lot), range(len(ends)), strict=False)
        self._texts += [lot.data[low:high] for low, high in zip([0, *ends], ends, strict=False)]
        self._seen += len(lot.data)
        self._flush_if_large()

    def _message(self, number: int) -> Message:
        """Return one of the messages that wait, read as a whole."""
        waiting = self._waiting[number]
        if not isinstance(waiting, Message):
            lot, at = waiting
            self._waiting[number] = waiting = lot.message(at)
        return waiting

    def _extent(self, number: int) -> tuple[Window, int, int]:
        """Return where one of the messages that wait lies."""
        waiting = self._waiting[number]
        if isinstance(waiting, Message):
            return waiting[:3]
        lot, at = waiting
        return lot.window, lot.marks[3 * at + 1], lot.marks[3 * at + 2]

    def _flush_if_large(self) -> None:
        first, start, _ = self._extent(0)
        last, _, end = self._extent(-1)
        if self._seen > _SEEN or last.base + end - first.base - start > _READ:
            self._flush()

    def finish(self) -> None:
        """Scan what is left."""
        if len(self._waiting) > self._again:
            self._flush()
        self.matches += [
            dataclasses.replace(match, blob=self._blob) for match in self._raw[self._next :]
        ]
        self.matches.sort(key=lambda match: (match.offset, match.signature))

    def _flush(self) -> None:
        data = b"".join(self._texts)
        scan = self._engine.scan(self._said, data, binary=True)
        if spoken := spoken_engine(self._engine):
            more = spoken.scan(self._said, data, binary=True)
            fresh = [one for one in more.matches if not _overlaps(one, scan.matches)]
            scan = scan._replace(
                matches=[*scan.matches, *fresh], problems=[*scan.problems, *more.problems]
            )
        self.problems += [problem for problem in scan.problems if problem not in self.problems]
        placed: list[tuple[int, int, int, Match]] = []
        if scan.matches:
            placed = list(self._placed(scan.matches, Window(data.decode(), 0, 1, 1)))
        self._join(placed)
        self._passed += len(data)
        if self._passed > _FORGOTTEN:
            from leakhunt.engine.confirm import forget

            forget()
            self._passed = 0
        keep = _BEFORE
        while keep and sum(map(len, self._texts[-keep:])) > _LONG:
            keep -= 1
        self._waiting = self._waiting[len(self._waiting) - keep :]
        self._texts = self._texts[len(self._texts) - keep :]
        self._again = len(self._waiting)
        self._seen = 0

    def _placed(
        self, matches: list[Match], window: Window
    ) -> Iterator[tuple[int, int, int, Match]]:
        """Yield matches in the file's own places, each with its message, start and end there."""
        starts: list[int] = []
        at = 0
        for said in self._texts:
            starts.append(at)
            at += len(said.decode())
        for match in matches:
            low = window.index(match.span.line, match.span.column)
            high = max(window.index(match.span.end_line, match.span.end_column), low + 1)
            number = max(bisect.bisect_right(starts, low) - 1, 0)
            last = max(bisect.bisect_right(starts, high - 1) - 1, number)
            if last < self._again:
                continue  # it was found before
            message = self._message(number)
            piece, start = _source(message, low - starts[number])
            _, end = _source(self._message(last), high - 1 - starts[last])
            if self._is_noise(match, message, piece.pointer):
                continue
            there = self._there(match, message, piece.pointer, start)
            first, behind = message.window, self._message(last).window
            line, column = first.place(start)
            end_line, end_column = behind.place(end + 1)
            span = Span(line, column, end_line, end_column)
            yield (
                number,
                first.base + start,
                behind.base + end + 1,
                dataclasses.replace(there, span=span),
            )

    def _is_noise(self, match: Match, message: Message, pointer: str) -> bool:
        return message.dull is not None and match.signature in self._vague and message.dull(pointer)

    def _join(self, placed: list[tuple[int, int, int, Match]]) -> None:
        """Take in what was found in some messages, and what is known of the same stretch."""
        self.matches += [match for *_, match in placed]
        if self._next == len(self._raw) or not self._waiting:
            return
        taken = sorted((start, end) for _, start, end, _ in placed)
        last, _, end = self._extent(-1)
        reach = last.after(end)
        if _begin(self._raw[self._next]) >= reach:
            return
        windows: list[tuple[Window, int, list[int]]] = []
        for number in range(len(self._waiting)):
            window, start, _ = self._extent(number)
            if not windows or windows[-1][0] is not window:
                windows.append((window, number, []))
            windows[-1][2].append(start)
        while self._next < len(self._raw) and _begin(self._raw[self._next]) < reach:
            match = self._raw[self._next]
            self._next += 1
            if (known := self._known(match, taken, windows)) is not None:
                self.matches.append(known)

    def _known(
        self,
        match: Match,
        taken: list[tuple[int, int]],
        windows: list[tuple[Window, int, list[int]]],
    ) -> Match | None:
        """Return a match of the file as it is, with its message; None if it is told already."""
        span = match.span
        for window, first, starts in windows:
            start = window.index(span.line, span.column)
            # Several messages may lie in one record: the first of them.
            found = starts[max(bisect.bisect_right(starts, start) - 1, 0)]
            number = first + bisect.bisect_left(starts, found)
            _, begin, stop = self._extent(number)
            if not begin <= start < stop:
                continue
            message = self._message(number)
            end = window.index(span.end_line, span.end_column)
            low, high = window.base + start, window.base + end
            behind = bisect.bisect_left(taken, (high, 0))
            if any(low < stop for _, stop in taken[max(behind - 4, 0) : behind]):
                return None
            pointer = _pointer(message, start)
            message = self._owner(number, pointer)
            if self._is_noise(match, message, pointer):
                return None
            return self._there(match, message, pointer, start)
        return dataclasses.replace(match, blob=self._blob)

    def _there(self, match: Match, message: Message, pointer: str, start: int) -> Match:
        """Return a match with its message and its place in the file."""
        try:
            mention = message.tell()
        except BROKEN:
            mention = Mention(self._form)
        if message.path is not None:
            place = f"{pointers.joined(message.path)}{pointer}"
            mention = dataclasses.replace(mention, pointer=place)
        offset = message.window.base + start
        return dataclasses.replace(match, blob=self._blob, mention=mention, offset=offset)

    def _owner(self, number: int, pointer: str) -> Message:
        """Return which of several messages of one record a string belongs to."""
        first = best = self._message(number)
        for at in range(number + 1, len(self._waiting)):
            if self._extent(at)[:2] != (first.window, first.start):
                break
            other = self._message(at)
            if pointer.startswith(f"{other.base}/") and len(other.base) >= len(best.base):
                best = other
        return best


def _begin(match: Match) -> tuple[int, int]:
    return match.span.line, match.span.column


def _source(message: Message, offset: int) -> tuple[Piece, int]:
    """Return which piece of a message an offset lies in, and where in the window that is."""
    if not message.pieces:
        return Piece(""), message.start
    found, inside = message.pieces[0], 0
    at = len(SEPARATOR) - len(found.glue) if found.glue else 0
    for piece in message.pieces:
        at += len(piece.glue)
        if at > offset:
            break
        found, inside = piece, min(offset - at, len(piece.text))
        at += len(piece.text)
    marks = found.marks() if callable(found.marks) else found.marks
    inside = origin(marks, inside)
    if found.at >= 0:
        return found, found.at + inside
    place = pointers.index(message.window.text, message.start).get(found.pointer)
    if place is None:
        return found, message.start
    return found, pointers.inner(message.window.text, *place, inside)


def _pointer(message: Message, index: int) -> str:
    """Return the pointer of the string that an index lies in."""
    if message.path is None:
        return ""
    return pointers.at(message.window.text, message.start, index)
