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
import re
from array import array
from typing import TYPE_CHECKING

from leakhunt.git.packs.pure import ops, sizes
from leakhunt.git.packs.pure_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    Buffer = bytes | memoryview

FOLDER, FILE, LINK, SUBMODULE = 4, 8, 10, 14
"""What the upper bits of a mode say."""
_KEY = re.compile(rb"([0-7]{1,7}) ([^\0]+)\0")


def kind_of(mode: bytes) -> int:
    """Return what the upper bits of a mode say: `FOLDER`, `FILE`, `LINK` or `SUBMODULE`."""
    return int(mode, 8) >> 12


def _key(content: bytes, at: int) -> tuple[int, bytes]:
    """Read a mode and a name. What git would have to interpret is left to it."""
    key = _KEY.match(content, at)
    if not key or (kind := kind_of(key[1])) not in {FOLDER, FILE, LINK, SUBMODULE}:
        raise ValueError("a tree with a bad entry")
    return kind, key[2]


def _is_before(a: tuple[int, bytes], b: tuple[int, bytes]) -> bool:
    """The order of git: as if the name of a folder ended in a slash."""
    (kind, name), (other_kind, other) = a, b
    least = min(len(name), len(other))
    if name[:least] != other[:least]:
        return name < other
    end, other_end = (b"/" if k == FOLDER else b"" for k in (kind, other_kind))
    return (name[least : least + 1] or end) < (other[least : least + 1] or other_end)


class _Tree:
    """The entries of one tree, as they are found from left to right."""

    def __init__(self, content: Buffer, rank: int, width: int) -> None:
        self.content = bytes(content)
        self.starts = array("I")
        self.added: list[bytes] = []
        self.at = 0
        self._rank = rank.to_bytes(4, "little")
        self._width = width
        self._last: tuple[int, bytes] | None = None

    def parse(self) -> None:
        """Read one entry that is not known from the base."""
        kind, name = self._next_key()
        content, at = self.content, self.at
        zero = content.index(b"\0", at)
        end = zero + 1 + self._width
        if end > len(content):
            raise ValueError("a tree with a bad entry")
        self.starts.append(at)
        if kind != SUBMODULE:
            length = (zero - at).to_bytes(4, "little")
            self.added.append(self._rank + length + content[at:zero] + content[zero + 1 : end])
        self._last = kind, name
        self.at = end

    def keep(self, starts: list[int], end: int) -> None:
        """Take over entries of the base: where they start here, and where the last one ends."""
        self._next_key()
        self.starts.extend(starts)
        if not starts[-1] < end <= len(self.content):
            raise ValueError("a delta of another tree")
        self._last = _key(self.content[:end], starts[-1])
        self.at = end

    def _next_key(self) -> tuple[int, bytes]:
        """Read the key of the next entry. In a tree out of order names may stand twice."""
        key = _key(self.content, self.at)
        if self._last and not _is_before(self._last, key):
            raise ValueError("a tree out of order")
        return key


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
        Where the entries start; what was added, each as the number of the tree and the length
        of the key (32 bits, little-endian), the key and the id; and the keys that were removed,
        each in the same way, without an id. What was added leaves submodules out.

    Raises:
        ValueError: this is no tree, git would have to interpret it (names out of order or twice,
            odd modes), or the delta makes no sense.
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
    tree.keep([start - shift for start in given[first:last]], given[last] - shift)
    kept.append((first, last))
    return True


def _removed(base: Buffer, at: int, rank: int) -> bytes:
    content = bytes(base[at:])
    if b"\0" not in content:
        raise ValueError("a tree with a bad entry")
    key = content[: content.index(b"\0")]
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
        if b"\0" in records[at + 8 : at + 8 + length]:
            raise ValueError("a key that is none")
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
