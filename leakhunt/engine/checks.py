"""Offline checks: what a person would dismiss at a glance is dismissed here."""

from __future__ import annotations

import math
from collections import Counter

import regex

_WORDS = regex.compile(
    rb"(?i)example|changeme|change[-_]me|placeholder|redacted|your[-_]|yourtoken|yourkey|"
    rb"yoursecret|yourpassword|insert[-_]|replace[-_]?(?:me|this|with)|dummy|foobar|notreal|"
    rb"fake[-_]|[-_]fake|donotuse|todo[-_]|enter[-_]your|my[-_]?(?:token|secret|password|api)|"
    rb"test[-_]?(?:token|secret|key)|some[-_]?(?:token|secret|password|key)|deadbeef|lorem|xxxx|\*\*\*\*"
)
_TEMPLATE = regex.compile(rb"\$\{|\{\{|\$\(|<[A-Za-z_ -]{2,40}>|%\(|#\{|%[A-Z_]{3,}%|\.\.\.")
_RUN = regex.compile(rb"(.)\1{6,}")
_SEQUENCES = tuple(
    alphabet[i : i + 8]
    for alphabet in (b"0123456789012345", b"abcdefghijklmnopqrstuvwxyz", b"9876543210987654")
    for i in range(len(alphabet) - 7)
)


def entropy(value: bytes) -> float:
    """Return the Shannon entropy in bits per byte: 0 for one repeated byte, 8 at most."""
    if not value:
        return 0.0
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def is_placeholder(value: bytes) -> bool:
    """Say whether a value stands for a secret rather than being one.

    True for words such as `example` and `changeme`, template syntax, a character repeated
    seven times, runs such as `12345678`, and long values of very few different characters.
    """
    if len(value) > 2048:
        return False
    if _WORDS.search(value) or _TEMPLATE.search(value) or _RUN.search(value):
        return True
    if len(value) >= 16 and len(set(value)) <= 5:
        return True
    lower = value.lower()
    return any(sequence in lower for sequence in _SEQUENCES)


_BEFORE = regex.compile(
    rb"(?:=>|[=:,(>|]|\b(?:is|was)|(?<![\w-])--?[A-Za-z][\w-]{0,40}|\b(?:basic|bearer|token|export|set)|[a-z]\{)"
    rb"[\s\\]{0,20}(?:[rbfuL@$]{0,2}[\"'`\\]{1,6})?$",
    regex.IGNORECASE,
)


def is_assigned(text: bytes, start: int) -> bool:
    """Say whether the bytes at `start` are the value of an assignment, option or pair.

    Args:
        text: what was scanned.
        start: offset of the secret in it.
    """
    return _BEFORE.search(text[max(0, start - 80) : start]) is not None
