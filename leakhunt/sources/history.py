"""The history of a git repository: every blob once, and what people wrote into commits and tags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leakhunt.git.attribution import History, attribute
from leakhunt.git.objects import describe_objects, list_objects
from leakhunt.git.reachability import Reachability
from leakhunt.git.scope import Scope
from leakhunt.model import Problem, Suppression
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.introduction import introduced_paths
from leakhunt.sources.objects import object_batches
from leakhunt.sources.packs import PackedObjects, wanted
from leakhunt.sources.places import Places, Prose, only_at, places_of, properties_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.workers import Batch
    from leakhunt.git.objects import Unreadable
    from leakhunt.git.repository import Repository
    from leakhunt.model import Match
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
        self._packed: PackedObjects | None = None
        self._reachability = Reachability.start(repo, self._scope)

    def batches(self) -> Iterator[Batch]:
        """Yield the objects, in the order in which they lie in the packs."""
        if self._scope.everything and wanted(self._repo):
            self._packed = PackedObjects(self._repo)
            self._note(self._packed.unreadable)
            self.total = self._packed.total
            yield from self._packed.batches()
            self._problems += self._reachability.problems()
            return
        if self._scope.everything and not self._repo.alternates:
            objects, unreadable = list_objects(self._repo)
        else:
            # Another repository's objects may outnumber ours by far: only what we reach.
            objects, unreadable = describe_objects(self._repo, self._reachability.objects())
        self._note(unreadable)
        self.total = sum(info.size for info in objects)
        yield from object_batches(self._repo, objects)
        self._problems += self._reachability.problems()

    def _note(self, unreadable: Sequence[Unreadable]) -> None:
        self._problems += [
            Problem("missing-objects", item.oid, f"git object {item.oid[:12]} is {item.reason}")
            for item in unreadable
            if item.oid not in self._reachability.missing
        ]

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Attribute each secret to commits and people."""
        blobs = {
            key: frozenset(m.blob.id for m in matches if m.blob.kind == "blob")
            for key, matches in groups.items()
        }
        blobs = {key: oids for key, oids in blobs.items() if oids}
        answer = attribute(self._repo, self._reachability, blobs)
        self._problems += answer.problems
        prose = Prose(self._repo, self._reachability, groups)
        fresh = self._introduced(blobs, groups)
        found = {}
        for key, matches in groups.items():
            history = answer.histories.get(key, History())
            places = places_of(matches, history, prose)
            if fresh is not None:
                places = only_at(places, fresh.get(key, frozenset()))
            found[key] = self._judge(places, history)
        return found

    def _introduced(
        self, blobs: Mapping[str, frozenset[str]], groups: Mapping[str, Sequence[Match]]
    ) -> dict[str, frozenset[bytes]] | None:
        """Return where the scope introduced each secret, or None where it does not matter."""
        if not (self._scope.ranges or self._scope.since):
            return None
        secrets = {key: groups[key][0].secret for key in blobs}
        return introduced_paths(self._repo, self._reachability, blobs, secrets)

    def _judge(self, places: Places, history: History) -> Whereabouts:
        """Decide whether a secret is reported, by where it lies."""
        suppression = None
        reasons = {self._exclusions.reason_within(place.path or "") for place in places.locations}
        if not places.reachable and not self._unreachable:
            suppression = Suppression(
                "unreachable", "no branch, tag, stash or reflog leads to it any more"
            )
        elif not places.introduced:
            suppression = Suppression("before-range", "the files held it before these commits")
        elif places.locations and None not in reasons:
            names = ", ".join(sorted(reason for reason in reasons if reason))
            suppression = Suppression("excluded-path", f"only in {names}")
        return Whereabouts(places.locations, properties_of(history), suppression)

    def counts(self) -> Counter[str]:
        """Return nothing: the workers count objects."""
        return self._counts

    def problems(self) -> list[Problem]:
        """Return what is missing or damaged."""
        return self._problems

    def close(self) -> None:
        """Stop git, drop its listing and the packs."""
        if self._packed is not None:
            self._packed.close()
        self._reachability.close()
