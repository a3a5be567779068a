from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from leakhunt.errors import GitError
from leakhunt.git import command
from leakhunt.git.index import head_files, staged, worktree_files
from leakhunt.git.reachability import Reachability
from leakhunt.git.repository import Repository
from tests.git.repo import Repo

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534


def test_from_top_and_from_below(repo: Repo) -> None:
    repo.commit_files({"deep/down/file": "x"})
    for folder in (repo.path, repo.path / "deep/down"):
        found = Repository.open(folder)
        assert found.git_dir == str(repo.path / ".git")
        assert found.work_tree == str(repo.path)
        assert found.path == str(folder)
        assert found.object_format == "sha1"
        flags = found.bare, found.shallow, found.partial, found.alternates, found.empty
        assert not any(flags)
        assert pickle.loads(pickle.dumps(found)) == found


def test_git_folder_itself_has_no_work_tree(repo: Repo) -> None:
    repo.commit(a="x")
    found = Repository.open(repo.path / ".git")
    assert found.git_dir == str(repo.path / ".git")
    assert found.work_tree is None
    assert not found.bare


def test_bare(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="x")
    repo.clone(tmp_path / "bare.git", "--bare")
    found = Repository.open(tmp_path / "bare.git")
    assert found.bare
    assert found.work_tree is None
    assert [file.path for file in head_files(found)] == [b"a"]


def test_linked_worktree_and_its_git_file(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="x")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    for named in (tmp_path / "linked", tmp_path / "linked/.git"):
        found = Repository.open(named)
        assert found.work_tree == str(tmp_path / "linked")
        assert found.git_dir == str(repo.path / ".git/worktrees/linked")
        assert found.common_dir == repo.path / ".git"


def test_submodule(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="x")
    outer = Repo.init(tmp_path / "outer")
    outer.git("submodule", "add", "-q", repo.path.as_uri(), "sub")
    outer.commit()
    found = Repository.open(tmp_path / "outer/sub")
    assert found.git_dir == str(tmp_path / "outer/.git/modules/sub")
    assert found.work_tree == str(tmp_path / "outer/sub")
    assert [file.path for file in head_files(found)] == [b"a"]


def test_sha256(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "r", "--object-format=sha256")
    found = repo.open()
    assert found.object_format == "sha256"
    assert found.empty
    assert found.empty_tree == repo.git("hash-object", "-t", "tree", os.devnull)


def test_empty_tree_of_sha1(repo: Repo) -> None:
    assert repo.open().empty_tree == repo.git("hash-object", "-t", "tree", os.devnull)


def test_empty(repo: Repo) -> None:
    assert repo.open().empty
    repo.commit(a="x")
    assert not repo.open().empty


def test_detached_head_without_refs_is_not_empty(repo: Repo) -> None:
    repo.commit(a="x")
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-D", "main")
    assert not repo.open().empty


def test_shallow_partial_alternates(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="x")
    repo.commit(a="y")
    repo.git("config", "uploadpack.allowFilter", "true")
    assert repo.clone(tmp_path / "shallow", "--depth=1").open().shallow
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout").open()
    assert partial.partial
    assert not partial.shallow
    repo.git("clone", "-q", "--shared", str(repo.path), str(tmp_path / "shared"))
    assert Repository.open(tmp_path / "shared").alternates


def test_newline_in_the_path(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "two\nlines")
    repo.commit(a="x")
    assert repo.open().git_dir == str(repo.path / ".git")
    assert [file.path for file in head_files(repo.open())] == [b"a"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing-here", "no such file"),
        ("file", "not a folder"),
        ("folder", "not inside a git repository"),
    ],
)
def test_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GitError, match=words) as caught:
        Repository.open(tmp_path / name)
    assert name in caught.value.message
    assert caught.value.hint or name == "nothing-here"


def test_git_file_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nonexistent\n")
    with pytest.raises(GitError, match="cannot read this repository"):
        Repository.open(tmp_path)


def test_unknown_extension(repo: Repo) -> None:
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.fromTheFuture", "true")
    with pytest.raises(GitError, match="extension"):
        repo.open()


def test_no_git(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command.require_git.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="not installed") as caught:
        repo.open()
    assert "2.25" in caught.value.hint


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_old_git(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command.require_git.cache_clear()
    script = tmp_path / "git"
    script.write_text("#!/bin/sh\necho git version 2.24.9\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitError, match=r"git version 2\.24\.9 is too old"):
        repo.open()
    command.require_git.cache_clear()


def test_failure_tells_what_git_said(repo: Repo) -> None:
    repo.commit(a="x")
    with pytest.raises(GitError, match=r"git rev-list failed: .*no-such-thing"):
        repo.open().run("rev-list", "no-such-thing", "--")


def test_accepted_exit_codes(repo: Repo) -> None:
    assert repo.open().run("config", "--get", "no.such", ok=(0, 1)) == b""


def test_leaving_early_ends_git(repo: Repo) -> None:
    repo.commit(a="x" * 5_000_000)
    with repo.open().start("cat-file", "blob", "HEAD:a") as process:
        assert process.stdout is not None
        assert process.stdout.read(2) == b"xx"
    assert process.returncode is not None


@pytest.mark.skipif(not ROOT, reason="only root can give files away")
def test_owned_by_another_user(repo: Repo) -> None:
    repo.commit(a="x")
    for folder, _, names in os.walk(repo.path):
        for name in (".", *names):
            os.lchown(Path(folder, name), NOBODY, NOBODY)
    found = repo.open()
    assert [file.path for file in head_files(found)] == [b"a"]
    assert list(worktree_files(found)) == [b"a"]
    with Reachability.start(found) as reachability:
        assert reachability.commits == 1


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
def test_read_as_another_user(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="x")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    root = Path(__file__).parents[2]
    program = (
        "import sys; from leakhunt.git.repository import Repository;"
        "from leakhunt.git.index import head_files;"
        "print(*head_files(Repository.open(sys.argv[1])))"
    )
    environment = {**os.environ, "HOME": "/nonexistent", "PYTHONPATH": str(root)}
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-c", program, str(repo.path)],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
            env=environment,
        )
    except PermissionError:
        pytest.skip("the other user cannot start this interpreter")
    assert "b'a'" in done.stdout, done.stderr


def test_hostile_work_tree_is_not_believed(repo: Repo) -> None:
    repo.commit(a="x")
    repo.git("config", "core.worktree", "/")
    assert repo.open().work_tree == str(repo.path)
    assert list(worktree_files(repo.open())) == [b"a"]


def test_variables_of_an_outer_hook_are_dropped(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(a="x")
    other = Repo.init(tmp_path / "other")
    other.commit(b="y")
    monkeypatch.chdir(other.path)
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    found = repo.open()
    assert found.inherited == ()
    assert [file.path for file in head_files(found)] == [b"a"]
    assert staged(found) == []


def test_git_dir_of_the_caller_is_used_where_nothing_else_is(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(a="x")
    home = tmp_path / "home"
    (home / "below").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(home))
    found = Repository.open(home / "below")
    assert found.git_dir == str(repo.path / ".git")
    assert found.work_tree == str(home)
    with pytest.raises(GitError):
        Repository.open(tmp_path / "elsewhere")
