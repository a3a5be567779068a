"""`${...}` in requests: the secret, its parts, and named functions of them.

An expression is a name, a text in single quotes, or a function of expressions. What it gives is
escaped by the place in which it stands, so a secret cannot leave its place in a URL, a header or
JSON.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.parse
import uuid
from typing import TYPE_CHECKING, cast

from leakhunt.verify.reasons import Absent, Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FORM = re.compile(r"\$\{([^{}]{1,300})\}")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<name>[A-Za-z_][\w ]*\w|[A-Za-z])|(?P<sign>[(),]))"
)


def _digest(name: str, key: str, text: str) -> bytes:
    return hmac.new(key.encode(), text.encode(), name).digest()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


FUNCTIONS: Mapping[str, tuple[int, Callable[..., str]]] = {
    "basic": (2, lambda user, password: _b64(f"{user}:{password}".encode())),
    "base64": (1, lambda text: _b64(text.encode())),
    "sha256": (1, lambda text: hashlib.sha256(text.encode()).hexdigest()),
    "sha1": (1, lambda text: hashlib.sha1(text.encode()).hexdigest()),  # noqa: S324
    "hmac_sha1_base64": (2, lambda key, text: _b64(_digest("sha1", key, text))),
    "hmac_sha256": (2, lambda key, text: _digest("sha256", key, text).hex()),
    "hmac_sha256_base64": (2, lambda key, text: _b64(_digest("sha256", key, text))),
    "hmac_sha512": (2, lambda key, text: _digest("sha512", key, text).hex()),
    "join": (-1, lambda *texts: "".join(texts)),
    "before": (2, lambda text, sign: text.partition(sign)[0]),
    "after": (2, lambda text, sign: text.partition(sign)[2]),
    "last": (2, lambda text, sign: text.rpartition(sign)[2]),
    "lower": (1, lambda text: text.lower()),
    "quote": (1, lambda text: urllib.parse.quote(text, safe="")),
    "plain": (1, lambda text: text.replace("\\", "")),
}
"""Name to how many arguments it takes (-1: any) and what it does."""


def given() -> dict[str, str]:
    """Return the names that every request knows: the time, and a number that comes once."""
    now = time.time()
    return {
        "now": str(int(now)),
        "now_ms": str(int(now * 1000)),
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "nonce": uuid.uuid4().hex,
    }


GIVEN = frozenset(given())
"""Their names."""


class Expression:
    """One `${...}`, read.

    Args:
        text: what stands between the braces.

    Raises:
        ValueError: it is no expression; the message says why.
    """

    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self.names: set[str] = set()
        self._at = 0
        self._tree = self._read()
        if self._at != len(self._words):
            raise ValueError(f"'{text}' has something behind its end")

    def _read(self) -> tuple[str, object]:
        if self._at >= len(self._words):
            raise ValueError("an expression ends too early")
        word = self._words[self._at]
        self._at += 1
        if word.startswith("'"):
            return "text", word[1:-1]
        if word in "(),":
            raise ValueError(f"'{word}' stands where a value has to")
        if self._at < len(self._words) and self._words[self._at] == "(":
            return "call", (word, self._arguments(word))
        self.names.add(word)
        return "name", word

    def _arguments(self, name: str) -> list[tuple[str, object]]:
        if name not in FUNCTIONS:
            raise ValueError(f"there is no function '{name}'; known: {', '.join(FUNCTIONS)}")
        self._at += 1
        found: list[tuple[str, object]] = []
        while self._at < len(self._words) and self._words[self._at] != ")":
            found.append(self._read())
            if self._at < len(self._words) and self._words[self._at] == ",":
                self._at += 1
        if self._at >= len(self._words):
            raise ValueError(f"'{name}(' is not closed")
        self._at += 1
        count = FUNCTIONS[name][0]
        if count not in (-1, len(found)):
            raise ValueError(f"'{name}' takes {count} values, not {len(found)}")
        return found

    def value(self, names: Mapping[str, str]) -> str:
        """Return what it stands for.

        Raises:
            Absent: a name has no value.
        """
        return self._value(self._tree, names)

    def _value(self, tree: tuple[str, object], names: Mapping[str, str]) -> str:
        kind, what = tree
        if kind == "text":
            return str(what)
        if kind == "name":
            if str(what) not in names:
                raise Absent(str(what))
            return names[str(what)]
        name, arguments = cast("tuple[str, list[tuple[str, object]]]", what)
        return FUNCTIONS[name][1](*(self._value(one, names) for one in arguments))


def _words(text: str) -> list[str]:
    words, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if not found:
            raise ValueError(f"'{text}' is no expression")
        words.append(found["text"] or found["name"] or found["sign"])
        at = found.end()
    return words


def names_in(template: str) -> set[str]:
    """Return the names that a template needs.

    Raises:
        ValueError: an expression in it is wrong.
    """
    found: set[str] = set()
    for match in _FORM.finditer(template):
        found |= Expression(match[1]).names
    if "${" in _FORM.sub("", template):
        raise ValueError(f"'{template}' has an expression without an end")
    return found


def filled(template: str, names: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """Return a template with its expressions replaced.

    Args:
        template: with `${...}`.
        names: `secret` and the parts.
        escape: makes a value fit its place.

    Raises:
        Absent: a part is missing.
        ValueError: a value does not fit its place.
    """
    return _FORM.sub(lambda match: escape(Expression(match[1]).value(names)), template)


def in_url(value: str) -> str:
    """Escape a value for a path or a query."""
    return urllib.parse.quote(value, safe="")


def in_host(value: str) -> str:
    """Let a value pass that is one or more labels of a host's name, and nothing else.

    Raises:
        ValueError: it is none.
    """
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"{label}(?:\.{label})*", value):
        raise Unfit("what stands beside it is no name of a host")
    return value


def in_header(value: str) -> str:
    """Let a value pass that fits into a header.

    Raises:
        ValueError: it holds a line break or the like.
    """
    if not value.isascii() or not value.isprintable():
        raise Unfit("it holds characters that no header can carry")
    return value


def in_json(value: str) -> str:
    """Escape a value for the inside of a JSON text."""
    return json.dumps(value)[1:-1]
