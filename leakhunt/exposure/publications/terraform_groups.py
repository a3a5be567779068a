"""Security groups of Terraform that keep strangers from what lies behind them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.exposure import addresses, documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.model import Publication
    from leakhunt.exposure.places import Places

_LIMIT = ("a security group",)


def blocks(block: Node, name: str) -> list[Node]:
    """Return the blocks of one name in another, with those that are made one by one.

    Args:
        block: the outer one.
        name: what the inner ones are called.
    """
    node = block.get(name)
    found = node.elements() if node is not None else []
    dynamic = block.get("dynamic", name)
    for element in dynamic.elements() if dynamic is not None else ():
        content = element.get("content")
        found += content.elements() if content is not None else []
    return [item for item in found if item.children]


def _rules(resources: Node | None) -> Iterator[tuple[str, list[Node]]]:
    groups = resources.get("aws_security_group") if resources is not None else None
    for name, node in groups.keyed() if groups is not None else ():
        yield name, [rule for block in node.elements() for rule in blocks(block, "ingress")]


def _to_world(rule: Node) -> bool:
    listed = [rule.get(key) for key in ("cidr_blocks", "ipv6_cidr_blocks")]
    return addresses.covers_everything(
        [text for one in listed if one is not None for text in one.texts()]
    )


def closed(resources: Node | None) -> set[str]:
    """Return the security groups of a file that say whom they let in, and that is not the world.

    Args:
        resources: the resources of the file.
    """
    return {name for name, rules in _rules(resources) if rules and not any(map(_to_world, rules))}


def behind(block: Node, made: Iterable[Publication], shut: set[str]) -> Iterator[Publication]:
    """Yield databases with a public address, narrowed by the security groups they name.

    Args:
        block: the resource.
        made: what it publishes.
        shut: the groups that let in few.
    """
    listed = block.get("vpc_security_group_ids")
    names = [text.split(".") for text in listed.texts()] if listed is not None else []
    kept = bool(names) and all(
        len(words) > 1 and words[0] == "aws_security_group" and words[1] in shut for words in names
    )
    note = "its address is public, its security groups are closed"
    for item in made:
        yield _narrowed(item, note) if kept else item


def narrowed(places: Places, made: Iterable[Publication]) -> Iterator[Publication]:
    """Yield what commands publish on machines, narrowed by the security groups of their file.

    Args:
        places: the places of the file, with its content.
        made: what its commands publish.
    """
    rules = [
        rule
        for _, some in _rules(documents.terraform(places.content).get("resource"))
        for rule in some
    ]
    for item in made:
        opened = any(_to_world(rule) and _holds(rule, item.port) for rule in rules)
        note = "no security group of its file lets in the world there"
        yield _narrowed(item, note) if rules and not opened else item


def _holds(rule: Node, port: int | None) -> bool:
    first, last = rule.number("from_port"), rule.number("to_port")
    if port is None or first is None or last is None:
        return True
    return first <= port <= last or (first == 0 and last == 0)


def _narrowed(item: Publication, note: str) -> Publication:
    return dataclasses.replace(item, allow=_LIMIT, notes=(*item.notes, note))
