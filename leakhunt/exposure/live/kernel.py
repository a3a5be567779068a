"""How the kernel writes addresses: `/proc/net/tcp`, `tcp6`, `udp`, `udp6` and `unix`."""

from __future__ import annotations

import ipaddress
import re
import sys
from pathlib import Path

from leakhunt.exposure.live.model import Socket, Width

_LISTENING = "0A"
_UNCONNECTED = "07"
_ACCEPTS = 0x10000
"""The flag of a unix socket that listens."""
_LINE = re.compile(
    r"\s*\d+: (?P<host>[0-9A-F]{8}|[0-9A-F]{32}):(?P<port>[0-9A-F]{4})"
    r" (?P<peer>[0-9A-F]{8}|[0-9A-F]{32}):(?P<away>[0-9A-F]{4})"
    r" (?P<state>[0-9A-F]{2}) \S+ \S+ \S+\s+(?P<uid>\d+)\s+\d+ (?P<inode>\d+)\b"
)
_UNIX = re.compile(
    r"[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} (?P<flags>[0-9A-F]{8})"
    r" [0-9A-F]{4} [0-9A-F]{2}\s+(?P<inode>\d+)(?: (?P<path>.*))?"
)


def parse_table(
    text: str, protocol: str, *, order: str = sys.byteorder
) -> tuple[list[Socket], int]:
    """Read one of the tables of the kernel.

    UDP knows no listening: a socket that is bound and has no peer counts.

    Args:
        text: the content of `/proc/net/tcp` or of its like.
        protocol: `tcp` or `udp`.
        order: the byte order of the machine, `little` or `big`.

    Returns:
        The sockets that wait for others, and how many lines could not be read.
    """
    wanted = _LISTENING if protocol == "tcp" else _UNCONNECTED
    sockets, odd = [], 0
    for line in text.splitlines()[1:]:
        found = _LINE.match(line)
        if found is None:
            odd += bool(line.strip())
        elif found["state"] == wanted and int(found["port"], 16) and not int(found["peer"], 16):
            address = kernel_address(found["host"], order)
            port, inode, uid = int(found["port"], 16), int(found["inode"]), int(found["uid"])
            sockets.append(Socket(protocol, address, port, inode, uid))
    return sockets, odd


def parse_unix(text: str) -> list[Socket]:
    """Read `/proc/net/unix`: the sockets with a name on which somebody accepts."""
    sockets = []
    for line in text.splitlines()[1:]:
        found = _UNIX.fullmatch(line)
        if found and found["path"] and int(found["flags"], 16) & _ACCEPTS:
            sockets.append(Socket("unix", found["path"], 0, int(found["inode"])))
    return sockets


def kernel_address(digits: str, order: str = sys.byteorder) -> str:
    """Return an address that stands in words of 32 bits, each in the order of the machine.

    Args:
        digits: 8 or 32 hexadecimal digits.
        order: `little` or `big`.
    """
    words = [bytes.fromhex(digits[at : at + 8]) for at in range(0, len(digits), 8)]
    packed = b"".join(word[::-1] if order == "little" else word for word in words)
    return str(ipaddress.ip_address(packed))


def plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address; of one of IPv4 within IPv6 the one of IPv4.

    Raises:
        ValueError: it is none.
    """
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    # Python 3.11 says of ::ffff:0.0.0.0 that it is not unspecified.
    return mapped or parsed


def width(socket: Socket) -> Width:
    """Say from where a socket can be reached."""
    if socket.protocol == "unix":
        return Width.LOOPBACK
    address = plain(socket.address)
    # What is bound to the loopback interface is not to be reached, whatever its address.
    if address.is_loopback or socket.device == "lo":
        return Width.LOOPBACK
    if address.is_unspecified and not socket.device:
        return Width.WILDCARD
    return Width.SPECIFIC


def listed(root: Path = Path("/proc")) -> tuple[list[Socket], list[str]]:
    """List the sockets of this network namespace.

    Args:
        root: where the kernel shows itself.

    Returns:
        The sockets, and what could not be read.
    """
    sockets: dict[tuple[str, str, int, int], Socket] = {}
    faults = []
    for name in ("tcp", "tcp6", "udp", "udp6"):
        try:
            text = (root / "net" / name).read_text("ascii", "replace")
        except FileNotFoundError:
            if name in ("tcp", "udp"):  # without IPv6 there are no tables of it
                faults.append(f"{root}/net/{name} is missing")
            continue
        except OSError as error:
            faults.append(f"{root}/net/{name} cannot be read: {error.strerror}")
            continue
        found, odd = parse_table(text, name.removesuffix("6"))
        if odd:
            faults.append(f"{root}/net/{name}: {odd} lines are of an unknown form")
        # A table that changes while it is read may show a socket twice.
        sockets |= {(one.protocol, one.address, one.port, one.inode): one for one in found}
    try:
        text = (root / "net/unix").read_text("utf-8", "surrogateescape")
        sockets |= {("unix", one.address, 0, one.inode): one for one in parse_unix(text)}
    except OSError as error:
        faults.append(f"{root}/net/unix cannot be read: {error.strerror}")
    return list(sockets.values()), faults
