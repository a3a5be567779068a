"""The history of a git repository: every blob once, and what people wrote into commits and tags."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from leakhunt.git.attribution import attribute, describe_prose
from leakhunt.git.objects import describe_objects, list_objects
from leakhunt.git.reachability import Reachability
from leakhunt.git.scope import Scope
from leakhunt.model import Location, Match, Problem, Suppression
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.objects import object_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.workers import Batch
    from leakhunt.git.attribution import History, Place
    from leakhunt.git.repository import Repository
    from leakhunt.sources.exclusions import Exclusions


class HistorySource:
    """Every blob, commit and tag of a repository, or of a part of its history.

    Args:
        repo: the repository.
        exclusions: paths whose findings are suppressed; blobs are scanned before their paths
            are known, so nothing is gained by leaving them out earlier.
        scope: which part; all of it by default.
        unreachable: report what no ref reaches any more.
    """

    def __init__(
        self,
        repo: Repository,
        exclusions: Exclusions,
        scope: Scope | None = None,
        *,
        unreachable: bool = False,
    ) -> None:
        self.target = repo.path
        self.total = 0
        self._repo = repo
        self._exclusions = exclusions
        self._scope = scope or Scope()
        self._unreachable = unreachable
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._reachability = Reachability.start(repo, self._scope)

    def batches(self) -> Iterator[Batch]:
        """Yield the objects, in the order in which they lie in the packs."""
        if self._scope.everything and not self._repo.alternates:
            objects, unreadable = list_objects(self._repo)
        else:
            # Another repository's objects may outnumber ours by far: only what we reach.
            objects, unreadable = describe_objects(self._repo, self._reachability.objects())
        self._problems += [
            Problem("missing-objects", item.oid, f"git object {item.oid[:12]} is {item.reason}")
            for item in unreadable
            if item.oid not in self._reachability.missing
        ]
        self.total = sum(info.size for info in objects)
        yield from object_batches(self._repo, objects)
        self._problems += self._reachability.problems()

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Attribute each secret to commits and people."""
        blobs = {
            key: frozenset(m.blob.id for m in matches if m.blob.kind == "blob")
            for key, matches in groups.items()
        }
        histories = attribute(
            self._repo, {key: oids for key, oids in blobs.items() if oids}, self._reachability
        )
        prose = {m.blob.id for matches in groups.values() for m in matches if m.blob.kind != "blob"}
        ...
