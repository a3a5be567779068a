"""XML: attributes and elements; no entity is expanded but the five of every document."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import documents, scalars
from leakhunt.facts.formats.entries import Entry, below
from leakhunt.facts.formats.sheet import Sheet
from leakhunt.facts.model import Value

if TYPE_CHECKING:
    from leakhunt.facts.formats.entries import Path
    from leakhunt.facts.model import Facts

DEEPEST = 200
"""Elements in each other; what is deeper has the path of the one above."""
LONGEST_TEXT = 100_000
"""Bytes of a text that is a value."""

_TOKEN = lazy.pattern(
    rb"""<!--(?:[^-]|-(?!->))*+(?:-->|\Z)
  | <!\[CDATA\[(?P<cdata>(?:[^\]]|\](?!\]>))*+)(?:\]\]>|\Z)
  | <\?(?:[^?]|\?(?!>))*+(?:\?>|\Z)
  | <!(?:[^\[<>"']|"[^"<]*+"|'[^'<]*+')*+[>\[]
  | </(?P<close>[A-Za-z_][\w:.-]*+)[^<>]*+>
  | <(?P<open>[A-Za-z_][\w:.-]*+)
      (?P<attributes>(?:[^<>"'/]|"[^"]*+"|'[^']*+'|/(?!>))*+)(?P<empty>/?)>
  | (?P<text>[^<]++)
  | <""",
    re.VERBOSE,
)
ATTRIBUTE = lazy.pattern(
    rb"""(?P<name>[A-Za-z_@:*\[(.\#][\w:.\-@\])]*+)
    \s*=\s*(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)')""",
    re.VERBOSE,
)
"""An attribute with its quoted value."""
_ENTITY = lazy.pattern(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][\da-fA-F]{1,6});")
_NAMES = ("name", "key", "id", "Name", "Key", "Include")
"""Attributes that name what the text of an element is."""
_NAMED = {"connectionString", "providerName", "password", "Password", "value"}


class _Element:
    """An element that is open."""

    __slots__ = ("inner", "key", "mixed", "name", "named", "path", "text")

    def __init__(self, name: str, path: Path, inner: Path, named: str) -> None:
        self.name = name
        self.path = path
        self.inner = inner
        self.named = named
        self.key = ""
        self.text: tuple[int, int] | None = None
        self.mixed = False


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read an XML file, however broken.

    Args:
        language: `xml`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        Its attributes and texts. A `name` or `key` beside a value is the last word of its path.
    """
    sheet = Sheet(language, content, depth)
    documents.fill(sheet, _Reader(content).entries())
    return sheet.facts()


def value(content: bytes, start: int, end: int) -> Value:
    """Return the value of a text with entities.

    Args:
        content: the file.
        start: where the text begins.
        end: where it ends.
    """
    source = content[start:end]
    if b"&" in source:
        text = source.decode("utf-8", "replace")
        return Value("literal", _ENTITY.sub(lambda m: unescape(m[0]), text), start, end)
    return scalars.text(content, start, end)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.count = 0
        self.out: list[Entry] = []
        self.stack: list[_Element] = [_Element("", (), (), "")]

    def entries(self) -> list[Entry]:
        """Return attributes and texts in the order of the file."""
        for match in _TOKEN.finditer(self.content):
            kind = match.lastgroup
            if kind == "text" or kind == "cdata":
                self._text(*match.span(kind))
            elif match["open"]:
                self._open(match)
            elif match["close"]:
                self._close(match["close"].decode("utf-8", "replace"))
        while len(self.stack) > 1:
            self._pop()
        return self.out

    def _text(self, start: int, end: int) -> None:
        source = self.content[start:end]
        stripped = source.strip()
        if not stripped or len(stripped) > LONGEST_TEXT:
            return
        start += len(source) - len(source.lstrip())
        if self.stack[-1].text is None:
            self.stack[-1].text = (start, start + len(stripped))

    def _open(self, match: re.Match[bytes]) -> None:
        name = match["open"].decode("utf-8", "replace").rpartition(":")[2]
        above = self.stack[-1]
        above.mixed = True  # text beside elements is prose
        own = above.key or name
        if above.key and name != "key":
            above.key = ""
        path = below(above.inner, own)
        self.count += 1
        inner = below(path, self.count)
        element = _Element(name, path, inner, "")
        if match["attributes"].strip():
            self._attributes(match, element)
        if not match["empty"] and len(self.stack) < DEEPEST:
            self.stack.append(element)

    def _attributes(self, match: re.Match[bytes], element: _Element) -> None:
        found: dict[str, tuple[int, int, int]] = {}
        for item in ATTRIBUTE.finditer(self.content, *match.span("attributes")):
            if item["name"].startswith(b"xmlns"):
                continue
            key = item["name"].decode("utf-8", "replace").rpartition(":")[2]
            kind = "single" if item["double"] is None else "double"
            found.setdefault(key, (item.start(), *item.span(kind)))
        name = next((found[key] for key in _NAMES if key in found), None)
        if name:
            element.named = self.content[name[1] : name[2]][:200].decode("utf-8", "replace")
        for key, (begin, start, end) in found.items():
            path = below(element.inner, key)
            if element.named and key in _NAMED and key != "value":
                path = below(below(element.path, element.named), key)
            self.out.append(Entry(path, begin, value(self.content, start, end), "=", style="xml"))

    def _close(self, name: str) -> None:
        name = name.rpartition(":")[2]
        for count in range(len(self.stack) - 1, 0, -1):
            if self.stack[count].name == name:
                while len(self.stack) > count:
                    self._pop()
                return

    def _pop(self) -> None:
        element = self.stack.pop()
        if element.text is None or element.mixed:
            return
        start, end = element.text
        if element.name == "key" and self.stack[-1].name == "dict":
            self.stack[-1].key = self.content[start:end][:200].decode("utf-8", "replace")
            return
        path = below(element.path, element.named) if element.named else element.path
        found = scalars.bare(self.content, start, end)
        if found.kind not in {"number", "boolean"}:
            found = value(self.content, start, end)
        self.out.append(Entry(path, start, found, "", style="xml"))
