"""The ports that docker and podman publish on this host."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from leakhunt.exposure.live.model import Forward
from leakhunt.exposure.live.programs import NotAskedError, ask

PIPE = "//./pipe/docker_engine"
"""Where docker answers on Windows."""
_PORTS = re.compile(
    r"(?P<host>.*):(?P<first>\d+)(?:-(?P<last>\d+))?"
    r"->(?P<inner>\d+)(?:-\d+)?/(?P<protocol>tcp|udp|sctp)"
)


def docker_hosts() -> list[str]:
    """Where a docker of this machine may be asked: those of its sockets that are there."""
    if sys.platform == "win32":
        return [f"npipe://{PIPE}"] if Path(PIPE).exists() else []
    # In a container its user may have no name, and so no home.
    home = os.path.expanduser("~")  # noqa: PTH111
    found = [Path("/var/run/docker.sock"), Path(home, ".docker/run/docker.sock")]
    if folder := os.environ.get("XDG_RUNTIME_DIR"):
        found.append(Path(folder, "docker.sock"))
    # One of them is often a link to another.
    return [f"unix://{one}" for one in dict.fromkeys(p.resolve() for p in found if p.exists())]


def published() -> tuple[list[Forward], str]:
    """List what the containers of this host publish.

    docker is asked through its socket on this machine and never where `DOCKER_HOST` or its
    context lead, for that may be another one.

    Returns:
        The ports, and why they are not known, or empty.
    """
    forwards: list[Forward] = []
    reasons = []
    asked = False
    for host in docker_hosts():
        try:
            forwards += parse_docker(ask("docker", "--host", host, "ps", "--format", "{{json .}}"))
            asked = True
        except NotAskedError as error:
            reasons.append(str(error))
    try:
        forwards += parse_podman(ask("podman", "--remote=false", "ps", "--format", "json"))
        asked = True
    except NotAskedError as error:
        if "not installed" not in str(error):
            reasons.append(str(error))
    if not asked and not reasons:
        reasons.append("no docker or podman answers on this host")
    return list(dict.fromkeys(forwards)), "; ".join(reasons)


def parse_docker(text: str) -> list[Forward]:
    """Read what `docker ps --format '{{json .}}'` prints.

    Raises:
        NotAskedError: it is none of that.
    """
    forwards = []
    for line in text.splitlines():
        if not line.strip():
            continue
        row = _object(line, "docker")
        labels = dict(part.partition("=")[::2] for part in str(row.get("Labels", "")).split(","))
        service = labels.get("com.docker.compose.service", "")
        for part in str(row.get("Ports", "")).split(","):
            found = _PORTS.fullmatch(part.strip())
            if found is None:
                continue  # `5432/tcp`: exposed and not published
            first, inner = int(found["first"]), int(found["inner"])
            last = int(found["last"] or first)
            forwards += [
                Forward(
                    found["protocol"],
                    _host(found["host"]),
                    port,
                    "docker",
                    str(inner + port - first),
                    str(row.get("Names", "")),
                    service,
                )
                for port in range(first, min(last, 65535) + 1)
            ]
    return forwards


def parse_podman(text: str) -> list[Forward]:
    """Read what `podman ps --format json` prints.

    Raises:
        NotAskedError: it is none of that.
    """
    try:
        return [
            Forward(
                str(entry.get("protocol") or "tcp"),
                _host(str(entry.get("host_ip") or "")),
                int(entry["host_port"]) + at,
                "podman",
                str(int(entry["container_port"]) + at),
                str(next(iter(row.get("Names") or ()), "")),
                str((row.get("Labels") or {}).get("com.docker.compose.service", "")),
            )
            for row in json.loads(text or "[]") or []
            for entry in row.get("Ports") or ()
            for at in range(min(int(entry.get("range") or 1), 65535))
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAskedError("podman: its answer is of an unknown form") from error


def _object(line: str, name: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise NotAskedError(f"{name}: its answer is of an unknown form")
    return row


def _host(text: str) -> str:
    """Return an address without brackets; none is any."""
    return text.strip("[]") or "0.0.0.0"  # noqa: S104 (read, not bound)
