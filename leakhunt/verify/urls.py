"""What stands around a password: the URL or the settings that it is a part of."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt import numbers
from leakhunt.verify import beside, strings
from leakhunt.verify.places import Place
from leakhunt.verify.reasons import Absent, Unfit

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case

_LEFT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30})://([^\s:@/\"'`<>\\]{0,64}):$")
_RIGHT = re.compile(
    r"@(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::(\d{1,5}))?"
    r"((?:/[^\s\"'`<>\\?]{0,200})?(?:\?[^\s\"'`<>\\]{0,400})?)"
)
_ENDPOINT = re.compile(
    r"([a-z][a-z0-9+.-]{1,20})://(?:([\w.%-]+)@)?(\[[^\]]+\]|[^\s:/@]+)(?::(\d+))?(/.*)?"
)


def place(case: Case) -> Place:
    """Return where the password of a case belongs.

    Raises:
        Absent: nothing around it says so.
    """
    found = beside_it(case)
    if case.endpoint:
        return _moved(case, found)
    if found is None:
        raise Absent("host")
    return found


def beside_it(case: Case) -> Place | None:
    """Return where the password of a case belongs by what stands around it, or None."""
    if not case.secret:
        return None
    around = case.before, case.secret, case.after
    return _in_url(case) or strings.place(*around) or beside.place(*around)


def _in_url(case: Case) -> Place | None:
    left = _LEFT.search(case.before[-110:])
    right = _RIGHT.match(case.after)
    if not (left and right):
        return None
    # Not urlsplit: what stands in a scanned file need not be an address that it reads.
    path, _, query = right[3].partition("?")
    return Place(
        left[1].lower(),
        urllib.parse.unquote(left[2]),
        urllib.parse.unquote(case.secret),
        right[1].strip("[]"),
        numbers.whole(right[2]) or 0,
        urllib.parse.unquote(path[1:]),
        tuple(urllib.parse.parse_qsl(query)),
    )


def _moved(case: Case, found: Place | None) -> Place:
    """Return the same at the endpoint of the configuration."""
    match = _ENDPOINT.fullmatch(case.endpoint)
    if match is None:
        raise Unfit("its endpoint in [verify.endpoints] is no URL")
    user = urllib.parse.unquote(match[2] or "")
    base = found or Place("", user, case.secret, "", 0, (match[5] or "")[1:])
    return dataclasses.replace(
        base,
        scheme=match[1],
        user=user or base.user,
        host=match[3].strip("[]"),
        port=numbers.whole(match[4]) or 0,
        pinned=True,
    )
