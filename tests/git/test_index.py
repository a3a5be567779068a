from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leakhunt.errors import GitError
from leakhunt.git.index import (
    count_ignored,
    head_files,
    indexed_blobs,
    staged,
    submodules,
    worktree_files,
)
from leakhunt.git.repository import Repository
from tests.git.repo import SECRET, Repo

if TYPE_CHECKING:
    from pathlib import Path

ODD = [b"two\nlines", b"tab\there", b'quo"te', b"sp ace", b":(top)magic", b"*", b"-dash"]


def _staged(repo: Repo) -> list[tuple[bytes, str]]:
    return [(entry.path, entry.status) for entry in staged(repo.open())]


def test_first_commit(repo: Repo) -> None:
    repo.write("a")
    repo.git("add", "a")
    (entry,) = staged(repo.open())
    assert entry.path == b"a"
    assert (entry.status, entry.mode, entry.before) == ("A", "100644", ())
    assert entry.oid == repo.blob(SECRET)


def test_sha256_first_commit(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "r", "--object-format=sha256")
    repo.write("a")
    repo.git("add", "a")
    (entry,) = staged(repo.open())
    assert len(entry.oid) == 64


def test_added_changed_removed_renamed(repo: Repo) -> None:
    repo.commit(a="1", b="2", c="3\n" * 50)
    old = repo.rev("HEAD:a")
    repo.write("a", "changed")
    repo.write("new")
    repo.git("rm", "-q", "b")
    repo.git("mv", "c", "moved")
    repo.git("add", "a", "new")
    repo.write("a", "not staged")
    assert _staged(repo) == [(b"a", "M"), (b"moved", "A"), (b"new", "A")]
    changed = staged(repo.open())[0]
    assert changed.before == (old,)
    assert changed.oid == repo.blob("changed")


def test_mode_change_has_its_content_before(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("update-index", "--chmod=+x", "a")
    (entry,) = staged(repo.open())
    assert entry.mode == "100755"
    assert entry.oid in entry.before


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need privileges")
def test_symbolic_link_and_change_of_type(repo: Repo) -> None:
    repo.commit(a="1")
    (repo.path / "a").unlink()
    (repo.path / "a").symlink_to("target")
    repo.git("add", "a")
    (entry,) = staged(repo.open())
    assert (entry.status, entry.mode) == ("T", "120000")
    assert entry.oid == repo.blob("target")


def test_intent_to_add_is_not_staged(repo: Repo) -> None:
    repo.commit(a="1")
    repo.write("later")
    repo.git("add", "--intent-to-add", "later")
    assert _staged(repo) == []
    assert b"later" in list(worktree_files(repo.open()))


def test_submodules_are_skipped(repo: Repo, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit(a="1")
    repo.git("submodule", "add", "-q", other.path.as_uri(), "sub")
    assert _staged(repo) == [(b".gitmodules", "A")]
    repo.commit()
    assert [file.path for file in head_files(repo.open())] == [b".gitmodules"]
    assert list(worktree_files(repo.open())) == [b".gitmodules"]
    assert submodules(repo.open()) == [b"sub"]


def test_merge_knows_what_comes_from_the_other_side(repo: Repo) -> None:
    repo.commit(a="base\n")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(theirs=SECRET, both="side")
    repo.git("checkout", "-q", "main")
    repo.commit(both="main")
    repo.git("merge", "--no-commit", "side", check=False)
    repo.write("both", "resolved")
    repo.write("evil", "only in the merge")
    repo.git("add", "-A")
    entries = {entry.path: entry for entry in staged(repo.open())}
    assert set(entries) == {b"both", b"evil", b"theirs"}
    assert entries[b"theirs"].oid in entries[b"theirs"].before
    assert set(entries[b"both"].before) == {repo.rev("main:both"), repo.rev("side:both")}
    assert entries[b"evil"].before == ()


def test_conflict_is_not_staged(repo: Repo) -> None:
    repo.commit(a="base\n")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(a="side\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a="main\n")
    repo.git("merge", "side", check=False)
    assert _staged(repo) == []
    assert list(worktree_files(repo.open())) == [b"a"]


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
def test_odd_names(repo: Repo) -> None:
    names = [*ODD, b"\xff\xfe latin \xe9"]
    for name in names:
        repo.write(name, name)
    repo.git("add", "-A")
    assert sorted(path for path, _ in _staged(repo)) == sorted(names)
    repo.commit()
    assert sorted(file.path for file in head_files(repo.open())) == sorted(names)
    assert sorted(worktree_files(repo.open())) == sorted(names)


def _hook(repo: Repo, program: str) -> None:
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nenv | grep ^GIT_ > '{repo.path.parent}/env'\n{program}\n")
    hook.chmod(0o755)


def _from_hook(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, path: str = "."
) -> list[tuple[bytes, bytes]]:
    """What a hook sees: git's own variables, with the index that it made kept alive."""
    lines = (repo.path.parent / "env").read_text().splitlines()
    for line in lines:
        name, _, value = line.partition("=")
        if name in {"GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"}:
            monkeypatch.setenv(name, value)
    found = Repository.open(path)
    return [(entry.path, found.run("cat-file", "blob", entry.oid)) for entry in staged(found)]


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
@pytest.mark.parametrize("arguments", [("-a",), ("a",), ("--only", "a")])
def test_index_of_a_hook(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    repo.commit(a="1", b="2")
    repo.write("a", "in the work tree")
    # git removes its temporary index when the hook fails, so the hook keeps a copy.
    _hook(repo, 'cp "$GIT_INDEX_FILE" "$GIT_INDEX_FILE.kept"; exit 1')
    repo.git("commit", "-m", "x", *arguments, check=False)
    environment = repo.path.parent / "env"
    text = environment.read_text()
    lines = [f"{x}.kept" if x.startswith("GIT_INDEX_FILE") else x for x in text.splitlines()]
    environment.write_text("\n".join(lines))
    monkeypatch.chdir(repo.path)
    assert _from_hook(repo, monkeypatch) == [(b"a", b"in the work tree")]
    assert staged(Repository.open(repo.path)) != []


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_relative_index_of_a_hook_in_a_linked_work_tree(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(a="1")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", repo.clock)
    linked.write("a", "staged in the linked one")
    linked.git("add", "a")
    _hook(repo, "exit 1")
    linked.git("commit", "-m", "x", check=False)
    monkeypatch.chdir(linked.path)
    assert _from_hook(repo, monkeypatch) == [(b"a", b"staged in the linked one")]
    assert staged(Repository.open(repo.path)) == []


def test_relative_index_is_read_from_the_top(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit_files({"sub/a": "1"})
    repo.write("sub/a", "2")
    repo.git("add", "-A")
    (repo.path / ".git/index").rename(repo.path / ".git/other")
    monkeypatch.chdir(repo.path / "sub")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other")
    found = Repository.open(".")
    assert dict(found.inherited) == {"GIT_INDEX_FILE": str(repo.path / ".git/other")}
    assert [entry.path for entry in staged(found)] == [b"sub/a"]


def test_bare_has_no_index(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    bare = repo.clone(tmp_path / "bare", "--bare").open()
    with pytest.raises(GitError, match="bare"):
        staged(bare)
    with pytest.raises(GitError, match="no work tree"):
        list(worktree_files(bare))
    assert indexed_blobs(bare) == {}


def test_untracked_and_ignored(repo: Repo) -> None:
    repo.commit_files({"a": "1", ".gitignore": "*.log\nbuild/\n"})
    repo.write("new")
    repo.write("x.log")
    repo.write("build/one")
    repo.write("build/two")
    (repo.path / "a").unlink()
    found = repo.open()
    assert list(worktree_files(found)) == [b".gitignore", b"a", b"new"]
    assert list(worktree_files(found, include_untracked=False)) == [b".gitignore", b"a"]
    everything = list(worktree_files(found, include_ignored=True))
    assert everything[3:] == [b"build/one", b"build/two", b"x.log"]
    assert count_ignored(found) == 3


def test_untracked_repository_inside(repo: Repo) -> None:
    inner = Repo.init(repo.path / "inner")
    inner.commit(a="1")
    assert list(worktree_files(repo.open())) == [b"inner/"]


def test_head_files_of_a_revision(repo: Repo) -> None:
    first = repo.commit(a="12345")
    repo.commit(a=None, b="1")
    (file,) = head_files(repo.open(), first)
    assert (file.path, file.mode, file.size) == (b"a", "100644", 5)
    assert file.oid == repo.rev(f"{first}:a")
    with pytest.raises(GitError, match="nowhere"):
        list(head_files(repo.open(), "nowhere"))


def test_head_files_with_missing_blob(repo: Repo) -> None:
    repo.commit(a="1", b="2")
    repo.object_file(repo.rev("HEAD:a")).unlink()
    assert [(file.path, file.size) for file in head_files(repo.open())] == [(b"a", -1), (b"b", 1)]


def test_empty_repository(repo: Repo) -> None:
    found = repo.open()
    assert list(head_files(found)) == []
    assert staged(found) == []
    assert list(worktree_files(found)) == []


def test_indexes_of_all_work_trees(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", repo.clock)
    linked.write("only-there")
    linked.git("add", "-A")
    for found in (repo.open(), linked.open()):
        assert indexed_blobs(found)[repo.blob(SECRET)] == b"only-there"
