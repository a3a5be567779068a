"""Which entry of the inventory means which port that the files open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.exposure.inventory.model import Entry, Opening


def matched(
    entries: Sequence[Entry], found: Sequence[Opening]
) -> list[tuple[Entry | None, Opening | None]]:
    """Put entries and openings together, each at most once.

    The same name and port comes first; then the same port under another name, and the same name
    on another port, if it is the only one left.

    Args:
        entries: what is declared.
        found: what the files open.

    Returns:
        Pairs; what has no partner stands alone.
    """
    pairs: list[tuple[Entry | None, Opening | None]] = []
    waiting, left = list(entries), list(found)
    for alike in (_same, _same_inside, _same_port, _same_name):
        rest = []
        for entry in waiting:
            close = [opening for opening in left if alike(entry, opening)]
            if len(close) > 1 and alike is not _same:
                close = []
            if close:
                left.remove(close[0])
                pairs.append((entry, close[0]))
            else:
                rest.append(entry)
        waiting = rest
    pairs += [(entry, None) for entry in waiting]
    pairs += [(None, opening) for opening in left]
    return pairs


def _same(entry: Entry, opening: Opening) -> bool:
    return entry.name == opening.service and _same_port(entry, opening)


def _same_inside(entry: Entry, opening: Opening) -> bool:
    inside = entry.inside or entry.port
    return (
        entry.name == opening.service
        and entry.protocol == opening.protocol
        and inside == (opening.inside or opening.port)
    )


def _same_port(entry: Entry, opening: Opening) -> bool:
    return entry.protocol == opening.protocol and bool(entry.ports & opening.ports)


def _same_name(entry: Entry, opening: Opening) -> bool:
    return entry.name == opening.service and entry.protocol == opening.protocol
