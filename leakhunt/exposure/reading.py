"""The entry: a path and its content to what the file says about ports."""

from __future__ import annotations

from leakhunt import facts
from leakhunt.exposure import shell
from leakhunt.exposure.listeners import listeners
from leakhunt.exposure.model import Found
from leakhunt.exposure.places import Places


def read(path: str, content: bytes) -> Found | None:
    """Read one file.

    The same path and content give the same answer, and nothing is raised, whatever the bytes.

    Args:
        path: how it is shown; its name and folders say what the file is.
        content: all of it, as UTF-8; broken sequences do no harm.

    Returns:
        What it says about ports, or None if it says nothing.
    """
    read_facts = facts.read(path, content)
    if read_facts.language == "bash":
        opened = tuple(shell.listeners(Places(path, content), read_facts))
    else:
        opened = tuple(listeners(path, content, read_facts))
    if not opened:
        return None
    return Found(path, opened, problems=read_facts.problems)
