"""Redis and Valkey: AUTH, then who one is. Nothing is read from or written to the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import State, Verdict
from leakhunt.verify import urls, wire

if TYPE_CHECKING:
    import socket

    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Session

_PORT = 6379


def contacts(case: Case) -> list[Target]:
    """Return the server that stands in the URL, or that the configuration names."""
    return [urls.place(case).target(_PORT)]


def ask(case: Case, session: Session) -> Verdict:
    """Log in with the password."""
    place = urls.place(case)
    target = place.target(_PORT)
    tls = place.scheme in ("rediss", "valkeys", "rediss+tls")
    words = ["AUTH", *([place.user] if place.user else []), place.password]
    with session.network.talk(target, tls=tls) as line:
        kind, text = _say(line, *words)
        if kind == "+":
            details = {"server": str(target), "user": place.user or "default"}
            return Verdict(State.ACTIVE, f"{target} accepts it", details=details)
        if text.startswith("WRONGPASS") or "invalid password" in text:
            return Verdict(State.INACTIVE, f"{target} refuses it")
        if "without any password configured" in text:
            return Verdict(State.INACTIVE, f"{target} asks for no password: anybody gets in")
    return Verdict(State.UNKNOWN, f"{target} answers in a way that says neither")


def _say(line: socket.socket, *words: str) -> tuple[str, str]:
    parts = [word.encode() for word in words]
    head = b"*%d\r\n" % len(parts)
    line.sendall(head + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
    text = wire.until(line, b"\r\n").decode("utf-8", "replace")
    return text[:1], text[1:]
