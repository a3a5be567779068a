"""Lines that were scanned before are not scanned again, and every hit is known all the same."""

from __future__ import annotations

import random
import tempfile
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hyperscan
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leakhunt.engine.versions import END_SHIFT, Reach, Sight
from leakhunt.git.packs import bulk
from leakhunt.git.packs.pure_layout import BLOB
from leakhunt.git.packs.survey import open_packs
from leakhunt.git.packs.tree import Stored, walk
from tests.git.packs.test_equality import commit_all
from tests.git.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

pytestmark = pytest.mark.skipif(not bulk.usable(), reason="the extension was not built")

REACH = Reach(wide=321, narrow=64, ahead=16)
MARGIN = 90
GATES = (
    rb"key\s{0,40}v",  # crosses lines
    rb"x[^\n]{0,300}y",  # a long way, in one line
    rb"word\b",  # looks ahead
    rb"another line[^\n]{0,60}\n",  # ends behind the newline
    rb"^top$",
    rb"(?:a\n){20}",  # nearly as far as may be
)
LINES = (
    b"key",
    b"v",
    b"",
    b"   ",
    b"x" + b"-" * 250,
    b"x" + b"." * 290 + b"y",
    b"y",
    b"q",
    b"word",
    b"s",
    b"top",
    b"a",
    b"a line of some length in which there is nothing",
    b"another line, of another length, with a v in it",
    b"long " * 400,
)


class Gates:
    """Scans with a few gates, and counts what it scanned."""

    def __init__(self) -> None:
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=list(GATES),
            ids=list(range(len(GATES))),
            flags=[hyperscan.HS_FLAG_MULTILINE] * len(GATES),
        )
        self.scanned = 0

    def scan(self, data: bytes | memoryview) -> list[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        self.scanned += len(data)
        self._database.scan(
            data,  # type: ignore[type-var]
            match_event_handler=lambda gate, _start, end, _flags, _context: found.add((gate, end)),
        )
        return sorted(found)

    def packed(self, data: bytes) -> list[int]:
        return sorted(end << END_SHIFT | gate for gate, end in self.scan(data))

    def sight(self) -> Sight:
        return Sight(
            REACH,
            array("I", [MARGIN] * len(GATES)).tobytes(),
            self.scan,
            lambda _: None,
            0,
            (),
            [],
        )


def text(rng: random.Random) -> bytes:
    end = rng.choice([b"\n", b"\n", b"\r\n"])
    lines = [rng.choice(LINES) for _ in range(rng.randrange(1, 60))]
    return end.join(lines) + rng.choice([end, b""])


def edited(rng: random.Random, content: bytes) -> bytes:
    at, other = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    if rng.randrange(3):
        return content[:at] + rng.choice([*LINES, b"\n"]) + rng.choice([b"", b"\n"]) + content[at:]
    return rng.choice([content[:at] + content[other:], content[other:] + content[:at]])


def made(folder: Path, rng: random.Random) -> Repo:
    files = {name: text(rng) for name in "abcd"}
    states = [dict(files)]
    for _ in range(rng.randrange(1, 20)):
        name = rng.choice("abcd")
        files[name] = edited(rng, files[name]) if rng.randrange(5) else text(rng)
        states.append(dict(files))
    repo = Repo.init(folder)
    repo.git("config", "fastimport.unpackLimit", "1")
    commit_all(repo, states, "main")
    repo.git("repack", "-adfq")
    return repo


def told_of(
    repo: Repo, sight: Sight, fertile: Callable[[bytes, int], bool] = lambda _content, _hit: True
) -> dict[bytes, list[int]]:
    """Return all contents of the packs, with their hits of which something came.

    Args:
        repo: the repository.
        sight: how it is scanned.
        fertile: whether something comes of a hit; of all, so that the next version is told of too.
    """
    told: dict[bytes, list[int]] = {}

    def judge(
        _rank: int, content: bytes, hits: bytes, suspects: bytes, moved: bytes, known: Any
    ) -> tuple[bytes, object]:
        assert set(array("Q", moved)[1::2]) <= set(array("Q", suspects))
        if known is not None:
            before, theirs = known
            for number, hit in zip(array("Q", moved)[::2], array("Q", moved)[1::2], strict=True):
                # What is within the margin is the same there.
                there, here = theirs[number] >> END_SHIFT, hit >> END_SHIFT
                assert (
                    before[max(0, there - MARGIN) : there + MARGIN]
                    == content[max(0, here - MARGIN) : here + MARGIN]
                )
        assert set(array("Q", suspects)) <= set(array("Q", hits))
        came = [hit for hit in array("Q", suspects) if fertile(content, hit)]
        told[content] = came
        return array("Q", came).tobytes(), (content, came)

    calls = bulk.Callbacks(judge, lambda _rank, _content: None, lambda _rank, _content: None)
    for pack in open_packs(repo.open()).packs:
        roots = pack.ranks(0, len(pack.kind))
        assert bulk.walk_versions(pack, roots, sight, calls).failed == []
        for root in roots:
            for stored in walk(pack, root):
                assert isinstance(stored, Stored)
                if pack.kind[stored.rank] == BLOB:
                    told.setdefault(bytes(stored.content), [])
    return told


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), together=st.sampled_from([0, 300, bulk.TOGETHER]))
@example(seed=37, together=0)  # stretches of one window reach into the next
def test_the_hits_are_those_of_the_whole(seed: int, together: int) -> None:
    rng = random.Random(seed)
    gates = Gates()
    sight = gates.sight()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "TOGETHER", together)
        for number in range(2):  # the second time with what the first one left
            repo = made(Path(folder, str(number)), rng)
            told = told_of(repo, sight)
            for content, hits in told.items():
                assert sure(hits) == sure(gates.packed(content))
                assert set(gates.packed(content)) <= set(hits)


def sure(hits: Iterable[int]) -> list[int]:
    """Leave out the first bytes: gates may see there what stands before in what is joined."""
    return [hit for hit in hits if hit >> END_SHIFT > REACH.narrow]


def odd(content: bytes, hit: int) -> bool:
    """What is within the margin of a hit decides."""
    end = hit >> END_SHIFT
    return b"a line of" in content[max(0, end - MARGIN) : end + MARGIN]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_what_came_of_a_hit_is_known_where_its_surroundings_are_the_same(seed: int) -> None:
    rng = random.Random(seed)
    gates = Gates()
    with tempfile.TemporaryDirectory() as folder:
        told = told_of(made(Path(folder), rng), gates.sight(), odd)
    for content, came in told.items():
        assert sure(came) == sure(hit for hit in gates.packed(content) if odd(content, hit))


def test_python_does_not_hear_of_the_same_twice(tmp_path: Path) -> None:
    repo = made(tmp_path / "r", random.Random(3))
    sight = Gates().sight()
    heard: list[int] = []

    def barren(_content: bytes, hit: int) -> bool:
        heard.append(hit)
        return False

    told_of(repo, sight, barren)
    assert heard
    heard.clear()
    told_of(repo, sight, barren)
    assert heard == []


def test_a_second_walk_scans_hardly_anything(tmp_path: Path) -> None:
    repo = made(tmp_path / "r", random.Random(1))
    gates = Gates()
    sight = gates.sight()
    first = told_of(repo, sight)
    scanned, gates.scanned = gates.scanned, 0
    assert told_of(repo, sight) == first
    assert any(first.values())
    assert gates.scanned < scanned / 2  # what remains are very long lines


def test_a_scan_that_fails_leaves_nothing_half_known(tmp_path: Path) -> None:
    repo = made(tmp_path / "r", random.Random(2))
    gates = Gates()
    sight = gates.sight()

    def fail(_data: memoryview) -> list[tuple[int, int]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told_of(repo, sight._replace(scan=fail))
    assert told_of(repo, sight) == told_of(repo, Gates().sight())
