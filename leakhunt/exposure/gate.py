"""A cheap look at a file: may it open or publish a port at all? Parsing costs a hundred times more."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import cache
from leakhunt.exposure import rows
from leakhunt.facts.languages import language_of
from leakhunt.globs import expand, name_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import hyperscan

    from leakhunt.exposure.rows import Row

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]{2,}")


class _Need(NamedTuple):
    """When a file is worth reading for a row: one word of each group, and its name."""

    groups: tuple[frozenset[int], ...]
    files: tuple[str, ...]


class Gate(NamedTuple):
    """All that is looked for at once."""

    search: Callable[[bytes | memoryview], set[int]]
    needs: dict[str, tuple[_Need, ...]]


def promising(path: str, content: bytes | memoryview) -> bool:
    """Say whether a file may open or publish a port.

    Args:
        path: its path.
        content: all of it.
    """
    language = language_of(path, bytes(content[:16_384]))
    made = gate()
    needs = made.needs.get(language)
    if not needs:
        return False
    seen = made.search(content)
    return bool(seen) and any(_met(need, seen, path) for need in needs)


def _met(need: _Need, seen: set[int], path: str) -> bool:
    if not all(group & seen for group in need.groups):
        return False
    return not need.files or any(name_matches(glob, path) for glob in need.files)


@functools.cache
def gate() -> Gate:
    """Return the gate over all rows."""
    numbers: dict[str, int] = {}

    def numbered(words: frozenset[str]) -> frozenset[int]:
        return frozenset(numbers.setdefault(word, len(numbers)) for word in sorted(words))

    needs: dict[str, list[_Need]] = {}
    for row in rows.load():
        for groups in _groups(row):
            need = _Need(tuple(map(numbered, groups)), row.files)
            for language in row.languages:
                needs.setdefault(language, []).append(need)
    return Gate(_searcher(tuple(numbers)), {key: tuple(value) for key, value in needs.items()})


def _groups(row: Row) -> Iterator[list[frozenset[str]]]:
    """Groups of words of which a file must hold one each."""
    common = [frozenset(row.gates)] if row.gates else []
    common += [frozenset(map(_last, row.requires))] if row.requires else []
    common += [frozenset(row.needs)] if row.needs else []
    names: dict[str, set[str]] = {}
    for call in (name for text in row.calls for name in expand(text)):
        words = [word for word in re.split(r"\*+|\.(?=[^/]*$)", call) if _WORD.search(word or "")]
        first = _WORD.findall(call.partition(".")[0]) if "/" not in call else [_last(call.rpartition(".")[0])]
        last = call.rpartition(".")[2]
        names.setdefault(last, set()).update(first[-1:] or words[:1])
    for last, firsts in names.items():
        group = frozenset(firsts)
        yield [frozenset({last}), *([group] if firsts and firsts != {last} else []), *common]
    for word in row.loose:
        imports = frozenset(map(_last, row.imports))
        yield [frozenset({word}), *([imports] if imports else []), *common]
    for path in (name for text in row.paths for name in expand(text)):
        imports = frozenset(map(_last, row.imports))
        yield [frozenset({path.rpartition(".")[2]}), *([imports] if imports else []), *common]


def _last(module: str) -> str:
    """The word of a module's name that its import must hold."""
    found: list[str] = _WORD.findall(module)
    found = [word for word in found if not re.fullmatch(r"v\d+", word)]
    return found[-1] if found else module


def _database(words: tuple[str, ...]) -> hyperscan.Database:
    import importlib.metadata

    import hyperscan

    version = importlib.metadata.version("hyperscan")
    name = cache.key("ports", cache.code_stamp(), version, repr(words))
    if data := cache.read(name):
        try:
            kept = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
            kept.scratch = hyperscan.Scratch(kept)
        except hyperscan.HyperscanError:
            pass  # written by another build or for another CPU: compile again
        else:
            return kept
    database = hyperscan.Database()
    database.compile(
        expressions=[_expression(word).encode() for word in words],
        ids=list(range(len(words))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(words),
    )
    cache.write(name, hyperscan.dumpb(database))
    return database


def _expression(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if re.fullmatch(r"\w+", word) else re.escape(word)


def _searcher(words: tuple[str, ...]) -> Callable[[bytes | memoryview], set[int]]:
    """Return a function that says which words a text holds, each once, by their number."""
    database = _database(words)
    seen: set[int] = set()

    def collect(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        seen.add(number)

    def search(content: bytes | memoryview) -> set[int]:
        seen.clear()
        database.scan(content, match_event_handler=collect)  # type: ignore[type-var]
        return seen

    return search
