"""Files that change while they are scanned: said, never waited for, never clean by mistake."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from leakhunt.engine.batches import Item
from leakhunt.engine.prefilter import Prefilter
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.workers import Scanned, scan_batch
from leakhunt.model import Problem, Signature
from leakhunt.sources.reading import File, FileBatch
from tests import tokens

FILLER = b"a line of text\n" * 20_000
"""More than two margins of a chunk."""


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    wanted = {"github-pat", "aws-access-token"}
    chosen = tuple(s for s in builtin if s.id in wanted)
    return Engine(Settings(chosen, use_cache=False, chunk=4096))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on files of 1,001 bytes are large."""
    monkeypatch.setattr("leakhunt.sources.reading.LARGE", 1000)


def batch(path: Path, size: int | None = None) -> FileBatch:
    """A file as it was found; `size` is what it was then."""
    known = path.stat().st_size if size is None else size
    return FileBatch((File(str(path), path.name, known, False),))


def content(path: Path, size: int) -> object:
    (answer,) = batch(path, size).read()
    return answer.content if isinstance(answer, Item) else answer.message


def at_first_scan(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something as soon as the first chunk is scanned."""
    scan, done = Prefilter.scan, []

    def scan_and_act(self: Prefilter, data: bytes) -> list[tuple[int, int]]:
        if not done:
            done.append(act())
        return scan(self, data)

    monkeypatch.setattr(Prefilter, "scan", scan_and_act)


def outcome(result: Scanned) -> tuple[list[str], list[str]]:
    return [m.signature for m in result.matches], [p.message for p in result.problems]


@pytest.mark.parametrize("known", [0, 1, 10, 999, 1000, 5000])
@pytest.mark.parametrize("size", [0, 1, 10, 1000])
def test_what_lies_there_now_is_read(tmp_path: Path, large: None, known: int, size: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(os.urandom(size))
    answer = content(path, known)
    if known > 1000:
        assert callable(answer)
        with answer() as stream:
            answer = stream.read(-1)
    assert answer == path.read_bytes()


@pytest.mark.parametrize("known", [0, 1, 1000])
def test_a_file_that_became_large_is_streamed(tmp_path: Path, large: None, known: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 1001)
    assert callable(content(path, known))


@pytest.mark.parametrize("size", [0, 10, 5000])
def test_a_file_that_is_gone_is_a_problem(
    tmp_path: Path, large: None, engine: Engine, size: int
) -> None:
    result = scan_batch(engine, batch(tmp_path / "gone", size))
    assert result.problems == [Problem("unreadable", "gone", "No such file or directory")]
    assert not result.counts["files"]


@pytest.mark.parametrize("size", [10, 5000])
def test_a_folder_in_its_place_is_a_problem(
    tmp_path: Path, large: None, engine: Engine, size: int
) -> None:
    (tmp_path / "a").mkdir()
    result = scan_batch(engine, batch(tmp_path / "a", size))
    assert [problem.where for problem in result.problems] == ["a"]
    assert not result.counts["files"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
@pytest.mark.parametrize("size", [10, 5000])
def test_a_pipe_in_its_place_is_not_waited_for(
    tmp_path: Path, large: None, engine: Engine, size: int
) -> None:
    os.mkfifo(tmp_path / "a")
    result = scan_batch(engine, batch(tmp_path / "a", size))
    assert outcome(result) == ([], ["not a regular file any more"])
    assert not result.counts["files"]


def test_a_file_that_shrinks_is_a_problem_and_what_was_read_counts(
    tmp_path: Path, large: None, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    token = [f"key = {tokens.github(n)}\n".encode() for n in range(3)]
    path.write_bytes(token[0] + FILLER + token[1] + FILLER + token[2])
    kept = len(token[0] + FILLER + token[1])
    at_first_scan(monkeypatch, lambda: os.truncate(path, kept))
    result = scan_batch(engine, batch(path))
    assert outcome(result) == (["github-pat"] * 2, ["became shorter while it was read"])


def test_a_file_that_grows_is_read_as_it_was(
    tmp_path: Path, large: None, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(FILLER)

    def grow() -> None:
        with path.open("ab") as file:
            file.write(f"key = {tokens.github(1)}\n".encode())

    at_first_scan(monkeypatch, grow)
    result = scan_batch(engine, batch(path))
    assert outcome(result) == ([], [])
    assert result.counts["bytes"] == len(FILLER)


def test_what_was_found_stays_if_the_file_is_gone_for_the_second_pass(
    tmp_path: Path, large: None, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(f"id: {tokens.aws_id(1)}\nkey = {tokens.github(1)}\n".encode() + FILLER)
    at_first_scan(monkeypatch, path.unlink)
    found, problems = outcome(scan_batch(engine, batch(path)))
    assert "github-pat" in found
    assert problems == ["No such file or directory"]


def test_the_last_member_of_a_large_archive_is_read_to_its_end(
    tmp_path: Path, large: None, engine: Engine
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}/" + "x" * 200, b"")
        archive.writestr("last", FILLER + f"key = {tokens.github(1)}\n".encode())
    assert outcome(scan_batch(engine, batch(path))) == (["github-pat"], [])
