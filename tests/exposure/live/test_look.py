"""Real sockets of real processes: what a look sees, and what a connection confirms."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from leakhunt.exposure.live import containers, elsewhere, look, processes, programs
from leakhunt.exposure.live.confirm import OTHERS, confirmed, own_ipv6
from leakhunt.exposure.live.join import Expected, seen
from leakhunt.exposure.live.model import Host, LiveState, Ownership, Socket, Width
from tests.exposure.live.servers import (
    IPV6,
    LINUX,
    NAMESPACES,
    awaited,
    found,
    free_port,
    in_namespace,
    needs,
    opener,
    serving,
    started,
)

pytestmark = LINUX

SS = pytest.mark.skipif(not found("ss"), reason="ss is not installed")


@pytest.fixture(autouse=True)
def _no_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's docker and nobody's firewall has a say in these tests."""
    monkeypatch.setattr(look.containers, "published", lambda: ([], "not asked"))
    monkeypatch.setattr(look.translation, "translated", lambda _: ([], ""))


def _multipath() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).close()
    except OSError:
        return False
    return True


CASES = [
    pytest.param(opener("0.0.0.0"), "0.0.0.0", Width.WILDCARD, id="every interface"),
    pytest.param(opener("127.0.0.1"), "127.0.0.1", Width.LOOPBACK, id="loopback"),
    pytest.param(opener("127.0.0.5"), "127.0.0.5", Width.LOOPBACK, id="another loopback"),
    pytest.param(opener("0"), "0.0.0.0", Width.WILDCARD, id="a zero"),
    pytest.param(opener("::", v6only=False), "::", Width.WILDCARD, id="both families", marks=IPV6),
    pytest.param(opener("::", v6only=True), "::", Width.WILDCARD, id="IPv6 only", marks=IPV6),
    pytest.param(opener("::1"), "::1", Width.LOOPBACK, id="IPv6 loopback", marks=IPV6),
    pytest.param(
        opener("::ffff:0.0.0.0", v6only=False),
        "::ffff:0.0.0.0",
        Width.WILDCARD,
        id="IPv4 in IPv6",
        marks=IPV6,
    ),
    pytest.param(
        opener("::ffff:127.0.0.1", v6only=False),
        "::ffff:127.0.0.1",
        Width.LOOPBACK,
        id="IPv4 loopback in IPv6",
        marks=IPV6,
    ),
]


def at(port: int, protocol: str = "tcp") -> tuple[Socket, ...]:
    sockets = look.look().sockets
    return tuple(one for one in sockets if (one.port, one.protocol) == (port, protocol))


@pytest.mark.parametrize(("code", "address", "width"), CASES)
def test_a_socket_is_seen_with_its_width_and_owner(code: str, address: str, width: Width) -> None:
    with serving(code) as (pid, port):
        (one,) = at(port)
        told = confirmed(port, "tcp", (one,))
    assert look.kernel.plain(one.address) == look.kernel.plain(address)
    assert one.width is width
    assert [process.pid for process in one.owners] == [pid]
    assert one.owners[0].program.startswith("python")
    # One of IPv6 only cannot be confirmed on a host without another address of IPv6.
    assert told is width or (told is None and address == "::" and not own_ipv6())


@pytest.mark.skipif(not _multipath(), reason="this kernel has no MPTCP")
def test_a_socket_of_several_paths_is_one_of_tcp() -> None:
    code = opener("0.0.0.0").replace("SOCK_STREAM)", "SOCK_STREAM, 262)")
    with serving(code) as (pid, port):
        (one,) = at(port)
    assert (one.width, one.owners[0].pid) == (Width.WILDCARD, pid)


@SS
@pytest.mark.parametrize("v6only", [True, False])
@IPV6
def test_ss_says_whether_ipv4_is_left_alone(v6only: bool) -> None:
    with serving(opener("::", v6only=v6only)) as (_, port):
        (one,) = at(port)
    assert one.v6only is v6only


@SS
def test_a_socket_bound_to_an_interface_is_not_wide() -> None:
    try:
        with serving(opener("0.0.0.0", device="lo")) as (_, port):
            (one,) = at(port)
            told = confirmed(port, "tcp", (one,))
    except AssertionError:
        pytest.skip("a socket may not be bound to an interface here")
    assert (one.address, one.device, one.width) == ("0.0.0.0", "lo", Width.LOOPBACK)
    assert told is None, "a connection comes through that very interface"


def _own_address() -> str:
    """An address of this host that is not of the loopback network, or nothing."""
    told = subprocess.run(["ip", "-4", "-o", "addr"], capture_output=True, check=False, text=True)
    addresses = [line.split()[3].partition("/")[0] for line in told.stdout.splitlines()]
    return next((address for address in addresses if not address.startswith("127.")), "")


@needs("ip")
def test_a_socket_on_one_address_is_specific() -> None:
    if not (own := _own_address()):
        pytest.skip("this machine has the loopback network only")
    with serving(opener(own)) as (_, port):
        result = seen(Expected(port), look.look(), confirmed)
    assert (result.state, result.confirmed) == (LiveState.SPECIFIC, True)


def test_udp_is_seen_by_its_port() -> None:
    with serving(opener("0.0.0.0", kind="DGRAM")) as (_, port):
        (one,) = at(port, "udp")
        assert at(port) == ()
        assert confirmed(port, "udp", (one,)) is None
    assert one.width is Width.WILDCARD


def test_a_unix_socket_is_seen_by_its_path() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s.sock"
        code = f"s = socket.socket(socket.AF_UNIX); s.bind({path!r}); s.listen(); ports = [1]"
        with serving(code):
            host = look.look()
            result = seen(Expected(0, "unix", path), host)
            other = seen(Expected(0, "unix", path + "2"), host)
    assert result.state is LiveState.LOOPBACK
    assert result.sockets[0].shown == path
    assert other.state is LiveState.NOT_LISTENING


def test_what_is_connected_is_no_listener() -> None:
    code = opener("127.0.0.1") + "\nc = socket.create_connection(('127.0.0.1', ports[0]))"
    code += "\na, _ = s.accept(); s.close()"
    with serving(code) as (_, port):
        assert at(port) == ()
        assert seen(Expected(port), look.look()).state is LiveState.NOT_LISTENING


def test_of_several_sockets_the_widest_counts() -> None:
    code = """
    s = socket.socket(); s.setsockopt(1, 15, 1); s.bind(("127.0.0.1", 0)); s.listen()
    t = socket.socket(); t.setsockopt(1, 15, 1); t.bind(("127.0.0.2", s.getsockname()[1]))
    t.listen()
    ports = [s.getsockname()[1]]
    """
    with serving(code) as (_, port):
        host = look.look()
        both = seen(Expected(port), host)
    wide = Socket("tcp", "0.0.0.0", port)
    hidden = seen(Expected(port), Host((*host.sockets, wide)))
    assert (both.state, len(both.sockets)) == (LiveState.LOOPBACK, 2)
    assert hidden.state is LiveState.WILDCARD
    assert "127.0.0.1" in hidden.reason


def test_a_listener_on_the_address_that_is_tried_is_not_mistaken() -> None:
    with serving(opener(OTHERS[0])) as (_, port):
        sockets = at(port)
        result = seen(Expected(port), look.look(), confirmed)
    assert sockets[0].width is Width.LOOPBACK
    assert result.state is LiveState.LOOPBACK


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0"])
def test_the_web_server_of_the_standard_library(bind: str, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", bind, str(port)]
    with started(command, cwd=tmp_path) as process:
        awaited(process, port)
        expected = Expected(port, folder=str(tmp_path))
        result = seen(expected, look.look(), confirmed)
    wanted = LiveState.WILDCARD if bind == "0.0.0.0" else LiveState.LOOPBACK
    assert (result.state, result.ownership, result.confirmed) == (wanted, Ownership.MATCHED, True)
    assert result.owner is not None
    assert result.owner.folder == str(tmp_path)


@needs("redis-server")
@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0", "*"])
def test_redis(bind: str, tmp_path: Path) -> None:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", bind, "--save", ""]
    with started(command, cwd=tmp_path) as process:
        awaited(process, port)
        host = look.look()
        result = seen(Expected(port, programs=("redis-server",)), host, confirmed)
        stranger = seen(Expected(port, programs=("postgres",)), host)
    wanted = LiveState.LOOPBACK if bind == "127.0.0.1" else LiveState.WILDCARD
    assert (result.state, result.ownership, result.confirmed) == (wanted, Ownership.MATCHED, True)
    assert stranger.ownership is Ownership.OTHER


@needs("nginx")
def test_nginx_has_workers(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "n.conf").write_text(
        f"daemon off; worker_processes 2; pid {tmp_path}/n.pid; error_log /dev/null;\n"
        "events {}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/b;\n"
        + "".join(f"{n}_temp_path {tmp_path}/{n};\n" for n in ("proxy", "fastcgi", "uwsgi", "scgi"))
        + f"server {{ listen {port}; }} }}\n"
    )
    with started([found("nginx") or "", "-c", str(tmp_path / "n.conf")]) as process:
        awaited(process, port)
        result = seen(Expected(port, programs=("nginx",)), look.look(), confirmed)
    assert (result.state, result.ownership) == (LiveState.WILDCARD, Ownership.MATCHED)
    assert len(result.sockets[0].owners) >= 2


def _postgres() -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(folder) for folder in folders if (folder / "initdb").exists()), None)


def _user() -> str | None:
    import pwd

    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    return next((one.pw_name for one in pwd.getpwall() if one.pw_name == "postgres"), None)


@pytest.mark.skipif(not _postgres() or not _user(), reason="postgresql cannot be run here")
def test_postgresql() -> None:
    port, programs_, user = free_port(), _postgres(), _user()
    with tempfile.TemporaryDirectory() as folder:
        as_user = {"user": user} if not os.geteuid() else {}
        if as_user:
            import shutil

            shutil.chown(folder, user)
        data = f"{folder}/data"
        subprocess.run(
            [f"{programs_}/initdb", "-A", "trust", "-N", "-D", data],
            check=True,
            capture_output=True,
            cwd=folder,
            **as_user,  # type: ignore[call-overload]
        )
        command = [f"{programs_}/postgres", "-D", data, "-p", str(port), "-k", folder]
        with started(
            [*command, "-c", "listen_addresses=*"], cwd=Path(folder), **as_user
        ) as process:
            awaited(process, port)
            host = look.look()
    result = seen(Expected(port, programs=("postgres",)), host)
    assert (result.state, result.ownership) == (LiveState.WILDCARD, Ownership.MATCHED)
    assert seen(Expected(0, "unix", f"{folder}/.s.PGSQL.{port}"), host).state is LiveState.LOOPBACK


# --- Namespaces and address translation

_PRINT = """
from leakhunt.exposure.live.look import look
from leakhunt.exposure.live.join import Expected, seen
host = look()
print(host.namespace)
for port in {ports}:
    result = seen(Expected(port, contained=True), host)
    print(result.state, result.forwards[0].to if result.forwards else "-")
"""


@NAMESPACES
@needs("ip")
def test_another_namespace_has_sockets_of_its_own() -> None:
    with serving(opener("0.0.0.0")) as (_, port):
        here, there = look.look(), in_namespace("", _PRINT.format(ports=[port]))
    namespace, state = there.splitlines()[:2]
    assert here.namespace
    assert namespace not in ("", here.namespace)
    assert not state.startswith("live")


@NAMESPACES
@needs("ip", "nft")
def test_ports_that_are_translated_have_no_socket() -> None:
    rules = """
    PATH=$PATH:/usr/sbin:/sbin
    nft add table ip nat
    nft 'add chain ip nat prerouting { type nat hook prerouting priority -100; }'
    nft add rule ip nat prerouting tcp dport 5432 counter dnat to 172.18.0.2:5432
    """
    told = in_namespace(rules, _PRINT.format(ports=[5432, 5433]))
    assert told.splitlines()[1:] == ["nat_published 172.18.0.2:5432", "not_listening -"] or (
        # Inside a container nothing is known of what its host publishes.
        told.splitlines()[1:] == ["nat_published 172.18.0.2:5432", "unknown -"]
    )


# --- Where less can be seen


def test_the_inside_of_a_container_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    (tmp_path / "1").mkdir()
    (tmp_path / "1/cgroup").write_text("0::/\n")
    assert look.inside_container(tmp_path, tmp_path) == ""
    (tmp_path / "1/cgroup").write_text("0::/kubepods.slice/x\n")
    assert "control group" in look.inside_container(tmp_path, tmp_path)
    (tmp_path / ".dockerenv").touch()
    assert look.inside_container(tmp_path, tmp_path) == "/.dockerenv exists"


def test_owners_of_nothing_are_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "12").mkdir()
    assert processes.owners([], tmp_path) == ({}, 0)
    assert processes.owners([7], tmp_path) == ({}, 0)


def test_own_addresses_are_read(tmp_path: Path) -> None:
    table = tmp_path / "if_inet6"
    assert own_ipv6(table) == []
    table.write_text(
        "fe8000000000000000fc00fffe000001 02 40 20 80     eth0\n"
        "00000000000000000000000000000001 01 80 10 80       lo\n"
    )
    assert own_ipv6(table) == []
    with table.open("a") as stream:
        stream.write("fd000000000000000000000000000002 02 40 00 80     eth0\n")
    assert own_ipv6(table) == ["fd00::2"]
    assert all(address.startswith("127.") for address in OTHERS)


@pytest.mark.parametrize(("program", "address", "width"), CASES)
def test_psutil_sees_the_same(
    program: str, address: str, width: Width, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is used on other systems, on one where both ways can be gone."""
    pytest.importorskip("psutil")  # before the system pretends to be another
    with serving(program) as (pid, port):
        here = look.look()
        monkeypatch.setattr(sys, "platform", "darwin")
        elsewhere_ = look.look()
    assert elsewhere_.blind == ()
    for host in (here, elsewhere_):
        (one,) = [one for one in host.sockets if one.port == port and one.protocol == "tcp"]
        assert look.kernel.plain(one.address) == look.kernel.plain(address)
        assert one.width is width
        assert [owner.pid for owner in one.owners] == [pid]
    expected = Expected(port, programs=("python*",))
    there = seen(expected, elsewhere_)
    assert (there.state, there.ownership) == (seen(expected, here).state, Ownership.MATCHED)
    assert seen(Expected(free_port()), elsewhere_).state is LiveState.NOT_LISTENING


def test_psutil_sees_all_that_proc_shows() -> None:
    """Both see the sockets of whatever runs on this machine; what came or went between is not
    counted."""

    pytest.importorskip("psutil")

    def by_proc() -> set[tuple[str, str, int]]:
        return {(s.protocol, s.address, s.port) for s in look.look().sockets if s.port}

    before = by_proc()
    found, faults = elsewhere.listed()
    shown = {(one.protocol, one.address, one.port) for one in found}
    after = by_proc()
    assert faults == []
    assert before & after <= shown <= before | after


def test_without_an_administrator_psutil_shows_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    psutil = pytest.importorskip("psutil")

    def refused(_: str) -> None:
        raise psutil.AccessDenied(0)

    monkeypatch.setattr(psutil, "net_connections", refused)
    monkeypatch.setattr(sys, "platform", "darwin")
    with serving(opener("0.0.0.0")) as (pid, port):
        host = look.look()
    seen_there = seen(Expected(port), host)
    assert seen_there.state is LiveState.WILDCARD
    assert [one.pid for one in seen_there.sockets[0].owners] == [pid]
    closed = seen(Expected(free_port()), host)
    assert (closed.state, closed.reason) == (LiveState.UNKNOWN, elsewhere.PARTLY)


def test_paths_of_windows_are_compared_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    psutil = pytest.importorskip("psutil")
    monkeypatch.setattr(os, "sep", "\\")

    class Windows:
        def __init__(self, pid: int) -> None: ...

        name = staticmethod(lambda: "redis-server.exe")
        exe = staticmethod(lambda: r"C:\Program Files\Redis\redis-server.exe")
        cmdline = staticmethod(lambda: [r"C:\Program Files\Redis\redis-server.exe", "x.conf"])

        @staticmethod
        def cwd() -> str:
            raise psutil.AccessDenied(0)

    monkeypatch.setattr(psutil, "Process", Windows)
    process = elsewhere._process(7)
    monkeypatch.undo()
    assert process.program == "redis-server.exe"
    sockets = (Socket("tcp", "0.0.0.0", 6379, owners=(process,)),)
    expected = Expected(6379, programs=("redis-server",))
    assert seen(expected, Host(sockets)).ownership is Ownership.MATCHED


def test_docker_on_windows_is_asked_through_its_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(containers, "Path", lambda name: Path("/" if "pipe" in name else "/none"))
    assert containers.docker_hosts() == ["npipe:////./pipe/docker_engine"]


def test_without_psutil_nothing_is_said_to_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    monkeypatch.setattr(sys, "platform", "darwin")
    host = look.look()
    assert host.sockets == ()
    result = seen(Expected(80), host)
    assert result.state is LiveState.UNKNOWN
    assert "pip install 'leakhunt[live]'" in result.reason


# --- Programs


def test_a_program_that_is_not_there_is_said() -> None:
    with pytest.raises(programs.NotAskedError, match="no-such-program is not installed"):
        programs.ask("no-such-program")


def test_a_program_that_fails_is_quoted() -> None:
    with pytest.raises(programs.NotAskedError, match="sh: it went wrong"):
        programs.ask("sh", "-c", "echo it went wrong >&2; exit 3")


def test_no_program_is_led_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
    monkeypatch.setenv("CONTAINER_HOST", "ssh://192.0.2.1")
    said = programs.ask("sh", "-c", "echo ${DOCKER_HOST-none} ${CONTAINER_HOST-none}")
    assert said == "none none\n"


def test_docker_is_asked_through_a_socket_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    fake = tmp_path / "docker"
    row = json.dumps({"Names": "db", "Ports": "0.0.0.0:5432->5432/tcp"})
    fake.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/asked\necho '{row}'\n")
    fake.chmod(0o700)
    (tmp_path / "docker.sock").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    forwards, unknown = look.containers.published()
    assert [(one.container, one.port) for one in forwards if one.by == "docker"][-1:] == [
        ("db", 5432)
    ]
    assert unknown == "" or "podman" in unknown
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith(f"--host unix://{tmp_path}/docker.sock ps ")


def test_a_user_without_a_name_has_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that is started with some number for a user."""

    def nobody(number: int) -> None:
        raise KeyError(number)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert all(one.startswith("unix://") for one in containers.docker_hosts())
