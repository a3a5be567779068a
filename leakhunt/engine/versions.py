"""Scans only what a version of a file changed, and knows the rest from the version before.

Every place where a gate may end (a *hit*) either lies so deep inside one copied piece that the
gate sees nothing else: then it is a hit here if it is one in the other version. Or it lies near
what was inserted, or near a seam between copies: these windows are scanned, wide enough that the
gate sees in them what it would see in the whole. So both together are the hits of the whole.

What comes of a hit is decided within its `margin`. If nothing came of any hit in the other
version, only hits are *suspect* here whose margin does not lie inside one copied piece.
"""

from __future__ import annotations

import dataclasses
import re
import warnings
from array import array
from typing import TYPE_CHECKING, Protocol

from leakhunt.engine.confirm import SLACK, reach
from leakhunt.engine.decode.gates import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.engine.prefilter import Prefilter
    from leakhunt.model import Signature

END_SHIFT = 20
"""A hit is one number: where it ends, shifted by this, plus the gate."""
MASK = (1 << END_SHIFT) - 1
WIDEST = 640
"""Bytes of the widest gate with which windows are still worth while."""
AHEAD = 16
"""Bytes behind its end that a gate may look at: `\\b`, `$`, `\\r?$`."""
_BEHIND = 16
"""Bytes before its start that a gate may look at."""
_ASSIGNED = 160
"""Bytes around a value that the checks look at, if no near words do."""
_REPEATS = re.compile(r"[*+{]|\\[1-9]")


class Change(Protocol):
    """What makes this version of another one. See `leakhunt/git/packs/pure.py`."""

    def fresh(self, around: int) -> bytes:
        """Return what does not lie deep inside one copied piece, as pairs of numbers."""

    def inherit(self, hits: bytes, before: int, after: int, margins: bytes) -> tuple[bytes, bytes]:
        """Return the hits of the other version that are hits here, and which are near a seam."""


@dataclasses.dataclass(slots=True)
class Version:
    """What a scan of one version needs and leaves."""

    base: Version | None = None
    """The version that this one was made from."""
    change: Change | None = None
    hits: bytes | None = None
    """All hits, sorted; None where they are not known: binary, another encoding."""
    clean: bool = False
    """Nothing came of any of them."""


class Comparing:
    """Finds the hits of versions.

    Args:
        prefilter: the first pass.
        signatures: in the order in which its gates count them.
    """

    def __init__(self, prefilter: Prefilter, signatures: Sequence[Signature]) -> None:
        self._prefilter = prefilter
        gates = prefilter.gates
        widest = max(map(width, gates.expressions), default=0)
        self._context = widest + _BEHIND if widest <= WIDEST else None
        self._margins = array(
            "I",
            (
                max((margin(signatures[index]) for index in opens), default=MARGIN)
                for opens in gates.opens
            ),
        ).tobytes()

    def hits(self, content: bytes, version: Version) -> tuple[array[int], array[int]]:
        """Return all hits, and the suspects among them; notes the hits in the version.

        Args:
            content: all of it; text that is scanned as it is.
            version: with its base, if that was scanned.
        """
        known = self._compared(content, version)
        if known is None:
            hits = array("Q", sorted(self._scan(content)))
            known = hits, hits
        version.hits = known[0].tobytes()
        return known

    def _compared(self, content: bytes, version: Version) -> tuple[array[int], array[int]] | None:
        """Return hits and suspects by comparing with the base, or None if that cannot be."""
        base, change = version.base, version.change
        if base is None or base.hits is None or change is None or self._context is None:
            return None
        try:
            kept, risky = change.inherit(base.hits, self._context, AHEAD, self._margins)
            windows = array("Q", change.fresh(self._context + AHEAD))
        except ValueError:
            return None  # more hits than anybody would write
        inherited = array("Q", kept)
        new = set(self._fresh(content, windows)).difference(inherited)
        hits = array("Q", sorted([*inherited, *new])) if new else inherited
        if not base.clean:
            return hits, hits
        return hits, array("Q", sorted([*array("Q", risky), *new]))

    def _scan(self, content: bytes | memoryview) -> list[int]:
        return [end << END_SHIFT | gate for gate, end in self._prefilter.scan(content)]

    def _fresh(self, content: bytes, windows: array[int]) -> list[int]:
        """Return the hits in windows that are as they would be in the whole."""
        if not windows:
            return []
        size = len(content)
        assert self._context is not None
        pairs = list(zip(windows[::2], windows[1::2], strict=True))
        if len(pairs) == 1 and pairs[0] == (0, size):
            return self._scan(content)
        joined = b"".join([content[low:high] for low, high in pairs])
        found = sorted(self._prefilter.scan(joined), key=lambda hit: hit[1])
        if not found:
            return []
        hits = []
        at = 0
        shift = pairs[0][0]
        stop = pairs[0][1] - shift
        for gate, end in found:
            while end > stop:
                at += 1
                shift = pairs[at][0] - stop
                stop += pairs[at][1] - pairs[at][0]
            place = end + shift
            low, high = pairs[at]
            if (place >= low + self._context or not low) and (
                place <= high - AHEAD or high == size
            ):
                hits.append(place << END_SHIFT | gate)
        return hits


def unpacked(hits: array[int]) -> list[tuple[int, int]]:
    """Return hits as (gate, end)."""
    return [(hit & MASK, hit >> END_SHIFT) for hit in hits]


def width(expression: str) -> int:
    """Return the bytes that an expression can match at most, from above."""
    if not _REPEATS.search(expression):
        return len(expression.encode())
    from re import _parser  # type: ignore[attr-defined]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, widest = _parser.parse(expression).getwidth()
        except (re.error, RecursionError, OverflowError):
            return 1 << 32
    # Of a code point outside ASCII hyperscan matches the bytes.
    return int(widest) * (1 if expression.isascii() else 4)


def margin(signature: Signature) -> int:
    """Return the bytes around a hit that decide what comes of it."""
    near = signature.near
    around = near.within + max(map(len, near.words)) if near else 0
    return reach(signature) + SLACK + max(around, _ASSIGNED)
