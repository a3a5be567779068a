"""Joins what all files of a repository say about ports."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.exposure import checks, containers, dotenv, handed, joins, judge, tokens, ways
from leakhunt.exposure.model import Exposure, Graph, Reach, Service
from leakhunt.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Found, Listener, Publication, Token
    from leakhunt.model import Finding, Location

_WIDEST = (Reach.OPEN, Reach.LIMITED, Reach.CONTAINED, Reach.LOCAL, Reach.UNKNOWN)


def build(found: Iterable[Found], secrets: Sequence[Finding] = ()) -> Graph:
    """Join what files say.

    Args:
        found: what each file says, in any order; each file once.
        secrets: findings of secrets in the same files.

    Returns:
        The same graph for the same files.
    """
    files = sorted(found, key=lambda item: item.path)
    files = joins.joined(handed.joined(dotenv.joined(containers.placed(files))))
    services = _services(files)
    opens = tokens.tokens(files, services, secrets)
    routes = ways.routes(files)
    exposures = [item for file in files for item in _judged(file, routes)]
    exposures += checks.findings(files, opens)
    return Graph(
        services=_with_tokens(services, opens),
        exposures=tuple(sorted(_merged(exposures), key=order)),
        tokens=opens,
        mentions=tuple(item for file in files for item in file.mentions),
        problems=tuple(
            Problem("ports", file.path, text, gap=file.unread)
            for file in files
            for text in file.problems
        ),
    )


def _with_tokens(services: tuple[Service, ...], opens: Sequence[Token]) -> tuple[Service, ...]:
    by_name: dict[str, list[Token]] = {}
    for token in opens:
        by_name.setdefault(token.service, []).append(token)
    return tuple(
        dataclasses.replace(service, tokens=tuple(by_name[service.name]))
        if service.name in by_name
        else service
        for service in services
    )


def _judged(file: Found, routes: ways.Routes) -> Iterable[Exposure]:
    for item in file.listeners:
        if exposure := judge.listener(item):
            yield exposure
    for publication in file.publications:
        notes = ways.notes(publication, routes)
        if exposure := judge.publication(publication, notes=notes):
            yield exposure


def _merged(exposures: Iterable[Exposure]) -> Iterable[Exposure]:
    """Put exposures with the same identity together: one with several places."""
    groups: dict[tuple[str, tuple[str, ...]], list[Exposure]] = {}
    for item in exposures:
        groups.setdefault((item.signature, item.identity), []).append(item)
    for group in groups.values():
        worst = max(group, key=lambda item: item.severity.rank)
        places = dict.fromkeys(place for item in group for place in item.locations)
        yield dataclasses.replace(worst, locations=tuple(sorted(places, key=place_order)))


def place_order(place: Location) -> tuple[str, int, int]:
    """Order places by path, line and column."""
    return place.path or "", place.line or 0, place.column or 0


def order(item: Exposure) -> tuple[int, int, str, tuple[str, int, int], tuple[str, ...]]:
    """Order exposures: worst first, then by signature and place."""
    where = place_order(item.locations[0]) if item.locations else ("", 0, 0)
    return -item.severity.rank, -item.confidence.rank, item.signature, where, item.identity


def _services(files: Sequence[Found]) -> tuple[Service, ...]:
    listeners: dict[str, list[Listener]] = {}
    publications: dict[str, list[Publication]] = {}
    for file in files:
        for item in file.listeners:
            listeners.setdefault(item.owner or _folder(file.path), []).append(item)
        for published in file.publications:
            publications.setdefault(published.owner or _folder(file.path), []).append(published)
    return tuple(
        _service(name, listeners.get(name, []), publications.get(name, []))
        for name in sorted(listeners.keys() | publications.keys())
    )


def _folder(path: str) -> str:
    """The name of code that belongs to nothing that has a name: its folder, or its file."""
    return path.rpartition("/")[0] or path


def _service(name: str, opened: list[Listener], published: list[Publication]) -> Service:
    known = [*map(judge.known_of, published), *map(judge.known_of, opened)]
    best = min(known, key=lambda item: (item.kind is None, item.tier))
    reaches = [judge.reach_of_listener(item) for item in opened]
    reaches += [judge.reach_of_publication(item) for item in published]
    environments = sorted({item.environment for item in published if item.environment})
    return Service(
        name=name,
        known=best.kind.name if best.kind else "",
        tier=best.tier,
        reach=next(reach for reach in _WIDEST if reach in reaches),
        listeners=tuple(sorted(opened, key=lambda item: place_order(item.where))),
        publications=tuple(sorted(published, key=lambda item: place_order(item.where))),
        environments=tuple(environments),
    )
