"""Everything that any ref reaches, told from the packs; from git where they do not suffice."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from leakhunt.errors import GitError
from leakhunt.git import refs
from leakhunt.git.changes import Walk
from leakhunt.git.forest import Forest, TooMuch, Tree
from leakhunt.git.graph import DOUBTFUL, Commits
from leakhunt.git.index import indexed_blobs
from leakhunt.git.objects import describe_objects
from leakhunt.git.packs.pure_layout import BLOB, TREE
from leakhunt.git.reachability import Reachability, Reached, gaps
from leakhunt.git.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.git.changes import Change
    from leakhunt.git.graph import Graph, Listener
    from leakhunt.git.packs.folders import Folders
    from leakhunt.git.packs.numbers import Numbers
    from leakhunt.git.repository import Repository
    from leakhunt.model import Problem

_EVERYTHING = Scope()
_MISSING = 2000
"""More missing objects than that are left to git."""


class Lineage:
    """What all commits of a repository reach and did. Has the interface of `Reachability`.

    Args:
        repository: where to look.
        commits: all its commits; closed with this.
        numbers: its packs, open.
    """

    def __init__(self, repository: Repository, commits: Listener, numbers: Numbers) -> None:
        self.repository = repository
        self.scope = _EVERYTHING
        self._commits = commits
        self._numbers = numbers
        self._forest = Forest(numbers)
        self._plain: Reachability | None = None
        self._odd = False
        self._expected: frozenset[str] = frozenset()
        self._walked: tuple[frozenset[str], tuple[Change, ...]] | None = None

    def hear(self, words: Folders | Commits) -> None:
        """Take in what a worker read."""
        try:
            if isinstance(words, Commits):
                self._commits.hear(words, self._numbers)
            else:
                self._forest.plant(words)
        except (ValueError, IndexError):
            self._odd = True

    def prepare(self) -> None:
        """Put in order what is told of folders by now: all of it."""
        try:
            self._forest.settle()
        except (ValueError, MemoryError):
            self._odd = True

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment for git, see :attr:`Reachability.variables`."""
        return self._plain.variables if self._plain else {}

    @property
    def complete(self) -> bool:
        """Whether everything could be walked."""
        return (plain := self._doubtful()) is None or plain.complete

    @property
    def missing(self) -> frozenset[str]:
        """The ids of objects that commits refer to and that are not there."""
        changes = self._changes(frozenset())
        if plain := self._doubtful():
            return plain.missing
        return self._absent | self._lost(changes)

    def problems(self) -> tuple[Problem, ...]:
        """What keeps this from being the whole history."""
        missing = self.missing
        if self._plain:
            return self._plain.problems()
        return gaps(self.repository, "", len(missing))

    def find(self, oids: Collection[str]) -> dict[str, Reached]:
        """Look objects up, see :meth:`Reachability.find`."""
        commits = self.order(oids)
        blobs = frozenset(oid for oid in oids if oid not in commits)
        files = self._possible(blobs)
        changes = self._changes(files) if files else ()
        if plain := self._doubtful():
            return plain.find(oids)
        found = {oid: Reached(b"", oid) for oid in commits}
        named = self._graph.named
        found |= {oid: Reached(os.fsencode(named[oid]), None) for oid in blobs & named.keys()}
        for change in changes:
            if change.new in blobs:
                found.setdefault(change.new, Reached(change.path, change.commit))
        for oid in self._indexed.keys() & blobs:
            found.setdefault(oid, Reached(self._indexed[oid], None))
        return found

    def _possible(self, oids: Collection[str]) -> frozenset[str]:
        """Return those that may be files: a walk for tags would find nothing."""
        names, kinds = list(oids), self._numbers.kinds
        found = self._numbers.of(bytes.fromhex("".join(names)))
        return frozenset(
            name
            for name, number in zip(names, found, strict=True)
            if number >= len(kinds) or kinds[number] in (0, BLOB)
        )

    def named(self, wanted: Callable[[bytes], bool]) -> list[str]:
        """Return the files that any version of a folder has under a name.

        Args:
            wanted: says whether it is one of the names that are asked for.
        """
        if plain := self._doubtful():
            return plain.named(wanted)
        try:
            return self._forest.named(wanted)
        except (ValueError, MemoryError):
            self._odd = True
            return self._ask_git().named(wanted)

    def expect(self, oids: Collection[str]) -> None:
        """Say what else may be looked up: one walk for all takes little longer than one for few."""
        self._expected |= frozenset(oids)

    def walk(self, oids: Collection[str], *, jobs: int = 1) -> Walk:
        """Find every change from or to one of some blobs, see `git/changes.py`."""
        changes = self._changes(frozenset(oids))
        if plain := self._doubtful():
            return plain.walk(oids, jobs=jobs)
        return Walk(tuple(c for c in changes if not oids_of(c).isdisjoint(oids)), 0)

    def commit_ids(self) -> Iterator[bytes]:
        """Yield the ids of the commits; parents come before children."""
        if plain := self._doubtful():
            return plain.commit_ids()
        return (self._numbers.oid(number).encode() for number in self._graph.commits)

    def order(self, commits: Collection[str]) -> dict[str, int]:
        """Return the places of some commits among all; parents come before children."""
        if plain := self._plain:
            return plain.order(commits)
        names = list(commits)
        found = self._numbers.of(bytes.fromhex("".join(names)))
        return {
            name: self._places[number]
            for name, number in zip(names, found, strict=True)
            if number in self._places
        }

    def ancestors(self, commits: Collection[str]) -> set[str]:
        """Return those of some commits that HEAD descends from."""
        if plain := self._doubtful():
            return plain.ancestors(commits)
        head = refs.head(self.repository) if commits else None
        if not head:
            return set()
        start = self.order([head]).get(head)
        if start is None:  # it moved while we scanned
            return self._ask_git().ancestors(commits)
        asked = self.order(commits)
        seen = bytearray(start + 1)
        seen[start] = 1
        firsts, parents = self._graph.firsts, self._graph.parents
        for place in range(start, min(asked.values(), default=start), -1):
            if seen[place]:
                for parent in parents[firsts[place] : firsts[place + 1]]:
                    seen[parent] = 1
        return {oid for oid, place in asked.items() if place <= start and seen[place]}

    def close(self) -> None:
        """Stop git."""
        self._commits.close()
        if self._plain:
            self._plain.close()

    # What follows is known once git has listed the commits.

    @functools.cached_property
    def _graph(self) -> Graph:
        try:
            return self._commits.read(self._numbers)
        except GitError:
            return DOUBTFUL

    @functools.cached_property
    def _places(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self._graph.commits)}

    @functools.cached_property
    def _indexed(self) -> dict[str, bytes]:
        return indexed_blobs(self.repository)

    @functools.cached_property
    def _absent(self) -> frozenset[str]:
        """What an index holds and the repository does not."""
        oids = sorted(self._indexed)
        places = self._numbers.nowhere(self._numbers.of(bytes.fromhex("".join(oids))))
        if not places:
            return frozenset()
        # It may have been staged while we scanned.
        _, absent = describe_objects(self.repository, [oids[place] for place in places])
        return frozenset(item.oid for item in absent)

    @functools.cached_property
    def _treeless(self) -> bool:
        """Whether a commit is without its tree."""
        kinds = self._numbers.kinds
        empty = self._forest.empty
        return any(
            tree != empty and (tree > empty or kinds[tree] not in (0, TREE))
            for tree in set(self._graph.trees)
        )

    def _doubtful(self) -> Reachability | None:
        """Return what git lists, if the packs alone cannot tell all of history."""
        if self._plain:
            return self._plain
        forest, graph = self._forest, self._graph
        self._odd = self._odd or graph.doubtful or not self._numbers.whole
        self._odd = self._odd or bool(forest.unreadable) or len(forest.missing) > _MISSING
        self._odd = self._odd or self._tree_named or self._treeless
        return self._ask_git() if self._odd else None

    def _ask_git(self) -> Reachability:
        """Ask git for everything, from here on."""
        if self._plain is None:
            self._plain = Reachability.start(self.repository, self.scope)
        return self._plain

    @functools.cached_property
    def _tree_named(self) -> bool:
        """Say whether a ref or reflog leads to a tree that is in no commit."""
        if not self._graph.named:
            return False
        questions = "".join(f"{oid}\n" for oid in self._graph.named)
        kinds = self.repository.run(
            "cat-file", "--batch-check=%(objecttype)", input=questions.encode()
        )
        return not {b"tag", b"blob"}.issuperset(kinds.split())

    def _changes(self, oids: frozenset[str]) -> tuple[Change, ...]:
        """Walk all commits; nothing if git has to be asked."""
        if self._doubtful() or not (oids or self._forest.missing):
            return ()
        if self._walked is None or not oids <= self._walked[0]:
            oids |= self._expected
            graph, oid = self._graph, self._numbers.oid
            try:
                climb = self._forest.climb(oids)
                changes = climb.changes(
                    Tree(
                        oid(graph.commits[place]),
                        graph.trees[place],
                        tuple(graph.trees[parent] for parent in graph.above(place)),
                    )
                    for place in climb.stirring(graph.trees, graph.firsts, graph.parents)
                )
            except (TooMuch, ValueError):
                self._odd = True
                return ()
            self._walked = oids, tuple(changes)
        return () if self._doubtful() else self._walked[1]

    def _lost(self, changes: Sequence[Change]) -> frozenset[str]:
        lost = {oid.hex() for oid in self._forest.missing}
        return frozenset(change.new for change in changes if change.new in lost)


def oids_of(change: Change) -> frozenset[str | None]:
    """Return all blobs of a change."""
    return frozenset((change.new, *change.old))
