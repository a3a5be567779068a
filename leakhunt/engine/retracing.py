"""Matches out of their traces, where the content is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine.overlaps import around
from leakhunt.engine.position import UNPLACED
from leakhunt.model import Confidence, Match, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.engine.batches import Traced
    from leakhunt.model import Signature


def retraced(item: Traced, signatures: Mapping[str, Signature]) -> list[Match]:
    """Return the matches in a blob, as they were found, but without their lines.

    Args:
        item: the blob, its content and the traces of all its matches.
        signatures: all that were looked for, by id.
    """
    data = item.content
    found = []
    for number, trace in enumerate(item.traces):
        end = trace.offset + trace.length
        secret = item.secrets[number] if item.secrets else data[trace.offset : end]
        reach = signatures[trace.signature].around if trace.around else 0
        found.append(
            Match(
                signature=trace.signature,
                secret=Secret(secret),
                blob=item.blob,
                span=UNPLACED,
                offset=trace.offset,
                dismissed=trace.dismissed,
                allowances=trace.allowances,
                confidence=Confidence(trace.confidence) if trace.confidence else None,
                open=trace.open,
                around=around(data, trace.offset, end, reach),
            )
        )
    return found
