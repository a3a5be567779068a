"""`leakhunt-ports.toml` to an `Inventory`: what is wrong in it is said with its line."""

from __future__ import annotations

import datetime
import ipaddress
import re
from typing import TYPE_CHECKING, Any

from leakhunt import documents
from leakhunt.errors import ConfigError
from leakhunt.exposure.addresses import scope_of
from leakhunt.exposure.inventory.model import Entry, Intent, Inventory
from leakhunt.exposure.model import Auth, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
_HEADER = re.compile(r"(?m)^[ \t]*\[\[[ \t]*service[ \t]*\]\]")
KEYS: dict[str, type] = {
    "name": str,
    "port": int,
    "exposure": str,
    "last": int,
    "protocol": str,
    "inside": int,
    "bind": str,
    "environments": dict,
    "image": str,
    "program": str,
    "auth": str,
    "allow": list,
    "tokens": list,
    "behind": str,
    "owner": str,
    "reason": str,
    "expires": datetime.date,
    "elsewhere": bool,
}
_KINDS = {
    str: "a text",
    int: "a whole number",
    dict: "a table such as { dev = 5433 }",
    list: "a list of texts",
    bool: "true or false",
    datetime.date: "a day such as 2027-01-31, without quotes",
}
_REQUIRED = ("name", "port", "exposure")
_PROTOCOLS = ("tcp", "udp", "sctp")


def read(path: str, text: str) -> Inventory:
    """Read an inventory.

    Args:
        path: how the file is called.
        text: its content.

    Raises:
        ConfigError: it is wrong; with file, line and hint, for the first thing that is.
    """
    return _File(path, text).inventory()


class _File:
    """One file, and where in it things stand."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.starts = [found.start() for found in _HEADER.finditer(text)]

    def inventory(self) -> Inventory:
        """Parse and check all of it."""
        try:
            document = documents.of_toml(self.text)
        except documents.Unreadable as error:
            raise ConfigError(
                f"{self.path}:{error.line}: not valid TOML: {error}", "see https://toml.io"
            ) from None
        for key in document:
            if key not in ("version", "service"):
                hint = "services are written as [[service]]; beside them there is only version"
                raise self.wrong(-1, key, f"unknown key '{key}'", hint)
        if document.get("version") != VERSION:
            hint = f"write version = {VERSION} at the top"
            raise self.wrong(-1, "version", "the version of the format is missing or unknown", hint)
        services = document.get("service", [])
        if not isinstance(services, list) or not all(isinstance(one, dict) for one in services):
            raise self.wrong(-1, "service", "'service' is no list of tables", "write [[service]]")
        if len(self.starts) != len(services):
            self.starts = []  # written in another way: then the line is that of the file
        entries = tuple(self.entry(number, values) for number, values in enumerate(services))
        self.once(entries)
        return Inventory(self.path, entries)

    def entry(self, number: int, values: Mapping[str, Any]) -> Entry:
        """Check one service."""
        for key in values:
            if key not in KEYS:
                import difflib

                close = difflib.get_close_matches(key, KEYS, 1)
                hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(KEYS)}"
                raise self.wrong(number, key, f"unknown key '{key}'", hint)
        name = values.get("name")
        called = f" of '{name}'" if isinstance(name, str) else ""
        for key in _REQUIRED:
            if key not in values:
                hint = f"every service has {', '.join(_REQUIRED[:-1])} and {_REQUIRED[-1]}"
                raise self.wrong(number, "", f"'{key}'{called} is missing", hint)
        for key, value in values.items():
            self.kind(number, key, value, called)
        entry = Entry(
            **{
                **values,
                "exposure": self.choice(number, "exposure", values["exposure"], list(Intent)),
                "auth": self.choice(number, "auth", values.get("auth", Auth.UNKNOWN), list(Auth)),
                "expires": str(values.get("expires", "")),
                "allow": tuple(values.get("allow", ())),
                "tokens": tuple(values.get("tokens", ())),
                "line": self.line(number, ""),
            }
        )
        self.sensible(number, entry)
        return entry

    def kind(self, number: int, key: str, value: Any, called: str) -> None:
        """Refuse a value of the wrong type."""
        wanted = KEYS[key]
        good = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
        if wanted is datetime.date:
            good = good and not isinstance(value, datetime.datetime)
        if wanted is list:
            good = good and all(isinstance(item, str) for item in value)
        if wanted is dict and good:
            good = all(isinstance(p, int) and not isinstance(p, bool) for p in value.values())
        if not good:
            hint = f"write {key} as {_KINDS[wanted]}"
            raise self.wrong(number, key, f"'{key}'{called} is not {_KINDS[wanted]}", hint)

    def choice(self, number: int, key: str, value: str, known: list[Any]) -> Any:
        """Return the member of an enumeration."""
        if value not in known:
            message = f"'{key}' is '{value}'"
            raise self.wrong(number, key, message, f"one of: {', '.join(known)}")
        return known[known.index(value)]

    def sensible(self, number: int, entry: Entry) -> None:
        """Refuse values that cannot be."""
        numbers = {"port": entry.port, "last": entry.last or entry.port}
        numbers |= {"inside": entry.inside or entry.port}
        numbers |= {f"environments.{name}": port for name, port in entry.environments.items()}
        for key, port in numbers.items():
            if not 0 < port < 65536:
                message = f"'{key}' of '{entry.name}' is {port}"
                place = key.partition(".")[0]
                raise self.wrong(number, place, message, "ports are 1 to 65535")
        if not entry.name.strip():
            raise self.wrong(number, "name", "'name' is empty", "name the service")
        if entry.last and entry.last < entry.port:
            message = f"'last' of '{entry.name}' is before 'port'"
            raise self.wrong(number, "last", message, "a range ends after its start")
        if entry.protocol not in _PROTOCOLS:
            message = f"'protocol' is '{entry.protocol}'"
            raise self.wrong(number, "protocol", message, f"one of: {', '.join(_PROTOCOLS)}")
        for network in entry.allow:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                message = f"'allow' of '{entry.name}' has '{network}', which is no network"
                raise self.wrong(number, "allow", message, "write 10.0.0.0/8") from None
        self._bind(number, entry)

    def _bind(self, number: int, entry: Entry) -> None:
        scope = scope_of(entry.bind) if entry.bind else None
        if scope is Scope.UNKNOWN:
            message = f"'bind' of '{entry.name}' is '{entry.bind}', which is no address"
            raise self.wrong(number, "bind", message, "write 127.0.0.1, 0.0.0.0 or a private one")
        narrow = entry.exposure is not Intent.PUBLIC
        if scope in (Scope.WILDCARD, Scope.PUBLIC) and narrow and not entry.reason:
            message = f"'{entry.name}' is {entry.exposure} and is to be bound to every interface"
            hint = "bind it to one address, or give a reason: what keeps others out?"
            raise self.wrong(number, "bind", message, hint)

    def once(self, entries: tuple[Entry, ...]) -> None:
        """Refuse a port of a service that is declared twice."""
        seen: dict[tuple[str, int, str], Entry] = {}
        for number, entry in enumerate(entries):
            key = (entry.name, entry.port, entry.protocol)
            if key in seen:
                message = (
                    f"port {entry.port} of '{entry.name}' is declared twice, "
                    f"already in line {seen[key].line}"
                )
                raise self.wrong(number, "port", message, "delete one of the two")
            seen[key] = entry

    def wrong(self, number: int, key: str, message: str, hint: str) -> ConfigError:
        """Return the error for a key of a service; -1 is the top of the file."""
        return ConfigError(f"{self.path}:{self.line(number, key)}: {message}", hint)

    def line(self, number: int, key: str) -> int:
        """Return the line of a key, of its service, or 1."""
        start, end = 0, self.starts[0] if self.starts else len(self.text)
        if number >= 0 and self.starts:
            start = self.starts[number]
            end = (*self.starts, len(self.text))[number + 1]
        if key:
            name = re.escape(key)
            pattern = rf"(?m)^[ \t]*(?:[\"']?{name}[\"']?[ \t]*[.=]|\[+[\w. \t]*\b{name}\b)"
            found = re.compile(pattern).search(self.text, start, end)
            # Without its header a service may lie anywhere.
            start = found.start() if found else start
        return self.text.count("\n", 0, start) + 1
