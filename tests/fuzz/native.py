"""What the extensions in C make of hostile bytes: the same as Python, and never a wrong byte.

With the extensions built by `tests/fuzz/build.sh`, a read or write outside of a buffer ends the
process.
"""

from __future__ import annotations

import contextlib
from array import array
from typing import Any

from leakhunt.chat import discord, simple, slack
from leakhunt.chat.base import Export, Nothing
from leakhunt.chat.jsons import Lot
from leakhunt.chat.text import Text
from leakhunt.engine.decode import images as found_images
from leakhunt.git.packs import (
    folders,
    native,
    native_trees,
    pure,
    pure_changes,
    pure_compare,
    pure_forest,
    pure_layout,
    pure_order,
    pure_trees,
)
from leakhunt.git.packs.tree import descendants
from tests.fuzz.feed import Feed
from tests.fuzz.packs import header, made_of
from tests.git.packs.deltas import Instruction, encode, numbers

_FAR = (0, 1, 7, 40, 321, 1 << 20, 1 << 58, (1 << 63) - 1, -1)
_MODES = (b"100644", b"40000", b"120000", b"160000", b"0", b"", b"-1", b"00000040000", b"340000")
_NAMES = (b"a", b"a.b", b"a-", b"ab", b"b", b"dir", b"two\nlines", b"z" * 300, b"")


def _same(call: Any, twin: Any, *args: Any) -> Any:
    """Call both; they have to return the same, or both to refuse."""
    answers = []
    for one in (call, twin):
        try:
            answers.append(one(*args))
        except ValueError:
            answers.append(ValueError)
    if answers[0] != answers[1]:
        raise AssertionError(f"C and Python differ on {args!r:.4000}")
    return answers[0]


def _refused(call: Any, *args: Any) -> None:
    with contextlib.suppress(ValueError):
        call(*args)


def _delta(feed: Feed, base: bytes) -> tuple[bytes, bytes]:
    """A delta that mostly fits a base, and what it was meant to make."""
    steps: list[Instruction] = []
    for _ in range(feed.number(0, 7)):
        start = feed.number(0, max(0, len(base) - 1))
        length = feed.number(1, max(1, len(base) - start))
        insert = feed.piece(40)
        steps.append(insert if insert or not base else (start, length))
    raw, made = encode(base, steps)
    if feed.number(0, 3) == 3:
        at, gone = feed.number(0, len(raw)), feed.number(0, 3)
        raw = raw[:at] + feed.piece(6) + raw[at + gone :]
    return raw, made


def delta(data: bytes) -> None:
    """Delta instructions of a pack: applied, compared, hits inherited."""
    feed = Feed(data)
    base = feed.piece(400) * feed.pick((1, 1, 1, 300))
    raw, made = _delta(feed, base)
    if feed.number(0, 4) == 4:
        raw = feed.rest()
    got = _same(native.apply, pure.apply, base, raw, feed.pick((1 << 20, 10, 0)))
    made = made if got is ValueError else got
    reach = feed.pick(_FAR), feed.pick(_FAR), feed.pick(_FAR)
    _same(native.fresh, pure_compare.fresh, raw, made, *reach)
    ends = [feed.number(0, 700) << pure_compare.END_SHIFT | feed.number(0, 4) for _ in range(6)]
    hits = numbers(sorted(ends)) + feed.piece(3)
    margins = numbers([feed.number(0, 300) for _ in range(feed.number(3, 5))], "I")
    _same(native.inherit, pure_compare.inherit, raw, made, hits, *reach, margins)


def layout(data: bytes) -> None:
    """Headers of a pack, the links between its objects, and how its work is shared out."""
    feed = Feed(data)
    width = feed.pick((20, 32))
    count = feed.number(0, 9)
    oids = sorted(bytes([feed.number(0, 40)]) * width for _ in range(count))
    pack, offsets = bytearray(b"PACK" + bytes(8)), []
    for _ in range(count):
        offsets.append(len(pack))
        kind = feed.number(0, 7)
        pack += header(kind, feed.pick((3, 20, 1 << 40, (1 << 62) - 1)))
        if kind == 7:
            pack += feed.pick(oids)
        pack += feed.piece(5)
    pack += bytes(feed.pick((width, width, 0)))
    if offsets and feed.number(0, 2) == 2:
        offsets[feed.number(0, count - 1)] = feed.number(0, 1 << 63)
    columns = bytes(pack), numbers(offsets), b"".join(oids)
    told = _same(native.layout, pure_layout.layout, *columns, width)
    if told is ValueError:
        return
    folders, low, high = feed.pick((False, True)), feed.number(-1, 3), feed.number(0, 12)
    some = _same(native.roots, pure_layout.roots, told[3], told[5], low, high, folders)
    if some is not ValueError:
        limits = feed.number(0, 300), feed.number(0, 9)
        _same(native.shares, pure_layout.shares, some, told[8], told[9], told[4], *limits)


def _tree(feed: Feed) -> bytes:
    entries = []
    for _ in range(feed.number(0, 5)):
        oid = bytes([feed.number(0, 9)]) * 20
        entries.append((feed.pick(_NAMES), feed.pick(_MODES), oid))
    if feed.number(0, 3):
        entries.sort()
    whole = b"".join(mode + b" " + name + b"\0" + oid for name, mode, oid in entries)
    return whole[: feed.number(0, len(whole))] if feed.number(0, 5) == 5 else whole


def trees(data: bytes) -> None:
    """Trees of folders and deltas of them, and the numbers that names and ids get."""
    feed = Feed(data)
    base = _tree(feed)
    first = _same(native_trees.entries, pure_trees.entries, base, b"", b"", b"", 7, 20)
    if first is ValueError:
        return
    raw, made = _delta(feed, base)
    got = _same(native.apply, pure.apply, base, raw, 1 << 20)
    content = made if got is ValueError else got
    told = _same(native_trees.entries, pure_trees.entries, content, raw, base, first[0], 8, 20)
    # Starts are our own; should they ever be wrong, C still stays within its buffers.
    _refused(native_trees.entries, content, raw, base, feed.piece(12), 8, 20)
    added = first[1] + (b"" if told is ValueError else told[1]) + feed.piece(30)
    removed = (b"" if told is ValueError else told[2]) + feed.piece(10)
    _same(native_trees.gather, pure_trees.gather, added, removed, feed.pick((20, 32)))
    table = sorted(bytes([feed.number(0, 9)]) * 20 for _ in range(feed.number(0, 6)))
    known = numbers(list(range(len(table) + feed.pick((0, 0, 1)))), "I")
    oids = b"".join(bytes([feed.number(0, 9)]) * 20 for _ in range(4))
    _same(native_trees.number, pure_trees.number, oids, b"".join(table), known, 20, 100)


def _column(feed: Feed, most: int, low: int, high: int, code: str = "I") -> bytes:
    return array(code, [feed.number(low, high) for _ in range(feed.number(0, most))]).tobytes()


def forest(data: bytes) -> None:
    """Which trees lead to what, and which commits changed it: columns of numbers, some absurd."""
    feed = Feed(data)
    count = 8
    odd = feed.pick((0, 0, 0, 1))
    bases = array("i", [feed.number(-1, max(0, at - 1 + odd)) for at in range(count)]).tobytes()
    added, removed = bytearray(), bytearray()
    for _ in range(feed.number(0, 12)):
        tree = feed.number(0, count - 1 + odd)
        below = feed.number(0, max(0, tree - 1 + 2 * odd))
        added += numbers([tree, feed.number(0, 3), below], "I")
    for _ in range(feed.number(0, 6)):
        removed += numbers([feed.number(0, count - 1 + odd), feed.number(0, 3)], "I")
    wanted = _column(feed, 3, 0, count - 1 + odd)
    added += feed.piece(feed.pick((0, 0, 0, 5)))
    forest_ = bases, bytes(added), bytes(removed), wanted
    told = _same(
        native_trees.trace, pure_forest.trace, *forest_, feed.pick((1000, 1000, 1000, 3, 0))
    )
    rows = _same(native_trees.arrange, pure_forest.arrange, forest_[1], 3, count)
    gone = _same(native_trees.arrange, pure_forest.arrange, forest_[2], 2, count)
    pairs = _column(feed, 8, 0, 9) + feed.piece(feed.pick((0, 0, 3)))
    columns = _column(feed, 5, 0, 9), _column(feed, 4, 0, 9)
    _same(native_trees.rows, pure_forest.rows, pairs, *columns, 5)
    if ValueError in (told, rows, gone):
        return
    for entries in (rows, told[0]):
        held = [row[:2] for row in pure_forest._columns(entries, 3)]
        if len(set(held)) < len(held):
            return  # a tree that has a name twice is left to git
    goals = bytearray(count)
    for number in array("I", wanted):
        goals[number] = pure_changes.WANTED + odd
    modes = numbers([feed.pick((0o40000, 0o100644)) for _ in range(4)], "I")
    names = numbers([feed.number(0, 1) for _ in range(4)], "I")
    commits = []
    for _ in range(feed.number(0, 4)):
        trees_ = [feed.number(0, count - 1) for _ in range(feed.number(2, 4))]
        commits += [len(trees_), *trees_]
    limits = feed.pick(((300, 1000, 1000), (0, 1000, 1000), (300, 1, 9)))
    args = (*told, modes, names, 2, bytes(goals), bases, rows, gone, numbers(commits, "I"), *limits)
    _same(native_trees.changes, pure_changes.changes, *args)


def order(data: bytes) -> None:
    """Commits put in order."""
    feed = Feed(data)
    table: list[int] = []
    leads: list[int] = []
    for at in range(feed.number(0, 7)):
        parents = [feed.number(0, 8) for _ in range(feed.number(0, 3))]
        count = feed.pick((len(parents),) * 5 + (pure_forest.NOWHERE,))
        table += feed.pick((at, at, at, at, 9)), count, feed.pick((0, 0, 1)), feed.number(0, 3)
        leads += [feed.number(0, 5), *parents] if count == len(parents) else []
    rows = numbers(table, "I")
    found = numbers(leads, "I")[: feed.pick((999, 999, 999, 16, 3))]
    tips = _column(feed, 4, 0, 9)
    _same(native_trees.order, pure_order.order, rows, found, tips, feed.number(0, 12))
    _refused(native_trees.order, rows + feed.piece(20), found, tips, feed.number(0, 12))
    likeness = _column(feed, 6, 0, 3, "Q")
    columns = [_column(feed, 6, 0, 7) for _ in range(3)]
    _same(native_trees.stirring, pure_order.stirring, likeness, *columns)


def images(data: bytes) -> None:
    """The search for base64 and for digits of text: places inside, in order."""
    for ends in (found_images.images(data), found_images.digits(data)):
        assert ends == sorted(ends), "not in order"
        assert all(0 <= end <= len(data) for end in ends), "outside"


def _messages(form: Any, text: str, fast: bool) -> list[tuple[Any, ...]]:
    kept = simple.compiled
    simple.compiled = kept and fast
    found: list[tuple[Any, ...]] = []
    try:
        for one in form.read(Export("dev/2023-11-14.json", Text(text.encode()), Nothing())):
            many = isinstance(one, Lot)
            told = [one.message(i) for i in range(len(one.marks) // 3)] if many else [one]
            found += [(m.start, m.end, m.path, m.pieces) for m in told]
    finally:
        simple.compiled = kept
    return found


def said(data: bytes) -> None:
    """Messages in JSON: read in C they say what they say to the readers in Python."""
    text = data[1:].decode("utf-8", "replace")
    form, style = ((slack.SLACK, simple.SLACK), (discord.DISCORD, simple.DISCORD))[
        bool(data) and data[0] & 1
    ]
    feed = Feed(data)
    letters = feed.number(0, 400)
    words = (b"ts", b"type"), (b"id",)
    places = min(letters, len(text)), feed.number(-1, 500), letters
    _refused(simple.said, text, *places, style, *words)
    assert _messages(form, text, True) == _messages(form, text, False), "C and Python differ"


def walked(data: bytes) -> None:
    """A delta tree of folders, walked in C: damaged streams, sizes that lie, other bases."""
    pack = made_of(Feed(data))
    if pack is None or native_trees.walk_folders is None:
        return
    roots = pack.ranks(folders=True)
    fast = native_trees.walk_folders(pack, roots, pack.width)
    slow = folders._walk_folders(pack, roots, pack.width)
    assert fast[:2] == slow[:2], "C and Python differ"
    # Which of them are named does not matter: all that is built on them is left to git too.
    left = [{one for top in told[2] for one in descendants(pack, top)} for told in (fast, slow)]
    assert left[0] == left[1], "C and Python differ"
