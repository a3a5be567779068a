"""Reading from a connection: exactly so many bytes, or a line, and never without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import numbers
from leakhunt.verify.reasons import Unreachable

if TYPE_CHECKING:
    import socket

LONGEST = 1 << 20
"""Bytes of one message; more is nonsense."""


def exactly(line: socket.socket, count: int) -> bytes:
    """Return so many bytes.

    Raises:
        Unreachable: the server closed before, or wants to send too much.
    """
    if not 0 <= count <= LONGEST:
        raise Unreachable("what it answers is not the protocol that was expected")
    data = bytearray()
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            raise Unreachable("it closed the connection")
        data += piece
    return bytes(data)


def until(line: socket.socket, end: bytes, most: int = 8192) -> bytes:
    """Return what comes up to an end, without it.

    Raises:
        Unreachable: it does not come.
    """
    data = bytearray()
    while not data.endswith(end):
        if len(data) >= most:
            raise Unreachable("what it answers is not the protocol that was expected")
        data += exactly(line, 1)
    return bytes(data[: -len(end)])


def reply(line: socket.socket) -> tuple[int, str]:
    """Return the number and the last line of a reply of SMTP or FTP.

    Raises:
        Unreachable: it is none.
    """
    for _ in range(200):
        text = until(line, b"\n").decode("utf-8", "replace").rstrip("\r")
        code = numbers.whole(text[:3]) if len(text) >= 3 else None
        if code is not None and text[3:4] != "-":
            return code, text[4:]
    raise Unreachable("what it answers is not the protocol that was expected")
