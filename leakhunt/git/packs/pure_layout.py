"""Where everything lies in a pack: one pass over the headers of its objects, in Python.

Format: Documentation/gitformat-pack in git's sources.
"""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mmap

    Buffer = bytes | memoryview | mmap.mmap

COMMIT, TREE, BLOB, TAG, OFS_DELTA, REF_DELTA = 1, 2, 3, 4, 6, 7
NO_BASE, LOST = -1, -2


def layout(pack: Buffer, offsets: bytes, oids: Buffer, width: int) -> tuple[bytes, ...]:
    """Read the header of every object of a pack.

    Args:
        pack: all of the file.
        offsets: where the objects start, in the order of the index: 64-bit numbers.
        oids: their ids, sorted, one after the other.
        width: bytes of an id.

    Returns:
        Columns with an entry for each object in the order of the pack, as bytes of native
        numbers: position in the index (32 bits), offset (64, and the end of the last one), bytes
        of the header (8), kind (8: 1 commit, 2 tree, 3 blob, 4 tag, and of a delta that of its
        root; 0 makes no sense or has no root here), size that the header says (64), rank of the
        base (signed 32; -1 none, -2 not here), first child, next sibling (signed 32; -1 none), of
        a root the bytes (64) and number (32) of objects of its tree; and last, for each position
        in the index, the rank (32).

    Raises:
        ValueError: this is no index of this pack.
    """
    start = array("Q", offsets)
    count = len(start)
    if width not in (20, 32) or len(pack) < width + 12 or len(oids) // width < count:
        raise ValueError("not a pack with its index")
    names = [bytes(oids[i * width : (i + 1) * width]) for i in range(count)]
    if any(a >= b for a, b in itertools.pairwise(names)):
        raise ValueError("ids out of order, or the same one twice")
    order = array("I", sorted(range(count), key=start.__getitem__))
    rank = array("I", bytes(4 * count))
    for place, position in enumerate(order):
        rank[position] = place
    offset = array("Q", [*(start[position] for position in order), len(pack) - width])
    if any(a < 12 or a >= b for a, b in itertools.pairwise(offset)):
        raise ValueError("offsets outside the pack, or the same one twice")
    place_of = {offset[i]: i for i in range(count)}
    rank_of = dict(zip(names, rank, strict=True))
    head, kind = array("B", bytes(count)), array("B", bytes(count))
    size, base = array("Q", bytes(8 * count)), array("i", [LOST]) * count
    for i in range(count):
        read = _header(pack, offset[i], offset[i + 1], width)
        if read is None:
            continue
        kind_or_delta, length, at, reference = read
        head[i], size[i] = at - offset[i], length
        if kind_or_delta == OFS_DELTA:
            base[i] = place_of.get(offset[i] - int(reference), LOST) if reference else LOST
        elif kind_or_delta == REF_DELTA:
            base[i] = rank_of.get(bytes(reference), LOST)
        elif kind_or_delta in (COMMIT, TREE, BLOB, TAG):
            base[i], kind[i] = NO_BASE, kind_or_delta
    child, sibling, weight, members = _resolve(kind, base, offset)
    columns = order, offset, head, kind, size, base, child, sibling, weight, members, rank
    return tuple(column.tobytes() for column in columns)


def roots(kind: Buffer, base: Buffer, low: int, high: int, folders: bool) -> bytes:
    """Return the ranks of objects without a base, see :func:`layout`.

    Args:
        kind: the column.
        base: the column.
        low: the first rank that is looked at.
        high: the rank behind the last.
        folders: the trees of folders, or all others.

    Raises:
        ValueError: the columns do not fit.
    """
    bases = array("i", bytes(base))
    if len(bases) != len(kind) or low < 0 or high > len(kind):
        raise ValueError("columns of different lengths, or ranks that are not there")
    return array(
        "I",
        (
            rank
            for rank in range(low, high)
            if bases[rank] == NO_BASE and kind[rank] and (kind[rank] == TREE) == folders
        ),
    ).tobytes()


def shares(
    roots: bytes, weight: Buffer, members: Buffer, size: Buffer, most: int, each: int
) -> list[tuple[int, int, int, int]]:
    """Split delta trees into about equal shares of work, in their order.

    Args:
        roots: the ranks of their roots.
        weight: the column, see :func:`layout`.
        members: the column.
        size: the column.
        most: the work of a share, if it has more than one tree.
        each: work of an object, beside its bytes in the pack; a root is scanned whole, so that all
            its bytes count, too.

    Returns:
        The first rank of each, that behind the last, work, and bytes if each object were as
        large as its root.

    Raises:
        ValueError: the columns do not fit.
    """
    weights, sizes = array("Q", bytes(weight)), array("Q", bytes(size))
    counts = array("I", bytes(members))
    if not len(weights) == len(sizes) == len(counts):
        raise ValueError("columns of different lengths")
    found = []
    low = work = total = 0
    for root in array("I", roots):
        if root >= len(counts):
            raise ValueError("a root that is no object")
        more = weights[root] + each * counts[root] + sizes[root]
        if work and work + more > most:
            found.append((low, root, work, total))
            low, work, total = root, 0, 0
        work += more
        total += sizes[root] * counts[root]
    if work:
        found.append((low, len(counts), work, total))
    return found


def _header(
    pack: Buffer, start: int, end: int, width: int
) -> tuple[int, int, int, int | bytes] | None:
    """Return type, size, where the data starts, and what names the base."""
    at, shift = start + 1, 4
    code = pack[start]
    kind, length = code >> 4 & 7, code & 15
    while code & 0x80:
        if at >= end or shift > 53:
            return None
        code = pack[at]
        at += 1
        length |= (code & 0x7F) << shift
        shift += 7
    if kind == REF_DELTA:
        if end - at < width:
            return None
        return kind, length, at + width, bytes(pack[at : at + width])
    if kind != OFS_DELTA:
        return kind, length, at, 0
    back = -1
    while True:
        if at >= end or back >= 1 << 55:
            return None
        code = pack[at]
        at += 1
        back = (back + 1) << 7 | code & 0x7F
        if not code & 0x80:
            return kind, length, at, back


def _resolve(
    kind: array[int], base: array[int], offset: array[int]
) -> tuple[array[int], array[int], array[int], array[int]]:
    """Give deltas the kind of their root, and roots the work of their tree."""
    count = len(kind)
    root = array("i", (i if base[i] == NO_BASE else -1 if base[i] >= 0 else LOST
                       for i in range(count)))  # fmt: skip
    for i in range(count):
        path = []
        at = i
        while root[at] == -1:
            root[at] = -3  # on the path: met again, it is a circle
            path.append(at)
            at = base[at]
        top = LOST if root[at] == -3 else root[at]
        for at in path:
            root[at] = top
    child, sibling = array("i", [-1]) * count, array("i", [-1]) * count
    weight, members = array("Q", bytes(8 * count)), array("I", bytes(4 * count))
    for i in reversed(range(count)):
        top = root[i]
        if top < 0:
            kind[i] = 0
            continue
        kind[i] = kind[top]
        weight[top] += offset[i + 1] - offset[i]
        members[top] += 1
        if base[i] >= 0:
            sibling[i] = child[base[i]]
            child[base[i]] = i
    return child, sibling, weight, members
