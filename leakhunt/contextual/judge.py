"""Which names and values are leaks, and how sure that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.contextual.stand_ins import is_code
from leakhunt.contextual.values import FAIR, NONE, STRONG, WEAK, Look, look
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from leakhunt.contextual.names import Name
    from leakhunt.model import Context

_LOOSE = {",", "(", ">", "?"}
"""Signs that stand between a name and a value that need not belong together."""


_WEIGHTS = {WEAK: 4, FAIR: 5, STRONG: 7}
USUAL = {"default": 2, "usual": 3, "careless": 4, "nested": 4}
"""Of values of these kinds a line alone does not say enough, see `accounts`."""
_VAGUE = {"key", "keys"}
"""Names that say little: `STEAM_KEY`."""
_KEY = 16
"""Characters of a key that has no better name, at least."""
_NO_KEY = re.compile(
    r"[0-9A-F]{16}|[0-9a-f]{40}|[0-9A-F]{40}|(?:AAAA|MI[IG]|mQ[EGI]|LS0t).*|.*[:.,\[{(].*"
)
"""Ids of keys, hashes, public keys, certificates."""
_STEP = 2
_SIGNS = re.compile(r"[\W_]")
_HYPHENS = re.compile(r"(?i)[a-z]-[a-z]+-[a-z]")
_HIGH, _MEDIUM = 6, 4
DOUBTED = 3
"""A weight with which a finding is not very sure, whatever its file says."""


class Weighed(NamedTuple):
    """A line's word on a value: before its file is looked at."""

    name: Name
    look: Look
    weight: int
    """The more the surer."""


def weigh(
    kind: str, name: Name | None, context: Context | None, text: str, sign: str = ""
) -> Weighed | None:
    """Weigh what a single line says.

    Args:
        kind: how the two stand together: see `shapes.Shape`, or `stated`.
        name: what the name is.
        context: of its signature.
        text: the value.
        sign: what stands between them: see `shapes.Shape`.

    Returns:
        The weight, or None if it is no secret wherever it stands.
    """
    if name is None or context is None or (len(text) < context.least and kind != "basic"):
        return None
    if kind in {"bare", "option"} and is_code(text):
        return None
    if kind == "dotted" and not context.words:
        return None
    seen = look(text, name.word)
    if seen.strength == NONE:
        return None
    weight = USUAL.get(seen.kind) or _WEIGHTS[seen.strength]
    if name.word in _VAGUE:
        if not is_key(seen, text):
            return None
        weight -= _STEP
    if seen.kind in USUAL:
        pass
    elif context.strong and seen.strength < STRONG and kind not in {"call", "command", "basic"}:
        if seen.strength == WEAK or seen.kind not in {"uuid", "mixed"} or len(text) < 12:
            return None
        if _SIGNS.sub("", text).lower().endswith(name.word.replace(" ", "")):
            return None  # the name of a setting or of a switch
        weight -= _STEP
    if seen.kind == "hash" or (
        seen.strength == WEAK
        and seen.kind not in USUAL
        and not context.words
        and kind != "basic"
        and not _HYPHENS.search(text)
    ):
        weight -= _STEP
    if not name.sure:
        weight -= _STEP
    if kind == "basic":
        weight = max(weight, _WEIGHTS[FAIR])  # somebody took the trouble to encode it
    if sign == "local" and seen.strength == WEAK:
        weight -= 1
    return Weighed(name, seen, weight) if weight > 0 else None


def is_key(seen: Look, text: str) -> bool:
    """Say whether a value is a key that a machine made, and neither an id nor a public one.

    Args:
        seen: what it looks like.
        text: the value.
    """
    return seen.strength == STRONG and len(text) >= _KEY and not _NO_KEY.fullmatch(text)


def is_loose(sign: str) -> bool:
    """Say whether name and value need not belong together."""
    return sign.strip() in _LOOSE


def level(
    weight: int, kinds: frozenset[str], form: str, strength: int, *, chosen: bool = False
) -> Confidence | None:
    """Return how sure it is that a value is a leak, or None if it is none.

    Args:
        weight: what the line says.
        kinds: what the file is, see `places.kinds`.
        form: how the file holds it: a form of `facts.model.Form`, `embedded` (in a larger
            text), `inside` (in a comment or prose), or empty where nobody knows.
        strength: of the value.
        chosen: whether people choose such values, and make them up for tests.
    """
    if "made" in kinds or "locale" in kinds:
        weight -= _STEP if strength == STRONG else 2 * _STEP
    if kinds & {"test", "docs", "schema"}:
        weight -= _STEP
        # Documentation shows values that were once issued, or look as if they were.
        if strength == STRONG and ("docs" in kinds or (chosen and "test" in kinds)):
            weight -= _STEP
    elif "sample" in kinds:
        # What a machine made was not made up for a sample.
        weight = min(weight - 1, _HIGH - 1) if strength == STRONG else weight - _STEP
    if "ci" in kinds and strength == WEAK:
        weight -= _STEP
    if form == "inside":
        weight -= _STEP
    elif form in {"comparison", "embedded"}:
        weight -= _STEP if strength == STRONG else 1
    if strength == STRONG:
        weight = max(weight, 1)
    if weight <= 0:
        return None
    if weight >= _HIGH:
        return Confidence.HIGH
    return Confidence.MEDIUM if weight >= _MEDIUM else Confidence.LOW


__all__ = ["DOUBTED", "FAIR", "STRONG", "USUAL", "Weighed", "is_loose", "level", "weigh"]
