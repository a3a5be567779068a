"""Containers that tasks of Ansible, quadlets of Podman and jobs of Nomad start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents, ports, secured
from leakhunt.exposure.model import Publication, Scope
from leakhunt.exposure.surroundings import environment_of, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts

LOOK_ANSIBLE = r"\b(?:docker|podman)_container:"
LOOK_NOMAD = r"\bstatic\s*=\s*[1-9]"
"""What the files hold that are worth reading."""
QUADLET = lazy.pattern(r"(?i)\.(?:container|pod|kube)$")
_TASK = lazy.pattern(r"(?:^|\.)(?:docker|podman)_container$")
_PORTS = ("published_ports", "ports", "publish")


def read(places: Places, language: str, facts: Facts) -> Iterator[Publication]:
    """Yield what a file publishes.

    Args:
        places: the places of the file, with its content.
        language: its format.
        facts: what its reader says.
    """
    if language == "yaml" and re.search(LOOK_ANSIBLE.encode(), places.content):
        for document in documents.yaml(places.content):
            for path, node in document.walk():
                if path and _TASK.search(path[-1]) and node.children:
                    yield from _task(places, node)
    elif language == "hcl" and re.search(LOOK_NOMAD.encode(), places.content):
        yield from _nomad(places)
    elif language == "systemd" and QUADLET.search(places.path):
        yield from _quadlet(places, facts)


def _common(
    places: Places, owner: str, image: str, environment: dict[str, str]
) -> dict[str, object]:
    return {
        "owner": owner,
        "image": image,
        "auth": secured.auth_of(environment, (), image),
        "debug": secured.debug_of(environment),
        "environment": environment_of(places.path),
        "setting": setting_of(places.path),
    }


def _published(
    places: Places, signature: str, text: str, place: tuple[int, int], common: dict[str, object]
) -> Iterator[Publication]:
    """What one text like `127.0.0.1:80:8080` publishes."""
    port = ports.short(text.replace("{{", "${").replace("}}", "}"))
    if port is not None:
        yield Publication(
            signature,
            "container-ports",
            places.at(*place),
            host=port.host,
            scope=port.scope,
            port=port.outer,
            last=port.last,
            target=port.inner,
            protocol=port.protocol,
            **common,  # type: ignore[arg-type]
        )


def _task(places: Places, node: Node) -> Iterator[Publication]:
    if node.string("state") in {"absent", "stopped"}:
        return
    environment: dict[str, str] = {}
    for key in ("env", "environment"):
        listed = node.get(key)
        pairs = listed.keyed() if listed is not None else []
        environment.update({name: child.text or "${}" for name, child in pairs})
    common = _common(places, node.string("name"), node.string("image"), environment)
    for key in ("network_mode", "network", "networks"):
        mode = node.get(key)
        if mode is not None and mode.text == "host":
            where = places.at(*mode.value)
            yield Publication("exposure-ansible-container", "host-network", where, **common)  # type: ignore[arg-type]
            return
    for key in _PORTS:
        listed = node.get(key)
        for one in listed.elements() if listed is not None else ():
            if one.text:
                text = re.sub(r"\{\{[^{}]*\}\}", "${}", one.text)
                yield from _published(places, "exposure-ansible-container", text, one.value, common)


def _quadlet(places: Places, facts: Facts) -> Iterator[Publication]:
    given: dict[str, list[tuple[str, int, int]]] = {}
    for fact in facts.assignments:
        value = (fact.value.text or "", fact.value.start, fact.value.end)
        given.setdefault(fact.name.lower(), []).append(value)
    texts = [text for text, _, _ in given.get("environment", ())]
    environment = dict(text.strip("\"'").partition("=")[::2] for text in texts)
    names = given.get("containername") or given.get("podname") or [("", 0, 0)]
    image = (given.get("image") or [("", 0, 0)])[0][0]
    stem = places.path.rpartition("/")[2].rpartition(".")[0]
    common = _common(places, names[0][0] or stem, image, environment)
    for text, start, end in given.get("network", ()):
        if text == "host":
            where = places.at(start, end)
            yield Publication("exposure-quadlet", "host-network", where, **common)  # type: ignore[arg-type]
            return
    for text, start, end in given.get("publishport", ()):
        yield from _published(places, "exposure-quadlet", text, (start, end), common)


def _nomad(places: Places) -> Iterator[Publication]:
    """Static ports of groups, which a node has on the address that it gives to its jobs."""
    for path, group in documents.terraform(places.content).walk():
        if len(path) < 2 or path[-2] != "group" or group.get("network") is None:
            continue
        images = dict(_images(group))
        for name, port in _named(group, "network", "port"):
            outer = port.number("static")
            node = port.get("static")
            if not outer or node is None:
                continue
            owner, image = images.get(name, (name, ""))
            inner = port.number("to")
            common = _common(places, owner, image, {})
            yield Publication(
                "exposure-nomad-port",
                "host-port",
                places.at(*node.value),
                scope=Scope.WILDCARD,
                port=outer,
                target=outer if inner in {None, -1} else inner,
                **common,  # type: ignore[arg-type]
            )


def _images(group: Node) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names of ports to the task that has them, and its image."""
    for name, task in _named(group, "task"):
        for config in _blocks(task, "config"):
            listed = config.get("ports")
            for text in listed.texts() if listed is not None else ():
                yield text, (name, config.string("image"))


def _named(node: Node, *path: str) -> Iterator[tuple[str, Node]]:
    """Blocks with a name, under blocks without one."""
    *outer, last = path
    for name in outer:
        inside = _blocks(node, name)
        if not inside:
            return
        node = inside[0]
    listed = node.get(last)
    for name, found in listed.keyed() if listed is not None else ():
        for block in found.elements():
            yield name, block


def _blocks(node: Node, name: str) -> list[Node]:
    found = node.get(name)
    return found.elements() if found is not None else []
