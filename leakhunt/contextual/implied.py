"""Secrets that code hands on by a name: `login(user, PW)`, where `PW` is a text further up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual.known import places
from leakhunt.contextual.parts import NAMED
from leakhunt.contextual.stated import Stated
from leakhunt.contextual.values import STRONG, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from leakhunt.contextual.names import Names
    from leakhunt.facts.model import Assignment, Facts, Value
    from leakhunt.facts.resolve import Resolver

MOST = 20_000
"""Facts and calls of a file that are looked at."""
LONGEST = 120
"""Characters of a name that something is looked up by."""
DEFAULT = "?"
"""The sign before what takes the place of what is not set: a mere word stands in there."""
_COMPOSED = {"template", "choice", "call"}
_NAME = r"(?P<{}>[A-Za-z_]\w{{1,40}})[ ]?(?:[,;)}}\]+]|$|\.[ ])"
_HANDED = lazy.pattern(
    (
        rf"(?i:{NAMED})\w{{0,16}}[\"'\])}}]{{0,3}}[ ]?(?:=>|:=|[:=(])[ ]?{_NAME.format('own')}|"
        rf"[\"'],[ ]?{_NAME.format('passed')}"
    ).encode()
)
_JOINED = lazy.pattern(
    (
        rf"(?i:{NAMED}|\b_?pw\b)\w{{0,16}}[\"'\]]{{0,2}}[ ]?(?:=>|:=|[:=])[ ]?[^\n]{{0,40}}[\"'\])]"
        r"[^\n]{0,8}(?:\b[jJ]oin|\bimplode)\b|"
        rf"(?i:{NAMED}|\b_?pw\b)\w{{0,16}}[\"'\]]{{0,2}}[ ]?(?:=>|:=|[:=])[ ]?(?:implode|"
        rf"strings\.Join)\("
    ).encode()
)
"""Texts that are put together of a list."""
_INSIDE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")
"""Behind one of these a name is a part of another."""
_GIVEN = lazy.pattern(rb"(?:[ ]?:[ ]?[\w<>&' ]{1,24})?[ ]{0,8}:?=[ ]{0,4}[@bru&]{0,2}[\"'`]")
"""Behind a name: that it is given a text."""


def hands_on(line: bytes, data: bytes) -> bool:
    """Say whether a line hands on what may be a secret and is a text elsewhere in its file.

    Args:
        line: without its end.
        data: the text of the file.
    """
    return _JOINED.search(line) is not None or any(
        _is_text(match["own"] or match["passed"], data) for match in _HANDED.finditer(line)
    )


def _is_text(name: bytes, data: bytes) -> bool:
    """Say whether a name is given a text: looked for as it is, for each is another expression."""
    at = data.find(name)
    while at >= 0:
        if (not at or data[at - 1] not in _INSIDE) and _GIVEN.match(data, at + len(name)):
            return True
        at = data.find(name, at + 1)
    return False


def implied(read: Facts, names: Names) -> Iterator[Stated]:
    """Yield the texts to which the names lead that stand where secrets do.

    Args:
        read: what the file says.
        names: tells which names are those of secrets.
    """
    from leakhunt.facts.resolve import Resolver

    resolver = Resolver(read)
    for fact in _named(read, names, {"reference"}):
        yield from _led_to(resolver, fact.value, fact.path)
    for call in read.calls[:MOST]:
        for place in places(call.full_name):
            given = [value for keyword, value in call.arguments if keyword is None]
            if place.number < len(given):
                yield from _led_to(resolver, given[place.number], (place.what,))


def composed(read: Facts, names: Names) -> Iterator[Stated]:
    """Yield the texts that are put together of others, or take the place of what is not set.

    Args:
        read: what the file says.
        names: tells which names are those of secrets.
    """
    from leakhunt.facts.resolve import Resolver
    from leakhunt.facts.resolved import default_of

    resolver = Resolver(read)
    for fact in _named(read, names, _COMPOSED):
        sign = DEFAULT if fact.value.kind == "call" else "="
        yield from _whole(resolver, fact.value, fact.path, fact.form, sign)
    for call in read.calls[:MOST]:
        default = default_of(call)
        if default is not None and default.kind in {"literal", "template"}:
            asked = next((value for keyword, value in call.arguments if not keyword), default)
            if asked is not default and asked.text and len(asked.text) <= LONGEST:
                path = tuple(asked.text.split("."))
                yield from _whole(resolver, default, path, "option", DEFAULT)


def _named(read: Facts, names: Names, kinds: AbstractSet[str]) -> Iterator[Assignment]:
    """The facts with values of some kinds whose names are surely those of secrets."""
    for fact in read.assignments[:MOST]:
        if fact.value.kind in kinds and fact.form != "comparison":
            known = names.of_path(fact.path)
            if known is not None and known.sure:
                yield fact


def _whole(
    resolver: Resolver, value: Value, path: tuple[str, ...], form: str, sign: str = "="
) -> Iterator[Stated]:
    """What is known of a value as a whole, in this file."""
    found = resolver.resolve(value)
    pieces = found.pieces
    if found.text and found.source is None and pieces:
        plain = all(piece.kind == "literal" and not piece.decoded for piece in pieces)
        if not plain or "attribute" in found.levels:
            return
        if "constant" not in found.levels:
            yield Stated(path, found.text, pieces[0].start, pieces[-1].end, sign, form)
        elif value.kind == "template" and look(found.text, "token").strength == STRONG:
            # Its parts stand apart: the longest is where it is.
            most = max(pieces, key=lambda piece: piece.end - piece.start)
            yield Stated(path, found.text, most.start, most.end, sign, form)


def _led_to(resolver: Resolver, value: Value, path: tuple[str, ...]) -> Iterator[Stated]:
    """The one literal that a value is in the end, in this file."""
    found = resolver.resolve(value)
    if found.text and found.source is None and len(found.pieces) == 1:
        (piece,) = found.pieces
        if piece.kind == "literal" and not piece.decoded:
            yield Stated(path, found.text, piece.start, piece.end, "=", "argument")
