"""Who reads which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.facts.formats import (
    directives,
    dockerfile,
    hcl,
    html,
    logins,
    logs,
    markup,
    notebook,
    pairs,
    scripts,
    sql,
    structured,
    tables,
    tasks,
    toml,
    xml,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.facts.model import Facts

    Reader = Callable[[str, bytes], Facts]
    Nesting = Callable[[str, bytes, int], Facts]

FLAT: dict[str, Reader] = {
    "csv": tables.read,
    "tsv": tables.read,
    "directives": directives.read,
    "env": pairs.read,
    "ini": pairs.read,
    "chap": logins.read_chap,
    "logins": logins.read_logins,
    "netrc": logins.read_netrc,
    "pgpass": logins.read_pgpass,
    "properties": pairs.read,
    "userlist": logins.read_userlist,
}
"""Format to its reader, which gets that name and the content."""

NESTING: dict[str, Nesting] = {
    "asciidoc": markup.read,
    "html": html.read,
    "log": logs.read,
    "markdown": markup.read,
    "rst": markup.read,
    "sql": sql.read,
    "bash": scripts.read,
    "crontab": tasks.read_crontab,
    "dockerfile": dockerfile.read,
    "hcl": hcl.read,
    "ipynb": notebook.read,
    "json": structured.read_json,
    "makefile": tasks.read_makefile,
    "procfile": tasks.read_procfile,
    "systemd": pairs.read_nesting,
    "toml": toml.read,
    "xml": xml.read,
    "yaml": structured.read_yaml,
}
"""Format that holds texts of others to its reader, which also gets in how many it lies."""


def reader(language: str) -> Reader | None:
    """Return the reader of a language or a format, or None."""
    from leakhunt.facts.reading import READERS

    return READERS.get(language)
