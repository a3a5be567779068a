"""What is open in a version, told without its lines, and carried on to the versions made from it.

Most of what is found by its name in one version of a file stands in all that follow, and comes to
nothing once a file that holds it is read. So in which line it stands is found out only where a
place is told, see `engine/placing.py`. And of a hit that has the same bytes around it as in the
version before, as far as they decide about it, the same comes: only the others are judged.
"""

from __future__ import annotations

import bisect
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.contextual.gates import NEAR
from leakhunt.engine.overlaps import reported
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.versions import END_SHIFT, unpacked
from leakhunt.model import Match, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol

    from leakhunt.engine.fertile import Origins
    from leakhunt.engine.overlaps import Judged
    from leakhunt.engine.versions import Version
    from leakhunt.model import Blob

    class _Seen(Protocol):
        @property
        def judged(self) -> list[Judged]: ...
        @property
        def hidden(self) -> Sequence[object]: ...
        @property
        def problems(self) -> Sequence[object]: ...


class _Open(NamedTuple):
    """An open match, and by which hit it is told."""

    hit: int
    """The number of the hit among those of which something came."""
    behind: int
    """Bytes from the end of the hit to the secret; may be negative."""
    signature: str
    secret: Secret


_Told = dict[tuple[int, str, Secret], int]
"""Offset, signature and secret of matches, and the hit by which each is told."""


class Known(NamedTuple):
    """What came of the hits of a version, if nothing but open matches did."""

    ends: list[int]
    """Where the hits end of which something came."""
    open: list[_Open]

    def beside(self, lost: Iterable[_Open]) -> set[int]:
        """Return the numbers of the hits that may have had a part in some matches."""
        found: set[int] = set()
        for one in lost:
            start = self.ends[one.hit] + one.behind
            first = bisect.bisect_left(self.ends, start - NEAR)
            last = bisect.bisect_right(self.ends, start + len(one.secret) + NEAR)
            found.update(range(first, last))
        return found


def unplaced(version: Version, judged: Iterable[Judged]) -> list[Match]:
    """Return what is open in a version as matches without lines; notes it in the version.

    Args:
        version: of which it is known of which hits something came.
        judged: open, sorted by offset.
    """
    blob, data = version.blob(), version.content
    matches = [
        _match(
            blob,
            item.candidate.start,
            item.candidate.signature.id,
            Secret(data[item.candidate.start : item.candidate.end]),
        )
        for item in judged
    ]
    _note(version, matches, {})
    return matches


def carried(
    version: Version,
    suspects: bytes,
    moved: bytes,
    known: Known,
    look: Callable[[list[tuple[int, int]]], _Seen],
    origins: Origins,
) -> list[Match] | None:
    """Return what is open in a version, as :func:`unplaced` does.

    Args:
        version: it and its hits.
        suspects: hits of which something may come, sorted, as in `engine/versions.py`.
        moved: of these the ones that are as in the base of the version: for each its number
            there, and the hit.
        known: what came of them there.
        look: returns what comes of hits.
        origins: finds the hits that had a part in it.

    Returns:
        None if all suspects have to be judged together.
    """
    places: dict[int, list[int]] = defaultdict(list)
    pairs = array("Q", moved)
    for number, hit in zip(pairs[::2], pairs[1::2], strict=True):
        places[number].append(hit)
    again = known.beside(one for one in known.open if one.hit not in places)
    kept = {hit for number, hits in places.items() if number not in again for hit in hits}
    told: _Told = {
        ((hit >> END_SHIFT) + one.behind, one.signature, one.secret): hit
        for one in known.open
        for hit in places.get(one.hit, ())
    }
    rest = array("Q", [hit for hit in array("Q", suspects) if hit not in kept])
    fresh: list[Judged] = []
    if rest:
        hits = unpacked(rest.tobytes())
        seen = look(hits)
        if seen.hidden or seen.problems or not all(one.open for one in seen.judged):
            return None
        kept.update(array("Q", origins.fertile(hits, seen.judged, hidden=False)))
        apart = _apart(seen.judged, told)
        if apart is None:
            return None
        fresh = reported(version.content, apart)
    blob = version.blob()
    matches = [_match(blob, *key) for key in told]
    for item in fresh:
        start, end = item.candidate[1:3]
        secret = Secret(version.content[start:end])
        matches.append(_match(blob, start, item.candidate.signature.id, secret))
    matches.sort(key=lambda match: match.offset)
    version.fertile = array("Q", sorted(kept)).tobytes() if matches else b""
    _note(version, matches, told)
    return matches


def _apart(judged: Iterable[Judged], told: _Told) -> list[Judged] | None:
    """Return what is not told yet; None if some of it overlaps with what is."""
    known = {(start, start + len(secret)): signature for start, signature, secret in told}
    spans = sorted(known)
    fresh = []
    for item in judged:
        signature, start, end = item.candidate[:3]
        if known.get((start, end)) == signature.id:
            continue
        near = bisect.bisect_left(spans, (end, 0))
        # They do not overlap one another, so the last that starts before it reaches furthest.
        if near and spans[near - 1][1] > start:
            return None
        fresh.append(item)
    return fresh


def _note(version: Version, matches: Sequence[Match], told: _Told) -> None:
    """Note in a version what came of which hits, unless a match has none that moves with it."""
    hits = array("Q", version.fertile)
    ends = [hit >> END_SHIFT for hit in hits]
    open_ = []
    for match in matches:
        hit = told.get((match.offset, match.signature, match.secret))
        number = (
            _beside(match, version.content, ends) if hit is None else bisect.bisect(hits, hit) - 1
        )
        if number < 0 or (hit is not None and hits[number] != hit):
            return
        behind = match.offset - ends[number]
        open_.append(_Open(number, behind, match.signature, match.secret))
    version.known = Known(ends, open_)


def _beside(match: Match, data: bytes, ends: Sequence[int]) -> int:
    """Return the number of a hit that surely moves with a match, or -1.

    What decides about a hit is its line and those beside it at least, or so many bytes of them.
    """
    start, stop = match.offset, match.offset + len(match.secret)
    first, last = max(0, stop - NEAR), min(len(data), start + NEAR)
    if data.find(b"\n", start, stop) >= 0:
        return -1
    # No further than that: a line may have megabytes, and a match every few bytes.
    low, high = data.rfind(b"\n", first, start), data.find(b"\n", start, last)
    for _ in range(2):
        number = bisect.bisect_left(ends, max(low + 1, first))
        if number < len(ends) and ends[number] <= (last if high < 0 else high):
            return number
        low = data.rfind(b"\n", first, low) if low > 0 else -1
        high = data.find(b"\n", high + 1, last) if high >= 0 else -1
    return -1


def _match(blob: Blob, offset: int, signature: str, secret: Secret) -> Match:
    return Match(signature, secret, blob, UNPLACED, offset, open=True)
