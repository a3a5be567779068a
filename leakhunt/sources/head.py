"""The files of HEAD, for a repository that has no work tree."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from leakhunt.errors import SourceError
from leakhunt.git.index import SYMLINK, TreeFile, head_files
from leakhunt.git.objects import ObjectInfo, split
from leakhunt.model import Location, Problem
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.holding import contents
from leakhunt.sources.known import KnownPaths
from leakhunt.sources.objects import ObjectBatch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.git.repository import Repository
    from leakhunt.model import Match
    from leakhunt.sources.exclusions import Exclusions


class HeadSource(KnownPaths):
    """What a work tree of HEAD would hold.

    Args:
        repo: a repository.
        exclusions: what to leave out.
    """

    def __init__(self, repo: Repository, exclusions: Exclusions) -> None:
        self.target = repo.path
        self.total = 0
        self._repo = repo
        self._exclusions = exclusions
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._files: dict[str, list[TreeFile]] = defaultdict(list)

    def batches(self) -> Iterator[Batch]:
        """Yield the files, each content once.

        Raises:
            SourceError: there is no commit at HEAD.
            GitError: its trees cannot be read.
        """
        for file in head_files(self._repo):
            path = os.fsdecode(file.path)
            if file.mode == SYMLINK:
                self._counts["skipped_symlinks"] += 1
            elif reason := self._exclusions.reason(path):
                self._counts[f"skipped_{reason}"] += 1
            elif file.size < 0:
                message = "is missing in this clone"
                self._problems.append(Problem("missing-objects", path, message))
            else:
                self._files[file.oid].append(file)
        if not self._files and not self._counts and not self._problems:
            raise SourceError(
                f"{self.target}: a bare repository, and HEAD has no files",
                "`leakhunt history` reads all of it",
            )
        objects = [ObjectInfo(oid, "blob", some[0].size) for oid, some in self._files.items()]
        self.total = sum(info.size for info in objects)
        for run in split(objects):
            paths = tuple(os.fsdecode(self._files[info.oid][0].path) for info in run)
            yield ObjectBatch(self._repo, tuple(run), paths, "file")

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths of each."""
        return {
            oid: [os.fsdecode(file.path) for file in self._files[oid]]
            for oid in oids
            if oid in self._files
        }

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in some of them."""
        return dict(contents(self._repo, oids, most))

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Say in which files each secret is."""
        return {
            key: Whereabouts(tuple(place for match in matches for place in self._places(match)))
            for key, matches in groups.items()
        }

    def _places(self, match: Match) -> Iterator[Location]:
        span = match.span
        for file in self._files[match.blob.id]:
            yield Location(
                path=match.blob.within(os.fsdecode(file.path)),
                line=span.line,
                column=span.column,
                end_line=span.end_line,
                end_column=span.end_column,
                blob=file.oid,
            )

    def counts(self) -> Counter[str]:
        """Return what was left out."""
        return self._counts

    def problems(self) -> list[Problem]:
        """Return what cannot be read."""
        return self._problems

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""
