"""Who may be contacted: what a signature pins or the configuration allows, and nobody else."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from leakhunt.verify import addresses
from leakhunt.verify.reasons import Refused, Unreachable
from leakhunt.verify.settings import Settings

if TYPE_CHECKING:
    from leakhunt.verify.addresses import Address

_NAME = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+")


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


PLAIN = "it would get the secret in plain text, and [verify] allow names it not"
"""Why a place is refused that has no TLS."""

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

    def addresses(self, target: Target, *, proxied: bool = False, plain: bool = False) -> list[str]:
        """Return the addresses to connect to: those that passed, in order.

        Args:
            target: who.
            proxied: a proxy will resolve the name again: it need not resolve here.
            plain: there will be no TLS.

        Raises:
            Refused: the host is not pinned and not allowed, or none of its addresses is.
            Unreachable: it has no address.
        """
        listed = self.by_name(target)
        literal = addresses.parsed(target.host)
        if literal is not None:
            if plain and not self.plain_text(target, str(literal)):
                raise Refused(PLAIN)
            return [str(literal)]
        if not (target.pinned or listed or any(entry.network for entry in self.settings.allow)):
            # Not even its name server hears of it.
            raise Refused("[verify] allow does not name it")
        try:
            found = self._resolve(target.host, target.port)
        except Unreachable:
            if proxied and (listed or (target.pinned and not plain)):
                return []
            if not (target.pinned or listed):
                raise Refused("[verify] allow does not name it") from None
            raise
        passed, why = [], ""
        for text in found:
            address = addresses.parsed(text)
            try:
                if address is None:
                    raise Refused("its address is none")
                self._check(address, target, listed)
                if plain and not self.plain_text(target, str(address)):
                    raise Refused(PLAIN)
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

    def plain_text(self, target: Target, address: str) -> bool:
        """Say whether a secret may go there without TLS.

        Only where `allow` names the address; or the host, if its address is not public: whoever
        allows an internal name has not said that its password may cross the internet.

        Args:
            target: who.
            address: what is connected to. Asking for it again could give another.
        """
        number = addresses.parsed(address)
        if number is None:
            return False
        if self._numbered(number, target.port):
            return True
        return self._listed(target) and bool(addresses.kind(number))
