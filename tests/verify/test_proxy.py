"""Proxies of the environment: with TLS and without, and none that learns a secret."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from leakhunt.verify.network import Network
from leakhunt.verify.policy import Policy
from leakhunt.verify.reasons import Refused, Unreachable
from leakhunt.verify.settings import read
from leakhunt.verify.transport import Request, send
from tests.verify.servers import certificate, raw, secured, web

SECRET = "k3q9-zt7w1m5x"
LARGE = "x" * 300_000


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def proxy(seen: list[bytes], files: tuple[Path, Path] | None) -> Callable[[socket.socket], None]:
    """A proxy that notes what it is told, and all that it passes on."""

    def talk(line: socket.socket) -> None:
        if files:
            line = secured(files).wrap_socket(line, server_side=True)
        with line:
            pass_on(line)

    def pass_on(line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(1)
        seen.append(head)
        port = int(head.split()[1].rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as there:
            line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while True:
                for one in select.select([line, there], [], [], 5)[0] or ():
                    data = one.recv(1000)
                    seen.append(data)
                    if not data:
                        return
                    (there if one is line else line).sendall(data)

    return talk


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_proxy_passes_on_what_it_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    files = certificate(tmp_path)
    seen: list[bytes] = []
    with (
        web(lambda _: (200, {}, {"login": LARGE}), secured(files)) as asked,
        raw(proxy(seen, files if tls else None)) as port,
    ):
        scheme = "https" if tls else "http"
        monkeypatch.setenv("https_proxy", f"{scheme}://me:p%40ss@localhost:{port}")
        table = {"allow": ["localhost"], "timeout": 20, "ca_file": str(files[0])}
        request = Request("GET", f"https://localhost:{asked.port}/x", {"Authorization": SECRET})
        answer = send(request, Network(Policy(read(table))))
    assert answer.json == {"login": LARGE}
    assert asked.tokens() == [SECRET]
    assert seen[0].startswith(f"CONNECT localhost:{asked.port} HTTP/1.1".encode())
    assert base64.b64encode(b"me:p@ss") in seen[0]
    assert SECRET.encode() not in b"".join(seen)


def asks(proxied: str, monkeypatch: pytest.MonkeyPatch, seconds: float = 5) -> None:
    monkeypatch.setenv("https_proxy", proxied)
    network = Network(Policy(read({"allow": ["127.0.0.1"], "timeout": seconds})))
    send(Request("GET", "https://127.0.0.1:9/", {"Authorization": SECRET}), network)


@pytest.mark.parametrize("named", ["socks5://h:1", "http://", "http://h:99999", "http://[x"])
def test_what_is_no_proxy_is_said_so(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable, match="none for HTTP"):
        asks(named, monkeypatch)


def test_a_proxy_whose_certificate_is_not_trusted_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def talk(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            proxy(seen, certificate(tmp_path))(line)

    with raw(talk) as port, pytest.raises(Unreachable, match="certificate is not trusted"):
        asks(f"https://localhost:{port}", monkeypatch)
    assert seen == []


def test_a_proxy_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for _ in range(100):
                line.sendall(b"H")
                time.sleep(0.05)  # slower than it takes, faster than a read would give up

    with raw(talk) as port, pytest.raises(Unreachable, match="in time"):
        asks(f"http://127.0.0.1:{port}", monkeypatch, 0.4)


def test_no_proxy_opens_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    for host in ("10.0.0.5", "169.254.169.254", "[::ffff:10.0.0.5]"):
        with pytest.raises(Refused):
            send(Request("GET", f"https://{host}/"), Network(Policy()))
