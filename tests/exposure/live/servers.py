"""Real processes with real sockets, on loopback and on every interface of this machine."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc here")

_SERVER = """
import socket, sys, time
{code}
print(*ports, flush=True)
sys.stdin.read()
"""


def _ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


IPV6 = pytest.mark.skipif(not _ipv6(), reason="this machine has no IPv6")


def opener(
    host: str, *, kind: str = "STREAM", v6only: bool | None = None, device: str = "", port: int = 0
) -> str:
    """The lines of a program that opens one socket."""
    family = "AF_INET6" if ":" in host else "AF_INET"
    lines = [f"s = socket.socket(socket.{family}, socket.SOCK_{kind})"]
    if v6only is not None:
        lines.append(f"s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, {int(v6only)})")
    if device:
        lines.append(
            f"s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, {device.encode()!r})"
        )
    lines.append(f"s.bind(({host!r}, {port}))")
    if kind == "STREAM":
        lines.append("s.listen()")
    return "\n".join([*lines, "ports = [s.getsockname()[1]]"])


@contextlib.contextmanager
def serving(code: str, *, cwd: Path | None = None) -> Iterator[tuple[int, int]]:
    """Run lines of Python in a process of its own; gives its id and the first of its `ports`."""
    program = _SERVER.format(code=textwrap.dedent(code))
    with started([sys.executable, "-c", program], cwd=cwd) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said, "the server did not start"
        yield process.pid, int(said[0])


@contextlib.contextmanager
def started(
    command: list[str], *, cwd: Path | None = None, **options: object
) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the end of the block."""
    process = subprocess.Popen(  # type: ignore[call-overload]
        command,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        **options,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def awaited(process: subprocess.Popen[str], port: int, host: str = "127.0.0.1") -> None:
    """Wait until a server takes connections; fail if it ends instead."""
    while True:
        assert process.poll() is None, "the server has ended"
        with socket.socket() as tried:
            if tried.connect_ex((host, port)) == 0:
                return
        select.select([], [], [], 0.02)


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is not installed."""
    missing = [name for name in programs if not found(name)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def found(name: str) -> str | None:
    """Where a program lies, also among those of administrators."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _may_unshare() -> bool:
    if not found("unshare"):
        return False
    done = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return done.returncode == 0


NAMESPACES = pytest.mark.skipif(not _may_unshare(), reason="no network namespace can be made here")


def in_namespace(script: str, program: str) -> str:
    """Run shell lines, then a program of Python, in a network namespace of their own."""
    lines = f"ip link set lo up\n{script}\nexec {sys.executable} -"
    done = subprocess.run(
        ["unshare", "--net", "sh", "-ec", lines],
        input=textwrap.dedent(program),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
