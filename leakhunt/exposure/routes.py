"""Where proxies send requests: `proxy_pass`, `upstream`, `reverse_proxy`, `server` of HAProxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import addresses, directives
from leakhunt.exposure.model import Mention, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.places import Places

GUARDED = "guarded"
"""What a route says where its proxy encrypts, or asks who comes."""
_PASSES = {"proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "reverse_proxy", "proxypass"}

_NAMED = lazy.pattern(r"(?i)(?:https://)?(?!localhost)[\w*-]+\.[\w.*-]+")
_GUARDS = {
    *("auth_basic", "auth_request", "ssl_certificate", "ssl_verify_client", "allow", "deny"),
    *("sslengine", "sslcertificatefile", "authtype", "authuserfile", "require", "tls"),
    *("basicauth", "basic_auth", "forward_auth", "http-request", "limit_req"),
}


def read(places: Places) -> Iterator[Mention]:
    """Yield the names and ports that a proxy sends requests to.

    Args:
        places: the places of the file, with its content.
    """
    found = list(directives.read(places.content))
    guarded = GUARDED if any(map(_guards, found)) else ""
    for one in found:
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
                yield Mention("route", address.host, guarded, address.port, where)


def _guards(one: directives.Directive) -> bool:
    """Whether a directive makes a proxy more than a way to what is behind it."""
    if one.name in _GUARDS:
        return True
    if one.name == "reverse_proxy" and one.path:
        # Caddy gives whatever has a name a certificate.
        return bool(_NAMED.match(one.path[0]))
    return one.name in {"listen", "bind"} and any(w.text in {"ssl", "quic"} for w in one.words)
