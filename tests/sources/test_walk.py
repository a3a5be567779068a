"""Folders as they are: deep, in circles, unreadable, and gone while they are listed."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from leakhunt.model import Problem
from leakhunt.sources.exclusions import Exclusions
from leakhunt.sources.reading import File
from leakhunt.sources.walk import Walk
from tests import tokens
from tests.run import leakhunt, report


class Walked:
    def __init__(self, root: Path, shown: str = ".") -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        walk = Walk(Exclusions(), self.counts, self.problems)
        self.files = walk.files(str(root), shown)

    def names(self) -> list[str]:
        return [file.shown for file in self.files]


def test_files_are_sorted_by_folder_and_named_from_the_root(tmp_path: Path) -> None:
    for name in ("b/z", "b/a", "a/c/x", "a/d", "top", "node_modules/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("12345")
    walked = Walked(tmp_path)
    assert next(walked.files) == File(
        str(tmp_path / "top"), "top", 5, False, os.path.realpath(tmp_path)
    )
    assert len(walked.names()) == 4
    names = ["top", "a/d", "a/c/x", "b/a", "b/z"]
    assert Walked(tmp_path).names() == names
    assert Walked(tmp_path, "here").names() == [f"here/{name}" for name in names]
    assert Walked(tmp_path, "/").names() == [f"/{name}" for name in names]
    assert walked.counts == {"skipped_dependencies": 1}


@pytest.mark.parametrize("above", ["", "a/", "a/b/", "vendor/", "x/vendor/"])
def test_what_a_walk_leaves_out_is_what_exclusions_leave_out(tmp_path: Path, above: str) -> None:
    names = ["vendor/bundle/f", "vendor/f", "bundle/f", "xvendor/bundle/f", "Vendor/Bundle/f"]
    names += ["go.sum", "xgo.sum", "f.PNG", "png", ".png", "tox/f", ".tox/f", "go.sum.d/f"]
    for name in (above + name for name in names):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    kept = {above + name for name in names if not Exclusions().reason(above + name)}
    assert set(Walked(tmp_path).names()) == kept
    assert len(kept) < len(names)


def test_a_folder_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("1")
    walked = Walked(tmp_path)
    first = next(walked.files)
    shutil.rmtree(tmp_path / "b")
    assert [first.shown, *walked.names()] == ["a/file", "c/file"]
    assert walked.problems == [Problem("unreadable", "b", "No such file or directory")]


def test_a_file_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("1")
    walked = Walked(tmp_path)
    first = next(walked.files)
    (tmp_path / "b").unlink()
    assert [first.shown, *walked.names()] == ["a", "c"]
    assert walked.problems == [Problem("unreadable", "b", "No such file or directory")]


@pytest.mark.skipif(os.name == "nt", reason="paths are shorter there")
def test_a_tree_of_a_thousand_levels(tmp_path: Path) -> None:
    folders = [tmp_path]
    for _ in range(1000):  # what makes and deletes trees at once would call itself too often
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    file = folders[-1] / "a"
    file.write_text(tokens.github(1))
    result = report("scan", cwd=tmp_path)
    file.unlink()
    for folder in reversed(folders[1:]):
        folder.rmdir()
    assert result.ids == ["github-pat"]
    assert result.json["problems"] == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_in_a_circle_are_counted_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "a/nowhere").symlink_to("gone")
    (tmp_path / "a/file").write_text("1")
    result = report("scan", cwd=tmp_path)
    assert result.code == 0
    assert result.json["scanned"] == {"bytes": 1, "files": 1, "skipped": {"symlinks": 3}}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_in_a_circle_that_is_named_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "self").symlink_to("self")
    assert leakhunt("scan", "self", cwd=tmp_path).code == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_is_counted_and_one_that_is_named_is_a_problem(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("1")
    result = report("scan", cwd=tmp_path)
    assert (result.code, result.json["scanned"]["skipped"]["special"]) == (0, 1)
    assert report("scan", "pipe", cwd=tmp_path).json["problems"][0]["where"] == "pipe"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions")
def test_a_git_folder_that_cannot_be_searched_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()

    def refuse(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("leakhunt.sources.walk.os.lstat", refuse)
    walked = Walked(tmp_path)
    assert walked.names() == []
    assert walked.problems == [Problem("unreadable", ".git", "Permission denied")]


def test_names_of_every_kind(tmp_path: Path) -> None:
    names = [b"a\nb", b"caf\xe9", b" ", b"-f", "é".encode(), b"\x1b[31m"]
    for number, name in enumerate(names):
        (tmp_path / os.fsdecode(name)).write_text(f"key = {tokens.github(number)}\n")
    result = report("scan", cwd=tmp_path)
    assert result.ids == ["github-pat"] * len(names)
    assert result.json["problems"] == []
