"""`leakhunt staged` on real indexes, alone and as a hook of git's own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import tokens
from tests.git.repo import Repo
from tests.run import Result, leakhunt, report

TOKEN, OTHER = tokens.github(1), tokens.github(2)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "repo")
    made.git("config", "user.name", "Ada")
    made.git("config", "user.email", "ada@example.org")
    return made


def stage(repo: Repo, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        repo.write(name, content)
    repo.git("add", "-A")


def staged(repo: Repo, *args: str) -> Result:
    return report("staged", *args, cwd=repo.path)


def places(result: Result) -> list[tuple[str, int, int]]:
    return [
        (place["path"], place["line"], place["column"])
        for finding in result.json["findings"]
        for place in finding["locations"]
    ]


def suppressed(result: Result) -> list[str]:
    return [finding["suppression"]["kind"] for finding in result.json["suppressed"]]


def test_a_staged_secret_is_found_at_its_line(repo: Repo) -> None:
    repo.commit(a="1")
    text = f'# héllo\nkey = "é", "{TOKEN}"\n'
    stage(repo, {"conf/app.py": text})
    result = staged(repo)
    assert result.code == 1
    assert places(result) == [("conf/app.py", 2, 13)]
    assert result.json["scanned"] == {"staged": 1, "bytes": len(text.encode())}
    assert TOKEN not in result.out


def test_the_index_counts_and_not_the_work_tree(repo: Repo) -> None:
    repo.commit(a="1", b="2")
    stage(repo, {"a": f"\n\n{TOKEN}"})
    repo.write("a", "gone from the disk")
    repo.write("b", f"not staged {OTHER}")
    repo.write("untracked", OTHER)
    assert places(staged(repo)) == [("a", 3, 1)]
    (repo.path / "a").unlink()
    assert places(staged(repo)) == [("a", 3, 1)]


def test_the_first_commit(repo: Repo) -> None:
    stage(repo, {"a": TOKEN})
    assert places(staged(repo)) == [("a", 1, 1)]


def test_from_a_folder_inside(repo: Repo) -> None:
    stage(repo, {"deep/down/a": TOKEN, "b": OTHER})
    assert len(places(report("staged", cwd=repo.path / "deep"))) == 2
    assert len(places(report("staged", "repo/deep/down", cwd=repo.path.parent))) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda repo: (repo.path / "a").unlink(),
        lambda repo: (repo.path / "a").chmod(0o755),
        lambda repo: repo.git("mv", "a", "b"),
        lambda repo: repo.write("a", "clean"),
        lambda _: None,
    ],
    ids=["deletion", "mode", "rename", "removal of the secret", "nothing"],
)
def test_what_brings_no_secret_passes(repo: Repo, change: object) -> None:
    repo.commit(a=f"{TOKEN}\n" + "padding\n" * 20)
    change(repo)  # type: ignore[operator]
    repo.git("add", "-A")
    result = staged(repo)
    assert (result.code, result.ids) == (0, [])
    assert result.json["problems"] == []


def test_a_merge_asks_only_about_what_neither_side_has(repo: Repo) -> None:
    repo.commit(a="base\n")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(theirs=TOKEN, a=f"side\n{TOKEN}\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a="main\n")
    repo.git("merge", "--no-commit", "side", check=False)
    stage(repo, {"a": f"main\nside\n{TOKEN}\n", "theirs": TOKEN})
    result = staged(repo)
    assert (result.code, suppressed(result)) == (0, ["already-committed"])
    stage(repo, {"evil": f"only in the merge: {OTHER}\n"})
    assert places(staged(repo)) == [("evil", 1, 20)]


def test_rename_and_edit_finds_only_what_is_new(repo: Repo) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    repo.commit(old=f"{TOKEN}\n{text}")
    repo.git("mv", "old", "new")
    stage(repo, {"new": f"{TOKEN}\n{text}{OTHER}\n"})
    result = staged(repo)
    assert places(result) == [("new", 32, 1)]
    assert suppressed(result) == ["already-committed"]


def test_a_second_secret_in_a_file_that_holds_one(repo: Repo) -> None:
    repo.commit(a=f"{TOKEN}\n")
    stage(repo, {"a": f"moved down\n{TOKEN}\n{OTHER}\n"})
    result = staged(repo)
    assert places(result) == [("a", 3, 1)]
    assert suppressed(result) == ["already-committed"]
    stage(repo, {"a": f"moved down\n{TOKEN}\n"})
    assert (staged(repo).code, staged(repo).ids) == (0, [])


def test_a_known_secret_in_another_file_is_new(repo: Repo) -> None:
    repo.commit(a=TOKEN)
    stage(repo, {"a": f"changed {TOKEN}", "copy": TOKEN})
    assert places(staged(repo)) == [("copy", 1, 1)]


def test_what_is_staged_and_on_disk_is_one_place(repo: Repo) -> None:
    stage(repo, {"a": TOKEN})
    assert places(report("hook", "a", cwd=repo.path)) == [("a", 1, 1)]
    repo.write("a", f"\n{TOKEN}")
    assert places(report("hook", "a", cwd=repo.path)) == [("a", 1, 1), ("a", 2, 1)]


def test_intended_additions_are_not_staged(repo: Repo) -> None:
    repo.commit(a="1")
    repo.write("later", TOKEN)
    repo.git("add", "--intent-to-add", "later")
    result = staged(repo)
    assert (result.code, result.ids) == (0, [])


def test_a_new_submodule_commit_is_not_scanned(repo: Repo, tmp_path: Path) -> None:
    inner = Repo.init(tmp_path / "inner")
    inner.commit(a="1")
    repo.git("submodule", "add", "-q", inner.path.as_uri(), "sub")
    repo.commit()
    sub = Repo(repo.path / "sub")
    sub.commit(a=TOKEN)
    repo.git("add", "sub")
    result = staged(repo)
    assert (result.code, result.json["problems"]) == (0, [])
    assert places(staged(Repo(repo.path))) == []


def test_inside_a_submodule(repo: Repo, tmp_path: Path) -> None:
    inner = Repo.init(tmp_path / "inner")
    inner.commit(a="1")
    repo.git("submodule", "add", "-q", inner.path.as_uri(), "sub")
    sub = Repo(repo.path / "sub")
    sub.write("new", TOKEN)
    sub.git("add", "new")
    assert places(staged(sub)) == [("new", 1, 1)]


def test_a_linked_worktree_has_its_own_index(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    stage(linked, {"new": TOKEN})
    assert places(staged(linked)) == [("new", 1, 1)]
    assert staged(repo).ids == []


def test_a_symbolic_link_is_its_target(repo: Repo) -> None:
    (repo.path / "link").symlink_to(f"https://x:{TOKEN}@github.com")
    repo.git("add", "link")
    assert places(staged(repo)) == [("link", 1, 11)]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("yarn.lock", "lockfiles"), ("a/node_modules/x.js", "dependencies"), ("x.png", "media")],
)
def test_exclusions_are_counted(repo: Repo, path: str, reason: str) -> None:
    stage(repo, {path: TOKEN})
    result = staged(repo)
    assert (result.code, result.json["scanned"]) == (0, {"skipped": {reason: 1}})
    assert len(places(staged(repo, "--no-default-excludes"))) == 1
    assert "Nothing was scanned" in leakhunt("staged", cwd=repo.path).out


def test_a_binary_file_is_counted(repo: Repo) -> None:
    stage(repo, {"program": b"\x7fELF\0\0\1" + TOKEN.encode()})
    result = staged(repo)
    assert (result.code, result.json["scanned"]["skipped"]) == (0, {"binary": 1})
    assert len(places(staged(repo, "--binary"))) == 1


@pytest.mark.parametrize(
    "name",
    ["sp ace", "two\nlines", "tab\t", 'quo"te', "naïve ✓", "-dash", "*", ":(top)x", b"\xff\xe9"],
)
def test_odd_names(repo: Repo, name: str | bytes) -> None:
    path = os.fsdecode(name)
    repo.write(path, TOKEN)
    repo.git("add", "-A")
    result = staged(repo)
    assert result.code == 1
    assert len(places(result)) == 1
    if isinstance(name, str):
        assert places(result) == [(path, 1, 1)]
    shown = leakhunt("staged", cwd=repo.path)
    assert shown.code == 1
    assert "\t" not in shown.out


@pytest.mark.parametrize("attribute", ["-diff", "binary", "-text", "diff=trap", "filter=lfs"])
def test_attributes_hide_nothing(repo: Repo, attribute: str) -> None:
    repo.write(".gitattributes", f"* {attribute}\n")
    repo.write("a", TOKEN)
    repo.git("-c", "filter.lfs.clean=cat", "add", "-A")
    assert places(staged(repo)) == [("a", 1, 1)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings(repo: Repo, encoding: str) -> None:
    text = f"first line\nkey = {TOKEN}\n"
    stage(repo, {"a.txt": text.encode(encoding)})
    assert places(staged(repo)) == [("a.txt", 2, 7)]
    repo.commit()
    stage(repo, {"a.txt": f"{text}more\n".encode(encoding)})
    result = staged(repo)
    assert (result.ids, suppressed(result)) == ([], ["already-committed"])


def test_an_archive_is_opened(repo: Repo) -> None:
    with zipfile.ZipFile(repo.path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deploy/.env", f"TOKEN={TOKEN}\n")
    repo.git("add", "a.zip")
    assert staged(repo).ids == ["github-pat"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs names of any bytes")
@pytest.mark.parametrize("name", [b"a\nb.py", b"\xff.py", b"-rf", b"a\tb"])
def test_names_of_any_bytes(repo: Repo, name: bytes) -> None:
    Path(os.fsdecode(bytes(repo.path) + b"/" + name)).write_text(TOKEN)
    repo.git("add", "-A")
    assert staged(repo).ids == ["github-pat"]


def test_nothing_is_written_into_git(repo: Repo) -> None:
    repo.commit(a="1", b="2")
    stage(repo, {"a": TOKEN})
    repo.write("b", "2")  # the same content, newer: git would like to refresh its index
    before = listing(repo.path / ".git")
    assert staged(repo).code == 1
    assert report("hook", "a", "b", cwd=repo.path).code == 1
    assert listing(repo.path / ".git") == before


def listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")
    )


def test_a_staged_blob_that_is_missing_is_no_clean_result(repo: Repo) -> None:
    stage(repo, {"a": "x"})
    repo.object_file(repo.blob("x")).unlink()
    result = staged(repo)
    assert result.code == 2
    assert result.json["problems"][0]["kind"] == "missing-objects"


def test_there_is_no_index_to_scan(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    bare = repo.clone(tmp_path / "bare", "--bare")
    for folder in (bare.path, tmp_path):
        result = leakhunt("staged", cwd=folder)
        assert result.code == 2
        assert "hint:" in result.err


def test_who_is_blocked_learns_how_to_go_on(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(repo, {"a": TOKEN})
    plain = leakhunt("staged", cwd=repo.path).out
    assert "git commit --no-verify" in plain
    assert "leakhunt.toml" in plain
    assert len(plain.splitlines()) < 20
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert "SKIP=leakhunt git commit" in leakhunt("hook", "a", cwd=repo.path).out
    stage(repo, {"a": "clean"})
    assert "Next" not in leakhunt("staged", cwd=repo.path).out


# As a hook of git's own


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    """A repository with one commit whose hooks call leakhunt."""
    repo.commit(a="1", b="2")
    for name in ("pre-commit", "pre-merge-commit"):
        install(repo, name)
    return repo


def install(repo: Repo, name: str) -> None:
    hook = repo.path / ".git/hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leakhunt staged -j 1\n')
    hook.chmod(0o755)


def git(repo: Repo, *args: str, cwd: Path | None = None) -> Result:
    done = subprocess.run(
        ["git", *args], cwd=cwd or repo.path, capture_output=True, check=False, timeout=60
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def blocked(result: Result, place: str) -> bool:
    said = result.out + result.err
    return result.code == 1 and place in said and TOKEN not in said


@pytest.mark.parametrize("arguments", [("-a",), ("a",), ("--only", "--", "a"), ("-i", "a")])
def test_git_commits_what_is_not_staged(hooked: Repo, arguments: tuple[str, ...]) -> None:
    hooked.write("a", f"\n{TOKEN}")
    assert blocked(git(hooked, "commit", "-m", "x", *arguments), "a:2:1")
    hooked.write("a", "clean")
    passed = git(hooked, "commit", "-m", "x", *arguments)
    assert passed.code == 0
    assert "Scanned      1 staged file (5 B)" in passed.out + passed.err


def test_git_commits_a_file_and_leaves_the_staged_secret(hooked: Repo) -> None:
    stage(hooked, {"b": TOKEN})
    hooked.write("a", "clean")
    assert git(hooked, "commit", "-m", "x", "a").code == 0
    assert blocked(git(hooked, "commit", "-m", "x"), "b:1:1")


def test_git_commits_from_a_folder_and_a_linked_worktree(hooked: Repo, tmp_path: Path) -> None:
    stage(hooked, {"deep/c": TOKEN})
    inside = git(hooked, "commit", "-m", "x", cwd=hooked.path / "deep")
    assert blocked(inside, "deep/c:1:1")
    hooked.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    linked.write("a", TOKEN)
    assert blocked(git(linked, "commit", "-am", "x"), "a:1:1")
    linked.write("a", "clean")
    assert git(linked, "commit", "-am", "x").code == 0


def test_git_amends(hooked: Repo) -> None:
    stage(hooked, {"a": TOKEN})
    assert blocked(git(hooked, "commit", "--amend", "-m", "x"), "a:1:1")
    assert git(hooked, "commit", "--no-verify", "-m", "accepted").code == 0
    assert git(hooked, "commit", "--amend", "-m", "another message").code == 0


def test_git_merges(hooked: Repo) -> None:
    hooked.git("checkout", "-q", "-b", "side")
    stage(hooked, {"theirs": TOKEN})
    assert git(hooked, "commit", "--no-verify", "-m", "known").code == 0
    hooked.git("checkout", "-q", "main")
    stage(hooked, {"b": "ours"})
    assert git(hooked, "commit", "-m", "ours").code == 0
    merged = git(hooked, "merge", "-m", "merge", "side")
    assert merged.code == 0, merged
    assert "unchanged" in merged.out + merged.err
