"""How other programs are asked: `ss`, `docker`, `podman`, `iptables-save` and `nft`.

They only read. Each is found on the PATH or where administrators' programs lie, gets no input, no
shell and a limit of time, and none may talk to another machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess

SECONDS = 10
"""How long a program may take."""
_ADMINISTRATION = ("/usr/sbin", "/sbin")
_ELSEWHERE = ("DOCKER_", "CONTAINER_", "PODMAN_", "COMPOSE_")
"""Variables that could lead docker and podman to another machine."""


class NotAskedError(Exception):
    """A program is missing, failed or took too long; the text says which."""


def ask(*command: str) -> str:
    """Run a program to its end and return what it printed.

    Raises:
        NotAskedError: it could not be asked.
    """
    name = command[0]
    folders = os.environ.get("PATH", os.defpath), *(_ADMINISTRATION if os.name == "posix" else ())
    path = os.pathsep.join(folders)
    program = shutil.which(name, path=path)
    if program is None:
        raise NotAskedError(f"{name} is not installed")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_ELSEWHERE)}
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=kept | {"LC_ALL": "C", "PATH": path},
        )
    except subprocess.TimeoutExpired:
        raise NotAskedError(f"{name} did not answer within {SECONDS} s") from None
    except OSError as error:
        raise NotAskedError(f"{name} could not be started: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotAskedError(f"{name}: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace")
