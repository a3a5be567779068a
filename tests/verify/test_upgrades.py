"""TLS that begins later: STARTTLS and the like, with a certificate that is trusted, or not."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from leakhunt.model import State
from leakhunt.verify.policy import Policy
from leakhunt.verify.session import Session
from leakhunt.verify.settings import read
from tests.verify.servers import certificate, raw, secured
from tests.verify.test_databases import PASSWORD, case

pytest.importorskip("cryptography")

Stage = Callable[[socket.socket], None]


def smtp_before(line: socket.socket) -> None:
    line.sendall(b"220 hello\r\n")
    line.recv(1000)
    line.sendall(b"250-hello\r\n250 STARTTLS\r\n")
    line.recv(1000)
    line.sendall(b"220 go on\r\n")


def smtp_after(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(b"250-hello\r\n250 AUTH PLAIN\r\n")
    line.recv(1000)
    line.sendall(b"235 yes\r\n")


def ftp_before(line: socket.socket) -> None:
    line.sendall(b"220 hello\r\n")
    line.recv(1000)
    line.sendall(b"234 go on\r\n")


def ftp_after(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(b"331 and the password?\r\n")
    line.recv(1000)
    line.sendall(b"230 yes\r\n")


def ldap_before(line: socket.socket) -> None:
    assert b"1.3.6.1.4.1.1466.20037" in line.recv(1000)
    line.sendall(bytes.fromhex("300c02010178070a010004000400"))


def ldap_after(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(bytes.fromhex("300c02010261070a010004000400"))


def postgresql_before(line: socket.socket) -> None:
    line.recv(8)
    line.sendall(b"S")


def postgresql_after(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(b"R" + struct.pack("!II", 8, 3))
    line.recv(1000)
    line.sendall(b"R" + struct.pack("!II", 8, 0))


def mysql_before(line: socket.socket) -> None:
    flags = 1 | 512 | 2048 | 32768 | 1 << 19
    head = b"\x0a8.0\0" + struct.pack("<I", 7) + b"12345678\0" + struct.pack("<H", flags & 0xFFFF)
    head += b"\x2d\x02\0" + struct.pack("<H", flags >> 16) + b"\x15" + b"\0" * 10
    head += b"123456789012\0mysql_native_password\0"
    line.sendall(len(head).to_bytes(3, "little") + b"\0" + head)
    line.recv(36)


def mysql_after(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(b"\x07\0\0\x03\0\0\0\x02\0\0\0")


STAGES: dict[str, tuple[Stage, Stage]] = {
    "smtp": (smtp_before, smtp_after),
    "ftp": (ftp_before, ftp_after),
    "ldap": (ldap_before, ldap_after),
    "postgresql": (postgresql_before, postgresql_after),
    "mysql": (mysql_before, mysql_after),
}


@pytest.mark.parametrize("handler", sorted(STAGES))
@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("plain", [True, False])
def test_a_password_goes_through_tls_that_is_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, handler: str, trusted: bool, plain: bool
) -> None:
    if plain and handler in ("postgresql", "mysql"):
        pytest.skip("where plain text is allowed these begin without TLS, unless they are told")
    files, other = certificate(tmp_path), certificate(tmp_path, days=90)
    before, after = STAGES[handler]
    broken = []

    def talk(line: socket.socket) -> None:
        before(line)
        try:
            with secured(files).wrap_socket(line, server_side=True) as tls:
                after(tls)
        except ssl.SSLError as error:
            broken.append(error)

    with raw(talk) as port:
        ca = str((files if trusted else other)[0])
        policy = Policy(read({"allow": ["localhost"], "timeout": 5, "ca_file": ca}))
        if not plain:
            monkeypatch.setattr(policy, "plain_text", lambda target, address: False)
        asked = case(handler, f"{handler}://robot:{PASSWORD}@localhost:{port}/x")
        found = Session(policy).verdict(asked)
    if trusted:
        assert (found.state, broken) == (State.ACTIVE, []), found
    else:
        assert found.state is State.UNKNOWN
        assert "certificate is not trusted" in found.reason
        assert broken


@pytest.mark.parametrize("handler", ["smtp", "ftp", "ldap", "postgresql", "mysql"])
def test_without_tls_nothing_goes_where_plain_text_is_not_allowed(
    monkeypatch: pytest.MonkeyPatch, handler: str
) -> None:
    sent: list[bytes] = []
    greeting = {
        "smtp": b"220 hello\r\n",
        "ftp": b"220 hello\r\n",
        "mysql": b"\x10\0\0\0\x0a8\0\0\0\0\0",
    }
    refusal = {
        "smtp": b"250 hello\r\n",
        "ftp": b"502 no\r\n",
        "ldap": bytes.fromhex("300c02010178070a010204000400"),
        "postgresql": b"N",
    }

    def talk(line: socket.socket) -> None:
        line.sendall(greeting.get(handler, b""))
        while data := line.recv(1000):
            sent.append(data)
            line.sendall(refusal.get(handler, b"?"))

    with raw(talk) as port:
        policy = Policy(read({"allow": ["localhost"], "timeout": 2}))
        monkeypatch.setattr(policy, "plain_text", lambda target, address: False)
        asked = case(handler, f"{handler}://robot:{PASSWORD}@localhost:{port}/x")
        found = Session(policy).verdict(asked)
    assert found.state is State.UNKNOWN
    assert not any(PASSWORD.encode() in data for data in sent)
