"""Cross-checks: what is wrong only if several places of a repository are seen together."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from leakhunt.exposure import judge, services, ways
from leakhunt.exposure.model import Auth, Exposure, Reach, Scope, Setting
from leakhunt.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakhunt.exposure.model import Found, Mention, Publication, Token


def findings(files: Sequence[Found], tokens: Sequence[Token]) -> Iterator[Exposure]:
    """Yield what the cross-checks find.

    Args:
        files: what all files say, joined.
        tokens: secrets and their services.
    """
    for check in _CHECKS:
        yield from check(files)
    yield from shared_tokens(tokens)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _published(files: Sequence[Found]) -> Iterator[Publication]:
    for file in files:
        for item in file.publications:
            if item.setting is Setting.PRODUCT:
                yield item


def shared_port(files: Sequence[Found]) -> Iterator[Exposure]:
    """One port number for a public and for an internal service, in the files of one folder."""
    groups: dict[tuple[str, int, str], list[Publication]] = {}
    for item in _published(files):
        if item.port and item.last is None and item.form == "compose-ports":
            key = (_folder(item.where.path or ""), item.port, item.protocol)
            groups.setdefault(key, []).append(item)
    for (folder, port, _), items in sorted(groups.items(), key=lambda pair: pair[0]):
        public = [one for one in items if judge.known_of(one).tier == services.PUBLIC_TIER]
        internal = [one for one in items if judge.known_of(one).tier <= services.NAMED_TIER]
        if not public or not internal or public[0].owner == internal[0].owner:
            continue
        yield Exposure(
            "exposure-check-shared-port",
            f"Port {port} is used for a public and for an internal service",
            Severity.MEDIUM,
            Confidence.MEDIUM,
            (
                f"{public[0].owner} is public, {internal[0].owner} is internal",
                "what opens the one in a firewall opens the other",
            ),
            (internal[0].where, public[0].where),
            (folder, str(port), public[0].owner, internal[0].owner),
            service=internal[0].owner,
            port=port,
        )


def static_token(files: Sequence[Found]) -> Iterator[Exposure]:
    """An open port that one shared text opens."""
    for item in _published(files):
        known = judge.known_of(item)
        if item.auth is not Auth.STATIC_TOKEN or known.tier > 1:
            continue
        if judge.reach_of_publication(item) is not Reach.OPEN:
            continue
        yield Exposure(
            "exposure-check-static-token",
            f"One password is all that protects port {item.port or item.inner}",
            Severity.LOW,
            Confidence.MEDIUM,
            ("it is open, and asks for one shared text and nothing else",),
            (item.where,),
            (item.where.path or "", item.owner, str(item.inner)),
            service=item.owner,
            port=item.inner,
            reach=Reach.OPEN,
            publication=item,
        )


def drift(files: Sequence[Found]) -> Iterator[Exposure]:
    """A service that is for this machine in one environment and for everybody in another."""
    groups: dict[tuple[str, str, int | None], list[Publication]] = {}
    for item in _published(files):
        if item.form == "compose-ports":
            key = (_folder(item.where.path or ""), item.owner, item.inner)
            groups.setdefault(key, []).append(item)
    for (folder, owner, inner), items in sorted(groups.items(), key=lambda pair: str(pair[0])):
        local = [one for one in items if one.scope is Scope.LOOPBACK]
        wide = [one for one in items if one.scope is Scope.WILDCARD]
        apart = [(a, b) for a, b in itertools.product(local, wide) if a.where.path != b.where.path]
        if apart:
            near, far = apart[0]
            yield _drift(
                f"Port {inner} is for this machine in one file and for everybody in another",
                (
                    f"{near.where.path} publishes it on {near.host}",
                    f"{far.where.path} publishes it on every interface",
                ),
                far,
                near,
                (folder, owner, str(inner)),
            )


def _drift(
    title: str,
    reasons: tuple[str, ...],
    far: Publication | Mention,
    near: Publication | Mention,
    identity: tuple[str, ...],
) -> Exposure:
    return Exposure(
        "exposure-check-drift",
        title,
        Severity.MEDIUM,
        Confidence.MEDIUM,
        reasons,
        (far.where, near.where),
        identity,
        service=far.owner,
        port=far.port,
    )


def drifting_variables(files: Sequence[Found]) -> Iterator[Exposure]:
    """A variable that names loopback in one environment and every interface in another."""
    from leakhunt.exposure.addresses import scope_of

    groups: dict[tuple[str, str], list[Mention]] = {}
    for file in files:
        for item in file.mentions:
            if item.form == "variable" and item.host and not item.owner:
                groups.setdefault((_folder(file.path), item.name), []).append(item)
    for (folder, name), items in sorted(groups.items()):
        scopes = [(scope_of(item.host), item) for item in items]
        near = next((item for scope, item in scopes if scope is Scope.LOOPBACK), None)
        far = next((item for scope, item in scopes if scope is Scope.WILDCARD), None)
        if near is not None and far is not None and near.where.path != far.where.path:
            yield _drift(
                f"{name} is this machine in one environment and every interface in another",
                (f"{near.where.path} says {near.host}, {far.where.path} says {far.host}",),
                far,
                near,
                (folder, name),
            )


def drifting_ports(files: Sequence[Found]) -> Iterator[Exposure]:
    """A variable whose port differs from environment to environment."""
    groups: dict[tuple[str, str], list[Mention]] = {}
    for file in files:
        for item in file.mentions:
            if item.form == "variable" and item.port and not item.owner and item.environment:
                groups.setdefault((_folder(file.path), item.name), []).append(item)
    for (folder, name), items in sorted(groups.items()):
        numbers = {item.port for item in items}
        if len(numbers) > 1 and len({item.environment for item in items}) > 1:
            first, other = items[0], next(one for one in items if one.port != items[0].port)
            yield Exposure(
                "exposure-check-drifting-port",
                f"{name} is another port in another environment",
                Severity.LOW,
                Confidence.MEDIUM,
                (
                    f"{first.environment}: {first.port}, {other.environment}: {other.port}",
                    "rules of firewalls and allow-lists do not carry over",
                ),
                (first.where, other.where),
                (folder, name),
                port=first.port,
            )


def printed(files: Sequence[Found]) -> Iterator[Exposure]:
    """A secret that is printed where a server starts."""
    for file in files:
        for item in file.mentions:
            if item.form == "printed-secret":
                yield Exposure(
                    "exposure-check-secret-printed",
                    "A secret is printed where a server starts",
                    Severity.MEDIUM,
                    Confidence.MEDIUM,
                    (f"{item.name} goes to the log, next to the address that it opens",),
                    (item.where,),
                    (file.path, item.name),
                    port=item.port,
                )


def shared_tokens(tokens: Sequence[Token]) -> Iterator[Exposure]:
    """One secret that opens several services."""
    groups: dict[str, list[Token]] = {}
    for token in tokens:
        if token.service:
            groups.setdefault(token.fingerprint, []).append(token)
    for fingerprint, items in sorted(groups.items()):
        names = sorted({item.service for item in items})
        if len(names) < 2:
            continue
        yield Exposure(
            "exposure-check-shared-token",
            f"One secret opens {len(names)} services",
            Severity.MEDIUM,
            Confidence.MEDIUM,
            (f"it belongs to {', '.join(names[:6])}", "a leak of one is a leak of all"),
            tuple(item.where for item in items),
            (fingerprint, *names),
            service=names[0],
        )


_CHECKS: tuple[Callable[[Sequence[Found]], Iterator[Exposure]], ...] = (
    shared_port,
    ways.findings,
    static_token,
    drift,
    drifting_variables,
    drifting_ports,
    printed,
)
