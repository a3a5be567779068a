"""Where the first pass sees that a command line may hand a secret over, made from its rows."""

from __future__ import annotations

import functools
import re

from leakhunt import lazy
from leakhunt.facts.options import OPTIONS, PIPED, VALUES, WORDS

_BETWEEN = r"(?:\.exe)?[\"']?,?[ \t](?:[^\n]{0,120}[ \t\"'])?"
_PIPE = r"\|[ \t]{0,4}(?:sudo[ \t]{1,4})?"
_NAMED = lazy.pattern(r"(?i)--?[\w-]*(?:pass|pwd|token|secret|key)")
"""An option that says it: the gates of names see it."""
_BLANK = r"[\"']?,?[ \t]{1,4}[\"']?"


@functools.cache
def command_gates() -> tuple[str, ...]:
    """Return expressions for the first pass, none of which reaches into another line."""
    groups: dict[tuple[str, bool, bool], list[str]] = {}
    for program, flags in OPTIONS.items():
        for flag, option in flags.items():
            if option.name in VALUES and not _NAMED.match(flag):
                groups.setdefault((flag, option.joined, option.apart), []).append(program)
    options = tuple(
        rf"\b(?:{_alternatives(programs)}){_BETWEEN}{re.escape(flag)}{_value(joined, apart)}"
        for (flag, joined, apart), programs in sorted(groups.items())
    )
    words = sorted(
        {_phrase(program, order) for program, orders in WORDS.items() for order in orders}
    )
    piped = "|".join(sorted(map(re.escape, PIPED)))
    return (
        *options,
        rf"\b(?:{'|'.join(words)}){_BLANK}[^\s\"'-]",
        r"\bmysqladmin[ ][^\n]{1,60}[ ]password[ \t]{1,4}[^\s$-]",
        rf"\bhtpasswd[ ]-\w{{1,6}}{_BLANK}[^\s\"'-]",
        rf"{_PIPE}(?:{piped})\b[^\n]{{0,120}}(?:stdin|[ \t]-S\b|with-token|phrase-fd)",
        rf"{_PIPE}(?:chpasswd|kinit|cryptsetup)\b",
        rf"\b(?:{piped})\b[^\n]{{0,60}}<<<[ \t]{{0,4}}[\"']?[^\s\"'$]",
    )


def _alternatives(programs: list[str]) -> str:
    return "|".join(re.escape(program).replace(r"\ ", _BLANK) for program in sorted(programs))


def _value(joined: bool, apart: bool) -> str:
    if not apart:
        return r"[\"']?[^\s\"'=,-]{2}"
    return rf"(?:{_BLANK}|={'|' if joined else ''})[\"']?[^\s\"'=,-]{{2}}"


def _phrase(program: str, order: tuple[str, ...]) -> str:
    """A program and the words that have to follow, up to those that may be any."""
    words = [re.escape(program)]
    for word in order:
        if word[0] in "<*":
            break
        words.append(re.escape(word))
    return _BLANK.join(words)
