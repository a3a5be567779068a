"""`leakhunt scan`: files, folders and standard input."""

from __future__ import annotations

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
    if paths == ["-"]:
        return finish(scan(StdinSource, options, jobs=1), options)
    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    report = scan(lambda: FileSource(paths, exclusions), options)
    return finish(
        nothing_is_not_clean(report), options, category="leakhunt/tree/", root=_root(Path.cwd())
    )


def _root(here: Path) -> str:
    """Return where a folder lies in its git repository: that is where relative paths start."""
    for folder in (here, *here.parents):
        if (folder / ".git").exists():
            return "" if folder == here else here.relative_to(folder).as_posix()
    return ""
