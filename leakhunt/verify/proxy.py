"""The proxy of the environment: it gets the name of a host, and an encrypted connection."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from leakhunt.verify.network import said
from leakhunt.verify.reasons import Unreachable

if TYPE_CHECKING:
    from leakhunt.verify.network import Network
    from leakhunt.verify.policy import Target

_HEAD = 1 << 16
"""Bytes of the answer to CONNECT; more is nonsense."""
_PIECE = 1 << 14


def of(target: Target, scheme: str) -> urllib.parse.SplitResult | None:
    """Return the proxy that the environment names for a host, or None.

    Raises:
        Unreachable: it names one that is none for HTTP.
    """
    named = urllib.request.getproxies().get(scheme)
    if not named or urllib.request.proxy_bypass(target.host):
        return None
    try:
        split = urllib.parse.urlsplit(named if "://" in named else f"http://{named}")
        usable = split.scheme in ("http", "https") and split.hostname and split.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Unreachable("the proxy of the environment is none for HTTP")
    return split


def connected(
    server: urllib.parse.SplitResult, target: Target, network: Network, *, plain: bool = False
) -> socket.socket:
    """Connect to a proxy, for a host that the policy passes.

    Args:
        server: the proxy.
        target: who is asked through it.
        network: of this run.
        plain: the host will be asked without TLS.

    Raises:
        Refused: the host may not be asked.
        Unreachable: nobody is there.
    """
    # The proxy looks the name up again, but what resolves to a refused address here is not sent.
    network.policy.addresses(target, proxied=True, plain=plain)
    port = server.port or (443 if server.scheme == "https" else 80)
    try:
        return socket.create_connection((server.hostname, port), timeout=network.timeout)
    except OSError:
        raise Unreachable("the proxy of the environment cannot be reached") from None


def through(
    line: socket.socket, server: urllib.parse.SplitResult, target: Target, network: Network
) -> socket.socket:
    """Ask a proxy for a connection to a host, and return it.

    Raises:
        Unreachable: it does not let it through.
    """
    if server.scheme != "https":
        return _tunnel(line, server, target)
    outer = network.secured(line, str(server.hostname))
    return _piped(_tunnel(outer, server, target))


def _tunnel(line: socket.socket, server: urllib.parse.SplitResult, target: Target) -> socket.socket:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if server.username:
        user = urllib.parse.unquote(server.username)
        password = urllib.parse.unquote(server.password or "")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    try:
        line.sendall("\r\n".join((*lines, "", "")).encode("latin-1", "replace"))
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD:
            # One byte at a time: what follows the head belongs to the host.
            piece = line.recv(1)
            if not piece:
                break
            head += piece
    except OSError as error:
        line.close()
        raise Unreachable(f"the proxy of the environment: {said(error)}") from None
    words = head.split(None, 2)
    if len(words) < 2 or words[1] != b"200":
        line.close()
        raise Unreachable("the proxy of the environment does not let it through")
    return line


def _piped(outer: socket.socket) -> socket.socket:
    """Return a plain socket for what goes through TLS, since `ssl` does no TLS within TLS."""
    ours, theirs = socket.socketpair()
    ours.settimeout(outer.gettimeout())

    def pump() -> None:
        with contextlib.suppress(OSError, ValueError), outer, theirs:
            while _moved(outer, theirs):
                pass

    threading.Thread(target=pump, daemon=True).start()
    return ours


def _moved(outer: socket.socket, inner: socket.socket) -> bool:
    """Move what is there; say whether more can come."""
    waiting = isinstance(outer, ssl.SSLSocket) and outer.pending()
    ready = [outer] if waiting else select.select([outer, inner], [], [])[0]
    for one, other in ((outer, inner), (inner, outer)):
        if one in ready:
            piece = one.recv(_PIECE)
            if not piece:
                return False
            other.sendall(piece)
    return True
