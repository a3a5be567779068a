"""Where in a call something stands: the small language of `host = ["host", "0[1]"]`.

`host` is a keyword argument, `0` the first positional one and `-1` the last; `~setPort` is what
another call of the same chain, or on the same object nearby, is given. Behind it may follow, any
number of times: `[1]` an element of a list, `(0)` or `(host)` an argument of the call that
the value is, `.key` what an object has there.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from leakhunt.exposure.values import Reader
    from leakhunt.facts.model import Call, Value

_HEAD = lazy.pattern(r"(-?\d+)|(~?[A-Za-z_][\w-]*)")
_STEP = lazy.pattern(r"\[(-?\d+)\]|\(([^)]*)\)|\.([A-Za-z_$][\w$-]*)")


NEAR = 2000
"""Bytes between calls on the same object that belong together."""


class _Step(NamedTuple):
    form: Literal["element", "argument", "key"]
    what: str


@functools.cache
def parse(spec: str) -> tuple[str, tuple[_Step, ...]]:
    """Take a spec apart: which argument, and the way from there.

    Raises:
        ValueError: it is not one.
    """
    head = _HEAD.match(spec)
    if head is None:
        raise ValueError(spec)
    at, steps = head.end(), []
    while at < len(spec):
        step = _STEP.match(spec, at)
        if step is None:
            raise ValueError(spec)
        if step[1] is not None:
            steps.append(_Step("element", step[1]))
        elif step[2] is not None:
            steps.append(_Step("argument", step[2]))
        else:
            steps.append(_Step("key", step[3]))
        at = step.end()
    return head[0], tuple(steps)


class Picker:
    """Picks values out of calls.

    Args:
        reader: the reader of the same file.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def pick(self, call: Call, spec: str) -> Value | None:
        """Return what stands where a spec says, or None."""
        head, steps = parse(spec)
        value = self._chained(call, head[1:]) if head[0] == "~" else _argument(call, head)
        keys: list[str] = []
        for number, step in enumerate(steps):
            if value is None:
                return None
            if step.form == "key":
                keys.append(step.what)
                if number + 1 < len(steps) and steps[number + 1].form == "key":
                    continue
                value = self._reader.entry(value, tuple(keys))
                keys = []
            elif step.form == "element":
                value = self._reader.element(value, int(step.what))
            else:
                inner = self._reader.follow(value).call
                value = _argument(inner, step.what) if inner else None
        return value

    def _chained(self, call: Call, name: str) -> Value | None:
        """What a builder was told by another of its methods: `x.host("a").port(1)`."""
        for other in self._reader.facts.calls:
            if other.name != name or not other.arguments:
                continue
            near = abs(other.start - call.start) < NEAR and other.receiver == call.receiver != ""
            if other.start == call.start or near:
                return other.arguments[0][1]
        return None

    def is_true(self, call: Call, spec: str) -> bool:
        """Say whether what stands there is true."""
        value = self.pick(call, spec)
        text = self._reader.text(value).text if value is not None else None
        return text is not None and text.lower() in {"true", "1", "yes", "on", "t"}


def _argument(call: Call, which: str) -> Value | None:
    if re.fullmatch(r"-?\d+", which):
        given = [value for keyword, value in call.arguments if keyword is None]
        at = int(which)
        return given[at] if -len(given) <= at < len(given) else None
    return next((value for keyword, value in call.arguments if keyword == which), None)
