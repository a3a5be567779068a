"""Asks a port how wide it is bound, by connecting to it from this host.

All of 127.0.0.0/8 leads to this host. A socket that is bound to 127.0.0.1 refuses a connection to
another address of that network, and one that is bound to all of them takes it. For IPv6 there is
one loopback address only, so another address of this host is tried, from that address itself. So
no packet leaves the machine. That proves how wide the socket is, and nothing about firewalls.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import sys
from pathlib import Path

from leakhunt.exposure.live.kernel import plain
from leakhunt.exposure.live.model import Socket, Width

OTHERS = ("127.9.9.9", "127.9.9.10")
"""Loopback addresses that hardly anybody binds to."""
SECONDS = 1.0


def confirmed(port: int, protocol: str, sockets: tuple[Socket, ...]) -> Width | None:
    """Say how wide a port is bound, or None where connecting does not tell.

    Args:
        port: the port.
        protocol: only `tcp` can be asked.
        sockets: those that hold it, for the addresses to try.
    """
    if protocol != "tcp" or not sys.platform.startswith("linux"):
        return None  # elsewhere only 127.0.0.1 is configured
    if any(one.device for one in sockets):
        return None  # the connection comes through lo, and another interface might differ
    bound = {one.address for one in sockets} | {str(plain(one.address)) for one in sockets}
    others = [next(address for address in OTHERS if address not in bound)]
    if any(one.ipv6 for one in sockets):
        others += [address for address in own_ipv6() if address not in bound][:1]
    if any(_open(address, port) for address in others):
        return Width.WILDCARD
    widest = max(sockets, key=lambda one: one.width.rank)
    if widest.width is not Width.WILDCARD and _open(widest.address, port):
        return widest.width
    return None


def own_ipv6(table: Path = Path("/proc/net/if_inet6")) -> list[str]:
    """Return the addresses of this host that others could connect to."""
    try:
        lines = table.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = (re.match(r"([0-9a-f]{32}) \S+ \S+ (\S+) ", line) for line in lines)
    # Scope 00 is global; a link-local address would need its interface.
    return [
        str(ipaddress.ip_address(bytes.fromhex(one[1]))) for one in found if one and one[2] == "00"
    ]


def _open(address: str, port: int) -> bool:
    """Say whether a connection is taken, if it can be tried without a packet leaving."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.settimeout(SECONDS)
        if not plain(address).is_loopback:
            if _may_bind_to_others(family):
                return False
            try:
                # Only an address of this host can be where a connection comes from, and from an
                # address to itself there is no way but through the kernel.
                tried.bind((address, 0))
            except OSError:
                return False
        return tried.connect_ex((address, port)) == 0


def _may_bind_to_others(family: socket.AddressFamily) -> bool:
    """Say whether this host lets sockets have addresses that it does not have."""
    version = 6 if family is socket.AF_INET6 else 4
    try:
        said = Path(f"/proc/sys/net/ipv{version}/ip_nonlocal_bind").read_text("ascii")
    except OSError:
        return True
    return said.strip() != "0"
