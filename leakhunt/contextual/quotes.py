"""Texts in other quotes than usual: raw strings, and those whose quotes their author chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.parts import NAMED
from leakhunt.contextual.turns import Turn

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_NAME = (
    rf"(?:{NAMED}|(?:\b|_)(?:pass|pw|psk|salt|cred)|"
    r"(?:user|root|admin|ftp|smtp|mail|db|ssh|wifi)pass|key)"
)
_TAIL = r"[\w.-]{0,16}[\"'\])}]{0,2}"
_SIGN = r"[ \t]{0,4}(?:=>|:=|<-|[:=(,])[ \t]{0,4}"
_OPENS = (
    r"(?:\[=?\[|r?\#{1,2}[\"]|R[\"]\w{0,8}\(|%[qQ]?[(\[{<|!/]|~[sSwW][(\[{<|/\"]|qq?[ ]?[(\[{<|!/])"
)
GATES = (
    rf"(?i){_NAME}{_TAIL}{_SIGN}{_OPENS}[^\s\"'\])}}]{{3}}",
    # set by a word, or declared with its type behind it
    rf"(?i){NAMED}\w{{0,16}}[ ]As[ ]String[ ]=[ ][\"][^\s\"]{{3}}",
)
"""Expressions for the first pass, none of which reaches into another line."""
_NAMES = lazy.pattern(rf"(?i)(?<![\w.$@-])(?P<name>[\w.$@-]{{0,40}}{_NAME}{_TAIL}){_SIGN}".encode())
_FORMS = tuple(
    lazy.pattern(pattern)
    for pattern in (
        rb"\[(?P<q>=?)\[(?P<secret>[^\]\n]{3,200})\](?P=q)\]",
        rb"r?(?P<q>#{1,2})\"(?P<secret>[^\"\n]{3,200})\"(?P=q)",
        rb"R\"(?P<q>\w{0,8})\((?P<secret>[^)\n]{3,200})\)(?P=q)\"",
        rb"(?:%[qQ]?|~[sSwW]|qq? ?)(?:\((?P<a>[^()\n]{3,200})\)(?![a-z])|"
        rb"\[(?P<b>[^\[\]\n]{3,200})\]|"
        rb"\{(?P<c>[^{}\n]{3,200})\}|<(?P<d>[^<>\n]{3,200})>|"
        rb"(?P<q>[|!/\"])(?P<e>[^|!/\"\n]{3,200})(?P=q))",
    )
)
_TYPED = lazy.pattern(
    rb"(?i)(?<!\w)(?P<name>\w{2,60})[ ]As[ ]String[ ]=[ ]\"(?P<secret>[^\"\n]{3,200})\""
)
LEAST = (
    rb"\[=?\[|#\"|r\"\w{0,8}\(|%q?[(\[{<|!/\"]|~[sw][(\[{<|!/\"]|qq? ?[(\[{<|!/\"]| as string = ",
)
"""What a line has at least, without regard to case, see `sieve`."""
_LEAST = lazy.pattern(LEAST[0])
"""For a line in lower case: that is much cheaper to look for."""


def quoted(line: bytes, low: int) -> Iterator[Turn]:
    """Yield the texts of a line that stand in such quotes behind a name.

    Args:
        line: a line.
        low: where names are looked for first.
    """
    if not _LEAST.search(line.lower()):
        return
    for named in _NAMES.finditer(line, low):
        for form in _FORMS:
            match = form.match(line, named.end())
            if match is not None and not match[0].startswith(b"%{"):  # what is put in elsewhere
                start, end = _value(match)
                yield Turn("instead", _plain(named["name"]), "=", start, end)
                break
    for match in _TYPED.finditer(line, low):
        yield Turn("instead", _plain(match["name"]), "=", *match.span("secret"))


def _value(match: re.Match[bytes]) -> tuple[int, int]:
    groups = match.re.groupindex
    names = (name for name in groups if name != "q" and match[name] is not None)
    return match.span(next(names))


def _plain(name: bytes) -> str:
    return name.strip(b"\"'])} .-$@").decode("utf-8", "replace")
