"""Which trees lead to some objects, in Python: what `_trees.c` does.

Objects, trees and keys are numbers here; see `pure_trees.py` for how they come about, and for what
keys are. They travel as bytes of native unsigned 32-bit numbers.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.git.packs.pure_layout import BLOB, TREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

NOWHERE = 0xFFFFFFFF
"""The number of an object that is not here."""
_HASH = 0xFFFFFFFFFFFFFFFF


def trace(
    bases: Buffer, added: Buffer, removed: Buffer, wanted: Buffer, limit: int
) -> tuple[bytes, bytes]:
    """Find every tree that leads to some objects.

    Args:
        bases: for each object the one that it is a delta of (signed), or a negative number.
        added: triples of tree, key and object.
        removed: pairs of tree and key: what the tree does not have of its base.
        wanted: the objects.
        limit: so many entries at most, an entry that is come upon twice counted twice.

    Returns:
        Triples of tree, key and object, sorted: the entries that lead to them. And for each
        object 64 bits that are the same for trees that have the same such entries.

    Raises:
        ValueError: there are more, trees that hold themselves or are built on themselves, or
            numbers of no object.
    """
    base = array("i", bytes(bases))
    count = len(base)
    by_object: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for tree, key, oid in _columns(added, 3):
        by_object[oid].append((tree, key))
    gone: dict[int, set[int]] = defaultdict(set)
    for tree, key in _columns(removed, 2):
        gone[tree].add(key)
    deltas: dict[int, list[int]] = defaultdict(list)
    for tree, at in enumerate(base):
        if at >= 0:
            deltas[at].append(tree)
    waiting = list(dict.fromkeys(array("I", bytes(wanted))))
    if max([*by_object, *gone, *deltas, *waiting], default=-1) >= count:
        raise ValueError("numbers of no object")
    built = [tree for tree, at in enumerate(base) if at < 0]
    for tree in built:
        built += deltas[tree]
    if len(built) < count:
        raise ValueError("trees that are built on themselves")
    found: set[tuple[int, int, int]] = set()
    steps = 0
    seen = set(waiting)
    while waiting:
        oid = waiting.pop()
        for tree, key in by_object[oid]:
            holders = [tree]
            while holders:
                tree = holders.pop()
                if tree >= count or steps >= limit:
                    raise ValueError("too many entries, or numbers of no object")
                steps += 1
                found.add((tree, key, oid))
                if tree not in seen:
                    seen.add(tree)
                    waiting.append(tree)
                holders += [delta for delta in deltas[tree] if key not in gone[delta]]
    ordered = sorted(found)
    return _flat(ordered), _likeness(ordered, count)


def _columns(numbers: Buffer, width: int) -> Iterator[tuple[int, ...]]:
    values = array("I", bytes(numbers))
    return zip(*(values[i::width] for i in range(width)), strict=True)


def _flat(rows: list[tuple[int, int, int]]) -> bytes:
    return array("I", (value for row in rows for value in row)).tobytes()


def _mix(value: int) -> int:
    """Scatter 64 bits.

    Source: Steele and others, "Fast splittable pseudorandom number generators" (splitmix64).
    """
    value = (value + 0x9E3779B97F4A7C15) & _HASH
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & _HASH
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & _HASH
    return value ^ value >> 31


def _likeness(rows: list[tuple[int, int, int]], count: int) -> bytes:
    entries_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for tree, key, oid in rows:
        entries_of[tree].append((key, oid))
    done: dict[int, int] = {}
    for top in entries_of:
        stack = [top]
        while stack:
            tree = stack[-1]
            open_ones = [o for _, o in entries_of[tree] if o in entries_of and o not in done]
            if tree in done or not open_ones:
                stack.pop()
                done[tree] = (
                    sum(_mix(_mix(key) ^ done.get(oid, _mix(~oid & _HASH)))
                        for key, oid in entries_of[tree]) & _HASH
                )  # fmt: skip
            elif len(stack) > count:
                raise ValueError("trees that hold themselves")
            else:
                stack.append(open_ones[0])
    values = array("Q", bytes(8 * count))
    for tree, value in done.items():
        values[tree] = value
    return values.tobytes()


class Entries:
    """What is in every tree, arranged once.

    Args:
        bases: see `trace`.
        added: see `trace`, sorted by tree.
        removed: see `trace`, sorted by tree.
    """

    def __init__(self, bases: Buffer, added: Buffer, removed: Buffer) -> None:
        self._base = array("i", bytes(bases))
        self._new = {row[:2]: row[2] for row in _columns(added, 3)}
        self._gone = set(_columns(removed, 2))

    def child(self, tree: int, key: int) -> int:
        """Return what an entry of a tree leads to, or `NOWHERE`: there is no such entry."""
        base, new = self._base, self._new
        for _ in range(len(base)):
            if (tree, key) in new:
                return new[tree, key]
            if (tree, key) in self._gone or tree >= len(base) or base[tree] < 0:
                break
            tree = base[tree]
        return NOWHERE


def child(tree: int, key: int, bases: Buffer, added: Buffer, removed: Buffer) -> int:
    """Return what an entry of a tree leads to.

    Args:
        tree: the tree.
        key: the entry.
        bases: see `trace`.
        added: see `trace`, sorted by tree.
        removed: see `trace`, sorted by tree.

    Returns:
        The object, or `NOWHERE`: there is no such entry.
    """
    return Entries(bases, added, removed).child(tree, key)


def fitting(added: Buffer, folders: Buffer, kinds: Buffer) -> bool:
    """Say whether folders lead to trees and files to blobs.

    Args:
        added: see `trace`.
        folders: for each key 1 if it is one of a folder, 0 otherwise.
        kinds: for each object its kind, as packs number them; 0 if it is not known.
    """
    known, folder = bytes(kinds), bytes(folders)
    for _, key, oid in _columns(added, 3):
        kind = known[oid] if oid < len(known) else 0
        if kind and kind != (TREE if key < len(folder) and folder[key] else BLOB):
            return False
    return True


def under(added: Buffer, keys: Buffer, count: int) -> bytes:
    """Return what trees hold under some keys.

    Args:
        added: see `trace`.
        keys: for each key 1 if it is one of them, 0 otherwise.
        count: objects with this number or a higher one are left out.

    Returns:
        The numbers of these objects, in order.

    Raises:
        ValueError: numbers of no key.
    """
    wanted = bytes(keys)
    table = list(_columns(added, 3))
    if any(key >= len(wanted) for _, key, _ in table):
        raise ValueError("numbers of no key")
    found = {oid for _, key, oid in table if wanted[key] and oid < count}
    return array("I", sorted(found)).tobytes()


def rows(pairs: Buffer, objects: Buffer, keys: Buffer, shift: int) -> bytes:
    """Bring what `gather` gave for one part of a pack into the numbers of all.

    Args:
        pairs: of tree and key.
        objects: the object of each pair; empty where nothing is said of objects.
        keys: for each key its number among all keys.
        shift: what is added to the number of a tree.

    Returns:
        Triples of tree, key and object, or pairs of tree and key.

    Raises:
        ValueError: a key or an object is missing.
    """
    known, found = array("I", bytes(keys)), array("I", bytes(objects))
    made = array("I")
    for i, (tree, key) in enumerate(_columns(pairs, 2)):
        if key >= len(known) or (found and i >= len(found)):
            raise ValueError("numbers of no key or object")
        made.extend((tree + shift, known[key], found[i]) if found else (tree + shift, known[key]))
    return made.tobytes()


def arrange(rows: Buffer, width: int, count: int) -> bytes:
    """Sort rows of numbers by the first of each, and keep the order of equal ones.

    Args:
        rows: numbers, row by row.
        width: numbers in a row.
        count: all first ones are less.

    Raises:
        ValueError: one is not.
    """
    table = sorted(_columns(rows, width), key=lambda row: row[0])
    if table and table[-1][0] >= count:
        raise ValueError("numbers of no object")
    return array("I", (value for row in table for value in row)).tobytes()


def shifted(bases: Buffer, shift: int) -> bytes:
    """Bring the bases of the objects of one pack into the numbers of all.

    Args:
        bases: for each object the one that it is a delta of (signed), or a negative number.
        shift: what is added to a number.

    Raises:
        ValueError: these are no such numbers.
    """
    known = array("i", bytes(bases))
    return array("i", (base + shift if base >= 0 else -1 for base in known)).tobytes()
