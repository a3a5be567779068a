"""Which files history reads whole in their newest version, see `engine/newest.py`."""

from __future__ import annotations

_TABLES = {"csv", "sql", "tsv"}
"""What has its names in another line than its values, however many there are."""
_DATA = {"env", "ini", "json", "properties", "toml", "xml", "yaml"}
"""Of which the lines of a long one are no better understood than those of a short one."""
_SETTINGS = {
    *("bash", "chap", "crontab", "directives", "dockerfile", "env", "groovy", "hcl", "ini", "json"),
    *("logins", "markdown", "netrc", "pgpass", "properties", "systemd", "toml", "userlist"),
    *("xml", "yaml"),
}
"""Of which a line is better understood for the path of its file, and for the lines around it."""


def is_table(path: str) -> bool:
    """Say whether a file has rows whose columns are named elsewhere in it.

    Args:
        path: of the file.
    """
    return path.rpartition(".")[2].lower() in _TABLES


def is_data(path: str) -> bool:
    """Say whether a long file is settings still, and nothing that a program made.

    Args:
        path: of the file.
    """
    from leakhunt.contextual.places import kinds
    from leakhunt.facts.languages import language_of

    return language_of(path, b"") in _DATA and "made" not in kinds(path)


def is_read(path: str) -> bool:
    """Say whether the newest version of a file is read whole, see `engine/newest.py`.

    Args:
        path: of the file.
    """
    from leakhunt.facts.languages import language_of

    return is_table(path) or language_of(path, b"") in _SETTINGS
