"""Everything that any ref reaches, told from the packs; from git where they do not suffice."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from leakhunt.errors import GitError
from leakhunt.git import refs
from leakhunt.git.changes import Walk
from leakhunt.git.commits import Listed
from leakhunt.git.forest import Forest, TooMuch, Tree
from leakhunt.git.index import indexed_blobs
from leakhunt.git.objects import describe_objects
from leakhunt.git.packs.pure_layout import TREE
from leakhunt.git.reachability import Reachability, Reached, gaps
from leakhunt.git.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from leakhunt.git.changes import Change
    from leakhunt.git.commits import Listing
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
        listing: of all its commits; closed with this.
        numbers: its packs, open.
    """

    def __init__(self, repository: Repository, listing: Listing, numbers: Numbers) -> None:
        self.repository = repository
        self.scope = _EVERYTHING
        self._listing = listing
        self._numbers = numbers
        self._forest = Forest(numbers)
        self._plain: Reachability | None = None
        self._odd = False
        self._walked: tuple[frozenset[str], tuple[Change, ...]] | None = None

    def hear(self, folders: Folders) -> None:
        """Take in what a worker read of the trees."""
        try:
            self._forest.plant(folders)
        except (ValueError, IndexError):
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
        blobs = frozenset(oid for oid in oids if oid not in self._position)
        changes = self._changes(blobs) if blobs else ()
        if plain := self._doubtful():
            return plain.find(oids)
        found = {oid: Reached(b"", oid) for oid in oids if oid in self._position}
        named = self._listed.named
        found |= {oid: Reached(os.fsencode(named[oid]), None) for oid in blobs & named.keys()}
        for change in changes:
            if change.new in blobs:
                found.setdefault(change.new, Reached(change.path, change.commit))
        for oid in self._indexed.keys() & blobs:
            found.setdefault(oid, Reached(self._indexed[oid], None))
        return found

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
        return (commit.oid.encode() for commit in self._listed.commits)

    def ancestors(self, commits: Collection[str]) -> set[str]:
        """Return those of some commits that HEAD descends from."""
        if plain := self._doubtful():
            return plain.ancestors(commits)
        head = refs.head(self.repository) if commits else None
        if head and head not in self._position:  # it moved while we scanned
            return self._ask_git().ancestors(commits)
        waiting = [head] if head else []
        seen = set(waiting)
        while waiting:
            place = self._position.get(waiting.pop())
            if place is not None:
                fresh = [oid for oid in self._listed.commits[place].parents if oid not in seen]
                seen.update(fresh)
                waiting += fresh
        return seen.intersection(commits)

    def close(self) -> None:
        """Stop git."""
        self._listing.close()
        if self._plain:
            self._plain.close()

    # What follows is known once git has listed the commits.

    @functools.cached_property
    def _listed(self) -> Listed:
        try:
            listed = self._listing.read()
        except GitError:
            self._odd = True
            return Listed([], {}, doubtful=True)
        return listed

    @functools.cached_property
    def _position(self) -> dict[str, int]:
        return {commit.oid: place for place, commit in enumerate(self._listed.commits)}

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
    def _trees(self) -> Sequence[int]:
        """The number of the tree of each commit."""
        commits = self._listed.commits
        raw = bytes.fromhex("".join(commit.tree for commit in commits))
        found = self._numbers.of(raw)
        for place in self._numbers.nowhere(found):
            if commits[place].tree != self.repository.empty_tree:
                self._odd = True
            found[place] = self._forest.empty
        kinds = self._numbers.kinds
        if any(kinds[tree] not in (0, TREE) for tree in found if tree < len(kinds)):
            self._odd = True
        return found

    def _doubtful(self) -> Reachability | None:
        """Return what git lists, if the packs alone cannot tell all of history."""
        if self._plain:
            return self._plain
        forest, listed = self._forest, self._listed
        self._odd = self._odd or listed.doubtful or not self._numbers.whole
        if self._odd or forest.unreadable or len(forest.missing) > _MISSING or self._tree_named:
            return self._ask_git()
        _ = self._trees  # a commit may be without its tree
        return self._ask_git() if self._odd else None

    def _ask_git(self) -> Reachability:
        """Ask git for everything, from here on."""
        if self._plain is None:
            self._plain = Reachability.start(self.repository, self.scope)
        return self._plain

    @functools.cached_property
    def _tree_named(self) -> bool:
        """Say whether a ref or reflog leads to a tree that is in no commit."""
        if not self._listed.named:
            return False
        questions = "".join(f"{oid}\n" for oid in self._listed.named)
        kinds = self.repository.run(
            "cat-file", "--batch-check=%(objecttype)", input=questions.encode()
        )
        return not {b"tag", b"blob"}.issuperset(kinds.split())

    def _changes(self, oids: frozenset[str]) -> tuple[Change, ...]:
        """Walk all commits; nothing if git has to be asked."""
        if self._doubtful() or not (oids or self._forest.missing):
            return ()
        if self._walked is None or not oids <= self._walked[0]:
            trees, position = self._trees, self._position
            try:
                climb = self._forest.climb(oids)
                changes = climb.changes(
                    Tree(commit.oid, tree, tuple(trees[position[p]] for p in commit.parents))
                    for commit, tree in zip(self._listed.commits, trees, strict=True)
                )
            except (TooMuch, KeyError):
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
