"""MySQL and MariaDB: the handshake up to its login, and then goodbye. No query is sent."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire
from leakhunt.verify.reasons import Unreachable

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_PORT = 3306
_LONG, _PROTOCOL, _SSL, _SECURE, _PLUGIN = 1, 512, 2048, 32768, 1 << 19
_NATIVE, _CACHING, _CLEAR = "mysql_native_password", "caching_sha2_password", "mysql_clear_password"
_DENIED = 1045
_IN = (1044, 1049)
"""No right to the database, no such database: told only after the login."""


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    return [urls.place(case).target(_PORT)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password, with TLS where the server has it."""
    place = urls.place(case)
    target = place.target(_PORT)
    line = session.network.connect(target)
    plain = session.network.plain_text(line, target) and not place.secured
    with session.network.guarded(line):
        try:
            _, hello = _packet(line)
            if hello[:1] == b"\xff":
                return _refusal(hello, target)
            flags, salt, plugin = _greeting(hello)
            number = 1
            if flags & _SSL and not plain:
                line.sendall(_framed(_start(_SSL), number))
                number += 1
                line = session.network.secured(line, target.host)
            elif not plain:
                said = f"{target} was not asked: it has no TLS, which it takes"
                return Verdict(State.UNKNOWN, said)
            return _Login(line, place, target, tls=not plain).run(salt, plugin, number)
        except OSError:
            return Verdict(State.UNKNOWN, f"{target.host} could not be asked: it broke off")
        except (struct.error, IndexError):
            raise Unreachable("what it answers is not the protocol that was expected") from None
        finally:
            line.close()


def _greeting(data: bytes) -> tuple[int, bytes, str]:
    if data[:1] != b"\x0a":
        raise Unreachable("what it answers is not the protocol that was expected")
    at = data.index(b"\0", 1) + 5
    salt, low = data[at : at + 8], struct.unpack("<H", data[at + 9 : at + 11])[0]
    high = struct.unpack("<H", data[at + 14 : at + 16])[0]
    at += 27
    salt += data[at : at + 12]
    plugin = data[at + 13 :].partition(b"\0")[0].decode("latin-1")
    return low | high << 16, salt, plugin or _NATIVE


def _start(extra: int) -> bytes:
    flags = _LONG | _PROTOCOL | _SECURE | _PLUGIN | extra
    return struct.pack("<IIB23x", flags, 1 << 24, 45)


class _Login:
    """The second half of the handshake."""

    def __init__(self, line: socket.socket, place: Place, target: Target, *, tls: bool) -> None:
        self._line, self._place, self._target, self._tls = line, place, target, tls

    def run(self, salt: bytes, plugin: str, number: int) -> Verdict:
        """Answer until the server says yes or no."""
        if plugin not in (_NATIVE, _CACHING):
            plugin = _NATIVE
        proof = _proof(plugin, self._place.password, salt)
        user = self._place.user.encode() + b"\0"
        body = _start(_SSL if self._tls else 0) + user + bytes([len(proof)]) + proof
        self._line.sendall(_framed(body + plugin.encode() + b"\0", number))
        for _ in range(10):
            number, data = _packet(self._line)
            if data[:1] == b"\0":
                return self._accepted()
            if data[:1] == b"\xff":
                return _refusal(data, self._target)
            if data[:1] == b"\xfe" and len(data) > 1:
                name, _, salt = data[1:].partition(b"\0")
                plugin = name.decode("latin-1")
                if plugin not in (_NATIVE, _CACHING):
                    return Verdict(State.UNKNOWN, f"{self._target} asks for another kind of login")
                answer = _proof(plugin, self._place.password, salt[:20])
                self._line.sendall(_framed(answer, number + 1))
            elif data == b"\x01\x04":
                if not self._tls:
                    said = f"{self._target} wants the password itself, which takes TLS"
                    return Verdict(State.UNKNOWN, said)
                self._line.sendall(_framed(self._place.password.encode() + b"\0", number + 1))
            elif data != b"\x01\x03":
                break
        return Verdict(State.UNKNOWN, f"{self._target} answers in a way that says neither")

    def _accepted(self) -> Verdict:
        self._line.sendall(_framed(b"\x01", 0))
        details = {"server": str(self._target), "user": self._place.user}
        said = f"{self._target} accepts it for {self._place.user}"
        return Verdict(State.ACTIVE, said, details=details)


def _proof(plugin: str, password: str, salt: bytes) -> bytes:
    if not password:
        return b""
    name = "sha1" if plugin == _NATIVE else "sha256"

    def digest(data: bytes) -> bytes:
        return hashlib.new(name, data, usedforsecurity=False).digest()

    once = digest(password.encode())
    twice = digest(once)
    mixed = digest(salt + twice) if plugin == _NATIVE else digest(twice + salt)
    return bytes(a ^ b for a, b in zip(once, mixed, strict=True))


def _packet(line: socket.socket) -> tuple[int, bytes]:
    head = wire.exactly(line, 4)
    return head[3], wire.exactly(line, int.from_bytes(head[:3], "little"))


def _framed(data: bytes, number: int) -> bytes:
    return len(data).to_bytes(3, "little") + bytes([number & 255]) + data


def _refusal(data: bytes, target: Target) -> Verdict:
    (code,) = struct.unpack("<H", data[1:3])
    if code == _DENIED:
        return Verdict(State.INACTIVE, f"{target} refuses it")
    if code in _IN:
        return Verdict(State.ACTIVE, f"{target} accepts it, but not for this database ({code})")
    return Verdict(State.UNKNOWN, f"{target} does not let anybody log in ({code})")
