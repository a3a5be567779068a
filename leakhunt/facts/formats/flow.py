"""JSON with comments and everything that people write instead, and the flow style of YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.entries import Entry, below
from leakhunt.facts.model import Value
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from leakhunt.facts.formats.entries import Path

DEEPEST = 400
"""Collections in each other; what is deeper is skipped."""

_STRINGS = rb"""
    "(?P<double>(?:[^"\\\r\n]|\\.)*+)"
  | '(?P<single>(?:[^'\\\r\n]|\\.)*+)'
"""
_SIGN = rb"(?P<sign>[ \t\r\n]*+(?::|=>?))?"
_JSON = lazy.pattern(
    rb"(?:"
    + _STRINGS
    + rb"""
  | (?P<open>[{\[])
  | (?P<close>[}\]])
  | (?P<skip>[\s,;]++|//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|[:"'][^\n]*+)
  | (?P<bare>\{\{.{0,300}?\}\}|[^\s,;:{}\[\]"'=]++)
  | (?P<other>.)
)"""
    + rb"(?:(?<=[\"'\w$-])"
    + _SIGN
    + rb")?",
    re.VERBOSE,
)
_YAML = lazy.pattern(
    rb"(?:"
    + _STRINGS.replace(rb"""(?:[^'\\\r\n]|\\.)""", rb"(?:[^'\r\n]|'')")
    + rb"""
  | (?P<bare>\{\{.{0,300}?\}\}|[^\s,:{}\[\]"'\#&!|>]
        (?:[^,{}\[\]\r\n:\#]|:(?![\s,}\]]|$)|(?<=\S)\#)*+)
  | (?P<open>[{\[])
  | (?P<close>[}\]])
  | (?P<skip>[\s,]++|\#[^\n]*+|[&!][^\s,{}\[\]]*+|:[^\S\n]|["'][^\n]*+)
  | (?P<other>.)
)(?P<sign>[ \t]*+(?::(?=[\s,}\]]|$)|(?<=["']):))?""",
    re.VERBOSE,
)


class _Level:
    """A collection that is open."""

    __slots__ = ("key", "keyed", "path", "start")

    def __init__(self, path: Path, keyed: bool) -> None:
        self.path = path
        self.keyed = keyed
        self.key: str | None = None
        self.start = 0


class Flow:
    """Reads collections in brackets.

    Args:
        content: the whole file.
        yaml: whether they are YAML's.
        single: the escapes between single quotes.
    """

    def __init__(self, content: bytes, *, yaml: bool = False, single: str = "drop") -> None:
        self.content = content
        self.yaml = yaml
        self.count = 0
        self._single = "doubled:'" if yaml else single
        self._token = _YAML if yaml else _JSON

    def read(
        self, start: int, end: int, path: Path, *, one: bool = False
    ) -> tuple[list[list[Entry]], int]:
        """Read what lies in a stretch of the file.

        Args:
            start: where it begins.
            end: where it ends.
            path: goes before each path.
            one: whether to stop behind the first collection.

        Returns:
            The scalars of each document, and where reading stopped: -1 if `one` was asked for
            and its end is missing.
        """
        documents: list[list[Entry]] = [[]]
        stack = [_Level(path, keyed=True)]
        too_deep = 0
        for match in self._token.finditer(self.content, start, end):
            kind = match.lastgroup
            if kind == "skip" or kind == "other":
                continue
            if match["open"]:
                if len(stack) > DEEPEST:
                    too_deep += 1
                    continue
                outermost = len(stack) == 1 and bool(path)
                inner = path if outermost else self._next(stack[-1])
                stack.append(_Level(inner, match["open"] == b"{"))
            elif match["close"]:
                if too_deep:
                    too_deep -= 1
                elif len(stack) > 1:
                    stack.pop()
                    stack[-1].key = None
                if len(stack) == 1:
                    if one:
                        return documents, match.end("close")
                    documents.append([])
            else:
                self._scalar(match, stack[-1], documents[-1])
        return documents, -1 if one else end

    def _next(self, level: _Level) -> Path:
        """The path of a collection or an element."""
        if level.keyed and level.key is not None:
            return below(level.path, level.key)
        self.count += 1
        return below(level.path, self.count)

    def _scalar(self, match: re.Match[bytes], level: _Level, out: list[Entry]) -> None:
        kind = "double" if match["double"] is not None else "single"
        if match[kind] is None:
            kind = "bare"
        start, end = match.span(kind)
        if start < 0:
            return  # a sign that follows none
        if match["sign"]:
            level.key = unescape(self.content[start:end].rstrip(), self._style(kind))[:400]
            level.start = start
            level.keyed = True
            return
        if level.keyed and level.key is None and len(level.path) and kind == "bare":
            return
        value = self._value(kind, start, end)
        if level.keyed and level.key is None:
            if not self.yaml:
                return
            level.start = start
        begin = level.start if level.key is not None else start
        style = "bare" if kind == "bare" else "quoted" if kind == "double" else "single"
        out.append(Entry(self._next(level), begin, value, style=style))
        level.key = None

    def _style(self, kind: str) -> str:
        if kind == "bare":
            return "raw"
        return self._single if kind == "single" else "drop"

    def _value(self, kind: str, start: int, end: int) -> Value:
        if kind != "bare":
            return scalars.text(self.content, start, end, self._style(kind))
        end = start + len(self.content[start:end].rstrip())
        if self.yaml and self.content[start : start + 1] == b"*":
            name = self.content[start + 1 : end].decode("utf-8", "replace")
            return Value("reference", name, start, end)
        value = scalars.bare(self.content, start, end)
        if value.kind == "literal" and not self.yaml:
            return Value("reference", value.text, start, end)
        return value
