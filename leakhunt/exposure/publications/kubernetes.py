"""Kubernetes manifests, with templates too: services, host ports, host networks, ingresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import addresses, documents, secured, shell
from leakhunt.exposure.model import Found, Mention, Publication, Scope
from leakhunt.exposure.publications import helm_values
from leakhunt.exposure.routes import GUARDED
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places

GATE = lazy.pattern(
    rb"(?m)^[ \t]*+(?:-[ \t]+)?[\"']?kind[\"']?:[ \t]*[\"']?"
    rb"(?:Service|Deployment|StatefulSet|DaemonSet|Pod|ReplicaSet|Job|CronJob|Ingress|List|ReplicationController|HelmRelease)\b"
)
_PUBLIC_TYPES = {"LoadBalancer": "load-balancer", "NodePort": "node-port"}
_INTERNAL = lazy.pattern(
    r"(?i)load-?balancer-?(?:internal|scheme|type)|internal-load-?balancer|load-balancer-address-type"
    r"|(?:^|[/.])(?:internal|private)(?:$|[-/.])|network-interface-type"
)
_YES = lazy.pattern(r"(?i)^(?:true|internal|intranet|private|yes|0\.0\.0\.0/0|\"true\")$")


def read(places: Places) -> Found | None:
    """Read the manifests of a file; None if it holds none that says something about ports.

    Args:
        places: the places of the file, with its content.
    """
    if not GATE.search(places.content):
        return None
    reader = _Reader(places)
    trees = documents.yaml(places.content)
    helm_values.fill(places, trees)
    for document in trees:
        for item in _items(document):
            reader.item(item)
    if not (reader.listeners or reader.publications or reader.mentions):
        return None
    return Found(
        places.path, tuple(reader.listeners), tuple(reader.publications), tuple(reader.mentions)
    )


def _items(document: Node) -> Iterator[Node]:
    listed = document.get("items") if document.string("kind") == "List" else None
    yield from listed.elements() if listed is not None else [document]


class _Reader:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.template = b".Values" in places.content
        """What stands in a chart's template depends on its values; those are read, too."""
        self.listeners: list[Listener] = []
        self.publications: list[Publication] = []
        self.mentions: list[Mention] = []
        self.common: dict[str, object] = {
            "environment": environment_of(places.path),
            "setting": setting_of(places.path),
        }

    def item(self, item: Node) -> None:
        kind = item.string("kind")
        if kind == "Service":
            self._service(item)
        elif kind == "Ingress":
            self._ingress(item)
        else:
            for path in (("spec",), ("spec", "template", "spec")):
                self._pod(item, item.get(*path))
            self._pod(item, item.get("spec", "jobTemplate", "spec", "template", "spec"))

    # --- Services

    def _service(self, item: Node) -> None:
        kind = item.string("spec", "type")
        external = item.get("spec", "externalIPs")
        form = _PUBLIC_TYPES.get(kind) or ("external-ips" if external is not None else "")
        if not form or (self.template and self._asks_for(kind)):
            return
        allow = _allow(item)
        scope = Scope.PRIVATE if _internal(item) else Scope.WILDCARD
        address = item.string("spec", "loadBalancerIP")
        if external is not None and external.texts():
            address = external.texts()[0]
        if form == "external-ips" and (not address or "${}" in address):
            return
        if address and "${}" not in address and addresses.scope_of(address) is Scope.PRIVATE:
            scope = Scope.PRIVATE
        listed = item.get("spec", "ports")
        for port in listed.elements() if listed is not None else []:
            number = port.number("port")
            target = port.number("targetPort")
            node = port.get("port") or port
            self.publications.append(
                Publication(
                    f"exposure-kubernetes-{form}",
                    form,
                    self.places.at(*node.value),
                    host=address,
                    scope=scope,
                    port=number if form != "node-port" else port.number("nodePort") or number,
                    target=target if target is not None else number,
                    protocol=port.string("protocol").lower() or "tcp",
                    owner=_name(item),
                    allow=allow,
                    labels=tuple(_selector(item, port)),
                    **self.common,  # type: ignore[arg-type]
                )
            )

    def _asks_for(self, kind: str) -> bool:
        """Say whether a template makes services of this type only if its values want it."""
        asks = rb"\beq[ ][^{}\n]{0,100}\"%b\"|\{\{-?[ ]?if\b[^{}\n]{1,200}\}\}\s{1,80}type:[ ]%b\b"
        asks %= kind.encode(), kind.encode()
        return re.search(asks, self.places.content) is not None

    def _ingress(self, item: Node) -> None:
        for path, node in item.walk():
            if path[-2:] == ("service", "name") or path[-1:] == ("serviceName",):
                self.mentions.append(
                    Mention("route", node.text or "", GUARDED, None, self.places.at(*node.value))
                )

    # --- Pods

    def _pod(self, item: Node, spec: Node | None) -> None:
        containers = spec.get("containers") if spec is not None else None
        if spec is None or containers is None:
            return
        host_network = spec.is_true("hostNetwork") and not self.template
        for container in containers.elements():
            environment = _environment(container)
            words = [w for key in ("command", "args") for w in _texts(container.get(key))]
            auth = secured.auth_of(environment, words)
            common = {
                **self.common,
                "owner": _name(item),
                "image": container.string("image"),
                "auth": auth,
                "debug": secured.debug_of(environment),
                "labels": tuple(_labels(item)),
            }
            listed = container.get("ports")
            for port in listed.elements() if listed is not None else []:
                self._container_port(port, host_network=host_network, common=common)
            self._command(item, container, host_network=host_network)
            self.mentions += self._of_environment(container, environment, _name(item))
            for key, value in _labels(item):
                if container.string("image"):
                    where = self.places.at(*(container.get("image") or container).value)
                    image = container.string("image")
                    self.mentions.append(Mention("workload", f"{key}={value}", image, None, where))
        if host_network and not any(c.get("ports") for c in containers.elements()):
            node = spec.get("hostNetwork")
            assert node is not None
            first = containers.elements()[0]
            self.publications.append(
                Publication(
                    "exposure-kubernetes-host-network",
                    "host-network",
                    self.places.at(*node.value),
                    owner=_name(item),
                    image=first.string("image"),
                    **self.common,  # type: ignore[arg-type]
                )
            )

    def _of_environment(
        self, container: Node, environment: dict[str, str], owner: str
    ) -> Iterator[Mention]:
        from leakhunt.exposure import variables

        yield from variables.mentions(self.places, environment, container, owner)

    def _container_port(self, port: Node, *, host_network: bool, common: dict[str, object]) -> None:
        outer = None if self.template else port.number("hostPort")
        inner = port.number("containerPort")
        if outer is None and not host_network:
            return
        form = "host-port" if outer is not None else "host-network"
        host = port.string("hostIP")
        node = port.get("hostPort") or port.get("containerPort") or port
        self.publications.append(
            Publication(
                f"exposure-kubernetes-{form}",
                form,
                self.places.at(*node.value),
                host=host,
                scope=addresses.scope_of(host) if host else Scope.WILDCARD,
                port=outer if outer is not None else inner,
                target=inner,
                protocol=port.string("protocol").lower() or "tcp",
                **common,  # type: ignore[arg-type]
            )
        )

    def _command(self, item: Node, container: Node, *, host_network: bool) -> None:
        nodes = [n for key in ("command", "args") for n in _elements(container.get(key))]
        if not nodes:
            return
        self.listeners += shell.of_text(
            self.places,
            nodes[0].value[0],
            nodes[-1].value[1],
            lambda _: None,
            listed=True,
            owner=_name(item),
            contained=not host_network,
        )


def _elements(node: Node | None) -> list[Node]:
    return node.elements() if node is not None else []


def _texts(node: Node | None) -> list[str]:
    return node.texts() if node is not None else []


def _name(item: Node) -> str:
    name = item.string("metadata", "name")
    return "" if "${}" in name else name


def _environment(container: Node) -> dict[str, str]:
    node = container.get("env")
    found = {}
    for element in node.elements() if node is not None else ():
        if name := element.string("name"):
            found[name] = element.string("value") or ("${}" if element.get("valueFrom") else "")
    return found


def _labels(item: Node) -> Iterator[tuple[str, str]]:
    labels = item.get("spec", "template", "metadata", "labels") or item.get("metadata", "labels")
    for key, node in labels.keyed() if labels is not None else ():
        if node.text:
            yield key, node.text


def _selector(item: Node, port: Node) -> Iterator[tuple[str, str]]:
    selector = item.get("spec", "selector")
    for key, node in selector.keyed() if selector is not None else ():
        if node.text:
            yield f"selector:{key}", node.text
    if name := port.string("name"):
        yield "port-name", name


def _allow(item: Node) -> tuple[str, ...]:
    node = item.get("spec", "loadBalancerSourceRanges")
    ranges = [text for text in node.texts() if text] if node is not None else []
    return () if addresses.covers_everything(ranges) else tuple(ranges)


def _internal(item: Node) -> bool:
    annotations = item.get("metadata", "annotations")
    return any(
        _INTERNAL.search(key) and _YES.match(node.text or "")
        for key, node in (annotations.keyed() if annotations is not None else ())
    )
