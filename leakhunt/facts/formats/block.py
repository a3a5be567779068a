"""The block style of YAML, read line by line, so that templates and broken files give facts too."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.facts.formats import embedded, scalars
from leakhunt.facts.formats.entries import Entry, below
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.model import Value
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.formats.entries import Path

KEPT = 4
"""Files that are remembered."""
MOST_BROKEN = 20
"""Collections in brackets without an end, before only those of one line are looked for."""
LONGEST_FLOW = 20_000
"""Bytes of a collection in brackets that is not the whole file."""
WIDEST = 2000
"""Columns of a margin."""

_LINE = lazy.pattern(
    rb"""
    (?P<margin>[ \t]*+)(?P<dashes>(?:-(?:[ \t]++|(?=\r?$)))*+)(?:\?[ \t]++)?
    (?:(?:"(?P<double>(?:[^"\\\r\n]|\\.)*+)"|'(?P<single>[^'\r\n]*+)'
        |(?P<plain>(?:[^\s"'\#&*!|>@`\[\]{},-]|-(?=\S)|\{\{.{0,300}?\}\}|<<)
            (?:[^\r\n:\#]|:(?!\s|\Z)|(?<!\s)\#)*+))
     [ \t]*+(?P<sign>:)(?=\s|\Z)[ \t]*+)?
    (?P<marks>(?:[&!][^\s,\[\]{}]*+(?:[ \t]++|(?=\r?$)))*+)
    (?P<rest>[^\r\n]*+)""",
    re.VERBOSE | re.MULTILINE,
)
_REFERENCES = {
    *("!Ref", "!GetAtt", "!ImportValue", "!reference", "!secret", "!include", "!env_var", "!var"),
    *("!lookup", "!Condition", "!file", "!env", "!vault_secret", "!aws_secret"),
}
"""Tags of values that are found elsewhere."""
_NEW = lazy.pattern(rb"(?:---|\.\.\.)(?=\s|\Z)[ \t]*")
_BLOCK = lazy.pattern(rb"[|>](?P<fold>)[-+]?(?P<indent>[1-9]?)[-+]?[ \t]*(?:#(?P<comment>.*))?")
_TEMPLATE = lazy.pattern(rb"\{\{.*\}\}[ \t]*(?:#.*)?|\{%.*%\}[ \t]*|<%.*%>[ \t]*")
_DOUBLE = lazy.pattern(rb'"((?:[^"\\]|\\[\s\S])*+)"')
_SINGLE = lazy.pattern(rb"'((?:[^']|'')*+)'")
_FOLD = lazy.pattern(rb"[ \t]*\r?\n[ \t]*")
_COMMENT = lazy.pattern(rb"(?:^|[ \t])#[ \t]?([^\r\n]*)")


class _Level(NamedTuple):
    """A key or an element whose lines may follow."""

    column: int
    dash: bool
    path: Path


@functools.cache
def _deeper(column: int) -> re.Pattern[bytes]:
    """All lines that are empty or begin behind a column."""
    return re.compile(rb"(?:[ \t\r]*+\n|[ \t]{%d}[^\n]*+\n?)*+" % (column + 1))


@functools.lru_cache(KEPT)
def documents(content: bytes) -> tuple[list[Entry], ...]:
    """Return the scalars of each document of a YAML file.

    The last few files are remembered, for several readers ask for the same one in turn.
    """
    return tuple(Block(content).documents())


class Block:
    """Reads one file.

    Args:
        content: the whole file.
        end: where reading stops.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.flow = Flow(content, yaml=True)
        self._broken = 0
        self._out: list[Entry] = []
        self._stack: list[_Level] = []
        self._waiting: tuple[Path, int, int] | None = None

    def documents(self) -> Iterator[list[Entry]]:
        """Yield the scalars of each document."""
        content, size = self.content, len(self.content)
        position = 3 if content.startswith(b"\xef\xbb\xbf") else 0
        while position < size:
            new = _NEW.match(content, position)
            if new:
                yield self._out
                self._out, self._stack = [], []
                position = new.end()
            position = self._line(position)
        yield self._out

    def _line(self, position: int) -> int:
        """Read a line and what belongs to it; return where the next one begins."""
        match = _LINE.match(self.content, position)
        assert match
        start, end = match.span("rest")
        following = self.content.find(b"\n", end) + 1 or len(self.content)
        first = self.content[start : start + 1]
        waiting, self._waiting = self._waiting, None
        margin, dashes, sign, marks = match.group("margin", "dashes", "sign", "marks")
        if not sign and not dashes:
            if start == end or first == b"#":
                self._waiting = waiting
                return following
            if waiting and len(margin) > waiting[1]:
                return self._value(match, following, waiting[1], waiting[0], waiting[2], "")
            if first in (b"{", b"[") and not _TEMPLATE.match(self.content, start, end):
                return self._collection(start, end, following, 0, (), start, "")
            return following
        path, column, begin = self._place(match, margin, dashes)
        words = marks.decode("utf-8", "replace").split() if marks else ()
        tag = next((mark for mark in words if mark[0] == "!"), "")
        if start == end or first == b"#":
            self._waiting = (path, column, begin) if sign else None
            return following
        return self._value(match, following, column, path, begin, tag)

    def _value(
        self, match: re.Match[bytes], following: int, column: int, path: Path, begin: int, tag: str
    ) -> int:
        """Read the value of a key or an element; return where the next line begins."""
        start, end = match.span("rest")
        first = self.content[start : start + 1]
        if first in (b"|", b">") and _BLOCK.fullmatch(self.content, start, end):
            return self._text(match, following, column, path, begin, tag)
        if first in (b'"', b"'"):
            return self._quoted(start, end, following, column, path, begin, tag)
        if first in (b"{", b"[") and not _TEMPLATE.match(self.content, start, end):
            return self._collection(start, end, following, column, path, begin, tag)
        self._plain(start, end, path, begin, tag)
        return following

    def _place(self, match: re.Match[bytes], margin: bytes, dashes: bytes) -> tuple[Path, int, int]:
        """Path, column and beginning of what a line holds."""
        column = min(len(margin), WIDEST)
        stack = self._stack
        if dashes:
            for offset, sign in enumerate(dashes):
                if sign == 45:
                    self.flow.count += 1
                    self._pop(column + offset, dash=True)
                    path = below(stack[-1].path if stack else (), self.flow.count)
                    stack.append(_Level(column + offset, True, path))
            column += min(len(dashes), WIDEST)
        plain, double, single, sign_behind = match.group("plain", "double", "single", "sign")
        if not sign_behind:
            return stack[-1].path, stack[-1].column, match.start("rest")
        if plain is not None:
            kind, key = "plain", plain.rstrip().decode("utf-8", "replace")[:400]
        elif double is not None:
            kind, key = "double", unescape(double.rstrip(), "drop")[:400]
        else:
            kind, key = "single", single.rstrip().decode("utf-8", "replace")[:400]
        self._pop(column, dash=False)
        path = below(stack[-1].path if stack else (), key)
        stack.append(_Level(column, False, path))
        return path, column, match.start(kind)

    def _pop(self, column: int, *, dash: bool) -> None:
        """Close what ends at a line: at the same column a list may belong to the key above."""
        stack = self._stack
        while stack and (
            stack[-1].column > column
            or (stack[-1].column == column and (stack[-1].dash or not dash))
        ):
            stack.pop()

    def _add(
        self,
        path: Path,
        begin: int,
        value: Value,
        comment: str,
        tag: str,
        style: str,
        text: tuple[bytes, embedded.Place] | None = None,
    ) -> None:
        if tag == "!vault" or tag.startswith("!encrypted/"):
            value = Value("encrypted", None, value.start, value.end)
        elif tag in _REFERENCES and value.kind == "literal":
            value = Value("reference", value.text, value.start, value.end)
        self._out.append(Entry(path, begin, value, ":", comment, tag, style, text))

    def _text(
        self, match: re.Match[bytes], position: int, column: int, path: Path, begin: int, tag: str
    ) -> int:
        """A block scalar."""
        content = self.content
        header = _BLOCK.fullmatch(content, *match.span("rest"))
        assert header
        region = _deeper(column).match(content, position)
        assert region
        spans: list[tuple[int, int]] = []
        margin = column + int(header["indent"]) if header["indent"] else -1
        for line in re.finditer(rb"([ \t]*+)([^\r\n]*)\r?\n?", region[0]):
            if not line[0]:
                break
            if margin < 0 and line[2]:
                margin = len(line[1])
            cut = min(len(line[1]), max(margin, 0))
            spans.append((position + line.start() + cut, position + line.end(2)))
        while spans and not content[slice(*spans[-1])].strip():
            spans.pop()
        while spans and not content[slice(*spans[0])].strip():
            spans.pop(0)
        if not spans:
            return region.end()
        text, place = embedded.lines(content, spans)
        value = scalars.text(text, 0, len(text))
        if match["rest"].startswith(b">") and value.kind == "literal":
            folded = (value.text or "").replace("\n", " ")
            value = Value("literal", folded, 0, len(text))
        value = embedded.Mover(place, content).value(value)
        comment = (header["comment"] or b"").decode("utf-8", "replace").strip()
        self._add(path, begin, value, comment, tag, "block", (text, place))
        return region.end()

    def _quoted(
        self, start: int, end: int, following: int, column: int, path: Path, begin: int, tag: str
    ) -> int:
        content = self.content
        single = content[start : start + 1] == b"'"
        pattern = _SINGLE if single else _DOUBLE
        match = pattern.match(content, start, end)
        if match is None:
            region = _deeper(column).match(content, following)
            match = pattern.match(content, start, region.end() if region else end)
        if match is None:
            self._plain(start, end, path, begin, tag)
            return following
        style = "doubled:'" if single else "drop"
        last = content.find(b"\n", match.end())
        last = len(content) if last < 0 else last
        rest = content[match.end() : last]
        first, stop = match.span(1)
        if b"\n" in match[1]:
            text = unescape(_FOLD.sub(b" ", match[1].replace(b"\\\n", b"\\ \n")), style)
            value = Value("literal", text, first, stop)
        else:
            value = scalars.text(content, first, stop, style)
        self._add(path, begin, value, _comment(rest), tag, "single" if single else "quoted")
        return last + 1

    def _collection(
        self, start: int, end: int, following: int, column: int, path: Path, begin: int, tag: str
    ) -> int:
        """A collection in brackets; without an end, it is read as text."""
        limit = len(self.content) if not path else min(len(self.content), start + LONGEST_FLOW)
        if self._broken > MOST_BROKEN:
            limit = end
        found, stop = self.flow.read(start, limit, path, one=True)
        if stop < 0:
            self._broken += 1
            if not path:
                self._out += (entry for entries in found for entry in entries)
                return limit
            self._plain(start, end, path, begin, tag)
            return following
        self._out += (entry for entries in found for entry in entries)
        return self.content.find(b"\n", stop) + 1 or len(self.content)

    def _plain(self, start: int, end: int, path: Path, begin: int, tag: str) -> None:
        content = self.content
        source = content[start:end]
        comment = ""
        if b"#" in source and (found := _COMMENT.search(source)):
            comment = found[1].decode("utf-8", "replace").strip()
            source = source[: found.start()]
        end = start + len(source.rstrip())
        if start == end:
            return
        if source[:1] == b"*":
            name = source[1:].strip().decode("utf-8", "replace")
            value = Value("reference", name, start, end)
        else:
            value = scalars.bare(content, start, end)
        self._add(path, begin, value, comment, tag, "bare")


def _comment(rest: bytes) -> str:
    found = _COMMENT.search(rest) if b"#" in rest else None
    return found[1].decode("utf-8", "replace").strip() if found else ""
