"""The first pass where nothing is compiled yet and little is scanned: it finds the same for less.

Nine tenths of the time to compile all gates go into those of secrets by their names, of which few
are met in a few files. `re` compiles them thirty times as fast. It is too slow to try each on every
line, but each asks for some literal texts, and these are found in one pass: only the lines that
hold them are tried.

Of a line so short that all of it is looked at, whatever the place of a hit in it, it is enough to
know that there is one. In a longer one each end counts (`contextual/search.py`), and the few gates
that are seen there are compiled after all.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from leakhunt.contextual.gates import BEFORE
from leakhunt.engine.pool import BRIEF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import hyperscan

    Take = Callable[[int, int, int, int, object], bool | None]
    Compile = Callable[[Sequence[int]], hyperscan.Database]

TRIES = 20_000
"""Gates that are tried on lines, at most: then all are compiled, which costs less."""
LONG = 2048
"""Bytes of the longest line on which gates are tried."""
FEW = 3
"""Gates of secrets by names that are compiled one by one; more would take longer than all."""


class Cold:
    """Stands for a database with all gates.

    Args:
        expressions: of all gates, by their number.
        ids: those that are looked for.
        named: those of secrets by their names, none of which reaches into another line, with what
            they ask for: texts, of each group of which one is there, in upper or lower case.
        compiled: compiles some of them.
        complete: compiles all of them.
    """

    def __init__(
        self,
        expressions: Sequence[str],
        ids: Sequence[int],
        named: Mapping[int, Sequence[Collection[bytes]]],
        compiled: Compile,
        complete: Callable[[], hyperscan.Database],
    ) -> None:
        self._lines = _Lines({n: (expressions[n], asked) for n, asked in named.items() if asked})
        self._others = tuple(number for number in ids if not named.get(number))
        self._compiled = functools.cache(compiled)
        self.complete = functools.cache(complete)
        self._exactly: list[int] = []
        self._left = BRIEF

    def scan(self, data: bytes | bytearray | memoryview, match_event_handler: Take) -> None:
        """Tell each hit, as a database does; of short lines one for all.

        Args:
            data: the text.
            match_event_handler: is called with a number, 0, the end of a hit, 0 and None.
        """
        self._left -= len(data)
        seen = self._lines.seen(bytes(data)) if self._left > 0 else None
        if seen is not None:
            self._exactly += (number for number in seen.long if number not in self._exactly)
        if seen is None or len(self._exactly) > FEW:
            self._left = 0
            self.complete().scan(data, match_event_handler=match_event_handler)  # type: ignore[type-var]
            return
        for number, end in seen.short:
            match_event_handler(number, 0, end, 0, None)
        for some in (self._others, *((number,) for number in self._exactly)):
            self._compiled(some).scan(data, match_event_handler=match_event_handler)  # type: ignore[type-var]


class _Seen:
    """What was seen of gates in the lines of a text."""

    def __init__(self) -> None:
        self.short: list[tuple[int, int]] = []
        """For each short line one that was seen there, and where it ends."""
        self.long: set[int] = set()
        """All that were seen in longer ones."""


class _Lines:
    """Tries gates on the lines that hold what they ask for.

    Args:
        gates: expression and what it asks for, by number.
    """

    def __init__(self, gates: Mapping[int, tuple[str, Sequence[Collection[bytes]]]]) -> None:
        clauses: dict[frozenset[bytes], int] = {}
        self._gates: list[tuple[int, int]] = []
        for number, (_, asked) in gates.items():
            need = 0
            for clause in map(frozenset, asked):
                need |= clauses.setdefault(clause, 1 << len(clauses))
            self._gates.append((need, number))
        self._expressions = {number: said for number, (said, _) in gates.items()}
        bits: dict[bytes, int] = {}
        for clause, bit in clauses.items():
            for text in clause:
                bits[text] = bits.get(text, 0) | bit
        self._texts, self._bits = list(bits), list(bits.values())
        self._tried: dict[int, re.Pattern[bytes]] = {}
        self._tries = TRIES

    def seen(self, data: bytes) -> _Seen | None:
        """Return what was seen, or None if to say so would take too long."""
        seen = _Seen()
        start = stop = held = 0
        for bits, end in [*self._found(data), (0, len(data) + 1)]:
            if end > stop:
                if held and not self._try(held, data[start:stop], start, seen):
                    return None
                start = data.rfind(b"\n", 0, end) + 1
                stop = data.find(b"\n", end)
                stop = len(data) if stop < 0 else stop
                held = 0
            held |= bits
        return seen

    def _try(self, held: int, line: bytes, start: int, seen: _Seen) -> bool:
        """Try what a line may hold, and say whether that was possible."""
        for need, number in self._gates:
            if need & held != need:
                continue
            self._tries -= 1
            if self._tries < 0 or len(line) > LONG:
                return False
            found = self._pattern(number).search(line)
            if found and len(line) <= BEFORE:
                seen.short.append((number, start + found.end()))
                return True
            if found:
                seen.long.add(number)
        return True

    def _pattern(self, number: int) -> re.Pattern[bytes]:
        if number not in self._tried:
            self._tried[number] = re.compile(self._expressions[number].encode(), re.MULTILINE)
        return self._tried[number]

    def _found(self, data: bytes) -> list[tuple[int, int]]:
        """Return what is asked for where: as bits, and where it ends."""
        found: list[tuple[int, int]] = []
        if not self._texts:
            return found

        def collect(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append((self._bits[number], end))

        self._database.scan(data, match_event_handler=collect)
        return found

    @functools.cached_property
    def _database(self) -> Any:
        import hyperscan

        database = hyperscan.Database()
        database.compile(
            expressions=[re.escape(text) for text in self._texts],
            ids=list(range(len(self._texts))),
            flags=[hyperscan.HS_FLAG_CASELESS] * len(self._texts),
        )
        return database
