"""Facts: records in, counts out."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from leakhunt.engine.batches import Traced
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.retracing import retraced
from leakhunt.engine.scan import Scan
from leakhunt.model import Blob, Match, Problem, Secret
from leakhunt.store import facts
from leakhunt.store.facts import Facts, read, record
from leakhunt.store.ledger import Ledger


def oid(number: int, width: int) -> bytes:
    return random.Random(number).randbytes(width)


@pytest.mark.parametrize("width", [20, 32])
def test_counts(width: int) -> None:
    made = Facts.of(
        [
            record(oid(1, width), facts.BLOB, 70_000),
            record(oid(2, width), facts.BLOB, facts.LARGEST),
            record(oid(3, width), facts.BINARY, 0),
            record(oid(4, width), facts.COMMIT, 258),
            record(oid(5, width), facts.TAG, 3),
            record(oid(6, width), facts.TREE, 0),
        ],
        width,
    )
    assert made.counts() == {
        "blobs": 2,
        "commits": 1,
        "tags": 1,
        "skipped_binary": 1,
        "bytes": 70_000 + facts.LARGEST + 258 + 3,
    }
    assert len(made) == 6
    assert made.oids() == {oid(number, width) for number in range(1, 7)}


@pytest.mark.parametrize("asked", [3, 300])
def test_searching_finds_the_same_with_few_and_many(asked: int) -> None:
    made = Facts.of([record(oid(n, 20), facts.BLOB, n) for n in range(1000)], 20)
    wanted = {oid(n * 5, 20) for n in range(asked)}
    found = {read(item, 20) for item in made.among(wanted)}
    assert found == {(oid(n * 5, 20), facts.BLOB, n * 5) for n in range(asked) if n * 5 < 1000}


def test_the_same_fact_counts_once() -> None:
    one = record(oid(1, 20), facts.BLOB, 5)
    assert Facts.of([one, one], 20).counts() == {"blobs": 1, "bytes": 5}


CLEAN = Scan([], [], 7)
BINARY = Scan([], [], 7, binary=True)
TIMEOUT = Scan([], [Problem("timeout", "", "too long")], 7)


def parts(first: Scan, second: Scan, kind: str = "commit") -> list[tuple[Blob, Scan]]:
    name = oid(1, 20).hex()
    return [
        (Blob(name, 7, kind, field="message"), first),
        (Blob(name, 7, kind, field="identity"), second),
    ]


@pytest.mark.parametrize(
    ("noted", "what"),
    [
        ([(Blob(oid(1, 20).hex(), 7, "blob"), CLEAN)], facts.BLOB),
        ([(Blob(oid(1, 20).hex(), 7, "blob"), BINARY)], facts.BINARY),
        ([(Blob(oid(1, 20).hex(), 7, "blob"), TIMEOUT)], None),
        ([(Blob(oid(1, 20).hex(), 7, "blob"), Scan([], [], facts.LARGEST + 1))], None),
        (parts(CLEAN, CLEAN), facts.COMMIT),
        (parts(CLEAN, CLEAN, "tag"), facts.TAG),
        (parts(TIMEOUT, CLEAN), None),
        (parts(CLEAN, TIMEOUT), None),
        (parts(CLEAN, BINARY), None),
        (parts(BINARY, CLEAN), None),
    ],
)
def test_what_is_clean(noted: list[tuple[Blob, Scan]], what: int | None) -> None:
    ledger = Ledger("pack")
    for blob, scan in noted:
        ledger.note(blob, scan)
    size = 0 if what == facts.BINARY else 7
    assert ledger.learnt().records == (b"" if what is None else record(oid(1, 20), what, size))


def test_a_part_that_could_not_be_scanned_spoils_the_object() -> None:
    ledger = Ledger("pack")
    (blob, scan), (other, _) = parts(CLEAN, CLEAN)
    ledger.note(blob, scan)
    ledger.spoil(other)
    assert ledger.learnt().records == b""


MATCH = Match("some-key", Secret(b"12345"), Blob(oid(1, 20).hex(), 7, "blob"), UNPLACED, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"decoded": ("base64",)},
        {"parts": (("id", Secret(b"1")),)},
        {"blob": dataclasses.replace(MATCH.blob, member="a")},
        {"blob": dataclasses.replace(MATCH.blob, kind="commit", field="message")},
    ],
)
def test_what_a_blob_holds_is_kept_without_secrets(change: dict[str, Any]) -> None:
    ledger = Ledger("pack")
    ledger.note(MATCH.blob, Scan([MATCH], [], 7))
    (held,) = ledger.learnt().held.values()
    assert held == (7, (("some-key", 2, 5, "", (), "", False, False, None),), ())
    again = retraced(Traced(MATCH.blob, b"0012345", held.traces), {})
    assert again == [MATCH]
    # What cannot be told by its place is scanned again, and so is all that is beside it.
    ledger = Ledger("pack")
    other = dataclasses.replace(MATCH, **change)
    ledger.note(MATCH.blob, Scan([MATCH, other], [], 7))
    assert ledger.learnt().held == {}
    assert ledger.learnt().records == b""


def test_a_container_in_which_nothing_was_found_is_only_counted() -> None:
    ledger = Ledger("pack")
    ledger.empty(MATCH.blob, {"members": 2, "bytes": 70})
    assert ledger.learnt().held == {oid(1, 20): (0, (), (("bytes", 70), ("members", 2)))}


def test_a_blob_that_was_not_scanned_whole_holds_nothing_for_sure() -> None:
    for problem, spoilt in ([Problem("timeout", "", "too long")], False), ([], True):
        ledger = Ledger("pack")
        ledger.note(MATCH.blob, Scan([MATCH], problem, 7))
        if spoilt:
            ledger.spoil(MATCH.blob)
        assert ledger.learnt().held == {}
