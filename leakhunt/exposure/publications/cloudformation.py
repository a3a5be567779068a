"""CloudFormation: security groups that let in the world, databases with public addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import addresses, documents
from leakhunt.exposure.model import Found, Publication
from leakhunt.exposure.publications import terraform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places

GATE = lazy.pattern(rb"AWS::(?:EC2::SecurityGroup|RDS|Redshift|ElastiCache)")


def read(places: Places) -> Found | None:
    """Read a template in YAML or JSON; None if it publishes nothing.

    Args:
        places: the places of the file, with its content.
    """
    if not GATE.search(places.content):
        return None
    as_json = places.content.lstrip()[:1] == b"{"
    trees = documents.json(places.content) if as_json else documents.yaml(places.content)
    found: list[Publication] = []
    for tree in trees:
        resources = tree.get("Resources")
        for name, node in resources.keyed() if resources is not None else ():
            found += _resource(places, name, node)
    return Found(places.path, (), tuple(found)) if found else None


def _resource(places: Places, name: str, node: Node) -> Iterator[Publication]:
    kind = node.string("Type")
    properties = node.get("Properties")
    if properties is None:
        return
    if kind == "AWS::EC2::SecurityGroup":
        rules = properties.get("SecurityGroupIngress")
        for rule in rules.elements() if rules is not None else ():
            yield from _rule(places, name, rule)
    elif kind == "AWS::EC2::SecurityGroupIngress":
        yield from _rule(places, name, properties)
    elif kind.startswith(("AWS::RDS::DB", "AWS::Redshift::")) and properties.is_true(
        "PubliclyAccessible"
    ):
        public = properties.get("PubliclyAccessible")
        assert public is not None
        labels = terraform.labels_of(properties.string("Engine") or "rds")
        port = properties.number("Port")
        item = terraform.published(places, name, public, port, port, labels)
        yield _renamed(item)


def _rule(places: Places, name: str, rule: Node) -> Iterator[Publication]:
    node = rule.get("CidrIp") or rule.get("CidrIpv6")
    if node is None or not addresses.covers_everything([node.text or ""]):
        return
    first, last = rule.number("FromPort"), rule.number("ToPort")
    protocol = rule.string("IpProtocol")
    if protocol.lower() in {"icmp", "icmpv6"} or (first is None and protocol != "-1"):
        return
    for item in terraform.ports_of(places, name, node, first, last, protocol):
        yield _renamed(item)


def _renamed(item: Publication) -> Publication:
    import dataclasses

    return dataclasses.replace(item, signature="exposure-cloudformation-world")
