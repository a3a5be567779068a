"""Who reads which format; a reader is loaded with the first file in its format."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.facts.model import Facts

    Reader = Callable[[str, bytes], Facts]
    Nesting = Callable[..., Facts]


def _late(place: str) -> Callable[..., Facts]:
    """Return the function `module.name` of this package, which is loaded when it is called."""
    module, _, name = place.partition(".")

    def read(*given: Any) -> Facts:
        loaded = importlib.import_module(f"leakhunt.facts.formats.{module}")
        facts: Facts = getattr(loaded, name)(*given)
        return facts

    return read


FLAT: dict[str, Reader] = {
    "csv": _late("tables.read"),
    "tsv": _late("tables.read"),
    "directives": _late("directives.read"),
    "env": _late("pairs.read"),
    "ini": _late("pairs.read"),
    "chap": _late("logins.read_chap"),
    "logins": _late("logins.read_logins"),
    "netrc": _late("logins.read_netrc"),
    "pgpass": _late("logins.read_pgpass"),
    "properties": _late("pairs.read"),
    "userlist": _late("logins.read_userlist"),
}
"""Format to its reader, which gets that name and the content."""

NESTING: dict[str, Nesting] = {
    "asciidoc": _late("markup.read"),
    "html": _late("html.read"),
    "log": _late("logs.read"),
    "markdown": _late("markup.read"),
    "rst": _late("markup.read"),
    "sql": _late("sql.read"),
    "bash": _late("scripts.read"),
    "crontab": _late("tasks.read_crontab"),
    "dockerfile": _late("dockerfile.read"),
    "hcl": _late("hcl.read"),
    "ipynb": _late("notebook.read"),
    "json": _late("structured.read_json"),
    "makefile": _late("tasks.read_makefile"),
    "procfile": _late("tasks.read_procfile"),
    "systemd": _late("pairs.read_nesting"),
    "toml": _late("toml.read"),
    "xml": _late("xml.read"),
    "yaml": _late("structured.read_yaml"),
}
"""Format that holds texts of others to its reader, which also gets in how many it lies."""

LISTING = frozenset(("asciidoc", "markdown", "rst"))
"""Formats whose readers also take the stretches that are wanted: each listing stands alone."""


def reader(language: str) -> Reader | None:
    """Return the reader of a language or a format, or None."""
    from leakhunt.facts.reading import READERS

    return READERS.get(language)
