"""Every spelling of an address means what programs take it for."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.exposure.addresses import Address, covers_everything, scope_of, split, symbol_scope
from leakhunt.exposure.model import Scope

WILDCARD = [
    "0.0.0.0",
    "0",
    "00",
    "000",
    "0x0",
    "0.0",
    "0.0.0",
    "000.000.000.000",
    "0x0.0x0.0x0.0x0",
    "00.0x0.0.0",
    "::",
    "::0",
    "0::0",
    "[::]",
    "[::0]",
    "0:0:0:0:0:0:0:0",
    "::ffff:0.0.0.0",
    "::ffff:0:0",
    "[::ffff:0.0.0.0]",
    "*",
    "+",
    "any",
    "all",
    "_global_",
    "_site_",
    "tcp://*",
    "http://+:80",
    "http://*:8080/",
    "tcp://0.0.0.0:2375",
    "udp://[::]:53",
    "ipv4@0.0.0.0",
    '"0.0.0.0"',
    "'::'",
    "::%eth0",
    "INADDR_ANY",
    "in6addr_any",
    "IN6ADDR_ANY_INIT",
    "Ipv4Addr::UNSPECIFIED",
    "Ipv6Addr::UNSPECIFIED",
    "IPAddress.Any",
    "System.Net.IPAddress.IPv6Any",
    "QHostAddress::Any",
    "QHostAddress::AnyIPv4",
    "net.IPv4zero",
    "net.IPv6unspecified",
    "netip.IPv4Unspecified",
    "InternetAddress.anyIPv4",
]
LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0177.0.0.1",
    "0x7f000001",
    "0x7f.1",
    "127.9.9.9",
    "127.255.255.255",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "app.localhost",
    "ip6-localhost",
    "_local_",
    "tcp://localhost:80",
    "http://127.0.0.1:8080/x",
    "INADDR_LOOPBACK",
    "IPAddress.Loopback",
    "Ipv4Addr::LOCALHOST",
    "QHostAddress::LocalHost",
]
PRIVATE = [
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
    "fe80::1",
    "fd00::1",
    "fe80::1%eth0",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "2606:4700::1111",
    "[2001:4860:4860::8888]:53",
    "172.32.0.1",
]
NAMED = ["redis", "db.internal", "example.com", "my_host", "host-1", "app1.svc.cluster.local"]
SOCKET = [
    "unix:/run/x.sock",
    "/run/x.sock",
    "unix:///run/x",
    "fd://3",
    "npipe:////./pipe/x",
    "./x.sock",
    "ipc:///a",
]
UNKNOWN = ["", "${HOST}", "{{ host }}", "1.2.3.4.5", "256.1.1.1", "0.0.0.0/0", "a b", "1.2.3.x!"]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (text, scope)
        for scope, texts in {
            Scope.WILDCARD: WILDCARD,
            Scope.LOOPBACK: LOOPBACK,
            Scope.PRIVATE: PRIVATE,
            Scope.PUBLIC: PUBLIC[:4] + PUBLIC[5:],
            Scope.NAMED: NAMED,
            Scope.SOCKET: SOCKET,
            Scope.UNKNOWN: UNKNOWN,
        }.items()
        for text in texts
    ],
)
def test_scopes(text: str, scope: Scope) -> None:
    assert scope_of(text) == scope


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("0.0.0.0:80", "0.0.0.0", 80),
        (":80", "", 80),
        ("80", None, 80),
        ("[::]:80", "::", 80),
        ("[fe80::1%eth0]:80", "fe80::1", 80),
        (":::80", "::", 80),
        ("::", "::", None),
        ("::1", "::1", None),
        ("", "", None),
        ("localhost", "localhost", None),
        ("localhost:http", "localhost", None),
        ("*:80", "*", 80),
        ("tcp://*:5555", "*", 5555),
        ("http://0.0.0.0:80/path?x=a:1", "0.0.0.0", 80),
        ("http://user:pw@0.0.0.0:80", "0.0.0.0", 80),
        ("PLAINTEXT://:9092", "", 9092),
        ("unix:/run/x.sock", "unix:/run/x.sock", None),
        ("0:8000", "0", 8000),
        ("0.0.0.0:99999", "0.0.0.0", None),
        ("0.0.0.0:80/tcp", "0.0.0.0", 80),
        ("host:${PORT}", "host", None),
    ],
)
def test_addresses_are_taken_apart(text: str, host: str | None, port: int | None) -> None:
    assert split(text)[:2] == (host, port)


def test_a_socket_is_no_address() -> None:
    assert split("unix:///run/a.sock") == Address("unix:///run/a.sock", None, "unix")


@given(st.ip_addresses(v=4))
def test_any_ipv4_address_in_any_notation(address: ipaddress.IPv4Address) -> None:
    number, parts = int(address), address.packed
    spellings = [
        str(address),
        str(number),
        hex(number),
        ".".join(f"0x{part:x}" for part in parts),
        ".".join(f"0{part:o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"::ffff:{address}",
        f"[::ffff:{address}]",
        f"tcp://{address}:1",
    ]
    assert {scope_of(text) for text in spellings} == {scope_of(str(address))}
    for text in spellings[:6]:
        assert socket.inet_aton(text) == address.packed
    assert (scope_of(str(address)) == Scope.WILDCARD) == (number == 0)
    assert (scope_of(str(address)) == Scope.LOOPBACK) == (parts[0] == 127)


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_any_ipv6_address(address: ipaddress.IPv6Address, port: int) -> None:
    written = [str(address), address.exploded, address.compressed.upper(), f"[{address}]"]
    assert len({scope_of(text) for text in written}) == 1
    assert split(f"[{address}]:{port}")[:2] == (str(address), port)


@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(scope_of(text), Scope)
    found = split(text)
    assert found.port is None or 0 <= found.port < 65536
    symbol_scope(text)


def test_networks_that_are_everything_together() -> None:
    assert covers_everything(["0.0.0.0/0"])
    assert covers_everything(["10.0.0.0/8", "::/0"])
    assert covers_everything(["0.0.0.0/1", "128.0.0.0/1"])
    assert covers_everything(["*"])
    assert not covers_everything(["0.0.0.0/1", "10.0.0.0/8"])
    assert not covers_everything(["10.0.0.0/8", "rubbish", "::1/128"])
    assert not covers_everything([])
