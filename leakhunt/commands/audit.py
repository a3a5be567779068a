"""`leakhunt audit`: history and work tree of a repository in one report."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import sys
from typing import TYPE_CHECKING

from leakhunt.audits import audit
from leakhunt.commands.common import (
    Options,
    configured,
    finish,
    nothing_is_not_clean,
    remembering,
    scan,
)
from leakhunt.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.audits import Audit
    from leakhunt.model import Report
    from leakhunt.outputs.options import Key, Lines
    from leakhunt.sources.base import Source


def choose(
    named: tuple[str, ...],
    lists: tuple[str, ...],
    cluster: str,
    options: Options,
    *,
    fresh: bool = False,
    limit: int = 0,
) -> int:
    """Audit one repository, or many in one report.

    Args:
        named: paths and addresses; none is the one here.
        lists: files that list some, and folders of clones.
        cluster: the address of a Dask scheduler, or empty.
        options: the user's choices.
        fresh: do not go on with an audit that was interrupted.
        limit: seconds after which a repository is given up; 0 is never.

    Returns:
        The exit code.
    """
    from leakhunt.fleet.listing import is_address

    if len(named) < 2 and not lists and not any(map(is_address, named)):
        place = named[0] if named else "."
        if _is_folder_of_clones(place):
            named, lists = (), (place,)
        elif cluster or limit:
            named = (place,)
        else:
            return run(place, options)
    from leakhunt.commands import audits

    return audits.run(audits.Many(named, lists, cluster, fresh, limit), options)


def _is_folder_of_clones(place: str) -> bool:
    from leakhunt.fleet.listing import has_clones
    from leakhunt.git.repository import Repository

    try:
        Repository.open(place)
    except GitError:
        return has_clones(place)
    return False


def run(repository: str, options: Options) -> int:
    """Scan every object of a repository and every file of its work tree, and report.

    Returns:
        The exit code.
    """
    asked = options
    report, options = survey(repository, options)
    with trended(audit(report), [repository], asked) as told:
        around = functools.partial(_contexts, repository, report, options)
        web = functools.partial(_web, repository)
        return finish(told, options, web=web, category="leakhunt/audit/", contexts=around)


def _contexts(repository: str, report: Report, options: Options) -> dict[Key, Lines]:
    from leakhunt.commands.context import contexts
    from leakhunt.git.repository import Repository

    repo = Repository.open(repository)
    return contexts(report, options, repo, repo.work_tree or "")


@contextlib.contextmanager
def trended(report: Audit, targets: Iterable[str], options: Options) -> Iterator[Audit]:
    """Compare an audit with the last one if that was asked for, and remember it once it is told.

    Args:
        report: of this audit.
        targets: what was audited.
        options: the command line alone.

    Yields:
        What to tell.
    """
    if not options.since_last:
        yield report
        return
    from leakhunt.commands.trend import compared, record_of
    from leakhunt.fleet.listing import is_address

    places = [one if is_address(one) else os.path.realpath(one) for one in targets]
    record = record_of(places, options)
    report, remembered = compared(report, record)
    yield report
    record.write(remembered)
    for problem in record.problems:
        if problem not in report.problems:
            sys.stderr.write(f"leakhunt: {problem.where}: {problem.message}\n")


def _web(repository: str) -> str:
    from leakhunt.git.repository import Repository

    return Repository.open(repository).web


def survey(repository: str, options: Options) -> tuple[Report, Options]:
    """Scan, and return what was found and with which options."""
    from leakhunt.git.repository import Repository
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.files import FileSource
    from leakhunt.sources.history import HistorySource
    from leakhunt.sources.several import Several

    repo = Repository.open(repository)
    options, _ = configured(options, repo.work_tree or repository, repo.work_tree or "")
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)

    options = dataclasses.replace(options, whole=True)
    memory = remembering(options)

    def source() -> Source:
        history = HistorySource(repo, exclusions, memory=memory)
        if repo.work_tree is None:
            return history
        files = FileSource([repo.work_tree], exclusions, root=repo.work_tree)
        return Several(repository, history, files)

    exposure = repo if repo.work_tree is None else True
    report = scan(source, options, memory=memory, exposure=exposure)
    return nothing_is_not_clean(report), options
