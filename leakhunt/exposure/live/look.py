"""One look at this host: all that is known of its ports, put together."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from pathlib import Path

from leakhunt.exposure.live import containers, elsewhere, kernel, processes, statistics, translation
from leakhunt.exposure.live.model import Host, Socket

_CGROUPS = re.compile(r"docker|kubepods|containerd|libpod|lxc|garden")


def look(root: Path = Path("/proc")) -> Host:
    """Look at the sockets of this host, and at what leads into containers.

    Args:
        root: where the kernel shows itself.
    """
    if not sys.platform.startswith("linux"):
        sockets, faults = elsewhere.listed()
        forwards, unknown = containers.published()
        nothing = "not known on this system"
        return Host(
            _sorted(sockets),
            tuple(forwards),
            sys.platform,
            blind=tuple(faults),
            containers_unknown=unknown,
            translation_unknown=nothing,
        )
    sockets, faults = kernel.listed(root)
    sockets, no_statistics = statistics.completed(sockets)
    held, refused = processes.owners({one.inode for one in sockets if one.port}, root)
    sockets = [dataclasses.replace(one, owners=held.get(one.inode, ())) for one in sockets]
    published, containers_unknown = containers.published()
    translated, translation_unknown = translation.translated(root)
    notes = []
    if no_statistics:
        notes.append(
            f"{no_statistics}: sockets that are bound to one interface look like any other"
        )
    return Host(
        _sorted(sockets),
        (*published, *translated),
        "linux",
        namespace(root),
        inside_container(root),
        tuple(faults),
        containers_unknown,
        translation_unknown,
        bool(refused),
        tuple(notes),
    )


def namespace(root: Path = Path("/proc")) -> str:
    """Return the inode of the network namespace, or nothing."""
    try:
        found = re.search(r"\d+", str((root / "self/ns/net").readlink()))
    except OSError:
        return ""
    return found[0] if found else ""


def inside_container(root: Path = Path("/proc"), top: Path = Path("/")) -> str:
    """Return what shows that this is the inside of a container, or nothing."""
    for name in (".dockerenv", "run/.containerenv"):
        if (top / name).exists():
            return f"/{name} exists"
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "this is a pod of Kubernetes"
    try:
        groups = (root / "1/cgroup").read_text("utf-8", "replace")
    except OSError:
        return ""
    return "its control group is that of a container" if _CGROUPS.search(groups) else ""


def _sorted(sockets: list[Socket]) -> tuple[Socket, ...]:
    return tuple(sorted(sockets, key=lambda one: (one.port, one.protocol, one.address, one.inode)))
