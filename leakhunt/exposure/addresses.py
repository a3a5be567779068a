"""One canonicaliser for every spelling of an address.

What an empty or missing address means differs from API to API; here it only stays empty.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from leakhunt import lazy
from leakhunt.exposure.model import Scope

SYMBOLS: dict[str, Scope] = {
    name: scope
    for scope, names in {
        Scope.WILDCARD: "inaddr_any in6addr_any in6addr_any_init ipv4addr.unspecified "
        "ipv6addr.unspecified ipaddress.any ipaddress.ipv6any qhostaddress.any "
        "qhostaddress.anyipv4 qhostaddress.anyipv6 internetaddress.anyipv4 "
        "internetaddress.anyipv6 net.ipv4zero net.ipv6zero net.ipv6unspecified "
        "netip.ipv4unspecified netip.ipv6unspecified ipv4zero ipv6zero ipv6unspecified "
        "address_v4.any address_v6.any ipaddress.wildcard socketaddr_any",
        Scope.LOOPBACK: "inaddr_loopback in6addr_loopback in6addr_loopback_init "
        "ipv4addr.localhost ipv6addr.localhost ipaddress.loopback ipaddress.ipv6loopback "
        "qhostaddress.localhost qhostaddress.localhostipv6 internetaddress.loopbackipv4 "
        "internetaddress.loopbackipv6 net.ipv6loopback netip.ipv6loopback ipv6loopback "
        "inetaddress.getloopbackaddress address_v4.loopback address_v6.loopback",
    }.items()
    for name in names.split()
}
"""Names that libraries give to addresses, in small letters, by their last two words or one."""

_WILDCARD = {"*", "+", "any", "all", "_global_", "_site_"}
_LOOPBACK = {"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost"}
_LOOPBACK |= {"ip6-loopback", "_local_", "loopback", "lo"}
_SCHEME = lazy.pattern(r"(?i)^([a-z][a-z0-9+._-]*):/?/")
_SOCKET = lazy.pattern(
    r"(?i)^(?:(?:unix|unixgram|npipe|fd|pipe|file|ipc|inproc|sock|systemd|abstract|vsock|local)"
    r"(?:-abstract)?:|/|@|\./|\\\\.\\pipe)"
)
_PART = lazy.pattern(r"(?i)^(?:0x[0-9a-f]{1,8}|[0-9]{1,11})$")
_NAME = lazy.pattern(r"(?i)^(?=.*[a-z])[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?\.?$")
_CARRIER_GRADE = ipaddress.ip_network("100.64.0.0/10")
_PORT = lazy.pattern(r"^[0-9]{1,5}$")


class Address(NamedTuple):
    """An address taken apart.

    Attributes:
        host: what names the interface, without brackets; None if there is only a port.
        port: its number; None if there is none, or none that is a number.
        scheme: what stood before `://`, in small letters.
    """

    host: str | None
    port: int | None
    scheme: str = ""


def scope_of(host: str) -> Scope:
    """Say which interfaces an address means, whatever its spelling.

    Args:
        host: an address or a name, without a port; brackets, a zone, quotes and a scheme do no
            harm.

    Returns:
        Its scope; `unknown` if it is empty, or none that any resolver would take.
    """
    text = host.strip().strip("\"'").strip()
    if _SCHEME.match(text):
        if _SOCKET.match(text):
            return Scope.SOCKET
        inner = split(text).host
        return scope_of(inner) if inner else Scope.UNKNOWN
    if _SOCKET.match(text):
        return Scope.SOCKET
    text = text.partition("@")[2] if text.lower().startswith(("ipv4@", "ipv6@")) else text
    text = text.removeprefix("[").partition("]")[0].partition("%")[0].lower()
    if text in _WILDCARD:
        return Scope.WILDCARD
    if text.rstrip(".") in _LOOPBACK or text.rstrip(".").endswith(".localhost"):
        return Scope.LOOPBACK
    if (symbol := symbol_scope(text)) is not None:
        return symbol
    if (number := _ipv4(text)) is not None:
        return _classified(ipaddress.IPv4Address(number))
    try:
        six = ipaddress.IPv6Address(text)
    except ValueError:
        return Scope.NAMED if _NAME.match(text) and not _numeric(text) else Scope.UNKNOWN
    return _classified(six.ipv4_mapped or six)


def symbol_scope(name: str) -> Scope | None:
    """Return the scope of a name that a library gives to an address, or None.

    Args:
        name: dotted: `net.IPv4zero`, `System.Net.IPAddress.Any`, `INADDR_ANY`.
    """
    words = re.split(r"\.|::|->", name.lower())
    for count in (2, 1):
        scope = SYMBOLS.get(".".join(words[-count:]))
        if scope is not None:
            return scope
    return None


def split(address: str) -> Address:
    """Take an address apart: `host:port`, `[v6]:port`, `scheme://host:port/path`, `:port`, `port`.

    Args:
        address: as a program gets it.

    Returns:
        Its parts. A host that is there but empty (`:80`, `tcp://:80`) is an empty text.
    """
    text = address.strip().strip("\"'").strip()
    if _SOCKET.match(text):
        return Address(text, None, "unix")
    scheme = _SCHEME.match(text)
    if scheme:
        text = re.split(r"[/?#]", text[scheme.end() :], maxsplit=1)[0].rpartition("@")[2]
    name = scheme[1].lower() if scheme else ""
    if not scheme and "/" in text and not re.search(r"/\d{1,3}$", text):
        text = text.partition("/")[0]
    if _PORT.match(text) and not scheme:
        return Address(None, _number(text), name)
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return Address(host.partition("%")[0], _number(rest.removeprefix(":")), name)
    if text.startswith(":::") and _PORT.match(text[3:]):
        return Address("::", _number(text[3:]), name)
    if text.count(":") > 1:
        return Address(text, None, name)
    host, colon, port = text.partition(":")
    return Address(host, _number(port) if colon else None, name)


def _number(text: str) -> int | None:
    found = _PORT.match(text.strip())
    return int(found[0]) if found and int(found[0]) < 65536 else None


def _numeric(text: str) -> bool:
    """A name whose last part is a number is a broken address, not a name."""
    last = text.rstrip(".").rpartition(".")[2]
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last))


def _ipv4(text: str) -> int | None:
    """Read an IPv4 address as `inet_aton` does: one to four parts of any base."""
    parts = text.split(".")
    if len(parts) > 4 or not all(_PART.match(part) for part in parts):
        return None
    numbers = []
    for part in parts:
        base = 16 if part.startswith("0x") else 8 if part[0] == "0" and len(part) > 1 else 10
        try:
            numbers.append(int(part, base))
        except ValueError:
            return None
    last = numbers.pop()
    if any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)):
        return None
    return sum(number << 24 - 8 * at for at, number in enumerate(numbers)) + last


def _classified(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Scope:
    if address.is_unspecified:
        return Scope.WILDCARD
    if address.is_loopback:
        return Scope.LOOPBACK
    if isinstance(address, ipaddress.IPv4Address) and address in _CARRIER_GRADE:
        return Scope.PRIVATE
    if address.is_private or address.is_link_local:
        return Scope.PRIVATE
    return Scope.UNKNOWN if address.is_multicast or address.is_reserved else Scope.PUBLIC


def covers_everything(networks: list[str]) -> bool:
    """Say whether networks together are all of IPv4 or all of IPv6.

    Args:
        networks: in CIDR notation; `any`, `*`, `all` and `Internet` count as everything, others
            that are none are left out.
    """
    four: list[ipaddress.IPv4Network] = []
    six: list[ipaddress.IPv6Network] = []
    for text in networks:
        if text.strip().lower() in {"any", "*", "all", "internet", "0/0"}:
            return True
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            continue
        if isinstance(network, ipaddress.IPv4Network):
            four.append(network)
        else:
            six.append(network)
    return any(item.prefixlen == 0 for item in ipaddress.collapse_addresses(four)) or any(
        item.prefixlen == 0 for item in ipaddress.collapse_addresses(six)
    )
