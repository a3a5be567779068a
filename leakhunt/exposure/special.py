"""Settings that say where they listen in words of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import numbers
from leakhunt.exposure import addresses
from leakhunt.exposure.model import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.exposure.settings import Item

    Values = tuple[tuple[str, int, int], ...]
    Told = tuple[str, int | None, int, int]
    """Host as written (empty for every interface), port, and the place."""

_WEAK = {"trust", "password", "md5", "ident"}


def pg_hba(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """`host database user address method`: everybody, without more than a password in clear."""
    if len(values) < 4:
        return None
    text, start, end = values[2]
    method = (
        values[4][0] if re.fullmatch(r"[\d.]+", values[3][0]) and len(values) > 4 else values[3][0]
    )
    everybody = text == "all" or addresses.covers_everything([text])
    if re.fullmatch(r"[\d.]+", values[3][0]):
        everybody = text == values[3][0] == "0.0.0.0"  # noqa: S104 (an address and its mask)
    if not everybody or method.lower() not in _WEAK:
        return None
    return "", None, start, end


def port_host(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A port, and perhaps the address behind it."""
    port = numbers.whole(values[0][0]) if values else None
    if not port:
        return None
    place = values[0][1], values[0][2]
    return (values[1][0] if len(values) > 1 else "", port, *place)


def haproxy_stats(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """An address in a section that shows statistics."""
    shows = any(
        one.name == "stats" and one.values and one.values[0][0] in {"enable", "uri"}
        for one in siblings
    )
    if not shows or not values:
        return None
    address = addresses.split(values[0][0])
    if address.host is None:
        return None
    return address.host, address.port, values[0][1], values[0][2]


def nginx_status(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A page that shows the state of nginx, on a server that is not only for this machine."""
    listens = [one for one in items if one.name == "listen" and one.values]
    own = [one for one in listens if one.path[:-1] == siblings[0].path[: len(one.path) - 1]]
    before = [one for one in own if _number(one) < _number(siblings[0])]
    if before:  # of several servers the one around it
        last = max(map(_number, before))
        listens = [one for one in before if _number(one) == last]
    wide = [one for one in listens if _scope(one.values[0][0]) is Scope.WILDCARD]
    if listens and not wide:
        return None
    place = values or (wide[0].values if wide else ())
    port = addresses.split(wide[0].values[0][0]).port if wide else None
    return ("", port, *(place[0][1:] if place else (0, 0)))


def _number(item: Item) -> int:
    """The number of the block that a directive stands in: later blocks have greater ones."""
    return item.block if isinstance(item.block, int) else 0


def _scope(text: str) -> Scope:
    host = addresses.split(text).host
    return addresses.scope_of(host) if host else Scope.WILDCARD


def star(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A list that is everything."""
    for text, start, end in values:
        if text.strip("'\"") == "*":
            return "", None, start, end
    return None


def no_bind(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A protection that is off."""
    for text, start, end in values:
        if text.lower() == "no":
            return "", None, start, end
    return None


def nats(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """`host:port`, or a port alone; what does not name both is completed by what stands beside."""
    if not values:
        return None
    text, start, end = values[0]
    address = addresses.split(text.strip("'\""))
    port = numbers.whole(text) if text.isdigit() else address.port
    if text.isdigit():
        hosts = [one.values[0][0] for one in siblings if one.name in {"host", "net"} and one.values]
        return (hosts[0] if hosts else "", port, start, end)
    if not address.host and port is None:
        return None
    return address.host or "", port or _port_of(siblings), start, end


def _port_of(items: Sequence[Item]) -> int | None:
    found = (numbers.whole(one.values[0][0]) for one in items if one.name == "port" and one.values)
    return next(found, None)


def ajp(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A connector for proxies that was given an address: without one it is on loopback."""
    if not values or not values[0][0].upper().startswith("AJP"):
        return None
    near = _element(values, items)
    addressed = [one for one in near if one.name == "address" and one.values]
    if not addressed:
        return None
    text, start, end = addressed[0].values[0]
    return text, _port_of(near), start, end


def _element(values: Values, items: Sequence[Item]) -> list[Item]:
    """The attributes of the element that one attribute belongs to: they stand side by side."""
    at = next((n for n, one in enumerate(items) if one.values == values), 0)
    path, first, last = items[at].path[:-1], at, at
    seen = {items[at].name}
    while first > 0 and items[first - 1].path[:-1] == path and items[first - 1].name not in seen:
        first -= 1
        seen.add(items[first].name)
    while last + 1 < len(items) and items[last + 1].path[:-1] == path:
        if items[last + 1].name in seen:
            break
        last += 1
        seen.add(items[last].name)
    return list(items[first : last + 1])


def port_on(values: Values, siblings: Sequence[Item], items: Sequence[Item]) -> Told | None:
    """A port that is opened when it is given: on the address beside it, or on every interface."""
    port = numbers.whole(values[0][0]) if values else None
    if not port:
        return None
    hosts = [one.values[0][0] for one in siblings if one.name == "address" and one.values]
    return hosts[0] if hosts else "", port, values[0][1], values[0][2]


def is_address(text: str) -> bool:
    """Say whether a text is an address and nothing else: no name, no list, no version."""
    address = addresses.split(text)
    host = address.host
    if host is None or "${}" in text:
        return False
    if not host:
        return address.port is not None
    return addresses.scope_of(host) in {Scope.WILDCARD, Scope.LOOPBACK, Scope.PRIVATE}


SPECIAL: dict[str, Callable[[Values, Sequence[Item], Sequence[Item]], Told | None]] = {
    "pg-hba": pg_hba,
    "port-host": port_host,
    "haproxy-stats": haproxy_stats,
    "nginx-status": nginx_status,
    "star": star,
    "no-bind": no_bind,
    "nats": nats,
    "ajp": ajp,
    "port-on": port_on,
}
"""Names that rows use to the functions."""
