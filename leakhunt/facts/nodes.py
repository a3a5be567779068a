"""The nodes of a file's syntax tree, and what its language calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Value
from leakhunt.facts.names import LONGEST, words
from leakhunt.facts.quoting import unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.syntax import Node

DEPTH = 48
"""Values nested deeper are unknown."""
ELEMENTS = 2000
"""Elements of a list, pieces of a concatenation and arguments of a call that are read."""

_ELEMENT = lazy.pattern(rb"\((\"[^\"()]*\")\)")
_HOLDS_ONE = {"wrapper", "last", "binary", "names", "element"}


class Nodes:
    """Looks at nodes of one file.

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
        self.heredocs: dict[int, Node] = {}

    def value(self, node: Node, depth: int = 0) -> Value:
        """Return the value of a node; never raises."""
        raise NotImplementedError

    def source(self, node: Node) -> bytes:
        """Return the bytes of a node."""
        return self.content[node.start_byte : node.end_byte]

    def children(self, node: Node) -> list[Node]:
        """Return what a node is made of, without comments and what the language skips."""
        roles = self.roles
        found: list[Node] = []
        for child in node.named_children[:ELEMENTS]:
            kind = child.type  # made anew each time that it is asked for
            role = roles.get(kind)
            if role == "spread":
                found += self.children(child)
            elif role != "skip" and "comment" not in kind:
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

    def _unwrapped(self, node: Node) -> Node:
        """Descend through nodes that only hold another one."""
        roles = self.roles
        for _ in range(DEPTH * 4):
            role = roles.get(node.type)
            if role not in _HOLDS_ONE or node.id in self.call_parts:
                break
            children = self.children(node)
            if not children or (role in {"binary", "names"} and len(children) != 1):
                break
            node = children[-1 if role in {"last", "element"} else 0]
        return node

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
