"""Settings of programs that nobody knows: `server: {host: 0.0.0.0, port: 8080}` in any file.

What stands in the files of known programs is told by their own rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy, numbers
from leakhunt.exposure import addresses, settings
from leakhunt.exposure.model import Listener, Scope
from leakhunt.exposure.surroundings import setting_of
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.exposure.places import Places
    from leakhunt.exposure.settings import Item
    from leakhunt.facts.model import Facts

LANGUAGES = ("yaml", "toml", "json", "ini", "properties", "directives")
LOOK = (
    r"(?i)(?:host|hostname|addr|address|ip|interface|(?:bind|listen)\w*)['\"]?\s*[:=]\s*['\"]?"
    r"(?:\w+://)?(?:0\.0\.0\.0|\[?::\]?(?:[:'\",\s]|$))"
    r"|(?:bind|listen)[\w-]*['\"]?\s*[:=]\s*['\"]?(?:\w+://)?(?:\*:|:)\d{2,5}"
)
"""What such a file holds, on one line."""
SIGNATURE = "exposure-app-config"
_LISTENS = lazy.pattern(
    r"(?:listen|bind|listening|binding)(?:on|to|addr(?:ess)?(?:es)?|host|ip|ur[il]|interface)?s?$"
)
_NAMES = lazy.pattern(r"(?:host|hostname|addr|address|ip|interface)$")
_WORD = lazy.pattern(r"[a-z]+")
_SERVES = lazy.pattern(
    r"servers?|https?|api|rest|web|webserver|listen|listeners?|grpc|rpc|app|application|service|serve"
    r"|daemon|metrics|prometheus|admin|debug|pprof|ui|dashboard|console|ws|websocket|tcp|udp|mcp"
    r"|endpoint|bind|frontend|management|health|uvicorn|gunicorn|fastapi|flask|monitoring|telemetry"
    r"|internal|external|public|ssh|ftp|smtpd"
)
"""Words around an address that is one to listen on."""
_REACHES = lazy.pattern(
    r"db|databases?|redis|mysql|postgres|postgresql|pg|mongo|mongodb|mariadb|kafka|rabbitmq|amqp|smtp"
    r"|mail|mailer|upstreams?|clients?|remote|targets?|cors|allow|allowed|whitelist|allowlist|blacklist"
    r"|deny|denied|trusted|trust|noproxy|no|excluded?|subnet|range|cidr|dns|resolver|ntp|gateway"
    r"|netmask|routes?|peers?|source|destination|from|elasticsearch|es|cache|brokers?|jaeger|tracing"
    r"|statsd|ldap|consul|etcd|s3|minio|nats|connections?|datasource|backends?|dial|forward|to"
    r"|prox(?:y|ies)|sql|influxdb|cassandra|memcached|zookeeper|sentinel|replica|master|slave|seeds?"
    r"|bootstrap|advertised?"
)
"""Words around an address that is reached or let in, and not opened."""
_KNOWN = {"metrics": "metrics", "prometheus": "metrics", "pprof": "pprof"}
_MADE_ELSEWHERE = lazy.pattern(r"(?i)(?:^|/)(?:templates/|[^/]*values[^/]*\.ya?ml$)")
"""Values and templates of charts, which count inside a container."""


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Yield what a file tells its program to open.

    Args:
        places: the places of the file.
        facts: what its reader says.
    """
    items = list(settings.of_facts(facts))
    for item in items:
        text, start, end = item.values[0]
        words = [word for part in item.path for word in _WORD.findall(part)]
        listens = bool(_LISTENS.search(_plain(item.name)))
        if not listens and (
            not _NAMES.search(_plain(item.name)) or any(map(_REACHES.fullmatch, words))
        ):
            continue
        host, port = _address(text, listens=listens)
        if host is None:
            continue
        port = port or _port(item, items)
        if not port and not listens and not any(map(_SERVES.fullmatch, words)):
            continue
        yield Listener(
            signature=SIGNATURE,
            api="The program of this setting",
            where=places.at(start, end),
            host=host,
            scope=Scope.WILDCARD,
            given=item.given,
            port=port,
            known=next((_KNOWN[word] for word in words if word in _KNOWN), ""),
            contained=bool(_MADE_ELSEWHERE.search(places.path)),
            setting=setting_of(places.path),
            own=True,
            confidence=Confidence.MEDIUM,
        )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name.lower())


def _address(text: str, *, listens: bool) -> tuple[str | None, int | None]:
    """Host and port of an address that means every interface; else None."""
    address = addresses.split(text)
    if address.host == "" and listens and address.port:
        return "", address.port
    if address.host and addresses.scope_of(address.host) is Scope.WILDCARD:
        worded = address.host.isalpha()  # `all` and `any` are words of many meanings
        return (None, None) if worded else (address.host, address.port)
    return None, None


def _port(item: Item, items: Sequence[Item]) -> int | None:
    """The port that belongs to an address: of the same name, or the nearest beside it."""
    stem = re.sub(r"(?:bind|listen)?(?:host|hostname|addr(?:ess)?|ip|interface)?$", "", item.name)
    beside = [one for one in items if one.block == item.block and one.name.endswith("port")]
    same = [one for one in beside if one.name.removesuffix("port") == stem] or [
        one for one in beside if one.name == "port"
    ]
    if not same and len(beside) == 1:
        same = beside
    if not same:
        return None
    nearest = min(same, key=lambda one: abs(one.values[0][1] - item.values[0][1]))
    return numbers.port(nearest.values[0][0]) or None
