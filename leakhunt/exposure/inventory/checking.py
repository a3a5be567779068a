"""The inventory against the files: what is undeclared, stale, too wide or drifting apart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.exposure.addresses import scope_of
from leakhunt.exposure.inventory.matching import matched
from leakhunt.exposure.inventory.model import FILE, RANKS, Entry, Fault, Intent, Inventory, Opening
from leakhunt.exposure.model import Reach, Scope

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.inventory.model import Variant

ORDER = (
    "wider",
    "undeclared",
    "shared",
    "allow",
    "moved",
    "renamed",
    "drift",
    "stale",
    "expired",
)
"""The kinds of faults, worst first."""
MEANINGS = {
    "wider": "open to more than the inventory allows",
    "undeclared": "opened by a file and not in the inventory",
    "shared": "one number for an internal and a public port",
    "allow": "others are let in than the inventory says",
    "moved": "another port than in the inventory",
    "renamed": "another service than in the inventory",
    "drift": "not the same in every environment",
    "stale": "in the inventory and opened by no file",
    "expired": "to be looked at again",
}
_REACHED = {
    Reach.OPEN: "everybody",
    Reach.LIMITED: "private networks or listed addresses",
    Reach.LOCAL: "its own machine",
    Reach.CONTAINED: "its container network",
    Reach.UNKNOWN: "nobody knows whom",
}


def check(inventory: Inventory, found: Sequence[Opening], today: datetime.date) -> list[Fault]:
    """Hold an inventory against what the files open.

    Args:
        inventory: what is declared.
        found: the ports of the product, without tests and examples.
        today: for what expires.

    Returns:
        The differences, worst first.
    """
    pairs = matched(inventory.entries, found)
    faults: list[Fault] = []
    for entry, opening in pairs:
        if entry is None and opening is not None:
            faults.append(_undeclared(opening))
        elif entry is not None and opening is None:
            faults += _stale(inventory, entry)
        elif entry is not None and opening is not None:
            faults += _compared(inventory, entry, opening)
        if entry is not None:
            faults += _expired(inventory, entry, today)
    faults += _shared(inventory)
    return sorted(
        faults, key=lambda one: (ORDER.index(one.kind), one.path, one.line, one.service, one.port)
    )


def _undeclared(opening: Opening) -> Fault:
    message = f"{_named(opening)} is open to {_REACHED[opening.reach]} and not in the inventory"
    advice = f"declare it in {FILE}, or close it"
    return _at(opening.widest, "undeclared", opening.service, opening.port, message, advice)


def _stale(inventory: Inventory, entry: Entry) -> Iterator[Fault]:
    if not entry.elsewhere:
        message = f"no file opens port {_port(entry)} of '{entry.name}' any more"
        advice = "delete the entry, or write elsewhere = true if it is opened by other means"
        yield _in(inventory, entry, "stale", message, advice)


def _compared(inventory: Inventory, entry: Entry, opening: Opening) -> Iterator[Fault]:
    if entry.name != opening.service:
        message = (
            f"port {_port(entry)} is of '{opening.service}', the inventory says '{entry.name}'"
        )
        yield _in(inventory, entry, "renamed", message, f'write name = "{opening.service}"')
    if not entry.ports & opening.ports:
        message = f"'{entry.name}' is on port {opening.port}, the inventory says {_port(entry)}"
        yield _in(inventory, entry, "moved", message, f"write port = {opening.port}")
    for variant in opening.variants:
        if RANKS.get(variant.reach, -1) > allowed(entry):
            yield _wider(entry, opening, variant)
            break
    yield from _let_in(entry, opening)
    yield from _drift(inventory, entry, opening)


def allowed(entry: Entry) -> int:
    """Return how far an entry lets its port reach, on the scale of `Intent`."""
    bound = scope_of(entry.bind) if entry.bind else Scope.UNKNOWN
    if bound in (Scope.WILDCARD, Scope.PUBLIC):
        # Whoever says that of an internal port has to say why, see `reading`.
        return Intent.PUBLIC.rank
    narrow = {Scope.LOOPBACK: Intent.LOOPBACK, Scope.PRIVATE: Intent.INTERNAL}
    return min(entry.exposure.rank, narrow.get(bound, entry.exposure).rank)


def _wider(entry: Entry, opening: Opening, variant: Variant) -> Fault:
    where = f" in {variant.environment}" if variant.environment else ""
    message = (
        f"{_named(opening, variant)} is {entry.exposure}, "
        f"and open to {_REACHED[variant.reach]}{where}"
    )
    narrow = {
        Intent.CONTAINED: "publish it no more",
        Intent.LOOPBACK: "bind it to 127.0.0.1",
        Intent.INTERNAL: "bind it to 127.0.0.1 or a private address, or let in listed networks",
    }
    advice = f"{narrow.get(entry.exposure, 'close it')}; or say in {FILE} why it is so"
    return _at(variant, "wider", entry.name, opening.port, message, advice)


def _let_in(entry: Entry, opening: Opening) -> Iterator[Fault]:
    """Compare the networks that may come in, where both sides name some."""
    for variant in opening.variants:
        strangers = [one for one in variant.allow if not _covered(one, entry.allow)]
        if entry.allow and strangers and variant.reach is not Reach.OPEN:
            message = f"{_named(opening)} lets in {', '.join(strangers)} too"
            advice = "take them out, or add them to allow"
            yield _at(variant, "allow", entry.name, opening.port, message, advice)


def _covered(network: str, by: Sequence[str]) -> bool:
    import ipaddress

    try:
        inner = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return network in by
    for one in by:
        outer = ipaddress.ip_network(one, strict=False)
        if inner.version == outer.version and inner.subnet_of(outer):  # type: ignore[arg-type]
            return True
    return False


def _drift(inventory: Inventory, entry: Entry, opening: Opening) -> Iterator[Fault]:
    """Say where one environment differs from what is declared for it."""
    for name, port in opening.environments.items():
        if entry.environments.get(name, entry.port) != port and port not in _range(entry):
            message = (
                f"'{entry.name}' is on port {port} in {name}, "
                f"the inventory says {entry.environments.get(name, entry.port)}"
            )
            advice = f"use one port, or write environments = {{ {name} = {port} }}"
            variant = next(one for one in opening.variants if one.environment == name)
            yield _at(variant, "drift", entry.name, port, message, advice)
    reaches: dict[Reach, Variant] = {}
    for variant in opening.variants:
        if variant.environment and variant.reach in RANKS:
            reaches.setdefault(variant.reach, variant)
    if len(reaches) > 1 and not entry.reason:
        wide, *_, narrow = sorted(reaches.values(), key=lambda one: -RANKS[one.reach])
        if wide.environment != narrow.environment:
            message = (
                f"{_named(opening)} is open to {_REACHED[wide.reach]} in {wide.environment} "
                f"and to {_REACHED[narrow.reach]} in {narrow.environment}"
            )
            advice = "make them alike, or give a reason in the inventory"
            yield _at(wide, "drift", entry.name, opening.port, message, advice)


def _expired(inventory: Inventory, entry: Entry, today: datetime.date) -> Iterator[Fault]:
    if entry.expires and entry.expires < today.isoformat():
        why = f": {entry.reason}" if entry.reason else ""
        message = f"what is said of '{entry.name}' was good until {entry.expires}{why}"
        yield _in(inventory, entry, "expired", message, "look at it again, and move the day on")


def _shared(inventory: Inventory) -> Iterator[Fault]:
    """Say where one number means an internal port here and a public one there."""
    users: dict[tuple[int, str], list[Entry]] = {}
    for entry in inventory.entries:
        # Within their containers all may have the same ports.
        if entry.exposure is not Intent.CONTAINED:
            for port in sorted(entry.ports):
                users.setdefault((port, entry.protocol), []).append(entry)
    told: set[tuple[int, ...]] = set()
    for (port, _), entries in users.items():
        public = [one for one in entries if one.exposure is Intent.PUBLIC]
        others = [one for one in entries if one.exposure is not Intent.PUBLIC]
        lines = tuple(one.line for one in entries)
        if public and others and lines not in told:
            told.add(lines)  # a range has many numbers, and this is said once
            message = (
                f"port {port} is public for {_names(public)} "
                f"and {others[0].exposure} for {_names(others)}"
            )
            advice = "give them different numbers, so that no firewall rule means both"
            yield _in(inventory, others[0], "shared", message, advice)


def _names(entries: Sequence[Entry]) -> str:
    names = list(dict.fromkeys(f"'{one.name}'" for one in entries))
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _range(entry: Entry) -> range:
    return range(entry.port, (entry.last or entry.port) + 1) if entry.last else range(0)


def _named(opening: Opening, variant: Variant | None = None) -> str:
    port = variant.port if variant is not None else opening.port
    last = f"-{opening.last}" if opening.last and port == opening.port else ""
    protocol = f"/{opening.protocol}" if opening.protocol != "tcp" else ""
    return f"port {port}{last}{protocol} of '{opening.service}'"


def _port(entry: Entry) -> str:
    return f"{entry.port}-{entry.last}" if entry.last else str(entry.port)


def _at(variant: Variant, kind: str, service: str, port: int, message: str, advice: str) -> Fault:
    where = variant.where
    return Fault(kind, service, port, message, where.path or "", where.line or 0, advice)


def _in(inventory: Inventory, entry: Entry, kind: str, message: str, advice: str) -> Fault:
    return Fault(kind, entry.name, entry.port, message, inventory.path, entry.line, advice)


def restricted(inventory: Inventory, services: Sequence[str]) -> Inventory:
    """Keep the entries of some services; no names keep all."""
    if not services:
        return inventory
    entries = tuple(entry for entry in inventory.entries if entry.name in services)
    return dataclasses.replace(inventory, entries=entries)
