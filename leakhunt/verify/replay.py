"""Recorded answers, given again on loopback: does each verification read them right?"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.server
import json
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.model import State
from leakhunt.verify import asking
from leakhunt.verify.network import Network
from leakhunt.verify.policy import Policy
from leakhunt.verify.reasons import Absent, Refused, Unreachable
from leakhunt.verify.settings import read
from leakhunt.verify.transport import send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakhunt.verify.spec import Spec

_EXPECTED = {"live": State.ACTIVE, "dead": State.INACTIVE}
_STANDARD: Mapping[str, Mapping[str, Any]] = {
    "limited": {"status": 429, "headers": {"Retry-After": "1"}, "body": "Too Many Requests"},
    "broken": {"status": 503, "body": "<html><h1>503 Service Unavailable</h1></html>"},
    "nonsense": {"status": 200, "body": "<html><title>Sign in to this network</title></html>"},
    "firewall": {"status": 403, "body": "<html><h1>Request blocked</h1></html>"},
    "gateway": {
        "status": 401,
        "headers": {"Content-Type": "text/html", "WWW-Authenticate": 'Basic realm="intranet"'},
        "body": "<html><h1>401 Authorization Required</h1></html>",
    },
    "moved": {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
    "empty": {"status": 200, "body": ""},
}
"""What any provider can answer; a signature may give its own instead."""


class Rehearsal(NamedTuple):
    """One verification with made-up values."""

    name: str
    spec: Spec
    names: Mapping[str, str]


def faults(rehearsals: list[Rehearsal]) -> list[tuple[str, str]]:
    """Replay all answers of all verifications.

    Args:
        rehearsals: those with a request; handlers have none to replay.

    Returns:
        Name and fault, sorted.
    """
    if not rehearsals:
        return []
    with _server(rehearsals) as port:
        network = Network(Policy(read({"allow": [f"127.0.0.1:{port}"], "timeout": 30})))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = pool.map(
                lambda item: list(_faults(item[1], f"http://127.0.0.1:{port}/{item[0]}", network)),
                enumerate(rehearsals),
            )
            return sorted({fault for some in found for fault in some})


def _answers(spec: Spec) -> dict[str, Mapping[str, Any]]:
    return {**_STANDARD, **spec.answers}


def _faults(rehearsal: Rehearsal, base: str, network: Network) -> Iterator[tuple[str, str]]:
    name, spec, names = rehearsal
    hidden = tuple(names.values())
    for kind in _answers(spec):
        try:
            request = asking.request(spec, names, f"{base}/{kind}")
            found = asking.verdict(spec, send(request, network), hidden, base)
        except Absent as absent:
            yield name, f"the request takes '{absent}', which is no part of the signature"
            return
        except (Refused, Unreachable, ValueError) as error:
            yield name, f"'{kind}' cannot be replayed: {error}"
            return
        expected = _EXPECTED.get(kind, State.UNKNOWN)
        if kind == "dead" and not spec.inactive:
            expected = State.UNKNOWN
        if found.state is not expected:
            yield name, f"the answer '{kind}' counts as {found.state}, not as {expected}"
        elif kind == "live" and (missing := set(dict(spec.report)) - set(found.details)):
            yield name, f"the answer 'live' does not tell {', '.join(sorted(missing))}"


@contextlib.contextmanager
def _server(rehearsals: list[Rehearsal]) -> Iterator[int]:
    """Answer on loopback; the path begins with the number of a rehearsal and the answer wanted."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _, number, kind = self.path.split("/")[:3]
            kind = kind.partition("?")[0]
            wanted = _answers(rehearsals[int(number)].spec)[kind]
            body = str(wanted.get("body", ""))
            if "json" in wanted:
                body = json.dumps(wanted["json"])
            data = body.encode()
            self.send_response(wanted.get("status", 200))
            for name, value in wanted.get("headers", {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_HEAD = do_OPTIONS = answer  # noqa: N815 (as http.server has it)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
