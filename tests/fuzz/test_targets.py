"""Each target for a moment, and everything again that fuzzing has found."""

from __future__ import annotations

import itertools

import pytest

from leakhunt.chat import simple
from leakhunt.git.packs import native, native_trees
from tests.fuzz.files import PATHS
from tests.fuzz.mutation import mutated
from tests.fuzz.table import PAGE, added
from tests.fuzz.targets import TARGETS

_MANY = 60

FOUND = [
    # A sign behind nothing was a key that starts before the file.
    ("read_facts", bytes([PATHS.index("a.yaml")]) + b"a: {:: *}"),
    # A text of Perl without an end, at the end of a file without one: parsed for ever.
    ("read_facts", bytes([PATHS.index("a.pl")]) + b"<<F\n$}"),
    # A scalar that ends a text was followed by reading at a place of an earlier window.
    ("said", b'\x011 1"\\"text"[1'),
    # Entries in the baselines of others, of other types than they write.
    ("accepted", b'[{"File": "a", "Secret": 3, "Commit": ""}]'),
    ("accepted", b'[{"File": "a", "StartLine": "a"}]'),
    ("accepted", b"[" * 100_000),
    # A list of aliases that leads into itself: walked for ever, with ever more memory.
    (
        "read_ports",
        bytes([PATHS.index("values.yaml")]) + b"a: &a {type: 1, <<: [a]}\nb: {<<: *a, c: *a}\n",
    ),
    # The home of a user whom nobody knows; names longer than any file's.
    ("listed", b"~nobody-here/x\n"),
    ("listed", b"git@host:" + b"x" * 300),
    ("unpacked", bytes.fromhex("28b52ffd255044462dcf0000000000c133ea")),
    # A file that only extends another one.
    (
        "ruled",
        b'title = "x"\n[extend]\nuseDefault = true\n[allowlist]\npaths = ["x"]\nregex = "y"\n',
    ),
    # A forest without trees.
    ("forest", b""),
    ("configured", b"exclude = " + b"[" * 5000),
    ("configured", b"jobs = " + b"9" * 5000),
    ("signed", b"a" + b".a" * 20_000 + b" = 1"),
    ("inventory", b"[" * 100_000),
]


@pytest.mark.parametrize("name", TARGETS)
def test_a_moment_of_fuzzing_finds_nothing(name: str) -> None:
    target = TARGETS[name]
    run = target.load(name)
    seeds = target.seeds(name)
    for data in itertools.islice(mutated(seeds[:: 2 * len(seeds) // _MANY + 1]), _MANY):
        run(data)


@pytest.mark.parametrize(("name", "data"), FOUND, ids=lambda value: str(value)[:20])
def test_what_was_found_is_found_no_more(name: str, data: bytes) -> None:
    TARGETS[name].load(name)(data)


def test_the_targets_in_c_compare_c_with_python() -> None:
    """Without the extensions they would compare Python with itself, and find nothing."""
    if native.compiled:
        assert native_trees.walk_folders is not None
        assert simple.compiled


def test_what_runs_took_is_added_to_the_table() -> None:
    table = "| `delta` | deltas | 1.5 | 1,000 |\n| all | | 2 | 1,000 |\n"
    log = ['{"target": "delta", "cpu": 90, "executions": 500}'] * 2
    log.append('{"target": "shown", "cpu": 60, "executions": 7}')
    told = added(table, log).splitlines()[2:]
    assert told[0] == "| `delta` | deltas | 4.5 | 2,000 |"
    assert told[1].startswith("| `shown` | ")
    assert told[1:] == [told[1], "| all | | 6 | 2,007 |"]
    assert told[1].endswith(" | 1.0 | 7 |")
    assert added((page := PAGE.read_text("utf-8")), []).splitlines()[2] in page
