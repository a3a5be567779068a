"""Clones from an address that the user gave: the one thing here that reaches out.

Nothing of what is cloned runs: there are no hooks, no templates, no work tree and so no filters,
no submodules. Who may read it is asked of git's own credential helpers and ssh's agent, never of
a person.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from leakhunt.git.command import Process, network_line, network_variables

if TYPE_CHECKING:
    from pathlib import Path


def clone(address: str, folder: Path) -> None:
    """Clone branches and tags into a bare repository.

    Args:
        address: where from.
        folder: where to; it does not exist yet.

    Raises:
        GitError: it cannot be cloned; the message is git's own.
    """
    command = ["clone", "--quiet", "--bare", "--no-hardlinks", "--template=", "--", address]
    git = Process(
        [*network_line(), *command, os.fspath(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=os.fspath(folder.parent),
        env=network_variables(),
    )
    with git:
        git.wait()
        git.finish()
