"""The ports of a moment: what is compared of them, and read back from a saved report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt import documents
from leakhunt.errors import SourceError
from leakhunt.exposure.live.model import Width
from leakhunt.exposure.model import Reach
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.inventory.model import Opening
    from leakhunt.exposure.live.model import Socket

SCHEMA = 1


@record(frozen=True, slots=True)
class Port:
    """A port of a saved moment: what is compared, and no more.

    Attributes:
        service: its service.
        port: its number.
        protocol: `tcp`, `udp`, ...
        reach: from where it could be reached.
        bind: the address as it was written, or empty.
        path: the file that opened it.
        line: and the line in it, or 0.
    """

    service: str
    port: int
    protocol: str
    reach: Reach
    bind: str = ""
    path: str = ""
    line: int = 0


@record(frozen=True, slots=True)
class Open:
    """A socket of a saved moment.

    Attributes:
        port: its number.
        protocol: `tcp` or `udp`.
        width: from where it could be reached.
        address: as it was shown.
        program: who held it, or empty.
    """

    port: int
    protocol: str
    width: Width
    address: str = ""
    program: str = ""


@record(frozen=True, slots=True)
class Moment:
    """What was known at a moment.

    Attributes:
        ports: those of the files.
        sockets: those of a host; None if nobody looked.
    """

    ports: tuple[Port, ...]
    sockets: tuple[Open, ...] | None = None


def moment(found: Iterable[Opening], sockets: Sequence[Socket] | None = None) -> Moment:
    """Return what is to be compared of some ports, and of the sockets of a host."""
    ports = tuple(
        Port(
            one.service,
            one.port,
            one.protocol,
            one.reach,
            one.widest.bind,
            one.widest.where.path or "",
            one.widest.where.line or 0,
        )
        for one in found
    )
    return Moment(ports, None if sockets is None else opened(sockets))


def opened(sockets: Iterable[Socket]) -> tuple[Open, ...]:
    """Return the sockets with a number, of each port the widest, sorted."""
    widest: dict[tuple[int, str], Open] = {}
    for one in sockets:
        key = (one.port, one.protocol)
        # UDP knows no listening, and its ports come and go.
        if one.protocol == "tcp" and (key not in widest or one.width.rank > widest[key].width.rank):
            program = one.owners[0].program if one.owners else ""
            widest[key] = Open(one.port, one.protocol, one.width, one.shown, program)
    return tuple(widest[key] for key in sorted(widest))


def load(path: str, text: str) -> Moment:
    """Read what `leakhunt ports show` or `live` saved with `--format json`.

    Raises:
        SourceError: it is none of that.
    """
    try:
        document = documents.of_json(text)
    except documents.Unreadable as error:
        raise SourceError(f"{path}:{error.line}: {error}", _HINT) from None
    if not isinstance(document, dict) or document.get("kind") not in ("ports", "live"):
        raise SourceError(f"{path}:1: no saved ports", _HINT)
    if document.get("schema") != SCHEMA:
        raise SourceError(f"{path}:1: saved in an unknown schema", "save them again")
    try:
        ports = tuple(_port(item) for item in document["services"] if "reach" in item)
        sockets = document.get("sockets")
        return Moment(ports, None if sockets is None else tuple(_socket(one) for one in sockets))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SourceError(f"{path}:1: saved ports that cannot be read", _HINT) from error


_HINT = "save them with `leakhunt ports show --format json --output FILE`"


def _port(item: dict[str, Any]) -> Port:
    first = (item.get("opened_by") or [{}])[0]
    return Port(
        str(item["name"]),
        int(item["port"]),
        str(item["protocol"]),
        Reach(item["reach"]),
        str(item.get("bind", "")),
        str(first.get("path", "")),
        int(first.get("line", 0)),
    )


def _socket(item: dict[str, Any]) -> Open:
    first = (item.get("processes") or [{}])[0]
    return Open(
        int(item["port"]),
        str(item["protocol"]),
        Width(item["width"]),
        str(item.get("shown", "")),
        str(first.get("program", "")),
    )
