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

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")


def _booby_trapped(repo: Repo) -> Path:
    """Let everything that git can be told to run leave a mark. Returns the mark."""
    mark = repo.path.parent / "mark"
    trap = repo.path.parent / "trap"
    trap.write_text(f'#!/bin/sh\necho ran "$0" "$@" >> \'{mark}\'\nexit 0\n')
    trap.chmod(0o755)
    hooks = repo.path.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit", "fsmonitor-watchman"):
        (hooks / name).symlink_to(trap)
        installed = repo.path / ".git/hooks" / name
        installed.parent.mkdir(exist_ok=True)
        installed.symlink_to(trap)
    settings = {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.pager": str(trap),
        "core.editor": str(trap),
        "core.sshCommand": str(trap),
        "core.askPass": str(trap),
        "core.gitProxy": str(trap),
        "core.alternateRefsCommand": str(trap),
        "credential.helper": str(trap),
        "diff.external": str(trap),
        "diff.trap.command": str(trap),
        "diff.trap.textconv": str(trap),
        "filter.trap.clean": str(trap),
        "filter.trap.smudge": str(trap),
        "filter.trap.process": str(trap),
        "merge.trap.driver": str(trap),
        "gpg.program": str(trap),
        "log.showSignature": "true",
        "pager.log": str(trap),
        "pager.diff": str(trap),
        "pager.rev-list": str(trap),
        "interactive.diffFilter": str(trap),
        "uploadpack.packObjectsHook": str(trap),
        "alias.rev-list": f"!{trap}",
        "alias.ls-files": f"!{trap}",
        "alias.cat-file": f"!{trap}",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ssh://example.invalid/x",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(trap),
        "remote.helped.url": "x",
        "remote.helped.vcs": "trap",
        "remote.helped.promisor": "true",
        "remote.ext.url": f"ext::{trap}",
        "remote.ext.promisor": "true",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
    }
    for key, value in settings.items():
        repo.git("config", key, value)
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/attributes").write_text("* diff=trap filter=trap merge=trap\n")
    return mark


def test_nothing_in_a_repository_runs(repo: Repo) -> None:
    repo.write(".gitattributes", "* diff=trap filter=trap merge=trap\n")
    repo.commit(a=SECRET, b="x")
    base = repo.rev("HEAD")
    repo.commit(a=None, c=SECRET)
    missing = repo.commit(d="to be deleted")
    lost = repo.rev("HEAD:d")
    repo.write("b", "changed, so that filters would run")
    mark = _booby_trapped(repo)
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
