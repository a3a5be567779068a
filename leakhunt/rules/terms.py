"""Filters of betterleaks as allowances: what the text decides, and what the place decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import Allowance
from leakhunt.rules.filters import GUESSED, FilterError, names, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.model import Expression

_PLACE = "attributes"
_PLACES = {b"path", b"git.sha", b"git.author_name", b"git.author_email", b"git.date"}
"""What leakhunt knows of a place."""


def allowances(text: str) -> tuple[list[Allowance], list[str]]:
    """Return what a filter takes away, and what of it is not done as it says.

    A filter is a row of reasons, of which one is enough. Each becomes an allowance. In history
    the text is seen long before it is known where it lies, so each is split in two.

    Args:
        text: the filter.

    Raises:
        FilterError: leakhunt does not understand it.
    """
    found: list[Allowance] = []
    wrong: list[str] = []
    for term in _terms(read(text)):
        try:
            found.append(_allowance(term))
        except FilterError as fault:
            wrong.append(f"of its 'filter' one reason is not used: {fault}")
        if guessed := names(term) & GUESSED:
            wrong.append(f"leakhunt estimates what '{min(guessed)}' of its 'filter' counts")
    return found, list(dict.fromkeys(wrong))


def _terms(expression: Expression) -> Iterator[Expression]:
    """Yield the reasons, each with the names that are given to values."""
    if expression[0] == "let":
        _, name, value, body = expression
        for term in _terms(body):
            yield ("let", name, value, term) if name in names(term) else term
    elif expression[0] == "or":
        yield from _terms(expression[1])
        yield from _terms(expression[2])
    else:
        yield expression


def _allowance(term: Expression) -> Allowance:
    lets = []
    while term[0] == "let":
        lets.append(term[1:3])
        term = term[3]
    when: Expression = ()
    where: Expression = ()
    for part in _parts(term):
        for name, value in reversed(lets):
            if name in names(part):
                part = ("let", name, value, part)
        if _PLACE not in names(part):
            when = ("and", when, part) if when else part
        elif "finding" in names(part):
            raise FilterError("it compares what was found with where it lies")
        else:
            _check(part)
            where = ("and", where, part) if where else part
    return Allowance(every=True, when=when, where=where)


def _parts(term: Expression) -> Iterator[Expression]:
    if term[0] == "and":
        yield from _parts(term[1])
        yield from _parts(term[2])
    else:
        yield term


def _check(part: Expression) -> None:
    """See that all is known that is asked about a place.

    Raises:
        FilterError: something is not.
    """
    if not isinstance(part, tuple) or not part:
        return
    if part[0] == "index" and part[1] == ("name", _PLACE):
        asked = part[2]
    elif part[:2] == ("call", "get") and len(part) > 3 and part[2] == ("name", _PLACE):
        asked = part[3]
    else:
        for inner in part[1:]:
            _check(inner)
        return
    if asked[0] != "value" or asked[1] not in _PLACES:
        if asked[:2] == ("value", b"git.message"):
            raise FilterError(
                "'git.message' is asked there of every commit, and leakhunt tells a place once, "
                "with its first commit"
            )
        said = asked[1].decode() if asked[0] == "value" and isinstance(asked[1], bytes) else "it"
        raise FilterError(f"leakhunt does not know '{said}' of a place")
