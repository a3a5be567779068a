"""`leakhunt ports show`, `init`, `check` and `diff`: which ports files open, and which they may."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.commands.common import CLEAN, FOUND
from leakhunt.commands.destination import destination
from leakhunt.commands.port_survey import PortOptions, gaps, needed, surveyed
from leakhunt.errors import SourceError, UsageError
from leakhunt.exposure.inventory import documents
from leakhunt.exposure.inventory.model import FILE
from leakhunt.outputs import port_reports, port_tables

if TYPE_CHECKING:
    from leakhunt.exposure.inventory.state import Moment
    from leakhunt.model import Problem


def show(path: str, options: PortOptions) -> int:
    """List the ports that files open."""
    found = surveyed(path, options)
    with destination(options.output) as stream:
        if options.format == "json":
            port_reports.write_json(documents.of_survey(found), stream)
        else:
            port_tables.write_show(found, stream)
    return gaps(found.problems, options)


def init(path: str, options: PortOptions, *, force: bool) -> int:
    """Write an inventory of what is there.

    Raises:
        UsageError: there is one already, or no place for it.
    """
    from leakhunt.exposure.inventory.writing import written

    target = options.output
    if target is None:
        if not Path(path).is_dir():
            raise UsageError(f"{path}: no folder to write into", "name the file with --output")
        target = str(Path(path, FILE))
    if target != "-" and Path(target).exists() and not force:
        hint = "`leakhunt ports check` holds it against the files, --force replaces it"
        raise UsageError(f"{target}: there is one already", hint)
    found = surveyed(path, options, with_inventory=False)
    with destination(target) as stream:
        stream.write(written(found.found))
    if target != "-":
        with destination(None) as stream:
            port_tables.write_init(found, target, documents.wide(found), stream)
    return gaps(found.problems, options)


def check(path: str, options: PortOptions) -> int:
    """Hold the inventory against what files open.

    Raises:
        UsageError: there is no inventory.
    """
    from leakhunt.exposure.inventory.checking import MEANINGS
    from leakhunt.exposure.inventory.checking import check as checked
    from leakhunt.exposure.inventory.openings import product

    found = surveyed(path, options)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    faults = checked(needed(found), product(found.found), today)
    with destination(options.output) as stream:
        if options.format == "json":
            port_reports.write_json(documents.of_faults(found, faults), stream)
        elif options.format == "github":
            port_reports.write_annotations(found, faults, stream)
        else:
            port_reports.write_check(found, faults, MEANINGS, stream)
    return gaps(found.problems, options) or (FOUND if faults else CLEAN)


def diff(path: str, options: PortOptions, *, since: str | None, saved: str | None) -> int:
    """Say what opened and closed since a commit, or since ports were saved.

    Raises:
        UsageError: neither or both were given.
    """
    from leakhunt.exposure.inventory.changes import compare
    from leakhunt.exposure.inventory.state import moment

    if (since is None) == (saved is None):
        hint = "give --since REVISION or --saved FILE, one of them"
        raise UsageError("nothing to compare with, or too much", hint)
    before, problems = _before(path, options, since, saved)
    now = surveyed(path, options, with_inventory=False)
    sockets = None
    if before.sockets is not None:
        from leakhunt.exposure.live.look import look

        sockets = look().sockets
    changes = compare(before, moment(now.found, sockets))
    with destination(options.output) as stream:
        if options.format == "json":
            port_reports.write_json(documents.of_changes(changes), stream)
        else:
            port_reports.write_changes(changes, since or saved or "", stream)
    code = gaps((*problems, *now.problems), options)
    return code or (FOUND if changes else CLEAN)


def _before(
    path: str, options: PortOptions, since: str | None, saved: str | None
) -> tuple[Moment, tuple[Problem, ...]]:
    from leakhunt.exposure.inventory.state import load, moment

    if since is not None:
        then = surveyed(path, options, revision=since, with_inventory=False)
        return moment(then.found), then.problems
    assert saved is not None
    try:
        text = Path(saved).read_text("utf-8")
    except OSError as error:
        raise SourceError(f"{saved}: {error.strerror}", "check --saved") from error
    except UnicodeDecodeError:
        raise SourceError(f"{saved}: not UTF-8", "check --saved") from None
    return load(saved, text), ()
