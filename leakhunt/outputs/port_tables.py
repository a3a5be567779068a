"""Ports for people: the tables of `leakhunt ports show`, `init` and `live`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from leakhunt.outputs.layout import Piece, Row, labelled, render, row
from leakhunt.outputs.table import UNWRAPPED, table
from leakhunt.outputs.text import counted, listed, number, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.inventory.model import Entry, Opening, Survey
    from leakhunt.exposure.live.model import Host, Socket
    from leakhunt.exposure.live.watch import Watched
    from leakhunt.model import Location, Problem

WIDEST = 100
"""Paragraphs are wrapped here."""
NUMBERLESS = 5
"""How many places without a number are listed."""
_REACHES = {
    "open": "bold red",
    "limited": "yellow",
    "local": "green",
    "contained": "green",
    "unknown": "yellow",
}
_PUBLIC = 5
"""The tier of what is public by convention."""
_SCOPES = {"wildcard": "*", "loopback": "loopback", "private": "private", "public": "public"}
_STATES = {
    "live_wildcard": "every interface",
    "live_specific": "one address",
    "live_loopback": "loopback",
    "not_listening": "nothing",
    "nat_published": "handed on",
    "unknown": "unknown",
}
_FAULTS = {"down": "DOWN", "wider": "WIDER", "stranger": "STRANGER"}
_SHOWN = (
    "SERVICE",
    "PORT",
    "BIND",
    "REACH",
    "DECLARED",
    "KIND",
    "AUTH",
    "TOKENS",
    "OPENED BY",
)
_LABEL = 12
"""The column of the text beside a label."""


def write_show(found: Survey, stream: TextIO) -> None:
    """Write what files open: a line for each port of a service."""
    if found.found:
        entries = {(one.name, port): one for one in _entries(found) for port in one.ports}
        lines = []
        for one in found.found:
            entry = entries.get((one.service, one.port))
            declared = entry.exposure.value if entry else "-" if found.inventory else ""
            lines.append(
                (
                    (printable(one.service), "bold"),
                    port_of(one) + _elsewhere(one),
                    _bind(one),
                    (one.reach.value, "" if one.tier == _PUBLIC else _REACHES[one.reach.value]),
                    declared,
                    printable(one.known),
                    "" if one.auth == "unknown" else one.auth.value,
                    str(len(one.tokens) or ""),
                    (_places(one), "cyan"),
                )
            )
        draw(table(_SHOWN, lines), stream, UNWRAPPED)
        draw([row()], stream)
    draw(_summary(found), stream)


def write_init(found: Survey, target: str, wide: Sequence[Opening], stream: TextIO) -> None:
    """Say what was written into an inventory, and what deserves a look."""
    ports = counted(len(found.found), "port")
    draw([row(f"Wrote {printable(target)}: {ports} of {_services(found)}.")], stream)
    if wide:
        said = listed([f"{printable(one.service)} ({one.port})" for one in wide])
        many = "it is" if len(wide) == 1 else "they are"
        draw(
            [
                labelled("Look at", f"{said}: {many} open to everybody.", indent=_LABEL),
                labelled("Next", "`leakhunt ports check` says what to do.", indent=_LABEL),
            ],
            stream,
        )
    draw(problems(found.problems), stream)


def write_live(
    found: Survey,
    watched: Sequence[Watched],
    host: Host,
    others: Sequence[Socket],
    hidden: int,
    stream: TextIO,
) -> None:
    """Write what is open on this host of what is declared.

    Args:
        found: what is declared, and what files open.
        watched: what was looked for.
        host: what was seen of the host.
        others: what else is to be listed.
        hidden: how much else there is.
        stream: where to write.
    """
    if watched:
        lines = [_watched(one) for one in watched]
        head = ("SERVICE", "PORT", "EXPECTED", "NOW", "", "PROCESS", "")
        draw(table(head, lines), stream, UNWRAPPED)
        draw([row()], stream)
    draw([row((_verdict(found, watched), "bold"))], stream)
    if others:
        draw([row(), row(("Also listening here, and declared nowhere:", "bold"))], stream)
        lines = [("", _address(one), one.width.value, _holder(one)) for one in others]
        draw(table(("  ", "ADDRESS", "WIDTH", "PROCESS"), lines), stream, UNWRAPPED)
    elif hidden:
        text = f"{counted(hidden, 'other socket')} of this host: --undeclared lists them."
        draw([labelled("Also", text, indent=_LABEL)], stream)
    shown = [*(socket for one in watched for socket in one.seen.sockets), *others]
    draw(_about(host, any(not one.owners for one in shown)), stream)
    draw(problems(found.problems), stream)


def port_of(one: Opening) -> str:
    """Return `5432`, `8000-8010`, `53/udp` or `8080:80` (outside, inside)."""
    last = f"-{one.last}" if one.last else ""
    inside = f":{one.inside}" if one.inside else ""
    return f"{one.port}{last}{inside}{'' if one.protocol == 'tcp' else f'/{one.protocol}'}"


def problems(found: Sequence[Problem]) -> Iterable[Row]:
    """Yield what could not be read."""
    label = "Problems"
    for one in found:
        color = "bold red" if one.gap else "yellow"
        where = f"{printable(one.where)}: " if one.where else ""
        said = (f"{printable(one.kind)}: ", color)
        yield labelled(label, said, where, printable(one.message), indent=_LABEL)
        label = ""


def draw(rows: Iterable[Row], stream: TextIO, width: int = 0) -> None:
    """Write rows, in colour where the stream is a terminal.

    Args:
        rows: what to write.
        stream: where to write.
        width: where to wrap; 0 asks the terminal.
    """
    terminal = stream.isatty()
    styled = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    if not width:
        width = 80
        if terminal:
            import shutil

            width = max(min(shutil.get_terminal_size().columns, WIDEST), 40)
    render(rows, stream, width, styled)


def _entries(found: Survey) -> Sequence[Entry]:
    return found.inventory.entries if found.inventory else ()


def _elsewhere(one: Opening) -> str:
    """Return the ports of environments that have others."""
    pairs = [f"{port} in {printable(name)}" for name, port in one.environments.items()]
    return f" ({', '.join(pairs)})" if pairs else ""


def _bind(one: Opening) -> str:
    widest = one.widest
    return printable(widest.bind) or _SCOPES.get(widest.scope.value, "?")


def _places(one: Opening) -> str:
    shown = list(dict.fromkeys(place(variant.where) for variant in one.variants))
    more = f" and {number(len(shown) - 2)} more" if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more


def place(where: Location) -> str:
    """Return `path:line`."""
    return f"{printable(where.path or '?')}{f':{where.line}' if where.line else ''}"


def _services(found: Survey) -> str:
    return counted(len({one.service for one in found.found}), "service")


def _summary(found: Survey) -> Iterable[Row]:
    if found.found:
        reaches = [one.reach.value for one in found.found]
        order = ("open", "limited", "local", "contained", "unknown")
        counts = listed([f"{number(reaches.count(one))} {one}" for one in order if one in reaches])
        said = f"{counted(len(found.found), 'port')} of {_services(found)}: {counts}."
        yield row((said, "bold"))
    else:
        yield row(("No file opens a port.", "bold"))
    if found.left_out:
        many = f"{counted(found.left_out, 'port')} in tests and examples: --all lists them."
        yield labelled("Left out", many, indent=_LABEL)
    label = "No number"
    for name, one in found.numberless[:NUMBERLESS]:
        # Code without a name of its own is called by its folder or file.
        of = "" if (one.where.path or "").startswith(name) else f" of {printable(name)}"
        said = f"{place(one.where)}: {printable(one.api)}{of}"
        yield labelled(label, said, indent=_LABEL)
        label = ""
    if len(found.numberless) > NUMBERLESS:
        left = number(len(found.numberless) - NUMBERLESS)
        yield labelled("", f"… and {left} more places that do not say their port", indent=_LABEL)
    if found.inventory is None and found.found:
        yield labelled("Inventory", "none; `leakhunt ports init` writes one", indent=_LABEL)
    elif found.inventory is not None:
        count = len(found.inventory.entries)
        ports = f"{counted(count, 'port')} declared; `leakhunt ports check` compares"
        yield labelled("Inventory", f"{printable(found.inventory.path)}, {ports}", indent=_LABEL)
    yield from problems(found.problems)


def _watched(one: Watched) -> tuple[str | Piece, ...]:
    seen = one.seen
    expected = _expected(one)
    style = "bold red" if one.fault else "yellow" if one.unknown else "green"
    state = _STATES[seen.state.value]
    if seen.sockets:
        state += f" ({seen.sockets[0].shown})"
    mark = _FAULTS.get(one.fault, "?" if one.unknown else "ok")
    note = seen.reason
    if seen.owner and seen.ownership == "other":
        note = "; ".join(filter(None, ("not the program that was expected", note)))
    if seen.confirmed:
        note = "; ".join(filter(None, (note, "confirmed")))
    return (
        (printable(one.service), "bold"),
        f"{one.port}{'' if one.protocol == 'tcp' else f'/{one.protocol}'}",
        expected,
        printable(state),
        (mark, style),
        _holder(seen.sockets[0]) if seen.sockets else "",
        (printable(note), "dim"),
    )


def _expected(one: Watched) -> str:
    if one.entry is not None:
        bind = f" ({printable(one.entry.bind)})" if one.entry.bind else ""
        return f"{one.entry.exposure.value}{bind}"
    return _bind(one.opening) if one.opening else ""


def _address(one: Socket) -> str:
    return printable(one.shown)


def _holder(one: Socket) -> str:
    if not one.owners:
        return ""
    first = one.owners[0]
    return f"{printable(first.program)} ({first.pid})"


def _verdict(found: Survey, watched: Sequence[Watched]) -> str:
    if not watched:
        return "Nothing is declared, and no file opens a port."
    source = "declared" if found.inventory else "found in files"
    counts = [
        (sum(one.seen.state.up for one in watched), "up"),
        (sum(one.fault == "down" for one in watched), "down"),
        (
            sum(one.fault == "wider" for one in watched),
            "wider than declared" if found.inventory else "wider than in files",
        ),
        (sum(one.fault == "stranger" for one in watched), "held by another program"),
        (sum(one.unknown for one in watched), "unknown"),
    ]
    said = listed([f"{number(count)} {what}" for count, what in counts if count])
    return f"{counted(len(watched), 'port')} {source}: {said or 'none is expected here'}."


def _about(host: Host, ownerless: bool) -> Iterable[Row]:
    label = "Note"
    notes = [*host.blind, *host.notes]
    if ownerless and host.owners_hidden:
        notes.append("some processes do not show their files, so some owners are not known")
    if host.container:
        notes.append(
            f"this is a container ({host.container}): only its own sockets are seen, "
            f"in network namespace {host.namespace}"
        )
    for note in notes:
        yield labelled(label, printable(note), indent=_LABEL)
        label = ""
