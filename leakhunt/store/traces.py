"""Traces: matches as they are kept, by where they lie in an object, without their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.model import Match


class Trace(NamedTuple):
    """A match in the content of a blob as it is; what is not here follows from the content."""

    signature: str
    offset: int
    length: int
    """Bytes of the secret."""
    dismissed: str
    allowances: tuple[int, ...]
    confidence: str
    """Empty where its signature says it."""
    open: bool
    around: bool
    """See `Match.around`."""
    like: tuple[bytes, int] | None = None
    """An object, and where in it the same secret stands: then this one need not be read."""


def traces(matches: Iterable[Match]) -> tuple[Trace, ...] | None:
    """Return the traces of all matches of a blob, or None if one cannot be found again by it."""
    found = []
    for match in matches:
        trace = trace_of(match)
        if trace is None:
            return None
        found.append(trace)
    return tuple(found)


def trace_of(match: Match) -> Trace | None:
    """Return the trace of a match.

    Returns:
        None if it lies in a container, in text that was decoded, in a commit or tag, or has parts.
    """
    blob = match.blob
    if blob.kind != "blob" or blob.member or blob.containers or blob.field:
        return None
    if match.decoded or match.parts or match.mention or match.pointer or not len(match.secret):
        return None
    return Trace(
        match.signature,
        match.offset,
        len(match.secret),
        match.dismissed,
        match.allowances,
        "" if match.confidence is None else match.confidence.value,
        match.open,
        match.around is not None,
    )
