"""From a node of a syntax tree to the value that it writes down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Call, Value
from leakhunt.facts.nodes import DEPTH, ELEMENTS
from leakhunt.facts.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakhunt.facts.model import Kind
    from leakhunt.facts.syntax import Node

_CONCAT = {"+", ".", "..", "<>", ""}
_CHOICE = {"||", "??", "or", "?:", "//"}
_SAME = {
    *("to_string", "to_owned", "into", "as_str", "as_bytes", "to_vec", "clone", "freeze", "strip"),
    *("trim", "trimIndent", "trimMargin", "toCharArray", "getBytes", "toString", "encode", "bytes"),
    *("as_ref", "into_bytes", "utf8", "data", "c_str", "toUtf8", "ToCharArray", "unpack", "to_str"),
    *("decode", "stripIndent", "dup", "intern", "to_s", "chomp", "encodeToByteArray"),
}
"""Methods that give back the text they are called on, or nearly so."""
_BLANKS = lazy.pattern(rb"\\\s|\s|/\*.*?\*/")
_WRAPS = lazy.pattern(
    r"(?:std\.)?string(?:_view)?|(?:[Ss]tring|str|bytes|bytearray|Buffer|QString|NSString"
    r"|SecretStr|SecretString|Some|Ok|Secret|text|mark_safe|unicode)(?:\.(?:from|new|valueOf))?"
    r"|QStringLiteral|byte|OsString\.from|Cow\.Borrowed|CFSTR|TEXT|_T|pydantic\.SecretStr"
)
"""Functions that give back the text that is their only argument, or nearly so."""
_FORMATS = {"format", "Format", "Sprintf", "sprintf", "stringWithFormat", "formatted"}
"""Functions that put their arguments into the placeholders of a text."""
_JOINS = {"join", "Join", "implode", "concat"}
"""Functions that put the texts of a list together."""
_KINDS: Mapping[str, Kind] = {"number": "number", "boolean": "boolean", "null": "null"}


class Values(Texts):
    """Evaluates nodes of one file."""

    def __init__(self, language: str, content: bytes, roles: dict[str, str]) -> None:
        super().__init__(language, content, roles)
        self.keywords: dict[int, tuple[Node, Node]] = {}
        self.keyword_values: dict[int, Node] = {}
        self.keyword_names: set[int] = set()
        self._known: dict[int, Value] = {}
        self._calls: dict[int, Call] = {}

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
        if role == "arms":
            return Value("choice", None, start, end, tuple(self._arms(node, depth)))
        if role == "expansion":
            return self._expansion(node, depth)
        return self._unknown(node)

    def _arms(self, node: Node, depth: int) -> Iterator[Value]:
        """What each arm of a `match` or `when` gives back."""
        stack, count = [node], 0
        while stack and count < ELEMENTS:
            item = stack.pop()
            for child in self.children(item):
                role = self.roles.get(child.type)
                count += 1
                if role == "arm":
                    if inner := self.children(child):
                        yield self.value(inner[-1], depth)
                elif role == "block":
                    stack.append(child)

    def _operands(self, node: Node) -> tuple[Node, str, Node] | None:
        """Left side, operator and right side, if a node is an operation on two."""
        if self.roles.get(node.type) != "binary":
            return None
        children = self.children(node)
        if len(children) < 2:
            return None
        left, right = children[0], children[-1]
        sign = self.content[left.end_byte : min(right.start_byte, left.end_byte + 200)]
        found = _BLANKS.sub(b"", sign).decode("latin-1")
        return left, found, right

    def _binary(self, node: Node, depth: int) -> Value:
        operands = self._operands(node)
        if operands is None:
            return self._unknown(node)
        left, sign, right = operands
        start, end = node.start_byte, node.end_byte
        if sign == "%":
            first = self.value(left, depth)
            if first.kind == "literal":
                given = self.value(right, depth)
                each = given.parts if given.kind == "collection" else (given,)
                return self._filled(first, each, start, end)
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

    def _of_call(self, node: Node, depth: int) -> Value:
        call = self.call(node, depth)
        receiver = self.call_parts[node.id][2]
        called_on = self._text_called_on(receiver, depth)
        if call.name in _SAME and called_on:
            return called_on[0]
        values = tuple(value for _, value in call.arguments)
        if call.name in _FORMATS:
            first = self.value(receiver, depth) if receiver is not None else None
            filled = (first, *values) if first and first.kind == "literal" else values
            if filled and filled[0].kind == "literal":
                return self._filled(filled[0], filled[1:], node.start_byte, node.end_byte)
        if call.name in _JOINS and (
            joined := self._joined(receiver, called_on, values, node, depth)
        ):
            return joined
        texts = [item for item in values if item.kind in {"literal", "template"}]
        if len(values) == len(texts) == 1 and _WRAPS.fullmatch(call.full_name):
            return texts[0]
        return Value("call", call.full_name, node.start_byte, node.end_byte, called_on, call)

    def _joined(
        self,
        receiver: Node | None,
        called_on: tuple[Value, ...],
        values: tuple[Value, ...],
        node: Node,
        depth: int,
    ) -> Value | None:
        """Texts of a list that are put together with nothing in between."""
        given = values[-1:] if values[-1:] and values[-1].kind == "collection" else ()
        between = called_on or values[:-1]
        if not given and receiver is not None:
            given, between = (self.value(receiver, depth),), values
        if not given or given[0].kind != "collection" or any(item.text for item in between):
            return None
        return self._template(list(given[0].parts), node.start_byte, node.end_byte)

    def _text_called_on(self, receiver: Node | None, depth: int) -> tuple[Value, ...]:
        """The text that a method is called on, if it is one."""
        value = self.value(receiver, depth) if receiver is not None else None
        return (value,) if value and value.kind in {"literal", "template"} else ()

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
