"""All commits in order, told from what the workers read; where that does not suffice, by git."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.commits import Listing
from leakhunt.git.objects import Unreadable, read_objects
from leakhunt.git.packs import native_trees
from leakhunt.git.packs.folders import Folders
from leakhunt.git.packs.pure_forest import NOWHERE
from leakhunt.git.packs.pure_order import facts, row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.git.commits import Listed
    from leakhunt.git.objects import ObjectInfo
    from leakhunt.git.packs.numbers import Numbers
    from leakhunt.git.repository import Repository

_OUTSIDE = 20_000
"""More commits that are in no pack are left to git."""


class Graph(NamedTuple):
    """Commits by number, parents before children. Numbers are those of `git/packs/numbers.py`."""

    commits: array[int] = array("I")
    trees: array[int] = array("I")
    """The tree of each; `NOWHERE` where it is missing, and the total for the empty tree."""
    firsts: array[int] = array("I", [0])
    """Where the parents of each start, and the end."""
    parents: array[int] = array("I")
    """As places in this order."""
    named: Mapping[str, str] = {}
    """See :class:`~leakhunt.git.commits.Listed`."""
    doubtful: bool = False
    """git passed over something, or misses a commit or a tag."""

    def above(self, place: int) -> array[int]:
        """Return the places of the parents of a commit."""
        return self.parents[self.firsts[place] : self.firsts[place + 1]]


DOUBTFUL = Graph(doubtful=True)


class Commits(NamedTuple):
    """The commits of a batch, see :func:`leakhunt.git.packs.pure_order.order`."""

    pack: str
    """The file of the pack in which they lie."""
    rows: bytes
    """With ranks for numbers."""
    oids: bytes
    """For each that is not odd, the ids of its tree and its parents."""

    def packed(self) -> bytes:
        """Return it as bytes that go to another process."""
        return marshal.dumps(tuple(self))


def unpacked(words: bytes) -> Commits | Folders:
    """Undo :meth:`Commits.packed` and :meth:`Folders.packed`."""
    data = marshal.loads(words)  # noqa: S302 (only we can have written it)
    return Commits(*data) if isinstance(data[0], str) else Folders(*data)


class Listener:
    """The commits that any ref or reflog reaches, put in order from what the workers tell.

    git says at once to which commits the refs lead, and lists all only if that is not enough.

    Args:
        repository: where to look.
        arguments: what selects them on the command line of `git rev-list`.
        told: the workers tell all commits; else git lists them in the background.

    Raises:
        GitError: git could not be started.
    """

    def __init__(self, repository: Repository, arguments: Sequence[str], *, told: bool) -> None:
        self._repository = repository
        self._arguments = arguments
        # What git knows of parents is not what is written in the commits.
        grafts = repository.common_dir / "info/grafts"
        self._told = told and not repository.shallow and not grafts.exists()
        self._listing = Listing(repository, arguments, tips=self._told)
        self._rows: list[bytes] = []
        self._found: list[bytes] = []
        self.outside: Sequence[ObjectInfo] = ()
        """Commits that are in no pack."""

    def hear(self, words: Commits, numbers: Numbers) -> None:
        """Take in what a worker read.

        Raises:
            ValueError: it makes no sense.
        """
        # Now, while the workers are busy, and not when all wait for it.
        self._rows.append(_numbered(words, numbers))
        found = _found(words.oids, numbers, self._repository.empty_tree)
        self._found.append(found.tobytes())

    def read(self, numbers: Numbers) -> Graph:
        """Wait for git and return what there is.

        Raises:
            GitError: git gave up.
        """
        listed = self._listing.read()
        if not self._told:
            return _from_listing(listed, numbers, self._repository.empty_tree)
        if listed.doubtful:
            return DOUBTFUL
        try:
            return self._ordered(listed, numbers)
        except (ValueError, MemoryError):
            self.close()
            self._told = False
            self._listing = Listing(self._repository, self._arguments)
            return self.read(numbers)

    def close(self) -> None:
        """Stop git and drop what is known."""
        self._listing.close()
        self._rows.clear()
        self._found.clear()

    def _ordered(self, listed: Listed, numbers: Numbers) -> Graph:
        """Put in order what was told.

        Raises:
            ValueError: a commit is odd, or was not told.
        """
        self.hear(self._from_outside(numbers), numbers)
        rows, found = b"".join(self._rows), b"".join(self._found)
        self._rows.clear()
        self._found.clear()
        tips = numbers.of(bytes.fromhex("".join(commit.oid for commit in listed.commits)))
        told = native_trees.order(rows, found, tips.tobytes(), numbers.total)
        order, trees, firsts, parents = (array("I", column) for column in told)
        return Graph(order, trees, firsts, parents, listed.named)

    def _from_outside(self, numbers: Numbers) -> Commits:
        if len(self.outside) > _OUTSIDE:
            raise ValueError("too many commits outside of packs")
        rows, oids = [], []
        for answer in read_objects(self._repository, self.outside):
            if isinstance(answer, Unreadable):
                continue
            info, raw = answer
            read = facts(bytes(raw), numbers.width)
            (number,) = numbers.of(bytes.fromhex(info.oid))
            rows.append(row(number, read, numbers.width))
            oids.append(read[1] if read else b"")
        return Commits("", b"".join(rows), b"".join(oids))


def _numbered(commits: Commits, numbers: Numbers) -> bytes:
    """Return rows with numbers for ranks."""
    names = [pack.path.name for pack in numbers.packs]
    if not commits.pack or names == [commits.pack]:
        return commits.rows
    if commits.pack not in names:
        raise ValueError("a pack that is not there")
    pack = numbers.packs[names.index(commits.pack)]
    rows = array("I", commits.rows)
    ids = b"".join(bytes.fromhex(pack.oid(rank)) for rank in rows[::4])
    rows[::4] = numbers.of(ids)
    return rows.tobytes()


def _found(oids: bytes, numbers: Numbers, empty_tree: str) -> array[int]:
    """Return the numbers of trees and parents."""
    found = numbers.of(oids)
    empty = bytes.fromhex(empty_tree)
    for place in numbers.nowhere(found):
        if oids[place * numbers.width : (place + 1) * numbers.width] == empty:
            found[place] = numbers.total
    return found


def _from_listing(listed: Listed, numbers: Numbers, empty_tree: str) -> Graph:
    """Return what git listed."""
    if listed.doubtful:
        return DOUBTFUL
    places = {commit.oid: place for place, commit in enumerate(listed.commits)}
    commits = numbers.of(bytes.fromhex("".join(places)))
    trees = bytes.fromhex("".join(commit.tree for commit in listed.commits))
    firsts, parents = array("I", [0]), array("I")
    for commit in listed.commits:
        if not places.keys() >= set(commit.parents):
            return DOUBTFUL
        parents.extend(places[parent] for parent in commit.parents)
        firsts.append(len(parents))
    if NOWHERE in commits:  # made while we scanned
        return DOUBTFUL
    return Graph(commits, _found(trees, numbers, empty_tree), firsts, parents, listed.named)
