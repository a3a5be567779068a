"""Servers that are named by DNS alone (SRV), as of `mongodb+srv`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.verify.reasons import Refused, Unreachable

if TYPE_CHECKING:
    import dns.resolver

MISSING = "its servers are named by DNS, which takes dnspython: pip install 'leakhunt[mongodb]'"


def installed() -> bool:
    """Say whether names of this kind can be looked up."""
    try:
        import dns.resolver  # noqa: F401
    except ImportError:
        return False
    return True


def resolver() -> dns.resolver.Resolver:
    """Return who is asked: the name servers of this host."""
    import dns.resolver

    return dns.resolver.Resolver()


def servers(service: str, host: str, seconds: float) -> tuple[list[tuple[str, int]], str]:
    """Return the servers of a service, and the options that its name carries.

    Args:
        service: as in `_mongodb._tcp`.
        host: the name; may be looked up by the policy.
        seconds: how long that may take.

    Returns:
        Hosts and ports, in the order in which they want to be asked; and a query (TXT) or nothing.

    Raises:
        Unreachable: it has no servers.
        Refused: they are none of its own domain, as a stranger could have it.
    """
    import dns.exception
    import dns.resolver

    asked = resolver()
    try:
        found = asked.resolve(f"_{service}._tcp.{host}", "SRV", lifetime=seconds)
    except (dns.exception.DNSException, OSError):
        raise Unreachable("its servers are not known here (SRV)") from None
    rows = sorted(
        (row.priority, -row.weight, str(row.target).rstrip("."), row.port) for row in found
    )
    domain = "." + host.lower().rstrip(".").partition(".")[2]
    if domain.count(".") < 2 or not all(name.lower().endswith(domain) for _, _, name, _ in rows):
        raise Refused("DNS names servers of another domain for it")
    try:
        text = asked.resolve(host, "TXT", lifetime=seconds)
        options = b"".join(next(iter(text)).strings).decode("ascii", "replace")
    except (dns.exception.DNSException, OSError):
        options = ""
    return [(name, port) for _, _, name, port in rows], options
