"""Which names and values are leaks, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual import typed
from leakhunt.contextual.stand_ins import climbs, is_code
from leakhunt.contextual.values import FAIR, NONE, STRONG, WEAK, Look, look
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_NO_KEY = lazy.pattern(
    r"[0-9A-F]{16}|[0-9a-f]{40}|[0-9A-F]{40}|(?:AAAA|MI[IG]|mQ[EGI]|LS0t).*|.*[:.,\[{(].*"
)
"""Ids of keys, hashes, public keys, certificates."""
_STEP = 2
_LEAST = {"maybe": FAIR, "account": FAIR}
"""How much a value has to look like a secret where it may be something else."""
_KEY_SIZES = {16, 24, 32, 44, 64}
"""Characters of a key for a cipher, as it is and in base64."""
_KEYED = {"call", "maybe", "lone"}
_VECTORS = {
    "2b7e151628aed2a6abf7158809cf4f3c",
    "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
}
"""Keys of the examples in FIPS 197 and SP 800-38A."""
_NAMED_KEY = 12
"""Characters from which on what looks like a name is a key where a function takes one."""
_SHORTEST = 5
"""Characters of what people type as a key, at least."""
_TYPED_KEY = 8
"""Characters from which on what has digits is a key where its name says for what."""
_JOINTS = lazy.pattern(r"[\W_]")
_HYPHENS = lazy.pattern(r"(?i)[a-z]-[a-z]+-[a-z]")
_HIGH, _MEDIUM = 6, 4
DOUBTED = 3
"""A weight with which a finding is not very sure, whatever its file says."""


class Weighed(NamedTuple):
    """A line's word on a value: before its file is looked at."""

    name: Name
    look: Look
    weight: int
    """The more the surer."""
    modest: bool = False
    """It weighs little because it is a word, which it may be for good reason."""


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
    if name is None or context is None:
        return None
    if len(text) < min(context.least, _SHORTEST) and kind != "basic":
        return None
    if kind in {"bare", "option"} and is_code(text):
        return None
    if kind == "dotted" and not context.words:
        return None
    if kind == "pin":
        return Weighed(name, Look(FAIR, "number"), _WEIGHTS[FAIR]) if len(set(text)) > 2 else None
    passed = kind in {"call", "hashed"}
    text = text.removeprefix("{noop}")  # Spring: not hashed
    keyed = kind in _KEYED or name.word in _VAGUE
    if keyed and (climbs(text) or text.lower() in _VECTORS):
        return None
    phrase = " " in text and (passed or not context.words)
    seen = look(text, name.word)
    if phrase and seen.strength == NONE:
        seen = look(text, "passphrase")
    if passed and seen.kind == "name" and len(text) >= _NAMED_KEY and not text.isupper():
        seen = Look(WEAK, "words")
    if len(text) < context.least and kind != "basic" and seen.kind not in {"careless", "nested"}:
        return None
    if seen.strength < _LEAST.get(kind, WEAK) or (kind == "hashed" and seen.kind == "default"):
        return None
    weight = USUAL.get(seen.kind) or _WEIGHTS[seen.strength]
    modest = False
    if kind == "lone":
        modest = seen.strength < STRONG and len(text) not in _KEY_SIZES
        weight = min(weight, _WEIGHTS[FAIR])
    elif name.word in _VAGUE and seen.kind != "nested":
        if not is_key(seen, text):
            return None
        weight -= _STEP
    if seen.kind in USUAL or kind == "lone":
        pass
    elif context.strong and seen.strength < STRONG and not (passed or kind in {"command", "basic"}):
        less = _short_of_a_machine(name.word, seen, text)
        if less is None:
            return None
        weight -= less
    machine = not (context.words or passed or kind == "basic")
    if seen.strength == WEAK and seen.kind not in USUAL and machine:
        modest = modest or not _HYPHENS.search(text)
    if seen.kind == "hash" or modest:
        weight -= _STEP
    if not name.sure:
        weight -= _STEP
    if kind == "basic":
        weight = max(weight, _WEIGHTS[FAIR])  # somebody took the trouble to encode it
    if sign == "local" and seen.strength == WEAK:
        weight -= 1
    return Weighed(name, seen, weight, modest) if weight > 0 else None


def _short_of_a_machine(word: str, seen: Look, text: str) -> int | None:
    """Return how much less a value weighs that no machine made, where it should have.

    None for what is no key at all: a word, the name of a setting or of a switch.
    """
    least = _TYPED_KEY if word in typed.KEYS else _NAMED_KEY
    if seen.strength == WEAK or seen.kind not in {"uuid", "mixed"} or len(text) < least:
        return None
    if _JOINTS.sub("", text).lower().endswith(word.replace(" ", "")):
        return None
    return 1 if word in typed.KEYS else _STEP


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


_SPECIFIC = {
    *("client secret", "jwt secret", "session secret", "cookie secret", "webhook secret"),
    *(
        "hmac secret",
        "consumer secret",
        "shared secret",
        "signing key",
        "jwt key",
        "encryption key",
    ),
}
_SIGNS = lazy.pattern(
    r"(?i)session|jwt|jws|cookie|passport|hmac|hs\d{3}|sign|oauth|webhook|hasura|crypt|cipher|auth|"
    r"credentials"
)
_MADE_UP = lazy.pattern(r"(?:[A-Z][a-z]+)+")


def lifted(weighed_as: str, word: str, text: str, paths: Sequence[str]) -> int:
    """Return what a word weighs more because of what is around it.

    Args:
        weighed_as: the kind of the shape.
        word: which name it has.
        text: the value.
        paths: the names around it.
    """
    letters = _JOINTS.sub("", text).lower()
    around = any(map(_SIGNS.search, paths)) and not letters.endswith(word.replace(" ", ""))
    if weighed_as == "lone":
        return _STEP if around else -_WEIGHTS[STRONG]
    if around or word in _SPECIFIC or (len(text) >= 10 and _MADE_UP.fullmatch(text)):
        return _STEP
    return 0


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


__all__ = [
    "DOUBTED",
    "FAIR",
    "STRONG",
    "USUAL",
    "Weighed",
    "is_loose",
    "level",
    "lifted",
    "weigh",
]
