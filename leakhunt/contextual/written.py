"""What is written out around a value: a user, a host, a database, the variable that it sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import stand_ins

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES = 5
"""Lines above and below that are looked at."""
_REACH = 480
"""Bytes before and behind, at most."""
_KEY = lazy.pattern(
    rb"(?:(?<![A-Za-z])(?i:user(?:_?name)?|login|uid|db_?user|ip_?addr(?:ess)?|host(?:_?name)?|"
    rb"adapter|dialect|"
    rb"driver(?:[_-]?class(?:[_-]?name)?)?|database|db_?name|url|ssid|e?mail(?=\W{1,6}\S{1,40}@))|"
    rb"(?<=[a-z])(?:User(?:[nN]ame)?|Login|Host(?:[nN]ame)?|Database))\d?"
    rb"(?:\[\])?(?:[\"'][ ]\]|[\\\"'\])]{0,3})[ \t]{0,8}(?:=>|:=|={1,3}|[:,>])[ \t]{0,4}\\?"
    rb"(?P<quote>[\"'`]?)"
    rb"(?P<value>[^\s\"'`,;<>{}()\[\]\\]{2,80})(?![(\[\w])"
)
_VARIABLE = lazy.pattern(
    rb"(?P<name>(?:[A-Z][A-Z0-9]*_)+[A-Z0-9]+|[A-Z]{2,12}PASS(?:WORD)?)[\"']?"
    rb"(?:[ \t]{0,3}[:=][ \t]{0,3}|\)[ ]?or[ ]|,[ ]?)[\"']?\Z"
)
_FIELDS = {"username", "password", "passwd", "hostname", "database", "email"}
"""What stands in for an account in a form or a signature."""
_NO_VALUE = lazy.pattern(
    r"(?i)(?:true|false|null|none|nil|undefined|string|str|text|varchar|required|optional|"
    r"u?int\d*|bool(?:ean)?|[$%@:].*)"
)


def is_beside_account(data: bytes, start: int, end: int, *, quoted: bool) -> bool:
    """Say whether a user, a host or a database stands near, written out.

    Args:
        data: the text.
        start: of the value, in bytes.
        end: of the value.
        quoted: whether only what is in quotes is written out: the text is code.
    """
    return any(_is_written_out(*found) for found in _around(data, start, end, quoted))


def is_variable(data: bytes, start: int, end: int) -> bool:
    """Say whether the value is what an environment variable is set to: `POSTGRES_PASSWORD=`.

    A value that repeats the name says where the true one is.

    Args:
        data: the text.
        start: of the value, in bytes.
        end: of the value.
    """
    found = _VARIABLE.search(data, max(0, start - 80), start)
    if found is None:
        return False
    name, value = found["name"].lower(), data[start:end].lower()
    return name != value and not (b"_" in value and name.endswith(value))


def _around(data: bytes, start: int, end: int, quoted: bool) -> Iterator[tuple[str, str]]:
    low, high = start, end
    for _ in range(_LINES + 1):
        low = max(data.rfind(b"\n", max(0, start - _REACH), low), start - _REACH, 0)
        at = data.find(b"\n", high + 1, end + _REACH)
        high = at if at >= 0 else min(len(data), end + _REACH)
    for match in _KEY.finditer(data, low, high):
        apart = match.end("value") <= start or match.start("value") >= end
        if apart and (match["quote"] or not quoted):
            key = re.split(rb"[\"'\])\s:=,>]", match[0], maxsplit=1)[0]
            yield key.decode("latin-1"), match["value"].decode("latin-1")


def _is_written_out(key: str, value: str) -> bool:
    """A form has its fields beside each other, too: there the value repeats the key."""
    word = re.sub(r"[\W\d_]", "", key.lower())
    said = re.sub(r"[\W\d_]", "", value.lower())
    if (
        not said
        or said in _FIELDS
        or (word in said and said != "localhost")
        or _NO_VALUE.fullmatch(value)
    ):
        return False
    return stand_ins.reason(value, key) not in {"template", "text", "binary"}
