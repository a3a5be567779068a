"""What all commands of ports share: options, the files, the inventory beside them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt import patience
from leakhunt.commands.common import CLEAN, FAILED, Options, configured
from leakhunt.commands.names import masked
from leakhunt.errors import SourceError, UsageError
from leakhunt.exposure.inventory import reading
from leakhunt.exposure.inventory.model import FILE, Survey
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunt.exposure.inventory.model import Inventory
    from leakhunt.model import Problem
    from leakhunt.sources.contents import Contents


@record(frozen=True, slots=True)
class PortOptions:
    """What was asked for on the command line, the same for every command of ports."""

    format: str = "terminal"
    output: str | None = None
    inventory: str | None = None
    everything: bool = False
    """Tests and examples too."""
    tokens: bool = False
    """Look for secrets, and say which ports they open."""
    exclude: tuple[str, ...] = ()
    default_excludes: bool = True
    allow_gaps: bool = False
    config: str | None = None


def surveyed(
    path: str, options: PortOptions, *, revision: str = "", with_inventory: bool = True
) -> Survey:
    """Read files, and the inventory beside them.

    Args:
        path: a folder, a repository or a file.
        options: the user's choices.
        revision: the commit to read; empty is what lies in the folder, of a bare one its HEAD.
        with_inventory: else it is not read, whatever state it is in.

    Raises:
        LeakhuntError: there is nothing to read, or the inventory is wrong.
    """
    from leakhunt.commands.common import scan
    from leakhunt.exposure.graph import build
    from leakhunt.exposure.inventory import openings
    from leakhunt.exposure.observer import Observer
    from leakhunt.sources.contents import Contents, ContentSource
    from leakhunt.sources.exclusions import Exclusions

    given = Options(
        exclude=options.exclude,
        default_excludes=options.default_excludes,
        config=options.config,
        quiet=True,
    )
    given, _ = configured(given, path)
    exclusions = Exclusions(defaults=given.default_excludes, globs=given.exclude)
    contents = Contents(path, exclusions, revision)
    inventory = declared(contents, options) if with_inventory else None
    secrets = None
    if options.tokens:
        # That something opens a port is said of passwords, too, that may be examples.
        every = dataclasses.replace(given, min_confidence="low")
        secrets = scan(lambda: ContentSource(contents), every, jobs=1)
    observer = Observer()
    # The inventory names every port, and opens none.
    observed = (
        observer.observe(name, content, contents.around(name))
        for name, content in contents.files()
        if name != FILE
    )
    said = [one for one in observed if one is not None]
    said += [
        one for path, size in contents.large if (one := observer.unread(path, size)) is not None
    ]
    graph = build(said, secrets.findings if secrets else ())
    found = openings.openings(graph)
    shown = found if options.everything else openings.product(found)
    survey = Survey(
        path,
        tuple(shown),
        len(found) - len(shown),
        tuple(openings.numberless(graph, everything=options.everything)),
        inventory,
        (
            *contents.problems,
            *(secrets.problems if secrets else ()),
            *graph.problems,
            *patience.taken(),
        ),
    )
    return masked(survey, secrets.findings if secrets else (), given)


def declared(contents: Contents, options: PortOptions) -> Inventory | None:
    """Read the inventory that was named, or that lies at the top; None if there is none.

    Raises:
        SourceError: it cannot be read.
        ConfigError: it is wrong.
    """
    if options.inventory is None:
        found = contents.one(FILE)
        return None if found is None else reading.read(FILE, found)
    try:
        text = Path(options.inventory).read_text("utf-8")
    except OSError as error:
        message = f"{options.inventory}: {error.strerror}"
        raise SourceError(message, "check --inventory") from error
    except UnicodeDecodeError:
        raise SourceError(f"{options.inventory}: not UTF-8", "save it as UTF-8") from None
    return reading.read(options.inventory, text)


def needed(found: Survey) -> Inventory:
    """Return the inventory.

    Raises:
        UsageError: there is none.
    """
    if found.inventory is None:
        raise UsageError(
            f"{found.target}: there is no {FILE}",
            "`leakhunt ports init` writes one, --inventory names another",
        )
    return found.inventory


def gaps(problems: Iterable[Problem], options: PortOptions) -> int:
    """Return the exit code for what could not be read."""
    if any(problem.gap for problem in problems) and not options.allow_gaps:
        return FAILED
    return CLEAN
