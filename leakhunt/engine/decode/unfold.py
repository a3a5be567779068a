"""Undoes encodings one after the other, and scans each text that comes out in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from leakhunt.engine.decode.gates import KINDS
from leakhunt.engine.decode.packed import Unpack, packed, wide
from leakhunt.engine.decode.pieces import Layer, Piece, layers, whole
from leakhunt.engine.decode.runs import BASE64, HEX, texts
from leakhunt.engine.decode.substitutions import SUBSTITUTIONS, substituted

DEPTH = 5
"""How many encodings are undone, one inside the other."""
BUDGET = 64 * 1024 * 1024
"""Bytes that are decoded of one text, all layers together."""
NEARBY = 64
"""Bytes from what was decoded in which another encoding may stand that it was mixed with."""

Hits = Sequence[tuple[int, int]]
T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """What was found in one decoded text."""

    layer: Layer
    items: list[T]


class Unfolding(Generic[T]):
    """The search of one text for what is encoded in it.

    Args:
        first: the first gate of encoded text.
        scan: returns the hits of some text.
        judge: returns what comes of them, of which the secret overlaps what was encoded.
        unpack: undoes compression.
    """

    def __init__(
        self,
        first: int,
        scan: Callable[[bytes], Hits],
        judge: Callable[[Layer, Hits], list[T]],
        unpack: Unpack,
    ) -> None:
        self._first = first
        self._scan = scan
        self._judge = judge
        self._unpack = unpack
        self.left = BUDGET
        """Bytes that may still be decoded; below zero something was left out."""

    def search(self, data: bytes, hits: Hits) -> Iterator[Found[T]]:
        """Yield what is found in each decoded text, outer ones first.

        Args:
            data: the text.
            hits: (gate, end), of which those of encoded text matter.
        """
        waiting = [(whole(data), hits)]
        while waiting:
            below = []
            for parent, seen in waiting:
                for layer in self._layers(parent, seen):
                    self.left -= len(layer.data)
                    if self.left < 0:
                        return
                    new = self._scan(layer.data)
                    if not new:
                        continue
                    if items := self._judge(layer, new):
                        yield Found(layer, items)
                    if len(layer.chain) < DEPTH:
                        below.append((layer, new))
            waiting = below

    def _layers(self, parent: Layer, hits: Hits) -> Iterator[Layer]:
        kinds: dict[str, list[int]] = {}
        for gate, end in hits:
            if gate >= self._first:
                kinds.setdefault(KINDS[gate - self._first], []).append(end)
        for kind, ends in sorted(kinds.items()):
            pieces = self._pieces(kind, parent.data, sorted(set(ends)))
            if parent.parent is not None:
                # What lies around was undone before, from the text around.
                near = NEARBY if kind not in parent.chain[-1:] else 0
                pieces = [p for p in pieces if parent.touches(p.start - near, p.end + near)]
            yield from layers(parent, pieces)

    def _pieces(self, kind: str, data: bytes, ends: list[int]) -> list[Piece]:
        if kind in SUBSTITUTIONS:
            return substituted(kind, data, ends)
        if kind == "packed":
            return packed(data, ends, self._unpack)
        if kind == "wide":
            return wide(data, ends)
        code, width = (BASE64, 20) if kind == "base64" else (HEX, 32)
        return texts(code, data, [end - width for end in ends])
