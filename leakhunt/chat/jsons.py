"""JSON of any size, element by element."""

from __future__ import annotations

import json
import re
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from leakhunt import lazy
from leakhunt.chat import simple as fast
from leakhunt.chat.mending import mended

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from leakhunt.chat.base import Message, Path
    from leakhunt.chat.simple import Simple
    from leakhunt.chat.text import Text, Window

LARGEST = 64 * 1024 * 1024
"""Code points of one element; a larger one is not read as a conversation."""
_LINE = 2 * 1024 * 1024
"""Code points of a line of JSON Lines that is read as a whole."""
ANY = "*"
"""Any place in a list, in the paths that are opened."""

LIST = ("[]",)
"""The whole, if it is a list; an object is an element, as in JSON Lines."""

_SPACE = lazy.pattern(r"[\s,\ufeff\x1e]*").match
_SCALAR = lazy.pattern(r"[^\s,\[\]{}]*").match
_TOKEN = lazy.pattern(r'"(?:[^"\\]++|\\.)*+(?:"|(?P<open>\\?\Z))|[\[{]|[\]}]', re.DOTALL)
_BETWEEN = lazy.pattern(r"\}\s*,?\s*(?=\{)")
_decoder = json.JSONDecoder(strict=False)
_decode = _decoder.raw_decode
_scan = _decoder.scan_once  # type: ignore[attr-defined]
_NEAR = 64
"""An error so close to the end of what was read may be no error."""


class Element(NamedTuple):
    """A value, and where it stands."""

    path: Path
    value: Any
    window: Window
    start: int
    end: int


class Lot(NamedTuple):
    """Simple messages in a row, of which only what they say was read so far."""

    path: Path
    """Of the list that they are in."""
    number: int
    """Of the first one in that list."""
    window: Window
    data: bytes
    """What they say, in UTF-8, each behind a separator."""
    marks: array[int]
    """Three for each message: where in the data it ends, and its start and end in the window."""
    make: Callable[[Element], Message] | None = None

    def message(self, at: int) -> Message:
        """Return one of the messages."""
        start, end = self.marks[3 * at + 1 : 3 * at + 3]
        value, _ = _scan(self.window.text, start)
        assert self.make is not None
        return self.make(Element((*self.path, self.number + at), value, self.window, start, end))


def escaped(key: str) -> str:
    """Return a key as a JSON pointer writes it."""
    return key.replace("~", "~0").replace("/", "~1")


class Elements:
    """Reads values out of JSON; of large ones only the parts, one at a time.

    Args:
        text: the JSON, or several values one after the other, as in JSON Lines.
        opened: the paths of objects and lists whose parts are elements of their own; all else
            is an element as a whole.
        wrong: where to say what could not be read.
        at: where it starts in the window.
        lines: whether an object at the top that has none of the parts to open is an element as a
            whole, as in JSON Lines.
        simple: how to read messages of which only what they say is needed at first.
    """

    def __init__(
        self,
        text: Text,
        opened: Collection[Path],
        wrong: list[str],
        at: int = 0,
        *,
        lines: bool = False,
        simple: Simple | None = None,
    ) -> None:
        self._text = text
        self._simple = simple if fast.compiled else None
        self._reached: tuple[Window | None, int, int] = (None, 0, 0)
        self._opened = frozenset(opened)
        self._lines = lines
        self._tops = {path[0] for path in self._opened if path}
        self._wrong = wrong
        self._at = at

    def __iter__(self) -> Iterator[Element]:
        """Yield the values, if simple messages are read like all others."""
        return cast("Iterator[Element]", self.parts())

    def parts(self) -> Iterator[Element | Lot]:
        """Yield the values, and simple messages where they are."""
        number = 0
        while self._peek():
            if self._text.window.text[self._at] in "]}:":
                self._at += 1
                self._say("it is damaged")
                continue
            yield from self._value((number,) if number else (), ())
            number += 1

    def _say(self, message: str) -> None:
        if message not in self._wrong:
            self._wrong.append(message)

    def _peek(self) -> str:
        """Return the next character that is neither space nor comma, or nothing at the end."""
        while True:
            text = self._text.window.text
            self._at = _SPACE(text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(text):
                return text[self._at]
            if not self._more():
                return ""

    def _more(self, least: int = 0) -> bool:
        more = self._text.more(self._at, least)
        if more:
            self._at = 0
        return more

    def _value(self, path: Path, shape: Path) -> Iterator[Element | Lot]:
        first = self._text.window.text[self._at]
        if shape in self._opened and first == "{":
            if not shape and self._lines and (element := self._line(path)):
                yield element
            else:
                yield from self._object(path, shape)
        elif first == "[" and (shape in self._opened or (not shape and LIST in self._opened)):
            yield from self._list(path, shape)
        else:
            element = self._whole(path)
            if element is not None:
                yield element

    def _line(self, path: Path) -> Element | None:
        """Return an object that is not long and has none of the parts to open."""
        while True:
            window = self._text.window
            try:
                value, end = _scan(window.text, self._at)
            except (StopIteration, ValueError, RecursionError):
                if len(window.text) - self._at <= _LINE and self._more():
                    continue
                return None
            if end - self._at > _LINE or self._tops & value.keys():
                return None
            start, self._at = self._at, end
            return Element(path, value, window, start, end)

    def _object(self, path: Path, shape: Path) -> Iterator[Element | Lot]:
        self._at += 1
        while (first := self._peek()) != "}":
            if not first:
                self._say("it is cut off")
                return
            if first != '"':
                self._say("it is damaged")
                if first == "]":
                    return
                self._at += 1
                continue
            key = self._whole(path)
            if key is None or not self._colon():
                continue
            name = str(key.value)
            yield from self._value((*path, name), (*shape, name))
        self._at += 1

    def _colon(self) -> bool:
        if self._peek() != ":":
            self._say("it is damaged")
            return False
        self._at += 1
        return bool(self._peek())

    def _list(self, path: Path, shape: Path) -> Iterator[Element | Lot]:
        self._at += 1
        inner = (*shape, ANY)
        descend = inner in self._opened
        number = 0
        while True:
            if not descend and self._simple:
                if lot := self._lot(self._simple, path, number):
                    yield lot
                    number += len(lot.marks) // 3
            elif not descend:
                for run in self._run(path, number):
                    yield run
                    number += 1
            if (first := self._peek()) == "]":
                break
            if not first:
                self._say("it is cut off")
                return
            if first in "}:":
                self._say("it is damaged")
                if first == "}":
                    return
                self._at += 1
                continue
            if descend:
                yield from self._value((*path, number), inner)
            elif (element := self._whole((*path, number))) is not None:
                yield element
            number += 1
        self._at += 1

    def _lot(self, simple: Simple, path: Path, number: int) -> Lot | None:
        """Return the simple messages that follow, or None."""
        window = self._text.window
        reached = self._reached[1:] if self._reached[0] is window else (0, 0)
        data, marks, letter, byte = fast.said(
            window.text, *reached, self._at, simple.style, simple.known, simple.inner
        )
        self._reached = window, letter, byte
        if not marks:
            return None
        self._at = letter
        return Lot(path, number, window, data, array("q", marks))

    def _run(self, path: Path, number: int) -> Iterator[Element]:
        """Yield the objects that follow, as long as nothing has to be read or is odd."""
        window = self._text.window
        text = window.text
        size = len(text)
        while True:
            at = _SPACE(text, self._at).end()  # type: ignore[union-attr]
            if at >= size or text[at] != "{":
                return
            try:
                value, end = _scan(text, at)
            except (StopIteration, ValueError, RecursionError):
                return
            self._at = end
            yield Element((*path, number), value, window, at, end)
            number += 1

    def _whole(self, path: Path) -> Element | None:
        """Return one value as it is; None if it cannot be read, and what follows is next."""
        least = 0
        while True:
            window = self._text.window
            start = self._at
            broken = False
            try:
                value, end = _decode(window.text, start)
            except json.JSONDecodeError as error:
                unended = error.msg.startswith("Unterminated")
                broken = not unended and error.pos < len(window.text) - _NEAR
            except (RecursionError, ValueError):
                self._say("a part of it is nested too deeply, or has a number without end")
                self._skip()
                return None
            else:
                if end < len(window.text) or isinstance(value, dict | list | str):
                    self._at = end
                    return Element(path, value, window, start, end)
                if not self._more():
                    self._at = end
                    return Element(path, value, window, start, end)
                continue
            least = len(window.text) - start
            if not broken and least <= LARGEST and self._more(least):
                continue
            if not broken and self._text.ended and (value := mended(window.text, start)):
                self._say("it is cut off")
                self._at = end = len(window.text)
                return Element(path, value, window, start, end)
            self._resume(broken)
            return None

    def _resume(self, broken: bool) -> None:
        """Go on after a value that cannot be read."""
        ended = self._text.ended
        text = self._text.window.text
        size = len(text) - self._at
        if size > LARGEST:
            self._say(f"a part of it is longer than {LARGEST:,} characters")
        elif ended and not broken:
            self._say("it is cut off")
        else:
            self._say("it is damaged")
        found = _BETWEEN.search(text, self._at + 1)
        self._at = found.end() if found else len(text)

    def _skip(self) -> None:
        """Go behind the value that starts here."""
        if self._text.window.text[self._at] not in '[{"':
            self._at = _SCALAR(self._text.window.text, self._at).end()  # type: ignore[union-attr]
            return
        depth = 0
        while True:
            text = self._text.window.text
            for found in _TOKEN.finditer(text, self._at):
                if found["open"] is not None:
                    self._at = found.start()
                    break
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
                self._at = found.end()
                if depth <= 0:
                    return
            if not self._more(len(text) - self._at):
                self._at = len(text)
                return
