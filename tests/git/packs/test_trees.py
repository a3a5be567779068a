"""Reading trees: C and Python give the same answers, and a delta tells what its whole does."""

from __future__ import annotations

import hashlib
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.git.packs import pure, pure_changes, pure_forest, pure_trees
from tests.git.packs.deltas import encode, instructions, mutated, numbers

WIDTH = 20
NAMES = (b"a", b"a.b", b"a-", b"ab", b"b", b"dir", b" x ", b"two\nlines", b"caf\xe9", b"z" * 40)
MODES = (b"100644", b"100755", b"40000", b"040000", b"100664", b"120000", b"160000")
ODD_MODES = (b"0", b"60000", b"9", b"", b"-40000", b"00000040000", b"340000")

Entry = tuple[bytes, bytes, bytes]


@pytest.fixture(scope="module")
def compiled() -> Any:
    return pytest.importorskip("leakhunt.git.packs._trees", exc_type=ImportError)


def answer(call: Any, *args: Any) -> Any:
    try:
        return call(*args)
    except ValueError:
        return ValueError


def oid(number: int) -> bytes:
    return hashlib.sha1(bytes([number])).digest()


def ordered(found: list[Entry]) -> list[Entry]:
    return sorted(found, key=lambda e: e[1] + b"/" * (int(e[0], 8) >> 12 == pure_trees.FOLDER))


def written(found: list[Entry]) -> bytes:
    return b"".join(mode + b" " + name + b"\0" + at for mode, name, at in found)


def lists(sound: bool) -> st.SearchStrategy[list[Entry]]:
    modes = MODES if sound else MODES + ODD_MODES
    one = st.tuples(st.sampled_from(modes), st.sampled_from(NAMES), st.integers(0, 5).map(oid))
    if sound:
        return st.lists(one, max_size=9, unique_by=lambda e: e[1]).map(ordered)
    return st.lists(one, max_size=6)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Entry], list[Entry]]:
    """A tree, and the next version of it."""
    base = draw(lists(sound=True))
    kept = [entry for entry in base if draw(st.integers(0, 4))]
    fresh = [entry for entry in draw(lists(sound=True)) if entry[1] not in {e[1] for e in kept}]
    return base, ordered(kept + fresh[:2])


def delta_of(draw: st.DrawFn, base: bytes, made: bytes) -> bytes:
    """What makes one of the other, as copies and inserts that are cut anywhere."""
    found: list[tuple[int, int] | bytes] = []
    at = 0
    while at < len(made):
        length = draw(st.integers(1, len(made) - at))
        while length > 24 and base.find(made[at : at + length]) < 0:
            length //= 2
        place = base.find(made[at : at + length])
        found.append((place, length) if place >= 0 else made[at : at + length])
        at += length
    raw, again = encode(base, found)
    assert again == made
    return raw


def records(data: bytes, width: int) -> list[tuple[int, bytes, bytes]]:
    return sorted(pure_trees._records(data, width))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), width=st.sampled_from([20, 20, 20, 32]))
def test_nonsense_is_told_alike(compiled: Any, data: st.DataObject, width: int) -> None:
    content = written(data.draw(lists(sound=False)))
    if data.draw(st.booleans()):
        content = mutated(data.draw, content)
    args = content, b"", b"", b"", 7, width
    assert answer(compiled.entries, *args) == answer(pure_trees.entries, *args)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), trees=edits())
def test_a_delta_tells_what_the_whole_does(
    compiled: Any, data: st.DataObject, trees: tuple[list[Entry], list[Entry]]
) -> None:
    base, made = map(written, trees)
    starts, all_of_base, _ = compiled.entries(base, b"", b"", b"", 7, WIDTH)
    whole_starts, whole, nothing = compiled.entries(made, b"", b"", b"", 7, WIDTH)
    assert nothing == b""
    assert [entry[1:] for entry in records(whole, WIDTH)] == sorted(
        (mode + b" " + name, at) for mode, name, at in trees[1] if mode != b"160000"
    )
    args = made, delta_of(data.draw, base, made), base, starts, 7, WIDTH
    told = compiled.entries(*args)
    assert told == pure_trees.entries(*args)
    assert told[0] == whole_starts
    gone = {key for _, key, _ in records(told[2], 0)}
    left = [entry for entry in records(all_of_base, WIDTH) if entry[1] not in gone]
    assert sorted(left + records(told[1], WIDTH)) == records(whole, WIDTH)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), base=lists(sound=True))
def test_odd_deltas_are_told_alike(compiled: Any, data: st.DataObject, base: list[Entry]) -> None:
    whole = written(base)
    starts = compiled.entries(whole, b"", b"", b"", 7, WIDTH)[0]
    inserts = lists(sound=False).map(written) | st.binary(max_size=30)
    raw, made = encode(whole, data.draw(instructions(len(whole), inserts)))
    kind = data.draw(st.sampled_from(["sound", "broken", "of another", "made something else"]))
    if kind == "broken":
        raw = mutated(data.draw, raw)
        made = made if (new := answer(pure.apply, whole, raw, 9999)) is ValueError else new
    elif kind == "of another":
        whole = whole[:-1]
    elif kind == "made something else":
        made = mutated(data.draw, made)
    args = made, raw, whole, starts, 7, WIDTH
    assert answer(compiled.entries, *args) == answer(pure_trees.entries, *args)


@pytest.mark.parametrize(
    "names", [[b"a", b"a"], [b"b", b"a"], [b"a.b", b"a", b"b"]], ids=["twice", "order", "late"]
)
@pytest.mark.parametrize("twin", [True, False])
def test_a_tree_out_of_order_is_left_to_git(compiled: Any, names: list[bytes], twin: bool) -> None:
    call = pure_trees.entries if twin else compiled.entries
    content = written([(b"100644", name, oid(number)) for number, name in enumerate(names)])
    with pytest.raises(ValueError, match="out of order"):
        call(content, b"", b"", b"", 0, WIDTH)


def test_an_entry_doubled_by_a_delta_is_left_to_git(compiled: Any) -> None:
    """Its key would be taken away together with that of the other."""
    base = written([(b"100644", b"a", oid(1)), (b"100644", b"b", oid(2))])
    starts = compiled.entries(base, b"", b"", b"", 0, WIDTH)[0]
    for pieces in ([(0, 29), (0, 29)], [(29, 29), (0, 29)]):
        raw, made = encode(base, list(pieces))
        for call in (compiled.entries, pure_trees.entries):
            with pytest.raises(ValueError, match="out of order"):
                call(made, raw, base, starts, 0, WIDTH)


# --- Numbers


@settings(max_examples=80, deadline=None)
@given(data=st.data(), trees=st.lists(lists(sound=True), max_size=3))
def test_gather(compiled: Any, data: st.DataObject, trees: list[list[Entry]]) -> None:
    told = [
        pure_trees.entries(written(tree), b"", b"", b"", rank, WIDTH)[1]
        for rank, tree in enumerate(trees)
    ]
    added = b"".join(told)
    removed = b"".join(
        record[:8] + record[8 : 8 + int.from_bytes(record[4:8], "little")]
        for record in (told[:1] if told and told[0] else [])
    )
    if data.draw(st.booleans()):
        added = mutated(data.draw, added)
    args = added, removed, data.draw(st.sampled_from([WIDTH, 32]))
    assert answer(compiled.gather, *args) == answer(pure_trees.gather, *args)


@settings(max_examples=80, deadline=None)
@given(
    table=st.lists(st.binary(min_size=20, max_size=20), max_size=12),
    asked=st.lists(st.binary(min_size=20, max_size=20), max_size=4),
    near=st.booleans(),
    cut=st.sampled_from([0, 0, 0, 1]),
)
def test_number(
    compiled: Any, table: list[bytes], asked: list[bytes], near: bool, cut: int
) -> None:
    if near:  # all in the same place of the table
        table = [b"\x80\0\0" + one[3:] for one in table]
    table.sort()
    oids = b"".join(table[::2] + asked)
    args = oids, b"".join(table), numbers(list(range(len(table) - cut)), "I"), 20, 100
    if len(table) >= cut:
        assert answer(compiled.number, *args) == answer(pure_trees.number, *args)


# --- Forests

COUNT = 9
small = st.integers(0, COUNT - 1)
rarely_odd = st.sampled_from([*range(COUNT)] * 8 + [COUNT, 0xFFFFFFFF])
KEYS = 4
keys = st.integers(0, KEYS - 1)


@st.composite
def forests(draw: st.DrawFn) -> tuple[bytes, bytes, bytes, bytes]:
    """Bases, what is added and removed, and what is wanted; most without cycles."""
    bases = [draw(st.integers(-1, at - 1)) if draw(keys) else -1 for at in range(COUNT)]
    free = draw(st.integers(0, 9)) == 0
    added: list[int] = []
    for _ in range(draw(st.integers(0, 12))):
        tree = draw(rarely_odd)
        below = small if free or not 0 < tree < COUNT else st.integers(0, tree - 1)
        added += tree, draw(keys), draw(below)
    removed = [n for _ in range(draw(st.integers(0, 8))) for n in (draw(small), draw(keys))]
    wanted = draw(st.lists(rarely_odd, max_size=3))
    columns = numbers(added, "I"), numbers(removed, "I"), numbers(wanted, "I")
    return numbers(bases, "i"), *columns


@settings(max_examples=200, deadline=None)
@given(forest=forests(), limit=st.sampled_from([0, 3, 1000, 1000, 1000]), odd=st.binary(max_size=5))
def test_trace(
    compiled: Any, forest: tuple[bytes, bytes, bytes, bytes], limit: int, odd: bytes
) -> None:
    bases, added, removed, wanted = forest
    added += odd if len(odd) == 5 else b""
    args = bases, added, removed, wanted, limit
    assert answer(compiled.trace, *args) == answer(pure_forest.trace, *args)


@settings(max_examples=120, deadline=None)
@given(forest=forests())
def test_trace_finds_what_the_trees_hold(
    compiled: Any, forest: tuple[bytes, bytes, bytes, bytes]
) -> None:
    bases, added, removed, wanted = forest
    told = answer(compiled.trace, bases, added, removed, wanted, 1000)
    if told is ValueError:
        return
    base, gone = array("i", bases), set(pure_forest._columns(removed, 2))
    rows = list(pure_forest._columns(added, 3))
    held: list[set[tuple[int, int]]] = []
    for tree in range(COUNT):
        above = held[base[tree]] if base[tree] >= 0 else set()
        mine = {(key, object_) for at, key, object_ in rows if at == tree}
        held.append(mine | {entry for entry in above if (tree, entry[0]) not in gone})
    leads = set(array("I", wanted))
    for _ in range(COUNT):
        leads |= {tree for tree in range(COUNT) if any(o in leads for _, o in held[tree])}
    assert list(pure_forest._columns(told[0], 3)) == sorted(
        (tree, key, o) for tree in range(COUNT) for key, o in held[tree] if o in leads
    )


def test_trees_that_hold_themselves_are_left_to_git(compiled: Any) -> None:
    bases, wanted = numbers([-1] * 4, "i"), numbers([0], "I")
    added = numbers([1, 0, 0, 1, 1, 2, 2, 0, 1], "I")
    for call in (compiled.trace, pure_forest.trace):
        with pytest.raises(ValueError, match="hold themselves"):
            call(bases, added, b"", wanted, 1000)


def test_trees_that_are_built_on_themselves_are_left_to_git(compiled: Any) -> None:
    bases, added = numbers([-1, 2, 1, 0], "i"), numbers([3, 0, 0], "I")
    for call in (compiled.trace, pure_forest.trace):
        with pytest.raises(ValueError, match="built on themselves"):
            call(bases, added, b"", numbers([0], "I"), 1000)


@given(bases=st.lists(st.integers(-2, 9), max_size=9), shift=st.integers(0, 99))
def test_shifted(compiled: Any, bases: list[int], shift: int) -> None:
    rows = numbers(bases, "i")
    assert compiled.shifted(rows, shift) == pure_forest.shifted(rows, shift)
    told = array("i", compiled.shifted(rows, shift)).tolist()
    assert told == [base + shift if base >= 0 else -1 for base in bases]


def test_folders_in_folders_that_come_last_first(compiled: Any) -> None:
    """Each level is found by another pass over all rows."""
    added = [n for tree in range(40, 0, -1) for n in (tree, 0, tree - 1)]
    args = numbers([-1] * 41, "i"), numbers(added, "I"), b"", numbers([0], "I"), 400
    assert len(compiled.trace(*args)[0]) == 40 * 12
    assert compiled.trace(*args) == pure_forest.trace(*args)


def test_a_bomb_of_trees_costs_no_more_than_its_trees(compiled: Any) -> None:
    """Ten names in each of forty trees, all for the tree below: 10^40 paths."""
    added = [n for tree in range(1, 41) for key in range(10) for n in (tree, key, tree - 1)]
    args = numbers([-1] * 41, "i"), numbers(added, "I"), b"", numbers([0], "I"), 400
    assert len(compiled.trace(*args)[0]) == 400 * 12
    assert compiled.trace(*args) == pure_forest.trace(*args)


@settings(max_examples=80, deadline=None)
@given(forest=forests(), tree=rarely_odd, key=keys)
def test_child(
    compiled: Any, forest: tuple[bytes, bytes, bytes, bytes], tree: int, key: int
) -> None:
    bases, added, removed, _ = forest
    rows = answer(pure_forest.arrange, added, 3, COUNT)
    assert rows == answer(compiled.arrange, added, 3, COUNT)
    if (
        rows is ValueError
        or len({row[:2] for row in pure_forest._columns(rows, 3)}) < len(rows) // 12
    ):
        return  # such a tree is left to git
    args = tree, key, bases, rows, pure_forest.arrange(removed, 2, COUNT)
    assert compiled.child(*args) == pure_forest.child(*args)


@settings(max_examples=300, deadline=None)
@given(
    forest=forests(),
    commits=st.lists(st.lists(st.integers(0, COUNT - 1), min_size=2, max_size=4), max_size=5),
    folders=st.lists(st.booleans(), min_size=KEYS, max_size=KEYS),
    names=st.lists(st.integers(0, 1), min_size=KEYS, max_size=KEYS),
    limits=st.sampled_from([(300, 1000, 1000)] * 6 + [(0, 1000, 1000), (300, 1, 9), (300, 9, 1)]),
    absent=st.sampled_from([0, 0, 1]),
)
def test_changes(
    compiled: Any,
    forest: tuple[bytes, bytes, bytes, bytes],
    commits: list[list[int]],
    folders: list[bool],
    names: list[int],
    limits: tuple[int, int, int],
    absent: int,
) -> None:
    bases, added, removed, wanted = forest
    told = answer(pure_forest.trace, bases, added, removed, wanted, 1000)
    rows = answer(pure_forest.arrange, added, 3, COUNT)
    if ValueError in (told, rows):
        return
    if has_names_twice(bases, added, removed):
        return  # such a tree is left to git
    goals = bytearray(COUNT)
    for number in array("I", wanted):
        goals[number] = pure_changes.WANTED + absent
    modes = numbers([0o40000 if folder else 0o100644 for folder in folders], "I")
    flat = numbers([n for trees in commits for n in (len(trees), *trees)], "I")
    everything = bases, rows, pure_forest.arrange(removed, 2, COUNT)
    args = (*told, modes, numbers(names, "I"), 2, bytes(goals), *everything, flat, *limits)
    assert answer(compiled.changes, *args) == answer(pure_changes.changes, *args)


def has_names_twice(bases: bytes, added: bytes, removed: bytes) -> bool:
    """Say whether a tree has a name twice, with what it takes over from its base."""
    above = array("i", bases)
    put, gone = list(pure_forest._columns(added, 3)), set(pure_forest._columns(removed, 2))
    for tree in range(COUNT):
        names = [key for at, key, _ in put if at == tree]
        lost = {key for at, key in gone if at == tree}
        base = above[tree]
        for _ in above:  # bases that turn in a circle are refused elsewhere
            if base < 0:
                break
            names += [key for at, key, _ in put if at == base and key not in lost]
            lost |= {key for at, key in gone if at == base}
            base = above[base]
        if len(set(names)) < len(names):
            return True
    return False


@settings(max_examples=80, deadline=None)
@given(
    pairs=st.lists(st.tuples(small, keys), max_size=6),
    objects=st.lists(small, max_size=6),
    known=st.lists(small, min_size=2, max_size=4),
    odd=st.sampled_from([b"", b"", b"1234"]),
)
def test_rows(
    compiled: Any,
    pairs: list[tuple[int, int]],
    objects: list[int],
    known: list[int],
    odd: bytes,
) -> None:
    flat = numbers([n for pair in pairs for n in pair], "I") + odd
    args = flat, numbers(objects, "I"), numbers(known, "I"), 5
    assert answer(compiled.rows, *args) == answer(pure_forest.rows, *args)


@settings(max_examples=80, deadline=None)
@given(
    forest=forests(),
    folders=st.binary(max_size=4).map(lambda b: bytes(x & 1 for x in b)),
    kinds=st.lists(st.sampled_from([0, 2, 3]), max_size=COUNT).map(bytes),
)
def test_fitting(
    compiled: Any, forest: tuple[bytes, bytes, bytes, bytes], folders: bytes, kinds: bytes
) -> None:
    args = forest[1], folders, kinds
    assert compiled.fitting(*args) is pure_forest.fitting(*args)


@settings(max_examples=80, deadline=None)
@given(
    forest=forests(),
    wanted=st.binary(max_size=4).map(lambda b: bytes(x & 1 for x in b)),
    count=st.integers(min_value=-1, max_value=COUNT + 2),
)
def test_under(
    compiled: Any, forest: tuple[bytes, bytes, bytes, bytes], wanted: bytes, count: int
) -> None:
    args = forest[1], wanted, count
    assert answer(compiled.under, *args) == answer(pure_forest.under, *args)
