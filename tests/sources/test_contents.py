"""Whole files, of folders and of commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.errors import GitError, SourceError
from leakhunt.sources.contents import LARGEST, Contents
from leakhunt.sources.exclusions import Exclusions
from tests.repo import Repo


def read(path: Path | str, revision: str = "", *globs: str) -> dict[str, bytes]:
    return dict(Contents(str(path), Exclusions(globs=globs), revision).files())


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "r")
    made.commit("a.txt", "one")
    made.commit("sub/b.txt", "two")
    made.write("a.txt", "three")
    return made


def test_a_folder_is_read_as_it_lies(repo: Repo) -> None:
    found = read(repo.path)
    assert (found["a.txt"], found["sub/b.txt"]) == (b"three", b"two")


def test_a_commit_is_read_as_it_was(repo: Repo) -> None:
    assert read(repo.path, "HEAD") == {"a.txt": b"one", "sub/b.txt": b"two"}
    assert read(repo.path, "HEAD~1") == {"a.txt": b"one"}


def test_of_a_folder_in_a_repository_only_that_is_read(repo: Repo) -> None:
    assert read(repo.path / "sub", "HEAD") == {"b.txt": b"two"}
    assert read(repo.path / "sub") == {"b.txt": b"two"}


def test_of_a_bare_repository_its_head_is_read(repo: Repo, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    assert read(bare) == {"a.txt": b"one", "sub/b.txt": b"two"}


def test_one_file_is_read(repo: Repo) -> None:
    assert read(repo.path / "sub/b.txt") == {"b.txt": b"two"}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\0b")
    (tmp_path / "b").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "c.lock").write_text("c")
    (tmp_path / "d").symlink_to("c.lock")
    contents = Contents(str(tmp_path), Exclusions(globs=("*.lock",)))
    assert list(contents.files()) == []
    assert contents.counts == {
        "skipped_binary": 1,
        "skipped_large": 1,
        "skipped_excluded": 1,
        "skipped_symlinks": 1,
    }
    assert list(contents.files()) == []
    assert contents.counts["skipped_binary"] == 1, "counted once, however often it is read"


def test_of_a_commit_the_same_is_left_out(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.write("a", b"a\0b")
    repo.write("b", b"x" * (LARGEST + 1))
    repo.write("c.lock", "c")
    (repo.path / "d").symlink_to("c.lock")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "x")
    contents = Contents(str(repo.path), Exclusions(globs=("*.lock",)), "HEAD")
    assert list(contents.files()) == []
    assert contents.counts == {"skipped_binary": 1, "skipped_large": 1, "skipped_excluded": 1}


def test_wide_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("port = 80\n".encode("utf-16"))
    assert read(tmp_path) == {"a": b"port = 80\n"}


def test_a_file_at_the_top_is_found_by_name(repo: Repo) -> None:
    at = {name: Contents(str(repo.path), Exclusions(), name) for name in ("", "HEAD~1")}
    assert at[""].one("a.txt") == "three"
    assert at["HEAD~1"].one("a.txt") == "one"
    assert at[""].one("no.txt") is None
    assert at["HEAD~1"].one("no.txt") is None
    (repo.path / "bad").write_bytes(b"a\n\xff")
    with pytest.raises(SourceError, match="bad:2: not UTF-8"):
        at[""].one("bad")


def test_a_file_that_may_not_be_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a")
    contents = Contents(str(tmp_path), Exclusions())

    def refuse(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("leakhunt.sources.reading._content", refuse)
    assert list(contents.files()) == []
    (problem,) = contents.problems
    assert (problem.kind, problem.where) == ("unreadable", "a")


def test_a_missing_object_is_a_problem(repo: Repo) -> None:
    oid = repo.rev("HEAD:a.txt")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    contents = Contents(str(repo.path), Exclusions(), "HEAD")
    assert dict(contents.files()) == {"sub/b.txt": b"two"}
    assert [problem.where for problem in contents.problems] == ["a.txt"]


@pytest.mark.parametrize("revision", ["nowhere", "--all", "-x", "HEAD~1..HEAD^{tree}"])
def test_what_is_no_commit_is_refused(repo: Repo, revision: str) -> None:
    with pytest.raises(GitError):
        Contents(str(repo.path), Exclusions(), revision)


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        Contents(str(tmp_path / "no"), Exclusions())
