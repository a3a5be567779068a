"""Files of directives: nginx, Apache, redis, HAProxy, Caddy, ssh and many others."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.sheet import Sheet, words

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts, Value

MOST_WORDS = 24
"""Words of a directive that are read."""
DEEPEST = 60
"""Blocks in each other whose names are kept."""

_WORD = lazy.pattern(
    rb"""(?P<space>[ \t\r]++|\\\r?\n)
  | (?P<comment>\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|<!--[^\n]*+)
  | "(?P<double>(?:[^"\\\n]|\\.){0,8000}+)"
  | '(?P<single>(?:[^'\\\n]|\\.){0,8000}+)'
  | (?P<line>\n|;)
  | (?P<open>\{(?=[ \t\r]*(?:$|\#|[\w"']))|<[A-Za-z][^<>\n]*+>)
  | (?P<close>\}|</[A-Za-z][^<>\n]*+>)
  | (?P<sign>:?=>?(?=[ \t"'])|=>)
  | (?P<bare>(?:\$\{[^{}\n]{0,300}+\}|\{[^{}\s]{0,300}+\}|\{\{[^\n]{0,300}?\}\}|<%[^\n]{0,300}?%>
      |\\.|[^\s;{}"'\\])++)
  | (?P<other>.)""",
    re.VERBOSE | re.MULTILINE,
)
_SECTION = lazy.pattern(rb"^[ \t]*\[([^\]\n]{1,200})\][ \t\r]*$", re.MULTILINE)
_PAIR = lazy.pattern(rb"(?P<name>[A-Za-z_][\w.-]{0,100}+)(?P<sign>=|:(?=[^/\s]))(?P<value>[^\s]++)")
_NAME = lazy.pattern(r"[@$]?[A-Za-z_][\w.\-/:]*")
_SECRET = lazy.pattern(r"(?i)pass|pwd|secret|community|token|psk|credential")
_FREE = {"frontend", "backend", "listen", "global", "defaults", "userlist", "peers", "resolvers"}
"""Words that begin a section which no sign ends: HAProxy's."""
_SSH = {"host", "match"}


def read(language: str, content: bytes) -> Facts:
    """Read a file of directives: words on a line, with blocks in braces or tags.

    Args:
        language: `directives`.
        content: the whole file.

    Returns:
        A directive with one argument is a setting; of several, each is the setting of the one
        before it, so that `stats auth me:x` says what `auth` is.
    """
    sheet = Sheet(language, content)
    _Reader(sheet).fill()
    return sheet.facts()


_OF_MASTER = 4
"""Words of a directive of Redis Sentinel: `sentinel auth-pass <master> <password>`."""


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.content = sheet.content
        self.words: list[tuple[str, int, int]] = []
        self.sign = ""
        self.blocks: list[tuple[str, ...]] = []
        self.section: tuple[str, ...] = ()

    def fill(self) -> None:
        """Note all directives."""
        for match in _WORD.finditer(self.content):
            kind = match.lastgroup
            if kind in {"double", "single", "bare"}:
                if len(self.words) < MOST_WORDS:
                    self.words.append((kind, *match.span(kind)))
            elif kind == "line" or kind == "comment":
                comment = match[0].strip(b"#/* ") if kind == "comment" else b""
                self._directive(comment[:400].decode("utf-8", "replace"))
            elif kind == "sign":
                if len(self.words) == 1:
                    self.sign = match["sign"].decode()
            elif kind == "open":
                if match["open"][:1] == b"<":
                    own = match["open"].strip(b"<>").decode("utf-8", "replace").split()
                    self._push(tuple(word.strip("\"'")[:200] for word in own))
                else:
                    self._push(tuple(self._text(word).rstrip("=:") for word in self.words[:4]))
                self.words, self.sign = [], ""
            elif kind == "close":
                self._directive("")
                if self.blocks:
                    self.blocks.pop()
        self._directive("")

    def _push(self, names: tuple[str, ...]) -> None:
        if len(self.blocks) < DEEPEST:
            self.blocks.append(tuple(name for name in names if name))

    def _text(self, word: tuple[str, int, int]) -> str:
        return self.content[word[1] : word[2]][:200].decode("utf-8", "replace")

    def _value(self, word: tuple[str, int, int], skip: int = 0) -> Value:
        kind, start, end = word
        if kind == "bare":
            end -= self.content[start:end].endswith(b",")
            return scalars.text(self.content, start + skip, end)
        return scalars.text(self.content, start + skip, end, "keep")

    def _directive(self, comment: str) -> None:
        found, sign = self.words, self.sign
        self.words, self.sign = [], ""
        if not found:
            return
        first = self._text(found[0])
        begin = found[0][1]
        if first[:1] == "[" and len(found) <= 2:
            self.section = words(first.strip("[] "))
            return
        around = (*self.section, *(name for block in self.blocks for name in block))
        if first.lower() in _FREE and not self.blocks:
            self.section = tuple(self._text(word) for word in found[:2])
        elif first.lower() in _SSH and len(found) == 2:
            self.section = (first, self._text(found[1]))
        if first.lower() == "sentinel" and len(found) == _OF_MASTER:
            path = (*around, first, self._text(found[2]), self._text(found[1]))
            self.sheet.add(path, self._value(found[3]), begin, -1, "", comment)
            return
        for word in found:
            self._pair(around, first, word, begin, comment)
        if len(found) == 1:
            return
        if not _NAME.fullmatch(first.rstrip(":=")):
            self._pairs(around, found, comment)
            return
        if sign or first[-1:] in ":=" or len(found) == 2:
            own = words(first.rstrip(":="))
            sign = sign or first[-1:].strip("abcdefghijklmnopqrstuvwxyz") if first else sign
            last = found[1] if len(found) == 2 else ("bare", found[1][1], found[-1][2])
            mark = sign if sign in {":", "=", "=>", ":="} else ""
            self.sheet.add((*around, *own), self._value(last), begin, -1, mark, comment)
            return
        path = (*around, first)
        if _SECRET.search(first):
            self.sheet.add(path, self._value(found[1]), begin, -1, "", comment)
        self._pairs(path, found[1:], comment)
        if first == "user":
            for word in found[2:]:
                if self.content[word[1] : word[1] + 1] == b">":
                    name = self._text(found[1])
                    value = self._value(word, 1)
                    self.sheet.add((*path, name, "password"), value, word[1], -1, ">", comment)

    def _pairs(
        self, path: tuple[str, ...], found: list[tuple[str, int, int]], comment: str
    ) -> None:
        """Words of which each may be the value of the one before."""
        for before, word in pairwise(found):
            name = self._text(before)
            if _NAME.fullmatch(name) and before[0] == "bare":
                self.sheet.add((*path, name), self._value(word), before[1], -1, "", comment)

    def _pair(
        self,
        around: tuple[str, ...],
        first: str,
        word: tuple[str, int, int],
        begin: int,
        comment: str,
    ) -> None:
        """A word that is a pair itself: `password=x`."""
        if word[0] != "bare":
            return
        match = _PAIR.fullmatch(self.content, word[1], word[2])
        if not match or match["value"][:2] == b"//":
            return
        if match["sign"] == b":" and match["value"].isdigit():
            return  # a host and its port
        start, end = match.span("value")
        end -= match["value"].endswith((b",", b";"))
        name = match["name"].decode("utf-8", "replace")
        lead = () if word[1] == begin else (first,)
        value = scalars.text(self.content, start, end)
        sign = match["sign"].decode()
        self.sheet.add((*around, *lead, *words(name)), value, word[1], -1, sign, comment)
