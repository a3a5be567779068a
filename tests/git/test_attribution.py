from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leakhunt.git.attribution import History, Place, Removed, attribute
from leakhunt.git.changes import Change, Walk, walk
from leakhunt.git.scope import Scope
from tests.git.repo import SECRET, Repo

if TYPE_CHECKING:
    from pathlib import Path

EDITED = b"# a comment\n" * 30 + SECRET
EDITED_AGAIN = b"# a comment\n" * 31 + SECRET


def _history(repo: Repo, *contents: bytes, scope: Scope | None = None) -> History:
    """The history of a secret that blobs with these contents hold."""
    blobs = frozenset(repo.blob(content) for content in contents or (SECRET,))
    with repo.reach(scope) as reachability:
        return attribute(repo.open(), reachability, {"key": blobs}).histories["key"]


def _places(history: History) -> list[tuple[bytes, str | None]]:
    return [(place.path, place.commit) for place in history.places]


def test_who_when_where(repo: Repo) -> None:
    repo.commit(b="1")
    commit = repo.commit(a=SECRET)
    repo.commit(b="2")
    oid = repo.blob(SECRET)
    assert _history(repo) == History(
        places=(
            Place(
                path=b"a",
                commit=commit,
                author="Ada <ada@example.org>",
                date="2020-09-13T16:26:40+02:00",
                blob=oid,
                head_blob=oid,
            ),
        ),
        commits=1,
        blobs=1,
        reachable=True,
        at_head=True,
    )


def test_root_commit(repo: Repo) -> None:
    assert _places(_history(repo)) == []
    commit = repo.commit(a=SECRET)
    assert _places(_history(repo)) == [(b"a", commit)]


def test_unreachable(repo: Repo) -> None:
    repo.commit(a="1")
    assert _history(repo) == History(blobs=1)


def test_no_groups(repo: Repo) -> None:
    repo.commit(a="1")
    with repo.reach() as reachability:
        assert attribute(repo.open(), reachability, {}).histories == {}


def test_removed_in_the_next_commit(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    second = repo.commit(a="clean")
    repo.commit(a="cleaner")
    history = _history(repo)
    assert _places(history) == [(b"a", first)]
    assert history.removed == Removed(second, "Ada <ada@example.org>", "2020-09-13T16:26:40+02:00")
    assert not history.at_head
    assert history.places[0].head_blob is None


def test_versions_of_one_file(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    repo.commit(a=EDITED)
    repo.commit(b="2")
    repo.commit(a=EDITED_AGAIN)
    history = _history(repo, SECRET, EDITED, EDITED_AGAIN)
    assert _places(history) == [(b"a", first)]
    assert (history.commits, history.blobs) == (3, 3)
    assert history.places[0].blob == repo.blob(SECRET)
    assert history.places[0].head_blob == repo.blob(EDITED_AGAIN)


@pytest.mark.parametrize("content", [EDITED, EDITED_AGAIN])
def test_rename_and_rename_with_edit(repo: Repo, content: bytes) -> None:
    first = repo.commit(a=EDITED)
    second = repo.commit(a=None, b=content)
    history = _history(repo, EDITED, content)
    assert _places(history) == [(b"a", first), (b"b", second)]
    assert history.removed is None
    assert [place.head_blob for place in history.places] == [None, repo.blob(content)]


def test_removal_after_a_rename(repo: Repo) -> None:
    repo.commit(a=SECRET)
    repo.commit(a=None, b=SECRET)
    last = repo.commit(b=None)
    removed = _history(repo).removed
    assert removed is not None
    assert removed.commit == last


def test_secret_that_first_lived_in_another_file(repo: Repo) -> None:
    first = repo.commit(a=EDITED)
    repo.commit(a=None)
    repo.commit(c="1")
    again = repo.commit(b=SECRET)
    assert _places(_history(repo, SECRET, EDITED)) == [(b"a", first), (b"b", again)]


def test_copy_that_is_gone_again(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    second = repo.commit_files({"deep/copy": SECRET})
    repo.commit_files({"deep/copy": None})
    assert _places(_history(repo)) == [(b"a", first), (b"deep/copy", second)]


def test_copied_folder(repo: Repo) -> None:
    first = repo.commit_files({"one/a": SECRET})
    second = repo.commit_files({"two/a": SECRET})
    assert _places(_history(repo)) == [(b"one/a", first), (b"two/a", second)]


def test_revert_and_reintroduction(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    repo.commit(a="clean")
    repo.commit(a=SECRET)
    history = _history(repo)
    assert _places(history) == [(b"a", first)]
    assert history.commits == 2
    assert history.removed is None
    last = repo.commit(a="clean")
    removed = _history(repo).removed
    assert removed is not None
    assert removed.commit == last


def _merge(repo: Repo, *branches: str) -> None:
    repo.clock += 3600
    repo.git("merge", "-q", "--no-ff", "--no-commit", *branches)


def test_secret_that_only_a_merge_contains(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(b="2")
    repo.git("checkout", "-q", "main")
    repo.commit(c="3")
    _merge(repo, "side")
    merge = repo.commit(evil=SECRET)
    assert _places(_history(repo)) == [(b"evil", merge)]
    repo.commit(evil=None)


def test_secret_in_the_resolution_of_a_conflict(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(a="2")
    repo.git("checkout", "-q", "main")
    repo.commit(a="3")
    repo.git("merge", "-q", "side", check=False)
    merge = repo.commit(a=SECRET)
    assert _places(_history(repo)) == [(b"a", merge)]


def test_plain_merge_is_not_the_first(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    first = repo.commit(b=SECRET)
    repo.git("checkout", "-q", "main")
    repo.commit(c="3")
    _merge(repo, "side")
    repo.commit()
    history = _history(repo)
    assert _places(history) == [(b"b", first)]
    assert history.commits == 1


@pytest.mark.parametrize("evil", [False, True])
def test_octopus(repo: Repo, evil: bool) -> None:
    repo.commit(a="1")
    firsts = []
    for name in ("x", "y"):
        repo.git("checkout", "-q", "-b", name, "main")
        firsts.append(repo.commit_files({name: SECRET if name == "y" and not evil else name}))
    repo.git("checkout", "-q", "main")
    repo.commit(z="3")
    _merge(repo, "x", "y")
    merge = repo.commit_files({"evil": SECRET} if evil else {})
    assert len(repo.git("rev-list", "--parents", "-1", "HEAD").split()) == 4
    assert _places(_history(repo)) == ([(b"evil", merge)] if evil else [(b"y", firsts[1])])


def test_removal_by_a_merge(repo: Repo) -> None:
    repo.commit(a=SECRET)
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(b="2")
    repo.git("checkout", "-q", "main")
    repo.commit(c="3")
    _merge(repo, "side")
    merge = repo.commit(a=None)
    removed = _history(repo).removed
    assert removed is not None
    assert removed.commit == merge


def test_removal_on_a_branch_that_was_merged(repo: Repo) -> None:
    repo.commit(a=SECRET)
    repo.git("checkout", "-q", "-b", "side")
    removal = repo.commit(a=None)
    repo.git("checkout", "-q", "main")
    repo.commit(c="3")
    _merge(repo, "side")
    repo.commit()
    removed = _history(repo).removed
    assert removed is not None
    assert removed.commit == removal


def test_removal_on_another_branch_is_none(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(b=SECRET)
    repo.commit(b=None)
    repo.git("checkout", "-q", "main")
    history = _history(repo)
    assert history.removed is None
    assert not history.at_head


def test_several_roots(repo: Repo) -> None:
    first = repo.commit(a=SECRET)
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-rfq", ".")
    second = repo.commit(b=SECRET)
    repo.git("merge", "-q", "--allow-unrelated-histories", "-m", "x", "main")
    assert _places(_history(repo)) == [(b"a", first), (b"b", second)]


def test_order_of_parents_beats_dates(repo: Repo) -> None:
    repo.commit(c="1")
    first = repo.commit(a=SECRET)
    repo.clock -= 5_000_000
    second = repo.commit(b=EDITED)
    assert _places(_history(repo, SECRET, EDITED)) == [(b"a", first), (b"b", second)]


def test_shallow_boundary(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=SECRET)
    repo.commit(b="2")
    third = repo.commit(b=SECRET)
    clone = repo.clone(tmp_path / "clone", "--depth=2")
    history = _history(clone)
    assert [(place.path, place.boundary) for place in history.places] == [
        (b"a", True),
        (b"b", False),
    ]
    assert history.places[1].commit == third


def test_submodule_entry_is_ignored(repo: Repo, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit(a="1")
    repo.git("submodule", "add", "-q", other.path.as_uri(), "sub")
    commit = repo.commit(a=SECRET)
    assert _places(_history(repo)) == [(b"a", commit)]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need privileges")
def test_symbolic_link(repo: Repo) -> None:
    (repo.path / "link").symlink_to("hunter2-secret")
    commit = repo.commit()
    assert _places(_history(repo, b"hunter2-secret")) == [(b"link", commit)]


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
def test_odd_paths_are_whole(repo: Repo) -> None:
    names = {b"two\nlines", b"caf\xe9", b":colon", b"\xff\n\t"}
    for name in names:
        repo.write(name)
    repo.commit()
    history = _history(repo)
    assert {place.path for place in history.places} == names
    assert all(place.head_blob for place in history.places)


def test_note(repo: Repo) -> None:
    noted = repo.commit(a="1")
    repo.git("notes", "--ref", "review", "add", "-F", "-", stdin=SECRET)
    history = _history(repo)
    assert _places(history) == [(noted.encode(), repo.rev("refs/notes/review"))]
    assert history.refs == ("refs/notes/review",)
    assert history.places[0].ref == "refs/notes/review"


@pytest.mark.parametrize("staged", [False, True])
def test_stash(repo: Repo, staged: bool) -> None:
    repo.commit(a="1")
    for content in (SECRET, b"other"):
        repo.write("a", content)
        if staged:
            repo.git("add", "a")
        repo.git("stash")
    history = _history(repo)
    stash = repo.rev("stash@{1}")
    assert _places(history) == [(b"a", repo.rev(f"{stash}^2") if staged else stash)]
    assert history.refs == ("stash@{1}",)


def test_untracked_file_in_a_stash(repo: Repo) -> None:
    repo.commit(a="1")
    repo.write("new")
    repo.git("stash", "--include-untracked")
    history = _history(repo)
    assert _places(history) == [(b"new", repo.rev("stash^3"))]
    assert history.refs == ("stash@{0}",)


def test_deleted_branch(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "gone")
    commit = repo.commit(b=SECRET)
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-D", "gone")
    history = _history(repo)
    assert _places(history) == [(b"b", commit)]
    assert history.refs == ()


def test_staged_and_tagged_blobs_have_no_commit(repo: Repo) -> None:
    repo.commit(a="1")
    repo.write("new")
    repo.git("add", "new")
    repo.git("tag", "blob", repo.blob(EDITED))
    history = _history(repo, SECRET, EDITED)
    assert sorted(_places(history)) == [(b"", None), (b"new", None)]
    assert history.reachable
    assert history.commits == 0


def test_one_blob_with_two_secrets(repo: Repo) -> None:
    both = repo.commit(a=SECRET)
    one = repo.commit(b=EDITED)
    groups = {
        "both": frozenset({repo.blob(SECRET), repo.blob(EDITED)}),
        "one": frozenset({repo.blob(SECRET)}),
    }
    with repo.reach() as reachability:
        histories = attribute(repo.open(), reachability, groups).histories
    assert _places(histories["both"]) == [(b"a", both), (b"b", one)]
    assert _places(histories["one"]) == [(b"a", both)]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_range(tmp_path: Path, object_format: str) -> None:
    repo = Repo.init(tmp_path / "r", f"--object-format={object_format}")
    repo.commit(a=SECRET)
    base = repo.rev("HEAD")
    commit = repo.commit(b=EDITED)
    history = _history(repo, SECRET, EDITED, scope=Scope(ranges=(f"{base}..HEAD",)))
    assert _places(history) == [(b"b", commit)]


def test_empty_repository(repo: Repo) -> None:
    assert _history(repo) == History(blobs=1)


def test_same_answer_with_several_jobs(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.git.changes._FEW", 1)
    for number in range(7):
        repo.commit_files({f"f{number}": SECRET if number % 2 else f"{number}"})
    groups = {"key": frozenset({repo.blob(SECRET)})}
    with repo.reach() as reachability:
        found = [attribute(repo.open(), reachability, groups, jobs=jobs) for jobs in (1, 2, 5)]
    assert found[0] == found[1] == found[2]
    assert len(found[0].histories["key"].places) == 3


@pytest.mark.parametrize("how", ["delete", "damage"])
@pytest.mark.parametrize("what", ["HEAD~2^{tree}", "HEAD~2:x", "HEAD~1", "HEAD~4^{tree}"])
def test_damaged_history(repo: Repo, what: str, how: str) -> None:
    commits = [
        repo.commit_files({"a": SECRET if number > 0 else "0", "x/b": f"{number}"})
        for number in range(5)
    ]
    last = repo.commit(z=EDITED)
    file = repo.object_file(repo.rev(what))
    file.chmod(0o644)
    if how == "delete":
        file.unlink()
    else:
        file.write_bytes(b"not zlib")
    groups = {"key": frozenset({repo.blob(SECRET), repo.blob(EDITED)})}
    with repo.reach() as reachability:
        answer = attribute(repo.open(), reachability, groups)
        assert reachability.problems()
    places = {place.path: place for place in answer.histories["key"].places}
    assert places[b"z"].commit == last
    # Of the tree that is gone nobody can say what it held; the rest is right.
    assert places[b"a"].commit in commits[1:]
    assert answer.histories["key"].at_head
    if what != "HEAD~1":
        assert answer.problems


@pytest.mark.parametrize("how", ["delete", "damage"])
@pytest.mark.parametrize("what", ["side", "side~1", "merge", "main~1"])
def test_only_what_is_damaged_is_skipped(repo: Repo, what: str, how: str) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(b="2")
    repo.commit(b="3")
    repo.git("checkout", "-q", "main")
    repo.commit(c="4")
    _merge(repo, "side")
    repo.commit(evil="5")
    repo.git("branch", "merge")
    for number in range(6):
        repo.commit_files({f"later{number}": SECRET if number % 2 else f"{number}"})
    with repo.reach() as reachability:
        commits = list(reachability.commit_ids())
    blobs = [repo.blob(content) for content in (SECRET, "1", "2", "3", "4", "5")]
    whole = walk(repo.open(), commits, blobs)
    tree = repo.rev(f"{what}^{{tree}}")
    file = repo.object_file(tree)
    file.chmod(0o644)
    if how == "delete":
        file.unlink()
    else:
        file.write_bytes(b"not zlib")
    listing = repo.git("rev-list", "--parents", "--all").splitlines()
    touched = {line.split()[0] for line in listing if repo.rev(what) in line.split()}
    damaged = walk(repo.open(), commits, blobs)
    assert damaged.skipped == len(touched)
    assert whole.skipped == 0

    def others(found: Walk) -> list[Change]:
        return [change for change in found.changes if change.commit not in touched]

    assert others(damaged) == others(whole)


def test_partial_clone(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit_files({"x/a": SECRET})
    repo.commit_files({"x/a": EDITED})
    repo.git("config", "uploadpack.allowFilter", "true")
    for name in ("blob:none", "tree:0"):
        clone = repo.clone(tmp_path / name.replace(":", "-"), f"--filter={name}")
        history = _history(clone, SECRET, EDITED)
        assert history.at_head
        assert (_places(history) == [(b"x/a", first)]) == (name == "blob:none")
