"""Ports without a socket: what the kernel's address translation takes and hands on.

Published ports of containers without a proxy, host ports of CNI and node ports of Kubernetes are
rules and nothing else, so no list of sockets shows them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.exposure.live.model import Forward
from leakhunt.exposure.live.programs import NotAskedError, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY = "0.0.0.0"  # noqa: S104 (read, not bound)
_NODE_PORTS = "KUBE-NODEPORTS"
"""The chain with the node ports; other chains hand on ports of services inside the cluster."""

_PORT = re.compile(r" --dports? ([\d:,]+)")
_TARGET = re.compile(r" --to-destination (\S+)")
_HANDED_ON = re.compile(r" -j (DNAT|REDIRECT|KUBE-(?:EXT|SVC|XLB)-\S+)")
_DESTINATION = re.compile(r"(?<!!) -d ([\d.:a-fA-F]+)")

_CHAIN = re.compile(r"\s*(?:chain|map) (\S+) \{")
_RULE = re.compile(
    r"\b(?P<protocol>tcp|udp) dport (?P<ports>\{[^}]*\}|[\d-]+) (?:.*?\b)?"
    r"(?:dnat (?:ip6? )?to (?P<to>\S+)|redirect\b|(?P<cluster>(?:goto|jump) KUBE-(?:EXT|SVC|XLB)))"
)
_ELEMENT = re.compile(r"(?<!\. )\b(tcp|udp) \. (\d+) : goto \S")
_ADDRESS = re.compile(r"\bip6? daddr ([\d.:a-fA-F]+)")
_FOREIGN = 'xt target "'
"""How nft shows a rule of iptables that it cannot read."""


def translated(root: Path = Path("/proc")) -> tuple[list[Forward], str]:
    """List the ports that are translated.

    Args:
        root: where the kernel shows itself.

    Returns:
        The ports, and why they are not known, or empty.
    """
    reasons = []
    forwards: list[Forward] = []
    foreign = False
    try:
        rules = ask("nft", "list", "ruleset")
        forwards, foreign = parse_nftables(rules), _FOREIGN in rules
    except NotAskedError as error:
        reasons.append(str(error))
    for version in ("", "6"):
        # Asked about a table that is not in use, the older iptables would make one.
        if not (reasons or foreign or _in_use(root / f"net/ip{version}_tables_names")):
            continue
        try:
            forwards += parse_iptables(ask(f"ip{version}tables-save", "-t", "nat"))
            reasons.clear()
        except NotAskedError as error:
            reasons.append(str(error))
    return list(dict.fromkeys(forwards)), "; ".join(reasons)


def _in_use(names: Path) -> bool:
    try:
        return "nat" in names.read_text("ascii", "replace").split()
    except OSError:
        return False


def parse_iptables(text: str) -> list[Forward]:
    """Read what `iptables-save -t nat` prints."""
    forwards = []
    for line in text.splitlines():
        handed_on = _HANDED_ON.search(line)
        if not line.startswith("-A ") or not handed_on:
            continue
        if handed_on[1].startswith("KUBE-") and not line.startswith(f"-A {_NODE_PORTS} "):
            continue
        ports, protocol = _PORT.search(line), re.search(r" -p (tcp|udp|sctp)", line)
        if not ports or not protocol:
            continue
        to, destination = _TARGET.search(line), _DESTINATION.search(line)
        address, target = destination[1] if destination else _ANY, to[1] if to else ""
        numbers = _range(ports[1].replace(":", "-"))
        forwards += [Forward(protocol[1], address, port, "iptables", target) for port in numbers]
    return forwards


def parse_nftables(text: str) -> list[Forward]:
    """Read what `nft list ruleset` prints: rules that hand a port on."""
    forwards = []
    chain = ""
    for line in text.splitlines():
        if named := _CHAIN.match(line):
            chain = named[1]
        if "nodeports" in chain:
            forwards += [
                Forward(protocol, _ANY, int(port), "nftables")
                for protocol, port in _ELEMENT.findall(line)
            ]
        found = _RULE.search(line)
        if found is None or (found["cluster"] and chain != _NODE_PORTS):
            continue
        to = _ADDRESS.search(line)
        address, target = to[1] if to else _ANY, found["to"] or ""
        numbers = _range(found["ports"].strip("{} ").replace(" ", ""))
        forwards += [
            Forward(found["protocol"], address, port, "nftables", target) for port in numbers
        ]
    return forwards


def _range(text: str) -> Iterator[int]:
    """Yield the ports of `80`, `80-90` or `80,443`."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (not last or last.isdecimal()):
            yield from range(int(first), min(int(last or first), 65535) + 1)
