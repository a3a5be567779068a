"""Variables that name a host or a port: what a service is told about others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy, numbers
from leakhunt.exposure import addresses
from leakhunt.exposure.model import Mention
from leakhunt.exposure.surroundings import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts

NAME = lazy.pattern(
    r"(?i)(?:^|_)(?:port|host|hostname|url|uri|dsn|addr|address|endpoint|server|broker)s?$"
)
_URL = lazy.pattern(r"^[a-z][a-z0-9+.-]*://")


def mention(name: str, value: str) -> tuple[str, str, int | None] | None:
    """Return form, host and port of a variable that names some; None if it names none."""
    if not NAME.search(name) or not value or len(value) > 300:
        return None
    if re.search(r"(?i)port$", name):
        port = numbers.port(value)
        return ("variable", "", port) if port is not None else None
    address = addresses.split(value)
    if address.port is None and not _URL.match(value):
        return ("variable", value, None) if re.fullmatch(r"[\w.-]+", value) else None
    return "url" if _URL.match(value) else "variable", address.host or "", address.port


def of_facts(places: Places, facts: Facts) -> Iterator[Mention]:
    """Yield the variables of a file: those that name a host or a port, and the names of others."""
    environment = environment_of(places.path)
    for fact in facts.assignments:
        if fact.form != "setting":
            continue
        where = places.at(fact.start, fact.value.end)
        told = mention(fact.name, fact.value.text or "") if fact.value.kind != "reference" else None
        form, host, port = told or ("name", "", None)
        yield Mention(form, fact.name, host, port, where, environment)


def mentions(
    places: Places, environment: Mapping[str, str], node: Node, owner: str
) -> Iterator[Mention]:
    """Yield the mentions among the variables of a service."""
    for name, value in environment.items():
        told = mention(name, value)
        if told is not None:
            form, host, port = told
            child = node.get("environment", name) or node.get("environment") or node
            where = places.at(*child.value)
            yield Mention(form, name, host, port, where, environment_of(places.path), owner)
