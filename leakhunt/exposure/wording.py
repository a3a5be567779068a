"""Which words a text holds: one pass of hyperscan for all that exposure looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import built, cache, derived

if TYPE_CHECKING:
    from collections.abc import Callable

    import hyperscan


def build(words: tuple[str, ...]) -> tuple[str, bytes]:
    """Compile what a package is shipped with.

    Args:
        words: expressions.

    Returns:
        What changes when they do, and the database.
    """
    import hyperscan

    return repr(words), hyperscan.dumpb(_compiled(words))


def searcher(words: tuple[str, ...]) -> Callable[[bytes | memoryview], set[int]]:
    """Return a function that says which words a text holds, each once, by their number.

    Args:
        words: expressions.
    """
    database = _database(words)
    seen: set[int] = set()

    def collect(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        seen.add(number)

    def search(content: bytes | memoryview) -> set[int]:
        seen.clear()
        database.scan(content, match_event_handler=collect)  # type: ignore[type-var]
        return seen

    return search


def _database(words: tuple[str, ...]) -> hyperscan.Database:
    import hyperscan

    name = cache.key("ports", cache.code_stamp(), cache.version(hyperscan), repr(words))
    data = None if derived.refused() else cache.read(name)
    fresh = data is None
    if data is None:
        data = built.read("ports", repr(words), cache.version(hyperscan))
    if data is not None:
        try:
            kept = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
            kept.scratch = hyperscan.Scratch(kept)
        except hyperscan.HyperscanError:
            pass  # written by another build or for another CPU: compile again
        else:
            if fresh and not derived.refused():
                cache.write(name, data)
            return kept
    database = _compiled(words)
    if not derived.refused():
        cache.write(name, hyperscan.dumpb(database))
    return database


def _compiled(words: tuple[str, ...]) -> hyperscan.Database:
    import hyperscan

    database = hyperscan.Database()
    database.compile(
        expressions=[word.encode() for word in words],
        ids=list(range(len(words))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(words),
    )
    return database
