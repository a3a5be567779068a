"""What a `.env` file beside or above code tells it, and which defaults of options are used."""

from __future__ import annotations

import dataclasses
import posixpath
from typing import TYPE_CHECKING

from leakhunt.exposure import addresses
from leakhunt.exposure.model import Given, Listener

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.exposure.model import Found, Mention

FILES = (".env", ".flaskenv")
"""Names of files whose variables programs read when they start."""


def joined(files: Sequence[Found]) -> list[Found]:
    """Return what files say, with what files of variables tell the code below them.

    What opens a port is told once: where the call stands, not where its address comes from.

    Args:
        files: what all files say.

    Returns:
        The same files in the same order.
    """
    told = {file.path: file for file in files if posixpath.basename(file.path) in FILES}
    used: set[tuple[str, int]] = set()
    made = [_of_file(file, told, used) if told else file for file in files]
    opened = {_key(file.path, item) for file in made for item in file.listeners if _counts(item)}
    return [_without(file, used, opened) for file in made]


def _counts(item: Listener) -> bool:
    return not item.declared and item.port is not None


def _key(path: str, item: Listener) -> tuple[str, str, str, int | None]:
    """What the default of an option and the listener that uses it have in common."""
    return (
        posixpath.dirname(path).partition("/")[0],
        posixpath.splitext(path)[1],
        item.host,
        item.port,
    )


def _without(
    file: Found, used: set[tuple[str, int]], opened: set[tuple[str, str, str, int | None]]
) -> Found:
    kept = tuple(
        item
        for item in file.listeners
        if (file.path, item.where.line) not in used
        and not (item.declared and _key(file.path, item) in opened)
    )
    return file if len(kept) == len(file.listeners) else dataclasses.replace(file, listeners=kept)


def _of_file(file: Found, told: Mapping[str, Found], used: set[tuple[str, int]]) -> Found:
    if not any(any(item.variables) for item in file.listeners):
        return file
    folder = posixpath.dirname(file.path)
    while True:
        names = (posixpath.join(folder, name) for name in FILES)
        found = next((told[name] for name in names if name in told), None)
        above = posixpath.dirname(folder)
        if found is not None or above == folder:  # nothing is above "" nor above "/"
            break
        folder = above
    if found is None:
        return file
    listeners = tuple(_told(item, found, used) for item in file.listeners)
    return dataclasses.replace(file, listeners=listeners)


def _told(item: Listener, file: Found, used: set[tuple[str, int]]) -> Listener:
    """A listener with what a file of variables tells it."""
    by_name = {one.name: one for one in file.mentions}
    host, port = (by_name.get(name) if name else None for name in item.variables)
    notes = [f"{file.path}:{one.where.line} sets {one.name}" for one in (host, port) if one]
    if not notes:
        return item
    changed = dataclasses.replace(item, notes=(*item.notes, *notes))
    if host is not None:
        changed = _with_host(changed, file, host)
        used.add((file.path, host.where.line or 0))
    if port is not None and port.port is not None:
        changed = dataclasses.replace(changed, port=port.port)
    return changed


def _with_host(item: Listener, file: Found, told: Mention) -> Listener:
    """A listener at the address that a variable holds, as the file's own reader understood it."""
    own = next((one for one in file.listeners if one.where.line == told.where.line), None)
    if own is not None:
        port = own.port if own.port is not None and not item.variables[1] else item.port
        return dataclasses.replace(
            item, host=own.host, scope=own.scope, given=Given.LITERAL, port=port or item.port
        )
    if not told.host:
        return item
    scope = addresses.scope_of(told.host)
    return dataclasses.replace(
        item, host=told.host, scope=scope, given=Given.LITERAL, port=told.port or item.port
    )
