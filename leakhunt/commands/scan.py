"""`leakhunt scan`: files, folders and standard input."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.commands.common import (
    Options,
    configured,
    finish,
    nothing_is_not_clean,
    scan,
)
from leakhunt.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.model import Report


def run(paths: Sequence[str], options: Options) -> int:
    """Scan paths, or `-` for standard input, and report.

    Returns:
        The exit code.
    """
    report, options = survey(paths, options)
    if options.top == "-":
        return finish(report, options)
    here = Path.cwd()
    top = _top(Path(paths[0]).absolute() if paths and Path(paths[0]).is_absolute() else here)
    root = here.relative_to(top).as_posix() if top and here.is_relative_to(top) else ""
    return finish(report, options, category="leakhunt/tree/", root=root, top=str(top or ""))


def survey(paths: Sequence[str], options: Options) -> tuple[Report, Options]:
    """Scan, and return what was found and with which options.

    Raises:
        UsageError: standard input among paths.
    """
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.files import FileSource, StdinSource
    from leakhunt.sources.walk import is_bare

    paths = list(paths) or ["."]
    if "-" in paths and len(paths) > 1:
        raise UsageError("- (standard input) cannot be combined with paths", "scan it alone")
    if paths == ["-"]:
        options, _ = configured(options, ".")
        return scan(StdinSource, options, jobs=1, brief=True), dataclasses.replace(options, top="-")
    if len(paths) == 1 and is_bare(paths[0]):
        return _of_head(paths[0], options)
    options, _ = configured(options, paths[0])
    here, target = Path.cwd(), Path(paths[0]).absolute()
    top = _top(target)
    start = top or (Path(options.config).resolve().parent if options.config else here)
    whole = top is None and len(paths) == 1 and start.is_relative_to(os.path.realpath(target))
    options = dataclasses.replace(options, root=str(here), top=str(start), whole=whole)
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    report = scan(lambda: FileSource(paths, exclusions), options, exposure=True, brief=True)
    return nothing_is_not_clean(report), options


def _of_head(path: str, options: Options) -> tuple[Report, Options]:
    """Scan the files of HEAD of a repository that has no work tree."""
    from leakhunt.git.repository import Repository
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.head import HeadSource

    repo = Repository.open(path)
    options, _ = configured(options, path)
    options = dataclasses.replace(options, whole=True)
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    report = scan(lambda: HeadSource(repo, exclusions), options, exposure=repo)
    return nothing_is_not_clean(report), options


def _top(start: Path) -> Path | None:
    """Return the top of the git repository around a path, or None."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return None
