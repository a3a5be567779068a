"""Matches in decoded text, at the place where the encoded text stands."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.engine.confirm import windows
from leakhunt.engine.decode.gates import MARGIN
from leakhunt.engine.decode.unfold import Unfolding
from leakhunt.engine.overlaps import around
from leakhunt.engine.pairing import pair
from leakhunt.model import Blob, Match, Problem, Secret, Signature, Span

if TYPE_CHECKING:
    from leakhunt.engine.decode.pieces import Layer
    from leakhunt.engine.overlaps import Judged
    from leakhunt.engine.position import Positions
    from leakhunt.engine.prefilter import Prefilter

_LARGE = 8 * 1024 * 1024
"""Bytes of a text in which everything is always decoded: there is a limit to how much."""
_HELD = 400_000
"""Places where nothing was found that are remembered: in history they come again and again."""
_KEY = "pem-base64"
"""The structure of keys in base64, which are decoded to be judged."""
_BEGIN = b"LS0tLS1CRUdJTi"
"""With this the base64 of a key begins."""
Hits = Sequence[tuple[int, int]]
Judging = Callable[[Blob, "Layer", list[tuple[int, int]]], "tuple[list[Judged], list[Problem]]"]


class Hidden(NamedTuple):
    """A match and the stretch of the text that it was decoded from."""

    match: Match
    start: int
    end: int


class Decoder:
    """Finds what is encoded in texts.

    Args:
        prefilter: the first pass.
        judge: what comes of hits in a text.
        signatures: by id.
    """

    def __init__(
        self,
        prefilter: Prefilter,
        judge: Judging,
        signatures: Callable[[], Mapping[str, Signature]],
    ) -> None:
        self._prefilter = prefilter
        self._judge = judge
        self._signatures = signatures
        self._barren: set[bytes] = set()

    def search(
        self, blob: Blob, data: bytes, hits: Hits, before: tuple[str, ...] = ()
    ) -> tuple[list[Hidden], list[Problem]]:
        """Return what is found in a text once it is decoded, in the order of the text.

        Args:
            blob: what to call it.
            data: the text.
            hits: where the first pass saw that something may be encoded.
            before: the encodings that were undone to get this text.
        """
        if blob.kind != "blob" or len(data) > _LARGE:
            return self._searched(blob, data, hits, before)
        fresh = {view: some for view, some in _views(data, hits) if view not in self._barren}
        if not fresh:
            return [], []
        found, problems = self._searched(blob, data, list(chain(*fresh.values())), before)
        if not found and not problems:
            if len(self._barren) > _HELD:
                self._barren.clear()
            self._barren.update(fresh)
        return found, problems

    def _searched(
        self, blob: Blob, data: bytes, hits: Hits, before: tuple[str, ...]
    ) -> tuple[list[Hidden], list[Problem]]:
        first = self._prefilter.encoded
        problems: list[Problem] = []

        def judge(layer: Layer, new: Hits) -> list[Judged]:
            own = [hit for hit in new if hit[0] < first]
            if not own:
                return []
            judged, more = self._judge(blob, layer, own)
            problems.extend(more)
            return [j for j in judged if layer.touches(j.candidate.start, j.candidate.end)]

        unfolding = Unfolding(first, self._prefilter.scan, judge, unpack)
        found: list[Hidden] = []
        for layer, judged in unfolding.search(data, hits):
            items = [_hidden(blob, layer, item, before) for item in judged]
            matches, more = pair(
                [item.match for item in items],
                self._signatures(),
                functools.partial(_texts, layer.data, data),
            )
            problems += more
            # Pairing measures distances in the decoded text; from here on only the place counts.
            places = {item.match.offset: item for item in items}
            found += [places[match.offset]._replace(match=match) for match in matches]
        if unfolding.left < 0:
            message = "too much is encoded in it: not all of it was decoded"
            problems.append(Problem("limit", blob.path or blob.id, message))
        return found, problems


def _views(data: bytes, hits: Hits) -> Iterator[tuple[bytes, list[tuple[int, int]]]]:
    """Yield hits that lie close together, each time with a digest of what decides about them."""
    waiting = sorted(hits, key=lambda hit: hit[1])
    first = 0
    for low, high in windows([end for _, end in waiting], MARGIN, len(data)):
        last = bisect.bisect_right(waiting, high, first, key=lambda hit: hit[1])
        inside, first = waiting[first:last], last
        said = hashlib.blake2b(data[low:high], digest_size=16)
        said.update(repr((high == len(data), [(gate, end - low) for gate, end in inside])).encode())
        yield said.digest(), inside


def _texts(near: bytes, far: bytes) -> list[tuple[int, bytes]]:
    """Where the other half of a credential is looked for: nearby first."""
    return [(0, near), (len(near) + 1, far)]


def _hidden(blob: Blob, layer: Layer, judged: Judged, before: tuple[str, ...]) -> Hidden:
    candidate = judged.candidate
    start = layer.origin(candidate.start)
    end = max(layer.origin(candidate.end, end=True), start + 1)
    value = judged.judgement.value
    match = Match(
        signature=candidate.signature.id,
        secret=Secret(layer.data[candidate.start : candidate.end]),
        blob=blob,
        span=Span(1, 1, 1, 1),
        offset=candidate.start,
        decoded=(*before, *layer.chain),
        dismissed="" if value == "confirmed" else value,
        allowances=judged.allowances,
        confidence=judged.confidence,
        around=around(layer.data, candidate.start, candidate.end, candidate.signature.around),
    )
    return Hidden(match, start, end)


def told_apart(
    found: Sequence[Hidden],
    judged: Sequence[Judged],
    plain: Sequence[Match],
    signatures: Mapping[str, Signature],
) -> tuple[list[Hidden], list[Match]]:
    """Leave out, of what is found twice, decoded and as it stands, the one that says less.

    Args:
        found: what was found by decoding, outer layers first.
        judged: what was found as it stands.
        plain: its matches.
        signatures: by their ids.
    """
    spans = ((item.candidate.start, item.candidate.end) for item in judged)
    known = [(*span, match) for span, match in zip(spans, plain, strict=True)]
    return _told_apart(known, _fresh(found, known), signatures)


def _fresh(found: Sequence[Hidden], known: Sequence[tuple[int, int, Match]]) -> list[Hidden]:
    """Leave out what is known without decoding, and what was decoded twice in two orders.

    Args:
        found: what was found, outer layers first.
        known: start, end and match of what stands there as it is.
    """
    kept: list[Hidden] = []
    for item in found:
        secret, signature = item.match.secret, item.match.signature
        if any(
            start < item.end
            and item.start < end
            and (match.signature == signature or match.secret == secret)
            for start, end, match in (*known, *((k.start, k.end, k.match) for k in kept))
        ):
            continue
        kept.append(item)
    return sorted(kept, key=lambda item: (item.start, item.end, item.match.signature))


def _told_apart(
    known: Sequence[tuple[int, int, Match]],
    found: Sequence[Hidden],
    signatures: Mapping[str, Signature],
) -> tuple[list[Hidden], list[Match]]:
    """Return what stays of what was found by decoding, and of what stands there as it is.

    Where both found something, a generic signature only sees that something is encoded; what is
    found in it says what. But a signature of encoded keys has said so before.

    Args:
        known: start, end and match.
        found: what was found by decoding.
        signatures: by their ids.
    """
    lost: set[int] = set()
    said: set[int] = set()
    for number, (start, end, match) in enumerate(known):
        own = signatures[match.signature]
        for place, item in enumerate(found):
            theirs = signatures[item.match.signature]
            if start >= item.end or item.start >= end or item.match.dismissed:
                continue
            if own.structure == _KEY or (not own.generic and _BEGIN in match.secret.reveal()):
                said.add(place)
            elif (
                (own.generic or own.context)
                and not theirs.generic
                and theirs.confidence.rank >= (match.confidence or own.confidence).rank
            ):
                lost.add(number)
    return (
        [item for place, item in enumerate(found) if place not in said],
        [match for number, (_, _, match) in enumerate(known) if number not in lost],
    )


def placed(found: Sequence[Hidden], positions: Positions, base: int) -> list[Match]:
    """Give matches their lines and columns.

    Args:
        found: sorted by where they start.
        positions: of the text.
        base: offset of the text in the blob.
    """
    return [
        dataclasses.replace(
            item.match, span=positions.span(item.start, item.end), offset=base + item.start
        )
        for item in found
    ]


def unpack(data: bytes, largest: int) -> tuple[str, bytes] | None:
    """Undo the compression of decoded bytes, or return None if there is none."""
    from leakhunt.archives.small import unpacked

    return unpacked(data, largest)
