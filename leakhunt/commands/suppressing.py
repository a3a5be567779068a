"""What scanning commands do about suppression: which files say something, and where paths start."""

from __future__ import annotations

import datetime
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakhunt.commands.options import Options
    from leakhunt.model import Finding, Location, Match, Problem
    from leakhunt.suppress.baseline import Baseline
    from leakhunt.suppress.comments import Comment


def suppressor(
    options: Options, *, exposures: bool = True
) -> Callable[
    [Sequence[Finding], Sequence[Match], Sequence[Comment]], tuple[list[Finding], list[Problem]]
]:
    """Return what suppresses findings as the options and the configuration say.

    Args:
        options: the user's choices.
        exposures: whether exposed services are looked for.

    A baseline that cannot be read is found out at once and not first when something is found.

    Raises:
        ConfigError: the baseline is wrong.
        SourceError: it cannot be read.
    """
    baseline = load_baseline(options.baseline) if options.baseline else None
    return functools.partial(_suppress, options, baseline, exposures)


def _suppress(
    options: Options,
    baseline: Baseline | None,
    exposures: bool,
    findings: Sequence[Finding],
    matches: Sequence[Match],
    comments: Sequence[Comment],
) -> tuple[list[Finding], list[Problem]]:
    from leakhunt.commands.theirs import allowing
    from leakhunt.suppress.apply import Rules, suppressed
    from leakhunt.suppress.baseline import Use

    rules = Rules(
        today=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        entries=options.allow,
        theirs=allowing(options),
        baseline=Use(baseline) if baseline else None,
        baseline_name=options.baseline or "",
        path_of=functools.partial(from_top, options),
        gone=functools.partial(gone, options),
        excluded=_excluded(options),
        narrowed=bool(options.select or options.ignore or options.min_severity),
        exposures=exposures,
        whole=options.whole,
    )
    return suppressed(findings, matches, () if options.untrusted else comments, rules)


def _excluded(options: Options) -> Callable[[Location], str | None]:
    """Return what says why a place in history is left out; files that are left out are not read."""
    from leakhunt.sources.exclusions import Exclusions

    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)

    def reason(place: Location) -> str | None:
        return exclusions.reason_within(place.path) if place.path and place.blob else None

    return reason


def load_baseline(name: str) -> Baseline:
    """Read a baseline.

    Raises:
        ConfigError: a line is none of a baseline.
        SourceError: the file cannot be read.
    """
    from leakhunt.documents import text_of
    from leakhunt.suppress.baseline import Malformed, read

    try:
        return read(text_of(Path(name)))
    except Malformed as error:
        hint = "`leakhunt baseline create` makes one; --import takes those of other tools"
        raise ConfigError(f"{name}:{error.line}: {error.message}", hint) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: not UTF-8", "`leakhunt baseline create` makes one") from None
    except OSError as error:
        hint = "`leakhunt baseline create` makes one"
        raise SourceError(f"{name}: cannot be read: {error.strerror}", hint) from error


def from_top(options: Options, path: str) -> str:
    """Return a path of a report as it is from the top of the repository."""
    if not options.root:
        return path
    return os.path.relpath(Path(options.root, path), options.top).replace(os.sep, "/")


def gone(options: Options, path: str) -> bool:
    """Say whether nothing lies at a path any more; where there are no files nobody knows."""
    if not options.top:
        return False
    return not Path(options.top, path.partition("!")[0]).exists()
