"""Which addresses may be contacted: public ones, and those that the configuration names.

An address is judged as the number that the kernel gets, after every way to hide one inside
another was undone. Whoever connects, connects to that very number: a name is resolved once.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_KINDS = (
    ("0.0.0.0/8", "no address of a host"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "private (shared by customers of a provider)"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "reserved"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "no address of a host"),
    ("::1/128", "loopback"),
    ("100::/64", "discarded"),
    ("2001:2::/48", "for benchmarks"),
    ("2001:db8::/32", "for documentation"),
    ("3fff::/20", "for documentation"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
    ("ff00::/8", "multicast"),
)
_NETWORKS = tuple((ipaddress.ip_network(net), said) for net, said in _KINDS)
_METADATA = (
    ipaddress.ip_address("169.254.169.254"),
    ipaddress.ip_address("fd00:ec2::254"),
    ipaddress.ip_address("100.100.100.200"),
)
_GLOBAL = ipaddress.ip_network("2000::/3")
_COMPATIBLE = ipaddress.ip_network("::/96")
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_HARD = ("link-local", "the metadata of a cloud", "multicast", "no address of a host")
"""Kinds that the name of a host never opens, only the address itself."""


def kind(address: Address) -> str:
    """Return why an address is not public, or an empty string if it is.

    Args:
        address: as it would be connected to; embedded ones are judged as well.
    """
    for one in embedded(address):
        if one in _METADATA:
            return "the metadata of a cloud"
        for network, said in _NETWORKS:
            if one in network:
                return said
    if address.version == 6 and address not in _GLOBAL and not _is_wrapper(address):
        return "reserved"
    return ""


def named_only(said: str) -> bool:
    """Say whether addresses of this kind have to be allowed by number, not by a name."""
    return said in _HARD


def _is_wrapper(address: Address) -> bool:
    return sum(1 for _ in embedded(address)) > 1


def embedded(address: Address) -> Iterator[Address]:
    """Yield an address and every IPv4 address that it stands for.

    IPv4-mapped and -compatible ones, 6to4, Teredo, NAT64 and ISATAP.
    """
    yield address
    if not isinstance(address, ipaddress.IPv6Address):
        return
    low = int(address) & 0xFFFFFFFF
    inside: list[int] = []
    if address.ipv4_mapped:
        inside.append(int(address.ipv4_mapped))
    elif address in _COMPATIBLE and low > 1:
        inside.append(low)
    if address.sixtofour:
        inside.append(int(address.sixtofour))
    if address.teredo:
        inside += map(int, address.teredo)
    if any(address in network for network in _TRANSLATED):
        inside.append(low)
    if int(address) >> 32 & 0xFCFFFFFF == 0x00005EFE:
        inside.append(low)
    for number in inside:
        yield ipaddress.IPv4Address(number)


def parsed(text: str) -> Address | None:
    """Return an address in its usual spelling, with or without brackets, or None."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
