"""Values of variables and locals in Terraform, from the files of the same folder."""

from __future__ import annotations

import functools
import posixpath
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places

STEPS = 4
"""References followed from one value."""
_REFERENCE = lazy.pattern(r"(?:\$\{)?(var|local)\.([\w-]+)\}?")
_GIVEN = lazy.pattern(r"(?:^|/)(?:terraform\.tfvars|[^/]*\.auto\.tfvars)$")


def fill(places: Places, tree: Node) -> None:
    """Put values in the place of `var.x` and `local.x`, as far as the folder says them.

    What is filled in keeps the place where it is used. Values that are given count before
    defaults, and a variable that is neither stays as it is.

    Args:
        places: the places of the file.
        tree: what it says; it is changed.
    """
    if b"var." not in places.content and b"local." not in places.content:
        return
    known = _known(places, tree)
    if not known:
        return
    for _, node in list(tree.walk()):
        for _ in range(STEPS):
            found = _REFERENCE.fullmatch(node.text or "")
            value = known.get((found[1], found[2])) if found else None
            if value is None or value is node:
                break
            _copy(value, node)


def _copy(value: Node, node: Node) -> None:
    node.text, node.kind = value.text, value.kind
    if value.text is None:
        node.children = {}
        for key, child in value.children.items():
            made = type(node)(node.start)
            made.value = node.value
            _copy(child, made)
            node.children[key] = made


def _known(places: Places, tree: Node) -> dict[tuple[str, str], Node]:
    found = dict(_defined(tree))
    folder, own = posixpath.split(places.path)
    names = [name for name in places.near.names(folder) if name != own]
    for name in sorted(names, key=lambda name: bool(_GIVEN.search(name))):
        given = _GIVEN.search(name)
        if not given and not name.endswith(".tf"):
            continue
        content = places.near.read(posixpath.join(folder, name))
        if content is None or (
            not given and b"variable" not in content and b"local" not in content
        ):
            continue
        found |= _of_content(content, given=bool(given))
    return found


@functools.lru_cache(128)
def _of_content(content: bytes, *, given: bool) -> dict[tuple[str, str], Node]:
    tree = documents.terraform(content)
    if given:
        return {("var", key): node for key, node in tree.keyed()}
    return dict(_defined(tree))


def _defined(tree: Node) -> Iterator[tuple[tuple[str, str], Node]]:
    variables, local = tree.get("variable"), tree.get("locals")
    for name, node in variables.keyed() if variables is not None else ():
        for block in node.elements():
            # The reader of HCL calls a default that is one value by the name of the variable.
            default = block if block.text is not None else block.get("default")
            if default is not None:
                yield ("var", name), default
    for block in local.elements() if local is not None else ():
        for name, node in block.keyed():
            yield ("local", name), node
