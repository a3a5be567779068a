"""Who may be contacted: what a signature pins or the configuration allows, and nobody else."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from leakhunt.verify import addresses
from leakhunt.verify.settings import Settings

if TYPE_CHECKING:
    from leakhunt.verify.addresses import Address

_NAME = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+")


class Refused(Exception):  # noqa: N818 (a decision, not an error)
    """A host or an address that must not be contacted; the message says why."""


class Unreachable(Exception):  # noqa: N818 (an answer that did not come)
    """Nobody answered, or not in a way that could be trusted; the message says why."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Target:
    """Somebody who would be contacted."""

    host: str
    port: int
    pinned: bool = False
    """A signature or an endpoint of the configuration names the host, not what was found."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


Resolve = Callable[[str, int], list[str]]
"""Host and port to addresses."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host.

    Raises:
        Unreachable: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("its name is not known here") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Policy:
    """Decides, before anything is sent.

    Args:
        settings: what the configuration says.
        resolve: names to addresses.
    """

    def __init__(self, settings: Settings | None = None, resolve: Resolve = resolve) -> None:
        self.settings = settings or Settings()
        self._resolve = resolve

    def by_name(self, target: Target) -> bool:
        """Say whether a host may be contacted as far as its name goes.

        Raises:
            Refused: it may not.
        """
        literal = addresses.parsed(target.host)
        if literal is None and not _NAME.fullmatch(target.host):
            raise Refused("it is no name of a host")
        if not 0 < target.port < 65536:
            raise Refused("it is no port")
        listed = self._listed(target)
        if literal is not None:
            self._check(literal, target, listed)
        return listed

    def doubt(self, target: Target) -> str:
        """Return why a host would not be contacted, as far as its name says; or nothing."""
        try:
            listed = self.by_name(target)
        except Refused as refusal:
            return str(refusal)
        if target.pinned or listed or addresses.parsed(target.host) is not None:
            return ""
        if any(entry.network for entry in self.settings.allow):
            return "[verify] allow does not name it; it may name its address"
        return "[verify] allow does not name it"

    def addresses(self, target: Target, *, proxied: bool = False) -> list[str]:
        """Return the addresses to connect to: those that passed, in order.

        Args:
            target: who.
            proxied: a proxy will resolve the name again: it need not resolve here.

        Raises:
            Refused: the host is not pinned and not allowed, or none of its addresses is.
            Unreachable: it has no address.
        """
        listed = self.by_name(target)
        literal = addresses.parsed(target.host)
        if literal is not None:
            return [str(literal)]
        if not (target.pinned or listed or any(entry.network for entry in self.settings.allow)):
            # Not even its name server hears of it.
            raise Refused("[verify] allow does not name it")
        try:
            found = self._resolve(target.host, target.port)
        except Unreachable:
            if proxied and (target.pinned or listed):
                return []
            raise
        passed, why = [], ""
        for text in found:
            address = addresses.parsed(text)
            try:
                if address is None:
                    raise Refused("its address is none")
                self._check(address, target, listed)
                passed.append(str(address))
            except Refused as refusal:
                why = str(refusal)
        if not passed:
            raise Refused(why or "it has no address")
        return passed

    def _check(self, address: Address, target: Target, listed: bool) -> None:
        if self._numbered(address, target.port):
            return
        said = addresses.kind(address)
        if said and not (listed and not addresses.named_only(said)):
            raise Refused(f"{address} is {said}, and [verify] allow does not name it")
        if not said and not (target.pinned or listed):
            raise Refused("[verify] allow does not name it")

    def _listed(self, target: Target) -> bool:
        host = target.host.lower().rstrip(".")
        return any(
            (entry.host == host or (entry.host[:2] == "*." and host.endswith(entry.host[1:])))
            and entry.port in (0, target.port)
            for entry in self.settings.allow
            if entry.host
        )

    def _numbered(self, address: Address, port: int) -> bool:
        """Say whether `allow` names the address; all that it embeds has to be named."""
        return all(
            any(
                entry.network is not None
                and one.version == entry.network.version
                and one in entry.network
                and entry.port in (0, port)
                for entry in self.settings.allow
            )
            for one in self._weighed(address)
        )

    @staticmethod
    def _weighed(address: Address) -> list[Address]:
        """Return what of an address has to be allowed: an IPv4 address inside, or itself."""
        inside = list(addresses.embedded(address))
        return inside[1:] or inside

    def plain_text(self, target: Target) -> bool:
        """Say whether a secret may go there without TLS: only where `allow` names it."""
        literal = addresses.parsed(target.host)
        if literal is not None:
            return self._numbered(literal, target.port)
        if self._listed(target):
            return True
        try:
            found = [addresses.parsed(text) for text in self._resolve(target.host, target.port)]
        except Unreachable:
            return False
        return all(one is not None and self._numbered(one, target.port) for one in found)
