"""The order of commits, and which of them did anything, in Python: what `_order.h` does.

Format: "Commit Objects" in git's sources. Lists of numbers travel as bytes of native 32-bit
numbers.
"""

from __future__ import annotations

import heapq
import re
from array import array
from typing import TYPE_CHECKING

from leakhunt.git.packs.pure_forest import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMIT = re.compile(
    rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)author [^\n]*\n"
    rb"committer [^\n>]*> ([0-9]+) [^\n>]*\n"
)


def facts(raw: bytes, width: int) -> tuple[int, bytes] | None:
    """Read a commit.

    Args:
        raw: it.
        width: bytes of an id.

    Returns:
        The seconds of its date, and the ids of its tree and parents; None if it is odd: versions
        of git differ about what is in it.
    """
    found = _COMMIT.match(raw)
    if found is None:
        return None
    ids = [found[1], *(line[7:] for line in found[2].splitlines())]
    seconds = int(found[3]) if len(found[3]) < 64 else 1 << 33
    if seconds >> 33 or any(len(name) != 2 * width for name in ids):
        return None
    return seconds, bytes.fromhex(b"".join(ids).decode())


def row(number: int, read: tuple[int, bytes] | None, width: int) -> bytes:
    """Return a row of :func:`order`; its ids are the rest of what was read."""
    if read is None:
        return array("I", [number, NOWHERE, 0, 0]).tobytes()
    date, ids = read
    return array("I", [number, len(ids) // width - 1, date >> 32, date & 0xFFFFFFFF]).tobytes()


def order(rows: bytes, found: bytes, tips: bytes, total: int) -> tuple[bytes, bytes, bytes, bytes]:
    """Order commits as `git rev-list --date-order --reverse` does.

    Args:
        rows: for each commit its number, how many parents it has, and its date in two halves;
            `NOWHERE` parents mean that it is odd.
        found: for each that is not odd the number of its tree, and those of its parents.
        tips: the numbers of commits that refs lead to, in the order of git.
        total: all numbers are below.

    Returns:
        The commits that the tips reach, parents first; their trees; where the parents of each
        start, and the end; the parents, as places in this order.

    Raises:
        ValueError: one of them is odd or not there.
    """
    table = array("I", rows)
    known: dict[int, tuple[int, int, list[int]]] = {}
    for number, (date, tree, parents) in _read(table, array("I", found)):
        if number >= total:
            raise ValueError("a commit that has no number")
        known[number] = date, tree, parents
    heads = list(dict.fromkeys(array("I", tips)))
    waiting = dict.fromkeys(heads, 0)
    stack = list(heads)
    while stack:
        at = stack.pop()
        if at not in known:
            raise ValueError("a commit that is not there")
        for parent in known[at][2]:
            if parent not in waiting:
                waiting[parent] = 0
                stack.append(parent)
            waiting[parent] += 1
    tops = sorted((head for head in heads if not waiting[head]), key=lambda head: -known[head][0])
    heap = [(-known[head][0], turn, head) for turn, head in enumerate(tops)]
    turn = len(heap)
    listed: list[int] = []
    while heap:
        at = heapq.heappop(heap)[2]
        listed.append(at)
        for parent in known[at][2]:
            waiting[parent] -= 1
            if not waiting[parent]:
                heapq.heappush(heap, (-known[parent][0], turn, parent))
                turn += 1
    if len(listed) < len(waiting):
        raise ValueError("commits that are their own ancestors")
    listed.reverse()
    places = {number: place for place, number in enumerate(listed)}
    firsts, flat = array("I", [0]), array("I")
    for number in listed:
        flat.extend(places[parent] for parent in known[number][2])
        firsts.append(len(flat))
    trees = array("I", (known[number][1] for number in listed))
    return array("I", listed).tobytes(), trees.tobytes(), firsts.tobytes(), flat.tobytes()


def _read(table: array[int], found: array[int]) -> Iterator[tuple[int, tuple[int, int, list[int]]]]:
    at = 0
    for i in range(0, len(table) - 3, 4):
        number, count, high, low = table[i : i + 4]
        if count == NOWHERE:
            continue
        if at >= len(found) or count >= len(found) - at:
            raise ValueError("parents that are not there")
        yield number, (high << 32 | low, found[at], found[at + 1 : at + 1 + count].tolist())
        at += 1 + count


def stirring(likeness: bytes, trees: bytes, firsts: bytes, parents: bytes) -> bytes:
    """Return the places of commits whose tree is not like those of all its parents.

    Args:
        likeness: 64 bits for each tree, by number.
        trees: see :func:`order`.
        firsts: see :func:`order`.
        parents: see :func:`order`.

    Raises:
        ValueError: they do not fit together.
    """
    alike, roots = array("Q", likeness), array("I", trees)
    starts, all_parents = array("I", firsts), array("I", parents)
    found = array("I")
    if len(starts) != len(roots) + 1:
        raise ValueError("commits and parents that do not fit")
    try:
        for place, tree in enumerate(roots):
            if not starts[place] <= starts[place + 1] <= len(all_parents):
                raise ValueError("commits and parents that do not fit")
            mine = alike[tree]
            above = all_parents[starts[place] : starts[place + 1]]
            if any(alike[roots[parent]] != mine for parent in above) or (mine and not above):
                found.append(place)
    except IndexError as error:
        raise ValueError("commits and parents that do not fit") from error
    return found.tobytes()
