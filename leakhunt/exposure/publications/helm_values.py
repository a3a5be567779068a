"""Values of a chart in the place of `{{ .Values.x.y }}` in its templates."""

from __future__ import annotations

import functools
import posixpath
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents

if TYPE_CHECKING:
    import re

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places

OWN = frozenset({"type", "hostNetwork", "hostPort"})
"""Keys of values that say by themselves that something is published."""
_TEMPLATE = lazy.pattern(rb"\{\{-?\s*(?:int\s+|default\s+\S+\s+)?\$?\.Values\.([\w.-]+)[^{}]*\}\}")


def fill(places: Places, trees: list[Node]) -> None:
    """Put values in the place of templates that are nothing but one value.

    A `type` that the values call so, too, is left alone: it is found in the values.

    Args:
        places: the places of a template of a chart.
        trees: its documents; they are changed.
    """
    values = _values(places) if b".Values." in places.content else None
    if values is None:
        return
    for tree in trees:
        for _, node in tree.walk():
            if node.children or "${}" not in (node.text or ""):
                continue
            source = places.content[node.value[0] : node.value[1]].strip(b"\"' ")
            found = _TEMPLATE.match(source) or _around(places.content, node)
            if found is None:
                continue
            path = found[1].decode().split(".")
            value = values.get(*path)
            if value is not None and value.text is not None and path[-1] not in OWN:
                node.text = value.text


def _around(content: bytes, node: Node) -> re.Match[bytes] | None:
    """The template on whose line a value stands, if there is nothing else."""
    end = content.find(b"\n", node.value[0])
    line = content[node.value[0] : end if end >= 0 else len(content)].strip()
    found = _TEMPLATE.match(line)
    return found if found and found.end() == len(line) else None


def _values(places: Places) -> Node | None:
    """The values of the chart that a template belongs to."""
    folder, sign, _ = places.path.rpartition("templates/")
    content = places.near.read(posixpath.join(folder, "values.yaml")) if sign else None
    return _read(content) if content is not None else None


@functools.lru_cache(4)
def _read(content: bytes) -> Node | None:
    return next(iter(documents.yaml(content)), None)
