"""Which hits something came of: the rest of a version need not be looked at in the next one."""

from __future__ import annotations

import bisect
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.contextual.gates import NEAR
from leakhunt.engine.confirm import SLACK, reach
from leakhunt.engine.versions import END_SHIFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.engine.overlaps import Judged
    from leakhunt.engine.prefilter import Prefilter
    from leakhunt.model import Signature


class Origins:
    """Finds the hits that a match may have come of.

    Args:
        prefilter: the first pass.
        signatures: in the order in which its gates count them.
    """

    def __init__(self, prefilter: Prefilter, signatures: Sequence[Signature]) -> None:
        self._encoded = prefilter.encoded
        gates: dict[str, set[int]] = defaultdict(set)
        for gate, opens in enumerate(prefilter.gates.opens):
            for index in opens:
                gates[signatures[index].id].add(gate)
        self._gates = gates

    def fertile(
        self, hits: Sequence[tuple[int, int]], judged: Sequence[Judged], hidden: bool
    ) -> bytes:
        """Return the hits that may have had a part in what was found.

        Args:
            hits: all that were looked at, as (gate, end), by their ends.
            judged: what was found in the text as it is.
            hidden: whether anything was found in what is encoded.

        Returns:
            Sorted hits, packed as in `engine/versions.py`.
        """
        found = {hit for hit in hits if hit[0] >= self._encoded} if hidden else set()
        ends = [end for _, end in hits]
        for candidate in [item.candidate for item in judged]:
            gates = self._gates[candidate.signature.id]
            around = _around(candidate.signature)
            first = bisect.bisect_left(ends, candidate.start - around)
            last = bisect.bisect_right(ends, candidate.end + around)
            found.update(hit for hit in hits[first:last] if hit[0] in gates)
        return array("Q", sorted(end << END_SHIFT | gate for gate, end in found)).tobytes()


def _around(signature: Signature) -> int:
    """Return the bytes from a secret within which a hit may have led to it."""
    if signature.context is not None:
        return NEAR
    return reach(signature) + SLACK
