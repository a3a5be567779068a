"""Ports as containers publish them: `127.0.0.1:8080:80/tcp`, and the same in parts."""

from __future__ import annotations

import re
from typing import NamedTuple

from leakhunt import lazy
from leakhunt.exposure.addresses import scope_of
from leakhunt.exposure.model import Scope


class Port(NamedTuple):
    """A published port.

    Attributes:
        host: the address as written; empty for none.
        scope: which interfaces that means.
        outer: the port outside; 0 if the system chooses it, None if it is not known.
        last: the last of a range outside, or None.
        inner: the port inside; None if unknown.
        protocol: `tcp` or `udp`.
    """

    host: str
    scope: Scope
    outer: int | None
    last: int | None
    inner: int | None
    protocol: str


_RANGE = lazy.pattern(r"^(\d{1,5})(?:-(\d{1,5}))?$")


def short(text: str) -> Port | None:
    """Read `[ip:][outer:]inner[/protocol]`, with ranges; None if it is none of this form.

    Args:
        text: with `${}` for what is not known.
    """
    text = text.strip().strip("\"'")
    plain, _, protocol = text.partition("/")
    host = ""
    found = re.match(
        r"^(\[[^\]]*\]|[^:\[\]]*[^\d:\[\]-][^:\[\]]*|::1?|::ffff:[\d.]+):(?=[\d$-]|$|:)", plain
    )
    # Three parts: the first is the address, whatever it looks like.
    parts = plain.rsplit(":", 2)
    if len(parts) == 3 and ":" in parts[0] and parts[0][:1] != "[":
        return None
    if len(parts) == 3:
        host, outer, inner = parts
    elif len(parts) == 2:
        host, outer, inner = "", parts[0], parts[1]
        if found and not _RANGE.match(parts[0]) and "${}" not in parts[0]:
            host, outer = parts[0], ""
    else:
        outer, inner = "", parts[0]
    ends = _RANGE.match(inner)
    if ends is None and "${}" not in inner:
        return None
    begins = _RANGE.match(outer)
    if outer and begins is None and "${}" not in outer:
        return None
    number = int(begins[1]) if begins else None if outer else 0
    last = int(begins[2]) if begins and begins[2] else None
    return Port(
        host.strip("[]"),
        _scope(host),
        number,
        last,
        int(ends[1]) if ends else None,
        protocol.lower() or "tcp",
    )


def _scope(host: str) -> Scope:
    if not host:
        return Scope.WILDCARD
    return Scope.UNKNOWN if "${}" in host else scope_of(host)


def long(host: str, outer: str, inner: str, protocol: str) -> Port | None:
    """Make one of its parts, as the long form of Compose has them; None without a port."""
    begins, ends = _RANGE.match(outer), _RANGE.match(inner)
    if ends is None and begins is None:
        return None
    return Port(
        host,
        _scope(host),
        int(begins[1]) if begins else None if outer else 0,
        int(begins[2]) if begins and begins[2] else None,
        int(ends[1]) if ends else None,
        protocol.lower() or "tcp",
    )
