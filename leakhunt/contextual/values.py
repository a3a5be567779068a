"""What a value looks like: a secret, a word, a name, a placeholder."""

from __future__ import annotations

import binascii
import functools
from typing import NamedTuple

from leakhunt import lazy
from leakhunt.contextual import stand_ins, started, typed
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
_REFERRED = {"credential", "credentials"}
"""What services keep under ids of their own, and programs name by these."""
_TYPED = 24
"""Characters of what people type at most."""
_PART = 3.5
"""Letters of the parts of a name that is written in one word, on average."""
_COMPOUND = lazy.pattern(
    r"(?:[A-Z]?[a-z]{2,}|[A-Z]{2,5}(?=-))(?:[-_ .]?[A-Z][a-z]{2,}|[-_ .][a-z]{2,})*"
    r"[-_ .][A-Za-z][a-z]{2,}"
)
"""Words of whatever language with signs between: Bot-Geheimnis, TOTP-avain."""
_KEBAB = lazy.pattern(r"[a-z]{2,}(?:[-_.][a-z]{2,})*[-_.]\d{1,3}")
"""The name of one of several: db-ninja-01."""
_LEET = str.maketrans("01345789@$!", "oleastbgasi")
_BASE64 = lazy.pattern(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BYTES = lazy.pattern(r"[A-Za-z0-9+/]{6,}={0,2}")
_NUMBER = lazy.pattern(r"[\d.,:_/ +-]+|0[xX][0-9a-fA-F]{1,8}")
_SPACE = lazy.pattern(r"\s")
_KEY_ID = lazy.pattern(r"(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})!?")
_KEY_IDS = {"signing key", "signingkey", "sign key", "signkey", "private key", "privatekey"}
"""With these names git and packagers say which key of a keyring is meant."""


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
_SEASONED = lazy.pattern(
    r"(?!.*\b(?:must|required|invalid|missing|enter|error|length|bytes|value)\b)"
    r"[a-z][\w'-]*(?: [\w'-]+){2,8}"
)
"""Words in a row that are a salt: nobody shows labels for one."""
_DRAWN = 24
"""Digits of a salt that a machine drew, at least."""
_PIN = 4
"""Digits of a password of digits, at least."""
_SEED = lazy.pattern(r"(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){3}){0,4}[a-z]{3,8}")
"""What opens a wallet: twelve short words, or three, six, nine or twelve more."""
_PHRASES = {"passphrase", "pass phrase", "mnemonic", "seed phrase", "recovery phrase", "psk"}
_SPELLED = {"mnemonic", "seed phrase", "recovery phrase"}
"""Names of what is several words: one word is an instruction, a column, a key of a menu."""


_SALTS = {
    *("salt", "hash salt", "password salt", "secret salt", "pepper", "cipher seed", "cipherseed"),
    *("crypto seed", "encryption seed"),
}
_DIGITAL = typed.SIGNING | typed.KEYS | {"secret"}
"""Names of what may be nothing but digits, as many as a cipher takes bytes."""
_SIZES = {16, 24, 32}
_SEEDS = {
    *("secret", "seed", "otp secret", "otp seed", "totp secret", "totp seed", "totp key"),
    *("otp", "totp", "mfa", "2 fa", "otp key", "mfa key", "2 fa key", "authenticator seed"),
    *("oath seed", "oath secret", "hotp secret", "hotp seed", "tfa seed", "2 fa seed"),
    *("mfa secret", "mfa seed", "2 fa secret", "two factor secret", "authenticator secret"),
}
_SPOKEN = typed.CHOSEN | typed.SIGNING | typed.KEYS | _SALTS | {"secret"}
"""Names of what may be several words."""


_CODES = {"recovery code", "backup code", "scratch code", "emergency code", "rescue code"}
_CODE = lazy.pattern(
    r"(?=(?:\D*\d){2})(?!(.)\1{3})(?:[A-Za-z0-9]{4,8}(?:[- ][A-Za-z0-9]{3,8}){1,4}|\d{8}|"
    r"(?=[A-Z\d]*[A-Z])[A-Z\d]{8,16}|(?=[a-z\d]*[a-z])[a-z\d]{8,16})"
)
"""What signs in once when a telephone is lost: in groups, or of eight characters and more."""
_COUNTS = lazy.pattern(r"[A-Za-z]{4,}(?:[- ][A-Za-z]{4,})*[- ]?\d+")
"""A word and a number: what is counted, full2026 or RETRY-0001."""
_LISTED = lazy.pattern(r"\s*[\[\]\"',;|\\]+\s*")
"""Between several in one text."""
_CAPITALS = lazy.pattern(r"[A-Z2-7]{16,64}={0,6}")
_BASE32 = lazy.pattern(r"(?=[A-Z]*[2-7]+[A-Z]+[2-7])[A-Z2-7]{16,64}={0,6}")
"""What is just called seed is one of one-time passwords only if it is written so: others are
numbers, and words that something grows from."""


_KNOWN = {
    *("JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
    *("Q3AM3UQ867SPQQA43P2F", "zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG"),
    *("d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    *("Public Global Stellar Network ; September 2015", "Test SDF Network ; September 2015"),
    *("x-oauth-basic", "x-access-token", "x-token-auth"),
    "test test test test test test test test test test test junk",
}
"""Seeds that a standard shows, what opens a public playground, what networks of Stellar are told
apart by, the digests of nothing (MD5, SHA-1, SHA-256), what hosts of code ask for in place of a
user or a password beside a token, the phrase of a wallet for tests: everybody knows them."""
_DJANGO = lazy.pattern(
    r"(?=(?:[^!@#$%^&*(=+]*[!@#$%^&*(=+]){6})(?:django-insecure-)?[a-z0-9!@#$%^&*(\-_=+)]{50}"
)
"""A key as Django makes it, which may hold what opens a template elsewhere."""
_MAIL = lazy.pattern(r"[a-z]{4}(?:[ \u00a0][a-z]{4}){3}")
"""The password of an application, as Google shows it: what is copied there has spaces at which no
line breaks."""
_GROUPED = lazy.pattern(
    r"(?=.*[2-7])(?:(?:[a-z2-7]{4} ){3,15}[a-z2-7]{4}|(?:[A-Z2-7]{4} ){3,15}[A-Z2-7]{4})"
)
"""The seed of one-time passwords, as it is shown to be typed."""
_WALLET = lazy.pattern(r"0x[0-9a-fA-F]{40}")
"""The address of a wallet, which is public; a key is longer."""
_SCRIPT = lazy.pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""In these scripts labels are translated; passwords are typed in Latin letters."""
_WORDED = 4.6
"""Bits for each letter up to which capitals are words."""
_UPWARD = "01234567890123456789"
_FEW = 3
"""Different characters of a code that somebody made up to show how one looks."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
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
    if text.endswith(" ") and " " not in text[:-1]:
        text = text[:-1]  # it was copied with what stood behind it
    if _DJANGO.fullmatch(text) or (name in typed.CHOSEN and _MAIL.fullmatch(text)):
        return Look(STRONG, "random")
    if name in _SEEDS and _GROUPED.fullmatch(text):
        return Look(STRONG, "random")
    if name.removesuffix("s") in _CODES:
        codes = [code for code in _LISTED.split(text) if code]
        return Look(FAIR, "mixed") if codes and all(map(_is_code, codes)) else Look(NONE, "name")
    if name in {"seed", "seeds"} and not _is_seed(text):
        return Look(NONE, "name")
    if reason := stand_ins.reason(text, name):
        if typed.is_hardened(text, name, reason):
            return Look(FAIR if any(map(str.isdigit, text)) else WEAK, "mixed")
        used = typed.usual(text, name, reason)
        return Look(WEAK, used) if used else Look(NONE, reason)
    if name in _KEY_IDS and _KEY_ID.fullmatch(text):
        return Look(NONE, "id")
    if text in _KNOWN or _SCRIPT.search(text) or _WALLET.fullmatch(text):
        return Look(NONE, "text")
    if name in _SEEDS and name != "secret" and _CAPITALS.fullmatch(text):
        if _is_seed(text):
            return Look(STRONG, "random")
        if surprise("".join(filter(str.isalpha, text))) <= _WORDED:
            return Look(NONE, "name")
    if _UUID.fullmatch(text):
        return Look(NONE if name in _REFERRED else FAIR, "uuid")
    if _NUMBER.fullmatch(text):
        digits = sum(map(str.isdigit, text))
        if digits == len(text) <= _PIN and name in typed.CHOSEN:
            return Look(WEAK, "usual" if digits == _PIN else started.LOOK)
        if name in _SALTS and digits == len(text) >= _DRAWN:
            return Look(STRONG, "number")
        if (
            name in _DIGITAL
            and digits == len(text)
            and digits in _SIZES
            and not stand_ins.climbs(text)
        ):
            return Look(FAIR, "mixed")
        return Look(WEAK if digits >= 5 and digits == len(text) else NONE, "number")
    if _HEX.fullmatch(text):
        if name in typed.CHOSEN and len(text) in {32, 40, 64, 128}:
            return Look(WEAK, "hash")
        return Look(STRONG if len(set(text)) >= 8 else WEAK, "hex")
    if _ALPHABET in text.lower():
        return Look(NONE, "sequence")  # what passwords are drawn from
    if stand_ins.climbs(text):
        return Look(FAIR, "mixed")  # somebody ran a finger over the keys
    if not _SPACE.search(text):
        why, said = _decoded(text)
        if why:
            runs = name in typed.CHOSEN and started.may(said, why)
            return Look(WEAK, started.LOOK) if runs else Look(NONE, why)
        if _is_random(text):
            return Look(STRONG, "random")
    if name in _SPELLED and not _SPACE.search(text):
        return Look(NONE, "name")
    if used := typed.chosen(text, name):
        return Look(WEAK, used)
    return _phrase(text, name) if _SPACE.search(text) else _chosen(text)


def _is_code(text: str) -> bool:
    """Say whether it is drawn as codes are that recover an account, and does not show how."""
    plain = text.replace("-", "").replace(" ", "").lower()
    if stand_ins.climbs(plain) or plain in _UPWARD or len(set(plain)) <= _FEW:
        return False
    return _CODE.fullmatch(text) is not None and not _COUNTS.fullmatch(text)


def _is_seed(text: str) -> bool:
    """Say whether it is base32 and no words in capitals with digits between."""
    letters = "".join(filter(str.isalpha, text))
    return _BASE32.fullmatch(text) is not None and surprise(letters) > _WORDED


def _decoded(text: str) -> tuple[str, str]:
    """Return why what a value says in base64 is no secret, say `your-key-here`; and that."""
    if len(text) % 4 or not _BYTES.fullmatch(text):
        return "", ""
    try:
        said = binascii.a2b_base64(text, strict_mode=True).decode("ascii")
    except ValueError:
        return "", ""
    if stand_ins.climbs(said):
        return "sequence", said
    why = stand_ins.reason(said, "") if said.isprintable() else ""
    return (why, said) if why in {"placeholder", "template", "sequence", "short"} else ("", "")


def _is_random(text: str) -> bool:
    """Say whether a machine made it: many changes between kinds of characters, or no words."""
    if len(text) < 10 or _SHORT_HEX.fullmatch(text):
        return False
    if any(letter.isalpha() and not letter.isascii() for letter in text):
        return False
    if len(text) <= _TYPED and _reads(text.translate(_LEET)):
        return False
    if len(text) < _TYPED and (_KEBAB.fullmatch(text) or _COMPOUND.fullmatch(text)):
        return False
    parts = _LETTERS.findall(text) if text.isalpha() else []
    if len(parts) > 1 and len(text) >= _PART * len(parts):
        return False  # setPagesInViewport
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
    r"you|this|will|should|can|cannot|has|have|error|failed|missing|unknown|reset|login|user|"
    r"words|spaces)\b"
)


_WORD = lazy.pattern(r"[^\W\d_]{3}")
_COUNTED = lazy.pattern(r"(?:[^\W\d_][\w'-]+ ){2,6}\d{1,4}")
"""Words and a number behind them, as rules for passwords want one: a label has none."""


def _phrase(text: str, name: str) -> Look:
    """Several words: prose, mostly, but some passphrases have spaces."""
    if name in _PHRASES and _SEED.fullmatch(text):
        return Look(STRONG, "random")
    several = 3 <= len(text.split()) <= 10 and _WORD.search(text)  # no counts: 196, of 11,849
    if name in _PHRASES and not _UI.search(text) and several:
        return Look(WEAK, "phrase")
    labelled = " " in text and text.endswith(f" {name}")  # the label of a field for it
    if labelled and name in _SALTS:
        return Look(NONE, "prose")
    if name in _SPOKEN and (_is_spoken(text) or (name in _SALTS and _SEASONED.fullmatch(text))):
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
    if _COUNTED.fullmatch(text):
        return True
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
