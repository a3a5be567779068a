"""YAML, JSON and HCL as trees, made of the scalars that the readers of formats give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy, numbers
from leakhunt.exposure.argv import expand
from leakhunt.facts.formats import block, hcl
from leakhunt.facts.formats.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.facts.formats.entries import Entry

MERGES = 200
"""Anchors of a file that are followed."""
EXPANDED = 500_000
"""Nodes that a document may have once its aliases are filled in; else they are left as they are."""

_ANCHOR = lazy.pattern(rb"(?m)^(?P<line>[^\n#&]*?)&(?P<name>[\w.-]{1,80})(?=\s|$)")
_ALIASED = lazy.pattern(rb"(?m)(?::|-|<<:)[ \t]+\*[\w.-]+[ \t]*(?:#[^\n]*)?$|<<:[ \t]*\[")
_ALIAS = lazy.pattern(r"[\w.-]+")
_BREAK = lazy.pattern(rb"(?m)^---(?:[ \t][^\n]*)?\r?$")
_SCHEMA = lazy.pattern(rb"(?m)^kind:[ \t]*['\"]?CustomResourceDefinition\b")
_COMMENTED = bytes(10 if byte == 10 else 35 for byte in range(256))
"""Every byte but the end of a line as the sign of a comment."""


class Node:
    """A map, a list or a scalar.

    Attributes:
        children: what lies in it by key, in order; elements of lists have numbers for keys.
        text: of a scalar what the program sees, with defaults of variables put in; else None.
        kind: of a scalar the kind of its value; else empty.
        start: where it begins, in bytes: its key, or the scalar.
        value: where the scalar begins and ends; of a collection, of what lies in it.
        style: of a scalar how it is written: `block`, ...
    """

    __slots__ = ("children", "kind", "start", "style", "text", "value")

    def __init__(self, start: int) -> None:
        self.children: dict[str | int, Node] = {}
        self.text: str | None = None
        self.kind = ""
        self.start = start
        self.value = (start, start)
        self.style = ""

    def get(self, *path: str) -> Node | None:
        """Return what lies below some keys, or None; keys are compared without case."""
        node: Node | None = self
        for key in path:
            if node is None:
                return None
            found = node.children.get(key)
            if found is None:
                low = key.lower()
                found = next(
                    (
                        c
                        for k, c in node.children.items()
                        if isinstance(k, str) and k.lower() == low
                    ),
                    None,
                )
            node = found
        return node

    def string(self, *path: str) -> str:
        """Return the text below some keys, or an empty text."""
        node = self.get(*path)
        return (node.text or "") if node is not None else ""

    def is_true(self, *path: str) -> bool:
        """Say whether what lies there is true."""
        return self.string(*path).lower() in {"true", "yes", "on", "1"}

    def number(self, *path: str) -> int | None:
        """Return the number below some keys, or None."""
        return numbers.whole(self.string(*path))

    def elements(self) -> list[Node]:
        """Return the elements of a list; a scalar or a map counts as one."""
        listed = [child for key, child in self.children.items() if isinstance(key, int)]
        if listed:
            return listed
        return [self] if self.children or self.text is not None else []

    def keyed(self) -> list[tuple[str, Node]]:
        """Return the entries of a map."""
        return [(key, child) for key, child in self.children.items() if isinstance(key, str)]

    def texts(self) -> list[str]:
        """Return the texts of a list, or of the one scalar."""
        return [node.text for node in self.elements() if node.text is not None]

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield everything below with its keys, in order."""
        stack: list[tuple[tuple[str, ...], Node]] = [((), self)]
        while stack:
            path, node = stack.pop()
            yield path, node
            for key, child in reversed(node.children.items()):
                stack.append(((*path, key) if isinstance(key, str) else path, child))


def yaml(content: bytes, lookup: Callable[[str], str | None] | None = None) -> list[Node]:
    """Return the documents of a YAML file, with merged maps and aliases filled in."""
    listed = [entries for entries in block.documents(content) if entries]
    found = [made(entries, lookup) for entries in listed]
    if _ALIASED.search(content) and _ANCHOR.search(content):
        for number, document in enumerate(found):
            _merge(document, content)
            if not _ends(document):
                found[number] = made(listed[number], lookup)
    for document in found:
        for _, node in document.walk():
            if node.kind == "reference":  # a template, or an alias that leads nowhere
                node.text = "${}"
    return found


def without_schemas(content: bytes) -> bytes:
    """Make comments of the documents of a YAML file that describe others; places stay as they are.

    A release of an operator has megabytes of them, and they open nothing.
    """
    if b"CustomResourceDefinition" not in content:
        return content
    parts, start = [], 0
    for end in (*(match.start() for match in _BREAK.finditer(content)), len(content)):
        part = content[start:end]
        parts.append(part.translate(_COMMENTED) if _SCHEMA.search(part) else part)
        start = end
    return b"".join(parts)


def json(content: bytes) -> list[Node]:
    """Return the documents of a JSON file, of which there may be one a line."""
    found, _ = Flow(content).read(0, len(content), ())
    return [_unwrapped(made(entries, None)) for entries in found if entries]


def _unwrapped(root: Node) -> Node:
    """A value at the top lies in a list of its own."""
    only = list(root.children.items())
    return only[0][1] if len(only) == 1 and isinstance(only[0][0], int) else root


def terraform(content: bytes) -> Node:
    """Return an HCL file; the words of a block's head are keys, and each block is an element."""
    return made(hcl.entries(content), None)


def made(entries: Sequence[Entry], lookup: Callable[[str], str | None] | None) -> Node:
    """Make a tree of scalars.

    Args:
        entries: scalars in the order of the file.
        lookup: returns the value of a variable, or None.
    """
    root = Node(entries[0].start if entries else 0)
    for entry in entries:
        node = root
        for step in entry.path:
            child = node.children.get(step)
            if child is None:
                child = node.children[step] = Node(entry.start)
            child.value = (child.value[0], max(child.value[1], entry.value.end))
            node = child
        node.kind, node.style = entry.value.kind, entry.style
        node.value = (entry.value.start, entry.value.end)
        node.text = _text(entry, lookup or _nothing)
        if node.kind == "reference" and lookup and lookup(entry.value.text or "") is not None:
            node.kind = "constant"  # a variable, and no alias
    root.value = (root.start, entries[-1].value.end if entries else 0)
    return root


def _nothing(_: str) -> None:
    return None


def _text(entry: Entry, lookup: Callable[[str], str | None]) -> str | None:
    value = entry.value
    if value.kind in {"template", "choice"}:
        return (
            "".join(_part(part, lookup) for part in value.parts)
            if value.kind == "template"
            else (_part(value, lookup))
        )
    if value.kind == "reference":
        known = lookup(value.text or "")
        return known if known is not None else "${}" if entry.style != "bare" else value.text
    if value.kind == "null":
        return ""
    text = value.text
    return expand(text, lookup) if text and "$" in text else text


def _part(part: object, lookup: Callable[[str], str | None]) -> str:
    from leakhunt.facts.model import Value

    assert isinstance(part, Value)
    if part.kind == "choice":
        for one in part.parts:
            if one.kind == "reference":
                known = lookup(one.text or "")
                if known is not None:
                    return known
            elif one.text is not None:
                return one.text
        return "${}"
    if part.kind == "template":
        return "".join(_part(one, lookup) for one in part.parts)
    if part.kind == "reference":
        return lookup(part.text or "") or "${}"
    return part.text or ""


def _merge(root: Node, content: bytes) -> None:
    """Fill in aliases: `<<: *name`, and `key: *name`."""
    anchors = _anchors(root, content)
    if not anchors:
        return
    count = 0
    for _, node in list(root.walk()):
        for key, child in list(node.children.items()):
            if child.kind != "reference" or (child.text is None and key != "<<"):
                continue
            named = _ALIAS.findall(child.text or "")
            target = anchors.get(named[0]) if named else None
            if target is None or target is node or count > MERGES:
                continue
            count += 1
            if key == "<<":
                del node.children["<<"]
                for name, inner in target.children.items():
                    node.children.setdefault(name, inner)
            else:
                node.children[key] = target
        merged = node.children.get("<<")
        for element in merged.elements() if merged is not None and merged.children else ():
            target = anchors.get(element.text or "")
            for name, inner in target.children.items() if target is not None else ():
                node.children.setdefault(name, inner)


def _ends(root: Node) -> bool:
    """Whether nothing lies in itself, and all aliases together make no more than is sane."""
    sizes: dict[int, int] = {}
    above: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, known = stack.pop()
        if known:
            above.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in node.children.values())
        elif id(node) in above:
            return False
        elif id(node) not in sizes:
            above.add(id(node))
            stack.append((node, True))
            stack += ((child, False) for child in node.children.values())
    return sizes[id(root)] <= EXPANDED


def _anchors(root: Node, content: bytes) -> dict[str, Node]:
    """Anchored nodes by name: the key on whose line the anchor stands."""
    starts = {node.start: node for path, node in reversed(list(root.walk())) if path}
    by_key: dict[tuple[str, int], Node] = {}
    for path, node in root.walk():
        if path:
            by_key.setdefault((path[-1], content.count(b"\n", 0, node.start)), node)
    found: dict[str, Node] = {}
    parents = [(path, node) for path, node in root.walk() if path]
    for match in _ANCHOR.finditer(content):
        key = (
            match["line"].decode("utf-8", "replace").strip().lstrip("- ").rstrip(": ").strip("\"'")
        )
        candidates = [
            node
            for path, node in parents
            if path[-1] == key
            and node.value[1] >= match.start()
            and node.start <= match.end() + 4000
        ]
        below = [node for node in candidates if node.children]
        if below:
            found[match["name"].decode()] = min(
                below, key=lambda node: abs(_first(node) - match.end())
            )
    del starts, by_key
    return found


def _first(node: Node) -> int:
    while node.children:
        node = next(iter(node.children.values()))
    return node.start
