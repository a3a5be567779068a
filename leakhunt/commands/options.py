"""What was asked for: the command line, and the configuration that belongs to the target."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from leakhunt import patience
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.config import Config
    from leakhunt.suppress.entries import Entry
    from leakhunt.verify.settings import Settings


@record(frozen=True, slots=True)
class Options:
    """What was asked for on the command line, the same for every scanning command."""

    format: str = "terminal"
    output: str | None = None
    report: tuple[str, ...] = ()
    """Further reports to write: `FORMAT=FILE`."""
    jobs: int = 0
    """Processes; 0 means one for each core."""
    file_timeout: int = patience.SECONDS
    """Seconds of CPU time that the code of one file may take."""
    signatures: tuple[str, ...] = ()
    builtin: bool = True
    """Look for the signatures that come with leakhunt, and for exposed services."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    default_excludes: bool = True
    min_severity: str | None = None
    min_confidence: str | None = None
    """None: as the configuration says, else medium."""
    fail_on: str | None = None
    binary: bool = False
    allow_gaps: bool = False
    reveal: bool = False
    quiet: bool = False
    show_suppressed: bool = False
    config: str | None = None
    use_cache: bool = True
    store: bool | None = None
    """Remember what came of a scan; None: as the configuration says."""
    since_last: bool = False
    """Compare an audit with the last one, and remember it."""
    containers: bool = True
    chats: bool = True
    authors: bool = True
    """Say who wrote what was found."""
    verify: bool = False
    """Ask whether credentials are live, and hold exposed services against this host."""
    verify_list: bool = False
    """Say whom that would contact, and contact nobody."""
    only: tuple[str, ...] = ()
    """Report only credentials with one of these verdicts."""
    max_age: int = 0
    """Days after which a secret that is still there is a level worse; 0 is never."""
    asking: Settings | None = None
    """What the configuration says about verification, if it may say anything."""
    trusted: bool = True
    """The configuration is the user's own: it lies here or above, or was named."""
    baseline: str | None = None
    """The file of what was accepted; empty is none, whatever the configuration says."""
    allow: tuple[Entry, ...] = ()
    """What the configuration allows."""
    honor: tuple[str, ...] = ()
    """Comments of other tools that count."""
    root: str = ""
    """Where relative paths of the report start, if that is not the top."""
    top: str = ""
    """The folder that paths of the configuration and the baseline start from."""
    whole: bool = False
    """Everything is looked at, history too."""
    narrowed: tuple[str, ...] = ()
    """The keys with which a configuration file that nobody named makes the scan smaller."""
    untrusted: bool = False
    """What is scanned has no say: neither its configuration nor the comments in it."""


def configured(options: Options, target: str, top: str = "") -> tuple[Options, Config]:
    """Combine the command line with the configuration file that belongs to the target.

    Args:
        options: the command line.
        target: what is scanned.
        top: the top of the work tree, if there is one.

    Raises:
        ConfigError: the file is wrong.
    """
    from leakhunt.config import load

    config = load(options.config, target, find=not options.untrusted)
    return dataclasses.replace(
        options,
        signatures=options.signatures + config.signatures,
        builtin=options.builtin and config.builtin,
        select=options.select or config.select,
        ignore=options.ignore + config.ignore,
        exclude=options.exclude + config.exclude,
        min_severity=options.min_severity or config.min_severity,
        min_confidence=options.min_confidence or config.min_confidence,
        fail_on=options.fail_on or config.fail_on,
        # A file in what is scanned may ask for fewer processes than there are cores, not more.
        store=config.store if options.store is None else options.store,
        jobs=options.jobs or min(config.jobs, os.cpu_count() or 1),
        config=options.config or config.path or None,
        max_age=options.max_age or config.max_age,
        baseline=config.baseline if options.baseline is None else options.baseline,
        allow=config.allow,
        honor=config.honor,
        top=top,
        asking=config.verify,
        trusted=bool(options.config) or not config.path or _is_here(config.path),
        narrowed=() if options.config else _narrowing(options, config),
    ), config


def _is_here(path: str) -> bool:
    """Say whether a file lies in the working folder or above it, not merely in what is scanned."""
    from pathlib import Path

    return Path.cwd().resolve().is_relative_to(Path(path).resolve().parent)


def _narrowing(options: Options, config: Config) -> tuple[str, ...]:
    """Say by which keys a file decides what is not reported; the command line outranks some."""
    keys = {
        "select": config.select and not options.select,
        "ignore": config.ignore,
        "exclude": config.exclude,
        "min_severity": config.min_severity and not options.min_severity,
        "min_confidence": config.min_confidence == "high" and not options.min_confidence,
        "fail_on": config.fail_on and not options.fail_on,
        "builtin": options.builtin and not config.builtin,
    }
    return tuple(key for key, value in keys.items() if value)
