"""Settings: the host and the user that stand beside a password under names of the same family.

`DB_HOST`, `DB_USER` and `DB_PASSWORD` belong together, and so do `host:`, `username:` and
`password:` of one block. Where two hosts could be meant, none is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import numbers
from leakhunt.verify.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = re.compile(r"([A-Za-z_][\w.-]{0,80})[\"']?\]?\s{0,4}(?:=>|:=|[:=])\s{0,4}[\"']?$")
_SETTING = re.compile(
    r"([A-Za-z_][\w.-]{0,80})[\"']?\]?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}"
    r"(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})'|([^\s\"',;{}()\[\]$]{1,300})(?=[\s\"',;}]|$))"
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORD = frozenset({"password", "passwd", "pass", "pwd", "passwort", "secret", "auth"})
_ROLES = {
    "host": "host",
    "hostname": "host",
    "server": "host",
    "address": "host",
    "addr": "host",
    "endpoint": "host",
    "user": "user",
    "username": "user",
    "login": "user",
    "uid": "user",
    "port": "port",
    "database": "base",
    "dbname": "base",
    "db": "base",
    "name": "base",
    "connection": "kind",
    "engine": "kind",
    "adapter": "kind",
    "driver": "kind",
    "dialect": "kind",
    "type": "kind",
    "client": "kind",
    "url": "url",
    "uri": "url",
}
_KINDS = (
    (re.compile(r"postgres|pgsql|psycopg|\bpg\b"), "postgresql", "5432"),
    (re.compile(r"mysql|mariadb"), "mysql", "3306"),
    (re.compile(r"redis|valkey"), "redis", "6379"),
    (re.compile(r"mongo"), "mongodb", "27017"),
    (re.compile(r"rabbit|amqp"), "amqp", "5672"),
    (re.compile(r"smtp|e?mail"), "smtp", "587"),
    (re.compile(r"\bftp\b"), "ftp", "21"),
)
_HOST = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253}")
_BLOCK = 60
"""Lines of one block that are looked at, on either side."""


def place(before: str, secret: str, after: str) -> Place | None:
    """Return where a password belongs by the settings beside it, or None.

    Args:
        before: what stands before the password.
        secret: the password.
        after: what stands after it.
    """
    own = _OWN.search(before[-120:])
    family = _family(own[1]) if own else None
    if family is None:
        return None
    roles = _roles(family, *((before, after) if family else _block(before, after)))
    _take_address(roles)
    hosts = {host for host in roles.get("host", ()) if _HOST.fullmatch(host)}
    users, ports = roles.get("user", set()), roles.get("port", set())
    if len(hosts) != 1 or len(users) > 1 or len(ports) > 1:
        return None
    scheme = _kind(" ".join((*family, *sorted(roles.get("kind", ())))).lower(), ports)
    if not scheme or (not users and scheme != "redis"):
        return None
    bases = roles.get("base", set())
    (host,), port = hosts, next(iter(ports), "")
    return Place(
        scheme,
        next(iter(users), ""),
        secret,
        host.strip("[]"),
        numbers.whole(port) or 0,
        next(iter(bases)) if len(bases) == 1 and scheme != "redis" else "",
    )


def _split(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _family(name: str) -> tuple[str, ...] | None:
    """Return the words before `password` in its name; None if it is named otherwise."""
    words = _split(name)
    if not words or words[-1] not in _PASSWORD:
        return None
    return tuple(words[:-1])


def _roles(family: tuple[str, ...], before: str, after: str) -> dict[str, set[str]]:
    """Return what hosts, users and so on have names of the same family."""
    found: dict[str, set[str]] = {}
    for text in (before, after):
        for name, *values in _SETTING.findall(text):
            words = tuple(_split(name))
            role = _ROLES.get("".join(words[len(family) :]))
            if words[: len(family)] != family:
                role = None
            if words == family and family[-1:] == ("host",):  # EMAIL_HOST, EMAIL_HOST_PASSWORD
                role = "host"
            if family[-1:] == ("host",) and words == (*family[:-1], "port"):
                role = "port"
            if role:
                found.setdefault(role, set()).add(next(filter(None, values)))
    return found


def _take_address(roles: dict[str, set[str]]) -> None:
    """Read host, port and kind out of an address without a password."""
    for address in roles.pop("url", set()):
        match = re.match(r"(?:jdbc:)?([a-z0-9+]{2,20})://([^\s:/@?;]+)(?::(\d+))?", address)
        if match:
            roles.setdefault("kind", set()).add(match[1])
            roles.setdefault("host", set()).add(match[2])
            if match[3]:
                roles.setdefault("port", set()).add(match[3])


def _kind(words: str, ports: set[str]) -> str:
    found = {scheme for pattern, scheme, _ in _KINDS if pattern.search(words)}
    if not found:
        found = {scheme for _, scheme, port in _KINDS if port in ports}
    return found.pop() if len(found) == 1 else ""


def _block(before: str, after: str) -> tuple[str, str]:
    """Return what stands in the same block: between braces, or at the same indentation."""
    start, end = _unclosed(before), _unopened(after)
    if start is not None and end is not None:
        return before[start:], after[:end]
    line = before.rpartition("\n")[2]
    indent = len(line) - len(line.lstrip(" \t-"))
    above = before.split("\n")[:-1][::-1][:_BLOCK]
    below = after.split("\n")[1 : _BLOCK + 1]
    up = [*_same(above, indent)][::-1]
    rest = after.partition("\n")[0]
    return "\n".join([*up, line]), "\n".join([rest, *_same(below, indent)])


def _same(lines: list[str], indent: int) -> Iterator[str]:
    for line in lines:
        bare = line.lstrip(" \t-")
        if not bare or bare.startswith("[") or len(line) - len(bare) < indent:
            return
        if len(line) - len(bare) == indent:
            yield line


def _unclosed(text: str) -> int | None:
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == "}") - (text[at] == "{")
        if depth < 0:
            return at
    return None


def _unopened(text: str) -> int | None:
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return at
    return None
