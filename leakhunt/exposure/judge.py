"""How bad it is: class and reach give a base, what else is known shifts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.exposure import services
from leakhunt.exposure.model import (
    Auth,
    Exposure,
    Given,
    Listener,
    Publication,
    Reach,
    Scope,
    Setting,
)
from leakhunt.model import Confidence, Severity

if TYPE_CHECKING:
    from leakhunt.exposure.services import Known

VARIABLE = "variable"
"""The label of a publication that names the variable its port comes from."""
SOCKET = "docker-socket"
"""The label of a publication whose container may tell Docker what to do."""
_LEVELS = list(Severity)
_MATRIX: dict[int, dict[Reach, Severity]] = {
    0: {
        Reach.OPEN: Severity.CRITICAL,
        Reach.LIMITED: Severity.HIGH,
        Reach.CONTAINED: Severity.INFO,
    },
    1: {Reach.OPEN: Severity.HIGH, Reach.LIMITED: Severity.MEDIUM, Reach.CONTAINED: Severity.INFO},
    2: {Reach.OPEN: Severity.MEDIUM, Reach.LIMITED: Severity.LOW, Reach.CONTAINED: Severity.INFO},
    3: {Reach.OPEN: Severity.MEDIUM, Reach.LIMITED: Severity.LOW, Reach.CONTAINED: Severity.INFO},
    4: {Reach.OPEN: Severity.LOW, Reach.LIMITED: Severity.INFO, Reach.CONTAINED: Severity.INFO},
    5: {Reach.OPEN: Severity.INFO},
}
_CLASSES = (
    "whoever reaches it runs code or has all its data",
    "data or a broker that strangers should not even reach",
    "operations, metrics or administration",
    "internal by its name",
    "an application of unknown purpose",
    "public by convention",
)
_REACHES = {
    Reach.OPEN: "it is open to wherever packets reach the machine",
    Reach.LIMITED: "only a private network or an allow-list reaches it",
    Reach.CONTAINED: "it is in a container: others reach it only where it is published",
    Reach.LOCAL: "only this machine reaches it",
}


_TAKEN_OVER = {services.NAMED_TIER, services.UNKNOWN_TIER}
"""Classes of programs of which nobody knows how well they are guarded."""


class Judged(NamedTuple):
    """A severity and how it came about."""

    severity: Severity
    reasons: tuple[str, ...]


def reach_of_listener(item: Listener) -> Reach:
    """Say from where a listener can be reached, by its address alone."""
    if item.scope in {Scope.WILDCARD, Scope.PUBLIC}:
        return Reach.CONTAINED if item.contained else Reach.OPEN
    if item.scope in {Scope.PRIVATE, Scope.NAMED}:
        return Reach.CONTAINED if item.contained else Reach.LIMITED
    return Reach.LOCAL if item.scope in {Scope.LOOPBACK, Scope.SOCKET} else Reach.UNKNOWN


def reach_of_publication(item: Publication) -> Reach:
    """Say from where something that is published can be reached."""
    if item.scope in {Scope.WILDCARD, Scope.PUBLIC}:
        return Reach.LIMITED if item.allow else Reach.OPEN
    if item.scope in {Scope.PRIVATE, Scope.NAMED}:
        return Reach.LIMITED
    return Reach.LOCAL if item.scope in {Scope.LOOPBACK, Scope.SOCKET} else Reach.UNKNOWN


def known_of(item: Listener | Publication) -> Known:
    """Say what listens there, by the first evidence that decides."""
    if isinstance(item, Listener):
        return services.tell(known=item.known, port=item.port, name=item.owner, own=item.own)
    labels = dict(item.labels)
    return services.tell(
        known=labels.get("known", ""),
        image=item.image,
        program=item.program,
        port=item.inner,
        name=item.owner,
        own="own" in labels,
        variable=labels.get(VARIABLE, ""),
    )


def severity(
    known: Known,
    reach: Reach,
    *,
    auth: Auth = Auth.UNKNOWN,
    debug: bool = False,
    setting: Setting = Setting.PRODUCT,
) -> Judged | None:
    """Judge what something is and from where it can be reached.

    Args:
        known: what it is.
        reach: from where.
        auth: what it asks for, as far as the repository says.
        debug: a debugger or a debug mode is on.
        setting: product, test or example.

    Returns:
        How bad it is, and why; None if it is nothing to speak of.
    """
    level = _MATRIX[known.tier].get(reach)
    if level is None:
        return None
    reasons = [known.reason] if known.reason else []
    reasons += [_CLASSES[known.tier], _REACHES[reach]]
    rank = level.rank
    if auth is Auth.NONE and 1 <= known.tier <= 3:
        rank += 1
        reasons.append("it asks for nothing")
    elif auth in {Auth.STATIC_TOKEN, Auth.SESSION, Auth.OIDC, Auth.MTLS} and known.tier == 0:
        rank -= 1
        reasons.append(
            "it asks for a password" if auth is Auth.STATIC_TOKEN else "it asks who it is"
        )
    if debug and known.kind and known.kind.name in services.DEBUGGERS:
        rank = max(rank, (Severity.MEDIUM if reach is Reach.CONTAINED else Severity.HIGH).rank)
        reasons.append("it is a debugger: whoever reaches it runs code or sees the memory")
    elif debug:
        floor = Severity.LOW if reach is Reach.CONTAINED else Severity.HIGH
        rank = max(rank + 1, floor.rank)
        reasons.append("debug mode is on, which shows or runs code")
    if setting is not Setting.PRODUCT and rank > 0:
        rank = 0
        reasons.append("it is part of a test" if setting is Setting.TEST else "it is an example")
    return Judged(_LEVELS[max(0, min(rank, len(_LEVELS) - 1))], tuple(reasons))


def listener(
    item: Listener, *, known: Known | None = None, notes: tuple[str, ...] = ()
) -> Exposure | None:
    """Judge a listener by itself.

    Args:
        item: the listener.
        known: what it is, if that is known better than from the listener alone.
        notes: further reasons.

    Returns:
        The exposure, or None if there is none: loopback, an unknown address.
    """
    reach = reach_of_listener(item)
    if item.scope in {Scope.PRIVATE, Scope.NAMED}:
        return None
    known = known or known_of(item)
    port = item.port
    auth = item.auth
    judged = severity(known, reach, auth=auth, debug=item.debug, setting=item.setting)
    if judged is None:
        return None
    level = judged.severity
    reasons = [*judged.reasons, *notes, *item.notes]
    if port == 0:
        level = Severity.INFO
        reasons.append("the system chooses the port")
    where = f"port {port}" if port else "a port that is not named here"
    return Exposure(
        signature=item.signature,
        title=f"{_subject(item, known)} listens on every interface, {where}",
        severity=level,
        confidence=item.confidence,
        reasons=(_how(item), *reasons),
        locations=(item.where,),
        identity=(item.where.path or "", item.api, item.host, str(port), item.owner, item.protocol),
        service=item.owner,
        port=port,
        reach=reach,
        listener=item,
    )


def _subject(item: Listener, known: Known) -> str:
    if known.kind and known.kind.name in {item.known, services_name(item)}:
        return known.kind.title
    return item.api


def services_name(item: Listener) -> str:
    """Return the class that the owner of a listener is by its name, or nothing."""
    kind = services.of_name(item.owner)
    return kind.name if kind else ""


def _how(item: Listener) -> str:
    shown = re.sub(r"\s+", " ", item.host)[:60]
    if item.given is Given.OMITTED or (not item.host and item.given is Given.LITERAL):
        return f"{item.api} without an address means every interface"
    if item.given is Given.EMPTY or not item.host:
        return f"{item.api} takes an empty address for every interface"
    return f"{item.api} is given {shown}"


def publication(
    item: Publication, *, known: Known | None = None, notes: tuple[str, ...] = ()
) -> Exposure | None:
    """Judge a publication.

    Args:
        item: the publication.
        known: what is published, if that is known better than from the publication alone.
        notes: further reasons.

    Returns:
        The exposure, or None if there is none.
    """
    reach = reach_of_publication(item)
    known = known or known_of(item)
    auth = item.auth
    judged = severity(known, reach, auth=auth, debug=item.debug, setting=item.setting)
    if judged is None:
        return None
    if SOCKET in dict(item.labels) and known.tier in _TAKEN_OVER and judged.severity.rank > 0:
        judged = _with_socket(judged)
    name = known.kind.title if known.kind else "A service"
    if item.owner and item.owner not in known.reason:
        notes = (f"the repository calls it {item.owner}", *notes)
    port = item.inner
    outside = item.port if item.port is not None else port
    where = f"port {outside}" if outside else "ports that are not named here"
    if item.port == 0 and port:
        where = f"a random port for {port}"
    if item.last and item.port and item.last != item.port:
        where = f"ports {item.port} to {item.last}"
    return Exposure(
        signature=item.signature,
        title=_published(name, item, reach, where),
        severity=judged.severity,
        confidence=Confidence.HIGH,
        reasons=(*judged.reasons, *notes, *item.notes),
        locations=(item.where,),
        identity=(item.where.path or "", item.form, item.owner, str(item.port), str(item.target)),
        service=item.owner,
        port=port,
        reach=reach,
        publication=item,
    )


def _with_socket(judged: Judged) -> Judged:
    rank = max(judged.severity.rank, Severity.MEDIUM.rank)
    reason = "it holds the socket of Docker: whoever takes it over has the machine"
    return Judged(_LEVELS[rank], (*judged.reasons, reason))


def _published(name: str, item: Publication, reach: Reach, where: str) -> str:
    """The title of a publication: rules of firewalls let in the world, others publish."""
    if item.form == "security-group" and reach is Reach.OPEN:
        open_ = f"{name} is open to the whole Internet"
        return f"{open_}, {where}" if item.port or item.inner else open_
    return f"{name} is published {_WIDTH[reach]}, {where}"


_WIDTH = {
    Reach.OPEN: "to every interface",
    Reach.LIMITED: "to a limited network",
    Reach.CONTAINED: "inside",
    Reach.LOCAL: "to this machine",
    Reach.UNKNOWN: "somewhere",
}
