"""Values of Helm charts: types of services, host networks and host ports, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy, numbers
from leakhunt.exposure import documents
from leakhunt.exposure.model import Found, Publication, Scope
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places

NAME = lazy.pattern(r"(?i)(?:^|/)[\w.-]*values[\w.-]*\.ya?ml(?:\.\w+)?$")
_TYPES = {"LoadBalancer": "load-balancer", "NodePort": "node-port"}
_KEYS = {"type", "hostNetwork", "hostPort"}
_GENERIC = {"service", "svc", "values", "master", "primary", "server", "main", "app", "default"}


def read(places: Places) -> Found | None:
    """Read the values of a chart; None if they publish nothing.

    Args:
        places: the places of the file, with its content.
    """
    found: list[Publication] = []
    for document in documents.yaml(places.content):
        _values(places, document, found)
    return Found(places.path, (), tuple(found)) if found else None


def _values(places: Places, document: Node, found: list[Publication]) -> None:
    common: dict[str, object] = {
        "environment": environment_of(places.path),
        "setting": setting_of(places.path),
    }
    for path, node in document.walk():
        if not path or path[-1] not in _KEYS or node.children:
            continue
        if _disabled(document, path):
            continue
        owner = _owner(places.path, path)
        if path[-1] == "type" and node.text in _TYPES:
            parent = _parent(document, path)
            form = _TYPES[node.text or ""]
            ranges = parent.get("loadBalancerSourceRanges") if parent is not None else None
            port = _port(parent)
            found.append(
                Publication(
                    f"exposure-helm-{form}",
                    form,
                    places.at(*node.value),
                    scope=Scope.WILDCARD,
                    port=port,
                    target=port,
                    owner=owner,
                    allow=tuple(ranges.texts()) if ranges is not None else (),
                    **common,  # type: ignore[arg-type]
                )
            )
        elif path[-1] == "hostNetwork" and (node.text or "").lower() == "true":
            found.append(
                Publication(
                    "exposure-helm-host-network",
                    "host-network",
                    places.at(*node.value),
                    owner=owner,
                    **common,  # type: ignore[arg-type]
                )
            )
        elif path[-1] == "hostPort" and numbers.whole(node.text):
            found.append(
                Publication(
                    "exposure-helm-host-port",
                    "host-port",
                    places.at(*node.value),
                    port=numbers.whole(node.text),
                    owner=owner,
                    **common,  # type: ignore[arg-type]
                )
            )


def _disabled(document: Node, path: tuple[str, ...]) -> bool:
    """Whether something around a value is switched off."""
    around = (document.get(*path[:count]) for count in range(1, len(path)))
    return any(
        node is not None and node.string("enabled").lower() in {"false", "no"} for node in around
    )


def _parent(document: Node, path: tuple[str, ...]) -> Node | None:
    return document.get(*path[:-1])


def _port(service: Node | None) -> int | None:
    if service is None:
        return None
    port = service.number("port") or service.number("targetPort")
    if port:
        return port
    for _, node in (service.get("ports") or service).keyed():
        number = node.number("port") or node.number()
        if number:
            return number
    return None


def _owner(path: str, keys: tuple[str, ...]) -> str:
    """What the values belong to: the nearest key that says something, else the chart's folder."""
    for key in reversed(keys[:-1]):
        if key.lower() not in _GENERIC and not key.lower().endswith(("service", "ports")):
            return key
    folders = [
        part for part in path.split("/")[:-1] if part.lower() not in {"helm", "chart", "charts"}
    ]
    return folders[-1] if folders else ""
