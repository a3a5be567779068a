"""LDAP: a simple bind, after StartTLS where there is one, and goodbye. Nothing is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import der, urls, wire
from leakhunt.verify.network import said as broken
from leakhunt.verify.reasons import Unfit, Unreachable

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_SEQUENCE, _BIND, _BIND_ANSWER, _ENUMERATED = 0x30, 0x60, 0x61, 0x0A
_EXTENDED, _EXTENDED_ANSWER, _START_TLS = 0x77, 0x78, b"1.3.6.1.4.1.1466.20037"
_SUCCESS, _WRONG = 0, 49


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    place = urls.place(case)
    if place.scheme not in ("ldap", "ldaps"):
        raise Unfit(f"leakhunt does not speak {place.scheme}")
    return [place.target(636 if place.scheme == "ldaps" else 389)]


def ask(case: Case, session: Session) -> Verdict:
    """Bind with name and password."""
    place = urls.place(case)
    (target,) = contacts(case)
    if not place.user or not place.password:
        raise Unfit("without a name it would be anonymous")
    line = session.network.connect(target)
    with session.network.guarded(line):
        try:
            if place.scheme == "ldaps" or _starts_tls(line):
                line = session.network.secured(line, target.host)
            elif not session.network.plain_text(line, target):
                said = f"{target} was not asked: it has no TLS, and [verify] allow names it not"
                return Verdict(State.UNKNOWN, said)
            code = _bind(line, place)
        except OSError as error:
            raise Unreachable(broken(error)) from None
        finally:
            line.close()
    if code == _SUCCESS:
        details = {"server": str(target), "user": place.user}
        return Verdict(State.ACTIVE, f"{target} accepts it for {place.user}", details=details)
    if code == _WRONG:
        return Verdict(State.INACTIVE, f"{target} refuses it")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither ({code})")


def _starts_tls(line: socket.socket) -> bool:
    """Ask for StartTLS (RFC 4511, 4.14), and say whether it can begin."""
    request = _item(_EXTENDED, _item(0x80, _START_TLS))
    line.sendall(_item(_SEQUENCE, _item(2, b"\x01") + request))
    return _answer(line, _EXTENDED_ANSWER) == _SUCCESS


def _bind(line: socket.socket, place: Place) -> int:
    name, password = place.user.encode(), place.password.encode()
    bind = _item(2, b"\x03") + _item(4, name) + _item(0x80, password)
    line.sendall(_item(_SEQUENCE, _item(2, b"\x02") + _item(_BIND, bind)))
    code = _answer(line, _BIND_ANSWER)
    line.sendall(_item(_SEQUENCE, _item(2, b"\x03") + b"\x42\x00"))
    return code


def _item(tag: int, data: bytes) -> bytes:
    size = len(data)
    if size < 128:
        return bytes([tag, size]) + data
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + data


def _answer(line: socket.socket, wanted: int) -> int:
    head = wire.exactly(line, 2)
    size = head[1]
    if size & 0x80:
        size = int.from_bytes(wire.exactly(line, size & 0x7F), "big")
    try:
        fields = der.items(wire.exactly(line, size))
        tag, body = fields[1]
        kind, code = der.items(body)[0]
    except (ValueError, IndexError):
        raise Unreachable("what it answers is not the protocol that was expected") from None
    if (tag, kind) != (wanted, _ENUMERATED):
        raise Unreachable("what it answers is not the protocol that was expected")
    return int.from_bytes(code, "big")
