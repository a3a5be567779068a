"""Files in which programs keep credentials: rows of data, `signatures/languages/files.toml`."""

from __future__ import annotations

import functools
from fnmatch import translate
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt import derived
from leakhunt.signatures import builtin_folder

if TYPE_CHECKING:
    import re


class Row(NamedTuple):
    """A kind of file. Its expressions are over bytes."""

    program: str
    files: tuple[str, ...]
    """How paths end, in small letters, with `*`."""
    lines: tuple[bytes, ...]
    fits: bytes
    """What has to match in the file; empty: nothing."""
    unless: bytes
    """What must not match in it; empty: nothing."""


def _parsed(text: str | bytes) -> list[tuple[Any, ...]]:
    import tomllib

    return [
        (
            row["program"],
            row["files"],
            [line.encode() for line in row.get("lines", ())],
            row.get("fits", "").encode(),
            row.get("unless", "").encode(),
        )
        for row in tomllib.loads(str(text))["file"]
    ]


@functools.cache
def rows() -> tuple[Row, ...]:
    """Return all kinds of files."""
    text = (builtin_folder() / "languages" / "files.toml").read_text("utf-8")
    found = derived.from_text("kept", text, _parsed)
    return tuple(Row(program, tuple(f), tuple(n), *rest) for program, f, n, *rest in found)


@functools.cache
def _paths() -> tuple[re.Pattern[str], ...]:
    return tuple(
        derived.expression(
            "|".join(
                rf"(?:(?:.*/)?{translate(file).replace('.*', '[^/]*')})" for file in row.files
            ),
            0,
        )
        for row in rows()
    )


@functools.lru_cache(512)
def of_path(path: str) -> tuple[int, ...]:
    """Return which rows are about a file, by their places.

    Args:
        path: of the file; both kinds of slashes count.
    """
    whole = path.replace("\\", "/").replace("!", "/").lower()
    return tuple(n for n, pattern in enumerate(_paths()) if pattern.match(whole))
