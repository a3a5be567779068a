"""MongoDB: SCRAM, and then goodbye. No collection is read."""

from __future__ import annotations

import dataclasses
import hashlib
import struct
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt.model import State, Verdict
from leakhunt.verify import srv, urls, wire
from leakhunt.verify.policy import Target
from leakhunt.verify.reasons import Refused, Unreachable
from leakhunt.verify.scram import Scram

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.session import Session

_PORT = 27017
_MESSAGE = 2013
_FAILED = 18


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    place = urls.place(case)
    # Of `mongodb+srv` the name stands for its servers, which only DNS knows.
    return [place.target(_PORT)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password."""
    place = urls.place(case)
    (target,) = contacts(case)
    if place.scheme.endswith("+srv"):
        if not srv.installed():
            return Verdict(State.UNKNOWN, srv.MISSING)
        # Not even its name server hears of whom the policy refuses by name.
        if doubt := session.policy.doubt(target):
            raise Refused(doubt)
        found, told = srv.servers("mongodb", target.host, session.network.timeout)
        target = Target(*found[0], target.pinned)
        # DNS may say which database knows the user (authSource), and nothing about TLS.
        named = [pair for pair in urllib.parse.parse_qsl(told) if pair[0].lower() == "authsource"]
        plain = any(place.option(name) == "false" for name in ("tls", "ssl"))
        options = (*place.options, *named, *([] if plain else [("tls", "true")]))
        place = dataclasses.replace(place, options=options)
    tls = place.secured or place.scheme == "mongodbs"
    base = _base(place)
    with session.network.talk(target, tls=tls) as line:
        hello = _ask(
            line, {"hello": 1, "$db": "admin", "saslSupportedMechs": f"{base}.{place.user}"}
        )
        known = hello.get("saslSupportedMechs") or {}
        sha256 = "SCRAM-SHA-256" in known.values() if known else True
        return _login(line, place, target, base, "SCRAM-SHA-256" if sha256 else "SCRAM-SHA-1")


def _base(place: Place) -> str:
    """Return the database that knows the user."""
    named = (value for name, value in place.options if name.lower() == "authsource")
    return next(named, "") or place.path or "admin"


def _login(line: socket.socket, place: Place, target: Target, base: str, mechanism: str) -> Verdict:
    password = place.password.encode()
    if mechanism == "SCRAM-SHA-1":
        mixed = f"{place.user}:mongo:{place.password}".encode()
        password = hashlib.md5(mixed, usedforsecurity=False).hexdigest().encode()
    scram = Scram(place.user, password, "sha256" if mechanism == "SCRAM-SHA-256" else "sha1")
    start = {"saslStart": 1, "mechanism": mechanism, "payload": scram.first().encode(), "$db": base}
    found = _ask(line, start)
    payload = found.get("payload")
    if found.get("ok") == 1 and isinstance(payload, bytes):
        more = {
            "saslContinue": 1,
            "conversationId": found.get("conversationId", 1),
            "payload": scram.final(payload.decode("utf-8", "replace")).encode(),
            "$db": base,
        }
        found = _ask(line, more)
        if found.get("ok") == 1:
            details = {"server": str(target), "user": place.user, "database": base}
            return Verdict(State.ACTIVE, f"{target} accepts it for {place.user}", details=details)
    if found.get("code") == _FAILED:
        return Verdict(State.INACTIVE, f"{target} refuses it")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither")


def _ask(line: socket.socket, command: dict[str, Any]) -> dict[str, Any]:
    body = b"\0\0\0\0\0" + _bson(command)
    line.sendall(struct.pack("<iiii", len(body) + 16, 1, 0, _MESSAGE) + body)
    size, _, _, kind = struct.unpack("<iiii", wire.exactly(line, 16))
    data = wire.exactly(line, size - 16)
    if kind != _MESSAGE or data[4:5] != b"\0":
        raise Unreachable("what it answers is not the protocol that was expected")
    try:
        return _document(data[5:])
    except (struct.error, IndexError, ValueError):
        raise Unreachable("what it answers is not the protocol that was expected") from None


def _bson(document: dict[str, Any]) -> bytes:
    data = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, bytes):
            data += b"\x05" + name + struct.pack("<iB", len(value), 0) + value
        elif isinstance(value, str):
            text = value.encode() + b"\0"
            data += b"\x02" + name + struct.pack("<i", len(text)) + text
        else:
            data += b"\x10" + name + struct.pack("<i", value)
    return struct.pack("<i", len(data) + 5) + data + b"\0"


_FIXED = {0x01: "<d", 0x10: "<i", 0x12: "<q", 0x09: "<q", 0x11: "<Q"}
"""BSON's numbers and times."""


def _document(data: bytes) -> dict[str, Any]:
    """Return the fields that matter: numbers, texts, bytes, and documents of them."""
    found: dict[str, Any] = {}
    at = 4
    while data[at]:
        kind = data[at]
        end = data.index(b"\0", at + 1)
        name, at = data[at + 1 : end].decode("utf-8", "replace"), end + 1
        if kind in _FIXED:
            size = struct.calcsize(_FIXED[kind])
            (found[name],) = struct.unpack(_FIXED[kind], data[at : at + size])
        elif kind in (0x02, 0x05):
            (length,) = struct.unpack("<i", data[at : at + 4])
            skip = 4 if kind == 0x02 else 5
            raw = data[at + skip : at + skip + length]
            found[name] = raw[:-1].decode("utf-8", "replace") if kind == 0x02 else raw
            size = skip + length
        elif kind in (0x03, 0x04):
            (size,) = struct.unpack("<i", data[at : at + 4])
            found[name] = _document(data[at : at + size])
        elif kind == 0x08:
            found[name], size = data[at] == 1, 1
        elif kind == 0x07:
            size = 12
        elif kind == 0x0A:
            size = 0
        else:
            raise ValueError("a kind of field that is not expected")
        at += size
    return found
