"""What the sockets of this host say about findings: wider, narrower, or nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.exposure import services
from leakhunt.exposure.live.join import Expected, Seen, seen
from leakhunt.exposure.live.model import LiveState, Ownership, Width
from leakhunt.model import Severity, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.exposure.live.join import Confirm
    from leakhunt.exposure.live.model import Host
    from leakhunt.model import Finding

_LEVELS = list(Severity)
_PUBLISHED = ("security-group", "host-network")
"""Forms of publications in which the program itself has the socket."""


def verified(
    findings: Iterable[Finding],
    host: Host,
    confirm: Confirm | None = None,
    *,
    folder: str = "",
    moment: str = "",
) -> list[Finding]:
    """Say of each exposure with a port whether this host has it, and judge it again.

    What is open to everybody here is a level worse, if it is surely the same program. What does
    not listen, or listens on loopback, is a level milder and stays a finding: what is configured
    may run tomorrow, or elsewhere.

    Args:
        findings: any findings; those of secrets are left as they are.
        host: what was seen of this host.
        confirm: asks a port how wide it is.
        folder: the folder of the project: what runs from there is its own.
        moment: when the host was looked at, as ISO 8601.
    """
    return [_verified(one, host, confirm, folder, moment) for one in findings]


def _verified(
    finding: Finding, host: Host, confirm: Confirm | None, folder: str, moment: str
) -> Finding:
    properties = finding.properties
    # What is published is open here by its outer port, and what nobody publishes is not.
    port = properties.get("published_port") if "form" in properties else properties.get("port")
    inside = properties.get("reach") == "contained"
    if finding.kind != "exposure" or inside or not isinstance(port, int) or not port:
        return finding
    result = seen(_expected(finding, port, folder), host, confirm)
    state, step, reason = _judged(result, port)
    rank = max(0, min(finding.severity.rank + step, len(_LEVELS) - 1))
    details = {"live": result.state.value, "owner": result.ownership.value}
    if result.sockets:
        details["socket"] = result.sockets[0].shown
    if result.owner:
        details["process"] = f"{result.owner.program} ({result.owner.pid})"
    return dataclasses.replace(
        finding,
        severity=_LEVELS[rank],
        verdict=Verdict(state, reason, moment, details),
    )


def _expected(finding: Finding, port: int, folder: str) -> Expected:
    texts = {key: str(value) for key, value in finding.properties.items()}
    inner = finding.properties.get("port")
    kind = services.of_name(texts.get("service", ""))
    kind = kind or services.of_port(inner if isinstance(inner, int) else port)
    form = texts.get("form", "")
    protocol = texts.get("protocol", "tcp")
    return Expected(
        port,
        "udp" if protocol == "udp" else "tcp",
        contained=bool(form) and form not in _PUBLISHED,
        service=texts.get("service", ""),
        programs=kind.programs if kind else (),
        folder=folder,
    )


def _judged(result: Seen, port: int) -> tuple[State, int, str]:
    """Return the verdict, by how much the severity moves, and why."""
    who = f" by {result.owner.program}" if result.owner else ""
    if result.state is LiveState.UNKNOWN:
        return State.UNKNOWN, 0, f"whether port {port} is open here is not known: {result.reason}"
    if result.state is LiveState.NOT_LISTENING:
        return State.INACTIVE, -1, f"nothing listens on port {port} of this host now"
    if result.ownership is Ownership.OTHER:
        return State.UNKNOWN, 0, f"port {port} of this host is held{who}, which is another program"
    if result.width is Width.LOOPBACK:
        return State.INACTIVE, -1, f"port {port} of this host is open on loopback only{who}"
    if result.width is Width.SPECIFIC:
        shown = result.sockets[0].shown if result.sockets else result.forwards[0].address
        return State.ACTIVE, 0, f"port {port} of this host is open on {shown}{who}"
    ours = result.ownership is Ownership.MATCHED
    sure = "" if ours else ", by whom is not known" if not who else ", perhaps another program"
    reason = f"port {port} of this host is open on every interface{who}{sure}"
    return State.ACTIVE, 1 if ours else 0, reason
