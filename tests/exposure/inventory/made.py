"""Made-up port graphs: services with listeners and publications."""

from __future__ import annotations

from leakhunt.exposure.model import (
    Auth,
    Graph,
    Listener,
    Publication,
    Scope,
    Service,
    Setting,
    Token,
)
from leakhunt.model import Location

SCOPES = {
    "0.0.0.0": Scope.WILDCARD,
    "": Scope.WILDCARD,
    "::": Scope.WILDCARD,
    "127.0.0.1": Scope.LOOPBACK,
    "10.0.0.5": Scope.PRIVATE,
    "${HOST}": Scope.UNKNOWN,
}


def at(path: str, line: int = 1) -> Location:
    return Location(path, line, 1)


def listener(
    port: int | None,
    host: str = "0.0.0.0",
    *,
    path: str = "app.py",
    line: int = 1,
    contained: bool = False,
    setting: Setting = Setting.PRODUCT,
    protocol: str = "tcp",
) -> Listener:
    return Listener(
        "exposure-python-flask-run",
        "flask.Flask.run",
        at(path, line),
        host,
        SCOPES[host],
        port=port,
        contained=contained,
        setting=setting,
        protocol=protocol,
    )


def published(
    port: int | None,
    target: int | None = None,
    host: str = "",
    *,
    path: str = "compose.yaml",
    line: int = 1,
    environment: str = "",
    allow: tuple[str, ...] = (),
    last: int | None = None,
    image: str = "",
    protocol: str = "tcp",
    setting: Setting = Setting.PRODUCT,
) -> Publication:
    return Publication(
        "exposure-compose-ports",
        "compose-ports",
        at(path, line),
        host,
        SCOPES[host],
        port,
        last,
        target,
        protocol,
        image=image,
        allow=allow,
        environment=environment,
        setting=setting,
    )


def service(
    name: str,
    *items: Listener | Publication,
    known: str = "",
    tier: int = 4,
    auth: Auth = Auth.UNKNOWN,
    tokens: tuple[Token, ...] = (),
    behind: str = "",
) -> Service:
    return Service(
        name,
        known,
        tier,
        listeners=tuple(one for one in items if isinstance(one, Listener)),
        publications=tuple(one for one in items if isinstance(one, Publication)),
        auth=auth,
        tokens=tokens,
        behind=behind,
    )


def graph(*services: Service) -> Graph:
    return Graph(services)
