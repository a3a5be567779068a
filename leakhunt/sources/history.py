"""The history of a git repository: every blob once, and what people wrote into commits and tags."""

from __future__ import annotations

import functools
import os
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

from leakhunt import patience
from leakhunt.errors import GitError
from leakhunt.git.attribution import Attribution, History, attribute
from leakhunt.git.graph import Listener, unpacked
from leakhunt.git.index import head_files
from leakhunt.git.lineage import Lineage
from leakhunt.git.objects import BlobOpener, describe_objects, list_objects
from leakhunt.git.packs.folders import Folders
from leakhunt.git.reachability import Reachability
from leakhunt.git.scope import Scope
from leakhunt.model import Problem
from leakhunt.sources.answers import Answers
from leakhunt.sources.aside import submodules_of
from leakhunt.sources.holding import contents
from leakhunt.sources.introduction import introduced_paths
from leakhunt.sources.objects import object_batches
from leakhunt.sources.packs import GitBatch, packed_objects, wanted
from leakhunt.sources.paths import last_versions, paths_of
from leakhunt.sources.places import Prose, judged, only_at, places_of
from leakhunt.sources.trees import PackedTrees

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.git.objects import Unreadable
    from leakhunt.git.repository import Repository
    from leakhunt.model import Match
    from leakhunt.sources.base import Keeper, Whereabouts
    from leakhunt.sources.exclusions import Exclusions
    from leakhunt.sources.packs import PackedObjects
    from leakhunt.sources.remembered import Remembered
    from leakhunt.store.memory import Memory
    from leakhunt.store.notes import Notes

    _Kept = tuple[Mapping[str, Whereabouts], list[Problem]]


class HistorySource:
    """Every blob, commit and tag of a repository, or of a part of its history.

    Args:
        repo: the repository.
        exclusions: paths whose findings are suppressed; blobs are scanned before their paths
            are known, so nothing is gained by leaving them out earlier.
        scope: which part; all of it by default.
        unreachable: report what no ref reaches any more.
        memory: what earlier scans found clean; used where everything is scanned.
    """

    def __init__(
        self,
        repo: Repository,
        exclusions: Exclusions,
        scope: Scope | None = None,
        *,
        unreachable: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self.target = repo.path
        self.total = 0
        self._repo = repo
        self._exclusions = exclusions
        self._scope = scope or Scope()
        self._unreachable = unreachable
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._memory = memory
        self._packed: PackedObjects | Remembered | None = None
        self._trees: PackedTrees | None = None
        self._untold = 0
        self._answers: Answers | None = None
        self.keeper: Keeper | None = None
        self._reachability: Reachability | Lineage | None = None
        self._attribution: Attribution | None = None
        self._kept: tuple[_Kept | None] | None = None
        if not (self._scope.everything and wanted(repo)):
            self._reachability = Reachability.start(repo, self._scope)
            return
        if memory is None:
            self._open()
        else:
            memory.of(repo.common_dir, repo.work_tree)
            self._answers = Answers(repo, memory, f"{exclusions.settings} {unreachable}")
            self.keeper = self

    def _open(self) -> None:
        """Open the packs, and have git list the commits meanwhile."""
        memory = self._memory
        likely = self._answers is not None and self._answers.likely
        listing = None if likely else self._listen(told=memory is None or not memory.rows())
        try:
            self._packed = packed_objects(self._repo, memory)
        except BaseException:
            if listing is not None:
                listing.close()
            raise
        if listing is not None:
            self._walk(listing)

    def _listen(self, *, told: bool = False) -> Listener:
        return Listener(self._repo, self._scope.arguments(self._repo), told=told)

    def _walk(self, listing: Listener) -> Reachability | Lineage:
        """Prepare to say which commits did what."""
        shared = self._packed.shared if self._packed else None
        self._trees = PackedTrees(self._repo, shared)
        if shared is not None:
            listing.outside = [info for info in shared.beside.objects if info.kind == "commit"]
        if self._trees.numbers:
            self._reachability = Lineage(self._repo, listing, self._trees.numbers)
        else:
            listing.close()
            self._reachability = Reachability.start(self._repo, self._scope)
        return self._reachability

    def concluded(self, about: str) -> bytes | None:
        """Return what was kept of an earlier scan, if nothing has changed since."""
        return self._answers.conclusion(self._asked(about)) if self._answers else None

    def conclude(self, about: str, data: bytes) -> None:
        """Keep what came of a scan in the store."""
        if self._answers:
            self._answers.conclude(self._asked(about), data)

    def _asked(self, about: str) -> str:
        assert self._memory is not None
        return f"scan {self._memory.looked_for} {about}"

    @functools.cached_property
    def notes(self) -> Notes | None:
        """What earlier scans made of single files, if that is kept."""
        if self._answers is None or self._memory is None:
            return None
        from leakhunt.store.notes import Notes

        return Notes(self._memory)

    def batch_of(self, oids: Sequence[str]) -> Batch:
        """Return what reads some objects."""
        return GitBatch(self._repo, tuple(oids))

    def batches(self) -> Iterator[Batch]:
        """Yield the objects, in the order in which they lie in the packs."""
        if self._answers is not None and self._packed is None:
            self._open()
        if self._packed:
            self._counts += self._packed.counts
            self.total = self._packed.total
            # Trees first: what they tell is put in order while the workers scan.
            folders = list(self._trees.batches()) if self._trees else []
            self._untold = len(folders)
            yield from folders
            yield from self._packed.batches()
            return
        if self._scope.everything and not self._repo.alternates:
            objects, unreadable = list_objects(self._repo)
        else:
            # Another repository's objects may outnumber ours by far: only what we reach.
            objects, unreadable = describe_objects(self._repo, self._plain().objects())
        self._note(unreadable, self._plain())
        self.total = sum(info.size for info in objects)
        yield from object_batches(self._repo, objects)
        self._problems += self._plain().problems()

    def hear(self, words: bytes) -> None:
        """Take in what a batch read of commits and of the trees of folders."""
        if not isinstance(self._reachability, Lineage):
            return
        told = unpacked(words)
        self._reachability.hear(told)
        if isinstance(told, Folders):
            self._untold -= 1
            if not self._untold:
                self._reachability.prepare()

    def _note(self, unreadable: Sequence[Unreadable], reachability: Reachability | Lineage) -> None:
        self._problems += [
            Problem("missing-objects", item.oid, f"git object {item.oid[:12]} is {item.reason}")
            for item in unreadable
            if item.oid not in reachability.missing
        ]

    def expect(self, oids: Collection[str]) -> None:
        """Say what may be looked up, see :class:`leakhunt.sources.base.Source`."""
        reached = self._reached()
        if isinstance(reached, Lineage):
            reached.expect(oids)

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return for each blob its paths, those of HEAD first, in the order of bytes."""
        return paths_of(self._reached().walk(frozenset(oids)).changes, oids, self._head)

    def at_head(self, oids: Collection[str]) -> Collection[str]:
        """Return those blobs that are files of HEAD."""
        return self._head.keys() & set(oids)

    @functools.cached_property
    def _head(self) -> Mapping[str, Sequence[bytes]]:
        """The blobs of HEAD and their paths; nothing where not all of history is scanned."""
        files: dict[str, list[bytes]] = {}
        try:
            for file in head_files(self._repo) if self._scope.everything else ():
                files.setdefault(file.oid, []).append(file.path)
        except GitError:
            return {}  # what is missing is said where it is missed
        return files

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files under a name, and their paths."""
        kept = self._answers.kept("names") if self._answers else None
        if kept is not None:
            return kept
        oids = self._reached().named(wanted)
        found = self.paths_of(oids) if oids else {}
        if self._answers:
            self._answers.keep("names", found)
        return found

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files at some paths: all trees are looked through."""
        oids = frozenset(self._reached().named(lambda name: names is None or name in names))
        paths: dict[str, set[str]] = {}
        for change in self._reached().walk(oids).changes if oids else ():
            path = os.fsdecode(change.path)
            if change.new is not None and change.new in oids and wanted(path):
                paths.setdefault(change.new, set()).add(path)
        return {oid: sorted(found) for oid, found in paths.items()}

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return the files of HEAD at some paths, or what commits of a range made of them."""
        if not self._scope.everything:
            if not self._scope.ranges:
                return {}
            oids = self._reached().named(lambda name: wanted(os.fsdecode(name)))
            return self.paths_of(oids) if oids else {}
        named = ((oid, list(map(os.fsdecode, paths))) for oid, paths in sorted(self._head.items()))
        chosen = ((oid, [path for path in paths if wanted(path)]) for oid, paths in named)
        return {oid: paths for oid, paths in chosen if paths}

    def lacking(self, wanted: Callable[[bytes], bool]) -> Collection[str]:
        """Return the blobs that are files under a name, and none of HEAD's."""
        if not self._scope.everything:
            return ()
        kept = self._answers.kept("last") if self._answers else None
        if kept is not None:
            return kept.keys()
        oids = set(self._reached().named(wanted)) - self._head.keys()
        self.expect(oids)
        return oids

    def last(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return those of some blobs that were the last at a path HEAD lacks."""
        kept = self._answers.kept("last") if self._answers else None
        if kept is not None:
            return kept
        paths = frozenset(path for some in self._head.values() for path in some)
        changes = self._reached().walk(frozenset(oids)).changes if oids else ()
        found = last_versions(changes, oids, paths)
        if self._answers:
            self._answers.keep("last", found)
        return found

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in some blobs."""
        return dict(contents(self._repo, oids, most))

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens a blob."""
        return BlobOpener(self._repo, oid)

    def shown(self, groups: Mapping[str, Sequence[Match]]) -> Collection[str]:
        """Return the blobs with which secrets came, those of HEAD, and what nothing leads to."""
        if (kept := self._recalled(groups)) is not None:
            told = (place.blob for known in kept[0].values() for place in known.locations)
            return {oid for oid in told if oid}
        blobs = _blobs(groups)
        shown: set[str] = set()
        for key, history in self._attributed(blobs).histories.items():
            for place in history.places:
                shown.update((place.blob, place.head_blob or place.blob))
            if not history.places:
                shown |= blobs[key]
        return shown

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Attribute each secret to commits and people."""
        if self._packed:
            self._packed.save()
            if self.notes and not patience.gave_up():
                self.notes.keep()
        kept = self._recalled(groups)
        if kept is not None:
            found, problems = kept
            self._problems += problems
            return found
        known = len(self._problems)
        reachability = self._reached()
        found = self._attribute(groups, reachability)
        if self._packed:  # last: whatever was doubtful on the way has been asked of git
            self._note(self._packed.unreadable, reachability)
            self._problems += reachability.problems()
        if self._answers:
            self._answers.remember(groups, found, self._problems[known:])
        return found

    def _reached(self) -> Reachability | Lineage:
        """Return what the commits reach; if an answer was expected in the store, find out now."""
        if self._reachability is not None:
            return self._reachability
        reachability = self._walk(self._listen())
        assert self._trees is not None
        for batch in self._trees.batches():
            for told in batch.read():
                if isinstance(told, Problem):
                    self._problems.append(told)
                else:
                    self.hear(told.data)
        return reachability

    def _recalled(self, groups: Mapping[str, Sequence[Match]]) -> _Kept | None:
        # Asked twice: for what is shown, and for where it is.
        if self._kept is None and self._answers is not None:
            self._kept = (self._answers.recall(groups),)
        return self._kept[0] if self._kept else None

    def _attributed(self, blobs: Mapping[str, frozenset[str]]) -> Attribution:
        if self._attribution is None:
            self._attribution = attribute(self._repo, self._reached(), blobs)
        return self._attribution

    def _attribute(
        self, groups: Mapping[str, Sequence[Match]], reachability: Reachability | Lineage
    ) -> dict[str, Whereabouts]:
        blobs = _blobs(groups)
        answer = self._attributed(blobs)
        self._problems += answer.problems
        prose = Prose(self._repo, reachability, groups)
        fresh = self._introduced(blobs, groups)
        found = {}
        for key, matches in groups.items():
            history = answer.histories.get(key, History())
            places = places_of(matches, history, prose)
            if fresh is not None:
                places = only_at(places, fresh.get(key, frozenset()))
            found[key] = judged(places, history, self._exclusions, unreachable=self._unreachable)
        return found

    def _introduced(
        self, blobs: Mapping[str, frozenset[str]], groups: Mapping[str, Sequence[Match]]
    ) -> dict[str, frozenset[bytes]] | None:
        """Return where the scope introduced each secret, or None where it does not matter."""
        if not (self._scope.ranges or self._scope.since):
            return None
        secrets = {key: groups[key][0].secret for key in blobs}
        return introduced_paths(self._repo, self._plain(), blobs, secrets)

    def _plain(self) -> Reachability:
        """Return git's own listing, which every scope but all of history has."""
        assert isinstance(self._reachability, Reachability)
        return self._reachability

    def counts(self) -> Counter[str]:
        """Return what earlier scans counted; the workers count the rest."""
        return self._counts

    def problems(self) -> list[Problem]:
        """Return what is missing or damaged."""
        part = self._scope.ranges or self._scope.since
        aside = () if part else submodules_of(self._repo)
        return [*self._problems, *aside, *(self._memory.problems if self._memory else ())]

    def close(self) -> None:
        """Stop git, drop its listing and the packs."""
        if self._packed is not None:
            self._packed.close()
        if self._trees is not None:
            self._trees.close()
        if self._reachability is not None:
            self._reachability.close()


def _blobs(groups: Mapping[str, Sequence[Match]]) -> dict[str, frozenset[str]]:
    """Return the blobs that hold each secret, of those that lie in any."""
    blobs = {
        key: frozenset(match.blob.id for match in matches if match.blob.kind == "blob")
        for key, matches in groups.items()
    }
    return {key: oids for key, oids in blobs.items() if oids}
