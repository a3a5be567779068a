"""Which names and values are leaks, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual import started, told, typed
from leakhunt.contextual.arrays import is_long
from leakhunt.contextual.stand_ins import climbs, is_code
from leakhunt.contextual.values import FAIR, STRONG, WEAK, Look, look
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.names import Name
    from leakhunt.model import Context

_LOOSE = {",", "(", ">", "?"}
"""Signs that stand between a name and a value that need not belong together."""


_WEIGHTS = {WEAK: 4, FAIR: 5, STRONG: 7}
USUAL = {"default": 2, "usual": 3, "careless": 4, "nested": 4, started.LOOK: 4}
"""Of values of these kinds a line alone does not say enough, see `accounts`."""
_VAGUE = {"key", "keys"}
"""Names that say little: `STEAM_KEY`."""
_KEY = 16
"""Characters of a key that has no better name, at least."""
_NO_KEY = lazy.pattern(
    r"RW[A-Za-z0-9+/]{54}|(?:0x)?[0-9A-F]{16}|[0-9a-f]{40}|[0-9A-F]{40}|(?:[a-z]+[-_.])+[0-9a-f]{40}(?:[-_.]\w+)*|"
    r"(?:AAAA|MI[IG]|mQ[EGI]|LS0t).*|.*[:.,\[{(].*"
)
"""Ids of keys and of commits, hashes, public keys, certificates."""
_METHOD = lazy.pattern(r"(?:get|set|is|has|on|to|add|update|create|render|draw)[A-Z][A-Za-z]+")
"""What a packed script calls its own: {key:"getBarXForAxis",value:function(t){...}}."""
STEP = 2
"""What a word weighs more, or less, by what is around it."""
_LEAST = {
    "maybe": FAIR,
    "account": FAIR,
    "member": FAIR,
    "annotated": FAIR,
    "returned": FAIR,
    "yields": FAIR,
    "handed": STRONG,
}
"""How much a value has to look like a secret where it may be something else."""
_GIVES_BACK, _WORDED = {"returned", "yields"}, {"word", "words"}
"""What a function called password gives back is one, although it be a word."""
_KEY_SIZES = {16, 24, 32, 44, 64}
"""Characters of a key for a cipher, as it is and in base64."""
_KEYED = {"call", "maybe", "lone", "yields"}
_PLAIN = {"bare", "quoted", "paired", "command", "stated"}
"""How settings hold what a service starts with."""
_VECTORS = {
    "2b7e151628aed2a6abf7158809cf4f3c",
    "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
}
"""Keys of the examples in FIPS 197 and SP 800-38A."""
_NAMED_KEY = 12
"""Characters from which on what looks like a name is a key where a function takes one."""
_SEASONING, _SPOKEN = 6, 10
"""Letters of a word that somebody takes for a salt, and of words for a token, at least."""
_ENDS_NAME = (
    *("name", "ref", "account", "service", "config", "store", "vault", "value", "file", "id"),
)
"""What the names of things end in that hold a secret, but for those words that say it."""
_SALTS = ("salt", "pepper")
_PHRASE = lazy.pattern(r"[a-z][\w'-]*(?: [\w'-]+){2,8}")
"""Words in a row where a function takes a secret."""
_SHORTEST = 5
"""Characters of what people type as a key, at least."""
_TYPED_KEY = 8
"""Characters from which on what has digits is a key where its name says for what."""
_MEMBER_ID = lazy.pattern(r"[A-Z][A-Z0-9]{7,11}")
"""Who somebody is in a chat or a directory: capitals and digits, as no password is."""
_MANY_DIGITS = 5
"""Digits of what is as long as a key and has words in it, at least."""
_JOINTS = lazy.pattern(r"[\W_]")
_SETTING = lazy.pattern(r"[a-z]+(?:_[a-z0-9]+)+")
"""The name of a setting: key: 'mailer_smtp_host'."""
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
    kind: str,
    name: Name | None,
    context: Context | None,
    text: str,
    sign: str = "",
    *,
    variable: bool = False,
) -> Weighed | None:
    """Weigh what a single line says.

    Args:
        kind: how the two stand together: see `shapes.Shape`, or `stated`.
        name: what the name is.
        context: of its signature.
        text: the value.
        sign: what stands between them: see `shapes.Shape`.
        variable: whether the name is that of an environment variable.

    Returns:
        The weight, or None if it is no secret wherever it stands.
    """
    if name is None or context is None:
        return None
    if len(text) < _least(context) and kind != "basic":
        return None
    if kind in {"bare", "option"} and is_code(text):
        return None
    if kind == "dotted" and not context.words:
        return None
    if kind == "pin":
        return Weighed(name, Look(FAIR, "number"), _WEIGHTS[FAIR]) if typed.is_pin(text) else None
    if kind == "told":
        return _told(name, context, text, sign)
    passed = kind in {"call", "hashed"}
    text = text.removeprefix("{noop}")  # Spring: not hashed
    keyed = kind in _KEYED or name.word in _VAGUE
    if keyed and (climbs(text) or text.lower() in _VECTORS):
        return None
    seen = _looked(kind, name, context, text, passed=passed)
    seen = _in_bytes(seen, name, text) if sign == "bytes" else seen
    if seen is None:
        return None
    weight = USUAL.get(seen.kind) or _WEIGHTS[seen.strength]
    modest = False
    if kind in {"handed", "lone"}:  # of what is handed over it may be the text that is encrypted
        modest = kind == "lone" and seen.strength < STRONG and len(text) not in _KEY_SIZES
        weight = min(weight, _WEIGHTS[FAIR])
    elif name.word in _VAGUE and seen.kind != "nested":
        if not is_key(seen, text):
            return None
        weight -= STEP
    salt = name.word.endswith(_SALTS)
    freely = passed or kind in {"command", "basic", "lone", "link"} or seen.kind in USUAL
    if context.strong and seen.strength < STRONG and not freely:
        spoken = name.word != "storage key" and _is_spoken(seen, text, salt=salt, variable=variable)
        less = 0 if spoken else _short_of_a_machine(name.word, seen, text, variable=variable)
        if less is None:
            return None
        weight -= less
        modest = modest or (spoken and (not salt or seen.kind == "word"))
    machine = not (context.words or passed or kind == "basic" or salt or _is_handed(kind, text))
    if seen.strength == WEAK and seen.kind not in USUAL and machine:
        modest = modest or not _HYPHENS.search(text)
    if (seen.kind == "hash" and kind != "login") or modest:
        weight -= STEP
    if not name.sure:
        weight -= STEP
    weight = _bounded(weight, kind, sign, seen)
    return Weighed(name, seen, weight, modest) if weight > 0 else None


def _least(context: Context) -> int:
    """Return how many characters a value has at least: a password may be two letters."""
    return 2 if context.words else min(context.least, _SHORTEST)


def _is_handed(kind: str, text: str) -> bool:
    """Say whether a word stands where a program takes a secret, so that it is one."""
    return kind == "command" and " " not in text


def _bounded(weight: int, kind: str, sign: str, seen: Look) -> int:
    if kind == "basic":
        weight = max(weight, _WEIGHTS[FAIR])  # somebody took the trouble to encode it
    if sign == "cookie":
        weight = min(weight, _WEIGHTS[FAIR])  # it holds for as long as its session
    return weight - (sign == "local" and seen.strength == WEAK and seen.kind != "words")


def _in_bytes(seen: Look | None, name: Name, text: str) -> Look | None:
    """Return what a text looks like that is made bytes at once: a word is a key, too."""
    if (seen is None or seen.strength < FAIR) and typed.is_in_bytes(text, name.word):
        return Look(WEAK, "careless")
    return seen


def _looked(kind: str, name: Name, context: Context, text: str, *, passed: bool) -> Look | None:
    """Return what a value looks like, or None if that is no secret of this name."""
    seen = look(text, name.word)
    label = name.word.endswith(_SALTS) and text.endswith(f" {name.word}")
    if not seen.strength and " " in text and (passed or not context.words) and not label:
        seen = look(text, "passphrase")
        if kind == "call" and not seen.strength and _PHRASE.fullmatch(text):
            seen = Look(WEAK, "phrase")
    if passed and seen.kind == "name" and len(text) >= _NAMED_KEY and not text.isupper():
        seen = Look(WEAK, "words")
    short = {"careless", "nested", "default", started.LOOK}
    if len(text) < context.least and kind != "basic" and seen.kind not in short:
        return None
    if seen.kind == started.LOOK and kind not in _PLAIN and not typed.is_made(kind, text):
        return None
    if kind == "lone" and seen.strength < FAIR and _SETTING.fullmatch(text):
        return None
    spoken = kind in _GIVES_BACK and name.word in typed.CHOSEN and seen.kind in _WORDED
    least = WEAK if spoken else _LEAST.get(kind, WEAK)
    if seen.strength < least or (kind == "hashed" and seen.kind == "default"):
        return None
    if name.word.endswith(_SALTS) and typed.is_namespace(text):
        return None
    if kind == "member" and (
        seen.kind not in {"mixed", "random", "hex"} or _MEMBER_ID.fullmatch(text)
    ):
        return None
    return seen


def _is_spoken(seen: Look, text: str, *, salt: bool, variable: bool) -> bool:
    """Say whether somebody took words for what a machine should have made."""
    if seen.kind == "word" and salt:
        return len(text) >= _SEASONING
    if seen.kind not in {"words", "phrase"} or typed.is_namespace(text):
        return False
    own = _JOINTS.sub("", text).lower()
    return salt or (variable and len(text) >= _SPOKEN and not own.endswith(_ENDS_NAME))


def _told(name: Name, context: Context, text: str, sign: str) -> Weighed | None:
    seen = look(text, name.word)
    if seen.kind == started.LOOK:
        return None
    if context.strong and seen.strength < STRONG and (seen.strength < FAIR or len(text) < _KEY):
        return None
    if not context.words and seen.strength == WEAK:
        return None  # the name of a secret: "the secret `prod-db`"
    weight = told.weight(seen.strength, seen.kind, sign)
    return Weighed(name, seen, weight) if weight else None


def of_bytes(name: Name, count: int) -> int:
    """Return what a secret weighs that is written byte by byte.

    Args:
        name: what it is called.
        count: how many bytes it has.
    """
    if name.word in _VAGUE:
        return _MEDIUM if is_long(count) else 0
    return _WEIGHTS[FAIR]


def _short_of_a_machine(word: str, seen: Look, text: str, *, variable: bool) -> int | None:
    """Return how much less a value weighs that no machine made, where it should have.

    None for what is no key at all: a word, the name of a setting or of a switch.
    """
    if seen.kind == "mixed" and typed.is_issued(text, word, variable=variable):
        return 1
    salt = word.endswith(_SALTS)
    least = _TYPED_KEY if salt or word in typed.KEYS else _NAMED_KEY
    if seen.strength == WEAK or seen.kind not in {"uuid", "mixed", "odd"} or len(text) < least:
        return None
    if typed.is_called_so(text, word):
        return None
    sized = len(text) in _KEY_SIZES and sum(map(str.isdigit, text)) >= _MANY_DIGITS
    return 0 if salt else 1 if word in typed.KEYS or seen.kind == "uuid" or sized else STEP


def is_key(seen: Look, text: str) -> bool:
    """Say whether a value is a key that a machine made, and neither an id nor a public one.

    Args:
        seen: what it looks like.
        text: the value.
    """
    if seen.strength < STRONG or len(text) < _KEY:
        return False
    return not _NO_KEY.fullmatch(text) and not _METHOD.fullmatch(text)


def is_loose(sign: str) -> bool:
    """Say whether name and value need not belong together."""
    return sign.strip() in _LOOSE


SPECIFIC = {
    *("client secret", "jwt secret", "session secret", "cookie secret", "webhook secret"),
    *("hmac secret", "consumer secret", "shared secret", "signing key", "jwt key"),
    *("encryption key", "api secret", "app secret", "auth secret", "signing secret"),
}
"""Names of what nothing but a secret has."""
_SIGNS = lazy.pattern(
    r"(?i)session|jwt|jws|cookie|(?<![a-z])passport(?![a-z])|hmac|hs\d{3}|sign|oauth|webhook|hasura|crypt|cipher|auth|"
    r"credentials"
)
_APPLICATION = lazy.pattern(r"(?i)(?:^|[ ._])(?:app|application|flask|server|config)$")
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
        return STEP if around else -_WEIGHTS[STRONG]
    if word.endswith(_SALTS):
        return STEP  # code has no salt that it does not use
    owned = word == "secret key" and any(map(_APPLICATION.search, paths))
    if around or owned or word in SPECIFIC or (len(text) >= 10 and _MADE_UP.fullmatch(text)):
        return STEP
    return 0


def level(
    weight: int,
    kinds: frozenset[str],
    form: str,
    strength: int,
    *,
    chosen: bool = False,
    remote: bool = False,
) -> Confidence | None:
    """Return how sure it is that a value is a leak, or None if it is none.

    Args:
        weight: what the line says.
        kinds: what the file is, see `places.kinds`.
        form: how the file holds it: a form of `facts.model.Form`, `embedded` (in a larger
            text), `inside` (in a comment or prose), or empty where nobody knows.
        strength: of the value.
        chosen: whether people choose such values, and make them up for tests.
        remote: whether it is of something that does not live and die with a run of tests.
    """
    if "made" in kinds or "locale" in kinds:
        weight -= STEP if strength == STRONG else 2 * STEP
    if kinds & {"test", "docs", "schema"}:
        weight -= STEP
        # A machine may have made up a password for what is tested or shown. Tokens and keys are
        # issued, and a manual shows what was: it is not known whether it still opens something.
        if strength == STRONG and chosen and kinds & {"test", "docs"}:
            weight -= STEP
        elif strength == STRONG and "docs" in kinds:
            weight = min(weight, _HIGH - 1)
        if "api" in kinds:  # the values of its examples, mostly of a run of tests
            weight = min(weight, DOUBTED)
    elif "sample" in kinds:
        # What a machine made was not made up for a sample.
        weight = min(weight - 1, _HIGH - 1) if strength == STRONG else weight - STEP
    if "ci" in kinds and strength == WEAK and not remote:
        weight -= STEP
    if form == "inside":
        weight -= STEP
    elif form in {"comparison", "embedded"}:
        weight -= STEP if strength == STRONG else 1
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
    "SPECIFIC",
    "STEP",
    "STRONG",
    "USUAL",
    "Weighed",
    "is_loose",
    "level",
    "lifted",
    "weigh",
]
