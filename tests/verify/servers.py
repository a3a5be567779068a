"""Servers on loopback that answer as they are told, and remember what they were asked."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


@dataclasses.dataclass
class Asked:
    """What an HTTP server was asked, and where it listens."""

    port: int = 0
    requests: list[tuple[str, str, dict[str, str], bytes]] = dataclasses.field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.requests]

    def tokens(self) -> list[str]:
        return [headers.get("authorization", "") for _, _, headers, _ in self.requests]


Answer = tuple[int, dict[str, str], Any]
"""Status, headers, and a body: bytes, text, or anything else as JSON."""


@contextlib.contextmanager
def web(answer: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None) -> Iterator[Asked]:
    """An HTTP server; `answer` is called for every request, after it was noted."""
    asked = Asked()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.requests.append((self.command, self.path, headers, body))
            status, told, content = answer(asked)
            if not isinstance(content, bytes | str):
                content = json.dumps(content)
            data = content.encode() if isinstance(content, str) else content
            self.send_response(status)
            for name, value in told.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_HEAD = do  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        asked.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield asked
        finally:
            server.shutdown()


@contextlib.contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each connection what it is told; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    line, _ = server.accept()
                except OSError:
                    continue
                threading.Thread(target=one, args=(line,), daemon=True).start()

        def one(line: socket.socket) -> None:
            with line, contextlib.suppress(OSError):
                line.settimeout(20)
                talk(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def certificate(folder: Path, *, days: int = 30, name: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate and its key, as PEM files; `days` below 0 is expired."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    files = folder / f"{name}{days}.crt", folder / f"{name}{days}.key"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(private)
    return files


def secured(files: tuple[Path, Path]) -> ssl.SSLContext:
    """How a server presents a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context
