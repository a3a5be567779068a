"""Holds every declared port, or else every port that was found in files, against this host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import services
from leakhunt.exposure.inventory.checking import allowed
from leakhunt.exposure.inventory.matching import matched
from leakhunt.exposure.inventory.model import RANKS, Intent
from leakhunt.exposure.live.join import Expected, Seen, seen
from leakhunt.exposure.live.model import LiveState, Ownership, Width
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.exposure.inventory.model import Entry, Opening, Survey
    from leakhunt.exposure.live.join import Confirm
    from leakhunt.exposure.live.model import Host, Socket

_RANKS = {Width.WILDCARD: 3, Width.SPECIFIC: 2, Width.LOOPBACK: 1}
"""How wide a port is, on the scale of `Intent`."""


@record(frozen=True, slots=True)
class Watched:
    """One port and what became of it.

    Attributes:
        service: its name.
        port: its number.
        protocol: `tcp`, `udp`, ...
        entry: what declares it, or None.
        opening: what opens it in files, or None.
        seen: what was seen of it on this host.
        fault: `down`, `wider`, `stranger` (another program holds it), or empty.
        unknown: nobody can say whether it is open.
    """

    service: str
    port: int
    protocol: str
    entry: Entry | None
    opening: Opening | None
    seen: Seen
    fault: str = ""
    unknown: bool = False


def watch(
    found: Survey,
    host: Host,
    confirm: Confirm | None = None,
    *,
    environment: str = "",
    names: Sequence[str] = (),
    folder: str = "",
) -> tuple[Watched, ...]:
    """Look for the ports of some services on a host.

    Args:
        found: what files open, and what is declared. Where there is an inventory, only what it
            declares is looked for.
        host: what was seen of the host.
        confirm: asks a port how wide it is; None: the tables of the system are believed.
        environment: the environment that the host is of, for ports that differ; or empty.
        names: those of the services; none means all.
        folder: the folder of the project: what runs from there is its own.
    """
    entries = found.inventory.entries if found.inventory else ()
    rows = []
    for entry, opening in matched(entries, found.found):
        if found.inventory is not None and entry is None:
            continue
        name = entry.name if entry else opening.service if opening else ""
        if names and name not in names:
            continue
        port = _number(entry, opening, environment, host)
        expected = _expected(name, port, entry, opening, folder)
        result = seen(expected, host, confirm)
        fault, unknown = _judged(result, name, entry, opening)
        if not fault and _limit(entry, opening) == Intent.CONTAINED.rank:
            # Nothing of it is expected on this host, whoever else may have its number.
            result = Seen(LiveState.NOT_LISTENING, reason="within its container")
        rows.append(Watched(name, port, expected.protocol, entry, opening, result, fault, unknown))
    return tuple(sorted(rows, key=lambda one: (one.service, one.port, one.protocol)))


def undeclared(found: Survey, host: Host) -> tuple[Socket, ...]:
    """List what listens on this host and is in no file and in no inventory: TCP, widest first."""
    ports = {port for one in found.found for port in one.ports}
    if found.inventory:
        ports |= {port for one in found.inventory.entries for port in one.ports}
    left = [one for one in host.sockets if one.protocol == "tcp" and one.port not in ports]
    return tuple(sorted(left, key=lambda one: (-one.width.rank, one.port, one.address)))


def _number(entry: Entry | None, opening: Opening | None, environment: str, host: Host) -> int:
    """Return the port to look for; of a range the first that is open stands for it."""
    known = entry or opening
    assert known is not None
    port = known.environments.get(environment, known.port)
    if known.last and port == known.port:
        taken = {one.port for one in host.sockets} | {one.port for one in host.forwards}
        return next((one for one in range(port, known.last + 1) if one in taken), port)
    return port


def _expected(
    name: str, port: int, entry: Entry | None, opening: Opening | None, folder: str
) -> Expected:
    return Expected(
        port,
        entry.protocol if entry else opening.protocol if opening else "tcp",
        contained=bool(entry and entry.image) or bool(opening and opening.contained),
        service=name,
        programs=_programs(entry, opening),
        folder=folder,
    )


def _programs(entry: Entry | None, opening: Opening | None) -> tuple[str, ...]:
    if entry and entry.program:
        return (entry.program.rpartition("/")[2],)
    if opening is not None:
        kind = services.kinds().get(opening.known)
    else:
        assert entry is not None
        port = entry.inside or entry.port
        kind = services.tell(image=entry.image, port=port, name=entry.name).kind
    own = (opening.program.rpartition("/")[2],) if opening and opening.program else ()
    return (*own, *(kind.programs if kind else ()))


def _judged(
    result: Seen, name: str, entry: Entry | None, opening: Opening | None
) -> tuple[str, bool]:
    """Say what is wrong with a port, and whether nothing can be said of it."""
    limit = _limit(entry, opening)
    contained = limit == Intent.CONTAINED.rank
    if result.state is LiveState.UNKNOWN:
        return "", not contained
    if contained:
        # The number of a port within a container may well be that of another program outside,
        # so that only what is known to lead into it counts.
        leads = any(name in (one.service, one.container) for one in result.forwards)
        return ("wider" if leads else ""), False
    if result.state is LiveState.NOT_LISTENING:
        return "down", False
    wider = limit is not None and result.width is not None and _RANKS[result.width] > limit
    stranger = result.ownership is Ownership.OTHER
    if stranger and (wider or (entry is not None and entry.program)):
        return "stranger", False
    return ("wider" if wider else ""), False


def _limit(entry: Entry | None, opening: Opening | None) -> int | None:
    """Return how wide a port may be, on the scale of `Intent`; None: nobody said."""
    if entry is not None:
        return allowed(entry)
    return RANKS.get(opening.reach) if opening is not None else None
