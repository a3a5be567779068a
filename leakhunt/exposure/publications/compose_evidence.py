"""What a service of Compose says about itself beside its image: labels, volumes, health checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import services
from leakhunt.exposure.judge import SOCKET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.exposure.documents import Node

GATEWAY, GUARD = "gateway", "guard"
"""Labels of a publication: a proxy routes to it, and that proxy encrypts or asks who comes."""
_ROUTED = ("traefik.http.routers", "caddy")
_GUARDS = lazy.pattern(r"(?i)\.(?:tls|middlewares)\b|websecure|:443\b|basic_?auth|forward_?auth")
_ENCRYPTS = {"LETSENCRYPT_HOST", "CERT_NAME", "HTTPS_METHOD"}
_DASHBOARD = lazy.pattern(r"^--api\.insecure(?:=true)?$")
_DASHBOARD_PORT = 8080
_ASKS = {
    "pg_isready": "postgres",
    "psql": "postgres",
    "mysqladmin": "mysql",
    "mysql": "mysql",
    "mariadb-admin": "mysql",
    "healthcheck.sh": "mysql",
    "redis-cli": "redis",
    "valkey-cli": "redis",
    "mongosh": "mongodb",
    "mongo": "mongodb",
    "rabbitmq-diagnostics": "rabbitmq",
    "rabbitmqctl": "rabbitmq",
    "clickhouse-client": "clickhouse",
    "cqlsh": "cassandra",
    "etcdctl": "etcd",
    "obclient": "database",
}
"""Clients that a health check calls, to the class of what answers them."""
_WORD = lazy.pattern(r"[\w.-]+")
_CONFIGURATION = lazy.pattern(
    r"(?i)\.(?:conf|cnf|cfg|ini|ya?ml|toml|json|xml|hcl|properties|hjson)$"
)


def labels(
    service: Node, image: str, environment: Mapping[str, str], words: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Return labels for what a service publishes.

    Args:
        service: the service.
        image: its image; empty for none.
        environment: what it is told.
        words: those of its command.
    """
    found = [*_routes(service, environment)]
    volumes = service.get("volumes")
    mounted = [_source(one) for one in volumes.elements()] if volumes is not None else []
    if any(text.endswith("docker.sock") for text in mounted):
        found.append((SOCKET, "yes"))
    if not services.of_image(image) and (known := _asked(service)):
        found.append(("known", known))
    if any(_DASHBOARD.match(word) for word in words):
        found.append(("dashboard", str(_DASHBOARD_PORT)))
    return tuple(found)


def of_port(found: Sequence[tuple[str, str]], inner: int | None) -> tuple[tuple[str, str], ...]:
    """Return the labels of one port of a service.

    Args:
        found: those of the service.
        inner: the port inside.
    """
    rest = tuple(pair for pair in found if pair[0] != "dashboard")
    shown = ("dashboard", str(inner)) in found
    return (*rest, ("known", "traefik-api")) if shown else rest


def configuration(service: Node) -> Iterator[str]:
    """Yield the files beside the Compose file that a service reads as its configuration."""
    volumes = service.get("volumes")
    for one in volumes.elements() if volumes is not None else ():
        text = _source(one)
        if text.startswith(".") and _CONFIGURATION.search(text) and "$" not in text:
            yield text


def _source(volume: Node) -> str:
    """What is mounted: the part before the colon, or `source`."""
    if volume.text is None:
        return volume.string("source")
    return volume.text.partition(":")[0]


def _asked(service: Node) -> str:
    """The class of what answers the client that the health check calls."""
    test = service.get("healthcheck", "test")
    words = " ".join(test.texts()).split() if test is not None else []
    for word in words:
        for part in _WORD.findall(word):
            if part in _ASKS:
                return _ASKS[part]
    return ""


def _routes(service: Node, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Labels that say that a proxy routes to the service."""
    node = service.get("labels")
    texts = node.texts() if node is not None else []
    pairs = node.keyed() if node is not None else []
    texts += [f"{key}={child.text or ''}" for key, child in pairs]
    routed = next((text for text in texts if text.startswith(_ROUTED)), "")
    if routed:
        yield GATEWAY, routed.partition(".")[0].partition("=")[0]
        # Caddy encrypts whatever has a name.
        if routed.startswith("caddy") or any(_GUARDS.search(text) for text in texts):
            yield GUARD, "yes"
    elif "VIRTUAL_HOST" in environment:
        yield GATEWAY, "nginx-proxy"
        if _ENCRYPTS & environment.keys():
            yield GUARD, "yes"
