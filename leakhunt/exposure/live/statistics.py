"""What `ss` says and `/proc` does not: bound to an interface, IPv6 only."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import TYPE_CHECKING

from leakhunt.exposure.live.model import Socket
from leakhunt.exposure.live.programs import NotAskedError, ask

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMAND = ("ss", "-ltunHe")

_INODE = re.compile(r"\bino:(\d+)")
_V6ONLY = re.compile(r"\bv6only:([01])\b")
_UID = re.compile(r"\buid:(\d+)")


def parse_statistics(text: str) -> tuple[list[Socket], int]:
    """Read what `ss -ltunHe` prints.

    Returns:
        The sockets, and how many lines could not be read.
    """
    sockets, odd = [], 0
    for line in text.splitlines():
        fields = line.split(None, 6)
        if not fields:
            continue
        socket = _socket(fields)
        if socket is None:
            odd += 1
        else:
            sockets.append(socket)
    return sockets, odd


def _socket(fields: list[str]) -> Socket | None:
    """Return a socket; None if the line is none."""
    if len(fields) < 6 or fields[0] not in ("tcp", "udp"):
        return None
    host, _, port = fields[4].rpartition(":")
    # 0.0.0.0%lo:22, [::]%lo:22, [fe80::1]%eth0:22, and [fe80::1%eth0]:22 in older versions
    name, _, device = host.replace("[", "").replace("]", "").partition("%")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        return None
    rest = fields[6] if len(fields) > 6 else ""
    v6only = _V6ONLY.search(rest)
    if name == "*":
        # A dual-stack socket in new versions, one of IPv4 in old ones.
        name = "::" if v6only else "0.0.0.0"  # noqa: S104 (read, not bound)
    try:
        address = str(ipaddress.ip_address(name))
    except ValueError:
        return None
    inode, uid = _INODE.search(rest), _UID.search(rest)
    return Socket(
        fields[0],
        address,
        int(port),
        int(inode[1]) if inode else 0,
        int(uid[1]) if uid else 0,
        device,
        v6only[1] == "1" if v6only else None,
    )


def completed(sockets: Iterable[Socket]) -> tuple[list[Socket], str]:
    """Add to sockets what only `ss` knows of them.

    Args:
        sockets: those of the kernel's tables.

    Returns:
        The sockets, and why nothing could be added, or empty.
    """
    sockets = list(sockets)
    try:
        told, _ = parse_statistics(ask(*COMMAND))
    except NotAskedError as error:
        return sockets, str(error)
    known = {socket.inode: socket for socket in told if socket.inode}
    return [_with(socket, known.get(socket.inode)) for socket in sockets], ""


def _with(socket: Socket, told: Socket | None) -> Socket:
    if told is None or told.port != socket.port:
        return socket
    return dataclasses.replace(socket, device=told.device, v6only=told.v6only)
