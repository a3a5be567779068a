"""`leakhunt history`: everything that a git repository remembers."""

from __future__ import annotations

import dataclasses

from leakhunt.commands.common import (
    Options,
    configured,
    finish,
    nothing_is_not_clean,
    remembering,
    scan,
)
from leakhunt.records import record


@record(frozen=True, slots=True)
class Part:
    """Which part of history was asked for."""

    ranges: tuple[str, ...] = ()
    since: str | None = None
    branches: tuple[str, ...] = ()
    unreachable: bool = False
    unpushed: bool = False


def run(repository: str, part: Part, options: Options, advice: tuple[str, ...] = ()) -> int:
    """Scan the history of a repository and report.

    Args:
        repository: any path in it.
        part: which commits.
        options: the user's choices.
        advice: what to do about findings.

    Returns:
        The exit code.
    """
    from leakhunt.git.repository import Repository
    from leakhunt.git.scope import Scope
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.history import HistorySource

    repo = Repository.open(repository)
    options, _ = configured(options, repo.work_tree or repository, repo.work_tree or "")
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    scope = Scope(part.ranges, part.branches, part.since or "", part.unpushed)
    options = dataclasses.replace(options, whole=scope.everything)
    memory = remembering(options)
    report = scan(
        lambda: HistorySource(repo, exclusions, scope, unreachable=part.unreachable, memory=memory),
        options,
        memory=memory,
    )
    # A range may well be empty; a repository that is scanned whole may not.
    if scope.everything:
        report = nothing_is_not_clean(report)
    return finish(
        report, options, web=lambda: repo.web, category="leakhunt/history/", advice=advice
    )
