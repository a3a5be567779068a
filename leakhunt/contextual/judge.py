"""Which names and values are leaks, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt.contextual.stand_ins import is_code
from leakhunt.contextual.values import FAIR, NONE, STRONG, WEAK, Look, look
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Collection

    from leakhunt.contextual.names import Name
    from leakhunt.contextual.shapes import Shape
    from leakhunt.model import Context

_LOOSE = {",", "(", ">", "?"}
"""Signs that stand between a name and a value that need not belong together."""


class Weighed(NamedTuple):
    """A line's word on a value: before its file is looked at."""

    name: Name
    look: Look
    weight: int
    """1 to 3: low, medium, high; 0 is no candidate."""


def weigh(shape: Shape, name: Name | None, context: Context | None, text: str) -> Weighed | None:
    """Weigh what a single line says.

    Args:
        shape: name and value in the line.
        name: what the name is.
        context: of its signature.
        text: the value.

    Returns:
        The weight, or None if it is no secret wherever it stands.
    """
    if name is None or context is None or len(text) < context.least:
        return None
    if shape.kind == "bare" and is_code(text):
        return None
    seen = look(text, name.word)
    if seen.strength == NONE:
        return None
    weight = seen.strength
    if context.strong and seen.strength < STRONG:
        if seen.strength == WEAK or seen.kind not in {"uuid", "mixed"} or len(text) < 12:
            return None
        weight = WEAK
    if not name.sure:
        weight -= 1
    return Weighed(name, seen, weight) if weight > 0 else None


def is_loose(sign: str) -> bool:
    """Say whether name and value need not belong together."""
    return sign.strip() in _LOOSE


def level(weight: int, kinds: Collection[str], form: str, strength: int) -> Confidence | None:
    """Return how sure it is that a value is a leak, or None if it is none.

    Args:
        weight: what the line says.
        kinds: what the file is, see `places.kinds`.
        form: how the file holds it: a form of `facts.model.Form`, `comment`, `inside` (in a
            larger text), or empty where nobody knows.
        strength: of the value.
    """
    if "made" in kinds or "locale" in kinds:
        weight -= 2
    if "test" in kinds or "docs" in kinds or "schema" in kinds or "sample" in kinds:
        weight -= 1
    if form in {"comment", "inside", "comparison"}:
        weight -= 1
    if weight <= 0:
        return Confidence.LOW if strength == STRONG and weight == 0 else None
    return (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)[min(weight, 3) - 1]


__all__ = ["FAIR", "STRONG", "Weighed", "is_loose", "level", "weigh"]
