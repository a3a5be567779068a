"""A repository whose configuration wants to run programs: none of them may run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leakhunt.git.attribution import attribute
from leakhunt.git.index import count_ignored, head_files, staged, worktree_files
from leakhunt.git.introduced import introduced
from leakhunt.git.reachability import Reachability
from leakhunt.git.refs import references, stashes
from leakhunt.git.repository import Repository
from tests.git.repo import SECRET, Repo
from tests.git.traps import booby_trapped

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")


def test_nothing_in_a_repository_runs(repo: Repo) -> None:
    repo.write(".gitattributes", "* diff=trap filter=trap merge=trap\n")
    repo.commit(a=SECRET, b="x")
    base = repo.rev("HEAD")
    repo.commit(a=None, c=SECRET)
    missing = repo.commit(d="to be deleted")
    lost = repo.rev("HEAD:d")
    repo.write("b", "changed, so that filters would run")
    mark = booby_trapped(repo)
    repo.object_file(lost).unlink()
    blob = repo.rev(f"{base}:a")
    mark.unlink(missing_ok=True)

    found = repo.open()
    assert found.partial
    list(head_files(found))
    list(worktree_files(found, include_ignored=True))
    count_ignored(found)
    staged(found)
    references(found)
    stashes(found)
    with Reachability.start(found) as reachability:
        assert lost in reachability.missing
        groups = {"key": frozenset({blob})}
        history = attribute(found, reachability, groups).histories["key"]
        assert history.places[0].commit == base
        introduced(found, reachability, {"key": frozenset({blob, lost})})
    found.run("log", "-p", "--ext-diff", "--textconv", "--all", ok=(0, 128))
    found.run("cat-file", "--batch", input=lost.encode())
    assert missing
    assert not mark.exists(), mark.read_text()


def test_nothing_is_written_inside_git(repo: Repo) -> None:
    repo.commit(a=SECRET, b="x")
    repo.write("a", SECRET)  # the same content, newer: git would refresh its index
    repo.git("config", "core.untrackedCache", "true")
    repo.git("config", "gc.auto", "1")
    before = _listing(repo.path / ".git")
    found = repo.open()
    staged(found)
    list(worktree_files(found))
    with Reachability.start(found) as reachability:
        attribute(found, reachability, {"key": frozenset({repo.rev("HEAD:a")})})
    assert _listing(repo.path / ".git") == before


def test_replaced_objects_and_grafts_are_not_believed(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    second = repo.commit(a="clean")
    empty = repo.git(
        "commit-tree", "-m", "x", repo.git("hash-object", "-w", "-t", "tree", os.devnull)
    )
    repo.git("replace", first, empty)
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{second}\n")
    with repo.reach() as reachability:
        groups = {"key": frozenset({repo.blob(SECRET)})}
        history = attribute(repo.open(), reachability, groups).histories["key"]
    assert [place.commit for place in history.places] == [first]


def test_an_alias_or_option_like_name_is_no_command(repo: Repo, tmp_path: Path) -> None:
    odd = Repo.init(tmp_path / "--upload-pack=touch mark")
    odd.commit(a="x")
    assert [file.path for file in head_files(Repository.open(odd.path))] == [b"a"]


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")
    )
