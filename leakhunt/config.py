"""`leakhunt.toml`, or `[tool.leakhunt]` in `pyproject.toml`, to a `Config`."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt.errors import ConfigError
from leakhunt.model import Confidence, Severity
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.suppress.entries import Entry
    from leakhunt.verify.settings import Settings

_EXAMPLES = {
    "signatures": "our-signatures.toml",
    "select": "aws-*",
    "ignore": "jwt",
    "exclude": "tests/data/*",
    "honor": "gitleaks:allow",
}
_LISTS = tuple(_EXAMPLES)
_LEVELS: dict[str, type[Severity] | type[Confidence]] = {
    "min_severity": Severity,
    "min_confidence": Confidence,
    "fail_on": Severity,
}
_ALSO = {"fail_on": ("active",)}
_KNOWN = (
    *(*_LISTS, *_LEVELS, "builtin", "jobs", "store", "max_age", "verify"),
    *("allow", "baseline", "extends"),
)
VARIABLE = "LEAKHUNT_CONFIG"
"""The environment variable that names the file of an organisation."""
_LARGEST = 4 * 1024 * 1024
"""Bytes of a file: what a person may write, and no more than can be read at once."""
_DEPTH = 8
"""So many files may extend one another."""


@record(frozen=True, slots=True)
class Config:
    """What a configuration file says; what it does not say is empty."""

    path: str = ""
    """The file, or empty where there is none."""
    signatures: tuple[str, ...] = ()
    """Further signature files or folders, made absolute."""
    builtin: bool = True
    """Look for the signatures that come with leakhunt, and for exposed services."""
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
    honor: tuple[str, ...] = ()
    """Comments of other tools that count."""
    allow: tuple[Entry, ...] = ()
    baseline: str | None = None
    """A file, made absolute."""
    extends: str = ""
    """The file that this one adds to, made absolute."""


def load(named: str | None, target: str, *, find: bool = True) -> Config:
    """Load the configuration for a target: its file, on top of what that file extends.

    Under both lies the file that the environment variable `LEAKHUNT_CONFIG` names.

    Args:
        named: the file from `--config`, or None.
        target: what is scanned; the file is looked for there and in the folders above, up to
            the top of its git repository.
        find: whether it is looked for at all; what is named counts in any case.

    Raises:
        ConfigError: the file is absent, unreadable or wrong; with file, line and hint.
    """
    if named is not None:
        layers = [_named(named, "check --config")]
    else:
        layers = [_found(target) if find else Config()]
    if common := os.environ.get(VARIABLE):
        layers.append(_named(common, f"check the environment variable {VARIABLE}"))
    whole = _extended(layers.pop())
    return _over(_extended(layers.pop()), whole) if layers else whole


def _named(name: str, hint: str) -> Config:
    path = Path(name)
    if not path.is_file():
        raise ConfigError(f"{name}: no such file", hint)
    config = _read(path)
    if config is None:
        raise ConfigError(f"{name}: there is no table [tool.leakhunt] in it", "write one")
    return config


def _extended(config: Config) -> Config:
    """Put a file on top of what it extends, and that on top of what that extends."""
    layers = [config]
    while below := layers[-1].extends:
        if len(layers) == _DEPTH or any(
            Path(layer.path).resolve() == Path(below) for layer in layers
        ):
            raise ConfigError(f"{config.path}: files extend each other in circles", "see extends")
        layers.append(_named(below, f"extends in {layers[-1].path} names it"))
    whole = layers.pop()
    while layers:
        whole = _over(layers.pop(), whole)
    return whole


def _over(upper: Config, lower: Config) -> Config:
    """Put one configuration on top of another: lists are added, of the rest the upper counts."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Config):
        above, below = getattr(upper, field.name), getattr(lower, field.name)
        if isinstance(above, tuple) and field.name != "select":
            values[field.name] = (*below, *(one for one in above if one not in below))
        elif field.name == "builtin":
            values[field.name] = above and below
        else:
            values[field.name] = above or below
    return Config(**values)


def _found(target: str) -> Config:
    """Return what lies nearest to a target, or an empty configuration."""
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
    from leakhunt import documents

    try:
        text = documents.text_of(path, _LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}", "check the file") from error
    shared = path.name == "pyproject.toml"
    if shared and "leakhunt" not in text:
        return None
    try:
        document = documents.of_toml(text)
    except documents.Unreadable as error:
        raise ConfigError(
            f"{path}:{error.line}: not valid TOML: {error}", "see https://toml.io"
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
            if key == "honor":
                _honor(path, text, value)
        elif key in _LEVELS:
            levels = _LEVELS[key]
            choices = (*levels, *_ALSO.get(key, ()))
            if value not in choices:
                hint = f"one of: {', '.join(choices)}"
                said = f"{key}: {value!r} is no {levels.__name__.lower()}"
                raise _wrong(path, text, key, said, hint)
            values[key] = value
        elif key in {"store", "builtin"}:
            if not isinstance(value, bool):
                raise _wrong(path, text, key, f"'{key}' must be true or false", f"{key} = true")
            values[key] = value
        elif key == "verify":
            values[key] = _verify(path, text, value)
        elif key == "allow":
            values[key] = _allow(path, text, value)
        elif key in {"baseline", "extends"}:
            if not isinstance(value, str) or not value:
                hint = f'{key} = "leakhunt.{key}"' if key == "baseline" else f'{key} = "org.toml"'
                raise _wrong(path, text, key, f"'{key}' must be the name of a file", hint)
            place = (path.parent / value).resolve()
            if place.exists() and not place.is_file():
                # Reading from a pipe or a device has no end.
                raise _wrong(path, text, key, f"'{key}' is no file", "name a regular file")
            values[key] = str(place)
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


def _allow(path: Path, text: str, tables: Any) -> tuple[Entry, ...]:
    from leakhunt.suppress.entries import Wrong, entry_of

    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        hint = "write a table [[allow]] for each entry"
        raise _wrong(path, text, "allow", "'allow' must be a list of tables", hint)
    heads = list(re.finditer(r"(?m)^[ \t]*\[\[[ \t]*(?:tool\.leakhunt\.)?allow[ \t]*\]\]", text))
    entries = []
    for number, table in enumerate(tables):
        start = heads[number].start() if len(heads) == len(tables) else _place(text, "allow", 0)
        try:
            entries.append(entry_of(table, f"{path.name}:{_line(text, start)}"))
        except Wrong as wrong:
            place = _place(text, wrong.key, start) if wrong.key else start
            message = f"{path}:{_line(text, place)}: {wrong.message}"
            raise ConfigError(message, wrong.hint) from None
    return tuple(entries)


def _honor(path: Path, text: str, names: list[str]) -> None:
    from leakhunt.suppress.comments import FOREIGN

    for name in names:
        if name not in FOREIGN:
            hint = f"known: {', '.join(FOREIGN)}"
            raise _wrong(path, text, "honor", f"{name!r} is no comment of another tool", hint)


def _wrong(path: Path, text: str, key: str, message: str, hint: str) -> ConfigError:
    table = re.search(r"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*leakhunt\b", text)
    line = _line(text, _place(text, key, table.start() if table else 0))
    return ConfigError(f"{path}:{line}: {message}", hint)


def _place(text: str, key: str, start: int) -> int:
    """Return where a key stands, from some place on; or that place."""
    header = r"(?:\[+tool\.leakhunt\.)?[ \t\[]*"
    found = re.compile(rf"(?m)^[ \t]*{header}[\"']?{re.escape(key)}\b").search(text, start)
    return found.start() if found else start


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
