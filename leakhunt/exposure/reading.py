"""The entry: a path and its content to what the file says about ports."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from leakhunt import facts
from leakhunt.exposure import printed, routes, settings, shell, variables
from leakhunt.exposure.listeners import listeners
from leakhunt.exposure.model import Found, Setting
from leakhunt.exposure.places import Places
from leakhunt.exposure.publications import (
    ci,
    cloudformation,
    compose,
    dockerfile,
    helm,
    kubernetes,
    terraform,
)
from leakhunt.facts.syntax import GRAMMARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.facts.model import Facts

    Whole = Callable[[Places], Found | None]

_CODE = GRAMMARS.keys() - {"bash", "sql", "powershell"}
_WHOLE: tuple[tuple[str, re.Pattern[str], Whole], ...] = (
    ("yaml", compose.NAME, compose.read),
    ("yaml", helm.NAME, helm.read),
    ("yaml", ci.NAME, ci.read),
    ("json", ci.DEVCONTAINER, ci.devcontainer),
    ("yaml", re.compile(""), kubernetes.read),
    ("yaml", re.compile(""), cloudformation.read),
    ("json", re.compile(""), cloudformation.read),
    ("hcl", re.compile(""), terraform.read),
)
"""Format, what the path must match, and a reader of the file as a whole."""
_PROSE = {"markdown", "rst", "asciidoc"}


def read(path: str, content: bytes) -> Found | None:
    """Read one file.

    The same path and content give the same answer, and nothing is raised, whatever the bytes.

    Args:
        path: how it is shown; its name and folders say what the file is.
        content: all of it, as UTF-8; broken sequences do no harm.

    Returns:
        What it says about ports, or None if it says nothing.
    """
    read_facts = facts.read(path, content)
    places = Places(path, content)
    found = Found(path, problems=read_facts.problems)
    for part in _parts(places, read_facts):
        found = dataclasses.replace(
            found,
            listeners=(*found.listeners, *part.listeners),
            publications=(*found.publications, *part.publications),
            mentions=(*found.mentions, *part.mentions),
        )
    if not (found.listeners or found.publications or found.mentions):
        return None
    return found


def _parts(places: Places, read_facts: Facts) -> Iterator[Found]:
    language = read_facts.language
    if language in _CODE:
        opened_here = tuple(listeners(places.path, places.content, read_facts))
        said = tuple(printed.read(places, read_facts, opened_here)) if opened_here else ()
        yield Found(places.path, opened_here, mentions=said)
        return
    if language == "dockerfile":
        yield dockerfile.read(places, read_facts)
        return
    whole = False
    for form, name, reader in _WHOLE:
        if form == language and name.search(places.path):
            part = reader(places)
            if part is not None:
                whole = True
                yield part
    if language == "yaml" and whole:
        return
    if language in {"env", "properties"}:
        yield Found(places.path, mentions=tuple(variables.of_facts(places, read_facts)))
    if language in {"directives", "conf"} or settings.rows_of(places.path):
        yield Found(places.path, mentions=tuple(routes.read(places)))
    opened, published = shell.read(places, read_facts)
    if language in _PROSE:
        opened = [dataclasses.replace(item, setting=Setting.EXAMPLE) for item in opened]
    yield Found(places.path, (*settings.listeners(places, read_facts), *opened), tuple(published))
