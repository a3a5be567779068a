"""`leakhunt scan` on repositories without a work tree: never their object files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, report

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE = "services:\n  db:\n    image: redis\n    ports: ['0.0.0.0:6379:6379']\n"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    repo = Repo.init(tmp_path / "work")
    repo.commit_files({"old.txt": f"{tokens.github(2)}\n"})
    repo.commit_files(
        {
            "old.txt": "gone\n",
            "src/a.py": f"key = '{tokens.github(1)}'\n",
            "copy.py": f"key = '{tokens.github(1)}'\n",
            "compose.yaml": COMPOSE,
        }
    )
    repo.clone(tmp_path / "all" / "app.git", "--bare")
    return tmp_path / "all" / "app.git"


def test_the_files_of_head_are_scanned(bare: Path) -> None:
    result = report("scan", str(bare), cwd=bare.parent)
    assert result.code == 1
    secret, exposure = sorted(
        result.json["findings"], key=lambda found: found["kind"], reverse=True
    )
    assert [place["path"] for place in secret["locations"]] == ["copy.py", "src/a.py"]
    assert secret["locations"][0]["line"] == 1
    assert exposure["kind"] == "exposure"
    assert exposure["locations"][0]["path"] == "compose.yaml"
    assert result.json["scanned"]["files"] == 3


def test_exclusions_hold(bare: Path) -> None:
    result = report("scan", str(bare), "--exclude", "src/*", "--ignore", "exposure", cwd=bare)
    (finding,) = result.json["findings"]
    assert [place["path"] for place in finding["locations"]] == ["copy.py"]
    assert result.json["scanned"]["skipped"] == {"excluded": 1}


def test_no_commit_is_not_clean(tmp_path: Path) -> None:
    Repo.init(tmp_path / "none", "--bare")
    result = leakhunt("scan", str(tmp_path / "none"), cwd=tmp_path)
    assert result.code == 2
    assert "HEAD has no files" in result.err


def test_below_a_folder_they_are_named(bare: Path) -> None:
    (bare.parent / "a.txt").write_text("words\n")
    result = leakhunt("scan", ".", cwd=bare.parent)
    assert result.code == 0
    assert "app.git" in result.out + result.err
    assert "leakhunt audit" in result.out + result.err


def test_one_of_several_paths_is_a_gap(bare: Path) -> None:
    (bare.parent / "a.txt").write_text("words\n")
    result = leakhunt("scan", "a.txt", "app.git", cwd=bare.parent)
    assert result.code == 2
    assert "scanned alone" in result.out + result.err


def test_what_only_looks_like_one_hides_nothing(tmp_path: Path) -> None:
    for name in ("HEAD", "objects", "refs"):
        (tmp_path / "x" / name).mkdir(parents=True)
    (tmp_path / "x" / "objects" / "a.txt").write_text(f"{tokens.github(1)}\n")
    result = report("scan", ".", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert finding["locations"][0]["path"] == "x/objects/a.txt"


def test_with_a_work_tree_it_is_none(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path)
    repo.commit_files({"HEAD": "\n", "objects/a": "\n", "refs/a": "\n"})
    (tmp_path / "new.txt").write_text(f"{tokens.github(1)}\n")
    result = report("scan", ".", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert finding["locations"][0]["path"] == "new.txt"
    assert not result.json["problems"]
