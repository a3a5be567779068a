"""What a line gives away, before its file says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.values import STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.contextual.hints import Halves
    from leakhunt.model import Confidence

_ESCAPES = lazy.pattern(rb"(?:\\u00[0-9a-fA-F]{2}){4,100}")
_CODE = lazy.pattern(rb"u00([0-9a-fA-F]{2})")


class Candidate(NamedTuple):
    """A value that a line gives away. Offsets are bytes."""

    start: int
    end: int
    signature: int
    """Its place among those that were given."""
    weight: int
    strength: int
    kind: str
    """See `shapes.Shape`."""
    sign: str
    setter: bool = False
    """It is an argument of something that sets it."""
    look: str = ""
    """See `values.Look`."""
    modest: str = ""
    """Its name, if the value is a word that weighs little unless its surroundings say more."""


class Line(NamedTuple):
    """What a line says, wherever it stands."""

    items: tuple[Candidate, ...] = ()
    halves: Halves = ()
    """How it may be half of a pair."""
    opens: bool = False
    """Bytes of a secret may begin in it."""


def spelt(value: bytes) -> str:
    r"""Return a value as a text, with its letters if nothing but escapes is written: `\u0046...`.

    Args:
        value: as a line has it.
    """
    if _ESCAPES.fullmatch(value):
        return "".join(chr(int(code, 16)) for code in _CODE.findall(value))
    return value.decode("utf-8", "replace")


def is_name(item: Candidate) -> bool:
    """Say whether a value is a name where texts have quotes: `password = Just it`."""
    return item.kind in {"bare", "dotted"} and item.strength < STRONG


def apart(
    sure: Iterable[tuple[Candidate, Confidence]],
) -> Iterator[tuple[Candidate, Confidence]]:
    """Yield of candidates that overlap the surest, and of equals the first."""
    taken: set[int] = set()
    for item, how in sorted(sure, key=lambda one: -one[1].rank):
        place = range(item.start, item.end)
        if taken.isdisjoint(place):
            taken.update(place)
            yield item, how
