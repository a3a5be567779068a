"""Sockets where the kernel has no `/proc`: through psutil, an optional dependency."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from typing import TYPE_CHECKING, Any

from leakhunt.exposure.live.model import Process, Socket

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "psutil is not installed: pip install 'leakhunt[live]'"

PARTLY = "the system shows the sockets of other users to administrators only"


def listed() -> tuple[list[Socket], list[str]]:
    """List the sockets of this host.

    Returns:
        The sockets, and what could not be read.
    """
    try:
        import psutil
    except ImportError:
        return [], [MISSING]
    faults = []
    try:
        found = [(entry, entry.pid) for entry in psutil.net_connections("inet")]
    except psutil.AccessDenied:
        found, faults = list(_own()), [PARTLY]
    except (psutil.Error, OSError) as error:
        return [], [f"psutil: {error}"]
    sockets = (from_entry(entry, pid) for entry, pid in found)
    return [socket for socket in sockets if socket is not None], faults


def _own() -> Iterator[tuple[Any, int]]:
    """The rows of the processes that may be looked at without being an administrator."""
    import psutil

    for process in psutil.process_iter():
        try:
            rows = process.net_connections("inet")
        except (psutil.Error, OSError):
            continue
        for row in rows:
            yield row, process.pid


def from_entry(entry: Any, pid: int | None) -> Socket | None:
    """Return the socket of a row of psutil's, or None if it waits for nobody.

    Args:
        entry: the row.
        pid: the process that holds it, if that is known.
    """
    udp = entry.type.name == "SOCK_DGRAM"
    if not entry.laddr or entry.raddr or not (udp or entry.status == "LISTEN"):
        return None
    host, _, zone = entry.laddr[0].partition("%")
    try:
        # BSD writes * where others write an address.
        any_ = "::" if entry.family.name == "AF_INET6" else "0.0.0.0"  # noqa: S104 (read)
        address = str(ipaddress.ip_address(any_ if host in ("*", "") else host))
    except ValueError:
        return None
    owners = (_process(pid),) if pid else ()
    protocol = "udp" if udp else "tcp"
    return Socket(protocol, address, entry.laddr[1], device=zone, owners=owners)


def _process(pid: int) -> Process:
    import psutil

    try:
        process = psutil.Process(pid)
        name = process.name()
    except psutil.Error:
        return Process(pid, "")
    exe, folder, arguments = "", "", tuple[str, ...]()
    # In the order in which systems refuse: a working directory is shown to the fewest.
    with contextlib.suppress(psutil.Error, OSError):
        exe = as_posix(process.exe())
        arguments = tuple(map(as_posix, process.cmdline()))
        folder = as_posix(process.cwd())
    return Process(pid, name, exe, folder, arguments)


def as_posix(path: str) -> str:
    """Return a path with the separator that all comparisons use.

    Args:
        path: as the system writes it; what is none is not changed but on Windows.
    """
    return path if os.sep == "/" else path.replace(os.sep, "/")
