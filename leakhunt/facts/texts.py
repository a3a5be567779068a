"""Quoted texts, here-documents and a shell's words, with their placeholders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Value
from leakhunt.facts.names import words
from leakhunt.facts.nodes import ELEMENTS, Nodes
from leakhunt.facts.quoting import quotes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.model import Kind
    from leakhunt.facts.syntax import Node

_FORMAT = lazy.pattern(
    rb"%(?:\((\w{1,80})\))?[-+#0]{0,4}\d{0,3}(?:\.\d{1,3})?[a-zA-Z@](?<!%%.)|\{(?:(\w{0,80})[^{}\s\"']{0,20})\}"
)
_HOLE = lazy.pattern(rb"[{$@#(]")
"""One of these is in every placeholder."""
_DOLLARS = lazy.pattern(rb"(?<!\\)\$(?:\{([^{}]{0,200})\}|([A-Za-z_]\w*))")
_DOLLAR_LANGUAGES = {"groovy", "kotlin"}
_NUMBER = lazy.pattern(rb"[-+]?\.?\d")
_FLAG = lazy.pattern(rb"(?:--?)?([A-Za-z_][\w.-]{0,100})=(?=.)", re.DOTALL)
_EXPANSION = lazy.pattern(rb"\$\{?[!#]?([\w@*?$!-]*)(\[[^\]]*\]|:?[-=+?]|)(.*?)\}?", re.DOTALL)


class Texts(Nodes):
    """Reads texts of one file."""

    def _loose(self, start: int, end: int) -> Value:
        """Source that was not parsed further: a literal if it is nothing but one."""
        source = self.content[start:end]
        start += len(source) - len(source.lstrip())
        source = source.strip()
        found = quotes(self.language, source)
        if found is None or not found.closing or len(source) < found.opening + found.closing:
            kind: Kind = "number" if _NUMBER.match(source) else "unknown"
            text = source[:100].decode("utf-8", "replace") if kind == "number" else None
            return Value(kind, text, start, start + len(source))
        inner = start + found.opening, start + len(source) - found.closing
        if source[found.opening : -found.closing].count(source[-1:]):
            return Value("unknown", None, start, start + len(source))
        return Value("literal", self._text(*inner, found.style), *inner)

    def _string(self, node: Node, depth: int) -> Value:
        source = self.source(node)
        found = quotes(self.language, source)
        if found is None:
            return self._bare(node, source)
        start = node.start_byte + found.opening
        end = max(start, node.end_byte - found.closing)
        return self._pieces(node, start, end, found.style, depth)

    def _bare(self, node: Node, source: bytes) -> Value:
        """What a grammar calls a literal, but is not quoted."""
        kind: Kind = "unknown"
        if _NUMBER.match(source):
            kind = "number"
        elif source[:5].lower() in {b"true", b"false"}:
            kind = "boolean"
        elif source[:5].lower() == b"null":
            kind = "null"
        text = source[:100].decode("utf-8", "replace") if kind != "unknown" else None
        return Value(kind, text, node.start_byte, node.end_byte)

    def _heredoc(self, node: Node, depth: int) -> Value:
        body = self.heredocs.get(node.id) or node.child_by_field_name("value")
        if body is None:
            return self._unknown(node)
        start, end = body.start_byte, body.end_byte
        for child in body.children[-1:]:
            if child.type == "heredoc_end":
                end = child.start_byte
        if node.id not in self.heredocs or self.content[start : start + 1] == b"\n":
            start += len(self.content[start:end]) - len(self.content[start:end].lstrip(b"\r\n"))
        style = "raw" if b"'" in self.source(node)[:80].partition(b"\n")[0] else "keep"
        return self._pieces(body, start, max(start, end), style, depth)

    def _holes(self, node: Node, level: int = 0) -> Iterator[tuple[int, int, Node]]:
        """Placeholders of a text: where each begins and ends, and what it holds."""
        for child in node.named_children:
            role = self.roles.get(child.type, "")
            first, last = child.start_byte, child.end_byte
            if role in {"placeholder", "reference", "expansion"}:
                if self.content[first - 1 : first] + self.content[last : last + 1] == b"{}":
                    first, last = first - 1, last + 1
                yield first, last, child
            elif role == "inner":  # without its own brackets, such as \( and )
                yield first - 2, last + 1, child
            elif not role and level < 3:
                yield from self._holes(child, level + 1)

    def _pieces(self, node: Node, start: int, end: int, style: str, depth: int) -> Value:
        parts: list[Value] = []
        position = start
        holes = self._holes(node) if _HOLE.search(self.content, start, end) else ()
        for first, last, hole in holes:
            if first < position or last > end:
                continue
            parts += self._plain(position, first, style)
            parts.append(self._placeholder(hole, first, last, depth))
            position = last
        if not parts and not self._dollars(style):
            return Value("literal", self._text(start, end, style), start, end)
        parts += self._plain(position, end, style)
        if len(parts) == 1:
            return parts[0]
        return self._template(parts, start, end)

    def _dollars(self, style: str) -> bool:
        return self.language in _DOLLAR_LANGUAGES

    def _plain(self, start: int, end: int, style: str) -> Iterator[Value]:
        """A piece without placeholders, but for those that the grammar does not know."""
        if self._dollars(style):
            for match in _DOLLARS.finditer(self.content, start, end):
                if match.start() > start:
                    yield Value(
                        "literal", self._text(start, match.start(), style), start, match.start()
                    )
                dotted = ".".join(words(match[1] or match[2] or b"")) or None
                yield Value("reference", dotted, match.start(), match.end())
                start = match.end()
        if start < end:
            yield Value("literal", self._text(start, end, style), start, end)

    def _placeholder(self, node: Node, start: int, end: int, depth: int) -> Value:
        """What a placeholder holds, at the place of the placeholder with its brackets."""
        inside = self.children(node)
        if self.roles.get(node.type) in {"placeholder", "inner"} and inside:
            node = next((child for child in inside if child.type in self.roles), inside[-1])
        value = self.value(node, depth)
        if value.kind == "unknown":
            value = self._reference(node)
        if value.kind in {"literal", "template"}:
            return value
        return Value(value.kind, value.text, start, end, value.parts, value.call)

    def _expansion(self, node: Node, depth: int) -> Value:
        """A shell's `$X`, `${X}` or `${X:-default}`."""
        start, end = node.start_byte, node.end_byte
        match = _EXPANSION.fullmatch(self.source(node))
        if match is None:
            return self._reference(node)
        name, sign, rest = match.groups()
        reference = Value("reference", name.decode("utf-8", "replace") or None, start, end)
        if sign.lstrip(b":") not in {b"-", b"="} or not rest:
            return reference
        behind = node.end_byte - len(rest) - self.source(node).endswith(b"}")
        inside = [child for child in self.children(node) if child.start_byte >= behind]
        values = [self.value(child, depth) for child in inside]
        default = values[0] if len(values) == 1 else self._template(values, start, end)
        return Value("choice", None, start, end, (reference, default))

    def _template(self, parts: list[Value], start: int, end: int) -> Value:
        flat: list[Value] = []
        for part in parts:
            flat += part.parts if part.kind == "template" else (part,)
        flat = flat[:ELEMENTS]
        kinds = {part.kind for part in flat}
        if not kinds & {"literal", "template", "reference", "call", "choice"}:
            return Value("unknown", None, start, end)
        text = "".join(
            (part.text or "") if part.kind == "literal" else f"${{{part.text or ''}}}"
            for part in flat
        )
        return Value("template", text, start, end, tuple(flat))

    def _filled(self, text: Value, values: tuple[Value, ...], start: int, end: int) -> Value:
        """A text with placeholders such as `%s` and `{}`, and what is put there, in this order."""
        source = self.content[text.start : text.end]
        style = "raw" if source.decode("utf-8", "replace") == text.text else "keep"
        parts: list[Value] = []
        position = text.start
        for count, match in enumerate(_FORMAT.finditer(self.content, text.start, text.end)):
            first, last = match.span()
            if first > position:
                piece = self._text(position, first, style)
                parts.append(Value("literal", piece, position, first))
            value = values[count] if count < len(values) else None
            if value is None or value.kind not in {"literal", "template"}:
                name = (
                    value.text
                    if value
                    else (match[1] or match[2] or b"").decode("utf-8", "replace")
                )
                kind: Kind = "call" if value and value.kind == "call" else "reference"
                call = value.call if value and kind == "call" else None
                value = Value(kind, name or None, first, last, call=call)
            parts.append(value)
            position = last
        if not parts:
            return text
        if position < text.end:
            piece = self._text(position, text.end, style)
            parts.append(Value("literal", piece, position, text.end))
        return self._template(parts, start, end)

    def _shell_word(self, node: Node, depth: int) -> tuple[str | None, Value]:
        """A word of a command; of `--name=value` and `NAME=value` the two halves."""
        value = self.value(node, depth)
        match = _FLAG.match(self.source(node))
        if not match:
            return None, value
        name, start = match[1].decode("utf-8", "replace"), node.start_byte + match.end()
        if value.kind == "literal":
            return name, Value("literal", self._text(start, value.end, "bash"), start, value.end)
        parts = [part for part in value.parts if part.start >= start]
        for part in value.parts:
            if part.start < start < part.end:
                text = self._text(start, part.end, "bash")
                parts.insert(0, Value("literal", text, start, part.end))
        return name, parts[0] if len(parts) == 1 else self._template(parts, start, node.end_byte)
