"""Ways around a proxy: what it routes to is also published by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt.exposure import judge, services
from leakhunt.exposure.model import Exposure, Reach, Setting
from leakhunt.exposure.publications.compose_evidence import GATEWAY, GUARD
from leakhunt.exposure.routes import GUARDED
from leakhunt.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.model import Found, Mention, Publication

_WEB = {80, 443}
Routes = dict[tuple[str, int | None], list["Mention"]]
"""Where proxies send requests: by name and port, None for any."""


class Way(NamedTuple):
    """How a proxy reaches what is published.

    Attributes:
        how: a sentence without a full stop.
        guarded: the proxy encrypts, or asks who comes.
        route: where the proxy says so; None for a label of the service.
    """

    how: str
    guarded: bool
    route: Mention | None


def routes(files: Sequence[Found]) -> Routes:
    """Return where proxies send requests, by name and port.

    Args:
        files: what all files say.
    """
    found: Routes = {}
    for file in files:
        for one in file.mentions:
            if one.form == "route" and one.name:
                found.setdefault((one.name.split(".")[0], one.port), []).append(one)
    return found


def to(item: Publication, known: Routes) -> Way | None:
    """Return how a proxy reaches what is open to everybody by itself; None if none does.

    Args:
        item: a publication.
        known: where proxies send requests.
    """
    if judge.reach_of_publication(item) is not Reach.OPEN or item.protocol == "udp":
        return None
    if item.form == "security-group" or item.port in _WEB:
        return None
    labels = dict(item.labels)
    gateway = labels.get(GATEWAY, "")
    to_it = [*known.get((item.owner, item.inner), ()), *known.get((item.owner, None), ())]
    folder = (item.where.path or "").rpartition("/")[0]
    route = next((one for one in to_it if _below(folder, one.where.path or "")), None)
    if not gateway and route is None:
        return None
    how = f"{gateway} routes to it" if gateway else "a proxy routes to it"
    if route is not None and route.where.path:
        how += f" ({route.where.path}:{route.where.line})"
    return Way(how, GUARD in labels or (route is not None and route.host == GUARDED), route)


def _below(folder: str, path: str) -> bool:
    """Whether a file lies in a folder, however deep."""
    return not folder or path.startswith(folder + "/")


def notes(item: Publication, known: Routes) -> tuple[str, ...]:
    """Return what the way around a proxy adds to the reasons of a publication.

    Args:
        item: a publication.
        known: where proxies send requests.
    """
    way = to(item, known) if known or GATEWAY in dict(item.labels) else None
    return (f"{way.how}, and this port passes by that",) if way is not None else ()


def findings(files: Sequence[Found]) -> Iterator[Exposure]:
    """A service behind a proxy that also publishes a port of its own.

    What deserves attention by itself is told once, and not a second time as a way around.

    Args:
        files: what all files say.
    """
    known = routes(files)
    for file in files:
        for item in file.publications:
            way = to(item, known) if item.setting is Setting.PRODUCT else None
            if way is None or judge.known_of(item).tier == services.PUBLIC_TIER:
                continue
            alone = judge.publication(item)
            if alone is None or alone.severity.rank < Severity.MEDIUM.rank:
                yield _around(item, way)


def _around(item: Publication, way: Way) -> Exposure:
    # The load balancers of some clouds reach what is behind an ingress by a port of the node.
    asked = item.form == "node-port"
    why = (
        "whoever takes the port directly passes by what the proxy checks"
        if way.guarded
        else "as far as its file says, the proxy neither encrypts nor asks who comes"
    )
    cloud = ("the load balancer of some clouds needs the port of the node",) if asked else ()
    return Exposure(
        "exposure-check-proxy-bypass",
        f"A service behind a proxy also publishes port {item.port or item.inner} itself",
        Severity.LOW if asked or not way.guarded or item.inner in _WEB else Severity.MEDIUM,
        Confidence.MEDIUM,
        (way.how, why, *cloud),
        (item.where, *((way.route.where,) if way.route is not None else ())),
        (item.where.path or "", item.owner, str(item.inner)),
        service=item.owner,
        port=item.inner,
        reach=Reach.OPEN,
        publication=item,
    )
