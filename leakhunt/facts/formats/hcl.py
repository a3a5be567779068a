"""HCL: Terraform, Packer, Nomad, Vault and their variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import documents, embedded, scalars
from leakhunt.facts.formats.entries import Entry, below
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Value
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from leakhunt.facts.formats.entries import Path
    from leakhunt.facts.model import Facts

    _Key = tuple[tuple[str, ...], int, str]

DEEPEST = 200
"""Blocks in each other; what is deeper is read as if it lay in the last one."""
MOST_ENDLESS = 50
"""Texts in place without an end, before no more are read."""

_TOKEN = lazy.pattern(
    rb"""(?P<skip>[ \t\r,]++|\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))
  | (?P<line>\n)
  | <<(?P<dash>-?)[ ]?"?(?P<tag>[A-Za-z_]\w{0,60}+)"?[^\n]*\n
  | "(?P<text>(?:[^"\\\r\n$%]|\\.
      |[$%]\{(?:[^{}"\n]|"(?:[^"\\\n]|\\.)*+"|\{[^{}\n]*+\})*+\}|[$%])*+)"
  | (?P<open>[{\[(])
  | (?P<close>[}\])])
  | (?P<sign>=>?(?!=)|:(?!:))
  | (?P<word>-?[A-Za-z_0-9*][\w.\-*]*+(?:\[[^\]\n]{0,80}\][\w.]*+)*+)
  | "[^\n]*+
  | .""",
    re.VERBOSE,
)
_SAME = {
    *("sensitive", "nonsensitive", "tostring", "trimspace", "chomp", "base64encode", "jsonencode"),
    *("yamlencode", "format", "merge", "concat", "tolist", "toset", "tomap", "upper", "lower"),
}
"""Functions that give back their argument, or nearly so."""
_WHOLE_LINE = lazy.pattern(rb"([^\r\n]*)\r?\n")


class _Level:
    """A block, a map, a list or brackets that are open."""

    __slots__ = ("path", "sign")

    def __init__(self, path: Path, sign: bytes) -> None:
        self.path = path
        self.sign = sign


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a file in HCL.

    Args:
        language: `hcl`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        Its attributes; the words of a block's head are in their path.
    """
    sheet = Sheet(language, content, depth)
    documents.fill(sheet, _Reader(content).entries())
    return sheet.facts()


def entries(content: bytes) -> list[Entry]:
    """Return all attributes and elements of lists of a file, each with its way down."""
    return _Reader(content).entries()


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.out: list[Entry] = []
        self.stack: list[_Level] = [_Level((), b"{")]
        self.head: list[tuple[str, int]] = []
        self.key: _Key | None = None
        self.last: _Key | None = None
        self.either: _Key | None = None
        self.count = 0
        self._endless = 0

    def entries(self) -> list[Entry]:
        """Return all attributes and elements of lists."""
        position, size = 0, len(self.content)
        while position < size:
            match = _TOKEN.match(self.content, position)
            if match is None:
                break
            position = match.end()
            kind = match.lastgroup
            if kind == "line":
                self.head, self.either = [], None
                if self.stack[-1].sign == b"{":
                    self.key = None
            elif kind == "tag":
                position = self._heredoc(match)
            elif kind in {"text", "word"}:
                self._scalar(kind, *match.span(kind))
            elif match[0] == b"?":
                self.key, self.either = self.last, self.last
            elif kind == "sign":
                if self.either:
                    self.key, self.either = self.either, None
                elif self.head and self.key is None and self.stack[-1].sign == b"{":
                    sign = match["sign"].decode()
                    self.key = ((self.head[-1][0],), self.head[-1][1], sign)
                self.head = []
            elif kind == "open":
                self._open(match["open"])
            elif kind == "close":
                if len(self.stack) > 1:
                    self.stack.pop()
                self.head, self.key = [], None
        return self.out

    def _open(self, sign: bytes) -> None:
        level = self.stack[-1]
        path = level.path
        if sign == b"(":
            if len(self.stack) < DEEPEST:
                self.stack.append(_Level(path, sign))
            return
        if self.key:
            path = self._path()
        elif level.sign == b"[" or not self.head:
            self.count += 1
            path = below(path, self.count)
        for word, _ in self.head if not self.key else ():
            path = below(path, word)
        self.head, self.key = [], None
        if sign == b"{" and path and isinstance(path[-1], str):
            self.count += 1
            path = below(path, self.count)
        if len(self.stack) < DEEPEST:
            self.stack.append(_Level(path, sign))

    def _path(self) -> Path:
        path = self.stack[-1].path
        for word in self.key[0] if self.key else ():
            path = below(path, word)
        return path

    def _scalar(self, kind: str, start: int, end: int) -> None:
        content = self.content
        listed = self.stack[-1].sign == b"["
        if self.key is None and not listed:
            text = unescape(content[start : min(end, start + 300)], "drop")
            self.head.append((text, start))
            return
        if kind == "text":
            value = scalars.text(content, start, end, "drop")
        else:
            if content[end : end + 1] == b"(" and content[start:end].decode("latin-1") in _SAME:
                return
            value = scalars.bare(content, start, end)
            if value.kind == "literal":
                value = Value("reference", value.text, start, end)
        self._add(value, start, "quoted" if kind == "text" else "bare")

    def _add(
        self,
        value: Value,
        start: int,
        style: str,
        text: tuple[bytes, embedded.Place] | None = None,
    ) -> None:
        if self.key is None:
            self.count += 1
            path = below(self.stack[-1].path, self.count)
            self.out.append(Entry(path, start, value, "=", style=style, text=text))
            return
        path = self._path()
        if path[-1] == "default" and path[0] == "variable":
            path = path[:-2] if isinstance(path[-2], int) else path[:-1]
        self.out.append(Entry(path, self.key[1], value, self.key[2], style=style, text=text))
        self.last, self.key, self.head = self.key, None, []

    def _heredoc(self, match: re.Match[bytes]) -> int:
        """Read a text in place; return where its end mark ends."""
        content = self.content
        tag = re.escape(match["tag"])
        mark = re.compile(rb"^[ \t]*" + tag + rb"[ \t]*\r?$", re.MULTILINE)
        end = mark.search(content, match.end()) if self._endless < MOST_ENDLESS else None
        if end is None:
            self._endless += 1
            self.key = None
            return match.end()
        lines = [
            (line.start(), line.end(1))
            for line in _WHOLE_LINE.finditer(content, match.end(), end.start())
        ]
        if match["dash"]:
            widths = [
                len(content[first:last]) - len(content[first:last].lstrip())
                for first, last in lines
                if content[first:last].strip()
            ]
            cut = min(widths, default=0)
            lines = [(min(first + cut, last), last) for first, last in lines]
        if lines:
            text, place = embedded.lines(content, lines)
            value = embedded.Mover(place, content).value(scalars.text(text, 0, len(text)))
            self._add(value, value.start, "block", (text, place))
        return end.end()
