"""Joins ports that were declared, or found in files, with the sockets of this host."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from leakhunt.exposure.live.kernel import plain
from leakhunt.exposure.live.model import LiveState, Ownership, Width
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.exposure.live.model import Forward, Host, Process, Socket

    Confirm = Callable[[int, str, tuple[Socket, ...]], Width | None]

HOLDERS = frozenset(
    {
        "conmon",
        "docker-proxy",
        "dockerd",
        "containerd-shim",
        "gvproxy",
        "inetd",
        "kube-proxy",
        "pasta",
        "pasta.avx2",
        "rootlesskit",
        "rootlessport",
        "slirp4netns",
        "systemd",
        "vpnkit",
        "xinetd",
    }
)
"""Programs that hold a port for another one, so that their name says nothing."""
MACHINES = frozenset({"beam.smp", "dotnet", "java", "mono"})
"""Programs that run others, whose names nobody sees."""
_LISTED = ("tcp", "udp", "unix")
"""The protocols of the sockets that a look at a host lists."""
_STATES = {
    Width.WILDCARD: LiveState.WILDCARD,
    Width.SPECIFIC: LiveState.SPECIFIC,
    Width.LOOPBACK: LiveState.LOOPBACK,
}


@record(frozen=True, slots=True)
class Expected:
    """A port that should be open.

    Attributes:
        port: its number on this host; 0 for a unix socket.
        protocol: `tcp`, `udp` or `unix`.
        address: where it should listen, or empty; of a unix socket its path.
        contained: a container publishes it, so it may be open without a socket.
        service: what compose calls its container, or empty.
        programs: globs of the names of programs that may hold it; empty: nobody knows.
        folder: the folder of the project: what runs from there is its own.
    """

    port: int
    protocol: str = "tcp"
    address: str = ""
    contained: bool = False
    service: str = ""
    programs: tuple[str, ...] = ()
    folder: str = ""


@record(frozen=True, slots=True)
class Seen:
    """What was seen of a port.

    Attributes:
        state: from where it can be reached, or why that is not known.
        ownership: whether the right process holds it.
        sockets: those of the port, widest first.
        forwards: what leads from the port into a container.
        reason: one sentence about what is special, or empty.
        confirmed: connecting from this host has shown the same width.
    """

    state: LiveState
    ownership: Ownership = Ownership.UNKNOWN
    sockets: tuple[Socket, ...] = ()
    forwards: tuple[Forward, ...] = ()
    reason: str = ""
    confirmed: bool = False

    @property
    def width(self) -> Width | None:
        """From where it can be reached; None: from nowhere, or nobody knows."""
        if self.state is LiveState.NAT_PUBLISHED:
            widths = [_forward_width(one) for one in self.forwards]
            return max(widths, key=lambda one: one.rank)
        return next((width for width, state in _STATES.items() if state is self.state), None)

    @property
    def owner(self) -> Process | None:
        """The process to name."""
        return next((one.owners[0] for one in self.sockets if one.owners), None)


def seen(expected: Expected, host: Host, confirm: Confirm | None = None) -> Seen:
    """Look for one port among the sockets of a host.

    The family does not matter: what was written as `0.0.0.0` is often opened as `::`. Of several
    sockets the widest counts, for it is the one that lets others in.

    Args:
        expected: the port.
        host: what was seen of the host.
        confirm: asks a port how wide it is; None: the tables of the system are believed.
    """
    if expected.protocol not in _LISTED:
        return Seen(LiveState.UNKNOWN, reason=f"sockets of {expected.protocol} are not looked at")
    sockets = _sockets(expected, host)
    forwards = tuple(
        one
        for one in host.forwards
        if one.port == expected.port and one.protocol == expected.protocol and expected.port
    )
    if not sockets:
        return _without_socket(expected, host, forwards)
    state, reason, was_confirmed = _STATES[sockets[0].width], _special(sockets), False
    if confirm is not None and (told := confirm(expected.port, expected.protocol, sockets)):
        was_confirmed = told is sockets[0].width
        if not was_confirmed:
            state = _STATES[told]
            reason = f"the table of sockets says {sockets[0].width}, a connection says {told}"
    if forwards and state is not LiveState.WILDCARD:
        state, reason = _wider(state, forwards, reason)
    ownership = _ownership(expected, sockets, forwards)
    return Seen(state, ownership, sockets, forwards, reason, was_confirmed)


def _sockets(expected: Expected, host: Host) -> tuple[Socket, ...]:
    if expected.protocol == "unix":
        paths = (one for one in host.sockets if one.protocol == "unix")
        return tuple(one for one in paths if one.address == expected.address)
    found = [
        one
        for one in host.sockets
        if one.port == expected.port and one.protocol == expected.protocol and expected.port
    ]
    return tuple(sorted(found, key=lambda one: -one.width.rank))


def _without_socket(expected: Expected, host: Host, forwards: tuple[Forward, ...]) -> Seen:
    """Say what it means that no socket has the port: rarely that it is closed."""
    if forwards:
        first = forwards[0]
        into = f"container {first.container}" if first.container else first.to or "a container"
        reason = f"{first.by} hands it on to {into}; there is no socket"
        ownership = _ownership(expected, (), forwards)
        return Seen(LiveState.NAT_PUBLISHED, ownership, (), forwards, reason)
    if host.blind:
        return Seen(LiveState.UNKNOWN, reason=host.blind[0])
    if expected.contained and host.container:
        reason = f"this is a container ({host.container}): the ports of its host are not seen here"
        return Seen(LiveState.UNKNOWN, reason=reason)
    if expected.contained and host.containers_unknown and host.translation_unknown:
        reason = f"a container may publish it without a socket: {host.containers_unknown}"
        return Seen(LiveState.UNKNOWN, reason=reason)
    return Seen(LiveState.NOT_LISTENING)


def _special(sockets: tuple[Socket, ...]) -> str:
    first = sockets[0]
    if first.device == "lo" and plain(first.address).is_unspecified:
        return "bound to the interface lo"
    if first.device and plain(first.address).is_unspecified:
        return f"bound to the interface {first.device}"
    if first.width is Width.WILDCARD and first.v6only and not any(not one.ipv6 for one in sockets):
        return "IPv6 only"
    if first.width is Width.WILDCARD and any(one.width is not Width.WILDCARD for one in sockets):
        others = ", ".join(one.shown for one in sockets if one.width is not Width.WILDCARD)
        return f"another socket of the port listens on {others} only"
    return ""


def _wider(state: LiveState, forwards: tuple[Forward, ...], reason: str) -> tuple[LiveState, str]:
    """A forward may be open wider than the socket that shares its port."""
    for one in forwards:
        if _forward_width(one) is Width.WILDCARD:
            return LiveState.NAT_PUBLISHED, f"{one.by} hands it on from every interface"
    return state, reason


def _forward_width(one: Forward) -> Width:
    try:
        address = plain(one.address)
    except ValueError:
        return Width.WILDCARD  # what cannot be read is no reason to be reassured
    if address.is_unspecified:
        return Width.WILDCARD
    return Width.LOOPBACK if address.is_loopback else Width.SPECIFIC


def _ownership(
    expected: Expected, sockets: tuple[Socket, ...], forwards: tuple[Forward, ...]
) -> Ownership:
    if expected.service and any(
        expected.service in (one.service, one.container) for one in forwards
    ):
        return Ownership.MATCHED
    processes = [process for one in sockets for process in one.owners]
    names = [_bare(name) for name in expected.programs]
    if any(_is_ours(process, expected, names) for process in processes):
        return Ownership.MATCHED
    telling = [one for one in processes if not {one.program, one.name} & (HOLDERS | MACHINES)]
    if not telling or not names or forwards or expected.contained:
        return Ownership.UNKNOWN
    return Ownership.OTHER


def _is_ours(process: Process, expected: Expected, names: Sequence[str]) -> bool:
    # A program may be started by a script of its name, and what an interpreter runs is its file.
    called = [process.program, process.name]
    called += [part.rpartition("/")[2] for part in process.arguments[:3]]
    if any(fnmatch.fnmatchcase(_bare(one), name) for one in called for name in names):
        return True
    folder = expected.folder.rstrip("/")
    if not folder:
        return False
    places = (process.folder, process.exe, *process.arguments[:3])
    return any(place == folder or place.startswith(f"{folder}/") for place in places)


def _bare(name: str) -> str:
    """Return the name of a program without its version: `python3.11` is `python`."""
    bare = name.lower().removesuffix(".exe").rstrip("0123456789.-")
    return bare or name.lower()
