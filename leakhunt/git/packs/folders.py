"""Reads the trees of folders in a pack: what each of them holds that its base does not."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.git.objects import ObjectInfo, Unreadable, read_objects
from leakhunt.git.packs import native_trees
from leakhunt.git.packs.tree import Failed, descendants, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.git.packs.numbers import Numbers
    from leakhunt.git.packs.table import Pack
    from leakhunt.git.repository import Repository


class Folders(NamedTuple):
    """What some trees hold. Lists of numbers are bytes of native 32-bit numbers."""

    start: int = 0
    """What is added to the number of a tree."""
    keys: bytes = b""
    """Modes and names, each ended by a zero byte."""
    added: bytes = b""
    """Pairs of tree and key."""
    objects: bytes = b""
    """To what each of these pairs leads, or `NOWHERE`."""
    removed: bytes = b""
    """Pairs of tree and key."""
    anew: tuple[int, ...] = ()
    """Trees that are told whole, although they lie in the pack as deltas."""
    missing: tuple[tuple[int, bytes], ...] = ()
    """Which pairs of `added` lead nowhere, and the ids there."""
    unreadable: tuple[str, ...] = ()
    """Trees that git could not read either."""

    def packed(self) -> bytes:
        """Return it as bytes that go to another process."""
        return marshal.dumps(tuple(self))

    @classmethod
    def unpacked(cls, data: bytes) -> Folders:
        """Undo :meth:`packed`."""
        return cls(*marshal.loads(data))  # noqa: S302 (only we can have written it)


def read_pack(repo: Repository, numbers: Numbers, index: int, low: int, high: int) -> Folders:
    """Read the trees whose delta trees start between two ranks of a pack.

    Args:
        repo: where the pack is from; git reads what we cannot.
        numbers: the packs, open.
        index: which pack.
        low: the first rank.
        high: the rank behind the last.
    """
    pack = numbers.packs[index]
    roots = pack.ranks(low, high, folders=True)
    walk_all = native_trees.walk_folders or _walk_folders
    added, removed, failed = walk_all(pack, roots, numbers.width)
    ranks = [rank for top in failed for rank in descendants(pack, top)]
    pack.rest()
    more, unreadable = _through_git(repo, {pack.oid(rank): rank for rank in ranks}, numbers.width)
    return _folders(numbers, numbers.starts[index], added + more, removed, ranks, unreadable)


def _walk_folders(pack: Pack, roots: list[int], width: int) -> tuple[bytes, bytes, list[int]]:
    """Walk the delta trees under some roots; what C does where it was built.

    Returns:
        What was added and removed, see :func:`~leakhunt.git.packs.pure_trees.entries`, and the
        trees that are left to git with all that is built on them.
    """
    added: list[bytes] = []
    removed: list[bytes] = []
    failed: dict[int, None] = {}
    for root in roots:
        for stored in walk(pack, root):
            if isinstance(stored, Failed):
                failed[stored.rank] = None
                continue
            base, rank = stored.base, stored.rank
            try:
                if base is None:
                    told = native_trees.entries(stored.content, b"", b"", b"", rank, width)
                elif base.starts is None:
                    continue  # one that it is built on is left to git
                else:
                    told = native_trees.entries(
                        stored.content, stored.delta, base.content, base.starts, rank, width
                    )
            except ValueError:
                failed[rank] = None
                continue
            stored.starts = told[0]
            added.append(told[1])
            removed.append(told[2])
    return b"".join(added), b"".join(removed), list(failed)


def read_outside(repo: Repository, numbers: Numbers, oids: Iterable[str]) -> Folders:
    """Read trees that are in no delta tree of a pack, through git."""
    wanted = list(oids)
    known = numbers.of(bytes.fromhex("".join(wanted)))
    places = dict(zip(wanted, known, strict=True))
    added, unreadable = _through_git(repo, places, numbers.width)
    # Some may lie in a pack, as deltas of what is not there.
    return _folders(numbers, 0, added, b"", list(known), unreadable)


def _folders(
    numbers: Numbers,
    start: int,
    added: bytes,
    removed: bytes,
    anew: list[int],
    unreadable: list[str],
) -> Folders:
    width = numbers.width
    keys, pairs, oids, gone = native_trees.gather(added, removed, width)
    objects = numbers.of(oids)
    missing = tuple((i, oids[i * width : (i + 1) * width]) for i in numbers.nowhere(objects))
    return Folders(
        start, keys, pairs, objects.tobytes(), gone, tuple(anew), missing, tuple(unreadable)
    )


def _through_git(repo: Repository, ranks: dict[str, int], width: int) -> tuple[bytes, list[str]]:
    """Read trees with git: what they hold, and which could not be read."""
    added = []
    unreadable = set(ranks)
    for oid, content in _contents(repo, ranks):
        try:
            added.append(native_trees.entries(content, b"", b"", b"", ranks[oid], width)[1])
        except ValueError:
            continue
        unreadable.discard(oid)
    return b"".join(added), sorted(unreadable)


def _contents(repo: Repository, oids: Iterable[str]) -> Iterator[tuple[str, memoryview]]:
    for answer in read_objects(repo, [ObjectInfo(oid, "tree", 0) for oid in oids]):
        if not isinstance(answer, Unreadable):
            yield answer[0].oid, answer[1]
