"""The secret arguments of functions that are known, in a single line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.known import PLACES, Place, places

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENS = lazy.pattern(
    rb"(?<![\w$])(?<![\w$]\.)((?:[A-Za-z_$][\w$]{0,60}(?:\.|::?|->)){0,6}[A-Za-z_]\w{1,60})"
    rb"(?:\[\w{1,60}\]|<\w{1,60}>)? ?\("
)
_BARE = lazy.pattern(
    rb"(?<![\w$])(?:[\w$]{1,20}\.)?"
    rb"(?P<name>(?:omniauth|provider)(?=[ ]:\w)|basic_auth(?=[ ][\"']))[ ]"
)
"""Ruby calls them without parentheses."""
_OPENING = (b"(", b"[", b"<")
_LONGEST = 400
_STEPS = lazy.pattern(rb"\.|::?|->")
_ARROWS = lazy.pattern(rb"::?|->")
_TOKEN = lazy.pattern(
    rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[(\[{]|[)\]}]|,|[^\"'`()\[\]{},\n]+"
)
_QUOTES = (b'"', b"'", b"`")
_KEYWORD = (b"=", b":", b">")
"""Behind these it is an argument with a name of its own."""
_KEY = lazy.pattern(rb"(?i)(?:^|[\s(])(?:secret_?)?key[ ]?[=:][ ]?b?\Z")
_KEYED = {"encryption key", "jwt secret"}
"""Of functions that sign or encrypt the argument is told by its name, too: `key="..."`."""
_PASSWORD = "password"  # noqa: S105 (the name of a name)
_INDEXED = lazy.pattern(rb"[\w)\]]")
_LOOKS_UP = lazy.pattern(
    rb"\w[)\]]?\.(?:data|attr|prop|val|getAttribute)\Z|^\.(?:data|attr|prop)\Z"
)
"""What a page holds for an element is asked for by its name: $(it).data("shortcut")."""
_LABELS = (b"data:", b"key:", b"string:", b"bytes:", b"base64Encoded:", b"hex:", b"hexString:")
_BODY = lazy.pattern(rb"(?:\)|=>|->)[ ]?\Z")
"""What stands before the body of a function."""
_DEEPEST = 3
"""Parentheses around a text that only hand it on: `[]byte("...")`, `hex("...")`."""
_USER = lazy.pattern(
    rb"(?i)[\w.+-]{2,60}@[\w-]{1,60}(?:\.[\w-]{1,60})+|admin(?:istrator)?|root|sa|svc\w{0,12}|ci|"
    rb"deploy(?:er)?|backup|upload(?:er)?|postgres|mysql|ubuntu|ec2-user|pi|vagrant|jenkins|nagios|"
    rb"monitor(?:ing)?|operator|service|mailer|noreply|cn=.{1,120}"
)
"""Who signs in: what is handed over behind such a name is a password, whatever the function."""
_INITIALS = frozenset(name.rpartition(".")[2].encode() for name in PLACES)
LEAST = (rb"(?:omniauth|provider)[ ]:\w|basic_auth[ ]",)
"""What a line has at least, without regard to case, see `sieve`; or one of the names below."""
NAMES = tuple(re.escape(name) for name in sorted(_INITIALS))
"""The last step of each function that is known."""


class Passed(NamedTuple):
    """A text that is handed to a function. Offsets are bytes of the line."""

    what: str
    """See `known.Place`."""
    loose: bool
    start: int
    end: int


def opens(line: bytes, end: int) -> bool:
    """Say whether a call may open behind a name.

    Args:
        line: a line.
        end: where the name ends.
    """
    return line[end : end + 1] in _OPENING or line[end : end + 2] == b" ("


def arguments(line: bytes, low: int, high: int) -> Iterator[Passed]:
    """Yield the secret arguments of the calls that open in a stretch of a line.

    Args:
        line: a line.
        low: where the stretch begins.
        high: where it ends.
    """
    for opening in _OPENS.finditer(line, low, high):
        if _STEPS.split(opening[1])[-1] in _INITIALS:
            name = _ARROWS.sub(b".", opening[1]).decode("latin-1")
            if known := places(name):
                yield from _last(_passed(line, opening.end(), known))
    for opening in _BARE.finditer(line, low, high):
        yield from _last(_passed(line, opening.end(), places(opening["name"].decode())))


def _passed(line: bytes, start: int, known: tuple[Place, ...]) -> Iterator[Passed]:
    at = {place.number: place for place in reversed(known)}
    last = max(at)
    number, depth, before, user = 0, 0, b"", b""
    for token in _TOKEN.finditer(line, start, start + _LONGEST):
        text = token[0]
        if text == b"{" and _BODY.search(line, start, token.start()):
            return  # what a function does that is handed over
        if text in {b"(", b"[", b"{"}:
            depth += 1
            indexed = text == b"[" and _INDEXED.match(line, token.start() - 1)
            if indexed or (text == b"(" and _LOOKS_UP.search(before)):
                before = _KEYWORD[0]  # what it is looked up by: config["password"]
                continue
        elif text in {b")", b"]", b"}"}:
            depth -= 1
            if depth < 0:
                return
        elif text == b"," and not depth:
            number += 1
            if number > last:
                return
        elif text[:1] not in _QUOTES:
            before = text.rstrip()
            continue
        elif depth < _DEEPEST and number in at and _is_positional(before):
            place = at.pop(number)
            loose = place.loose and not _USER.fullmatch(user)
            yield Passed(place.what, loose, token.start() + 1, token.end() - 1)
            if not at:
                return
            user = text[1:-1]
        elif not depth and known[0].what in _KEYED and _KEY.search(before):
            yield Passed(known[0].what, known[0].loose, token.start() + 1, token.end() - 1)
        else:
            user = text[1:-1]
        before = b""


def _last(passed: Iterator[Passed]) -> Iterator[Passed]:
    """Yield what a call hands over: of several passwords, the last.

    Some functions take a port or not: ("host", 22, "user", "..."). What stands where the password
    would be without it is who signs in.
    """
    found = list(passed)
    passwords = [one for one in found if one.what == _PASSWORD]
    yield from (one for one in found if one.what != _PASSWORD or one is passwords[-1])


def _is_positional(before: bytes) -> bool:
    """Say whether an argument is told by its place: labels of Swift change nothing."""
    return before[-1:] not in _KEYWORD or before in _LABELS
