from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.git.introduced import Candidate, introduced
from leakhunt.git.scope import Scope
from tests.git.repo import SECRET, Repo

if TYPE_CHECKING:
    from pathlib import Path

PADDING = b"# a comment\n" * 30


def _candidates(repo: Repo, base: str, *contents: bytes) -> tuple[Candidate, ...]:
    blobs = frozenset(repo.blob(content) for content in contents)
    with repo.reach(Scope(ranges=(f"{base}..HEAD",))) as reachability:
        return introduced(repo.open(), reachability, {"key": blobs})["key"]


def test_new_file(repo: Repo) -> None:
    base = repo.commit(a="1")
    commit = repo.commit(b=SECRET)
    blob = repo.blob(SECRET)
    assert _candidates(repo, base, SECRET) == (Candidate(commit, b"b", blob, frozenset()),)


def test_edit_names_the_version_before(repo: Repo) -> None:
    base = repo.commit(a="1")
    commit = repo.commit(a=SECRET)
    before = frozenset({repo.blob("1")})
    assert _candidates(repo, base, SECRET) == (Candidate(commit, b"a", repo.blob(SECRET), before),)


def test_later_edits_of_a_known_secret_are_no_candidates(repo: Repo) -> None:
    base = repo.commit(a="1")
    commit = repo.commit(a=SECRET)
    repo.commit(a=SECRET + b"more\n")
    found = _candidates(repo, base, SECRET, SECRET + b"more\n")
    assert [candidate.commit for candidate in found] == [commit]


def test_old_secret_in_an_edited_file(repo: Repo) -> None:
    base = repo.commit(a=SECRET)
    repo.commit(a=SECRET + b"more\n")
    # The scan of a range does not read the old version, so it does not know.
    (candidate,) = _candidates(repo, base, SECRET + b"more\n")
    assert candidate.before == {repo.blob(SECRET)}


def test_rename_with_edit_names_the_old_path(repo: Repo) -> None:
    base = repo.commit(a=PADDING + SECRET)
    repo.commit(a=None, b=PADDING + b"more\n" + SECRET)
    (candidate,) = _candidates(repo, base, PADDING + b"more\n" + SECRET)
    assert candidate.path == b"b"
    assert candidate.before == {repo.blob(PADDING + SECRET)}


def test_plain_rename(repo: Repo) -> None:
    base = repo.commit(a=SECRET)
    repo.commit(a=None, b=SECRET)
    for candidate in _candidates(repo, base, SECRET):
        assert candidate.before == {repo.blob(SECRET)}


def test_merge_from_outside_the_range(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit(b="2")
    repo.git("checkout", "-q", "main")
    base = repo.commit(a=SECRET)
    repo.git("checkout", "-q", "feature")
    repo.git("merge", "-q", "-m", "catch up", "main")
    assert _candidates(repo, base, SECRET) == ()


def test_merge_that_resolves_keeps_both_versions(repo: Repo) -> None:
    repo.commit(a="1")
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit(a="2")
    repo.git("checkout", "-q", "main")
    base = repo.commit(a=b"3" + SECRET)
    repo.git("checkout", "-q", "feature")
    repo.git("merge", "main", check=False)
    merge = repo.commit(a=b"resolved" + SECRET)
    (candidate,) = _candidates(repo, base, b"resolved" + SECRET)
    assert candidate.commit == merge
    assert candidate.before == {repo.blob("2"), repo.blob(b"3" + SECRET)}


def test_reintroduction_in_the_range(repo: Repo) -> None:
    repo.commit(a=SECRET)
    base = repo.commit(a="clean")
    commit = repo.commit(a=SECRET)
    (candidate,) = _candidates(repo, base, SECRET)
    assert (candidate.commit, candidate.before) == (commit, {repo.blob("clean")})


def test_blob_to_compare_is_missing(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1", gone=PADDING)
    base = repo.rev("HEAD")
    repo.commit(gone=None, b=PADDING + SECRET)
    repo.object_file(repo.rev(f"{base}:gone")).unlink(missing_ok=True)
    repo.object_file(repo.rev(f"{base}:a")).unlink()
    (candidate,) = _candidates(repo, base, PADDING + SECRET)
    assert candidate.path == b"b"
