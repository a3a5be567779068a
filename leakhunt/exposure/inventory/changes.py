"""What opened and closed between two moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure.inventory.model import RANKS
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.inventory.state import Moment, Open, Port

ORDER = ("opened", "wider", "changed", "narrower", "closed")
"""The kinds of changes, in the order in which they are told."""
LIVE = "this host"


@record(frozen=True, slots=True)
class Change:
    """Something that is not as it was.

    Attributes:
        kind: `opened`, `wider`, `changed`, `narrower` or `closed`.
        service: its service; of a socket `this host`.
        port: its number.
        protocol: `tcp`, `udp`, ...
        before: how it was, or empty.
        after: how it is, or empty.
        path: the file that opens it, or that opened it; empty for a socket.
        line: and the line in it, or 0.
    """

    kind: str
    service: str
    port: int
    protocol: str
    before: str = ""
    after: str = ""
    path: str = ""
    line: int = 0


def compare(before: Moment, after: Moment) -> list[Change]:
    """Compare two moments; sockets are compared if both know them.

    Returns:
        What changed, what opened first.
    """
    changes = list(_ports(before.ports, after.ports))
    if before.sockets is not None and after.sockets is not None:
        changes += _sockets(before.sockets, after.sockets)
    return sorted(changes, key=lambda one: (ORDER.index(one.kind), one.service, one.port))


def _ports(before: Sequence[Port], after: Sequence[Port]) -> Iterator[Change]:
    old = {(one.service, one.port, one.protocol): one for one in before}
    new = {(one.service, one.port, one.protocol): one for one in after}
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            yield Change("opened", *key, "", _said(one), one.path, one.line)
        elif was.reach is not one.reach:
            wider = RANKS.get(one.reach, -1) > RANKS.get(was.reach, -1)
            kind = "wider" if wider else "narrower"
            yield Change(kind, *key, _said(was), _said(one), one.path, one.line)
        elif was.bind != one.bind:
            yield Change("changed", *key, _said(was), _said(one), one.path, one.line)
    for key, one in old.items():
        if key not in new:
            yield Change("closed", *key, _said(one), "", one.path, one.line)


def _sockets(before: Sequence[Open], after: Sequence[Open]) -> Iterator[Change]:
    old = {(one.port, one.protocol): one for one in before}
    new = {(one.port, one.protocol): one for one in after}
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            yield Change("opened", LIVE, *key, "", _seen(one))
        elif was.width is not one.width:
            kind = "wider" if one.width.rank > was.width.rank else "narrower"
            yield Change(kind, LIVE, *key, _seen(was), _seen(one))
        elif was.program and one.program and was.program != one.program:
            yield Change("changed", LIVE, *key, _seen(was), _seen(one))
    for key, one in old.items():
        if key not in new:
            yield Change("closed", LIVE, *key, _seen(one), "")


def _said(one: Port) -> str:
    return f"{one.bind} ({one.reach})" if one.bind else one.reach.value


def _seen(one: Open) -> str:
    return f"{one.address} by {one.program}" if one.program else one.address
