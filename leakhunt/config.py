"""`leakhunt.toml`, or `[tool.leakhunt]` in `pyproject.toml`, to a `Config`."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from leakhunt.errors import ConfigError
from leakhunt.model import Severity

_LISTS = ("signatures", "select", "ignore", "exclude")
_LEVELS = ("min_severity", "fail_on")
_KNOWN = (*_LISTS, *_LEVELS, "jobs")


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; what it does not say is empty."""

    path: str = ""
    """The file, or empty where there is none."""
    signatures: tuple[str, ...] = ()
    """Further signature files or folders, made absolute."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_severity: str | None = None
    fail_on: str | None = None
    jobs: int = 0


def load(named: str | None, target: str) -> Config:
    """Load the configuration for a target.

    Args:
        named: the file from `--config`, or None.
        target: what is scanned; the file is looked for there and in the folders above, up to
            the top of its git repository.

    Raises:
        ConfigError: the file is absent, unreadable or wrong; with file, line and hint.
    """
    if named is not None:
        path = Path(named)
        if not path.is_file():
            raise ConfigError(f"{named}: no such file", "check --config")
        return _read(path) or Config(path=named)
    start = Path(target).resolve()
    for folder in (start, *start.parents):
        if not folder.is_dir():
            continue
        for name in ("leakhunt.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file() and (config := _read(path)):
                return config
        if (folder / ".git").exists():
            break
    return Config()


def _read(path: Path) -> Config | None:
    """Read a file; None if it is a pyproject.toml without our table."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}", "check the file") from error
    shared = path.name == "pyproject.toml"
    if shared and "leakhunt" not in text:
        return None
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}", "see https://toml.io") from None
    if shared:
        document = document.get("tool", {}).get("leakhunt")
        if document is None:
            return None
    return _check(path, text, document)


def _check(path: Path, text: str, document: dict[str, Any]) -> Config:
    values: dict[str, Any] = {"path": str(path)}
    for key, value in document.items():
        if key not in _KNOWN:
            raise _wrong(path, text, key, f"unknown key '{key}'", f"known: {', '.join(_KNOWN)}")
        if key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise _wrong(path, text, key, f"'{key}' must be a list of strings", "fix it")
            values[key] = tuple(value)
        elif key in _LEVELS:
            if value not in list(Severity):
                hint = f"one of: {', '.join(Severity)}"
                raise _wrong(path, text, key, f"'{key}' is no severity", hint)
            values[key] = value
        else:
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise _wrong(path, text, key, f"'{key}' must be a number of processes", "fix it")
            values[key] = value
    values["signatures"] = tuple(
        str((path.parent / name).resolve()) for name in values.get("signatures", ())
    )
    return Config(**values)


def _wrong(path: Path, text: str, key: str, message: str, hint: str) -> ConfigError:
    found = re.search(rf"(?m)^\s*\[*[\"']?{re.escape(key)}\b", text)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return ConfigError(f"{path}:{line}: {message}", hint)
