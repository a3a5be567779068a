"""FTP: USER and PASS, and then QUIT. No file is listed, read or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire
from leakhunt.verify.reasons import Unfit

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.places import Place
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_OURS = ("ftp", "ftps", "ftpes")


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    place = urls.place(case)
    if place.user.lower() in ("anonymous", "ftp"):
        raise Unfit("anonymous logins take any password")
    if place.scheme not in _OURS:
        raise Unfit(f"leakhunt does not speak {place.scheme}")
    return [place.target(990 if place.scheme == "ftps" else 21)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with user and password, after AUTH TLS where the server has it."""
    place = urls.place(case)
    (target,) = contacts(case)
    line = session.network.connect(target)
    with session.network.guarded(line):
        try:
            if tls := place.scheme == "ftps":
                line = session.network.secured(line, target.host)
            wire.reply(line)
            if not tls:
                code, _ = _say(line, "AUTH TLS")
                if code == 234:
                    line = session.network.secured(line, target.host)
                elif not session.network.plain_text(line, target):
                    said = f"{target} was not asked: it has no TLS, and [verify] allow names it not"
                    return Verdict(State.UNKNOWN, said)
            return _login(line, place, target)
        except OSError:
            return Verdict(State.UNKNOWN, f"{target.host} could not be asked: it broke off")
        finally:
            line.close()


def _login(line: socket.socket, place: Place, target: Target) -> Verdict:
    if any(sign in place.user + place.password for sign in "\r\n"):
        raise Unfit("it holds a line break")
    code, _ = _say(line, f"USER {place.user}")
    if code == 331:
        code, _ = _say(line, f"PASS {place.password}")
        line.sendall(b"QUIT\r\n")
        if code in (230, 202):
            details = {"server": str(target), "user": place.user}
            return Verdict(State.ACTIVE, f"{target} accepts it for {place.user}", details=details)
        if code == 530:
            return Verdict(State.INACTIVE, f"{target} refuses it")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither ({code})")


def _say(line: socket.socket, text: str) -> tuple[int, str]:
    line.sendall(text.encode() + b"\r\n")
    return wire.reply(line)
