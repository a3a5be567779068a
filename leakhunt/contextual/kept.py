"""What programs keep in files of their own, in forms that no reader of settings knows.

Such a file is found by its path and read whole, so that no other file is looked at for its sake.
Which files these are, and which of their lines hold a credential, is data: see `facts.files`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import derived, lazy
from leakhunt.contextual.stated import KEPT, Stated
from leakhunt.facts.files import of_path, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts.files import Row

KINDS = ("password", "passphrase", "secret", "token", "api_key", "encryption_key")
"""Groups of the expressions, and what they name."""
_FLAGS = re.MULTILINE
_REMARK = lazy.pattern(rb"[ \t]*(?:[#;]|//)")
"""The beginning of a comment, in whichever file."""


def keeps(path: str) -> bool:
    """Say whether a program keeps credentials in a file, by its path."""
    return bool(of_path(path))


def kept(path: str, data: bytes) -> Iterator[Stated]:
    """Yield the credentials that a program keeps in a file by rules of its own.

    Args:
        path: of the file.
        data: all of it.
    """
    for number in of_path(path):
        row = rows()[number]
        if row.fits and not derived.expression(row.fits, _FLAGS).search(data):
            continue
        if row.unless and derived.expression(row.unless, _FLAGS).search(data):
            continue
        for line in row.lines:
            for match in derived.expression(line, _FLAGS).finditer(data):
                yield from _stated(row, match)


def _stated(row: Row, match: re.Match[bytes]) -> Iterator[Stated]:
    kind = match.lastgroup
    if kind is None:
        return
    start, end = match.span(kind)
    value = match[kind]
    first = match.start() + match[0].startswith(b"\n")
    if _REMARK.match(match.string, match.string.rfind(b"\n", 0, first) + 1):
        return
    if len(value) > 1 and value[:1] in {b'"', b"'"} and value[-1:] == value[:1]:
        start, end = start + 1, end - 1
    text = match.string[start:end].decode("utf-8", "replace")
    yield Stated((row.program, kind), text, start, end, KEPT, "setting")
