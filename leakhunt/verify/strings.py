"""Connection strings: JDBC, ADO.NET, libpq, Go, `.pgpass`, and calls that open a database."""

from __future__ import annotations

import re
import urllib.parse
from typing import TYPE_CHECKING

from leakhunt import numbers
from leakhunt.verify.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST = r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})"
_END = re.compile(r"[^\s\"'`<>\\)\],]{0,400}")
_JDBC = re.compile(
    rf"jdbc:(?:[a-z0-9]+:)?([a-z0-9+]{{2,24}})://{_HOST}(?::(\d{{1,5}}))?"
    r"([/;?][^\s\"'`<>]{0,400})?$"
)
_GO = (
    re.compile(r"([\w.-]{1,64}):$"),
    re.compile(r"@(?:tcp[46]?)\(([^\s()\"'`:]+)(?::(\d+))?\)"),
)
_PGPASS = re.compile(rf"(?m)^{_HOST}:(\d{{1,5}}|\*):([^:\n]{{1,64}}):([^:\n]{{1,64}}):$")
_CALL = re.compile(
    r"(mysqli?_(?:p?connect|real_connect)|new\s+mysqli|new\s+\\?PDO)\s*\(\s*"
    r"[\"']([^\"'\n]{2,200})[\"']\s*,\s*[\"']([^\"'\n]{1,64})[\"']\s*,\s*[\"']$"
)
_PDO = re.compile(r"(mysql|pgsql):(.*)")
_SERVERS = (
    "server",
    "data source",
    "datasource",
    "host",
    "hostname",
    "hostaddr",
    "address",
    "addr",
)
_USERS = ("user", "user id", "userid", "username", "user name", "uid")
_BASES = ("database", "initial catalog", "dbname", "db")
_LIBPQ = frozenset({"host", "hostaddr", "port", "user", "dbname", "sslmode"})
_NPGSQL = frozenset({"username", "ssl mode", "sslmode", "search path", "searchpath"})


def place(before: str, secret: str, after: str) -> Place | None:
    """Return where the password in a connection string belongs, or None.

    Args:
        before: what stands before the password.
        secret: the password.
        after: what stands after it.
    """
    for read in (_jdbc, _go, _pgpass, _call, _semicolons, _words):
        if found := read(before, secret, after):
            return found
    return None


def _jdbc(before: str, secret: str, after: str) -> Place | None:
    left = _JDBC.search(before[-500:])
    if left is None:
        return None
    tail = (left[4] or "").replace("&amp;", "&")
    rest = (_END.match(after) or [""])[0].replace("&amp;", "&")
    base, _, query = re.sub(r"[?;]", "?", tail, count=1).partition("?")
    pairs = _pairs(re.split(r"[&;]", f"{query}&{rest}"))
    return Place(
        left[1],
        urllib.parse.unquote(_first(pairs, _USERS)),
        urllib.parse.unquote(secret),
        left[2].strip("[]"),
        numbers.whole(left[3]) or 0,
        urllib.parse.unquote(base.strip("/")) or _first(pairs, ("databasename", "database")),
        _tls(pairs),
    )


def _go(before: str, secret: str, after: str) -> Place | None:
    left, right = _GO[0].search(before[-80:]), _GO[1].match(after)
    if not (left and right):
        return None
    return Place("mysql", left[1], secret, right[1], numbers.whole(right[2]) or 0)


def _pgpass(before: str, secret: str, _: str) -> Place | None:
    found = _PGPASS.search(before[-500:])
    if found is None:
        return None
    port = numbers.whole(found[2]) or 0
    base = "" if found[3] == "*" else found[3]
    return Place("postgresql", found[4], secret, found[1].strip("[]"), port, base)


def _call(before: str, secret: str, _: str) -> Place | None:
    found = _CALL.search(before[-500:])
    if found is None:
        return None
    if not found[1].endswith("PDO"):
        host, _, port = found[2].partition(":")
        number = numbers.whole(port) or 0
        return Place("mysql", found[3], secret, host.removeprefix("p:"), number)
    name = _PDO.fullmatch(found[2])
    pairs = _pairs(name[2].split(";")) if name else {}
    if name is None or not pairs.get("host"):
        return None
    port = pairs.get("port", "")
    number = numbers.whole(port) or 0
    return Place(name[1], found[3], secret, pairs["host"], number, pairs.get("dbname", ""))


def _semicolons(before: str, secret: str, after: str) -> Place | None:
    """`Server=…;User Id=…;Password=…`: which server it is only some of its keys say."""
    left = re.split(r"[\"'\n>]", before[-600:])[-1]
    right = re.split(r"[\"'\n<]", after[:600])[0]
    if ";" not in left:
        return None
    pairs = _pairs(f"{left}{right}".split(";"))
    host, _, port = _first(pairs, _SERVERS).removeprefix("tcp:").partition(",")
    scheme = _scheme(pairs, host, port)
    if not host or not scheme or not re.fullmatch(_HOST, host):
        return None
    port = port or pairs.get("port", "")
    user, base = _first(pairs, _USERS), _first(pairs, _BASES)
    number = numbers.whole(port) or 0
    return Place(scheme, user, secret, host.strip("[]"), number, base, _tls(pairs))


def _scheme(pairs: Mapping[str, str], host: str, port: str) -> str:
    driver = _first(pairs, ("driver", "provider")).lower()
    for word, scheme in (("postgres", "postgresql"), ("mysql", "mysql"), ("mariadb", "mysql")):
        if word in driver:
            return scheme
    if driver or port or "initial catalog" in pairs or "\\" in host:
        return ""
    number = pairs.get("port", "")
    if number in ("5432", "6432") or ("host" in pairs and _NPGSQL & set(pairs)):
        return "postgresql"
    return "mysql" if number == "3306" else ""


def _words(before: str, secret: str, after: str) -> Place | None:
    """`host=… user=… password=…`, as libpq reads it."""
    left = re.split(r"[\"'`\n]", before[-500:])[-1]
    right = re.split(r"[\"'`\n]", after[:500])[0]
    if re.search(r"[;,{}]", left + right):
        return None
    pairs = dict(re.findall(r"(\w+)\s?=\s?([^\s=]+)", f"{left}\0 {right}".replace("\0", "")))
    host = pairs.get("hostaddr") or pairs.get("host", "")
    if not re.fullmatch(_HOST, host) or len(_LIBPQ & set(pairs)) < 2:
        return None
    port = pairs.get("port", "")
    options = (("sslmode", pairs["sslmode"]),) if "sslmode" in pairs else ()
    number = numbers.whole(port) or 0
    user, base = pairs.get("user", ""), pairs.get("dbname", "")
    return Place("postgresql", user, secret, host.strip("[]"), number, base, options)


def _pairs(items: list[str]) -> dict[str, str]:
    split = (item.partition("=") for item in items)
    return {name.strip().lower(): value.strip() for name, _, value in split if value.strip()}


def _first(pairs: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((pairs[name] for name in names if pairs.get(name)), "")


def _tls(pairs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the options that say whether only TLS will do, as `Place.secured` knows them."""
    named = {name.replace(" ", ""): value for name, value in pairs.items()}
    known = ("sslmode", "ssl-mode", "ssl", "usessl")
    return tuple((name, named[name]) for name in known if name in named)
