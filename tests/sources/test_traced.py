"""Blobs of which it is known what they hold: few are read, and all is told."""

from __future__ import annotations

from pathlib import Path

from leakhunt.engine.batches import Traced
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.retracing import retraced
from leakhunt.engine.scan import Scan
from leakhunt.model import Blob, Match, Problem, Secret
from leakhunt.sources.traced import TracedBatch, packed
from leakhunt.store.ledger import Held, Ledger
from tests.repo import Repo


def noted(oids: list[str], *places: tuple[int, bytes]) -> dict[bytes, Held]:
    """What a ledger keeps of blobs that hold the same secrets at the same places."""
    ledger = Ledger("pack")
    for oid in oids:
        blob = Blob(oid, 8, "blob")
        found = [Match("some-key", Secret(word), blob, UNPLACED, at) for at, word in places]
        ledger.note(blob, Scan(found, [], 8))
    return ledger.learnt().held


def told(repo: Repo, held: dict[bytes, Held]) -> list[tuple[str, int, bytes]]:
    found = []
    for item in TracedBatch(repo.open(), packed(held)).read():
        assert isinstance(item, Traced)
        matches = retraced(item, {})
        found += [(match.blob.id, match.offset, match.secret.reveal()) for match in matches]
    return sorted(found)


def blobs(repo: Repo, *contents: str) -> list[str]:
    return [repo.git("hash-object", "-w", "--stdin", stdin=text.encode()) for text in contents]


def test_secrets_that_begin_at_the_same_place_are_told_apart(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    oids = blobs(repo, "xabcdefg", "yabcdefg")
    held = noted(oids, (1, b"abc"), (1, b"abcdef"))
    wanted = [(oid, 1, word) for oid in oids for word in (b"abc", b"abcdef")]
    assert told(repo, held) == sorted(wanted)


def test_a_blob_is_read_if_the_one_like_it_is_not_there(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    first, second = blobs(repo, "xabcdefg", "yabcdefg")
    held = noted([first, second], (1, b"abc"))
    del held[bytes.fromhex(first)]
    assert told(repo, held) == [(second, 1, b"abc")]
    # It was known, and cannot be read any more.
    held = noted(["0" * 40, second], (1, b"abc"))
    items = list(TracedBatch(repo.open(), packed(held)).read())
    assert [type(item) for item in items] == [Problem, Traced]
    assert isinstance(items[1], Traced)
    assert [match.secret.reveal() for match in retraced(items[1], {})] == [b"abc"]
