"""`leakhunt.toml`, or `[tool.leakhunt]` in `pyproject.toml`, to a `Config`."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt.errors import ConfigError
from leakhunt.model import Confidence, Severity

if TYPE_CHECKING:
    from leakhunt.verify.settings import Settings

_EXAMPLES = {
    "signatures": "our-signatures.toml",
    "select": "aws-*",
    "ignore": "jwt",
    "exclude": "tests/data/*",
}
_LISTS = tuple(_EXAMPLES)
_LEVELS: dict[str, type[Severity] | type[Confidence]] = {
    "min_severity": Severity,
    "min_confidence": Confidence,
    "fail_on": Severity,
}
_ALSO = {"fail_on": ("active",)}
_KNOWN = (*_LISTS, *_LEVELS, "jobs", "store", "max_age", "verify")


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
    min_confidence: str | None = None
    fail_on: str | None = None
    jobs: int = 0
    store: bool = False
    max_age: int = 0
    """Days after which a secret that is still there is a level worse; 0 is never."""
    verify: Settings | None = None


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
        config = _read(path)
        if config is None:
            raise ConfigError(f"{named}: there is no table [tool.leakhunt] in it", "write one")
        return config
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
        said = re.search(r"at line (\d+)", str(error))
        line = int(said[1]) if said else text.count("\n") + 1
        raise ConfigError(
            f"{path}:{line}: not valid TOML: {error}", "see https://toml.io"
        ) from None
    if shared:
        tools = document.get("tool")
        ours = tools.get("leakhunt") if isinstance(tools, dict) else None
        if ours is None:
            return None
        if not isinstance(ours, dict):
            raise _wrong(path, text, "leakhunt", "'leakhunt' is no table", "write [tool.leakhunt]")
        document = ours
    return _check(path, text, document)


def _check(path: Path, text: str, document: dict[str, Any]) -> Config:
    values: dict[str, Any] = {"path": str(path)}
    for key, value in document.items():
        if key not in _KNOWN:
            import difflib

            close = difflib.get_close_matches(key.replace("-", "_"), _KNOWN, 1)
            hint = f"known: {', '.join(_KNOWN)}" if not close else f"did you mean {close[0]}?"
            raise _wrong(path, text, key, f"unknown key '{key}'", hint)
        if key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                hint = f'write for example {key} = ["{_EXAMPLES[key]}"]'
                raise _wrong(path, text, key, f"'{key}' must be a list of strings", hint)
            values[key] = tuple(value)
        elif key in _LEVELS:
            levels = _LEVELS[key]
            choices = (*levels, *_ALSO.get(key, ()))
            if value not in choices:
                hint = f"one of: {', '.join(choices)}"
                raise _wrong(path, text, key, f"'{key}' is no {levels.__name__.lower()}", hint)
            values[key] = value
        elif key == "store":
            if not isinstance(value, bool):
                raise _wrong(path, text, key, f"'{key}' must be true or false", f"{key} = true")
            values[key] = value
        elif key == "verify":
            values[key] = _verify(path, text, value)
        else:
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                hint = "a whole number; 0 means one process for each core"
                message = f"'{key}' must be a number of processes"
                if key == "max_age":
                    hint, message = (
                        "a whole number; 0 is never",
                        f"'{key}' must be a number of days",
                    )
                raise _wrong(path, text, key, message, hint)
            values[key] = value
    values["signatures"] = tuple(
        str((path.parent / name).resolve()) for name in values.get("signatures", ())
    )
    return Config(**values)


def _verify(path: Path, text: str, table: Any) -> Settings:
    from leakhunt.verify import settings

    try:
        return settings.read(table, str(path.parent))
    except settings.Wrong as wrong:
        raise _wrong(path, text, wrong.key, wrong.message, wrong.hint) from None


def _wrong(path: Path, text: str, key: str, message: str, hint: str) -> ConfigError:
    table = re.search(r"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*leakhunt\b", text)
    start = table.start() if table else 0
    header = r"(?:\[+tool\.leakhunt\.)?[ \t\[]*"
    found = re.compile(rf"(?m)^[ \t]*{header}[\"']?{re.escape(key)}\b").search(text, start)
    line = text.count("\n", 0, found.start() if found else start) + 1
    return ConfigError(f"{path}:{line}: {message}", hint)
