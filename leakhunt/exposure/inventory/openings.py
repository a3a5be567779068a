"""From the port graph to single ports: each port of a service once, with all that opens it."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.exposure import judge
from leakhunt.exposure.inventory.model import RANKS, Opening, Variant
from leakhunt.exposure.model import Auth, Listener, Scope, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.exposure.model import Graph, Publication, Service
    from leakhunt.exposure.services import Known
_LOGIN = re.compile(r"[^/\s]*@(?=[^/\s@]+(?:[/\s]|$))(?!sha256:)")


class _Raw(NamedTuple):
    """One thing that opens a port, before those of one port are put together."""

    variant: Variant
    inside: int
    protocol: str
    last: int
    contained: bool
    published: bool
    setting: Setting
    image: str
    program: str
    known: Known
    auth: Auth


def openings(graph: Graph) -> list[Opening]:
    """List the ports of all services that have a number, sorted by service and port."""
    found = [one for service in graph.services for one in _of_service(service)]
    return sorted(found, key=lambda one: (one.service, one.port, one.protocol))


def product(found: Iterable[Opening]) -> list[Opening]:
    """Leave out what only tests and examples open."""
    return [one for one in found if one.setting is Setting.PRODUCT]


def numberless(graph: Graph, *, everything: bool = True) -> list[tuple[str, Listener]]:
    """List what opens a port without saying which, each with its service.

    Args:
        graph: what files say.
        everything: tests and examples too.
    """
    return [
        (service.name, one)
        for service in graph.services
        for one in (*service.listeners, *map(_chosen, service.publications))
        if one is not None and one.port is None and one.scope is not Scope.SOCKET
        if everything or one.setting is Setting.PRODUCT
    ]


def _chosen(one: Publication) -> Listener | None:
    """What is published on a port that the system chooses, as what opens it."""
    if one.port != 0 or not one.target:
        return None
    said = f"a random port for {one.target}"
    return Listener(one.signature, said, one.where, scope=one.scope, setting=one.setting)


def _of_service(service: Service) -> Iterator[Opening]:
    groups: dict[tuple[str, int], list[_Raw]] = {}
    for raw in [
        *(_published(one) for one in service.publications),
        *(_listening(one) for one in service.listeners),
    ]:
        if raw is not None:
            groups.setdefault((raw.protocol, raw.inside), []).append(raw)
    made: dict[tuple[str, int], Opening] = {}
    for (protocol, inside), raws in groups.items():
        for part in _apart(raws):
            one = _opening(service, protocol, inside, part)
            key = (protocol, one.port)
            # A number may be one port outside of a container and another one within it.
            made[key] = _merged(made[key], one) if key in made else one
    yield from made.values()


def _apart(raws: list[_Raw]) -> list[list[_Raw]]:
    """Take apart what publishes one inner port as several outer ones in one environment."""
    outer: dict[str, set[int]] = {}
    for raw in raws:
        if raw.published:
            outer.setdefault(raw.variant.environment, set()).add(raw.variant.port)
    if all(len(ports) == 1 for ports in outer.values()):
        return [raws]
    return [
        [raw for raw in raws if not raw.published or raw.variant.port == port]
        for port in sorted(set().union(*outer.values()))
    ]


def _merged(one: Opening, other: Opening) -> Opening:
    if RANKS.get(other.reach, -1) > RANKS.get(one.reach, -1):
        one, other = other, one
    both = (*one.variants, *other.variants)
    return dataclasses.replace(one, variants=tuple(sorted(dict.fromkeys(both), key=_width)))


def _harmless(text: str) -> str:
    """Return an address or a name without what stands before its host: it may be a password."""
    return _LOGIN.sub("", text)


def _published(one: Publication) -> _Raw | None:
    outer = one.port if one.port is not None else one.target
    if not outer:
        return None
    reach = judge.reach_of_publication(one)
    by = one.form
    bind = _harmless(one.host)
    variant = Variant(one.environment, outer, bind, one.scope, reach, one.where, by, one.allow)
    contained = bool(one.image) or one.form not in ("security-group", "host-network")
    protocol = "tcp" if one.protocol == "all" else one.protocol
    return _Raw(
        variant,
        one.inner or outer,
        protocol,
        one.last or 0,
        contained,
        True,
        one.setting,
        _harmless(one.image),
        _harmless(one.program),
        judge.known_of(one),
        one.auth,
    )


def _listening(one: Listener) -> _Raw | None:
    if not one.port:
        return None
    reach = judge.reach_of_listener(one)
    variant = Variant("", one.port, _harmless(one.host), one.scope, reach, one.where, one.api)
    return _Raw(
        variant,
        one.port,
        one.protocol,
        0,
        one.contained,
        False,
        one.setting,
        "",
        "",
        judge.known_of(one),
        one.auth,
    )


def _opening(service: Service, protocol: str, inside: int, raws: list[_Raw]) -> Opening:
    # What only a test opens must not make the port of the product look wider.
    settings = {raw.setting for raw in raws}
    setting = next(one for one in Setting if one in settings)
    raws = [raw for raw in raws if raw.setting is setting]
    published = [raw for raw in raws if raw.published]
    if published:
        # What listens within a container is as open as what publishes it.
        raws = published + [
            raw._replace(variant=dataclasses.replace(raw.variant, port=published[0].variant.port))
            if raw.contained
            else raw
            for raw in raws
            if not raw.published
        ]
    first = _main(published or raws)
    known = min((raw.known for raw in raws), key=lambda one: (one.kind is None, one.tier))
    port = first.variant.port
    told = any(raw.auth is not Auth.UNKNOWN for raw in raws)
    variants = sorted(dict.fromkeys(raw.variant for raw in raws), key=_width)
    return Opening(
        service.name,
        port,
        protocol,
        tuple(variants),
        max(first.last, 0),
        inside if inside != port else 0,
        known.kind.name if known.kind else "",
        known.tier,
        any(raw.contained for raw in raws),
        next((raw.image for raw in raws if raw.image), ""),
        next((raw.program for raw in raws if raw.program), ""),
        min((raw.auth for raw in raws), key=list(Auth).index) if told else service.auth,
        service.behind,
        setting,
        tuple(token for token in service.tokens if token.port in (None, port, inside)),
    )


def _main(raws: list[_Raw]) -> _Raw:
    """The one that says which port it is: that of no environment, then that of production."""
    order = {"": 0, "prod": 1, "staging": 2}
    return min(
        raws,
        key=lambda raw: (
            order.get(raw.variant.environment, 3),
            raw.variant.environment,
            _place(raw.variant),
        ),
    )


def _width(variant: Variant) -> tuple[int, str, tuple[str, int, int]]:
    """Order variants: widest first."""
    return (-RANKS.get(variant.reach, -1), variant.environment, _place(variant))


def _place(variant: Variant) -> tuple[str, int, int]:
    where = variant.where
    return (where.path or "", where.line or 0, where.column or 0)
