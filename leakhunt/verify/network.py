"""Connections: to the very address that was judged, with TLS that is always checked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

from leakhunt.verify.reasons import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.verify.policy import Policy, Target


_SHARE = 0.5
"""Seconds that each address of a name gets at least, as long as there is time."""


def said(error: OSError) -> str:
    """Return what went wrong with a connection, in words that hold nothing of what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message or 'unknown reason'}"
    if isinstance(error, ssl.SSLError):
        return "TLS failed"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "it closed the connection"
    return error.strerror if isinstance(error.strerror, str) else "the connection failed"


def context(settings_ca: str = "") -> ssl.SSLContext:
    """Return how TLS is done: the system's certificates, `SSL_CERT_FILE`, and further ones.

    Raises:
        Unreachable: the file of further certificates cannot be used.
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings_ca:
        try:
            made.load_verify_locations(cafile=settings_ca)
        except (OSError, ssl.SSLError):
            raise Unreachable("the file in [verify] ca_file cannot be used") from None
    return made


class Network:
    """Makes connections for one run.

    Args:
        policy: decides who may be contacted.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.timeout = policy.settings.timeout
        self._tls: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    @property
    def tls(self) -> ssl.SSLContext:
        """How TLS is done, made once."""
        with self._lock:
            if self._tls is None:
                self._tls = context(self.policy.settings.ca_file)
            return self._tls

    def connect(self, target: Target, *, plain: bool = False) -> socket.socket:
        """Connect to a host, at an address that the policy passed.

        Args:
            target: who.
            plain: there will be no TLS.

        Raises:
            Refused: the policy passed none.
            Unreachable: nobody is there.
        """
        why = "it has no address"
        ends = time.monotonic() + self.timeout
        addresses = self.policy.addresses(target, plain=plain)
        for at, address in enumerate(addresses):
            # A name can have any number of addresses at which nobody answers: they share the time.
            left = ends - time.monotonic()
            if left <= 0:
                break
            share = min(left, max(left / (len(addresses) - at), _SHARE))
            try:
                made = socket.create_connection((address, target.port), timeout=share)
            except OSError as error:
                why = said(error)
                continue
            made.settimeout(self.timeout)
            return made
        raise Unreachable(why)

    def plain_text(self, line: socket.socket, target: Target) -> bool:
        """Say whether a secret may go over a connection as it is, without TLS."""
        try:
            return self.policy.plain_text(target, str(line.getpeername()[0]))
        except OSError:
            return False

    def secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        """Start TLS on a connection, with the certificate checked for the host.

        Raises:
            Unreachable: it cannot be trusted.
        """
        try:
            return self.tls.wrap_socket(plain, server_hostname=host)
        except OSError as error:
            plain.close()
            raise Unreachable(said(error)) from None
        except ValueError:
            plain.close()
            raise Unreachable("its name cannot be checked") from None

    @contextlib.contextmanager
    def talk(self, target: Target, *, tls: bool = False) -> Iterator[socket.socket]:
        """Connect, and hang up in the end or when the time is over, whatever the server does.

        A server that sends a byte now and then would hold a timeout of single reads off forever.

        Raises:
            Refused: the policy does not allow it; also a secret in plain text to where `allow`
                does not name the place.
            Unreachable: nobody answered, or it broke off.
        """
        line = self.connect(target, plain=not tls)
        with self.guarded(line):
            if tls:
                line = self.secured(line, target.host)
            try:
                yield line
            except OSError as error:
                raise Unreachable(said(error)) from None
            finally:
                line.close()

    @contextlib.contextmanager
    def guarded(self, line: socket.socket) -> Iterator[None]:
        """Cut a connection when its time is over."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        # wrap_socket takes the descriptor over: what is cut is a second handle on the connection.
        line = line.dup()
        timer = threading.Timer(self.timeout, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
            if late.is_set():
                # What was cut off may look whole.
                raise Unreachable("it did not answer in time")
        except Unreachable:
            if late.is_set():
                raise Unreachable("it did not answer in time") from None
            raise
        finally:
            timer.cancel()
            line.close()
