"""Reads the tables of cases: sources with marked texts, and the facts that they hold.

A case begins with `=== name`, or `=== name @ path`; what is before the first one is the path of
all others, if it is not made of the name of the language. Its source has `«` and `»` around every
text that a fact points at. Behind a line `---` come its facts, one a line: form, path, operator,
value; then calls, imports.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts import Facts, Value

FOLDER = Path(__file__).parent / "cases"
SUFFIX = {
    "bash": "sh",
    "csharp": "cs",
    "elixir": "ex",
    "javascript": "js",
    "kotlin": "kt",
    "objc": "mm",
    "perl": "pl",
    "powershell": "ps1",
    "python": "py",
    "ruby": "rb",
    "rust": "rs",
    "typescript": "ts",
}


class Case(NamedTuple):
    """One row: a source, what it says, and where the texts lie."""

    language: str
    name: str
    content: bytes
    spans: list[tuple[int, int]]
    expected: list[str]
    own_path: str = ""

    @property
    def path(self) -> str:
        return self.own_path or f"src/file.{SUFFIX.get(self.language, self.language)}"


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    for file in sorted(folder.glob("*.txt")):
        yield from cases_of(file)


def cases_of(file: Path) -> Iterator[Case]:
    common, *blocks = re.split(r"(?m)^=== ", file.read_text("utf-8"))
    for block in blocks:
        name, _, rest = block.partition("\n")
        name, _, path = name.partition(" @ ")
        source, _, expected = rest.rpartition("\n---\n")
        content, spans = unmarked(source + "\n" if expected or "\n---" in rest else source)
        rows = expected.split("\n")[:-1]
        yield Case(file.stem, name, content, spans, rows, path or common.strip())


def unmarked(source: str) -> tuple[bytes, list[tuple[int, int]]]:
    """The source without its marks, and the spans in bytes that they stood around."""
    content, starts, spans = b"", [], []
    for piece in re.split("([«»])", source):
        if piece == "«":
            starts.append(len(content))
        elif piece == "»":
            spans.append((starts.pop(), len(content)))
        else:
            content += piece.encode()
    return content, sorted(spans)


def shown(value: Value) -> str:
    """A value on one line."""
    if value.kind == "literal":
        return f"{value.decoded}({value.text!r})" if value.decoded else repr(value.text)
    if value.kind == "template":
        return "template(" + " + ".join(map(shown, value.parts)) + ")"
    if value.kind in {"choice", "collection"}:
        return f"{value.kind}(" + ", ".join(map(shown, value.parts)) + ")"
    if value.call:
        return f"{value.call.full_name}({arguments(value)})"
    return f"{value.kind}:{value.text}" if value.text else value.kind


def arguments(value: Value) -> str:
    assert value.call
    return ", ".join(f"{k}={shown(v)}" if k else shown(v) for k, v in value.call.arguments)


def rows(facts: Facts) -> list[str]:
    """Facts as a table of cases has them."""
    out = [
        f"{fact.form} {'/'.join(fact.path)} {fact.operator} {shown(fact.value)}"
        for fact in facts.assignments
    ]
    for call in facts.calls:
        values = ", ".join(f"{k}={shown(v)}" if k else shown(v) for k, v in call.arguments)
        out.append(f"call {call.full_name}({values})")
    out += [f"import {i.module} {','.join(i.names)} as {i.alias}" for i in facts.imports]
    return [row.rstrip() for row in out]


def leaves(value: Value) -> Iterator[Value]:
    """All texts in a value."""
    if value.kind == "literal":
        yield value
    for part in value.parts:
        yield from leaves(part)
    if value.call:
        for _, argument in value.call.arguments:
            yield from leaves(argument)


def literals(facts: Facts) -> list[Value]:
    """All texts that facts point at, each place once, in order."""
    found = [leaf for fact in facts.assignments for leaf in leaves(fact.value)]
    found += [leaf for call in facts.calls for _, value in call.arguments for leaf in leaves(value)]
    by_place = {(leaf.start, leaf.end): leaf for leaf in found}
    return [by_place[place] for place in sorted(by_place)]
