"""The generic reader of programming languages: what a query caught to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.facts import idioms, lines, syntax
from leakhunt.facts.model import Assignment, Call, Facts, Import, Value
from leakhunt.facts.names import MOST, words
from leakhunt.facts.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.facts.model import Form
    from leakhunt.facts.syntax import Match, Node, Tree

_FORMS: tuple[tuple[str, str, Form, str], ...] = (
    ("assignment.name", "assignment.value", "assignment", "="),
    ("field.name", "field.value", "field", "="),
    ("argument.name", "argument.value", "argument", "="),
    ("pair.key", "pair.value", "pair", ":"),
    ("parameter.name", "parameter.value", "parameter", "="),
)
_HERE = lazy.pattern(rb"<<[~-]?[\"'`A-Za-z_]")
"""What may begin a here-document: its text is matched with its start by their order in the file."""
_SIGN = lazy.pattern(r"[^\w\s\"'`()\[\]{},;]+")
_EQUAL = {
    "==",
    "!=",
    "===",
    "!==",
    "=",
    "eq",
    "ne",
    "-eq",
    "-ne",
    "-ceq",
    "-ieq",
    "<>",
    "is",
    "=~",
    "~=",
}
_TEXTS = {"literal", "template"}


class _Raw(NamedTuple):
    """A fact as the query caught it."""

    name: Node
    value: Node
    form: Form
    operator: str


class _Inside(NamedTuple):
    """A stretch of the file whose facts belong to a name."""

    start: int
    end: int
    rank: int
    words: tuple[str, ...]


def read(language: str, content: bytes, near: Sequence[tuple[int, int]] = ()) -> Facts:
    """Read the facts of a source file.

    Args:
        language: a key of `syntax.GRAMMARS`.
        content: the whole file.
        near: the stretches whose facts are wanted, in order; none: all of it.

    Returns:
        Its facts. Without the grammar, or without enough time, those that single lines give.
    """
    grammar = syntax.grammar(language)
    if grammar is None:
        return lines.read(language, content, (f"no grammar for {language}, read line by line",))
    if near and language in {"perl", "ruby"} and _HERE.search(content):
        near = ()
    tree = syntax.parse(grammar, content, near=near)
    if tree is None:
        return lines.read(language, content, ("no time to parse it all, read line by line",))
    return _Reader(language, content, grammar.roles).facts(tree)


class _Reader:
    def __init__(self, language: str, content: bytes, roles: dict[str, str]) -> None:
        self.language = language
        self.content = content
        self.values = Values(language, content, roles)
        self.raw: list[_Raw] = []
        self.comparisons: list[tuple[Node, Node]] = []
        self.returns: list[Node] = []
        self.imports: list[Import] = []
        self.inside: list[_Inside] = []
        self.scopes: set[tuple[int, int]] = set()
        self.receivers: dict[tuple[int, int], Value] = {}
        self.heredocs: tuple[dict[int, Node], dict[int, Node]] = ({}, {})
        self.errors: list[tuple[int, int]] = []
        self.embedded: list[Node] = []

    def facts(self, tree: Tree) -> Facts:
        for _, match in tree.matches:
            self._sort(match)
        starts, bodies = (sorted(d.values(), key=lambda n: n.start_byte) for d in self.heredocs)
        for start, body in zip(starts, bodies, strict=False):
            self.values.heredocs[start.id] = body
        calls = self._calls()
        found = {_place(fact): fact for fact in self._found(calls)}
        for node in self.embedded:
            for fact in lines.assignments("text", self.content, node.start_byte, node.end_byte):
                found.setdefault(_place(fact), fact)
        if tree.root.has_error:
            self._broken(found)
        assignments = self._placed(found.values())
        return Facts(
            self.language,
            assignments,
            tuple(sorted(calls, key=lambda call: (call.start, -call.end, call.name))),
            tuple(sorted(self.imports, key=lambda item: (item.start, item.names))),
            tuple(sorted(self.scopes, key=lambda span: (span[0], -span[1]))),
        )

    # --- Matches, by what they caught

    def _sort(self, match: Match) -> None:
        """Put a match where it belongs; all captures of a pattern are of one kind."""
        if "call" in match:
            self._call(match)
            return
        for key, value, form, sign in _FORMS:
            if key in match:
                self._pair(match, match[key], match[value], form, sign)
                return
        if "comparison.left" in match:
            self.comparisons.append((match["comparison.left"][0], match["comparison.right"][0]))
        elif "comparison" in match:
            # Its sides as parts of the query would take a quarter of the time to compile it.
            whole = match["comparison"][0]
            left, right = whole.child_by_field_name("left"), whole.child_by_field_name("right")
            if left is not None and right is not None and left.is_named and right.is_named:
                self.comparisons.append((left, right))
        elif "import.module" in match:
            self.imports.append(self._import(match))
        elif "return.value" in match:
            self.returns += match["return.value"]
        elif "zip.names" in match:
            columns = self.values.children(match["zip.names"][0])
            cells = self.values.children(match["zip.values"][0])
            self.raw += (_Raw(*both, "pair", "=") for both in zip(columns, cells, strict=False))
        else:
            self._around(match)

    def _around(self, match: Match) -> None:
        """Classes and functions, here-documents, errors."""
        for whole in match.get("scope", ()):
            own = self.values.name(match["scope.name"][0]) if "scope.name" in match else ()
            self.inside.append(_Inside(whole.start_byte, whole.end_byte, 1, own))
        for whole in match.get("function", ()):
            self.scopes.add((whole.start_byte, whole.end_byte))
        for number, key in enumerate(("heredoc.start", "heredoc.body")):
            self.heredocs[number].update((node.id, node) for node in match.get(key, ()))
        self.errors += ((node.start_byte, node.end_byte) for node in match.get("error", ()))
        self.embedded += match.get("embedded", ())

    def _pair(
        self, match: Match, names: list[Node], values: list[Node], form: Form, sign: str
    ) -> None:
        roles = self.values.roles
        if form == "argument":
            if "argument" in match:
                self.values.keywords[match["argument"][0].id] = (names[0], values[0])
            self.values.keyword_values[values[0].id] = names[0]
            self.values.keyword_names.add(names[0].id)
        if len(names) == 1 and roles.get(names[0].type) == "names":
            names = self.values.children(names[0]) or names
        if len(values) == 1 and roles.get(values[0].type) in {"names", "collection"} and names[1:]:
            values = self.values.children(values[0])
        for name, value in zip(names, values, strict=False):
            self.raw.append(_Raw(name, value, form, sign))

    def _call(self, match: Match) -> None:
        whole, name = match["call"][0], match["call.name"][0]
        if whole.id in self.values.call_parts:
            return
        receiver = match.get("call.receiver", [None])[0]
        if "call.arguments" in match:
            holder = match["call.arguments"][0]
            arguments = self.values.children(holder)
            start, end = holder.start_byte, holder.end_byte
            if self.values.roles.get(holder.type) in {"string", "reference", "text"}:
                arguments = [holder]
        else:
            arguments = match.get("call.argument") or [
                child for child in self.values.children(whole) if child.start_byte >= name.end_byte
            ]
            start, end = name.end_byte, whole.end_byte
        self.values.call_parts[whole.id] = (whole, name, receiver, arguments)
        before = self.values.name(receiver) if receiver else ()
        self.inside.append(_Inside(start, end, 2, before + self.values.name(name)))

    def _import(self, match: Match) -> Import:
        node = match["import.module"][0]
        names = tuple(
            ".".join(words(self.values.source(name))) for name in match.get("import.name", ())
        )
        alias = [self.values.source(name) for name in match.get("import.alias", ())]
        source = self.values.source(node).removeprefix(b"import ").strip(b"\"'<>` ")
        module = source.decode("utf-8", "replace")
        short = alias[0].decode("utf-8", "replace") if alias else None
        whole = match.get("import", [node])[0]
        return Import(module[:512], names, short, whole.start_byte, whole.end_byte)

    # --- Facts

    def _calls(self) -> list[Call]:
        calls = []
        for whole, _, receiver, _ in list(self.values.call_parts.values()):
            call = self.values.call(whole)
            if receiver is not None and self.values.roles.get(receiver.type) == "string":
                self.receivers[call.start, call.end] = self.values.value(receiver)
            if call.name:
                calls.append(call)
        return calls

    def _found(self, calls: list[Call]) -> Iterator[Assignment]:
        """All facts, without what is around them; of two for one place the last one stays."""
        for call in calls:
            yield from idioms.settings(call, self.receivers.get((call.start, call.end)))
        for left, right in self.comparisons:
            yield from self._comparison(left, right)
        for node in self.returns:
            value = self.values.value(node)
            if value.kind in {*_TEXTS, "choice", "call"}:
                yield Assignment("", (), value, node.start_byte, node.end_byte, "return", "return")
        for raw in reversed(self.raw):
            fact = self._assignment(raw)
            if fact:
                yield fact

    def _assignment(self, raw: _Raw) -> Assignment | None:
        own = self.values.name(raw.name)
        if self.values.roles.get(raw.name.type) == "pattern":
            return None
        if not own or raw.value.start_byte == raw.value.end_byte:
            return None
        value = self.values.value(raw.value)
        start, end = raw.name.start_byte, max(raw.name.end_byte, raw.value.end_byte)
        self.inside.append(_Inside(raw.value.start_byte, raw.value.end_byte, 0, own))
        between = self.content[raw.name.end_byte : min(raw.value.start_byte, start + 400)]
        signs = _SIGN.findall(between.decode("latin-1"))
        sign = signs[-1][:8] if signs else raw.operator
        return Assignment(own[-1], own, value, start, end, sign, raw.form)

    def _comparison(self, left: Node, right: Node) -> Iterator[Assignment]:
        sign = self.content[left.end_byte : min(right.start_byte, left.end_byte + 40)]
        operator = sign.decode("latin-1").strip().lower()
        if operator not in _EQUAL:
            return
        sides = self.values.value(left), self.values.value(right)
        for value, other in (sides, sides[::-1]):
            if value.kind in {"reference", "call"} and other.kind in _TEXTS:
                own = tuple((value.text or "").split("."))
                if own[-1]:
                    start, end = left.start_byte, right.end_byte
                    yield Assignment(own[-1], own, other, start, end, operator, "comparison")
                    return

    def _broken(self, found: dict[tuple[int, int, str], Assignment]) -> None:
        """Where the syntax is broken, take what single lines tell and nothing else did."""
        seen = {fact.value.start for fact in found.values()}
        seen |= {part.start for fact in found.values() for part in fact.value.parts}
        for start, end in _lines(self.content, self.errors):
            for fact in lines.assignments(self.language, self.content, start, end):
                if fact.value.start not in seen:
                    found[_place(fact)] = fact

    def _placed(self, facts: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """Facts by offset, each with the names around it as its path."""
        around = sorted(set(self.inside), key=lambda item: (item.start, -item.end, item[2:]))
        placed: list[Assignment] = []
        stack: list[_Inside] = []
        next_one = 0
        for fact in sorted(facts, key=_order):
            while next_one < len(around) and around[next_one].start <= fact.start:
                item = around[next_one]
                next_one += 1
                while stack and stack[-1].end <= item.start:
                    stack.pop()
                stack.append(item)
            stack = [item for item in stack if item.end > fact.start]
            outer = tuple(
                word for item in stack[-MOST:] if item.end >= fact.end for word in item.words
            )
            path = (*outer, *fact.path)[-MOST:]
            if path:
                placed.append(_with_path(fact, path))
        return tuple(placed)


def _order(fact: Assignment) -> tuple[int, int, int, str, str]:
    return fact.start, fact.value.start, fact.end, fact.form, fact.name


def _place(fact: Assignment) -> tuple[int, int, str]:
    """What two facts have in common if they are one, caught twice."""
    return fact.value.start, fact.value.end, fact.name


def _with_path(fact: Assignment, path: tuple[str, ...]) -> Assignment:
    return Assignment(
        path[-1], path, fact.value, fact.start, fact.end, fact.operator, fact.form, fact.comment
    )


def _lines(content: bytes, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines that spans touch, each line once."""
    start, end = 0, -1
    for first, last in sorted(set(spans)):
        if first > end:
            if end >= 0:
                yield start, end
            start, end = first, first
        if last >= end:
            stop = content.find(b"\n", last)
            end = len(content) if stop < 0 else stop
    if end >= 0:
        yield start, end


__all__ = ["Value", "read"]
