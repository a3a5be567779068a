"""PostgreSQL: the start of a connection up to its login, and then goodbye. No query is sent."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire
from leakhunt.verify.scram import Scram

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_PORT = 5432
_VERSION, _TLS = 196608, 80877103
_OK, _CLEAR, _MD5, _SASL, _SASL_MORE, _SASL_END = 0, 3, 5, 10, 11, 12
_OPEN = "asks for no password: anybody gets in from here, whatever the password"
_LOGGED_IN = ("3D000", "42501")
"""There is no such database, or no right to it: told only after the login."""


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    return [urls.place(case).target(_PORT)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password, with TLS where the server has it."""
    place = urls.place(case)
    target = place.target(_PORT)
    line = session.network.connect(target)
    # Only where `allow` names the place may the login go on without TLS.
    plain = session.network.plain_text(line, target)
    with session.network.guarded(line):
        try:
            if not plain or place.secured:
                line.sendall(struct.pack("!II", 8, _TLS))
                if wire.exactly(line, 1) != b"S":
                    return Verdict(State.UNKNOWN, f"{target} was not asked: it has no TLS")
                line = session.network.secured(line, target.host)
            return _login(line, place, target)
        except OSError:
            return Verdict(State.UNKNOWN, f"{target.host} could not be asked: it broke off")
        finally:
            line.close()


def _login(line: socket.socket, place: Place, target: Target) -> Verdict:
    user = place.user or "postgres"
    database = place.path.partition("/")[0] or user
    fields = b"".join(text.encode() + b"\0" for text in ("user", user, "database", database))
    body = struct.pack("!I", _VERSION) + fields + b"\0"
    line.sendall(struct.pack("!I", len(body) + 4) + body)
    scram: Scram | None = None
    proven = False
    for _ in range(20):
        kind, data = _message(line)
        if kind == b"E":
            return _refusal(data, target, proven)
        if kind != b"R":
            continue
        (method,) = struct.unpack("!I", data[:4])
        if method == _OK and not proven:
            return Verdict(State.UNKNOWN, f"{target} {_OPEN}")
        proven = proven or method in (_CLEAR, _MD5, _SASL_MORE)
        if method == _OK:
            line.sendall(b"X\0\0\0\4")
            details = {"server": str(target), "user": user, "database": database}
            return Verdict(State.ACTIVE, f"{target} accepts it for {user}", details=details)
        if method == _CLEAR:
            _send(line, place.password.encode() + b"\0")
        elif method == _MD5:
            _send(line, _md5(user, place.password, data[4:8]) + b"\0")
        elif method == _SASL:
            scram = Scram("", place.password.encode(), "sha256")
            first = scram.first().encode()
            _send(line, b"SCRAM-SHA-256\0" + struct.pack("!I", len(first)) + first)
        elif method == _SASL_MORE and scram is not None:
            _send(line, scram.final(data[4:].decode("utf-8", "replace")).encode())
        elif method != _SASL_END:
            return Verdict(State.UNKNOWN, f"{target} asks for another kind of login")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither")


def _md5(user: str, password: str, salt: bytes) -> bytes:
    inner = hashlib.md5((password + user).encode(), usedforsecurity=False).hexdigest()
    outer = hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest()
    return b"md5" + outer.encode()


def _send(line: socket.socket, data: bytes) -> None:
    line.sendall(b"p" + struct.pack("!I", len(data) + 4) + data)


def _message(line: socket.socket) -> tuple[bytes, bytes]:
    head = wire.exactly(line, 5)
    return head[:1], wire.exactly(line, struct.unpack("!I", head[1:])[0] - 4)


def _refusal(data: bytes, target: Target, proven: bool) -> Verdict:
    fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in data.split(b"\0") if part}
    code = fields.get(b"C", "")
    if code == "28P01":
        return Verdict(State.INACTIVE, f"{target} refuses it")
    if code in _LOGGED_IN and not proven:
        return Verdict(State.UNKNOWN, f"{target} {_OPEN}")
    if code in _LOGGED_IN:
        return Verdict(State.ACTIVE, f"{target} accepts it, but not for this database ({code})")
    return Verdict(State.UNKNOWN, f"{target} does not let anybody log in that way ({code})")
