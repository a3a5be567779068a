"""AMQP 0-9-1: the start of a connection up to its login. No channel is opened."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire
from leakhunt.verify.reasons import Unfit, Unreachable

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_START, _START_OK, _TUNE, _CLOSE = (10, 10), (10, 11), (10, 30), (10, 50)
_METHOD = 1
_CAPABILITIES = b"\x0ccapabilitiesF"
_TOLD = b"\x1cauthentication_failure_closet\x01"
"""Asks the server to say that it refuses, instead of hanging up."""


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    place = urls.place(case)
    if place.scheme == "stomp":
        raise Unfit("leakhunt does not speak STOMP")
    return [place.target(5671 if place.scheme == "amqps" else 5672)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password."""
    place = urls.place(case)
    (target,) = contacts(case)
    with session.network.talk(target, tls=place.scheme == "amqps") as line:
        line.sendall(b"AMQP\0\0\x09\x01")
        if _method(line)[0] != _START:
            raise Unreachable("what it answers is not the protocol that was expected")
        properties = _CAPABILITIES + struct.pack("!I", len(_TOLD)) + _TOLD
        proof = b"\0" + place.user.encode() + b"\0" + place.password.encode()
        body = struct.pack("!HH", *_START_OK)
        body += struct.pack("!I", len(properties)) + properties
        body += b"\x05PLAIN" + struct.pack("!I", len(proof)) + proof + b"\x05en_US"
        line.sendall(struct.pack("!BHI", _METHOD, 0, len(body)) + body + b"\xce")
        method, data = _method(line)
        if method == _TUNE:
            details = {"server": str(target), "user": place.user}
            return Verdict(State.ACTIVE, f"{target} accepts it for {place.user}", details=details)
        if method == _CLOSE and struct.unpack("!H", data[:2])[0] == 403:
            return Verdict(State.INACTIVE, f"{target} refuses it")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither")


def _method(line: socket.socket) -> tuple[tuple[int, int], bytes]:
    kind, _, size = struct.unpack("!BHI", wire.exactly(line, 7))
    data = wire.exactly(line, size)
    if kind != _METHOD or size < 4 or wire.exactly(line, 1) != b"\xce":
        raise Unreachable("what it answers is not the protocol that was expected")
    return struct.unpack("!HH", data[:4]), data[4:]
