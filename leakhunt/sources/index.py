"""The index: what is about to be committed."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from leakhunt.git.index import Staged, renamed, staged
from leakhunt.git.objects import describe_objects, split
from leakhunt.model import Location, Match, Problem, Secret, Suppression
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.holding import holding
from leakhunt.sources.known import KnownPaths
from leakhunt.sources.objects import FewObjects, ObjectBatch, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.git.repository import Repository
    from leakhunt.sources.exclusions import Exclusions

_FEW = 256
"""Up to so many files are read by one process, without asking for their sizes first."""


class IndexSource(KnownPaths):
    """The staged files of a repository.

    Args:
        repo: the repository; it must have a work tree or an index handed over by git.
        exclusions: what to leave out.
        only: paths (from the top of the work tree) to look at, or None for all.

    Raises:
        GitError: there is no index.
    """

    def __init__(
        self, repo: Repository, exclusions: Exclusions, only: Collection[str] | None = None
    ) -> None:
        self.target = repo.path
        self.total = 0
        self._repo = repo
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._entries: dict[str, list[Staged]] = defaultdict(list)
        paths = set()
        for entry in staged(repo):
            path = os.fsdecode(entry.path)
            if only is not None and path not in only:
                continue
            paths.add(path)
            if entry.oid in entry.before:
                self._counts["skipped_unchanged"] += 1
            elif reason := exclusions.reason(path):
                self._counts[f"skipped_{reason}"] += 1
            else:
                self._entries[entry.oid].append(entry)
        self.paths = frozenset(paths)
        """The staged files, whether they are scanned or counted as skipped."""

    def batches(self) -> Iterator[Batch]:
        """Yield the staged blobs."""
        if len(self._entries) <= _FEW:
            named = ((oid, os.fsdecode(found[0].path)) for oid, found in self._entries.items())
            if few := tuple(named):
                yield FewObjects(self._repo, few, "staged")
            return
        objects, absent = describe_objects(self._repo, self._entries)
        self.total = sum(info.size for info in objects)
        for answer in absent:
            path = os.fsdecode(self._entries[answer.oid][0].path)
            self._problems.append(unreadable(answer, "staged", path))
        for run in split(objects):
            paths = tuple(os.fsdecode(self._entries[info.oid][0].path) for info in run)
            yield ObjectBatch(self._repo, tuple(run), paths, "staged")

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the staged blobs that lie at some paths."""
        del names
        told = {oid: [os.fsdecode(e.path) for e in found] for oid, found in self._entries.items()}
        chosen = {oid: [path for path in paths if wanted(path)] for oid, paths in told.items()}
        return {oid: paths for oid, paths in chosen.items() if paths}

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Say in which staged files each secret is, and whether it was committed before."""
        found = {match.blob.id for matches in groups.values() for match in matches}
        if any(not entry.before for oid in found for entry in self._entries[oid]):
            self._follow_renames()
        wanted: dict[str, set[Secret]] = defaultdict(set)
        for matches in groups.values():
            for match in matches:
                for entry in self._entries[match.blob.id]:
                    for oid in entry.before:
                        wanted[oid].add(match.secret)
        before = holding(self._repo, wanted) if wanted else {}
        return {key: self._whereabouts(matches, before) for key, matches in groups.items()}

    def _follow_renames(self) -> None:
        """Give new files that are renamed ones their content under the old name."""
        sources = renamed(self._repo)
        for entries in self._entries.values():
            entries[:] = [
                dataclasses.replace(entry, before=(*entry.before, sources[entry.path]))
                if entry.path in sources
                else entry
                for entry in entries
            ]

    def _whereabouts(
        self, matches: Sequence[Match], before: Mapping[str, frozenset[Secret]]
    ) -> Whereabouts:
        fresh: list[Location] = []
        known: list[Location] = []
        for match in matches:
            for entry in self._entries[match.blob.id]:
                span = match.span
                place = Location(
                    path=match.blob.within(os.fsdecode(entry.path)),
                    line=span.line,
                    column=span.column,
                    end_line=span.end_line,
                    end_column=span.end_column,
                    blob=entry.oid,
                )
                old = any(match.secret in before.get(oid, ()) for oid in entry.before)
                (known if old else fresh).append(place)
        if fresh:
            return Whereabouts(tuple(dict.fromkeys(fresh)))
        reason = "this file held it before; `leakhunt history` says since when"
        places = tuple(dict.fromkeys(known))
        return Whereabouts(places, {}, Suppression("already-committed", reason))

    def counts(self) -> Counter[str]:
        """Return what was left out, by reason."""
        return self._counts

    def problems(self) -> list[Problem]:
        """Return the staged blobs that are missing."""
        return self._problems

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""
