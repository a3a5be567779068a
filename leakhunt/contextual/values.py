"""What a value looks like: a secret, a word, a name, a placeholder."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from leakhunt import lazy
from leakhunt.contextual import stand_ins
from leakhunt.contextual.letters import ROWS, SCALE

NONE, WEAK, FAIR, STRONG = 0, 1, 2, 3
"""How much a value looks like a secret: not at all; a word, which some people take for a
password; chosen with some care; made by a machine."""

UNLIKELY = 5.0
"""Bits for each letter from which on letters make no word."""

_PIECES = lazy.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^A-Za-z0-9]")
_LETTERS = lazy.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HEX = lazy.pattern(r"(?:0x)?(?:[0-9a-f]{16,}|[0-9A-F]{16,})")
_UUID = lazy.pattern(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TYPED = 24
"""Characters of what people type at most."""
_LEET = str.maketrans("01345789@$!", "oleastbgasi")
_BASE64 = lazy.pattern(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_NUMBER = lazy.pattern(r"[\d.,:_/ +-]+")
_SPACE = lazy.pattern(r"\s")
_KEYS = {
    *("auth key", "jwt key", "signing key", "sign key", "encryption key", "encrypt key", "aes key"),
    *("hmac key", "cipher key", "crypto key", "master key", "des key", "symmetric key"),
}
_LONG = 28
"""Characters of a phrase in one word: what is shorter may be a name."""
_SIZES = {16, 24, 32, 48, 64}
"""Characters of a key that a person made as long as the cipher wants it."""
_SPACED = lazy.pattern(r"(?:[A-Za-z0-9]+[-_ ]){2,}[A-Za-z0-9]+\W{0,3}")
_KEY_ID = lazy.pattern(r"(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})!?")
_KEY_IDS = {"signing key", "signingkey", "sign key", "signkey"}
"""With these names git and packagers say which key of a keyring is meant."""


_CHOSEN = {
    *(
        "password",
        "passwd",
        "pass",
        "pwd",
        "pw",
        "passwords",
        "psw",
        "passw",
        "passwrd",
        "passwort",
    ),
    *("userpass", "dbpass", "rootpass", "adminpass", "userpwd", "dbpwd", "kennwort", "clave"),
    *("contrasena", "senha", "requirepass", "masterauth"),
}
"""Names of what people choose: what is in hexadecimal there is a hash of it."""
_SIGNING = {
    *("client secret", "app secret", "secret key", "jwt secret", "auth secret", "session secret"),
    *("cookie secret", "secret key base", "shared secret"),
}
_SIGNING |= {name.replace(" ", "") for name in _SIGNING}
"""Names of what a machine should have made; where a person typed a word, that is what is used."""
_LABEL = lazy.pattern(
    r"(?i)[<>{}$%|=\\]|\b(?:account|app|application|api|auth\w*|bearer|client|code|config\w*|"
    r"creat\w+|"
    r"credentials?|current|data|database|default|delet\w+|description|dis\w*able\w*|email|empty|"
    r"enabl\w+|encrypt\w*|expired?|field|file|find|generat\w+|get|hash\w*|id|incorrect|input|"
    r"length|list|"
    r"match\w*|message|name|none|number|old|only|optional|options?|or|provide\w*|read|remove\w*|"
    r"sav\w+|security|sent|server|service|session|set|show|sign\w*|string|test\w*|text|that|time|"
    r"to|try|"
    r"update\w*|url|username|value\w*|verif\w+|was|were|when|which|wrong|your)\b"
)
"""Words of labels, messages and descriptions; and what is markup."""
_PHRASES = {"passphrase", "pass phrase", "mnemonic", "seed phrase", "recovery phrase"}


_SPOKEN = (
    _CHOSEN
    | _SIGNING
    | _KEYS
    | {"secret", "salt", "hash salt", "password salt", "secret salt", "pepper"}
)
"""Names of what may be several words."""


_KNOWN = {
    *("JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
    *("Q3AM3UQ867SPQQA43P2F", "zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG"),
}
"""Seeds that a standard shows, and what opens a public playground: everybody knows them."""
_WALLET = lazy.pattern(r"0x[0-9a-fA-F]{40}")
"""The address of a wallet, which is public; a key is longer."""
_SCRIPT = lazy.pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""In these scripts labels are translated; passwords are typed in Latin letters."""
_SHORT_HEX = lazy.pattern(r"[0-9a-f]{1,10}|[0-9A-F]{1,10}")


class Look(NamedTuple):
    """What a value looks like."""

    strength: int
    kind: str
    """`random`, `hex`, `uuid`, `mixed`, `word`, `words`, `number`, or why it is none.

    `usual` and `default` are chosen by many (`123456`, `postgres`), `careless` signs or opens
    something, `nested` does if what it belongs to does. Whether they are used is said by what
    stands around them.
    """


def surprise(letters: str) -> float:
    """Return how unlike a word some letters are, in bits for each: 3 to 4.5 for words."""
    costs, row = 0, ROWS[0]
    for letter in letters.lower():
        at = ord(letter) - 97
        if not 0 <= at < 26:
            return 0.0  # of another script, where we know nothing
        costs += ord(row[at]) - 33
        row = ROWS[at + 1]
    return costs / SCALE / max(1, len(letters))


@functools.lru_cache(maxsize=50_000)
def look(text: str, name: str = "") -> Look:
    """Say what a value looks like.

    Args:
        text: the value, escapes undone.
        name: the words of its name, joined by spaces.
    """
    if reason := stand_ins.reason(text, name):
        return _usual(text, name, reason)
    if name in _KEY_IDS and _KEY_ID.fullmatch(text):
        return Look(NONE, "id")
    if text in _KNOWN or _SCRIPT.search(text) or _WALLET.fullmatch(text):
        return Look(NONE, "text")
    if _UUID.fullmatch(text):
        return Look(FAIR, "uuid")
    if _NUMBER.fullmatch(text):
        digits = sum(map(str.isdigit, text))
        return Look(WEAK if digits >= 5 and digits == len(text) else NONE, "number")
    if _HEX.fullmatch(text):
        if name in _CHOSEN and len(text) in {32, 40, 64, 128}:
            return Look(WEAK, "hash")
        return Look(STRONG if len(set(text)) >= 8 else WEAK, "hex")
    if _SPACE.search(text):
        return _phrase(text, name)
    if _is_random(text):
        return Look(STRONG, "random")
    if name in _KEYS and _is_phrase(text, name.replace(" ", ""), sized=True):
        return Look(WEAK, "careless")
    return _chosen(text)


def _usual(text: str, name: str, reason: str) -> Look:
    """What stands in for a secret elsewhere, but is used as one."""
    own = name.replace(" ", "")
    if name in _CHOSEN and (usual := stand_ins.usual(text, reason)):
        return Look(WEAK, usual)
    if name in _SIGNING and re.sub(r"\W|_", "", text).lower() != own:
        typed = reason != "name" or "secret" in text
        if (typed and stand_ins.usual(text, reason)) or _is_phrase(text, own):
            return Look(WEAK, "careless")
    if name == "secret" and "secret" in text and stand_ins.usual(text, reason):
        return Look(WEAK, "nested")
    if name in _KEYS and _is_phrase(text, own):
        return Look(WEAK, "careless")
    return Look(NONE, reason)


def _is_phrase(text: str, own: str, *, sized: bool = False) -> bool:
    """Say whether it is a long phrase, which no name is.

    Args:
        text: the value.
        own: the letters of its name.
        sized: whether one is enough that is as long as a cipher wants it.
    """
    if len(text) < 16 or re.sub(r"\W|_", "", text).lower().endswith(own):
        return False
    if len(text) in _SIZES and sized and _SPACED.fullmatch(text):
        return True
    few = sum(map(str.islower, text)) < 0.6 * len(text)
    return len(text) >= _LONG and text.isalnum() and not few and len(_LETTERS.findall(text)) >= 5


def _is_random(text: str) -> bool:
    """Say whether a machine made it: many changes between kinds of characters, or no words."""
    if len(text) < 10 or _SHORT_HEX.fullmatch(text):
        return False
    if any(letter.isalpha() and not letter.isascii() for letter in text):
        return False
    if len(text) <= _TYPED and _reads(text.translate(_LEET)):
        return False
    pieces = _PIECES.findall(text)
    plain = [piece for piece in pieces if piece[0].isalnum()]
    # Words joined by signs have few and long pieces.
    if not plain or (len(text) / len(pieces) > 5.5 and not _BASE64.fullmatch(text)):
        return False
    words = sum(
        len(piece)
        for piece in plain
        if piece.isalpha() and len(piece) >= 4 and surprise(piece) < 4.6
    )
    if words > 0.34 * len(text):
        return False
    kinds = any(map(str.islower, text)) + any(map(str.isupper, text)) + any(map(str.isdigit, text))
    if kinds >= 2 and len(set(text)) >= 7:
        return (
            len(plain) / len(text) > 0.2 or surprise("".join(filter(str.isalpha, text))) > UNLIKELY
        )
    return text.isalpha() and len(set(text)) >= 7 and surprise(text) > UNLIKELY + 0.5


def _reads(text: str) -> bool:
    """Say whether most of it is words."""
    words = [piece for piece in _LETTERS.findall(text) if len(piece) >= 4 and surprise(piece) < 4.8]
    return sum(map(len, words)) > 0.5 * len(text)


_UI = lazy.pattern(
    r"(?i)\b(?:enter|your|please|must|is|are|not|invalid|required|forgot|forgotten|confirm|change|"
    r"new|least|characters?|for|passwords?|passphrases?|secrets?|tokens?|keys?|type|choose|if|use|"
    r"you|this|will|should|can|cannot|has|have|error|failed|missing|unknown|reset|login|user)\b"
)


def _phrase(text: str, name: str) -> Look:
    """Several words: prose, mostly, but some passphrases have spaces."""
    if name in _PHRASES and not _UI.search(text) and 3 <= len(text.split()) <= 10:
        return Look(WEAK, "phrase")
    if name in _SPOKEN and _is_spoken(text):
        return Look(WEAK, "phrase")
    if len(text.split()) > 2 or not any(map(str.isdigit, text)):
        return Look(NONE, "prose")
    return Look(WEAK, "words")


def _is_spoken(text: str) -> bool:
    """Say whether some words are what a person chose to type, and no label and no sentence."""
    if not 2 <= len(text.split()) <= 8 or not 8 <= len(text) <= 80 or text != text.strip():
        return False
    if _UI.search(text) or _LABEL.search(text) or text[-1] in ".:?!,;)]}>":
        return False
    # A label begins with a capital, and so do most of the words of a title.
    return not text[0].isupper() or (text[1:].lower() != text[1:] and text != text.title())


def _chosen(text: str) -> Look:
    """What a person may have made up: words with digits and signs."""
    letters = _LETTERS.findall(text)
    joined = "".join(letters)
    digits = sum(map(str.isdigit, text))
    signs = len(text) - digits - sum(map(str.isalpha, text))
    odd = joined and len(joined) >= 5 and surprise(joined) > UNLIKELY
    if digits and (signs or letters):
        return Look(FAIR if len(text) >= 6 else WEAK, "mixed")
    if odd and len(text) >= 6:
        return Look(FAIR, "odd")
    hard = sum(text.count(sign) for sign in "!@#$%^&*?+=~|;")
    if hard and joined and len(text) >= 6:
        return Look(FAIR, "mixed")
    if len(letters) > 1 or signs:
        return Look(WEAK if len(letters) <= 6 else NONE, "words")
    return Look(WEAK, "word")
