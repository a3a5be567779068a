"""Where proxies send requests: `proxy_pass`, `upstream`, `reverse_proxy`, `server` of HAProxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import addresses, directives
from leakhunt.exposure.model import Mention, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.places import Places

_PASSES = {"proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "reverse_proxy", "proxypass"}


def read(places: Places) -> Iterator[Mention]:
    """Yield the names and ports that a proxy sends requests to.

    Args:
        places: the places of the file, with its content.
    """
    for one in directives.read(places.content):
        upstream = bool(one.path) and one.path[-1].startswith("upstream")
        if one.name in _PASSES:
            words = one.words
        elif one.name == "server" and (upstream or not one.path):
            words = one.words[:1] if upstream else one.words[1:2]
        else:
            continue
        for word in words:
            address = addresses.split(word.text)
            if address.host and addresses.scope_of(address.host) is Scope.NAMED:
                where = places.at(word.start, word.end)
                yield Mention("route", address.host, "", address.port, where)
