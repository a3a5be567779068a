"""Who reads which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.facts.formats import logins, notebook, pairs, scripts, structured

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.facts.model import Facts

    Reader = Callable[[str, bytes], Facts]
    Nesting = Callable[[str, bytes, int], Facts]

FLAT: dict[str, Reader] = {
    "env": pairs.read,
    "ini": pairs.read,
    "netrc": logins.read_netrc,
    "pgpass": logins.read_pgpass,
    "properties": pairs.read,
}
"""Format to its reader, which gets that name and the content."""

NESTING: dict[str, Nesting] = {
    "bash": scripts.read,
    "ipynb": notebook.read,
    "json": structured.read_json,
    "systemd": pairs.read_nesting,
    "yaml": structured.read_yaml,
}
"""Format that holds texts of others to its reader, which also gets in how many it lies."""


def reader(language: str) -> Reader | None:
    """Return the reader of a language or a format, or None."""
    from leakhunt.facts.reading import READERS

    return READERS.get(language)
