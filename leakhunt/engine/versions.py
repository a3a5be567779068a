"""Scans only what a version of a file changed, and knows the rest from the version before.

Every place where a gate may end (a *hit*) either lies so deep inside one copied piece that the
gate sees nothing else: then it is a hit here if it is one in the other version. Or it lies near
what was inserted, or near a seam between copies: these windows are scanned, wide enough that the
gate sees in them what it would see in the whole. So both together are the hits of the whole.

Nearly all gates cannot match a newline. They see nothing before the newline that precedes their
end, and so most windows end with their line.

What comes of a hit is decided within its `margin`. So only hits are *suspect* here whose margin
does not lie inside one copied piece, and those that were *fertile* in the other version: something
came of them there.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, NamedTuple, Protocol

from leakhunt import derived
from leakhunt.archives.magic import MARKS
from leakhunt.catalogue import digest
from leakhunt.contextual import arrays
from leakhunt.contextual import gates as contextual
from leakhunt.engine.confirm import FAR, SLACK, reach
from leakhunt.engine.decode.gates import MARGIN
from leakhunt.engine.shape import crosses_lines, width
from leakhunt.engine.text import FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakhunt.engine.prefilter import Gates, Prefilter
    from leakhunt.model import Blob, Signature

END_SHIFT = 20
"""A hit is one number: where it ends, shifted by this, plus the gate."""
BY_LINES = 1 << 31
"""Flag of a margin: no more than three lines of it. See `git/packs/pure_compare.py`."""
MASK = (1 << END_SHIFT) - 1
WIDEST = 640
"""Bytes of the widest gate with which windows are still worth while."""
AHEAD = 16
"""Bytes behind its end that a gate may look at: `\\b`, `$`, `\\r?$`."""
_BEHIND = 16
"""Bytes before its start that a gate may look at."""
_ASSIGNED = 160
"""Bytes around a value that the checks look at, if no near words do."""


class Version(Protocol):
    """A version of a file: what a scan needs, and what it leaves for those made from this one."""

    hits: bytes | None
    """All hits, sorted; None where they are not known: binary, another encoding."""
    fertile: bytes
    """Those of which something came, and all near them that may have had a part in it; sorted."""
    known: object
    """What came of them, if it is the same wherever they lie, see `engine/carried.py`; or None."""

    @property
    def content(self) -> bytes:
        """All of it."""

    @property
    def base(self) -> Version | None:
        """The version that this one was made from."""

    def blob(self) -> Blob:
        """Return what to call it."""

    def fresh(self, wide: int, narrow: int, ahead: int) -> tuple[bytes, bytes]:
        """Return what does not lie deep inside one copied piece: joined, and where it lies."""

    def inherit(
        self, hits: bytes, wide: int, narrow: int, ahead: int, margins: bytes
    ) -> tuple[bytes, bytes]:
        """Return the hits of the other version that are hits here, and which are near a seam."""


class Reach(NamedTuple):
    """How many bytes before and behind its end a gate sees. See `git/packs/pure_compare.py`."""

    wide: int
    """Of any gate."""
    narrow: int
    """Of one that can match a newline."""
    ahead: int


class Sight(NamedTuple):
    """What a walk needs to find the hits of many versions at once."""

    reach: Reach
    margins: bytes
    """For each gate what around a hit decides what comes of it, see :func:`margins_of`."""
    scan: Callable[[bytes | memoryview], list[tuple[int, int]]]
    """The first pass."""
    whole: Callable[[bytes], object]
    """Says whether a short text as a whole is something."""
    few: int
    """Bytes of the longest text that may be."""
    marks: tuple[tuple[int, bytes], ...]
    """At which place which bytes say that something is a container."""
    memory: list[object]
    """What walks keep for the next one."""


class Comparing:
    """Finds the hits of versions.

    Args:
        prefilter: the first pass.
        signatures: in the order in which its gates count them.
    """

    def __init__(self, prefilter: Prefilter, signatures: Sequence[Signature]) -> None:
        self._prefilter = prefilter
        gates = prefilter.gates
        self._memory: list[object] = []

        def look(_: object) -> tuple[tuple[int, ...] | None, bytes]:
            reach = reach_of(gates.expressions)
            return tuple(reach) if reach else None, margins_of(gates, signatures)

        # All expressions have to be parsed for it, in every process.
        reach, self._margins = derived.from_text("sight of", digest(signatures), look)
        self._reach = Reach(*reach) if reach else None

    def sight(self, *, containers: bool) -> Sight | None:
        """Return how to scan many versions at once; None where each has to be scanned alone."""
        if self._reach is None or not self._prefilter.joinable:
            return None
        marks = tuple(MARKS) if containers else ()
        whole = "|".join(f"(?:{said})" for _, said in self._prefilter.gates.whole)
        return Sight(
            self._reach,
            self._margins,
            self._prefilter.scan,
            re.compile(whole.encode()).search,
            FEW if whole else 0,
            marks,
            self._memory,
        )

    def suspects(self, version: Version) -> bytes:
        """Return the hits of which something may come, sorted; notes all hits in the version.

        Args:
            version: text that is scanned as it is; with its base, if that was scanned.
        """
        base = version.base if len(version.content) > FEW else None
        if base is not None and base.hits is not None and self._reach is not None:
            try:
                return self._compared(version, base, base.hits, self._reach)
            except ValueError:
                pass  # more hits than anybody would write
        version.hits = _packed(self._scan(version.content))
        return version.hits

    def _compared(self, version: Version, base: Version, known: bytes, reach: Reach) -> bytes:
        joined, windows = version.fresh(*reach)
        found = self._prefilter.scan(joined) if joined else []
        if not found and not known:
            version.hits = b""
            return b""
        kept, risky = version.inherit(known, *reach, self._margins) if known else (b"", b"")
        new = set(_trusted(version.content, windows, found, reach)) if found else set()
        new.difference_update(array("Q", kept))
        version.hits = _packed([*array("Q", kept), *new]) if new else kept
        fertile = base.fertile
        again = version.inherit(fertile, *reach, self._margins)[0] if fertile else b""
        if not new and not again:
            return risky
        return _packed({*array("Q", risky), *array("Q", again), *new})

    def _scan(self, content: bytes) -> list[int]:
        return [end << END_SHIFT | gate for gate, end in self._prefilter.scan(content)]


def _trusted(
    content: bytes, windows: bytes, found: list[tuple[int, int]], reach: Reach
) -> list[int]:
    """Return the hits in joined windows that are as they would be in the whole."""
    bounds = array("Q", windows)
    pairs = iter(zip(bounds[::2], bounds[1::2], strict=True))
    low = high = stop = shift = 0
    hits = []
    for gate, end in sorted(found, key=lambda hit: hit[1]):
        while end > stop:
            low, high = next(pairs)
            shift = low - stop
            stop += high - low
        place = end + shift
        if (place <= high - reach.ahead or high == len(content)) and (
            not low
            or place - low >= reach.wide
            or (place - low >= reach.narrow and content.find(b"\n", low, place) >= 0)
        ):
            hits.append(place << END_SHIFT | gate)
    return hits


def _packed(hits: Iterable[int]) -> bytes:
    return array("Q", sorted(hits)).tobytes()


def unpacked(hits: bytes) -> list[tuple[int, int]]:
    """Return hits as (gate, end)."""
    return [(hit & MASK, hit >> END_SHIFT) for hit in array("Q", hits)]


def reach_of(expressions: Iterable[str]) -> Reach | None:
    """Return how far gates see; None if that is too far for windows to be worth while."""
    wide = narrow = 0
    for expression in expressions:
        matched = width(expression)
        wide = max(wide, matched)
        if crosses_lines(expression):
            narrow = max(narrow, matched)
    return Reach(wide + _BEHIND, narrow + _BEHIND, AHEAD) if wide <= WIDEST else None


def margins_of(gates: Gates, signatures: Sequence[Signature]) -> bytes:
    """Return for each gate (32 bits) the bytes around a hit that decide what comes of it.

    Contextual signatures look at the line of a hit, at the one before and the one behind it. That
    is told by the flag `BY_LINES`: nearly all lines are far shorter than the longest that count.

    Args:
        gates: of the first pass.
        signatures: in the order in which the gates count them.
    """
    lines = BY_LINES | contextual.NEAR
    margins = array("I")
    for number, opens in enumerate(gates.opens):
        opened = [signatures[index] for index in opens]
        if number < len(gates.expressions) and gates.expressions[number] in arrays.GATES:
            margins.append(max(contextual.FURTHER, *map(margin, opened)))
        elif opened and all(one.context for one in opened):
            margins.append(lines)
        else:
            margins.append(max(map(margin, opened), default=MARGIN))
    return margins.tobytes()


def margin(signature: Signature) -> int:
    """Return the bytes to either side of a hit that decide what comes of it."""
    if signature.context:
        return contextual.NEAR
    near = signature.near
    if signature.rule and any(one.target == "line" for one in signature.rule.allowances):
        return FAR
    around = near.within + max(map(len, near.words)) if near else 0
    return reach(signature) + SLACK + max(around, _ASSIGNED)
