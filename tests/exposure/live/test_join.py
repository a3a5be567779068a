"""What it means that a port has, or has not, a socket."""

from __future__ import annotations

import dataclasses

import pytest

from leakhunt.exposure.live.join import Expected, seen
from leakhunt.exposure.live.model import Forward, Host, LiveState, Ownership, Process, Socket, Width

REDIS = Process(7, "redis-server", "/usr/bin/redis-server", "/var/lib/redis", ("redis-server *:1",))
PROXY = Process(8, "docker-proxy", "/usr/bin/docker-proxy", "/", ("docker-proxy",))
DOCKER = Forward("tcp", "0.0.0.0", 5432, "docker", "5432", "demo-db-1", "db")
EVERYWHERE, NEAR, ONE = ("0.0.0.0", "127.0.0.1", "10.0.0.5")


def host(*sockets: Socket, **more: object) -> Host:
    return dataclasses.replace(Host(sockets), **more)  # type: ignore[arg-type]


def tcp(address: str, port: int = 5432, **more: object) -> Socket:
    return dataclasses.replace(Socket("tcp", address, port), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("addresses", "state"),
    [
        (["0.0.0.0"], LiveState.WILDCARD),
        (["::"], LiveState.WILDCARD),
        (["::ffff:0.0.0.0"], LiveState.WILDCARD),
        (["10.0.0.5"], LiveState.SPECIFIC),
        (["127.0.0.1"], LiveState.LOOPBACK),
        (["::1"], LiveState.LOOPBACK),
        (["127.0.0.1", "::"], LiveState.WILDCARD),
        (["127.0.0.1", "10.0.0.5"], LiveState.SPECIFIC),
        ([], LiveState.NOT_LISTENING),
    ],
)
def test_the_widest_socket_of_either_family_counts(addresses: list[str], state: LiveState) -> None:
    result = seen(Expected(5432), host(*(tcp(address) for address in addresses)))
    assert result.state is state
    assert result.state.up == bool(addresses)


def test_another_port_or_protocol_is_another_thing() -> None:
    there = host(tcp(EVERYWHERE, 5433), Socket("udp", EVERYWHERE, 5432))
    assert seen(Expected(5432), there).state is LiveState.NOT_LISTENING
    assert seen(Expected(5432, "udp"), there).state is LiveState.WILDCARD
    assert seen(Expected(0), host(Socket("unix", "/run/a", 0))).state is LiveState.NOT_LISTENING


def test_what_is_published_without_a_socket_is_not_closed() -> None:
    result = seen(Expected(5432, contained=True, service="db"), host(forwards=(DOCKER,)))
    assert (result.state, result.ownership) == (LiveState.NAT_PUBLISHED, Ownership.MATCHED)
    assert "container demo-db-1" in result.reason


@pytest.mark.parametrize(
    ("address", "width"),
    [
        ("0.0.0.0", Width.WILDCARD),
        ("::", Width.WILDCARD),
        ("127.0.0.1", Width.LOOPBACK),
        ("10.0.0.5", Width.SPECIFIC),
        ("what is this", Width.WILDCARD),
    ],
)
def test_how_wide_a_forward_is(address: str, width: Width) -> None:
    there = dataclasses.replace(DOCKER, address=address)
    assert seen(Expected(5432), host(forwards=(there,))).width is width


def test_sockets_of_other_protocols_are_unknown() -> None:
    result = seen(Expected(5432, "sctp"), host())
    assert (result.state, result.width) == (LiveState.UNKNOWN, None)
    assert "sctp" in result.reason


def test_a_port_of_a_container_may_be_open_unseen() -> None:
    unseen = host(containers_unknown="no docker answers", translation_unknown="root only")
    result = seen(Expected(5432, contained=True), unseen)
    assert result.state is LiveState.UNKNOWN
    assert "no docker answers" in result.reason
    assert seen(Expected(5432), unseen).state is LiveState.NOT_LISTENING


@pytest.mark.parametrize("known", ["containers_unknown", "translation_unknown"])
def test_one_who_knows_is_enough_to_say_that_it_is_closed(known: str) -> None:
    other = {"containers_unknown", "translation_unknown"} - {known}
    there = host(**dict.fromkeys(other, "why"))
    assert seen(Expected(1, contained=True), there).state is LiveState.NOT_LISTENING


def test_inside_a_container_its_host_is_not_seen() -> None:
    result = seen(Expected(5432, contained=True), host(container="/.dockerenv exists"))
    assert result.state is LiveState.UNKNOWN
    assert "/.dockerenv exists" in result.reason


def test_where_nothing_can_be_listed_nothing_is_closed() -> None:
    result = seen(Expected(5432), host(blind=("it cannot be read",)))
    assert (result.state, result.reason) == (LiveState.UNKNOWN, "it cannot be read")


def test_a_forward_may_be_wider_than_the_socket() -> None:
    result = seen(Expected(5432), host(tcp(NEAR), forwards=(DOCKER,)))
    assert result.state is LiveState.NAT_PUBLISHED
    near = dataclasses.replace(DOCKER, address="127.0.0.1")
    assert seen(Expected(5432), host(tcp(NEAR), forwards=(near,))).state is LiveState.LOOPBACK


@pytest.mark.parametrize(
    ("process", "programs", "folder", "ownership"),
    [
        (REDIS, ("redis-server",), "", Ownership.MATCHED),
        (REDIS, ("redis",), "", Ownership.OTHER),
        (REDIS, (), "", Ownership.UNKNOWN),
        (REDIS, ("postgres",), "", Ownership.OTHER),
        (REDIS, ("postgres",), "/var/lib/redis", Ownership.MATCHED),
        (REDIS, ("postgres",), "/var/lib/red", Ownership.OTHER),
        (PROXY, ("postgres",), "", Ownership.UNKNOWN),
        (Process(1, "systemd", "/usr/lib/systemd/systemd"), ("sshd",), "", Ownership.UNKNOWN),
        (Process(9, "python3.11", "/usr/bin/python3.11"), ("python3",), "", Ownership.MATCHED),
        (
            Process(9, "MainThread", "/usr/bin/node", "/", ("node", "/srv/app/server.js")),
            (),
            "/srv/app",
            Ownership.MATCHED,
        ),
        (
            Process(9, "nginx", "", "", ("nginx: master process",)),
            ("nginx",),
            "",
            Ownership.MATCHED,
        ),
    ],
)
def test_whether_the_right_process_holds_it(
    process: Process, programs: tuple[str, ...], folder: str, ownership: Ownership
) -> None:
    expected = Expected(5432, programs=programs, folder=folder)
    result = seen(expected, host(tcp(EVERYWHERE, owners=(process,))))
    assert result.ownership is ownership
    assert result.owner is process


def test_a_connection_is_believed_before_the_table() -> None:
    agreed = seen(Expected(5432), host(tcp(NEAR)), lambda *_: Width.LOOPBACK)
    wider = seen(Expected(5432), host(tcp(NEAR)), lambda *_: Width.WILDCARD)
    silent = seen(Expected(5432), host(tcp(NEAR)), lambda *_: None)
    assert (agreed.state, agreed.confirmed) == (LiveState.LOOPBACK, True)
    assert (wider.state, wider.confirmed) == (LiveState.WILDCARD, False)
    assert wider.reason == "the table of sockets says loopback, a connection says wildcard"
    assert (silent.state, silent.confirmed) == (LiveState.LOOPBACK, False)


@pytest.mark.parametrize(
    ("socket", "reason"),
    [
        (tcp(EVERYWHERE, device="lo"), "bound to the interface lo"),
        (tcp(EVERYWHERE, device="eth1"), "bound to the interface eth1"),
        (tcp("::", v6only=True), "IPv6 only"),
        (tcp("::", v6only=False), ""),
        (tcp("fe80::1", device="eth0"), ""),
        (tcp(ONE), ""),
    ],
)
def test_what_is_special_is_said(socket: Socket, reason: str) -> None:
    assert seen(Expected(5432), host(socket)).reason == reason
