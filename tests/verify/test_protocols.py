"""Handlers whose servers cannot be had everywhere: the other side is written down here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import struct
from collections.abc import Callable
from typing import Any

import pytest

from leakhunt.model import State
from leakhunt.verify.handlers.mongodb import _bson, _document
from tests.verify.servers import raw
from tests.verify.test_databases import PASSWORD, ask, case

Talk = Callable[[socket.socket], None]


def exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            raise OSError
        data += piece
    return data


# --- MySQL


def native(password: bytes, salt: bytes) -> bytes:
    once = hashlib.sha1(password).digest()
    mixed = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mixed, strict=True))


def caching(password: bytes, salt: bytes) -> bytes:
    once = hashlib.sha256(password).digest()
    mixed = hashlib.sha256(hashlib.sha256(once).digest() + salt).digest()
    return bytes(a ^ b for a, b in zip(once, mixed, strict=True))


def mysql(plugin: str, switch: str = "", code: int = 0) -> Talk:
    salt = b"abcdefghijklmnopqrst"
    proofs = {"mysql_native_password": native, "caching_sha2_password": caching}

    def packet(line: socket.socket, number: int, data: bytes) -> None:
        line.sendall(len(data).to_bytes(3, "little") + bytes([number]) + data)

    def read(line: socket.socket) -> bytes:
        head = exactly(line, 4)
        return exactly(line, int.from_bytes(head[:3], "little"))

    def talk(line: socket.socket) -> None:
        hello = b"\x0a8.0.36\0" + struct.pack("<I", 7) + salt[:8] + b"\0"
        flags = 0xFFFFF7FF  # all but TLS
        hello += struct.pack("<HBHHB10x", flags & 0xFFFF, 45, 2, flags >> 16, 21)
        packet(line, 0, hello + salt[8:] + b"\0" + plugin.encode() + b"\0")
        body = read(line)[32:]
        user, _, rest = body.partition(b"\0")
        proof, used = rest[1 : 1 + rest[0]], plugin
        if switch:
            packet(line, 2, b"\xfe" + switch.encode() + b"\0" + salt + b"\0")
            proof, used = read(line), switch
        good = user == b"ada" and proof == proofs[used](PASSWORD.encode(), salt)
        if code:
            packet(line, 4, b"\xff" + struct.pack("<H", code) + b"#42000no")
        elif good and used == "caching_sha2_password":
            packet(line, 4, b"\x01\x03")
            packet(line, 5, b"\0\0\0\2\0\0\0")
        elif good:
            packet(line, 4, b"\0\0\0\2\0\0\0")
        else:
            packet(line, 4, b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied")
        line.recv(10)

    return talk


@pytest.mark.parametrize(
    ("plugin", "switch"),
    [
        ("mysql_native_password", ""),
        ("caching_sha2_password", ""),
        ("caching_sha2_password", "mysql_native_password"),
        ("mysql_native_password", "caching_sha2_password"),
    ],
)
def test_mysql(plugin: str, switch: str) -> None:
    with raw(mysql(plugin, switch)) as port:
        url = f"mysql://ada:{PASSWORD}@127.0.0.1:{port}/shop"
        assert ask(case("mysql", url)).state is State.ACTIVE
        assert (
            ask(case("mysql", url.replace(PASSWORD, "wrong-1"), "wrong-1")).state is State.INACTIVE
        )
        dsn = f"ada:{PASSWORD}@tcp(127.0.0.1:{port})/shop?parseTime=true"
        assert ask(case("mysql", dsn)).state is State.ACTIVE


@pytest.mark.parametrize(("code", "state"), [(1049, State.ACTIVE), (1130, State.UNKNOWN)])
def test_mysql_refuses_for_other_reasons(code: int, state: State) -> None:
    with raw(mysql("mysql_native_password", code=code)) as port:
        assert ask(case("mysql", f"mysql://ada:{PASSWORD}@127.0.0.1:{port}/x")).state is state


# --- MongoDB


def mongodb(mechanism: str) -> Talk:
    digest = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1"}[mechanism]
    secret = PASSWORD.encode()
    if digest == "sha1":
        secret = hashlib.md5(b"ada:mongo:" + secret).hexdigest().encode()
    salt, rounds = b"sixteen-bytes-of", 4096

    def mac(key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, digest).digest()

    def read(line: socket.socket) -> dict[str, Any]:
        (size,) = struct.unpack("<i", exactly(line, 4))
        return _document(exactly(line, size - 4)[12 + 5 :])

    def answer(line: socket.socket, document: dict[str, Any]) -> None:
        body = b"\0\0\0\0\0" + _bson(document)
        line.sendall(struct.pack("<iiii", len(body) + 16, 2, 1, 2013) + body)

    def talk(line: socket.socket) -> None:
        assert read(line)["saslSupportedMechs"] == "shop.ada"
        answer(line, {"ok": 1} if digest == "sha256" else {"ok": 1, "saslSupportedMechs": "x"})
        start = read(line)
        if start["mechanism"] != mechanism:
            answer(line, {"ok": 0, "code": 334})
            return
        bare = start["payload"].decode().removeprefix("n,,")
        nonce = dict(part.split("=", 1) for part in bare.split(","))["r"] + "server"
        challenge = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        answer(line, {"ok": 1, "conversationId": 3, "payload": challenge.encode()})
        more = read(line)
        assert more["conversationId"] == 3
        final, _, proof = more["payload"].decode().partition(",p=")
        stored = hashlib.new(
            digest, mac(hashlib.pbkdf2_hmac(digest, secret, salt, rounds), b"Client Key")
        ).digest()
        signature = mac(stored, f"{bare},{challenge},{final}".encode())
        key = bytes(a ^ b for a, b in zip(base64.b64decode(proof), signature, strict=True))
        good = hashlib.new(digest, key).digest() == stored
        answer(line, {"ok": 1} if good else {"ok": 0, "code": 18})
        line.recv(10)

    return talk


def test_mongodb() -> None:
    with raw(mongodb("SCRAM-SHA-256")) as port:
        url = f"mongodb://ada:{PASSWORD}@127.0.0.1:{port}/shop"
        found = ask(case("mongodb", url))
        assert found.state is State.ACTIVE, found
        assert found.details["database"] == "shop"
        wrong = ask(case("mongodb", url.replace(PASSWORD, "wrong-1"), "wrong-1"))
        assert wrong.state is State.INACTIVE


# --- AMQP


def amqp(told: bool) -> Talk:
    def frame(line: socket.socket, method: tuple[int, int], data: bytes) -> None:
        body = struct.pack("!HH", *method) + data
        line.sendall(struct.pack("!BHI", 1, 0, len(body)) + body + b"\xce")

    def talk(line: socket.socket) -> None:
        assert exactly(line, 8) == b"AMQP\0\0\x09\x01"
        frame(line, (10, 10), b"\0\x09" + struct.pack("!I", 0) + b"\0\0\0\5PLAIN\0\0\0\5en_US")
        _, _, size = struct.unpack("!BHI", exactly(line, 7))
        body = exactly(line, size + 1)
        assert b"authentication_failure_close" in body
        if b"\0ada\0" + PASSWORD.encode() in body:
            frame(line, (10, 30), struct.pack("!HIH", 0, 131072, 60))
        elif told:
            frame(line, (10, 50), struct.pack("!H", 403) + b"\x0eACCESS_REFUSED\0\0\0\0")
        line.recv(1)

    return talk


def test_amqp() -> None:
    with raw(amqp(True)) as port:
        url = f"amqp://ada:{PASSWORD}@127.0.0.1:{port}/%2f"
        assert ask(case("amqp", url)).state is State.ACTIVE
        assert (
            ask(case("amqp", url.replace(PASSWORD, "wrong-1"), "wrong-1")).state is State.INACTIVE
        )
    assert "STOMP" in ask(case("amqp", f"stomp://ada:{PASSWORD}@127.0.0.1:1")).reason


# --- LDAP


def ldap(line: socket.socket) -> None:
    exactly(line, exactly(line, 2)[1])
    line.sendall(bytes.fromhex("300c02010178070a010204000400"))  # StartTLS: a protocol error
    head = exactly(line, 2)
    body = exactly(line, head[1])
    good = b"cn=ada,dc=example" in body and PASSWORD.encode() in body
    line.sendall(
        b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01" + (b"\0" if good else b"\x31") + b"\x04\0\x04\0"
    )
    line.recv(20)


def test_ldap() -> None:
    with raw(ldap) as port:
        url = f"ldap://cn=ada,dc=example:{PASSWORD}@127.0.0.1:{port}"
        assert ask(case("ldap", url)).state is State.ACTIVE
        assert (
            ask(case("ldap", url.replace(PASSWORD, "wrong-1"), "wrong-1")).state is State.INACTIVE
        )
        anonymous = ask(case("ldap", f"ldap://:{PASSWORD}@127.0.0.1:{port}"))
        assert "anonymous" in anonymous.reason
