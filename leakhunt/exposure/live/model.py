"""What a look at this host sees: sockets, their owners, and ports that have no socket."""

from __future__ import annotations

import dataclasses
import enum

from leakhunt.records import record


class Width(enum.StrEnum):
    """From where a socket can be reached, as far as its address says."""

    WILDCARD = "wildcard"
    """On every interface."""
    SPECIFIC = "specific"
    """On one address, or one interface."""
    LOOPBACK = "loopback"
    """Only from this host."""

    @property
    def rank(self) -> int:
        """2 (wildcard) to 0 (loopback), for comparing."""
        return 2 - list(Width).index(self)


class LiveState(enum.StrEnum):
    """What is known of a port that somebody declared."""

    WILDCARD = "live_wildcard"
    SPECIFIC = "live_specific"
    LOOPBACK = "live_loopback"
    NOT_LISTENING = "not_listening"
    NAT_PUBLISHED = "nat_published"
    """No socket: the kernel hands the packets on to a container."""
    UNKNOWN = "unknown"

    @property
    def up(self) -> bool:
        """Something answers on this port."""
        return self not in (LiveState.NOT_LISTENING, LiveState.UNKNOWN)


class Ownership(enum.StrEnum):
    """Whether the process that holds a socket is the one that was declared."""

    MATCHED = "matched"
    OTHER = "other"
    UNKNOWN = "unknown"


@record(frozen=True, slots=True)
class Process:
    """Who holds a socket."""

    pid: int
    name: str
    """What the kernel calls it, at most 15 characters."""
    exe: str = ""
    """The path of its program, or empty where it may not be read."""
    folder: str = ""
    """Its working directory, or empty."""
    arguments: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    """Its command line: it may hold passwords, so it is compared and never shown."""

    @property
    def program(self) -> str:
        """The name to show: `redis-server`, `python3.11`, `gunicorn`."""
        file = self.exe.rpartition("/")[2]
        # A name is cut off after 15 characters; and one program may go by several names, as
        # redis-server does, which is a link to another one.
        if file and (file.startswith(self.name) or self.name in ("", "MainThread")):
            return file
        return self.name.partition(":")[0] or file


@record(frozen=True, slots=True)
class Socket:
    """One open socket that takes connections or datagrams."""

    protocol: str
    """`tcp`, `udp` or `unix`."""
    address: str
    """As `ipaddress` writes it, without a zone; of a unix socket its path."""
    port: int
    """0 for a unix socket."""
    inode: int = 0
    """0 where the system has none."""
    uid: int = -1
    device: str = ""
    """The interface it is bound to, or the zone of its address."""
    v6only: bool | None = None
    """Of an IPv6 socket, whether it leaves IPv4 alone; None: nobody said."""
    owners: tuple[Process, ...] = ()

    @property
    def width(self) -> Width:
        """From where it can be reached; an address of IPv4 within IPv6 is one of IPv4."""
        from leakhunt.exposure.live.kernel import width

        return width(self)

    @property
    def ipv6(self) -> bool:
        """It has an address of IPv6."""
        return ":" in self.address and self.protocol != "unix"

    @property
    def shown(self) -> str:
        """`0.0.0.0:6379`, `[::]:6379`, `0.0.0.0%lo:6379` or the path."""
        if self.protocol == "unix":
            return self.address
        host = f"[{self.address}]" if self.ipv6 else self.address
        return f"{host}{'%' + self.device if self.device else ''}:{self.port}"


@record(frozen=True, slots=True)
class Forward:
    """A port of this host that leads elsewhere: into a container, or by address translation."""

    protocol: str
    address: str
    """The address of this host on which it is taken; `0.0.0.0` or `::` for any."""
    port: int
    by: str
    """`docker`, `podman`, `iptables` or `nftables`."""
    to: str = ""
    """`172.18.0.2:5432`, or empty where it is not said."""
    container: str = ""
    """The name of the container, or empty."""
    service: str = ""
    """What compose calls it, or empty."""


@record(frozen=True, slots=True)
class Host:
    """What one look at this host saw."""

    sockets: tuple[Socket, ...]
    forwards: tuple[Forward, ...] = ()
    system: str = "linux"
    namespace: str = ""
    """The inode of the network namespace, or empty where there is none."""
    container: str = ""
    """What shows that this is the inside of a container, or empty."""
    blind: tuple[str, ...] = ()
    """Why sockets could not be listed; where it is not empty, nothing is known to be closed."""
    containers_unknown: str = ""
    """Why the ports that containers publish are not known, or empty."""
    translation_unknown: str = ""
    """Why the rules of address translation are not known, or empty."""
    owners_hidden: bool = False
    """Some processes do not show their files, so the owners of some sockets are not known."""
    notes: tuple[str, ...] = ()
