"""The entry: a path and its content to what the file says about ports."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from leakhunt import facts, lazy
from leakhunt.exposure import (
    appconfig,
    documents,
    launches,
    printed,
    routes,
    settings,
    shell,
    spawned,
    variables,
)
from leakhunt.exposure.listeners import listeners
from leakhunt.exposure.model import Found, Setting
from leakhunt.exposure.near import NOTHING, Near
from leakhunt.exposure.places import Places
from leakhunt.exposure.publications import (
    ci,
    cloudformation,
    compose,
    dockerfile,
    helm,
    kubernetes,
    started,
    terraform,
    terraform_groups,
)
from leakhunt.facts.languages import language_of
from leakhunt.facts.syntax import GRAMMARS

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from leakhunt.facts.model import Facts

    Whole = Callable[[Places], Found | None]

_CODE = GRAMMARS.keys() - {"bash", "sql", "powershell"}
_WHOLE: tuple[tuple[str, re.Pattern[str], Whole], ...] = (
    ("yaml", lazy.pattern(""), compose.read),
    ("yaml", helm.NAME, helm.read),
    ("yaml", ci.NAME, ci.read),
    ("json", ci.DEVCONTAINER, ci.devcontainer),
    ("json", launches.NAME, launches.read),
    ("yaml", lazy.pattern(""), kubernetes.read),
    ("yaml", lazy.pattern(""), cloudformation.read),
    ("json", lazy.pattern(""), cloudformation.read),
    ("hcl", lazy.pattern(""), terraform.read),
)
"""Format, what the path must match, and a reader of the file as a whole."""
_PROSE = {"markdown", "rst", "asciidoc"}


def read(path: str, content: bytes, near: Near = NOTHING) -> Found | None:
    """Read one file.

    The same files give the same answer, and nothing is raised, whatever the bytes.

    Args:
        path: how it is shown; its name and folders say what the file is.
        content: all of it, as UTF-8; broken sequences do no harm.
        near: the files around it, to which its imports and variables lead.

    Returns:
        What it says about ports, or None if it says nothing.
    """
    file = _File(path, content, near)
    found = Found(path)
    for part in _parts(file):
        found = dataclasses.replace(
            found,
            listeners=(*found.listeners, *part.listeners),
            publications=(*found.publications, *part.publications),
            mentions=(*found.mentions, *part.mentions),
        )
    found = dataclasses.replace(found, problems=file.problems)
    if not (found.listeners or found.publications or found.mentions):
        return None
    return found


class _File:
    """A file whose facts are read when somebody asks for them."""

    def __init__(self, path: str, content: bytes, near: Near) -> None:
        self.language = language_of(path, content)
        if self.language == "yaml":
            content = documents.without_schemas(content)
        self.places = Places(path, content, near)

    @functools.cached_property
    def facts(self) -> Facts:
        return facts.read(self.places.path, self.places.content)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, if the facts were."""
        read_facts = self.__dict__.get("facts")
        return read_facts.problems if read_facts is not None else ()


def _parts(file: _File) -> Iterator[Found]:
    language, places = file.language, file.places
    if language in _CODE:
        opened_here = tuple(listeners(places, file.facts))
        said = tuple(printed.read(places, file.facts, opened_here)) if opened_here else ()
        started = tuple(spawned.listeners(places, file.facts))
        yield Found(places.path, (*opened_here, *started), mentions=said)
        return
    if language == "dockerfile":
        yield dockerfile.read(places, file.facts)
        return
    whole = False
    for form, name, reader in _WHOLE:
        if form == language and name.search(places.path):
            part = reader(places)
            if part is not None:
                whole = True
                yield part
    if language != "yaml" or not whole:
        yield from _settings(file)


def _settings(file: _File) -> Iterator[Found]:
    """What settings say, and command lines between them."""
    language, places = file.language, file.places
    if language in {"env", "properties"}:
        yield Found(places.path, mentions=tuple(variables.of_facts(places, file.facts)))
    if language in {"directives", "conf"} or settings.rows_of(places.path):
        yield Found(places.path, mentions=tuple(routes.read(places)))
    opened, published = shell.read(places, file.facts)
    if language == "yaml" and b"apiVersion" in places.content:
        opened = [dataclasses.replace(item, contained=True) for item in opened]
    if language in _PROSE:
        opened = [dataclasses.replace(item, setting=Setting.EXAMPLE) for item in opened]
        published = [dataclasses.replace(item, setting=Setting.EXAMPLE) for item in published]
    told = [*settings.listeners(places, file.facts), *opened]
    if language in appconfig.LANGUAGES and not settings.rows_of(places.path):
        told += appconfig.listeners(places, file.facts)
    if language == "hcl" and published:
        published = list(terraform_groups.narrowed(places, published))
    published += started.read(places, language, file.facts)
    yield Found(places.path, tuple(told), tuple(published))
