"""Services of continuous integration, and development containers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents, ports
from leakhunt.exposure.model import Found, Publication, Setting

if TYPE_CHECKING:
    from leakhunt.exposure.places import Places

NAME = lazy.pattern(r"(?i)(?:^|/)(?:\.github|\.gitea|\.forgejo)/workflows/[^/]+\.ya?ml$")
DEVCONTAINER = lazy.pattern(r"(?i)(?:^|/)\.?devcontainer(?:/[^/]+)?(?:\.json|/devcontainer\.json)$")


def read(places: Places) -> Found | None:
    """Read a workflow: services publish their ports on the machine that runs it.

    Args:
        places: the places of the file, with its content.
    """
    found: list[Publication] = []
    for document in documents.yaml(places.content):
        jobs = document.get("jobs")
        for _, job in jobs.keyed() if jobs is not None else ():
            services = job.get("services")
            for name, service in services.keyed() if services is not None else ():
                listed = service.get("ports")
                for node in listed.elements() if listed is not None else ():
                    port = ports.short(node.text or "")
                    if port is None:
                        continue
                    found.append(
                        Publication(
                            "exposure-ci-service",
                            "ci-service",
                            places.at(*node.value),
                            host=port.host,
                            scope=port.scope,
                            port=port.outer,
                            last=port.last,
                            target=port.inner,
                            protocol=port.protocol,
                            owner=name,
                            image=service.string("image"),
                            setting=Setting.TEST,
                        )
                    )
    return Found(places.path, (), tuple(found)) if found else None


def devcontainer(places: Places) -> Found | None:
    """Read `devcontainer.json`: `appPort` and `runArgs` publish, `forwardPorts` does not.

    Args:
        places: the places of the file, with its content.
    """
    found: list[Publication] = []
    for document in documents.json(places.content):
        app, given = document.get("appPort"), document.get("runArgs")
        words = given.elements() if given is not None else []
        flagged = [
            word for flag, word in itertools.pairwise(words) if flag.text in {"-p", "--publish"}
        ]
        for node in (*(app.elements() if app is not None else ()), *flagged):
            port = ports.short(node.text or "")
            if port is not None:
                found.append(
                    Publication(
                        "exposure-devcontainer",
                        "devcontainer",
                        places.at(*node.value),
                        host=port.host,
                        scope=port.scope,
                        port=port.outer,
                        target=port.inner,
                        protocol=port.protocol,
                        image=document.string("image"),
                    )
                )
    return Found(places.path, (), tuple(found)) if found else None


__all__ = ["DEVCONTAINER", "NAME", "devcontainer", "read"]
