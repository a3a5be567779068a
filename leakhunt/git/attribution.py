"""Since when, by whom and where: the history of secrets, told from the blobs that hold them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from leakhunt.errors import GitError
from leakhunt.git import refs
from leakhunt.git.damage import boundary
from leakhunt.git.index import head_files
from leakhunt.git.labels import Labels
from leakhunt.git.people import Authored, describe_commits
from leakhunt.git.trace import Trace, follow
from leakhunt.model import Problem
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.git.lineage import Lineage
    from leakhunt.git.reachability import Reachability
    from leakhunt.git.repository import Repository

_NOBODY = Authored("", "")


@record(frozen=True, slots=True)
class Place:
    """A path at which a secret lies or lay, and the commit that first put it there."""

    path: bytes
    """From the top of the repository; of a note the id of the commit that it is on."""
    commit: str | None
    """None: no commit holds it, only a tag or the index."""
    author: str
    date: str
    """ISO 8601 with offset: when the author wrote it."""
    blob: str
    """The version with which it came."""
    head_blob: str | None = None
    """The version at HEAD, if it holds the secret."""
    boundary: bool = False
    """A shallow clone ends with this commit: an earlier one may have put it there."""
    ref: str | None = None
    """The stash entry or the notes ref that this place belongs to."""


@record(frozen=True, slots=True)
class Removed:
    """The commit that removed the last version of a secret from the history of HEAD."""

    commit: str
    author: str
    date: str


@record(frozen=True, slots=True)
class History:
    """Everything that history says about one secret."""

    places: tuple[Place, ...] = ()
    """First seen first: parents before children, and unrelated commits by their date."""
    commits: int = 0
    """How many commits added or changed a version that holds it."""
    blobs: int = 0
    """How many versions hold it."""
    removed: Removed | None = None
    """None while it is at HEAD, and if HEAD never had it."""
    reachable: bool = False
    """Whether any commit, tag, reflog or index leads to it, as far as a damaged history
    can tell."""
    at_head: bool = False
    """Whether the commit at HEAD holds it."""
    refs: tuple[str, ...] = ()
    """The stash entries and notes refs among its places."""


@record(frozen=True, slots=True)
class Attribution:
    """The answer for all secrets of a scan."""

    histories: Mapping[str, History]
    problems: tuple[Problem, ...]
    """Commits that could not be looked into: a first commit may not be the first."""


def attribute(
    repository: Repository,
    reachability: Reachability | Lineage,
    groups: Mapping[str, frozenset[str]],
    *,
    jobs: int = 1,
) -> Attribution:
    """Find out in which commits secrets came and went.

    Args:
        repository: where the blobs are.
        reachability: the listing of the commits in question.
        groups: for each secret, under any key, the ids of all blobs that hold it.
        jobs: how many processes may run at once.

    Returns:
        A history for every key.

    Raises:
        GitError: git failed.
    """
    if not groups:
        return Attribution({}, ())
    wanted = frozenset(oid for blobs in groups.values() for oid in blobs)
    reached = reachability.find(wanted)
    walked = reachability.walk(wanted, jobs=jobs)
    traces = follow(walked.changes, groups)
    for key, blobs in groups.items():
        traces[key].add_unwalked(blobs, reached, incomplete=walked.skipped > 0)
    teller = _Teller(repository, reachability, list(traces.values()), wanted)
    histories = {
        key: teller.history(
            traces[key],
            blobs,
            reachable=not reachability.complete or not blobs.isdisjoint(reached),
        )
        for key, blobs in groups.items()
    }
    return Attribution(histories, _problems(repository, walked.skipped))


def _problems(repository: Repository, skipped: int) -> tuple[Problem, ...]:
    if not skipped:
        return ()
    text = f"{skipped} commits could not be compared with their parents: a first commit may be off"
    return (Problem("missing-objects", repository.path, text),)


class _Teller:
    """Turns traces into histories: adds names, dates, refs and the state at HEAD."""

    def __init__(
        self,
        repository: Repository,
        reachability: Reachability | Lineage,
        traces: list[Trace],
        wanted: frozenset[str],
    ) -> None:
        variables = reachability.variables
        self._at_head = _at_head(repository, wanted)
        self._head_blobs = frozenset(self._at_head.values())
        self._boundary = boundary(repository)
        self._labels = Labels.of(repository, variables)
        removals = {commit for trace in traces for commit in trace.removals}
        self._in_head = reachability.ancestors(removals)
        commits = {commit for trace in traces for commit, _ in trace.first.values() if commit}
        self._people = describe_commits(repository, commits | self._in_head)
        self._order = reachability.order(commits)

    def history(self, trace: Trace, blobs: frozenset[str], *, reachable: bool) -> History:
        """Tell the history of one secret."""
        came = sorted(
            trace.first.items(),
            key=lambda item: (self._order.get(item[1][0] or "", 1 << 62), item[0]),
        )
        places = tuple(self._place(path, *how, blobs) for path, how in came)
        at_head = not blobs.isdisjoint(self._head_blobs)
        return History(
            places=places,
            commits=len(trace.commits),
            blobs=len(blobs),
            removed=None if at_head else self._removed(trace),
            reachable=reachable,
            at_head=at_head,
            refs=tuple(dict.fromkeys(place.ref for place in places if place.ref)),
        )

    def _place(self, path: bytes, commit: str | None, blob: str, blobs: frozenset[str]) -> Place:
        by = self._people.get(commit or "", _NOBODY)
        head_blob = self._at_head.get(path)
        ref = self._labels.of_commit(commit)
        return Place(
            path=self._labels.noted(path) if ref and ref.startswith(refs.NOTES) else path,
            commit=commit,
            author=by.who,
            date=by.date,
            blob=blob,
            head_blob=head_blob if head_blob in blobs else None,
            boundary=commit in self._boundary,
            ref=ref,
        )

    def _removed(self, trace: Trace) -> Removed | None:
        for commit in trace.removals:
            if commit in self._in_head:
                by = self._people.get(commit, _NOBODY)
                return Removed(commit, by.who, by.date)
        return None


def _at_head(repository: Repository, wanted: frozenset[str]) -> dict[bytes, str]:
    """The paths at HEAD that hold one of the blobs."""
    found: dict[bytes, str] = {}
    # A tree of HEAD that is missing has been reported by the listing of all objects.
    with contextlib.suppress(GitError):
        for file in head_files(repository):
            if file.oid in wanted:
                found[file.path] = file.oid
    return found
