"""Rows of `signatures/exposure/`: which calls, settings and commands open ports, as data.

The format: docs/exposure-format.md. What is kept is plain, so that it can be cached.
"""

from __future__ import annotations

import functools
import marshal
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt import cache, documents
from leakhunt.errors import SignatureError
from leakhunt.signatures import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Texts = tuple[str, ...]

SCOPES = ("wildcard", "loopback", "private", "socket", "none", "unknown")


class Row(NamedTuple):
    """One way to open a port. docs/exposure-format.md says what each key means."""

    id: str
    title: str
    api: str
    languages: Texts
    remediation: str
    references: Texts
    source: str
    """`file:line` of the definition."""
    severity: str = "medium"
    """The usual one, for lists; what counts is judged."""
    confidence: str = "high"
    examples: Texts = ()
    counterexamples: Texts = ()
    example_path: str = ""
    calls: Texts = ()
    loose: Texts = ()
    receivers: str = ""
    shape: str = ""
    only: str = ""
    imports: Texts = ()
    requires: Texts = ()
    needs: Texts = ()
    unless: Texts = ()
    paths: Texts = ()
    files: Texts = ()
    host: Texts = ()
    port: Texts = ()
    address: Texts = ()
    omitted: str = "unknown"
    empty: str = "unknown"
    null: str = ""
    """What None, null and undefined mean, where that is not what an empty text does."""
    default_port: int = -1
    protocol: str = "tcp"
    known: str = ""
    debug: Texts = ()
    debugger: bool = False
    contained: bool = False
    auth: Texts = ()
    open: bool = False
    """Without what `auth` names nobody has to show anything."""
    default_ports: Texts = ()
    """`program=port` for those of a row that differ."""
    programs: Texts = ()
    sub: Texts = ()
    not_sub: Texts = ()
    positional: str = ""
    flags: Texts = ()
    optional: Texts = ()
    assignments: Texts = ()
    unauth: Texts = ()
    clients: Texts = ()
    environment: Texts = ()
    environment_address: Texts = ()
    environment_options: Texts = ()
    debug_environment: Texts = ()
    always_debug: bool = False
    program_known: bool = False
    own: bool = False
    """It serves whatever code it is given, so that its port says little."""
    declares: bool = False
    """It only says what an option is if nobody gives it: what uses that is what opens the port."""
    special: str = ""
    gates: Texts = ()
    """Words one of which the file must hold; by default they follow from calls and paths."""
    form: str = "sink"
    """`sink`, `setting`, `publication`, `check`."""


_TYPES: dict[str, type] = {
    **dict.fromkeys(("id", "title", "api", "remediation", "severity", "confidence"), str),
    **dict.fromkeys(
        ("receivers", "shape", "only", "omitted", "empty", "null", "protocol", "known"), str
    ),
    **dict.fromkeys(("example_path",), str),
    **dict.fromkeys(("references", "examples", "counterexamples", "calls", "loose"), list),
    **dict.fromkeys(
        ("imports", "requires", "needs", "unless", "paths", "files", "host", "port", "address"),
        list,
    ),
    **dict.fromkeys(("debug", "auth", "gates", "languages"), list),
    **dict.fromkeys(("debugger", "contained", "open"), bool),
    **dict.fromkeys(("programs", "sub", "not_sub", "flags", "optional", "assignments"), list),
    **dict.fromkeys(
        ("unauth", "clients", "environment", "environment_address", "default_ports"), list
    ),
    **dict.fromkeys(("environment_options", "debug_environment", "default_ports"), list),
    **dict.fromkeys(("always_debug", "program_known", "own", "declares"), bool),
    **dict.fromkeys(("positional", "special"), str),
    "default_port": int,
}
_SHARED = {"languages", "remediation", "references", "files", "imports", "example_path"}
_TABLES = ("sink", "command", "setting", "publication", "check")


def folder() -> Path:
    """Return where the rows lie."""
    return builtin_folder() / "exposure"


@functools.cache
def load(*, use_cache: bool = True) -> tuple[Row, ...]:
    """Return all rows that come with leakhunt, sorted by id.

    Raises:
        SignatureError: a file is wrong.
    """
    paths = sorted(folder().glob("*.toml"))
    name = ""
    if use_cache:
        try:
            state = repr([(p.name, s.st_size, s.st_mtime_ns) for p in paths for s in [p.stat()]])
        except OSError:
            state = ""
        name = cache.key("exposure", cache.code_stamp(), str(folder()), state) if state else ""
        if name and (kept := _kept(name)) is not None:
            return kept
    texts = {str(path): path.read_text("utf-8") for path in paths}
    rows = parse(texts)
    if name:
        cache.write(name, marshal.dumps(tuple(map(tuple, rows))))
    return rows


def _kept(name: str) -> tuple[Row, ...] | None:
    data = cache.read(name)
    if data is None:
        return None
    try:
        return tuple(Row._make(row) for row in marshal.loads(data))  # noqa: S302 (our own)
    except (EOFError, ValueError, TypeError):
        return None


def parse(texts: Mapping[str, str]) -> tuple[Row, ...]:
    """Parse and check files of rows.

    Args:
        texts: the TOML text of each file, by its name; files without rows are passed over.

    Raises:
        SignatureError: with file and line, for the first thing that is wrong.
    """
    rows: dict[str, Row] = {}
    for name, text in texts.items():
        try:
            data = documents.of_toml(text)
        except documents.Unreadable as error:
            raise SignatureError(f"{name}:{error.line}: {error}", "correct the TOML") from None
        shared = {key: value for key, value in data.items() if key in _SHARED}
        for form in _TABLES:
            for table in data.get(form, ()):
                row = _row(name, text, form, {**shared, **table})
                if row.id in rows:
                    raise SignatureError(f"{row.source}: duplicate id '{row.id}'", "choose another")
                rows[row.id] = row
    return tuple(rows[key] for key in sorted(rows))


def _row(name: str, text: str, form: str, table: dict[str, Any]) -> Row:
    own = str(table.get("id", "?"))
    line = text[: max(text.find(f'id = "{own}"'), 0)].count("\n") + 1
    source = f"{name}:{line}"
    if unknown := table.keys() - _TYPES.keys():
        raise SignatureError(f"{source}: unknown key '{min(unknown)}'", "see the format")
    for key in ("id", "title", "api"):
        if not table.get(key):
            raise SignatureError(f"{source}: '{key}' is missing", "see the format")
    if not re.fullmatch(r"exposure(-[a-z0-9]+)+", own):
        raise SignatureError(f"{source}: not a good id: '{own}'", "exposure-language-api")
    for key, value in table.items():
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not isinstance(value, _TYPES[key]) or (isinstance(value, list) and not texts):
            raise SignatureError(f"{source}: '{key}' is not of the right kind", "see the format")
    for key in ("omitted", "empty", "null"):
        if table.get(key, "unknown") not in SCOPES:
            raise SignatureError(f"{source}: '{key}' is none of {', '.join(SCOPES)}", "choose one")
    plain: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    for key in ("examples", "counterexamples"):
        plain[key] = tuple(str(text).replace("\\n", "\n") for text in plain.get(key, ()))
    plain.setdefault("languages", ())
    plain.setdefault("remediation", "")
    plain.setdefault("references", ())
    return Row(source=source, form=form, **plain)
