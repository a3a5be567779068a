"""Of what overlaps one match is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt.model import Match, Secret

if TYPE_CHECKING:
    from leakhunt.engine.confirm import Candidate
    from leakhunt.engine.judge import Judgement
    from leakhunt.engine.position import Positions
    from leakhunt.model import Blob, Confidence


class Judged(NamedTuple):
    """What the checks said of a candidate."""

    candidate: Candidate
    judgement: Judgement
    allowances: tuple[int, ...] = ()
    """Of its rule, those that refuse it in some places."""
    confidence: Confidence | None = None
    """See `leakhunt.model.Match`."""
    open: bool = False


def reported(data: bytes, judged: list[Judged]) -> list[Judged]:
    """Leave out what is reported only in other company, then all but one of those that overlap."""
    if any(item.candidate.signature.rule for item in judged):
        from leakhunt.engine.rules import in_company

        stay = in_company(data, [item.candidate for item in judged])
        judged = [item for item, stays in zip(judged, stay, strict=True) if stays]
    return _without_overlaps(judged)


def _without_overlaps(judged: list[Judged]) -> list[Judged]:
    """Of matches whose secrets overlap keep the surest, then the most specific and longest."""

    def preference(item: Judged) -> tuple[bool, bool, int, bool, bool, int, int, str]:
        signature, start, end = item.candidate[:3]
        named = signature.context is not None
        forged = item.judgement.value == "bad-checksum"
        sure, severe = -(item.confidence or signature.confidence).rank, -signature.severity.rank
        theirs = signature.rule is not None
        return (named, forged, sure, signature.generic, theirs, severe, start - end, signature.id)

    kept: list[Judged] = []
    for cluster in _clusters(judged):
        chosen: list[Judged] = []
        for item in sorted(cluster, key=preference):
            start, end = item.candidate.start, item.candidate.end
            near = [c for c in chosen if end > c.candidate.start and start < c.candidate.end]
            if all(_surer(item, other) for other in near):
                chosen.append(item)
        kept += chosen
    return sorted(kept, key=lambda item: item.candidate.start)


def _surer(item: Judged, other: Judged) -> bool:
    """Whether a name makes sure what a generic pattern only guesses: both stay, to be joined."""
    signature, known = item.candidate.signature, other.candidate.signature
    if signature.context is None or known.context is not None or not known.generic:
        return False
    if item.candidate[1:3] != other.candidate[1:3]:
        return False
    return item.open or (item.confidence or signature.confidence).rank > known.confidence.rank


def _clusters(judged: list[Judged]) -> list[list[Judged]]:
    """Split into runs whose spans touch, so that comparing stays cheap in dense files."""
    clusters: list[list[Judged]] = []
    reach = -1
    for item in sorted(judged, key=lambda item: item.candidate.start):
        if item.candidate.start >= reach:
            clusters.append([])
        clusters[-1].append(item)
        reach = max(reach, item.candidate.end)
    return clusters


class Beside(Secret):
    """What is around a secret at another place than that of its match.

    That is where a file decided about it, or where the newest version of its file has it.

    Args:
        value: the bytes.
        oid: the file there.
        offset: of the secret in it.
    """

    __slots__ = ("offset", "oid")

    def __init__(self, value: bytes, oid: str, offset: int) -> None:
        super().__init__(value)
        self.oid = oid
        self.offset = offset


def around(data: bytes, start: int, end: int, reach: int) -> Secret | None:
    """Return a secret with what stands on either side of it, if its verification reads that.

    It begins at the byte `reach`, for it may stand there more than once; what is missing before
    it is filled with zeros.
    """
    if not reach:
        return None
    before = bytes(data[max(0, start - reach) : start]).rjust(reach, b"\0")
    return Secret(before + bytes(data[start : end + reach]))


def matches_of(
    blob: Blob,
    data: bytes,
    judged: list[Judged],
    positions: Positions,
    base: int,
    decoded: tuple[str, ...],
) -> list[Match]:
    """Return what is kept as matches.

    Args:
        blob: where they are.
        data: its text.
        judged: sorted by offset.
        positions: of the text.
        base: offset of the text in the blob.
        decoded: the encodings that were undone.
    """
    return [
        Match(
            signature=candidate.signature.id,
            secret=Secret(data[candidate.start : candidate.end]),
            blob=blob,
            span=positions.span(candidate.start, candidate.end),
            offset=base + candidate.start,
            decoded=decoded,
            dismissed="" if judgement.value == "confirmed" else judgement.value,
            allowances=allowances,
            confidence=confidence,
            open=open_,
            # Of what is open there are many; what decides about it tells this once.
            around=None
            if open_
            else around(data, candidate.start, candidate.end, candidate.signature.around),
        )
        for candidate, judgement, allowances, confidence, open_ in judged
    ]
