"""What a Compose file takes from others: variables, services that are extended, included files."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents
from leakhunt.exposure.near import beside
from leakhunt.exposure.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.exposure.documents import Node

MAIN = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""What the file is called that the others of its folder change."""
MOST = 50
"""Files that one file may include."""
_PAIR = lazy.pattern(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$")


def variables(places: Places) -> Callable[[str], str | None]:
    """Return what gives the values of variables: those of `.env` beside the file.

    An empty value is none, so that the default beside the variable counts.
    """
    return _pairs(places, beside(places.path, ".env")).get


def handed(places: Places, service: Node) -> tuple[list[str], dict[str, str]]:
    """Return the files of variables that a service is given, and what they say.

    Args:
        places: the places of the Compose file.
        service: a service of it.
    """
    listed = service.get("env_file")
    found: dict[str, str] = {}
    paths = []
    for element in (listed.elements() if listed is not None else [])[:MOST]:
        text = element.text if element.text is not None else element.string("path")
        if text and "$" not in text:
            paths.append(beside(places.path, text))
            found.update(_pairs(places, paths[-1]))
    return paths, found


def _pairs(places: Places, path: str) -> dict[str, str]:
    content = places.near.read(path)
    found: dict[str, str] = {}
    for match in _PAIR.finditer(content.decode("utf-8", "replace")) if content else ():
        value = match[2]
        if value[:1] in {"'", '"'}:
            value = value[1:].partition(value[0])[0]
        else:
            value = re.split(r"\s#", value)[0].strip()
        if value and "$" not in value:
            found[match[1]] = value
    return found


def included(places: Places, tree: Node, known: Callable[[str, bytes], bool]) -> Iterator[Places]:
    """Yield files that a file includes, but for those that are read for themselves.

    Args:
        places: the places of the file.
        tree: what it says.
        known: says of path and content of another whether that is one of them.
    """
    listed = tree.get("include")
    for element in (listed.elements() if listed is not None else [])[:MOST]:
        node = element.get("path") if element.text is None else element
        for text in node.texts() if node is not None else ():
            path = beside(places.path, text)
            content = places.near.read(path)
            if content is not None and not known(path, content):
                yield Places(path, content, places.near)


def extended(places: Places, tree: Node, name: str, service: Node) -> Node | None:
    """Return what a service builds on, or None: what it extends, or what an override changes."""
    base = service.string("extends", "service") or service.string("extends")
    if base:
        file = service.string("extends", "file")
        if not file:
            return tree.get("services", base)
        return _service(places, beside(places.path, file), base)
    if service.get("image") or service.get("build"):
        return None
    folder, own = posixpath.split(places.path)
    for main in MAIN:
        if main != own and (found := _service(places, posixpath.join(folder, main), name)):
            return found
    return None


def _service(places: Places, path: str, name: str) -> Node | None:
    content = places.near.read(path)
    if content is None:
        return None
    lookup = variables(places)
    for tree in documents.yaml(content, lookup):
        if found := tree.get("services", name):
            return found
    return None
