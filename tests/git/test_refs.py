from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leakhunt.git.people import Authored, Tagged, describe_commits, describe_tags
from leakhunt.git.refs import head, references, stashes
from tests.git.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_empty_repository(repo: Repo) -> None:
    found = repo.open()
    assert head(found) is None
    assert references(found) == ()
    assert stashes(found) == ()


def test_all_kinds(repo: Repo) -> None:
    first = repo.commit(a="1")
    repo.git("tag", "light")
    repo.git("tag", "-a", "-m", "x", "heavy")
    repo.git("tag", "tree", "HEAD^{tree}")
    repo.git("tag", "blob", "HEAD:a")
    repo.git("notes", "add", "-m", "note")
    found = repo.open()
    by_name = {ref.name: ref for ref in references(found)}
    assert list(by_name) == sorted(by_name)
    assert {name: ref.kind for name, ref in by_name.items()} == {
        "refs/heads/main": "commit",
        "refs/notes/commits": "commit",
        "refs/tags/blob": "blob",
        "refs/tags/heavy": "tag",
        "refs/tags/light": "commit",
        "refs/tags/tree": "tree",
    }
    assert by_name["refs/tags/heavy"].peeled == first != by_name["refs/tags/heavy"].oid
    assert by_name["refs/tags/light"].peeled == by_name["refs/tags/light"].oid == first
    assert [ref.name for ref in references(found, "refs/notes/")] == ["refs/notes/commits"]
    assert [ref.is_notes for ref in references(found, "refs/notes/", "refs/heads")] == [False, True]
    assert head(found) == first


def test_ref_to_a_missing_object(repo: Repo) -> None:
    repo.commit(a="1")
    gone = repo.commit(a="2")
    repo.git("branch", "gone")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.object_file(gone).unlink()
    kinds = {ref.name: ref.kind for ref in references(repo.open())}
    assert kinds == {"refs/heads/gone": "missing", "refs/heads/main": "commit"}


def test_stashes_newest_first(repo: Repo) -> None:
    repo.commit(a="1")
    for content in ("2", "3"):
        repo.write("a", content)
        repo.git("stash")
    first, second = stashes(repo.open())
    assert (first.name, second.name) == ("stash@{0}", "stash@{1}")
    assert repo.git("show", f"{first.oid}:a") == "3"
    assert repo.git("show", f"{second.oid}:a") == "2"


def test_packed_refs_and_linked_work_tree(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit(a="1")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", repo.clock)
    second = linked.commit(a="2")
    repo.git("pack-refs", "--all")
    assert head(repo.open()) == first
    assert head(linked.open()) == second
    assert [ref.name for ref in references(linked.open())] == ["refs/heads/main"]


def test_people(repo: Repo) -> None:
    commit = repo.commit(a="1")
    repo.git("tag", "-a", "-m", "x", "v1")
    tag = repo.rev("v1")
    repo.git("tag", "-a", "-m", "x", "gone")
    gone = repo.rev("gone")
    repo.git("tag", "-d", "gone")
    found = repo.open()
    assert describe_commits(found, [commit, "0" * 40]) == {
        commit: Authored("Ada <ada@example.org>", "2020-09-13T15:26:40+02:00")
    }
    by = ("Bob <bob@example.org>", "2020-09-13T13:26:40+00:00")
    assert describe_tags(found, [tag, gone]) == {
        tag: Tagged(*by, "refs/tags/v1"),
        gone: Tagged(*by, None),
    }
    assert describe_commits(found, []) == {}


@pytest.mark.parametrize(
    ("author", "encoding", "expected"),
    [
        ("Ä <a@b> 1600000000 -0330".encode(), b"", ("Ä <a@b>", "2020-09-13T08:56:40-03:30")),
        (b"\xc4 <a@b> 0 +0000", b"", ("Ä <a@b>", "1970-01-01T00:00:00+00:00")),
        (b"\xa4 <a@b> 0 +0000", b"iso-8859-15", ("€ <a@b>", "1970-01-01T00:00:00+00:00")),
        (b"\xc4 <a@b> 0 +0000", b"no-such-one", ("Ä <a@b>", "1970-01-01T00:00:00+00:00")),
        (b"<a@b> 0 +051800", b"", ("<a@b>", "1970-01-01T00:00:00+00:00")),
        (b"A <a@b> 99999999999999 +0000", b"", ("A <a@b>", "")),
        (b"A <a@b>", b"", ("", "")),
    ],
)
def test_strange_authors(
    repo: Repo, author: bytes, encoding: bytes, expected: tuple[str, str]
) -> None:
    tree = repo.git("hash-object", "-w", "-t", "tree", "/dev/null")
    raw = b"tree " + tree.encode() + b"\nauthor " + author + b"\ncommitter " + author + b"\n"
    raw += (b"encoding " + encoding + b"\n" if encoding else b"") + b"\nauthor no 1 +0000\n"
    oid = repo.git("hash-object", "--literally", "-w", "-t", "commit", "--stdin", stdin=raw)
    assert describe_commits(repo.open(), [oid]) == {oid: Authored(*expected)}
