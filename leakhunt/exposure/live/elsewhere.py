"""Sockets where the kernel has no `/proc`: through psutil, an optional dependency."""

from __future__ import annotations

import ipaddress
from typing import Any

from leakhunt.exposure.live.model import Process, Socket

MISSING = "psutil is not installed: pip install 'leakhunt[live]'"


def listed() -> tuple[list[Socket], list[str]]:
    """List the sockets of this host.

    Returns:
        The sockets, and what could not be read.
    """
    try:
        import psutil
    except ImportError:
        return [], [MISSING]
    try:
        found = psutil.net_connections("inet")
    except psutil.AccessDenied:
        return [], ["the system shows its sockets to administrators only"]
    except (psutil.Error, OSError) as error:
        return [], [f"psutil: {error}"]
    sockets = (from_entry(entry) for entry in found)
    return [socket for socket in sockets if socket is not None], []


def from_entry(entry: Any) -> Socket | None:
    """Return the socket of a row of psutil's, or None if it waits for nobody."""
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
    owners = (_process(entry.pid),) if entry.pid else ()
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
    try:
        exe, arguments = process.exe(), tuple(process.cmdline())
        folder = process.cwd()
    except (psutil.Error, OSError):
        return Process(pid, name, exe, folder, arguments)
    return Process(pid, name, exe.replace("\\", "/"), folder, arguments)
