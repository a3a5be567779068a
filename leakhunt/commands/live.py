"""`leakhunt ports live`: what of the declared ports listens on this host, and how wide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.commands.common import CLEAN, FAILED, FOUND
from leakhunt.commands.destination import destination
from leakhunt.commands.port_survey import PortOptions, gaps, needed, surveyed
from leakhunt.errors import UsageError
from leakhunt.exposure.inventory import documents
from leakhunt.outputs import port_reports, port_tables
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.exposure.inventory.model import Survey
    from leakhunt.exposure.live.watch import Watched


@record(frozen=True, slots=True)
class LiveOptions:
    """What was asked for beyond the options of all commands of ports."""

    check: bool = False
    """Exit with 1 when a declared port is down or wider than declared."""
    confirm: bool = False
    """Connect to the ports from this host to learn how wide they are bound."""
    environment: str = ""
    services: tuple[str, ...] = ()
    undeclared: bool = False
    """List what else listens, too."""


def live(path: str, options: PortOptions, asked: LiveOptions) -> int:
    """Join what is declared, or found in files, with the sockets of this host.

    Raises:
        UsageError: there is no inventory to check, or a service that is in none.
    """
    from leakhunt.exposure.live.confirm import confirmed
    from leakhunt.exposure.live.look import look
    from leakhunt.exposure.live.watch import undeclared, watch

    found = surveyed(path, options)
    if asked.check:
        needed(found)
    _known(found, asked)
    host = look()
    watched = watch(
        found,
        host,
        confirmed if asked.confirm else None,
        environment=asked.environment,
        names=asked.services,
        folder=Path(path).resolve().as_posix() if Path(path).is_dir() else "",
    )
    others = undeclared(found, host)
    with destination(options.output) as stream:
        if options.format == "json":
            port_reports.write_json(documents.of_host(found, watched, host, others), stream)
        else:
            shown = others if asked.undeclared else ()
            port_tables.write_live(found, watched, host, shown, len(others), stream)
    if code := gaps(found.problems, options):
        return code
    return _code(watched, options) if asked.check else CLEAN


def _known(found: Survey, asked: LiveOptions) -> None:
    names = {entry.name for entry in found.inventory.entries} if found.inventory else set()
    names |= {opening.service for opening in found.found}
    for name in asked.services:
        if name not in names:
            import difflib

            close = difflib.get_close_matches(name, names, 3)
            hint = f"did you mean {' or '.join(close)}?" if close else "see `leakhunt ports show`"
            raise UsageError(f"--service {name}: there is no such service", hint)


def _code(watched: tuple[Watched, ...], options: PortOptions) -> int:
    """What is not known is no good news."""
    if any(one.unknown for one in watched) and not options.allow_gaps:
        return FAILED
    return FOUND if any(one.fault for one in watched) else CLEAN
