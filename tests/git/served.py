"""A server for clones on loopback: git's own backend behind Python's server."""

from __future__ import annotations

import base64
import contextlib
import http.server
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.verify.servers import certificate


class Served:
    """Shows the repositories of a folder to who logs in.

    Attributes:
        address: where, without a slash at the end.
        authority: the certificate that it can be known by, over https.
        asked: the repositories that somebody has begun to clone, in order.
    """

    def __init__(self, address: str, authority: Path | None) -> None:
        self.address = address
        self.authority = authority
        self.asked: list[str] = []

    def settings(self, user: str, password: str) -> str:
        """Return a configuration of git that trusts the server and logs in."""
        helper = f'"!f() {{ echo username={user}; echo password={password}; }}; f"'
        return f"[credential]\nhelper = {helper}\n{self.trust}"

    @property
    def trust(self) -> str:
        """A configuration of git that trusts the server."""
        return f"[http]\nsslCAInfo = {self.authority}\n" if self.authority else ""


@contextlib.contextmanager
def serving(folder: Path, login: str, keys: Path | None = None) -> Iterator[Served]:
    """Serve.

    Args:
        folder: where the repositories lie.
        login: `user:password`.
        keys: where to put a certificate of its own, for https; without it is http.
    """
    allowed = "Basic " + base64.b64encode(login.encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            if self.headers.get("Authorization") != allowed:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="clones"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.command == "POST":
                said.asked.append(self.path)
            head, _, body = _backend(folder, self).partition(b"\r\n\r\n")
            self.send_response(200)
            for line in head.decode().splitlines():
                self.send_header(*line.split(": ", 1))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        # Whoever does not trust it, or is killed, hangs up.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        scheme, authority = "http", None
        if keys is not None:
            authority, key = certificate(keys)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority, key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        said = Served(f"{scheme}://localhost:{server.server_port}", authority)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield said
        server.shutdown()


def _backend(folder: Path, request: http.server.BaseHTTPRequestHandler) -> bytes:
    path, _, query = request.path.partition("?")
    about = {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": request.command or "",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
    }
    return subprocess.run(
        ["git", "http-backend"],
        input=request.rfile.read(int(request.headers.get("Content-Length") or 0)),
        env=os.environ | about,
        capture_output=True,
        check=True,
    ).stdout
