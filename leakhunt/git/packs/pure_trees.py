"""What folders hold, told from the trees of a pack, in Python: what `_trees.c` does.

Format of a tree: Documentation/gitformat-pack and "Tree Objects" in git's sources: entries of a
mode in octal, a space, a name, a zero byte and an object id. The *key* of an entry is its mode and
name as they stand there, so a file that became executable counts as another entry.

Trees are deltas of each other as blobs are, so of each only the entries that its base does not
have are looked at. Numbers travel as bytes of native unsigned 32-bit numbers. Trees are data that
somebody else wrote: whatever makes no sense raises ValueError.
"""

from __future__ import annotations

import bisect
import itertools
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

from leakhunt.git.packs.pure import ops, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

NOWHERE = 0xFFFFFFFF
"""The number of an object that is not here."""
SUBMODULE = b"160000 "
_HASH = 0xFFFFFFFFFFFFFFFF


class _Tree:
    """The entries of one tree, as they are found from left to right."""

    def __init__(self, content: Buffer, rank: int, width: int) -> None:
        self.content = bytes(content)
        self.starts = array("I")
        self.added: list[bytes] = []
        self.at = 0
        self._rank = rank.to_bytes(4, "little")
        self._width = width

    def parse(self) -> None:
        """Read one entry that is not known from the base."""
        content, at = self.content, self.at
        zero = content.find(b"\0", at)
        end = zero + 1 + self._width
        key = content[at:zero]
        space = key.find(b" ")
        if zero < 0 or end > len(content) or space < 1 or space + 1 == len(key):
            raise ValueError("a tree with a bad entry")
        self.starts.append(at)
        if not key.startswith(SUBMODULE):
            length = len(key).to_bytes(4, "little")
            self.added.append(self._rank + length + key + content[zero + 1 : end])
        self.at = end


def entries(
    content: Buffer, delta: Buffer, base: Buffer, base_starts: bytes, rank: int, width: int
) -> tuple[bytes, bytes, bytes]:
    """Return where the entries of a tree start, and how they differ from those of its base.

    Args:
        content: the tree.
        delta: what makes it of its base, inflated; empty for a tree without one.
        base: the base.
        base_starts: where its entries start.
        rank: a number for the tree.
        width: bytes of an object id.

    Returns:
        The starts; what was added, each as the number of the tree and the length of the key
        (32 bits, little-endian), the key and the id; and the keys that were removed, each in
        the same way, without an id. Submodules are left out.

    Raises:
        ValueError: this is no tree, or the delta makes no sense.
    """
    tree = _Tree(content, rank, width)
    given = array("I", base_starts)
    kept: list[tuple[int, int]] = []
    if delta:
        base_size, size, _ = sizes(delta)
        if base_size != len(base) or size != len(content):
            raise ValueError("a delta of another tree")
        given.append(base_size)
        for op in ops(delta):
            stop = op.made + op.length
            while tree.at < stop:
                if op.data is not None or not _keep(tree, given, kept, op.start - op.made, stop):
                    tree.parse()
    while tree.at < len(tree.content):
        tree.parse()
    if any(a[1] > b[0] for a, b in itertools.pairwise(kept)):
        return entries_anew(content, base, base_starts, rank, width)
    removed = []
    for low, high in zip([0, *(k[1] for k in kept)], [*(k[0] for k in kept), None], strict=True):
        removed += [_removed(base, at, rank) for at in array("I", base_starts)[low:high]]
    return tree.starts.tobytes(), b"".join(tree.added), b"".join(removed)


def _keep(
    tree: _Tree, given: array[int], kept: list[tuple[int, int]], shift: int, stop: int
) -> bool:
    """Take over the entries that lie wholly in one copied piece; False if none starts here."""
    first = bisect.bisect_left(given, tree.at + shift)
    if first == len(given) or given[first] != tree.at + shift:
        return False
    last = bisect.bisect_right(given, stop + shift) - 1
    if last <= first:
        return False
    tree.starts.extend(start - shift for start in given[first:last])
    kept.append((first, last))
    tree.at = given[last] - shift
    return True


def entries_anew(
    content: Buffer, base: Buffer, base_starts: bytes, rank: int, width: int
) -> tuple[bytes, bytes, bytes]:
    """Do what `entries` does for a tree that repeats parts of its base: nothing is kept."""
    starts, added, _ = entries(content, b"", b"", b"", rank, width)
    return starts, added, b"".join(_removed(base, at, rank) for at in array("I", base_starts))


def _removed(base: Buffer, at: int, rank: int) -> bytes:
    content = bytes(base[at:])
    key = content[: content.find(b"\0")]
    return rank.to_bytes(4, "little") + len(key).to_bytes(4, "little") + key


def gather(added: bytes, removed: bytes, width: int) -> tuple[bytes, bytes, bytes, bytes]:
    """Give the keys of many entries numbers.

    Args:
        added: from `entries`, joined.
        removed: likewise.
        width: bytes of an object id.

    Returns:
        The keys, each ended by a zero byte, in the order of their numbers; pairs of tree and key
        for what was added; the ids of what was added; and pairs for what was removed.

    Raises:
        ValueError: these are no such records.
    """
    numbers: dict[bytes, int] = {}
    pairs, oids, gone = array("I"), [], array("I")
    for tree, key, oid in _records(added, width):
        pairs.extend((tree, numbers.setdefault(key, len(numbers))))
        oids.append(oid)
    for tree, key, _ in _records(removed, 0):
        gone.extend((tree, numbers.setdefault(key, len(numbers))))
    keys = b"".join(key + b"\0" for key in numbers)
    return keys, pairs.tobytes(), b"".join(oids), gone.tobytes()


def _records(records: bytes, width: int) -> Iterator[tuple[int, bytes, bytes]]:
    at = 0
    while at < len(records):
        tree = int.from_bytes(records[at : at + 4], "little")
        length = int.from_bytes(records[at + 4 : at + 8], "little")
        end = at + 8 + length + width
        if end > len(records) or at + 8 > len(records):
            raise ValueError("a record that is cut off")
        yield tree, records[at + 8 : at + 8 + length], records[at + 8 + length : end]
        at = end


def number(oids: Buffer, table: Buffer, numbers: Buffer, width: int, start: int) -> bytes:
    """Look object ids up.

    Args:
        oids: one after the other.
        table: sorted ids.
        numbers: for each id of the table its number (32 bits).
        width: bytes of an id.
        start: what is added to these numbers.

    Returns:
        For each id its number, or `NOWHERE`.

    Raises:
        ValueError: the table and its numbers differ in length.
    """
    count = len(table) // width
    known = array("I", bytes(numbers))
    if len(known) != count:
        raise ValueError("a table of another length")
    found = array("I")
    for at in range(0, len(oids) - width + 1, width):
        oid = bytes(oids[at : at + width])
        place = bisect.bisect_left(
            range(count), oid, key=lambda i: bytes(table[i * width : (i + 1) * width])
        )
        same = place < count and bytes(table[place * width : (place + 1) * width]) == oid
        found.append(known[place] + start if same else NOWHERE)
    return found.tobytes()


def trace(
    bases: Buffer, added: Buffer, removed: Buffer, wanted: Buffer, limit: int
) -> tuple[bytes, bytes]:
    """Find every tree that leads to some objects.

    Args:
        bases: for each object the one that it is a delta of (signed), or a negative number.
        added: triples of tree, key and object.
        removed: pairs of tree and key: what the tree does not have of its base.
        wanted: the objects.
        limit: so many entries at most.

    Returns:
        Triples of tree, key and object, sorted: the entries that lead to them. And for each
        object 64 bits that are the same for trees that have the same such entries.

    Raises:
        ValueError: there are more, trees that hold themselves, or numbers of no object.
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
    found: set[tuple[int, int, int]] = set()
    waiting = list(dict.fromkeys(array("I", bytes(wanted))))
    seen = set(waiting)
    while waiting:
        oid = waiting.pop()
        for tree, key in by_object[oid]:
            holders = [tree]
            while holders:
                tree = holders.pop()
                if tree >= count or len(found) >= limit:
                    raise ValueError("too many entries, or numbers of no object")
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
    base = array("i", bytes(bases))
    new = {row[:2]: row[2] for row in _columns(added, 3)}
    gone = set(_columns(removed, 2))
    for _ in range(len(base)):
        if (tree, key) in new:
            return new[tree, key]
        if (tree, key) in gone or tree >= len(base) or base[tree] < 0:
            break
        tree = base[tree]
    return NOWHERE


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
