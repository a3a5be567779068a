"""From candidates to matches: the offline checks, cheapest first."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from leakhunt.engine.checks import entropy, is_assigned, is_client, is_placeholder
from leakhunt.engine.checksums import CHECKSUMS
from leakhunt.engine.confirm import Candidate, pattern
from leakhunt.engine.structures import STRUCTURES

if TYPE_CHECKING:
    from leakhunt.model import Near


class Judgement(enum.Enum):
    """What the checks say of a candidate."""

    DROPPED = "dropped"
    PUBLIC = "public-key"
    """A key that its vendor prints in the documentation."""
    FORGED = "bad-checksum"
    """All is as it should be but the checksum: the provider never issued it."""
    CONFIRMED = "confirmed"


def judge(data: bytes, candidate: Candidate) -> Judgement:
    """Run a signature's offline checks on a candidate."""
    signature, start, end = candidate[:3]
    value = data[start:end]
    if signature.near and not is_near(data, start, end, signature.near):
        return Judgement.DROPPED
    if any(pattern(public).fullmatch(value) for public in signature.public):
        return Judgement.PUBLIC
    if signature.placeholders and is_placeholder(value):
        return Judgement.DROPPED
    if signature.assigned and not is_assigned(data, start, end):
        return Judgement.DROPPED
    if signature.assigned and not signature.id.endswith("-id") and is_client(data, start):
        return Judgement.DROPPED
    if signature.entropy and entropy(value) < signature.entropy:
        return Judgement.DROPPED
    if signature.structure and not STRUCTURES[signature.structure](value):
        return Judgement.DROPPED
    if signature.checksum and not CHECKSUMS[signature.checksum](value):
        return Judgement.FORGED
    return Judgement.CONFIRMED


def is_near(data: bytes, start: int, end: int, near: Near) -> bool:
    """Say whether one of the words stands close before or after the secret."""
    reach = near.within + max(map(len, near.words))
    around = data[max(0, start - reach) : start].lower(), data[end : end + reach].lower()
    return any(word.encode() in side for side in around for word in near.words)
