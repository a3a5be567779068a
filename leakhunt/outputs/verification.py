"""The list of hosts that a verification would contact, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.outputs.layout import Row, labelled, row
from leakhunt.outputs.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakhunt.model import Problem
    from leakhunt.verify.plan import Planned


def rows(found: Sequence[Planned], problems: Sequence[Problem]) -> Iterator[Row]:
    """Yield one line for each host, then what would not be asked about, then problems.

    Args:
        found: hosts and refusals.
        problems: of the scan.
    """
    hosts = [one for one in found if one.host and not one.refused]
    kept = [one for one in found if one not in hosts]
    yield row((f"{counted(len(hosts), 'host')} would be contacted", "bold"))
    for one in hosts:
        yield _line(one, printable(one.host))
    if kept:
        yield row()
        yield row(("Nobody would be asked about", "bold"))
    for one in kept:
        place = f"{printable(one.host)}: " if one.host else ""
        yield _line(one, f"{place}{printable(one.refused)}")
    for problem in problems:
        where = f"{printable(problem.where)}: " if problem.where else ""
        yield labelled("Problem", f"{where}{printable(problem.message)}", indent=13)


def _line(one: Planned, what: str) -> Row:
    said = f"{what}  {counted(one.credentials, 'credential')}: {', '.join(one.signatures)}"
    return row(said, indent=2)
