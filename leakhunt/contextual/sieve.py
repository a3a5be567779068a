"""What a line has at least, found in one pass: of many ways to write a secret few are worth a try.

Each way has its own expression, which `re` tries on a line one after the other. Hyperscan looks
for the least that all of them need at once. That pays only where there are many lines to judge, in
the history of a repository: the first lines are judged without.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import built, cache, derived
from leakhunt.contextual import (
    arrays,
    calls,
    directives,
    formats,
    hints,
    inserts,
    keys,
    lists,
    logged,
    quotes,
    told,
    turns,
)
from leakhunt.contextual.gates import CODES, FOREIGN, NAMES, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable

    import hyperscan

EARLY = 40
"""Lines that are judged without, if the database lies in the cache: reading it takes as long."""
MANY = 1500
"""Lines that are judged without, if it does not: making it takes as long as these."""

CALLS, INSERTS, LISTS, KEYS, QUOTES, FORMATS, TOLD, DIRECTIVE, HEADER, LOGGED, ARRAYS = range(11)
"""Ways to write a secret, by number."""
_HEADER = (rb"(?:bearer|basic)[ \t\\]",)
_WAYS = (
    *((CALLS, least) for least in calls.LEAST),
    *((INSERTS, least) for least in inserts.LEAST),
    *((LISTS, least) for least in lists.LEAST),
    *((KEYS, least) for least in keys.LEAST),
    *((QUOTES, least) for least in quotes.LEAST),
    *((FORMATS, least) for least in formats.LEAST),
    *((TOLD, least) for least in told.LEAST),
    *((DIRECTIVE, least) for least in directives.LEAST),
    *((HEADER, least) for least in _HEADER),
    *((LOGGED, least) for least in logged.LEAST),
    *((ARRAYS, least) for least in arrays.LEAST),
    *enumerate(hints.LEAST, HALVES := 11),
)
TURNS = HALVES + len(hints.LEAST)
"""The first of the turns of phrase, which follow."""
_EXPRESSIONS = (*_WAYS, *enumerate(turns.LEAST, TURNS))
_WORDS = (
    NAMES.encode(),
    rf"(?:{SHORT}|otp|mfa|psw|bearer)".encode(),
    FOREIGN.encode(),
    CODES.encode(),
    rb"(?:identified|key)",
)
"""Words of names. Each by itself: of those that end in one place only the longest is told."""
_WORD = TURNS + len(turns.LEAST)
_CALLED = _WORD + 1
"""Names of functions. What opens behind them is looked at here: as parts of the expressions it
would make compiling these take ten times as long."""


class Sifted(NamedTuple):
    """What a line may say."""

    ways: frozenset[int]
    """In which ways."""
    words: list[int]
    """Where the words of names may begin, ascending."""

    @property
    def halves(self) -> frozenset[int]:
        """The numbers of what it has of halves of pairs."""
        return frozenset(way - HALVES for way in self.ways if HALVES <= way < TURNS)

    @property
    def turns(self) -> list[int]:
        """The numbers of the turns of phrase, ascending."""
        return sorted(way - TURNS for way in self.ways if way >= TURNS)


def may(sifted: Sifted | None) -> Callable[[int], bool]:
    """Return what says whether one of the ways is worth a try."""
    return sifted.ways.__contains__ if sifted else _any


def _any(_: int) -> bool:
    return True


class Sieve:
    """Tells of lines in which ways they may give a secret away."""

    def __init__(self) -> None:
        self._judged = 0
        self._database: hyperscan.Database | None = None
        self._found: list[int] = []
        self._starts: list[int] = []
        self._called: list[int] = []
        found, starts, called = self._found.append, self._starts.append, self._called.append

        def collect(number: int, start: int, end: int, _flags: int, _context: object) -> None:
            if number < _WORD:
                found(number)
            elif number == _WORD:
                starts(start)
            else:
                called(end)

        self._collect = collect

    def sifted(self, line: bytes) -> Sifted | None:
        """Return what a line may say, or None if that is not known.

        Args:
            line: a line, or a part of a long one.
        """
        if self._database is None:
            self._judged += 1
            if self._judged in (EARLY, MANY):
                self._database = _kept() or (_made() if self._judged == MANY else None)
            return None
        self._found.clear()
        self._starts.clear()
        self._called.clear()
        self._database.scan(line, match_event_handler=self._collect)
        if self._called and any(calls.opens(line, end) for end in self._called):
            self._found.append(CALLS)
        return Sifted(frozenset(self._found), sorted(set(self._starts)))


def _name() -> str:
    import hyperscan

    return cache.key("sieve", cache.code_stamp(), cache.version(hyperscan))


def _kept() -> hyperscan.Database | None:
    """Return what lies in the cache, or was compiled when the package was built."""
    import hyperscan

    data = None if derived.refused() else cache.read(_name())
    fresh = data is None
    if data is None:
        data = built.read("lines", _said(), cache.version(hyperscan))
    if data is None:
        return None
    try:
        database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except (ValueError, TypeError, hyperscan.HyperscanError):
        return None  # written by another build or for another CPU
    if fresh and not derived.refused():
        cache.write(_name(), data)
    return database


def build() -> tuple[str, bytes]:
    """Compile what a package is shipped with.

    Returns:
        What changes when the expressions do, and the database.
    """
    import hyperscan

    return _said(), hyperscan.dumpb(_compiled())


def _made() -> hyperscan.Database:
    """Compile the database, and keep it."""
    import hyperscan

    database = _compiled()
    if not derived.refused():
        cache.write(_name(), hyperscan.dumpb(database))
    return database


def _said() -> str:
    said = repr((_EXPRESSIONS, _WORDS, calls.NAMES)).encode()
    return hashlib.blake2b(said, digest_size=20).hexdigest()


def _compiled() -> hyperscan.Database:
    import hyperscan

    database = hyperscan.Database()
    once = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    each = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SOM_LEFTMOST
    looked_for = (
        *((least, number, once) for number, least in _EXPRESSIONS),
        *((word, _WORD, each) for word in _WORDS),
        *((name, _CALLED, hyperscan.HS_FLAG_CASELESS) for name in calls.NAMES),
    )
    expressions, ids, flags = zip(*looked_for, strict=True)
    database.compile(expressions=expressions, ids=ids, flags=flags)
    return database
