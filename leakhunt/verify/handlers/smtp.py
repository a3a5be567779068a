"""SMTP: AUTH, and then QUIT. No mail is sent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    place = urls.place(case)
    return [place.target(465 if _secure(place) else 587)]


def _secure(place: Place) -> bool:
    return place.scheme in ("smtps", "submissions") or place.port == 465


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password, after STARTTLS where the server has it."""
    place = urls.place(case)
    (target,) = contacts(case)
    line = session.network.connect(target)
    with session.network.guarded(line):
        try:
            if tls := _secure(place):
                line = session.network.secured(line, target.host)
            wire.reply(line)
            features = _hello(line)
            if not tls and "STARTTLS" in features:
                # A password goes in the clear only where there is no other way, and leave for it.
                _say(line, "STARTTLS")
                line = session.network.secured(line, target.host)
                features = _hello(line)
            elif not tls and not session.network.plain_text(line, target):
                said = f"{target} was not asked: it has no TLS, and [verify] allow names it not"
                return Verdict(State.UNKNOWN, said)
            return _login(line, place, target, features)
        except OSError:
            return Verdict(State.UNKNOWN, f"{target.host} could not be asked: it broke off")
        finally:
            line.close()


def _login(line: socket.socket, place: Place, target: Target, features: str) -> Verdict:
    if "PLAIN" in features:
        text = f"\0{place.user}\0{place.password}".encode()
        code, _ = _say(line, f"AUTH PLAIN {base64.b64encode(text).decode()}")
    elif "LOGIN" in features:
        code, _ = _say(line, "AUTH LOGIN")
        for text in (place.user.encode(), place.password.encode()):
            if code != 334:
                break
            code, _ = _say(line, base64.b64encode(text).decode())
    else:
        return Verdict(State.UNKNOWN, f"{target} asks for another kind of login")
    line.sendall(b"QUIT\r\n")
    if code == 235:
        details = {"server": str(target), "user": place.user}
        return Verdict(State.ACTIVE, f"{target} accepts it for {place.user}", details=details)
    if code == 535:
        return Verdict(State.INACTIVE, f"{target} refuses it")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither ({code})")


def _hello(line: socket.socket) -> str:
    """Return what the server can do, in capitals, and whether AUTH is among it."""
    line.sendall(b"EHLO localhost\r\n")
    features = []
    while True:
        text = wire.until(line, b"\n").decode("utf-8", "replace").rstrip("\r")
        features.append(text[4:].upper())
        if text[3:4] != "-":
            return "\n".join(features)


def _say(line: socket.socket, text: str) -> tuple[int, str]:
    line.sendall(text.encode() + b"\r\n")
    return wire.reply(line)
