"""From a node of a syntax tree to the value that it writes down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt.facts.model import Call, Value
from leakhunt.facts.names import LONGEST, words
from leakhunt.facts.quoting import quotes, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from leakhunt.facts.model import Kind

DEPTH = 48
"""Values nested deeper are unknown."""
ELEMENTS = 2000
"""Elements of a list, pieces of a concatenation and arguments of a call that are read."""

_CONCAT = {"+", ".", "..", "<>", ""}
_CHOICE = {"||", "??", "or", "?:", "//"}
_SAME = {
    *("to_string", "to_owned", "into", "as_str", "as_bytes", "to_vec", "clone", "freeze", "strip"),
    *("trim", "trimIndent", "trimMargin", "toCharArray", "getBytes", "toString", "encode", "bytes"),
    *("decode", "stripIndent", "dup", "intern", "to_s", "chomp", "encodeToByteArray"),
}
"""Methods that give back the text they are called on, or nearly so."""
_WRAPS = re.compile(
    r"(?:std\.)?string(?:_view)?|(?:[Ss]tring|str|bytes|bytearray|Buffer|QString|NSString"
    r"|SecretStr|SecretString|Some|Ok|Secret|text|mark_safe|unicode)(?:\.(?:from|new|valueOf))?"
    r"|QStringLiteral|byte|OsString\.from|Cow\.Borrowed|CFSTR|TEXT|_T|pydantic\.SecretStr"
)
"""Functions that give back the text that is their only argument, or nearly so."""
_DOLLARS = re.compile(rb"(?<!\\)\$(?:\{([^{}]{0,200})\}|([A-Za-z_]\w*))")
_DOLLAR_LANGUAGES = {"groovy", "kotlin"}
_ELEMENT = re.compile(rb"\((\"[^\"()]*\")\)")
_NUMBER = re.compile(rb"[-+]?\.?\d")
_FLAG = re.compile(rb"(?:--?)?([A-Za-z_][\w.-]{0,100})=(?=.)", re.DOTALL)
_KINDS: Mapping[str, Kind] = {"number": "number", "boolean": "boolean", "null": "null"}


class Values:
    """Evaluates nodes of one file.

    Args:
        language: the language, for quotes and escapes.
        content: the file.
        roles: type of a node to what it is.
    """

    def __init__(self, language: str, content: bytes, roles: dict[str, str]) -> None:
        self.language = language
        self.content = content
        self.roles = roles
        self.call_parts: dict[int, tuple[Node, Node, Node | None, list[Node]]] = {}
        self.keywords: dict[int, tuple[Node, Node]] = {}
        self.keyword_values: dict[int, Node] = {}
        self.keyword_names: set[int] = set()
        self.heredocs: dict[int, Node] = {}
        self._known: dict[int, Value] = {}
        self._calls: dict[int, Call] = {}

    def source(self, node: Node) -> bytes:
        """Return the bytes of a node."""
        return self.content[node.start_byte : node.end_byte]

    def children(self, node: Node) -> list[Node]:
        """Return what a node is made of, without comments and what the language skips."""
        roles = self.roles
        found: list[Node] = []
        for child in node.named_children[:ELEMENTS]:
            role = roles.get(child.type)
            if role == "spread":
                found += self.children(child)
            elif role != "skip" and "comment" not in child.type:
                found.append(child)
        return found

    def name(self, node: Node) -> tuple[str, ...]:
        """Return the words of a node that names something."""
        node = self._unwrapped(node)
        if self.roles.get(node.type) == "string":
            text = self.value(node).text
            return (text[:200],) if text else ()
        source = self.source(node)
        if self.language == "scala":  # m("key") is an element
            source = _ELEMENT.sub(rb"[\1]", source[:LONGEST])
        return words(source, hyphens=self.language in {"powershell", "ruby"})

    def value(self, node: Node, depth: int = 0) -> Value:
        """Return the value of a node; never raises."""
        known = self._known.get(node.id)
        if known is None:
            if depth > DEPTH:
                return self._unknown(node)
            known = self._known[node.id] = self._evaluate(node, depth + 1)
        return known

    def call(self, node: Node, depth: int = 0) -> Call:
        """Return the call that a node is, one of those in `call_parts`."""
        call = self._calls.get(node.id)
        if call is None:
            whole, name, receiver, arguments = self.call_parts[node.id]
            own = self.name(name) or ("",)
            before = [*own[:-1]]
            if receiver is not None and self.roles.get(receiver.type) != "string":
                before = [*self.name(receiver), *before]
            read = tuple(self._arguments(arguments, depth, name.id))
            call = Call(own[-1], ".".join(before), read, whole.start_byte, whole.end_byte)
            self._calls[node.id] = call
        return call

    def _unwrapped(self, node: Node) -> Node:
        """Descend through nodes that only hold another one."""
        for _ in range(DEPTH * 4):
            role = self.roles.get(node.type)
            if role not in {"wrapper", "last", "binary", "names", "element"} or node.id in self.call_parts:
                break
            children = self.children(node)
            if not children or (role in {"binary", "names"} and len(children) != 1):
                break
            node = children[-1 if role in {"last", "element"} else 0]
        return node

    def _evaluate(self, node: Node, depth: int) -> Value:
        node = self._unwrapped(node)
        if node.id in self.call_parts:
            return self._of_call(node, depth)
        role = self.roles.get(node.type, "")
        start, end = node.start_byte, node.end_byte
        if start == end:
            return self._unknown(node)
        if role == "string":
            return self._string(node, depth)
        if role == "source":
            return self._loose(start, end)
        if role == "text":
            return Value("literal", self._text(start, end, "bash"), start, end)
        if role == "reference":
            return self._reference(node)
        if role == "symbol":
            text = self.source(node)[:200].decode("utf-8", "replace").strip(":")
            return Value("constant", text, start, end)
        if role in _KINDS:
            text = self.source(node)[:100].decode("utf-8", "replace")
            return Value(_KINDS[role], text, start, end)
        if role == "binary":
            return self._binary(node, depth)
        return self._compound(node, role, depth)

    def _compound(self, node: Node, role: str, depth: int) -> Value:
        start, end = node.start_byte, node.end_byte
        if role in {"heredoc", "heredoc_start"}:
            return self._heredoc(node, depth)
        if role in {"collection", "names"}:
            parts = tuple(self.value(child, depth) for child in self._elements(node))
            return Value("collection", None, start, end, parts)
        if role == "adjacent":
            return self._template(
                [self.value(child, depth) for child in self.children(node)], start, end
            )
        if role == "ternary":
            children = [child for child in self.children(node) if child.end_byte > child.start_byte]
            parts = tuple(self.value(child, depth) for child in children[-2:])
            return Value("choice", None, start, end, parts)
        if role == "expansion":
            return self._expansion(node, depth)
        return self._unknown(node)

    def _elements(self, node: Node) -> Iterator[Node]:
        """What a list has for elements: pairs of a map are facts of their own."""
        for child in self.children(node):
            role = self.roles.get(child.type)
            if role != "pair" and (role != "element" or len(self.children(child)) < 2):
                yield child

    def _unknown(self, node: Node) -> Value:
        return Value("unknown", None, node.start_byte, node.end_byte)

    def _text(self, start: int, end: int, style: str) -> str:
        return unescape(self.content[start:end], style)

    def _reference(self, node: Node) -> Value:
        dotted = ".".join(words(self.source(node))) or None
        return Value("reference", dotted, node.start_byte, node.end_byte)

    def _loose(self, start: int, end: int) -> Value:
        """Source that was not parsed further: a literal if it is nothing but one."""
        source = self.content[start:end]
        start += len(source) - len(source.lstrip())
        source = source.strip()
        found = quotes(self.language, source)
        if found is None or not found.closing or len(source) < found.opening + found.closing:
            kind: Kind = "number" if _NUMBER.match(source) else "unknown"
            return Value(kind, None, start, start + len(source))
        inner = start + found.opening, start + len(source) - found.closing
        if source[found.opening : -found.closing].count(source[-1:]):
            return Value("unknown", None, start, start + len(source))
        return Value("literal", self._text(*inner, found.style), *inner)

    # --- Texts

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
        for first, last, hole in self._holes(node):
            if first < position or last > end:
                continue
            parts += self._plain(position, first, style)
            parts.append(self._placeholder(hole, depth))
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
                dotted = ".".join(words(match[1] or match[2])) or None
                yield Value("reference", dotted, match.start(), match.end())
                start = match.end()
        if start < end:
            yield Value("literal", self._text(start, end, style), start, end)

    def _placeholder(self, node: Node, depth: int) -> Value:
        if self.roles.get(node.type) in {"placeholder", "inner"}:
            inside = self.children(node)
            if not inside:
                return self._reference(node)
            node = next((child for child in inside if child.type in self.roles), inside[-1])
        value = self.value(node, depth)
        return value if value.kind != "unknown" else self._reference(node)

    def _expansion(self, node: Node, depth: int) -> Value:
        """A shell's `$X`, `${X}` or `${X:-default}`."""
        start, end = node.start_byte, node.end_byte
        name, sign, rest = re.fullmatch(
            rb"\$\{?[!#]?([\w@*?$!-]*)(\[[^\]]*\]|:?[-=+?]|)(.*?)\}?", self.source(node), re.DOTALL
        ).groups()  # type: ignore[union-attr]  # every part may be empty
        reference = Value("reference", name.decode("utf-8", "replace") or None, start, end)
        if sign.lstrip(b":") not in {b"-", b"="} or not rest:
            return reference
        behind = node.end_byte - len(rest) - self.source(node).endswith(b"}")
        inside = [child for child in self.children(node) if child.start_byte >= behind]
        values = [self.value(child, depth) for child in inside]
        default = values[0] if len(values) == 1 else self._template(values, start, end)
        return Value("choice", None, start, end, (reference, default))

    # --- What is made of other values

    def _operands(self, node: Node) -> tuple[Node, str, Node] | None:
        """Left side, operator and right side, if a node is an operation on two."""
        if self.roles.get(node.type) != "binary":
            return None
        children = self.children(node)
        if len(children) < 2:
            return None
        left, right = children[0], children[-1]
        sign = self.content[left.end_byte : min(right.start_byte, left.end_byte + 200)]
        found = re.sub(rb"\\\s|\s|/\*.*?\*/", b"", sign).decode("latin-1")
        return left, found, right

    def _binary(self, node: Node, depth: int) -> Value:
        operands = self._operands(node)
        if operands is None:
            return self._unknown(node)
        left, sign, right = operands
        start, end = node.start_byte, node.end_byte
        if sign == "%":
            first = self.value(left, depth)
            if first.kind in {"literal", "template"}:
                return self._template([first, self.value(right, depth)], start, end)
            return self._unknown(node)
        family = _CONCAT if sign in _CONCAT else _CHOICE if sign in _CHOICE else None
        if family is None:
            return self._unknown(node)
        values = [self.value(part, depth) for part in self._flat(node, family)]
        if family is _CHOICE:
            return Value("choice", None, start, end, tuple(values))
        return self._template(values, start, end)

    def _flat(self, node: Node, family: set[str]) -> Iterator[Node]:
        """The operands of a chain of the same operators, left to right, however it nests."""
        stack, count = [node], 0
        while stack and count < ELEMENTS:
            item = stack.pop()
            operands = self._operands(item)
            if operands and operands[1] in family:
                stack += (operands[2], operands[0])
            else:
                count += 1
                yield item

    def _template(self, parts: list[Value], start: int, end: int) -> Value:
        flat: list[Value] = []
        for part in parts:
            flat += part.parts if part.kind == "template" else (part,)
        flat = flat[:ELEMENTS]
        if not any(part.kind in {"literal", "template", "reference", "call", "choice"} for part in flat):
            return Value("unknown", None, start, end)
        text = "".join(
            (part.text or "") if part.kind == "literal" else f"${{{part.text or ''}}}"
            for part in flat
        )
        return Value("template", text, start, end, tuple(flat))

    def _of_call(self, node: Node, depth: int) -> Value:
        call = self.call(node, depth)
        receiver = self.call_parts[node.id][2]
        if call.name in _SAME and receiver is not None:
            value = self.value(receiver, depth)
            if value.kind in {"literal", "template"}:
                return value
        values = tuple(value for _, value in call.arguments)
        if len(values) == 1 and values[0].kind in {"literal", "template"}:
            if _WRAPS.fullmatch(call.full_name):
                return values[0]
        return Value("call", call.full_name, node.start_byte, node.end_byte, values, call)

    def _arguments(
        self, nodes: list[Node], depth: int, called: int
    ) -> Iterator[tuple[str | None, Value]]:
        keyword: str | None = None
        for node in nodes[:ELEMENTS]:
            whole = self.keywords.get(node.id)
            if node.id in self.keyword_names:
                continue
            if whole:
                yield ".".join(self.name(whole[0])) or None, self.value(whole[1], depth)
            elif node.id in self.keyword_values:
                name = self.keyword_values[node.id]  # the first one is that of the call itself
                own = None if name.id == called else ".".join(self.name(name))
                yield own, self.value(node, depth)
            elif self.roles.get(node.type) == "flag":
                if keyword:
                    yield keyword, Value("boolean", None, node.start_byte, node.end_byte)
                keyword = ".".join(self.name(node)) or None
                continue
            elif self.roles.get(node.type) in {"text", "adjacent"} and self.language == "bash":
                yield self._shell_word(node, depth)
            else:
                yield keyword, self.value(node, depth)
            keyword = None
        if keyword:
            yield keyword, Value("boolean", None, nodes[-1].start_byte, nodes[-1].end_byte)

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
