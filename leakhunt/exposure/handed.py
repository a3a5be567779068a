"""What a service of Compose hands to the code in its container, through the environment."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy, numbers
from leakhunt.exposure import addresses
from leakhunt.exposure.model import Found, Given, Listener, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.exposure.model import Mention

BUILT, HANDED, ENV_FILE = "build", "handed", "env-file"
"""Forms of mentions: the folder a service is built from, a variable of it, a file of those."""
TOLD = lazy.pattern(r"(?i)(?:host|hostname|port|addr|address|bind|listen|interface|ip|url|urls)$")
"""Variables that may say where to listen."""


class _Told(NamedTuple):
    """What one service tells its code."""

    folder: str
    owner: str
    variables: Mapping[str, Mention]


def joined(files: Sequence[Found]) -> list[Found]:
    """Return what files say, with what Compose tells code and files of variables.

    Args:
        files: what all files say.

    Returns:
        The same files in the same order.
    """
    contexts = [told for file in files for told in _contexts(file)]
    inside = {one.name: one for file in files for one in file.mentions if one.form == ENV_FILE}
    if not contexts and not inside:
        return list(files)
    return [_of_file(file, contexts, inside.get(file.path)) for file in files]


def _contexts(file: Found) -> Iterator[_Told]:
    for built in file.mentions:
        if built.form == BUILT:
            own = {
                one.name: one
                for one in file.mentions
                if one.form == HANDED and one.owner == built.owner
            }
            yield _Told("" if built.name == "." else built.name + "/", built.owner, own)


def _of_file(file: Found, contexts: Sequence[_Told], reads: Mention | None) -> Found:
    if not file.listeners:
        return file
    if reads is not None:
        note = f"{reads.where.path} hands it to the container of {reads.owner}"
        return _with(file, (_contained(item, reads.owner, note) for item in file.listeners))
    own = [told for told in contexts if told.variables and file.path.startswith(told.folder)]
    return _with(file, (_widest(item, own) for item in file.listeners)) if own else file


def _with(file: Found, listeners: Iterator[Listener]) -> Found:
    return dataclasses.replace(file, listeners=tuple(listeners))


def _contained(item: Listener, owner: str, note: str) -> Listener:
    return dataclasses.replace(
        item, contained=True, owner=item.owner or owner, notes=(*item.notes, note)
    )


def _widest(item: Listener, contexts: Sequence[_Told]) -> Listener:
    """A listener as the service has it that opens it widest."""
    if item.owner or not any(item.variables):
        return item
    made = [one for told in contexts if (one := _told(item, told)) is not None]
    wide = [one for one in made if one.scope is Scope.WILDCARD]
    return (wide or made or [item])[0]


def _told(item: Listener, told: _Told) -> Listener | None:
    """A listener with what one service tells it; None if that is nothing."""
    host, port = (told.variables.get(name) for name in item.variables)
    if host is None and port is None:
        return None
    notes = [f"{one.where.path}:{one.where.line} sets {one.name}" for one in (host, port) if one]
    changed = dataclasses.replace(item, contained=True, notes=(*item.notes, *notes))
    if host is not None:
        address = addresses.split(host.host)
        name = address.host or ("" if address.port is not None else host.host)
        if name:
            scope = addresses.scope_of(name)
            changed = dataclasses.replace(changed, host=name, scope=scope, given=Given.LITERAL)
        if address.port is not None:
            changed = dataclasses.replace(changed, port=address.port)
    number = numbers.port(port.host) if port is not None else None
    return changed if number is None else dataclasses.replace(changed, port=number)
