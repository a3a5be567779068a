from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leakhunt.errors import GitError
from leakhunt.git.reachability import Reached
from leakhunt.git.scope import Scope
from tests.git.repo import SECRET, Repo

if TYPE_CHECKING:
    from pathlib import Path


def _reaches(repo: Repo, oid: str, scope: Scope | None = None) -> bool:
    with repo.reach(scope) as reachability:
        return oid in reachability.find([oid])


def test_first_commit_and_path_of_every_object(repo: Repo) -> None:
    first = repo.commit_files({"one": SECRET})
    second = repo.commit_files({"two": SECRET, "three": "3"})
    with repo.reach() as reachability:
        assert reachability.complete
        assert reachability.commits == 2
        assert reachability.missing == frozenset()
        assert reachability.problems() == ()
        assert list(reachability.commit_ids()) == [first.encode(), second.encode()]
        assert list(reachability.commit_ids(since=second)) == [second.encode()]
        secret, other = repo.blob(SECRET), repo.blob("3")
        assert reachability.find([secret, other, "0" * 40]) == {
            secret: Reached(b"one", first),
            other: Reached(b"three", second),
        }
        listed = list(reachability.objects())
        assert sorted(listed) == sorted(set(listed))
        assert len(listed) == 6


def test_empty_repository(repo: Repo) -> None:
    with repo.reach() as reachability:
        assert reachability.complete
        assert reachability.commits == 0
        assert reachability.find(["0" * 40]) == {}


def test_unreachable(repo: Repo) -> None:
    repo.commit(a="1")
    assert not _reaches(repo, repo.blob(SECRET))


def test_deleted_branch_in_the_reflog(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "gone")
    repo.commit(b=SECRET)
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-D", "gone")
    assert _reaches(repo, repo.blob(SECRET))
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert not _reaches(repo, repo.blob(SECRET))


def test_stashes(repo: Repo) -> None:
    repo.commit(a="1")
    for content in (SECRET, "other"):
        repo.write("a", content)
        repo.git("stash")
    assert _reaches(repo, repo.blob(SECRET))


def test_notes(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("notes", "add", "-F", "-", stdin=SECRET)
    assert _reaches(repo, repo.blob(SECRET))


def test_detached_heads_of_linked_work_trees_and_their_indexes(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", repo.clock)
    linked.commit(b=SECRET)
    for folder in (repo, linked):
        folder.git("reflog", "expire", "--expire=now", "--all")
    assert _reaches(repo, repo.blob(SECRET))
    linked.write("c", "staged only")
    linked.git("add", "c")
    with repo.reach() as reachability:
        oid = repo.blob("staged only")
        assert reachability.find([oid]) == {oid: Reached(b"c", None)}
        assert oid in list(reachability.objects())


def test_blob_and_tree_that_only_a_tag_names(repo: Repo) -> None:
    only = repo.blob("tagged")
    repo.git("tag", "blob", only)
    inside = repo.blob("in a tagged tree")
    repo.git("tag", "tree", repo.git("mktree", stdin=f"100644 blob {inside}\tfile\n".encode()))
    first = repo.commit(a="1")
    committed = repo.rev("HEAD:a")
    with repo.reach() as reachability:
        assert reachability.find([only, inside, committed]) == {
            only: Reached(b"", None),
            inside: Reached(b"file", None),
            committed: Reached(b"a", first),
        }


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_ranges(tmp_path: Path, object_format: str) -> None:
    repo = Repo.init(tmp_path / "r", f"--object-format={object_format}")
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(b="side")
    repo.git("checkout", "-q", "main")
    repo.commit(c="main")
    blobs = {name: repo.blob(name) for name in ("1", "side", "main")}

    def reached(*ranges: str) -> set[str]:
        with repo.reach(Scope(ranges=ranges)) as reachability:
            found = reachability.find(list(blobs.values()))
            assert set(reachability.objects()) >= found.keys()
        return {name for name, oid in blobs.items() if oid in found}

    assert reached("main..side") == {"side"}
    assert reached("side..main") == {"main"}
    assert reached("side...main") == {"side", "main"}
    assert reached("side..") == {"main"}
    assert reached("side") == {"1", "side"}
    assert reached("main~1..side", "main~1..main") == {"side", "main"}
    assert reached("main..main") == set()


def test_branches(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "feature/x")
    repo.commit(b=SECRET)
    repo.git("checkout", "-q", "main")
    repo.commit(c="main")
    secret = repo.blob(SECRET)
    assert _reaches(repo, secret, Scope(branches=("feature/x",)))
    assert not _reaches(repo, secret, Scope(branches=("main",)))
    assert _reaches(repo, secret, Scope(branches=("main", "feature/x")))
    assert _reaches(repo, secret, Scope(branches=("refs/heads/feature/x",)))
    clone = repo.clone(tmp_path / "clone")
    assert _reaches(clone, secret, Scope(branches=("feature/x",)))
    assert _reaches(clone, secret, Scope(branches=("origin/feature/x",)))


def test_same_branch_on_two_remotes(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("branch", "x")
    clone = repo.clone(tmp_path / "clone")
    clone.git("update-ref", "refs/remotes/other/x", clone.commit(a="2"))
    with pytest.raises(GitError, match="several remotes"):
        clone.reach(Scope(branches=("x",)))


def test_since(repo: Repo) -> None:
    repo.commit(a="old")
    repo.clock += 100 * 86400
    repo.commit(a="new")
    scope = Scope(since="2020-10-01")
    assert not _reaches(repo, repo.blob("old"), scope)
    assert _reaches(repo, repo.blob("new"), scope)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(ranges=("nowhere..HEAD",)),
        Scope(ranges=("0123456789012345678901234567890123456789..HEAD",)),
        Scope(ranges=("HEAD:a..HEAD",)),
        Scope(ranges=("--all",)),
        Scope(ranges=("",)),
        Scope(branches=("nowhere",)),
        Scope(branches=("--all",)),
        Scope(since="gibberish"),
    ],
)
def test_wrong_scopes(repo: Repo, scope: Scope) -> None:
    repo.commit(a="1")
    with pytest.raises(GitError) as caught:
        repo.reach(scope)
    assert caught.value.hint


def test_shallow_clone_says_so(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(a=SECRET)
    repo.commit(a="2")
    clone = repo.clone(tmp_path / "clone", "--depth=1")
    with clone.reach() as reachability:
        assert reachability.complete
        assert reachability.commits == 1
        (problem,) = reachability.problems()
        assert (problem.kind, problem.gap) == ("shallow", False)
    with pytest.raises(GitError) as caught:
        clone.reach(Scope(ranges=(f"{base}..HEAD",)))
    assert "shallow" in caught.value.hint


def test_partial_clone_reports_what_was_never_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=SECRET)
    repo.commit(a="2")
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.clone(tmp_path / "clone", "--filter=blob:none")
    with clone.reach() as reachability:
        assert reachability.missing == {repo.blob(SECRET)}
        assert repo.blob("2") in reachability.find([repo.blob("2")])
        (problem,) = reachability.problems()
    assert problem.kind == "missing-objects"
    assert problem.gap
    assert "partial clone" in problem.message


def test_treeless_clone(repo: Repo, tmp_path: Path) -> None:
    repo.commit_files({"x/a": SECRET})
    repo.commit_files({"x/a": "2"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.clone(tmp_path / "clone", "--filter=tree:0")
    with clone.reach() as reachability:
        assert reachability.commits == 2
        assert repo.rev("HEAD~1^{tree}") in reachability.missing
        assert repo.blob("2") in reachability.find([repo.blob("2")])


@pytest.mark.parametrize("what", ["HEAD~1:a", "HEAD~1^{tree}", "HEAD~2^{tree}", "HEAD~1:x"])
def test_missing_blob_or_tree(repo: Repo, what: str) -> None:
    repo.commit_files({"a": "1", "x/b": "1"})
    repo.commit_files({"a": "2", "x/b": "2"})
    last = repo.commit_files({"a": SECRET, "x/b": "3"})
    gone = repo.rev(what)
    repo.object_file(gone).unlink()
    with repo.reach() as reachability:
        assert reachability.complete
        assert reachability.missing == {gone}
        assert reachability.commits == 3
        secret = repo.blob(SECRET)
        assert reachability.find([secret]) == {secret: Reached(b"a", last)}
        (problem,) = reachability.problems()
        assert problem.message.startswith("1 object is missing")
        assert problem.gap


@pytest.mark.parametrize("what", ["main", "main~1", "main~2", "side", "main^{tree}", "main~1:x"])
@pytest.mark.parametrize("how", ["delete", "damage"])
def test_damaged_history_is_read_as_far_as_possible(repo: Repo, what: str, how: str) -> None:
    firsts = {}
    for number in range(4):
        content = f"content {number}"
        commit = repo.commit_files({"a": content, "x/b": f"{number}"})
        firsts[repo.blob(content)] = Reached(b"a", commit)
    repo.git("checkout", "-q", "-b", "side", "HEAD~2")
    repo.commit(c=SECRET)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "-m", "merge", "side")
    gone = repo.rev(what)
    file = repo.object_file(gone)
    file.chmod(0o644)
    if how == "delete":
        file.unlink()
    else:
        file.write_bytes(b"not zlib")
    whole = how == "delete" and ("^{tree}" in what or ":" in what)
    with repo.reach() as reachability:
        assert reachability.complete == whole
        problems = reachability.problems()
        assert any(problem.kind == "missing-objects" and problem.gap for problem in problems)
        # Every commit that can be read is there, parents before children.
        commits = [oid.decode() for oid in reachability.commit_ids()]
        assert len(commits) == len(set(commits)) == 6 - (":" not in what and "^" not in what)
        found = reachability.find(list(firsts))
        for oid, place in found.items():
            assert gone == firsts[oid].commit or place == firsts[oid]


@pytest.mark.skipif(os.name == "nt", reason="git holds packs open")
def test_truncated_pack(repo: Repo) -> None:
    for number in range(30):
        repo.commit(a=os.urandom(2000).hex() + str(number))
    packed = repo.rev("HEAD:a")
    repo.git("repack", "-adq")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    last = repo.commit(b=SECRET)
    pack.chmod(0o644)
    with pack.open("r+b") as file:
        file.truncate(pack.stat().st_size // 2)
    with repo.reach() as reachability:
        assert not reachability.complete
        assert packed in reachability.missing
        assert all(problem.gap for problem in reachability.problems())
        assert reachability.find([last]).keys() == {last}


def test_broken_ref_is_a_problem(repo: Repo) -> None:
    repo.commit(a="1")
    (repo.path / ".git/refs/heads/broken").write_text("garbage\n")
    with repo.reach() as reachability:
        assert not reachability.complete
        assert "broken" in reachability.problems()[0].message
        assert reachability.commits == 1


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
def test_odd_paths(repo: Repo) -> None:
    repo.write(b"caf\xe9", "latin")
    repo.write(b"two\nlines", "newline")
    commit = repo.commit()
    with repo.reach() as reachability:
        latin, newline = repo.blob("latin"), repo.blob("newline")
        found = reachability.find([latin, newline])
    assert found[latin] == Reached(b"caf\xe9", commit)
    assert found[newline] == Reached(b"two", commit)


def test_alternates(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=SECRET)
    repo.git("clone", "-q", "--shared", str(repo.path), str(tmp_path / "shared"))
    shared = Repo(tmp_path / "shared", repo.clock)
    shared.commit(b="2")
    assert _reaches(shared, repo.blob(SECRET))


def test_closing_early_stops_git(repo: Repo) -> None:
    repo.commit(a="1")
    reachability = repo.reach()
    reachability.close()
    reachability.close()
