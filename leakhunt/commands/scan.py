"""`leakhunt scan`: files, folders and standard input."""

from __future__ import annotations

import dataclasses
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


def run(paths: Sequence[str], options: Options) -> int:
    """Scan paths, or `-` for standard input, and report.

    Returns:
        The exit code.
    """
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.files import FileSource, StdinSource

    paths = list(paths) or ["."]
    if "-" in paths and len(paths) > 1:
        raise UsageError("- (standard input) cannot be combined with paths", "scan it alone")
    options, _ = configured(options, "." if paths == ["-"] else paths[0])
    here = Path.cwd()
    top = _top(Path(paths[0]).absolute() if Path(paths[0]).is_absolute() else here)
    beside = Path(options.config).resolve().parent if options.config else here
    start = top or (beside if here.is_relative_to(beside) else here)
    options = dataclasses.replace(
        options,
        root=here.relative_to(start).as_posix() if here.is_relative_to(start) else "",
        top=str(start),
        whole=top is None and paths in (["."], [str(start)]),
    )
    if paths == ["-"]:
        return finish(scan(StdinSource, options, jobs=1), options)
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    report = scan(lambda: FileSource(paths, exclusions), options, exposure=True)
    root = here.relative_to(top).as_posix() if top and here.is_relative_to(top) else ""
    return finish(
        nothing_is_not_clean(report),
        options,
        category="leakhunt/tree/",
        root=root,
        top=str(top or ""),
    )


def _top(start: Path) -> Path | None:
    """Return the top of the git repository around a path, or None."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return None
