"""Exposures to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import graph
from leakhunt.exposure.model import Found
from leakhunt.fingerprint import fingerprint
from leakhunt.model import Finding, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Exposure
    from leakhunt.model import Problem


def findings(
    observed: Iterable[object], secrets: Sequence[Finding] = ()
) -> tuple[list[Finding], list[Problem]]:
    """Judge what files say about ports.

    Args:
        observed: what the observer saw, in any order; what is no `Found` is passed over.
        secrets: findings of secrets in the same files.

    Returns:
        A finding for each exposure, worst first, and what could not be read.
    """
    built = graph.build((item for item in observed if isinstance(item, Found)), secrets)
    return [of_exposure(item) for item in built.exposures], list(built.problems)


def of_exposure(item: Exposure) -> Finding:
    """Return an exposure as a finding; its fingerprint holds no line numbers."""
    key = fingerprint(item.signature, Secret("\0".join(item.identity).encode()))
    properties: dict[str, str | int | bool] = {"reach": item.reach.value}
    if item.port is not None:
        properties["port"] = item.port
    if item.service:
        properties["service"] = item.service
    if item.listener is not None:
        properties |= {"host": item.listener.host, "protocol": item.listener.protocol}
        properties |= {"bind": item.listener.scope.value, "setting": item.listener.setting.value}
    if item.publication is not None:
        properties |= {"host": item.publication.host, "protocol": item.publication.protocol}
        properties |= {"bind": item.publication.scope.value, "form": item.publication.form}
        properties["setting"] = item.publication.setting.value
        if item.publication.port:
            properties["published_port"] = item.publication.port
    return Finding(
        id=key[:12],
        signature=item.signature,
        kind="exposure",
        severity=item.severity,
        confidence=item.confidence,
        title=item.title,
        secret=Secret(b""),
        fingerprint=key,
        locations=item.locations,
        properties={key: value for key, value in properties.items() if value != ""},
        reasons=item.reasons,
    )
