"""`leakhunt audit`: history and work tree in one report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import tokens
from tests.git.repo import Repo
from tests.run import Result, leakhunt, report

TOKEN, OTHER = tokens.github(1), tokens.github(2)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.init(tmp_path / "repo")


def audit(repo: Repo, *args: str) -> Result:
    return report("audit", *args, cwd=repo.path)


def only(result: Result) -> dict[str, Any]:
    """The one finding, which lies in some commit."""
    (finding,) = result.json["findings"]
    return finding


def places(result: Result) -> list[tuple[str, int, bool | None]]:
    return [(p["path"], p["line"], p.get("at_head")) for p in only(result)["locations"]]


def test_a_secret_in_history_and_on_disk_is_one_finding_with_one_place(repo: Repo) -> None:
    first = repo.commit(a=f"x\n{TOKEN}\n")
    result = audit(repo)
    assert result.code == 1
    assert places(result) == [("a", 2, True)]
    assert only(result)["locations"][0]["commit"] == first
    assert result.json["scanned"]["commits"] == 1
    assert result.json["scanned"]["files"] == 2, "a and .git/config"


def test_a_secret_that_only_history_has(repo: Repo) -> None:
    repo.commit(a=TOKEN)
    repo.commit(a="clean")
    assert places(audit(repo)) == [("a", 1, False)]


def test_a_secret_that_only_the_disk_has(repo: Repo) -> None:
    repo.commit(a="x")
    repo.write("untracked", f"\n{TOKEN}")
    assert places(audit(repo)) == [("untracked", 2, None)]
    repo.write(".gitignore", "untracked\n")
    assert places(audit(repo)) == [("untracked", 2, None)], "ignored files leak too"


def test_a_secret_that_moved_on_disk_has_both_places(repo: Repo) -> None:
    repo.commit(a=f"{TOKEN}\n")
    repo.write("a", f"\n\n{TOKEN}\n")
    assert places(audit(repo)) == [("a", 1, True), ("a", 3, None)]


def test_a_staged_secret_is_found_although_the_disk_has_lost_it(repo: Repo) -> None:
    repo.commit(a="x")
    repo.write("a", TOKEN)
    repo.git("add", "a")
    repo.write("a", "clean")
    assert [path for path, _, _ in places(audit(repo))] == ["a"]


def test_a_token_in_the_address_of_a_remote(repo: Repo) -> None:
    repo.commit(a="x")
    repo.git("remote", "add", "origin", f"https://x:{TOKEN}@github.com/a/b")
    assert [path for path, _, _ in places(audit(repo))] == [".git/config"]


def test_from_a_folder_inside_paths_are_those_of_the_repository(repo: Repo) -> None:
    repo.commit_files({"src/deep/a": TOKEN, "b": OTHER})
    result = report("audit", "src", cwd=repo.path)
    found = {p["path"] for f in result.json["findings"] for p in f["locations"]}
    assert found == {"src/deep/a", "b"}


def test_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=TOKEN)
    bare = repo.clone(tmp_path / "bare", "--bare")
    assert places(audit(bare)) == [("a", 1, True)]


def test_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=TOKEN)
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    linked.write("untracked", TOKEN)
    assert places(audit(linked)) == [("a", 1, True), ("untracked", 1, None)]


def test_a_repository_without_commits(repo: Repo) -> None:
    repo.write("a", TOKEN)
    assert places(audit(repo)) == [("a", 1, None)]


def test_exclusions_hold_for_both(repo: Repo) -> None:
    repo.commit_files({"node_modules/x.js": TOKEN, "a": "x"})
    repo.write("samples/a", OTHER)
    result = audit(repo, "--exclude", "samples")
    assert (result.code, result.ids) == (0, [])
    assert result.json["scanned"]["skipped"] == {"dependencies": 1, "excluded": 1}
    (known,) = result.json["suppressed"]
    assert known["suppression"]["kind"] == "excluded-path"


def test_a_secret_excluded_in_history_and_reported_on_disk(repo: Repo) -> None:
    repo.commit_files({"node_modules/x.js": TOKEN})
    repo.write("a", TOKEN)
    assert [path for path, _, _ in places(audit(repo))] == ["node_modules/x.js", "a"]


def test_a_damaged_repository_is_not_clean(repo: Repo) -> None:
    repo.commit(a="x", b="y")
    repo.object_file(repo.rev("HEAD:a")).unlink()
    assert audit(repo).code == 2


def test_what_is_no_repository(tmp_path: Path) -> None:
    result = leakhunt("audit", cwd=tmp_path)
    assert result.code == 2
    assert "not inside a git repository" in result.err


def test_for_people(repo: Repo) -> None:
    repo.commit(a=TOKEN)
    repo.write("untracked", OTHER)
    shown = leakhunt("audit", cwd=repo.path).out
    assert "still at HEAD" in shown
    assert "untracked:1:1" in shown
    assert "2 findings" in shown
    assert "1 commit" in shown
    assert TOKEN not in shown


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_number_of_jobs_changes_nothing(repo: Repo, jobs: str) -> None:
    repo.commit_files({f"{n}": tokens.github(n) for n in range(20)})
    repo.write("untracked", TOKEN)
    result = leakhunt("audit", "-f", "json", "-j", jobs, cwd=repo.path)
    assert len(result.json["findings"]) == 20
