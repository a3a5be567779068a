"""The tables of the kernel, and what `ss` and others print, as texts."""

from __future__ import annotations

import ipaddress
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.exposure.live import kernel, statistics, translation
from leakhunt.exposure.live.containers import parse_docker, parse_podman
from leakhunt.exposure.live.model import Process, Socket, Width
from leakhunt.exposure.live.programs import NotAskedError

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid inode\n"
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
PORTS = st.integers(1, 65535)


def digits(address: ipaddress.IPv4Address | ipaddress.IPv6Address, order: str) -> str:
    """An address as the kernel prints it: words of 32 bits in the order of the machine."""
    packed = address.packed
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    return "".join((w[::-1] if order == "little" else w).hex() for w in words).upper()


def line(host: str, port: int, *, state: str = "0A", inode: int = 7, peer: str = "") -> str:
    peer = peer or "0" * len(host)
    return (
        f"   0: {host}:{port:04X} {peer}:0000 {state} 00000000:00000000 00:00000000 00000000"
        f"  1000        0 {inode} 1 0000000098c4728a 100 0 0 10 0\n"
    )


@given(ADDRESSES, PORTS, st.sampled_from(["little", "big"]), st.integers(1, 2**40))
def test_an_address_is_read_as_it_was_written(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int, order: str, inode: int
) -> None:
    text = HEAD + line(digits(address, order), port, inode=inode)
    (found,), odd = kernel.parse_table(text, "tcp", order=order)
    assert odd == 0
    assert ipaddress.ip_address(found.address) == address
    assert (found.port, found.inode, found.uid) == (port, inode, 1000)


@given(st.text(max_size=300))
def test_no_text_is_too_odd_for_a_table(text: str) -> None:
    sockets, odd = kernel.parse_table(HEAD + text, "tcp")
    assert len(sockets) + odd <= len(text.splitlines())
    assert kernel.parse_unix(HEAD + text) == [] or text


@given(st.sampled_from(["01", "02", "03", "06", "08", "0B", "07"]))
def test_only_what_listens_counts(state: str) -> None:
    assert kernel.parse_table(HEAD + line("0100007F", 80, state=state), "tcp") == ([], 0)


def test_udp_counts_while_it_has_no_peer() -> None:
    waiting, talking = line("00000000", 53, state="07"), line("00000000", 54, state="01")
    connected = line("00000000", 55, state="07", peer="0100007F")
    sockets, _ = kernel.parse_table(HEAD + waiting + talking + connected, "udp")
    assert [one.port for one in sockets] == [53]


def test_a_line_of_an_unknown_form_is_counted() -> None:
    sockets, odd = kernel.parse_table(HEAD + "   1: what is this\n" + line("00000000", 9), "tcp")
    assert ([one.port for one in sockets], odd) == ([9], 1)


@pytest.mark.parametrize(
    ("address", "device", "width"),
    [
        ("0.0.0.0", "", Width.WILDCARD),
        ("::", "", Width.WILDCARD),
        ("::ffff:0.0.0.0", "", Width.WILDCARD),
        ("::ffff:0:0", "", Width.WILDCARD),
        ("127.0.0.1", "", Width.LOOPBACK),
        ("127.9.9.9", "", Width.LOOPBACK),
        ("::1", "", Width.LOOPBACK),
        ("::ffff:127.0.0.1", "", Width.LOOPBACK),
        ("0.0.0.0", "lo", Width.LOOPBACK),
        ("::", "lo", Width.LOOPBACK),
        ("0.0.0.0", "eth0", Width.SPECIFIC),
        ("10.0.0.5", "", Width.SPECIFIC),
        ("fe80::1", "eth0", Width.SPECIFIC),
        ("2001:db8::1", "", Width.SPECIFIC),
    ],
)
def test_how_wide_a_socket_is(address: str, device: str, width: Width) -> None:
    assert Socket("tcp", address, 80, device=device).width is width


def test_a_wider_socket_ranks_higher() -> None:
    assert [width.rank for width in Width] == [2, 1, 0]


def test_a_unix_socket_is_loopback_and_shown_by_its_path() -> None:
    text = (
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000060d069a5: 00000002 00000000 00010000 0001 01 3214446 /run/a b.sock\n"
        "000000002c39f425: 00000002 00000000 00010000 0001 01 3214447 @abstract\n"
        "000000002c39f425: 00000002 00000000 00000000 0001 03 3214448 /run/connected\n"
        "000000002c39f425: 00000002 00000000 00010000 0001 01 3214449\n"
    )
    found = kernel.parse_unix(text)
    assert [one.shown for one in found] == ["/run/a b.sock", "@abstract"]
    assert found[0].width is Width.LOOPBACK


# --- ss


@pytest.mark.parametrize(
    ("text", "shown", "v6only"),
    [
        ("tcp LISTEN 0 128 0.0.0.0%lo:41003 0.0.0.0:* ino:1 sk:2 <->", "0.0.0.0%lo:41003", None),
        ("tcp LISTEN 0 128 *:41001 *:* ino:1 sk:1 v6only:0 <->", "[::]:41001", False),
        ("tcp LISTEN 0 128 [::]:41002 [::]:* ino:1 v6only:1 <->", "[::]:41002", True),
        ("tcp LISTEN 0 9 [::ffff:0.0.0.0]:4 *:* ino:1 v6only:0", "[::ffff:0:0]:4", False),
        ("tcp LISTEN 0 9 [fe80::1]%eth0:7 [::]:* ino:1 v6only:1", "[fe80::1%eth0]:7", True),
        ("tcp LISTEN 0 9 [fe80::1%eth0]:7 [::]:* ino:1 v6only:1", "[fe80::1%eth0]:7", True),
        ("tcp LISTEN 0 9 *:22 *:* ino:1 sk:1", "0.0.0.0:22", None),
        ("tcp LISTEN 0 9 :::22 :::* ino:1 sk:1", "[::]:22", None),
        ("udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*", "127.0.0.53%lo:53", None),
    ],
)
def test_a_line_of_ss(text: str, shown: str, v6only: bool | None) -> None:
    (found,), odd = statistics.parse_statistics(text + "\n")
    assert odd == 0
    assert found.v6only is v6only
    host, _, port = found.shown.rpartition(":")
    wanted, _, wanted_port = shown.rpartition(":")
    assert port == wanted_port
    bare = [part.strip("[]") for part in host.split("%")]
    assert [part.strip("[]") for part in wanted.split("%")][1:] == bare[1:]
    assert ipaddress.ip_address(bare[0]) == ipaddress.ip_address(
        wanted.strip("[]").partition("%")[0].strip("[]")
    )


@given(ADDRESSES, PORTS, st.sampled_from(["", "lo", "eth0", "br-1a2b", "veth:1"]), st.booleans())
def test_ss_is_read_by_the_last_colon(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int, device: str, v6only: bool
) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    rest = f" v6only:{int(v6only)}" if address.version == 6 else ""
    zone = f"%{device}" if device else ""
    text = f"tcp LISTEN 0 128 {host}{zone}:{port} *:* uid:33 ino:12 sk:1{rest} <->"
    (found,), _ = statistics.parse_statistics(text)
    assert (ipaddress.ip_address(found.address), found.port) == (address, port)
    assert (found.device, found.inode, found.uid) == (device, 12, 33)
    assert found.v6only == (v6only if address.version == 6 else None)


@given(st.text(max_size=300))
def test_no_text_is_too_odd_for_ss(text: str) -> None:
    sockets, odd = statistics.parse_statistics(text)
    assert len(sockets) + odd <= len(text.splitlines())


def test_without_ss_sockets_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> str:
        raise NotAskedError("ss is not installed")

    monkeypatch.setattr(statistics, "ask", refuse)
    one = Socket("tcp", "0.0.0.0", 80, 3)
    assert statistics.completed([one]) == ([one], "ss is not installed")


# --- Containers


def test_what_docker_publishes() -> None:
    row = {
        "Names": "demo-db-1",
        "Ports": "0.0.0.0:5432->5432/tcp, [::]:5432->5432/tcp, "
        "127.0.0.1:90-92->190-192/udp, 80/tcp",
        "Labels": "a=b,com.docker.compose.service=db,com.docker.compose.project=demo",
    }
    found = parse_docker(json.dumps(row) + "\n\n")
    assert [(one.protocol, one.address, one.port, one.to) for one in found] == [
        ("tcp", "0.0.0.0", 5432, "5432"),
        ("tcp", "::", 5432, "5432"),
        ("udp", "127.0.0.1", 90, "190"),
        ("udp", "127.0.0.1", 91, "191"),
        ("udp", "127.0.0.1", 92, "192"),
    ]
    assert {(one.container, one.service) for one in found} == {("demo-db-1", "db")}


def test_older_docker_writes_no_brackets() -> None:
    (found,) = parse_docker('{"Names": "x", "Ports": ":::80->8080/tcp"}')
    assert (found.address, found.port, found.to) == ("::", 80, "8080")


def test_what_podman_publishes() -> None:
    rows = [
        {"Names": ["web"], "Labels": None, "Ports": None},
        {
            "Names": ["db"],
            "Labels": {"com.docker.compose.service": "db"},
            "Ports": [
                {
                    "host_ip": "",
                    "host_port": 70,
                    "container_port": 80,
                    "range": 2,
                    "protocol": "tcp",
                }
            ],
        },
    ]
    found = parse_podman(json.dumps(rows))
    assert [(one.address, one.port, one.to, one.service) for one in found] == [
        ("0.0.0.0", 70, "80", "db"),
        ("0.0.0.0", 71, "81", "db"),
    ]
    assert parse_podman("") == []


@pytest.mark.parametrize("text", ["what", "[1]", '[{"Ports": [{"host_port": null}]}]', '{"a": 1}'])
def test_an_answer_of_an_unknown_form_is_no_answer(text: str) -> None:
    with pytest.raises(NotAskedError):
        parse_podman(text)
    if not text.startswith("{"):
        with pytest.raises(NotAskedError):
            parse_docker(text)


# --- Address translation

IPTABLES = """
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i br-1 -p tcp -m tcp --dport 6379 -j DNAT --to-destination 172.18.0.3:6379
-A DOCKER -d 127.0.0.1/32 ! -i br-1 -p tcp -m tcp --dport 6380 -j DNAT --to-destination 172.18.0.3:1
-A DOCKER ! -d 127.0.0.0/8 -p udp -m multiport --dports 53,90:92 -j REDIRECT --to-ports 5353
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-SVC-NPX46M4
-A KUBE-NODEPORTS -p tcp -m comment --comment "a/b" -m tcp --dport 30080 -j KUBE-EXT-X
-A POSTROUTING -s 172.18.0.0/16 ! -o br-1 -j MASQUERADE
COMMIT
"""
NFTABLES = """
table ip nat {
  chain PREROUTING {
    tcp dport 8080 dnat to 172.18.0.2:80
    tcp dport { 90-92, 95 } dnat to 172.18.0.2
    iifname != "b" ip daddr 127.0.0.1 tcp dport 5432 counter packets 0 dnat to 172.18.0.2:5432
    udp dport 53 redirect to :5353
    ip daddr != 127.0.0.0/8 tcp dport 77 counter packets 0 bytes 0 dnat to 172.18.0.2:5432
    tcp dport 22 accept
  }
  chain KUBE-SERVICES {
    ip daddr 10.96.0.1 tcp dport 443 counter packets 0 bytes 0 jump KUBE-SVC-NPX46M4
  }
  chain KUBE-NODEPORTS {
    meta l4proto tcp  tcp dport 30080 counter packets 0 bytes 0 jump KUBE-EXT-X
  }
  map service-nodeports {
    type inet_proto . inet_service : verdict
    elements = { tcp . 30090 : goto external-ULMVA6XW-ns1/svc1/tcp/p80,
           udp . 30091 : goto external-X }
  }
  map service-ips {
    elements = { 172.30.0.41 . tcp . 80 : goto service-ULMVA6XW-ns1/svc1/tcp/p80 }
  }
}
"""


def test_ports_that_iptables_hands_on() -> None:
    found = translation.parse_iptables(IPTABLES)
    assert [(one.protocol, one.address, one.port, one.to) for one in found] == [
        ("tcp", "0.0.0.0", 6379, "172.18.0.3:6379"),
        ("tcp", "127.0.0.1", 6380, "172.18.0.3:1"),
        *[("udp", "0.0.0.0", port, "") for port in (53, 90, 91, 92)],
        ("tcp", "0.0.0.0", 30080, ""),
    ]


def test_ports_that_nftables_hands_on() -> None:
    found = translation.parse_nftables(NFTABLES)
    assert [(one.protocol, one.address, one.port, one.to) for one in found] == [
        ("tcp", "0.0.0.0", 8080, "172.18.0.2:80"),
        *[("tcp", "0.0.0.0", port, "172.18.0.2") for port in (90, 91, 92, 95)],
        ("tcp", "127.0.0.1", 5432, "172.18.0.2:5432"),
        ("udp", "0.0.0.0", 53, ""),
        ("tcp", "0.0.0.0", 77, "172.18.0.2:5432"),
        ("tcp", "0.0.0.0", 30080, ""),
        ("tcp", "0.0.0.0", 30090, ""),
        ("udp", "0.0.0.0", 30091, ""),
    ]


@given(st.text(max_size=200))
def test_no_text_is_too_odd_for_rules(text: str) -> None:
    translation.parse_iptables(f"-A KUBE-NODEPORTS{text}")
    translation.parse_nftables(f"tcp dport {text} dnat to {text}")


# --- What is shown


def test_a_command_line_is_never_shown() -> None:
    process = Process(
        1, "redis", "/usr/bin/redis-server", "/", ("redis-server", "--requirepass", "x7")
    )
    assert "x7" not in repr(process)
    assert "x7" not in repr(Socket("tcp", "::", 1, owners=(process,)))
    assert process.program == "redis-server"
    assert Process(1, "kworker").program == "kworker"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc here")
def test_tables_that_are_missing_are_told(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(HEAD + "odd\n")
    sockets, faults = kernel.listed(tmp_path)
    assert sockets == []
    assert len(faults) == 3
    assert "1 lines are of an unknown form" in faults[0]
    assert "udp is missing" in faults[1]
