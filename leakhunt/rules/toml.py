"""The TOML of a rule file, with the line of everything in it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from leakhunt import documents
from leakhunt.errors import SignatureError

_HEADERS = re.compile(r"(?m)^[ \t]*\[\[[ \t]*rules[ \t]*\]\]")
_TABLES = re.compile(r"(?m)^[ \t]*\[")
_THEIRS = re.compile(
    r"(?mi)^[ \t]*(?:\[+[ \t]*(?:rules|allowlists?|extend)\b|(?:rules|allowlists?|extend)\s*[.=])"
)


class Table(NamedTuple):
    """One table, its keys in lower case: to gitleaks `secretGroup` and `secretgroup` are one."""

    name: str
    """The file."""
    values: dict[str, Any]
    text: str
    start: int
    """Where in the text it is."""
    end: int

    def where(self, key: str = "") -> str:
        """Return `file:line` of a key, or of the table itself."""
        start = self.start
        if key:
            name = re.escape(key)
            found = re.compile(
                rf"(?mi)^[ \t]*(?:\"?{name}\"?\s*[.=]|\[+[\w. \t]*\b{name}[ \t]*\])"
            ).search(self.text, self.start, self.end)
            start = found.start() if found else start
        return f"{self.name}:{self.text.count(chr(10), 0, start) + 1}"

    def text_of(self, key: str) -> str:
        """Return a string, or nothing; anything else is a fault."""
        return str(self._value(key, str, ""))

    def number(self, key: str) -> float:
        """Return a number, or 0."""
        return float(self._value(key, (int, float), 0))

    def flag(self, key: str) -> bool:
        """Return a truth value, or False."""
        return bool(self._value(key, bool, False))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, or an empty one."""
        found = self._value(key, list, [])
        if not all(isinstance(item, str) for item in found):
            raise UnusableError(key, f"'{key}' is no list of strings")
        return tuple(found)

    def tables(self, *keys: str) -> list[Table]:
        """Return the tables under any of some keys, each of which may hold one or several."""
        found = []
        for key in keys:
            value = self.values.get(key, [])
            entries = [value] if isinstance(value, dict) else value
            if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
                raise UnusableError(key, f"'{key}' is no table")
            found += [self._replace(values=_lower(entry)) for entry in entries]
        return found

    def _value(self, key: str, kind: Any, default: Any) -> Any:
        found = self.values.get(key, default)
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise UnusableError(key, f"'{key}' has a value of the wrong type")
        return found


class UnusableError(ValueError):
    """A rule, or a part of it, cannot be used.

    Args:
        key: where it is wrong.
        message: what is wrong.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def is_rule_file(text: str) -> bool:
    """Say whether a file is one of gitleaks or betterleaks, by what it holds."""
    return bool(_THEIRS.search(text)) and not re.search(
        r"(?m)^[ \t]*\[\[?(?:signature|provider)\b", text
    )


def parsed(name: str, text: str) -> Table:
    """Parse a rule file.

    Raises:
        SignatureError: it is no TOML.
    """
    try:
        document = documents.of_toml(text)
    except documents.Unreadable as error:
        raise SignatureError(
            f"{name}:{error.line}: not valid TOML: {error}", "see https://toml.io"
        ) from None
    return Table(name, _lower(document), text, 0, len(text))


def rules(document: Table) -> list[Table]:
    """Return the rules of a file.

    Raises:
        SignatureError: `rules` is no list of tables.
    """
    text = document.text
    try:
        found = document.tables("rules")
    except UnusableError as fault:
        raise SignatureError(
            f"{document.where('rules')}: {fault.message}", "write [[rules]]"
        ) from None
    starts = [match.start() for match in _HEADERS.finditer(text)]
    if not found or len(starts) != len(found):
        return found  # written in another way: then the line is that of the file
    ends = [*starts[1:], len(text)]
    return [
        rule._replace(start=start, end=end)
        for rule, start, end in zip(found, starts, ends, strict=True)
    ]


def own_keys(document: Table) -> Table:
    """Return the document so that keys are looked for outside its rules."""
    first = _TABLES.search(document.text)
    return document._replace(end=first.start() if first else len(document.text))


def _lower(values: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in values.items()}
