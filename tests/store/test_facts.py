"""Facts: records in, counts out."""

from __future__ import annotations

import random

import pytest

from leakhunt.engine.scan import Scan
from leakhunt.model import Blob, Problem
from leakhunt.store import facts
from leakhunt.store.facts import Facts, read, record
from leakhunt.store.ledger import CleanLedger


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
    ledger = CleanLedger()
    for blob, scan in noted:
        ledger.note(blob, scan)
    size = 0 if what == facts.BINARY else 7
    assert ledger.records() == (b"" if what is None else record(oid(1, 20), what, size))


def test_a_part_that_could_not_be_scanned_spoils_the_object() -> None:
    ledger = CleanLedger()
    (blob, scan), (other, _) = parts(CLEAN, CLEAN)
    ledger.note(blob, scan)
    ledger.spoil(other)
    assert ledger.records() == b""
