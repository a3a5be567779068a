"""From places in JSON of any size to the strings that they lie in, as JSON pointers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat.jsons import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.chat.text import Text

Place = tuple[int, int]
"""Line and column, both from 1, columns in code points."""

_ATTEMPT = 2 * 1024 * 1024
"""Code points of a value that is skipped at once; of a larger one the parts are skipped."""
_DEEPEST = 2000
"""What lies deeper has no pointer."""
_KEY = 4096
"""Code points of the longest key."""

_SPACE = lazy.pattern(r"[\s,:\ufeff\x1e]*").match
_INSIDE = lazy.pattern(r'(?:[^"\\]++|\\.)*+', re.DOTALL).match
_SCALAR = lazy.pattern(r"[^\s,:\[\]{}\"]+").match
_decoder = json.JSONDecoder(strict=False)
_scan = _decoder.scan_once  # type: ignore[attr-defined]


class _NoMoreError(Exception):
    """It is no JSON from here on, or all is told."""


class Pointing:
    """Walks through JSON from place to place, and skips what lies between.

    Args:
        text: the JSON, or several values one after the other, as in JSON Lines.
        places: in ascending order.
    """

    def __init__(self, text: Text, places: Sequence[Place]) -> None:
        self._text = text
        self._places = list(reversed(places))
        self._found: dict[Place, str] = {}
        self._at = 0
        self._stack: list[tuple[bool, str | int]] = []
        """Whether it is an object, and the key or number of what comes next; outermost first."""
        self._named = False
        """Whether the key of what comes next was read."""
        self._tops = 0
        self._several = self._is_several()
        self._deep = False

    def pointers(self) -> dict[Place, str]:
        """Return the pointer of the string or number at each place, as far as there is one."""
        try:
            while self._places:
                self._step()
        except _NoMoreError:
            pass
        return self._found

    def _is_several(self) -> bool:
        """Say whether there is more than one value, as far as the first window shows."""
        text = self._text.head()
        try:
            _, end = _scan(text, _SPACE(text, 0).end())  # type: ignore[union-attr]
        except (StopIteration, ValueError, RecursionError):
            return False
        return _SPACE(text, end).end() < len(text)  # type: ignore[union-attr]

    def _more(self, keep: int) -> bool:
        """Read on; what lies before an index is dropped."""
        if not self._text.more(keep):
            return False
        self._at -= keep
        return True

    def _target(self) -> int:
        """Return the index of the next place in the window; places before it have none."""
        while self._places:
            target = self._text.window.index(*self._places[-1])
            if target >= self._at:
                return target
            self._places.pop()
        raise _NoMoreError

    def _tell(self, start: int, end: int) -> None:
        """Give the places in a stretch of the window the pointer of what stands there."""
        while self._places:
            target = self._text.window.index(*self._places[-1])
            if target >= end:
                return
            if target >= start:
                self._found[self._places[-1]] = self._pointer()
            self._places.pop()

    def _pointer(self) -> str:
        top = [str(self._tops)] if self._several else []
        return "".join(
            f"/{escaped(str(step))}" for step in (*top, *(key for _, key in self._stack))
        )

    def _step(self) -> None:
        """Read what comes next: a key, a value, or the end of an object or a list."""
        text = self._text.window.text
        self._at = _SPACE(text, self._at).end()  # type: ignore[union-attr]
        if self._at >= len(text):
            if not self._more(self._at):
                raise _NoMoreError
            return
        first = text[self._at]
        if first in "]}":
            if not self._stack:
                raise _NoMoreError
            self._stack.pop()
            self._at += 1
            self._passed()
        elif self._stack and self._stack[-1][0] and not self._named:
            self._key(first)
        elif first == '"':
            self._string()
        elif first in "[{":
            self._container(first)
        else:
            self._scalar()

    def _passed(self) -> None:
        """Go on to what follows a value."""
        self._named = False
        if not self._stack:
            self._tops += 1
        elif not self._stack[-1][0]:
            self._stack[-1] = (False, int(self._stack[-1][1]) + 1)

    def _key(self, first: str) -> None:
        if first != '"':
            raise _NoMoreError
        text = self._text.window.text
        end = _INSIDE(text, self._at + 1).end()  # type: ignore[union-attr]
        if end >= len(text) or text[end] != '"':
            if len(text) - self._at > _KEY or not self._more(self._at):
                raise _NoMoreError
            return
        try:
            self._stack[-1] = (True, _scan(text, self._at)[0])
        except (StopIteration, ValueError):
            raise _NoMoreError from None
        self._named = True
        self._tell(self._at, end + 1)
        self._at = end + 1

    def _string(self) -> None:
        start = self._at
        self._at += 1
        while True:
            text = self._text.window.text
            end = _INSIDE(text, self._at).end()  # type: ignore[union-attr]
            self._tell(start, end + 1)
            if end < len(text) and text[end] == '"':
                break
            start = self._at = end
            if not self._more(end):
                raise _NoMoreError
            start = self._at
        self._at = end + 1
        self._passed()

    def _scalar(self) -> None:
        while True:
            text = self._text.window.text
            found = _SCALAR(text, self._at)
            if found is None:
                raise _NoMoreError
            self._tell(self._at, found.end())
            self._at = found.end()
            if self._at < len(text) or not self._more(self._at):
                break
            if _SCALAR(self._text.window.text, self._at) is None:
                break
        self._passed()

    def _container(self, first: str) -> None:
        """Go behind an object or a list if no place lies in it, else into it."""
        target = self._target()
        while not self._deep and target > self._at:
            text = self._text.window.text
            try:
                _, end = _scan(text, self._at)
            except RecursionError:
                self._deep = True
            except (StopIteration, ValueError):
                # It may go on behind the window.
                if len(text) - self._at <= _ATTEMPT and self._more(self._at):
                    target = self._target()
                    continue
            else:
                if end <= target:
                    self._at = end
                    self._passed()
                    return
            break
        if len(self._stack) >= _DEEPEST:
            raise _NoMoreError
        self._stack.append((first == "{", "" if first == "{" else 0))
        self._named = False
        self._at += 1
