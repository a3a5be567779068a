"""Offline checks: what a person would dismiss at a glance is dismissed here."""

from __future__ import annotations

import math
from collections import Counter

import regex

from leakhunt.engine import late

_WORDS = late.pattern(
    rb"(?i)example|changeme|change[-_]me|placeholder|redacted|your[-_]|^your(?-i:[A-Z])|yourtoken|yourkey|"
    rb"yoursecret|yourpassword|insert[-_]|replace[-_]?(?:me|this|with)|dummy|foobar|notreal|"
    rb"fake[-_]|[-_]fake|donotuse|todo[-_]|enter[-_]your|my[-_]?(?:token|secret|password|api)|"
    rb"test[-_]?(?:token|secret|key)|some[-_]?(?:token|secret|password|key)|deadbeef|lorem|xxxx|\*\*\*\*"
)
_TEMPLATE = late.pattern(rb"\$\{|\{\{|\$\(|<[A-Za-z_ -]{2,40}>|%\(|#\{|%[A-Z_]{3,}%|\.\.\.")
_RUN = late.pattern(rb"(.)\1{6,}")
_SEQUENCES = (
    *(
        alphabet[i : i + 8]
        for alphabet in (b"0123456789012345", b"abcdefghijklmnopqrstuvwxyz", b"9876543210987654")
        for i in range(len(alphabet) - 7)
    ),
    *(b"a1b2c3d4", b"1a2b3c4d", b"a0b1c2d3", b"0a1b2c3d"),
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
    seven times, runs such as `12345678` and `a1b2c3d4`, and long values of very few different
    characters.
    """
    if len(value) > 2048:
        return False
    if _WORDS.search(value) or _TEMPLATE.search(value) or _RUN.search(value):
        return True
    if len(value) >= 16 and len(set(value)) <= 5:
        return True
    lower = value.lower()
    return any(sequence in lower for sequence in _SEQUENCES)


_QUOTE = rb"""(?:["'`]|&(?:quot|apos|#0?3[49]|#x2[27]);|%2[27]|\\u002[27]|\\x2[27])"""
_BEFORE = late.pattern(
    # an operator, as it is or as an escape, or the default in `${NAME:-value}`
    rb"(?:=>|[=:,(>|]|[>|][-+]|:\s{1,20}-|%3[aAdD]|\\u003[aAdDeE]|\\x3[aAdDeE]|&#(?:58|61);|&gt;|\$\{\w{1,60}:?[-=+]|"
    # an option, or words that a value follows
    rb"(?<![\w-])--?[a-z][\w-]{0,40}|\b(?:is|was|basic|bearer|token|export|set)|[a-z]\{|"
    # a name and its value in columns: Dockerfile, setx, csh, tables
    rb"\b(?:env|arg|setx|setenv|set[ \t]+-[a-z]{1,4})[ \t]+\w{1,60}[ \t]|"
    rb"(?<![\w/.-])\w{0,60}(?:key|token|secret|passw(?:or)?d|password|credential|sid|dsn)\"?[ \t])"
    rb"(?:\s|\\[nrt]|\\(?!\w)|%20|&nbsp;){0,20}(?:[rbfuL@$]{0,2}(?:\\{0,6}"
    + _QUOTE
    + rb"){1,6})?$",
    regex.IGNORECASE,
)
_OF_SOMETHING_ELSE = late.pattern(
    rb"(?:(?:commit|revision|checksum|digest|sha[-_]?(?:1|256|512)|(?<![a-z])sha|md5|etag|integrity|fingerprint)"
    rb"(?:[-_]?id)?s?[\"'\]\\]{0,4}\s{0,4}(?:=>|[:=(@ ])|"
    rb"[cx]srf[-_\w]{0,24}[\"']?(?:\s{1,4}(?:value|content)=|\s?[:=])|"
    rb"(?:credentials?|token|user|channel|team|post|group|org(?:anization)?|room|message|thread|"
    rb"member|author|creator|owner|parent|invite)[-_]?ids?[\"'\]\\]{0,4}\s{0,4}(?:=>|[:=])|[?&]id=|"
    rb"credentials?\()[\s\"'`\\]{0,4}$",
    regex.IGNORECASE,
)
"""Names of what has the form of a token and is none."""
_OF_CLIENT = late.pattern(
    rb"client[-_ ]?id[\"'\]\\]{0,4}\s{0,4}(?:=>|[:=])[\s\"'`\\]{0,4}$", regex.IGNORECASE
)
"""The name of what stands beside a client's secret and looks like it."""
_GOES_ON = late.pattern(rb"[+/][A-Za-z0-9+/]")


def is_client(text: bytes, start: int) -> bool:
    """Say whether what begins at `text[start]` is called a client id."""
    return _OF_CLIENT.search(text[max(0, start - 40) : start]) is not None


def is_assigned(text: bytes, start: int, end: int) -> bool:
    """Say whether `text[start:end]` is the whole value of an assignment, option or pair.

    A part of a longer base64 text is none, nor is what a name such as `commit_id` or
    `credentialsId` says to be something else.
    """
    before = text[max(0, start - 96) : start]
    return (
        _BEFORE.search(before) is not None
        and _OF_SOMETHING_ELSE.search(before) is None
        and _GOES_ON.match(text, end) is None
    )
