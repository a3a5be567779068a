"""One HTTP request: no redirect is followed, and nothing of it is put into an error."""

from __future__ import annotations

import dataclasses
import http.client
import json
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt import __version__, numbers
from leakhunt.records import record
from leakhunt.verify import proxy
from leakhunt.verify.network import Network, said
from leakhunt.verify.policy import Target
from leakhunt.verify.reasons import Refused, Unreachable

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

LONGEST = 1 << 20
"""Bytes of an answer that are read."""
_MISSING = object()


@record(frozen=True, slots=True)
class Request:
    """What is sent. Its `repr` is masked: it holds the secret."""

    method: str
    url: str
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    body: bytes = b""
    pinned: bool = True

    def __repr__(self) -> str:
        return f"Request({self.method} {self.target})"

    @property
    def target(self) -> Target:
        """Who gets it."""
        split = urllib.parse.urlsplit(self.url)
        default = 80 if split.scheme == "http" else 443
        return Target(split.hostname or "", split.port or default, self.pinned)


class Answer:
    """What came back.

    Args:
        status: of HTTP.
        headers: names in lower case.
        body: at most `LONGEST` bytes.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.text = body.decode("utf-8", "replace")
        self._json: Any = _MISSING

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        if self._json is _MISSING:
            try:
                self._json = json.loads(self.text)
            except (ValueError, RecursionError):
                self._json = None
        return self._json

    @property
    def page(self) -> bool:
        """Whether it is a page for people, as gateways and firewalls in between send it."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.text.lstrip()[:9].lower().startswith(("<!doctype", "<html"))

    @property
    def patience(self) -> float:
        """Seconds to wait as `Retry-After` says, or 0."""
        told = self.headers.get("retry-after", "").strip()
        if (seconds := numbers.whole(told)) is not None:
            return float(seconds)
        if told:
            import email.utils
            import time

            try:
                return max(0.0, email.utils.parsedate_to_datetime(told).timestamp() - time.time())
            except (TypeError, ValueError, OverflowError):
                return 0.0
        return 0.0


def send(request: Request, network: Network) -> Answer:
    """Send a request and return the answer, whatever its status.

    Raises:
        Refused: the policy does not allow it.
        Unreachable: there is no answer.
    """
    split = urllib.parse.urlsplit(request.url)
    target = request.target
    if split.scheme not in ("https", "http") or split.username or split.password:
        raise Refused("its address is not of the form https://host/path")
    tls = split.scheme == "https"
    server = proxy.of(target, split.scheme)
    if server:
        line = proxy.connected(server, target, network, plain=not tls)
    else:
        line = network.connect(target, plain=not tls)
    with network.guarded(line):
        try:
            if server:
                line = proxy.through(line, server, target, network)
            if tls:
                line = network.secured(line, target.host)
            return _exchange(request, split, line)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, OSError):
                raise Unreachable(said(error)) from None
            raise Unreachable("what it answers is no HTTP") from None
        finally:
            line.close()


def _exchange(request: Request, split: urllib.parse.SplitResult, line: socket.socket) -> Answer:
    connection = http.client.HTTPConnection(split.hostname or "", request.target.port)
    connection.sock = line
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    default = 443 if split.scheme == "https" else 80
    host = str(request.target) if request.target.port != default else str(split.hostname)
    headers = {
        "Host": host,
        "User-Agent": f"leakhunt/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **request.headers,
    }
    connection.request(request.method, path, body=request.body or None, headers=headers)
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, found, response.read(LONGEST))
