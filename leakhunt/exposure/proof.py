"""Runs the examples and counterexamples of rows: what a row promises is what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt.exposure import gate, reading
from leakhunt.exposure.model import Scope
from leakhunt.facts.syntax import GRAMMARS, grammar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.exposure.rows import Row

PATHS = {
    "bash": "example.sh",
    "c": "example.c",
    "cpp": "example.cpp",
    "csharp": "Example.cs",
    "go": "example.go",
    "java": "Example.java",
    "javascript": "example.js",
    "kotlin": "Example.kt",
    "php": "example.php",
    "python": "example.py",
    "ruby": "example.rb",
    "rust": "example.rs",
    "scala": "Example.scala",
}
"""What the file of an example is called, by language."""


class Fault(NamedTuple):
    """An example that does not hold."""

    row: Row
    kind: str
    """`missing`: an example is not found; `noisy`: a counterexample is; `unseen`: the gate misses
    an example, so that a scan would not look at its file."""
    number: int
    """Which one, from 1."""


def path_of(row: Row) -> str:
    """Return what the file of a row's examples is called."""
    return row.example_path or PATHS[row.languages[0]]


def finds(row: Row, text: str) -> bool:
    """Say whether a row finds something open in a text."""
    found = reading.read(path_of(row), text.encode())
    if found is None:
        return False
    items = [(one.signature, one.scope) for one in found.listeners]
    items += [(one.signature, one.scope) for one in found.publications]
    return (row.id, Scope.WILDCARD) in items


def unread(row: Row) -> bool:
    """Say whether the language of a row's examples is read line by line: no grammar is there."""
    language = row.languages[0] if row.languages else ""
    return language in GRAMMARS and grammar(language) is None


def faults(rows: Iterable[Row]) -> Iterator[Fault]:
    """Yield every example that does not hold.

    Args:
        rows: which ones to try; those in languages whose grammar is not installed are left out.
    """
    for row in rows:
        if row.form == "check" or unread(row):
            continue
        for number, text in enumerate(row.examples, 1):
            if not finds(row, text):
                yield Fault(row, "missing", number)
            elif not gate.promising(path_of(row), text.encode()):
                yield Fault(row, "unseen", number)
        for number, text in enumerate(row.counterexamples, 1):
            if finds(row, text):
                yield Fault(row, "noisy", number)
