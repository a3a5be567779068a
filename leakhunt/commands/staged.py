"""`leakhunt staged`: what is about to be committed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakhunt.commands.common import Options, configured, finish, scan

if TYPE_CHECKING:
    from leakhunt.model import Report


def run(repository: str, options: Options) -> int:
    """Scan the index of a repository and report.

    A commit that only deletes has nothing to scan, and that is fine.

    Returns:
        The exit code.
    """
    from leakhunt.git.repository import Repository
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.index import IndexSource

    repo = Repository.open(repository)
    options, _ = configured(options, repo.work_tree or repository, repo.work_tree or "")
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    # A few files: starting processes would cost more than it saves.
    jobs = options.jobs or 1
    report = scan(lambda: IndexSource(repo, exclusions), options, jobs=jobs, brief=True)
    return finish(report, options, category="leakhunt/staged/", advice=before_commit(report))


def before_commit(report: Report) -> tuple[str, ...]:
    """Say how to go on when a commit is refused."""
    name = report.findings[0].signature if report.findings else "signature"
    once = "SKIP=leakhunt git commit" if "PRE_COMMIT" in os.environ else "git commit --no-verify"
    return (
        "Take it out, `git add` the file and commit again. If it was ever pushed, revoke it.",
        f"Not a secret? Write `leakhunt:allow[{name}] reason` in a comment beside it, or an "
        "[[allow]] entry in leakhunt.toml.",
        f"`{once}` passes this once.",
    )
