"""Since when, by whom and where: the history of secrets, told from the blobs that hold them."""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING

from leakhunt.git import refs
from leakhunt.git.changes import walk
from leakhunt.git.damage import boundary
from leakhunt.git.index import head_files, records
from leakhunt.git.labels import Labels
from leakhunt.git.people import Authored, describe_commits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.git.changes import Change, Walk
    from leakhunt.git.reachability import Reachability, Reached
    from leakhunt.git.repository import Repository

_NOBODY = Authored("", "")


@dataclasses.dataclass(frozen=True, slots=True)
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


@dataclasses.dataclass(frozen=True, slots=True)
class Removed:
    """The commit that removed the last version of a secret from the history of HEAD."""

    commit: str
    author: str
    date: str


@dataclasses.dataclass(frozen=True, slots=True)
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
    """Whether any commit, tag, reflog or the index leads to it."""
    refs: tuple[str, ...] = ()
    """The stash entries and notes refs among its places."""

    @property
    def at_head(self) -> bool:
        """Whether the commit at HEAD still holds it."""
        return any(place.head_blob for place in self.places)


@dataclasses.dataclass(frozen=True, slots=True)
class Attribution:
    """The answer for all secrets of a scan."""

    histories: Mapping[str, History]
    skipped: int
    """Commits that could not be looked into: with any, a first commit may not be the first."""


def attribute(
    repository: Repository,
    reachability: Reachability,
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
    wanted = frozenset(oid for blobs in groups.values() for oid in blobs)
    reached = reachability.find(wanted)
    walked = _walk(repository, reachability, reached, jobs)
    at_head = _at_head(repository, wanted)
    traces = _follow(walked.changes, groups)
    for key, blobs in groups.items():
        traces[key].add_unwalked(blobs, reached, incomplete=walked.skipped > 0)
    told = _Teller(repository, traces.values(), at_head)
    histories = {
        key: told.history(traces[key], blobs, reachable=not blobs.isdisjoint(reached))
        for key, blobs in groups.items()
    }
    return Attribution(histories, walked.skipped)


def _walk(
    repository: Repository, reachability: Reachability, reached: Mapping[str, Reached], jobs: int
) -> Walk:
    """The changes of these blobs; no commit before the first that has one can matter."""
    firsts = {place.commit for place in reached.values() if place.commit is not None}
    commits: list[bytes] = []
    if firsts:
        encoded = frozenset(oid.encode() for oid in firsts)
        for oid in reachability.commit_ids():
            if commits or oid in encoded:
                commits.append(oid)
    elif not reachability.complete:
        commits = list(reachability.commit_ids())
    return walk(repository, commits, reached, variables=reachability.variables, jobs=jobs)


class _Trace:
    """What the walk says about one secret."""

    def __init__(self) -> None:
        self.first: dict[bytes, tuple[str | None, str]] = {}
        """For each path the commit and the blob with which it came."""
        self.commits: set[str] = set()
        self.removals: list[str] = []

    def add(self, change: Change, blobs: frozenset[str]) -> None:
        """Take note of a change; changes come parents first."""
        if change.new in blobs:
            assert change.new is not None
            self.first.setdefault(change.path, (change.commit, change.new))
            self.commits.add(change.commit)
        else:
            self.removals.append(change.commit)

    def add_unwalked(
        self, blobs: frozenset[str], reached: Mapping[str, Reached], *, incomplete: bool
    ) -> None:
        """Add blobs that no walked commit holds: tagged, only in the index, or skipped."""
        seen = {blob for _, blob in self.first.values()}
        for oid in sorted(blobs - seen):
            place = reached.get(oid)
            if place is not None and (place.commit is None or incomplete or not self.first):
                self.first.setdefault(place.path, (place.commit, oid))


def _follow(changes: Iterable[Change], groups: Mapping[str, frozenset[str]]) -> dict[str, _Trace]:
    """Hand every change to the secrets that it concerns."""
    keys: dict[str, list[str]] = collections.defaultdict(list)
    for key, blobs in groups.items():
        for oid in blobs:
            keys[oid].append(key)
    traces = {key: _Trace() for key in groups}
    for change in changes:
        concerned = {
            key: None for oid in (change.new, *change.old) if oid for key in keys.get(oid, ())
        }
        for key in concerned:
            traces[key].add(change, groups[key])
    return traces


class _Teller:
    """Turns traces into histories: adds names, dates, refs and the state at HEAD."""

    def __init__(
        self, repository: Repository, traces: Iterable[_Trace], at_head: Mapping[bytes, str]
    ) -> None:
        traces = list(traces)
        self._at_head = at_head
        self._boundary = boundary(repository)
        self._labels = Labels.of(repository)
        removals = {commit for trace in traces for commit in trace.removals}
        self._in_head = _ancestors(repository, removals)
        commits = {commit for trace in traces for commit, _ in trace.first.values() if commit}
        self._people = describe_commits(repository, commits | self._in_head)

    def history(self, trace: _Trace, blobs: frozenset[str], *, reachable: bool) -> History:
        """Tell the history of one secret."""
        places = tuple(self._place(path, *came, blobs) for path, came in trace.first.items())
        at_head = any(place.head_blob for place in places)
        return History(
            places=places,
            commits=len(trace.commits),
            blobs=len(blobs),
            removed=None if at_head else self._removed(trace),
            reachable=reachable,
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

    def _removed(self, trace: _Trace) -> Removed | None:
        for commit in reversed(trace.removals):
            if commit in self._in_head:
                by = self._people.get(commit, _NOBODY)
                return Removed(commit, by.who, by.date)
        return None


def _at_head(repository: Repository, wanted: frozenset[str]) -> dict[bytes, str]:
    """The paths at HEAD that hold one of the blobs."""
    if not wanted:
        return {}
    return {file.path: file.oid for file in head_files(repository) if file.oid in wanted}


def _ancestors(repository: Repository, commits: set[str]) -> set[str]:
    """Those of some commits that HEAD descends from."""
    head = refs.head(repository)
    if not commits or head is None:
        return set()
    with repository.start("rev-list", head) as process:
        found = {line for chunk in records(process) for line in chunk.decode().split()}
        process.finish()
    return found & commits
