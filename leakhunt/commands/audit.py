"""`leakhunt audit`: history and work tree of a repository in one report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.commands.common import (
    Options,
    configured,
    finish,
    nothing_is_not_clean,
    remembering,
    scan,
)

if TYPE_CHECKING:
    from leakhunt.sources.base import Source


def run(repository: str, options: Options) -> int:
    """Scan every object of a repository and every file of its work tree, and report.

    Returns:
        The exit code.
    """
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
    report = nothing_is_not_clean(scan(source, options, memory=memory, exposure=exposure))
    return finish(report, options, web=lambda: repo.web, category="leakhunt/audit/")
