"""`leakhunt hook`: what pre-commit calls, in every way in which it calls.

pre-commit hands over file names, but means different things by them: the index while a commit
is made, a range of commits on push and with `--from-ref`, the work tree with `--files` and
`--all-files`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.commands.common import CLEAN, Options, configured, finish, nothing_is_not_clean, scan
from leakhunt.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.git.repository import Repository
    from leakhunt.sources.base import Source

_ID = lazy.pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BEFORE_PUSH = (
    "Take it out of the commits that hold it (`git rebase -i`) and push again. If it was ever "
    "pushed, revoke it.",
    "Not a secret? Write an [[allow]] entry in leakhunt.toml.",
    "`SKIP=leakhunt git push` passes this once.",
)
_BEFORE_PLAIN_PUSH = (*_BEFORE_PUSH[:2], "`git push --no-verify` passes this once.")


def run(files: Sequence[str], options: Options) -> int:
    """Scan what is meant, and say how much that was.

    Returns:
        The exit code: 2 if there were files but nothing was looked at.
    """
    from leakhunt.commands.staged import before_commit
    from leakhunt.git.repository import Repository

    if commits := _commits():
        from leakhunt.commands.history import Part
        from leakhunt.commands.history import run as history

        return history(".", Part((commits,)), options, _BEFORE_PUSH)
    repo = Repository.open(".")
    options, _ = configured(options, repo.work_tree or ".", repo.work_tree or "")
    report = scan(lambda: _source(repo, files, options), options, jobs=options.jobs or 1)
    # A commit of nothing but pictures or lock files is fine, and the report says so.
    if files and not any(report.scanned.values()):
        report = nothing_is_not_clean(report)
    return finish(report, options, category="leakhunt/staged/", advice=before_commit(report))


def run_push(lines: Iterable[str], options: Options) -> int:
    """Scan the commits that git is about to push.

    Args:
        lines: what git tells pre-push hooks: local and remote names with their ids.
        options: the user's choices.

    Returns:
        The exit code; of a push that brings nothing or only deletes it is 0.

    Raises:
        UsageError: the lines say something else.
    """
    from leakhunt.commands.history import Part
    from leakhunt.commands.history import run as history
    from leakhunt.git.repository import Repository

    repo = Repository.open(".")
    ranges = tuple(_pushed(lines, repo))
    if not ranges:
        return CLEAN
    return history(".", Part(ranges, unpushed=True), options, _BEFORE_PLAIN_PUSH)


def _pushed(lines: Iterable[str], repo: Repository) -> Iterator[str]:
    for line in lines:
        words = line.split()
        if len(words) != 4 or not all(_ID.fullmatch(words[at]) for at in (1, 3)):
            raise UsageError(
                "--push: standard input is not what git tells pre-push hooks",
                "call it in a pre-push hook that hands its standard input on",
            )
        new, old = words[1], words[3]
        if new.strip("0"):
            # What is overwritten by force may never have been here.
            answer = repo.run("cat-file", "--batch-check", input=f"{old}^{{commit}}\n".encode())
            yield f"{old}..{new}" if b" commit " in answer else new


def _commits() -> str:
    """Return the commits that pre-commit speaks of, or nothing if it speaks of files."""
    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if start and end:
        return f"{start}..{end}" if start.strip("0") else end
    # A push of a branch that shares nothing with the remote: there is no commit to start from.
    if os.environ.get("PRE_COMMIT_REMOTE_NAME"):
        return os.environ.get("PRE_COMMIT_LOCAL_BRANCH", "")
    return ""


def _source(repo: Repository, files: Sequence[str], options: Options) -> Source:
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.index import IndexSource

    exclusions = Exclusions(defaults=options.default_excludes, globs=options.exclude)
    if not files:
        return IndexSource(repo, exclusions)
    from leakhunt.sources.files import FileSource
    from leakhunt.sources.several import Several

    root = repo.work_tree or str(Path.cwd())
    named = {_from_top(file, root): file for file in files}
    index = IndexSource(repo, exclusions, only=named)
    # While a commit is made, what is staged counts and nothing else; otherwise the user asks
    # about the files as they lie there, and about what is staged of them.
    committing = "GIT_INDEX_FILE" in dict(repo.inherited)
    on_disk = [
        file
        for path, file in named.items()
        if path not in index.paths or not (committing or exclusions.reason(path))
    ]
    return Several(repo.path, index, FileSource(on_disk, exclusions, root=root, named=False))


def _from_top(file: str, root: str) -> str:
    """Return a path as git writes it. Only its folder is resolved: git tracks links too."""
    folder, name = os.path.split(file)
    return os.path.relpath(Path(os.path.realpath(folder), name), root).replace(os.sep, "/")
