"""Terraform: rules of firewalls that let in the world, databases with public addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import addresses, documents, services
from leakhunt.exposure.model import Found, Publication, Scope
from leakhunt.exposure.publications import terraform_groups, terraform_values
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places

GATE = lazy.pattern(
    rb"ingress|security_group|firewall|publicly_accessible|public_network_access|authorized_networks"
    rb"|network_security_rule|start_ip_address|associate_public_ip|source_ranges|docker_container"
)
_DATABASES = {
    "aws_db_instance": "rds",
    "aws_rds_cluster_instance": "rds",
    "aws_redshift_cluster": "redshift",
    "aws_dms_replication_instance": "dms",
    "aws_mq_broker": "broker",
}


def read(places: Places) -> Found | None:
    """Read a Terraform file; None if it publishes nothing.

    Args:
        places: the places of the file, with its content.
    """
    if not GATE.search(places.content):
        return None
    tree = documents.terraform(places.content)
    terraform_values.fill(places, tree)
    resources = tree.get("resource")
    closed = terraform_groups.closed(resources)
    found: list[Publication] = []
    for kind, named in resources.keyed() if resources is not None else ():
        for name, node in named.keyed():
            for block in node.elements():
                made = _resource(places, kind, name, block)
                found += (
                    terraform_groups.behind(block, made, closed) if kind in _DATABASES else made
                )
    modules = tree.get("module")
    for name, node in modules.keyed() if modules is not None else ():
        for block in node.elements():
            found += _module(places, name, block)
    return Found(places.path, (), tuple(found)) if found else None


def _resource(places: Places, kind: str, name: str, block: Node) -> Iterator[Publication]:
    if kind in {"aws_security_group", "aws_default_security_group"}:
        for rule in terraform_groups.blocks(block, "ingress"):
            yield from _rule(places, name, rule)
    elif kind == "aws_security_group_rule":
        if block.string("type") == "ingress":
            yield from _rule(places, name, block)
    elif kind == "aws_vpc_security_group_ingress_rule":
        yield from _rule(places, name, block)
    elif kind == "google_compute_firewall":
        yield from _google(places, name, block)
    elif kind in {"azurerm_network_security_group", "azurerm_network_security_rule"}:
        rules = (
            terraform_groups.blocks(block, "security_rule") if kind.endswith("group") else [block]
        )
        for rule in rules:
            yield from _azure(places, name, rule)
    elif kind in {
        "digitalocean_firewall",
        "hcloud_firewall",
        "linode_firewall",
        "vultr_firewall_rule",
    }:
        for rule in [
            *terraform_groups.blocks(block, "inbound_rule"),
            *terraform_groups.blocks(block, "rule"),
            *terraform_groups.blocks(block, "inbound"),
        ]:
            yield from _rule(places, name, rule)
    elif kind.endswith("firewall_rule") and block.string("start_ip_address") == "0.0.0.0":  # noqa: S104
        if block.string("end_ip_address") in {"255.255.255.255"}:
            yield published(
                places, name, block.get("start_ip_address") or block, None, None, labels_of(kind)
            )
    elif kind in _DATABASES and block.is_true("publicly_accessible"):
        node = block.get("publicly_accessible")
        assert node is not None
        engine = block.string("engine") or _DATABASES[kind]
        port = block.number("port")
        yield published(places, name, node, port, port, labels_of(engine))
    elif kind == "google_sql_database_instance":
        for path, node in block.walk():
            if path[-2:] == ("authorized_networks", "value") and addresses.covers_everything(
                [node.text or ""]
            ):
                yield published(places, name, node, None, None, labels_of("postgres"))


def labels_of(what: str) -> tuple[tuple[str, str], ...]:
    """What a database or a firewall of one is."""
    low = what.lower()
    for word, known in (
        ("postgres", "postgres"),
        ("mysql", "mysql"),
        ("maria", "mysql"),
        ("aurora", "mysql"),
        ("mssql", "mssql"),
        ("sqlserver", "mssql"),
        ("sql", "mssql"),
        ("redis", "redis"),
        ("oracle", "oracle"),
        ("cosmos", "mongodb"),
        ("broker", "rabbitmq"),
    ):
        if word in low:
            return (("known", known),)
    return (("known", "postgres"),) if low in {"rds", "redshift", "dms"} else ()


def _rule(places: Places, name: str, rule: Node) -> Iterator[Publication]:
    """A rule of ports and networks, as most providers write it."""
    networks: list[tuple[str, Node]] = []
    for key in (
        "cidr_blocks",
        "ipv6_cidr_blocks",
        "cidr_ipv4",
        "cidr_ipv6",
        "source_addresses",
        "source_ips",
        "ipv4",
        "ipv6",
    ):
        node = rule.get(key)
        networks += [(e.text, e) for e in node.elements() if e.text] if node is not None else []
    if rule.string("direction") in {"out", "egress"} or not networks:
        return
    if not addresses.covers_everything([text for text, _ in networks]):
        return
    first, last = _range(rule)
    if (
        first is None
        and rule.get("from_port") is not None
        and rule.string("protocol") not in {"-1", "all"}
    ):
        return  # a variable
    if rule.string("protocol").lower() in {"icmp", "icmpv6", "1", "58"} or rule.string(
        "ip_protocol"
    ).lower() in {"icmp", "icmpv6"}:
        return
    yield from ports_of(places, name, networks[0][1], first, last, rule.string("protocol"))


def _range(rule: Node) -> tuple[int | None, int | None]:
    first, last = rule.number("from_port"), rule.number("to_port")
    if first is None:
        text = rule.string("port_range") or rule.string("port") or rule.string("ports")
        found = re.match(r"(\d{1,9})(?:-(\d{1,9}))?$", text)
        if found:
            return int(found[1]), int(found[2] or found[1])
    if first == 0 and last in {0, None}:
        return None, None
    return first, last


def ports_of(
    places: Places, name: str, node: Node, first: int | None, last: int | None, protocol: str
) -> Iterator[Publication]:
    """One publication: of a range the port that is worst stands for it."""
    low = protocol.lower()
    protocol = "udp" if low in {"udp", "17"} else "tcp" if low in {"tcp", "6"} else "all"
    if first is None or (first, last) in {(0, 65535), (1, 65535)}:
        every = (("known", "every-port"),)
        yield published(places, name, node, None, None, every, (), protocol)
        return
    last = first if last is None else last
    worst = _worst(first, last)
    target = worst if worst is not None else first
    labels = (("known", "ssh-open"),) if target == 22 else ()
    yield published(
        places, name, node, first, target, labels, (), protocol, last if last != first else None
    )


def _worst(first: int, last: int) -> int | None:
    """The port in a range whose service is the worst to publish."""
    found = [
        (kind.tier, port)
        for kind in services.kinds().values()
        for port in kind.ports
        if first <= port <= last and (not kind.gated or first == last)
    ]
    return min(found)[1] if found else None


def published(
    places: Places,
    name: str,
    node: Node,
    port: int | None,
    target: int | None,
    labels: tuple[tuple[str, str], ...] = (),
    notes: tuple[str, ...] = (),
    protocol: str = "tcp",
    last: int | None = None,
) -> Publication:
    """Make the publication of a rule that lets in the world.

    Args:
        places: the places of the file.
        name: the name of the resource.
        node: the network that is let in.
        port: the first port; None for all of them.
        target: the port that stands for the range.
        labels: what it is, if the resource says so.
        notes: further reasons.
        protocol: `tcp`, `udp` or `all`.
        last: the last port of a range, or None.
    """
    return Publication(
        "exposure-terraform-world",
        "security-group",
        places.at(*node.value),
        host=node.text or "",
        scope=Scope.WILDCARD,
        port=port,
        last=last,
        target=target,
        protocol=protocol,
        owner=name,
        labels=labels,
        notes=notes,
        environment=environment_of(places.path),
        setting=setting_of(places.path),
    )


def _google(places: Places, name: str, block: Node) -> Iterator[Publication]:
    ranges = block.get("source_ranges")
    texts = [(e.text, e) for e in ranges.elements() if e.text] if ranges is not None else []
    if not texts or not addresses.covers_everything([text for text, _ in texts]):
        return
    if block.string("direction").upper() == "EGRESS" or block.get("deny"):
        return
    for allow in terraform_groups.blocks(block, "allow"):
        protocol = allow.string("protocol")
        if protocol.lower() in {"icmp", "esp", "ah"}:
            continue
        listed = allow.get("ports")
        texts_of_ports = listed.texts() if listed is not None else []
        if not texts_of_ports and listed is None:
            yield from ports_of(places, name, texts[0][1], None, None, protocol)
        for text in texts_of_ports:
            found = re.match(r"(\d{1,9})(?:-(\d{1,9}))?$", text)
            if found:
                yield from ports_of(
                    places, name, texts[0][1], int(found[1]), int(found[2] or found[1]), protocol
                )


def _azure(places: Places, name: str, rule: Node) -> Iterator[Publication]:
    if rule.string("direction").lower() != "inbound" or rule.string("access").lower() != "allow":
        return
    node = rule.get("source_address_prefix") or rule.get("source_address_prefixes")
    texts = node.texts() if node is not None else []
    if node is None or not addresses.covers_everything(texts):
        return
    listed = rule.get("destination_port_range") or rule.get("destination_port_ranges")
    for text in listed.texts() if listed is not None else []:
        if text == "*":
            yield from ports_of(places, name, node, None, None, rule.string("protocol"))
        elif found := re.match(r"(\d{1,9})(?:-(\d{1,9}))?$", text):
            yield from ports_of(
                places,
                name,
                node,
                int(found[1]),
                int(found[2] or found[1]),
                rule.string("protocol"),
            )


def _module(places: Places, name: str, block: Node) -> Iterator[Publication]:
    """Modules that hand a rule on: `ingress_cidr_blocks` with ports, `publicly_accessible`."""
    if block.is_true("publicly_accessible"):
        node = block.get("publicly_accessible")
        assert node is not None
        port = block.number("port")
        yield published(places, name, node, port, port, labels_of(block.string("engine") or "rds"))
    for key in ("ingress_with_cidr_blocks", "ingress_rules", "security_group_rules"):
        listed = block.get(key)
        for rule in listed.elements() if listed is not None else ():
            yield from _rule(places, name, rule)
