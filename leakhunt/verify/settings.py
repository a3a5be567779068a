"""`[verify]` in the configuration: whom to ask, where, and how hard."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import TYPE_CHECKING, Any

from leakhunt import numbers
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = {
    "timeout": (0.1, 120.0),
    "rate": (0.01, 10_000.0),
    "concurrency": (1, 64),
    "cache": (0, 24 * 365),
}
_HOST = r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"


class Wrong(ValueError):  # noqa: N818 (what is wrong, not an error of ours)
    """A key of the table is wrong.

    Args:
        key: which.
        message: what about it.
        hint: what to write instead.
    """

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.key, self.message, self.hint = key, message, hint


@record(frozen=True, slots=True)
class Allowed:
    """One entry of `allow`."""

    host: str = ""  # a name, or `*.` and the end of one
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    port: int = 0  # 0 is any


@record(frozen=True, slots=True)
class Settings:
    """What the configuration says about verification."""

    endpoints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """From the name of a provider's file to a base URL."""
    allow: tuple[Allowed, ...] = ()
    timeout: float = 10.0  # seconds for one request, all in all
    rate: float = 5.0  # requests a second and host
    concurrency: int = 8  # requests at the same time
    cache: float = 24.0  # hours for which a dead credential is not asked about again
    ca_file: str = ""  # further certificates to trust, PEM


def read(table: Any, folder: str = ".") -> Settings:
    """Check the table.

    Args:
        table: as TOML gives it.
        folder: where the file lies, for a relative `ca_file`.

    Raises:
        Wrong: a key is unknown or its value is.
    """
    if not isinstance(table, dict):
        raise Wrong("verify", "'verify' is no table", "write [verify]")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "endpoints":
            values[key] = _endpoints(value)
        elif key == "allow":
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise Wrong(key, "'allow' must be a list of strings", 'allow = ["10.0.0.0/8"]')
            values[key] = tuple(map(_allowed, value))
        elif key in _NUMBERS:
            low, high = _NUMBERS[key]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise Wrong(key, f"'{key}' must be a number", f"{low:g} to {high:g}")
            if not low <= value <= high:
                raise Wrong(key, f"'{key}' is out of range", f"{low:g} to {high:g}")
            values[key] = int(value) if key == "concurrency" else float(value)
        elif key == "ca_file":
            if not isinstance(value, str) or not value:
                raise Wrong(key, "'ca_file' must be the name of a file", "a file in PEM")
            import os

            values[key] = os.path.join(folder, value)  # noqa: PTH118
        else:
            known = ("endpoints", "allow", *_NUMBERS, "ca_file")
            raise Wrong(key, f"unknown key '{key}' in [verify]", f"known: {', '.join(known)}")
    return Settings(**values)


def _endpoints(value: Any) -> dict[str, str]:
    hint = 'write for example github = "https://ghe.example.com/api/v3"'
    if not isinstance(value, dict):
        raise Wrong("endpoints", "'endpoints' is no table", hint)
    for name, url in value.items():
        if not isinstance(url, str) or not re.fullmatch(
            r"[a-z][a-z0-9+.-]{1,20}://(?:[\w.%-]+@)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])"
            r"(?::\d{1,5})?(?:/[^\s?#]*)?",
            url,
        ):
            raise Wrong(str(name), f"the endpoint '{name}' is no base URL", hint)
    return dict(value)


def _allowed(text: str) -> Allowed:
    hint = 'an address, a network, a host, "*.corp.example"; a port may follow'
    bare, port = text, ""
    if text.startswith("["):
        bare, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        bare, _, port = text.partition(":")
    if port and not numbers.port(port):
        raise Wrong("allow", f"'{text}' has a port that is none", hint)
    number = numbers.port(port) or 0
    try:
        return Allowed("", ipaddress.ip_network(bare, strict=False), number)
    except ValueError:
        if not re.fullmatch(_HOST, bare) or re.fullmatch(r"[\d.]+(?:/\d+)?", bare):
            raise Wrong("allow", f"'{text}' is neither a host nor an address", hint) from None
    return Allowed(bare.lower().rstrip("."), None, number)
