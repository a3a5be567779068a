"""What an answer has to be to say that a credential is live, or dead."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.verify.transport import Answer

_ABSENT = object()
_KINDS = ("*", "!", "[]", "{}")


@record(frozen=True, slots=True)
class Condition:
    """Everything that is given has to hold.

    Attributes:
        status: one of these.
        json: from a path (`user.0.name`, or `/user/0/na.me`; empty for the whole) to what
            stands there: a value, a list of which it is one, `*` (anything but null), `!`
            (nothing or null), `[]` (a list), `{}` (an object), or `~text` (a text with this).
        headers: from a name to what its value contains; `*` is any value, `!` and a text is none
            that contains it.
        text: one of these stands in the body, in whatever case.
        sure: it holds of all instances of the provider, not only of the one that was asked.
    """

    status: tuple[int, ...] = (200,)
    json: tuple[tuple[str, Any], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    sure: bool = False

    def holds(self, answer: Answer) -> bool:
        """Say whether an answer fulfils it."""
        if answer.status not in self.status:
            return False
        if any(not _is(at(answer.json, path), wanted) for path, wanted in self.json):
            return False
        for name, wanted in self.headers:
            if not _has(answer.headers.get(name.lower()), wanted.lower()):
                return False
        # Of an interface for programs: a page says that somebody in between refused.
        if self.bare and answer.page:
            return False
        body = answer.text.lower()
        return not self.text or any(text.lower() in body for text in self.text)

    @property
    def bare(self) -> bool:
        """Whether the status alone decides, or what does not stand beside it."""
        said = any(not wanted.startswith("!") for _, wanted in self.headers)
        return not (self.json or said or self.text)

    def excludes(self, other: Condition) -> bool:
        """Say whether no answer can fulfil both."""
        if not set(self.status) & set(other.status):
            return True
        theirs = dict(other.json)
        return any(
            path in theirs and _exclusive(wanted, theirs[path]) for path, wanted in self.json
        )


def _has(value: str | None, wanted: str) -> bool:
    """Say whether the value of a header, or its absence, is what is wanted."""
    if wanted.startswith("!"):
        return value is None or wanted[1:] not in value.lower()
    return value is not None and (wanted == "*" or wanted in value.lower())


def at(document: Any, path: str) -> Any:
    """Return what stands at a path of a document, or a marker that is equal to nothing."""
    value = document
    keys = path[1:].split("/") if path.startswith("/") else path.split(".") if path else []
    for key in keys:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return _ABSENT
    return value


def _is(value: Any, wanted: Any) -> bool:
    if wanted == "!":
        return value is _ABSENT or value is None
    if value is _ABSENT or value is None:
        return False
    if wanted == "*":
        return True
    if wanted in ("[]", "{}"):
        return isinstance(value, list if wanted == "[]" else dict)
    if isinstance(wanted, str) and wanted.startswith("~"):
        return isinstance(value, str) and wanted[1:].lower() in value.lower()
    if isinstance(wanted, tuple):
        return any(_same(value, one) for one in wanted)
    return _same(value, wanted)


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _exclusive(one: Any, other: Any) -> bool:
    """Say whether no value can be both."""
    if "!" in (one, other):
        return bool(one != other)
    if "*" in (one, other):
        return False
    kinds = [wanted for wanted in (one, other) if wanted in ("[]", "{}")]
    if kinds:
        return bool(one != other)
    if any(isinstance(wanted, str) and wanted.startswith("~") for wanted in (one, other)):
        return False
    ones = one if isinstance(one, tuple) else (one,)
    others = other if isinstance(other, tuple) else (other,)
    return not any(_same(a, b) for a, b in itertools.product(ones, others))


def read(table: Any) -> tuple[Condition, ...]:
    """Read `active` or `inactive`: one condition, or a list of which one has to hold.

    Raises:
        ValueError: it is none.
    """
    tables = table if isinstance(table, list) else [table]
    return tuple(_read(one) for one in tables)


def _read(table: Any) -> Condition:
    if not isinstance(table, dict):
        raise ValueError("a condition is a table such as {status = [200], json = {id = '*'}}")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "status":
            codes = value if isinstance(value, list) else [value]
            if not all(isinstance(code, int) and 200 <= code < 600 for code in codes):
                raise ValueError("'status' is a list of numbers from 200 to 599")
            values[key] = tuple(codes)
        elif key == "json" and isinstance(value, dict):
            values[key] = tuple(
                (path, tuple(wanted) if isinstance(wanted, list) else wanted)
                for path, wanted in value.items()
            )
        elif key == "headers" and isinstance(value, dict):
            values[key] = tuple((name, str(wanted)) for name, wanted in value.items())
        elif key == "sure" and isinstance(value, bool):
            values[key] = value
        elif key == "text":
            values[key] = tuple(value if isinstance(value, list) else [value])
        else:
            raise ValueError(f"'{key}' is no condition: status, json, headers, text, sure")
    return Condition(**values)
