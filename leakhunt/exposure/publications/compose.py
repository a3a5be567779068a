"""Compose files: `ports`, `network_mode: host`, and what the services run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents, joins, judge, ports, secured, shell, variables
from leakhunt.exposure.handed import BUILT, ENV_FILE, HANDED, TOLD
from leakhunt.exposure.model import Found, Mention, Publication, Scope
from leakhunt.exposure.near import beside
from leakhunt.exposure.publications import compose_evidence, compose_files
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places

LOOK = (
    r"(?:^|\n)services:[ \t]*(?:#[^\n]*)?\r?\n",
    r"\n[ \t]+(?:image|build)['\"]?:",
    r"\n[ \t]+(?:ports['\"]?:|network_mode['\"]?: ['\"]?host)",
)
"""What a Compose file holds of any other name: all of these."""
_LOOK = tuple(lazy.pattern(text.encode()) for text in LOOK)
NAME = lazy.pattern(r"(?i)(?:^|/)[^/]*(?:compose|stack)[^/]*\.ya?ml(?:\.[a-z0-9]+)?$")
_VARIABLE = lazy.pattern(rb"\$\{?(\w+)")
_LOOPBACK_OPTION = "com.docker.network.bridge.host_binding_ipv4"


def read(places: Places) -> Found | None:
    """Read a Compose file; None if it is none.

    Args:
        places: the places of the file, with its content.
    """
    if not _is_compose(places.path, places.content):
        return None
    lookup = compose_files.variables(places)
    trees = documents.yaml(places.content, lookup)
    readers = [_Reader(places, tree) for tree in trees if _services(tree)][:1]
    for tree in trees:
        for other in compose_files.included(places, tree, _is_compose):
            found = documents.yaml(other.content, compose_files.variables(other))
            readers += [_Reader(other, inner) for inner in found if _services(inner)]
    for reader in readers:
        for name, service in _services(reader.tree):
            reader.service(name, service)
    if not readers:
        return None
    return Found(
        places.path,
        tuple(item for reader in readers for item in reader.listeners),
        tuple(item for reader in readers for item in reader.publications),
        tuple(item for reader in readers for item in reader.mentions),
    )


def _is_compose(path: str, content: bytes) -> bool:
    """Whether a file is read for itself: by its name, or for what it holds."""
    return bool(NAME.search(path)) or all(look.search(content) for look in _LOOK)


def _services(tree: Node) -> list[tuple[str, Node]]:
    """The services of a file of any version."""
    found = tree.get("services")
    listed = found.keyed() if found is not None else tree.keyed()
    services = [
        (n, s) for n, s in listed if any(map(s.get, ("image", "build", "ports", "extends")))
    ]
    if found is None and not any(service.get("ports") for _, service in services):
        return []
    return services


class _Reader:
    def __init__(self, places: Places, tree: Node) -> None:
        self.places = places
        self.tree = tree
        self.listeners: list[Listener] = []
        self.publications: list[Publication] = []
        self.mentions: list[Mention] = []
        self.default = self._default_address()

    def _default_address(self) -> str:
        """The address on which ports are published if a network says so for all of them."""
        networks = self.tree.get("networks")
        for _, network in networks.keyed() if networks is not None else ():
            options = network.get("driver_opts")
            for name, option in options.keyed() if options is not None else ():
                if name == _LOOPBACK_OPTION and option.text:
                    return option.text
        return ""

    def service(self, name: str, service: Node) -> None:
        base = compose_files.extended(self.places, self.tree, name, service)
        files, handed = compose_files.handed(self.places, service)
        environment = {**handed, **_environment(base), **_environment(service)}
        command = self._command(name, service)
        words = [word for node in command for word in (node.text or "").split()]
        image = service.string("image") or (base.string("image") if base else "")
        auth = secured.auth_of(environment, words, image)
        labels = compose_evidence.labels(service, image, environment, words)
        built = service.string("build", "context") or service.string("build")
        if built and "${}" not in built and "://" not in built:
            labels = (*labels, (joins.BUILD, built))
        owner = service.string("container_name") or name
        self._handed(service, owner, built if dict(labels).get(joins.BUILD) else "", environment)
        own = self.places.at(service.start, service.start)
        if service.string("network_mode").strip('"') != "host":
            mounted = compose_evidence.configuration(service)
            files += (beside(self.places.path, path) for path in mounted)
        self.mentions += (Mention(ENV_FILE, path, "", None, own, owner=owner) for path in files)
        common = {
            "owner": owner,
            "image": image,
            "auth": auth,
            "debug": secured.debug_of(environment),
            "environment": environment_of(self.places.path),
            "setting": setting_of(self.places.path),
            "labels": labels,
        }
        if service.string("network_mode") == "host" or service.string("network_mode") == '"host"':
            node = service.get("network_mode")
            assert node is not None
            self.publications.append(
                Publication(
                    "exposure-compose-host-network",
                    "host-network",
                    self.places.at(*node.value),
                    **common,  # type: ignore[arg-type]
                )
            )
            return
        # What a service takes over is told where it stands, in the file that is read for itself.
        published = service.get("ports")
        for node in published.elements() if published is not None else ():
            port = _port(node)
            if port is not None:
                own_labels = (*compose_evidence.of_port(labels, port.inner), *self._variable(node))
                self._publish(node, port, {**common, "labels": own_labels})
        where = self.places.at(service.start, service.value[1])
        self.mentions.append(Mention("service", owner, image, None, where, owner=owner))
        self.mentions += variables.mentions(self.places, environment, service, name)

    def _handed(self, service: Node, owner: str, built: str, environment: dict[str, str]) -> None:
        """What the code in the container of a service is told, if it is built from here."""
        if not built:
            return
        where = self.places.at(service.start, service.start)
        folder = beside(self.places.path, built)
        self.mentions.append(Mention(BUILT, folder, "", None, where, owner=owner))
        listed = service.get("environment")
        for name, value in environment.items():
            if not value or "${}" in value or not TOLD.search(name):
                continue
            node = listed.get(name) if listed is not None else None
            at = self.places.at(*(node or listed or service).value)
            self.mentions.append(Mention(HANDED, name, value, None, at, owner=owner))

    def _publish(self, node: Node, port: ports.Port, common: dict[str, object]) -> None:
        host, scope = port.host, port.scope
        if not host and self.default:
            host, scope = self.default, ports.long(self.default, "1", "1", "").scope  # type: ignore[union-attr]
        self.publications.append(
            Publication(
                "exposure-compose-ports",
                "compose-ports",
                self.places.at(*_span(node)),
                host=host,
                scope=scope,
                port=port.outer,
                last=port.last,
                target=port.inner,
                protocol=port.protocol,
                **common,  # type: ignore[arg-type]
            )
        )

    def _variable(self, node: Node) -> tuple[tuple[str, str], ...]:
        """The variable that the port inside or outside comes from."""
        found = _VARIABLE.findall(self.places.content[slice(*_span(node))])
        names = [name.decode("utf-8", "replace") for name in found]
        named = [name for name in names if name.upper().endswith("PORT")]
        return ((judge.VARIABLE, named[-1]),) if named else ()

    def _command(self, name: str, service: Node) -> list[Node]:
        """The words of what runs; what they open is inside the container."""
        nodes: list[Node] = []
        for key in ("entrypoint", "command"):
            node = service.get(key)
            if node is None:
                continue
            nodes += node.elements()
            start, end = node.elements()[0].value[0], node.elements()[-1].value[1]
            self.listeners += shell.of_text(
                self.places,
                start,
                end,
                lambda _: None,
                listed=node.text is None,
                owner=service.string("container_name") or name,
                contained=True,
            )
        return nodes


def _span(node: Node) -> tuple[int, int]:
    return node.value if node.text is not None else (node.start, node.value[1])


def _port(node: Node) -> ports.Port | None:
    if node.text is not None:
        return ports.short(node.text)
    return ports.long(
        node.string("host_ip"),
        node.string("published"),
        node.string("target"),
        node.string("protocol"),
    )


def _environment(service: Node | None) -> dict[str, str]:
    """Names and values, whether as a map or as a list."""
    node = service.get("environment") if service is not None else None
    if node is None:
        return {}
    found = {name: child.text or "" for name, child in node.keyed()}
    for element in node.elements():
        if element.text and "=" in element.text:
            name, _, value = element.text.partition("=")
            found[name.strip()] = value
    return found


__all__ = ["NAME", "Scope", "read"]
