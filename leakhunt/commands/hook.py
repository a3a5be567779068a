"""`leakhunt hook`: what pre-commit calls, in every way in which it calls.

pre-commit hands over file names, but means different things by them: the index while a commit
is made, a range of commits on push and with `--from-ref`, the work tree with `--files` and
`--all-files`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.commands.common import Options, configured, finish, nothing_is_not_clean, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.git.repository import Repository
    from leakhunt.sources.base import Source


def run(files: Sequence[str], options: Options) -> int:
    """Scan what is meant, and say how much that was.

    Returns:
        The exit code: 2 if there were files but nothing could be scanned.
    """
    from leakhunt.git.repository import Repository

    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if start and end:
        from leakhunt.commands.history import Part
        from leakhunt.commands.history import run as history

        return history(".", Part(range=f"{start}..{end}"), options)
    repo = Repository.open(".")
    options, _ = configured(options, repo.work_tree or ".")
    report = scan(lambda: _source(repo, files, options), options, jobs=options.jobs or 1)
    if files:
        report = nothing_is_not_clean(report)
    return finish(report, options, category="leakhunt/staged/")


def _source(repo: Repository, files: Sequence[str], options: Options) -> Source:
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.files import FileSource
    from leakhunt.sources.index import IndexSource
    from leakhunt.sources.several import Several

    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    if not files:
        return IndexSource(repo, exclusions)
    root = repo.work_tree or str(Path.cwd())
    named = {os.path.relpath(os.path.realpath(f), root).replace(os.sep, "/"): f for f in files}
    index = IndexSource(repo, exclusions, only=named)
    # While a commit is made, what is staged counts and nothing else; otherwise the user asks
    # about the files as they lie there, and about what is staged of them.
    committing = bool(repo.inherited)
    on_disk = [f for path, f in named.items() if not (committing and path in index.paths)]
    return Several(repo.path, index, FileSource(on_disk, exclusions, named=False))
