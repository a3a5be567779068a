"""The calls and settings that rows are about, by their last words."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.exposure import rows
from leakhunt.globs import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.rows import Row

BY_NAME = {"go", "python", "javascript", "typescript", "tsx"}
"""Languages in which an import names all that it brings in."""


class Pattern(NamedTuple):
    """A call of a row."""

    row: Row
    expression: re.Pattern[str] | None
    """None: any receiver."""
    prefix: str
    """What must be imported if the name stands without it; empty: the name is whole."""


@functools.cache
def patterns(language: str) -> dict[str, tuple[Pattern, ...]]:
    """Return what calls of a language to look at, by the last word of their names."""
    found: dict[str, list[Pattern]] = {}
    for row in rows.load():
        if language not in row.languages:
            continue
        for call in (name for text in row.calls for name in expand(text)):
            last = re.split(r"[.]", call)[-1]
            found.setdefault(last, []).extend(_of_call(row, call, language))
        for text in row.loose:
            found.setdefault(text, []).append(Pattern(row, None, ""))
    return {name: tuple(items) for name, items in found.items()}


@functools.cache
def settings(language: str) -> dict[str, tuple[tuple[Row, tuple[str, ...]], ...]]:
    """Return what settings of a language to look at, by their last word."""
    found: dict[str, list[tuple[Row, tuple[str, ...]]]] = {}
    for row in rows.load():
        if language in row.languages and row.form == "sink":
            for path in (name for text in row.paths for name in expand(text)):
                words = tuple(path.split("."))
                found.setdefault(words[-1], []).append((row, words))
    return {name: tuple(items) for name, items in found.items()}


def _of_call(row: Row, call: str, language: str) -> Iterator[Pattern]:
    """The name in full, and without its package where that can be imported as a whole."""
    yield Pattern(row, _expression(call), "")
    words = call.split(".")
    if language in BY_NAME:
        return
    for count in range(1, len(words)):
        if words[count][:1].isupper() or language in {"cpp", "c", "rust", "kotlin", "ruby"}:
            yield Pattern(row, _expression(".".join(words[count:])), ".".join(words[:count]))


def _expression(call: str) -> re.Pattern[str]:
    escaped = re.escape(call).replace(r"\*\*", "\0").replace(r"\*", "[^.]+")
    return re.compile(escaped.replace("\0", ".+"))
