"""The hook under the real pre-commit, in every way in which it calls."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import tokens
from tests.git.repo import Repo
from tests.project import ROOT, copy_project
from tests.run import Result

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
TOKEN, OTHER = tokens.github(1), tokens.github(2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(autouse=True)
def _isolated_pre_commit(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    for person in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{person}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{person}_EMAIL", "ada@example.org")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """A repository with the hook of the manifest, run by this Python, at every stage."""
    made = Repo.init(tmp_path_factory.mktemp("template"))
    hook = manifest()["leakhunt"] | {
        "entry": f"'{sys.executable}' -m leakhunt hook",
        "args": ["--jobs", "1"],
        "language": "system",
        "verbose": True,
    }
    configure(made, {"repo": "local", "hooks": [hook]})
    made.commit(a="1", b="2")
    stages = [f"--hook-type={stage}" for stage in ("pre-commit", "pre-merge-commit", "pre-push")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRE_COMMIT_HOME", str(home))
        assert pre_commit(made, "install", *stages).code == 0
    return made.path


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Repo:
    """A copy of the template."""
    return Repo(shutil.copytree(template, tmp_path / "repo"), clock=1_700_000_000)


def manifest() -> dict[str, dict[str, object]]:
    return {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}


def configure(repo: Repo, *sources: dict[str, object]) -> None:
    repo.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": list(sources)}))


def pre_commit(repo: Repo, *args: str) -> Result:
    return run(repo.path, sys.executable, "-m", "pre_commit", *args)


def git(repo: Repo, *args: str) -> Result:
    return run(repo.path, "git", *args)


def run(cwd: Path, *command: str) -> Result:
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=300)
    both = done.stdout.decode() + done.stderr.decode()
    assert TOKEN not in both
    assert OTHER not in both
    return Result(done.returncode, both, "")


def add(repo: Repo, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        repo.write(name, content)
    repo.git("add", "-A")


def said(result: Result, code: int, *phrases: str) -> None:
    assert result.code == code, result.out
    for phrase in phrases:
        assert phrase in result.out, result.out


# While committing


def test_a_commit_with_a_secret_is_blocked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    before = repo.rev("HEAD")
    add(repo, {"conf.py": f"\nkey = '{TOKEN}'\n"})
    said(
        git(repo, "commit", "-m", "x"),
        1,
        "conf.py:2:8",
        "SKIP=leakhunt git commit",
        "1 staged file",
    )
    assert repo.rev("HEAD") == before
    monkeypatch.setenv("SKIP", "leakhunt")
    said(git(repo, "commit", "-m", "x"), 0, "Skipped")


def test_a_clean_commit_passes_and_says_how_much_was_scanned(repo: Repo) -> None:
    add(repo, {"a": "12345", "c": "123"})
    said(git(repo, "commit", "-m", "x"), 0, "No findings", "2 staged files (8 B)")


@pytest.mark.parametrize("arguments", [("-a",), ("a",)])
def test_a_commit_of_what_is_not_staged(repo: Repo, arguments: tuple[str, ...]) -> None:
    repo.write("a", TOKEN)
    said(git(repo, "commit", "-m", "x", *arguments), 1, "a:1:1")
    repo.write("a", "clean")
    said(git(repo, "commit", "-m", "x", *arguments), 0, "1 staged file (5 B)")


def test_a_file_of_which_only_a_part_is_staged(repo: Repo) -> None:
    add(repo, {"a": "staged"})
    repo.write("a", f"staged\n{TOKEN}")
    repo.write("untracked", OTHER)
    said(git(repo, "commit", "-m", "x"), 0, "1 staged file (6 B)")
    add(repo, {"a": f"staged\n{TOKEN}"})
    repo.write("a", "gone from the disk")
    said(git(repo, "commit", "-m", "x"), 1, "a:2:1")


def test_a_change_of_mode_or_name_brings_nothing_new(repo: Repo) -> None:
    add(repo, {"a": TOKEN, "b": f"{OTHER}\n" + "padding\n" * 9})
    git(repo, "commit", "--no-verify", "-m", "known")
    (repo.path / "a").chmod(0o755)
    repo.git("mv", "b", "moved")
    repo.git("add", "-A")
    said(git(repo, "commit", "-m", "x"), 0, "1 unchanged", "1 already-committed")


def test_amending(repo: Repo) -> None:
    add(repo, {"a": TOKEN})
    said(git(repo, "commit", "--amend", "-m", "x"), 1, "a:1:1")
    repo.git("reset", "-q", "--hard")
    add(repo, {"a": "other"})
    said(git(repo, "commit", "--amend", "-m", "x"), 0, "1 staged file (5 B)")


def test_a_first_commit(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "fresh")
    add(repo, {"conf.py": TOKEN})
    said(git(repo, "commit", "-m", "x"), 1, "conf.py:1:1", "4 staged files")
    add(repo, {"conf.py": "clean"})
    said(git(repo, "commit", "-m", "x"), 0, "4 staged files")


def test_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked", clock=1_700_000_000)
    add(linked, {"conf.py": TOKEN})
    said(git(linked, "commit", "-m", "x"), 1, "conf.py:1:1", "1 staged file")
    add(linked, {"conf.py": "clean"})
    said(git(linked, "commit", "-m", "x"), 0, "1 staged file (5 B)")
    assert repo.rev("HEAD") != linked.rev("HEAD")


def test_a_rebase_that_stops(repo: Repo) -> None:
    """What is put into a commit while a rebase stands still is looked at as any other."""
    diverge(repo, ours={"a": "ours\n"}, theirs={"a": "theirs\n"})
    repo.git("checkout", "-q", "side")
    assert git(repo, "rebase", "main").code == 1
    add(repo, {"a": f"both\n{TOKEN}\n"})
    said(git(repo, "commit", "-m", "x"), 1, "a:2:1", "1 staged file")
    add(repo, {"a": "both\n"})
    said(git(repo, "commit", "-m", "x"), 0, "1 staged file (5 B)")
    assert git(repo, "-c", "core.editor=true", "rebase", "--continue").code == 0


def test_a_commit_that_is_taken_over_is_looked_at_when_it_is_changed(repo: Repo) -> None:
    diverge(repo, ours={"b": "ours"}, theirs={"theirs": "clean"})
    assert git(repo, "cherry-pick", "--no-commit", "side").code == 0
    add(repo, {"theirs": TOKEN})
    said(git(repo, "commit", "-m", "x"), 1, "theirs:1:1", "1 staged file")
    add(repo, {"theirs": "cleaner"})
    said(git(repo, "commit", "-m", "x"), 0, "1 staged file (7 B)")


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_is_only_intended(repo: Repo, whole: bool) -> None:
    """`git add -N` stages a name and no content."""
    repo.write("later", TOKEN)
    repo.git("add", "-N", "later")
    add_one = ("add", "later") if whole else ("add", "b")
    repo.write("b", "22")
    repo.git(*add_one)
    said(git(repo, "commit", "-m", "x"), 1 if whole else 0, *(["later:1:1"] if whole else []))


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_and_a_module(repo: Repo, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit(a=TOKEN)
    (repo.path / "link").symlink_to(other.path / "a")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "part")
    repo.git("add", "-A")
    said(git(repo, "commit", "-m", "x"), 0)
    add(repo, {"c": OTHER})
    said(git(repo, "commit", "-m", "x"), 1, "c:1:1", "1 finding:")


@pytest.mark.parametrize("name", ["logo.png", "yarn.lock", "program"])
def test_a_commit_of_what_is_not_read_passes_and_says_so(repo: Repo, name: str) -> None:
    add(repo, {name: b"\x89PNG\0\0\r\n" + TOKEN.encode()})
    said(git(repo, "commit", "-m", "x"), 0, "Skipped      1 ")


def test_a_commit_that_only_deletes_passes(repo: Repo) -> None:
    repo.git("rm", "-q", "b")
    said(git(repo, "commit", "-m", "x"), 0, "Nothing was scanned")


def test_odd_names_are_scanned(repo: Repo) -> None:
    names = ["sp ace", "two\nlines", "-q", "--fail-on=critical", "naïve", "--"]
    add(repo, {name: f"{name}\n{TOKEN if at % 2 else OTHER}\n" for at, name in enumerate(names)})
    said(
        git(repo, "commit", "-m", "x"),
        1,
        "6 staged files",
        "two\\nlines:3:1",
        "--fail-on=critical:2:1",
    )


def test_a_merge_without_conflicts(repo: Repo) -> None:
    diverge(repo, ours={"b": "ours"}, theirs={"theirs": TOKEN})
    said(git(repo, "merge", "-m", "merge", "side"), 0, "1 unchanged")


def test_a_merge_with_conflicts(repo: Repo) -> None:
    diverge(repo, ours={"a": "ours\n"}, theirs={"a": "theirs\n", "theirs": TOKEN})
    assert git(repo, "merge", "-m", "merge", "side").code == 1
    add(repo, {"a": f"ours\ntheirs\n{OTHER}\n"})
    said(git(repo, "commit", "-m", "merge"), 1, "a:3:1", "1 finding:")
    add(repo, {"a": "ours\ntheirs\n"})
    said(git(repo, "commit", "-m", "merge"), 0, "No findings")


def diverge(repo: Repo, ours: dict[str, str | bytes], theirs: dict[str, str | bytes]) -> None:
    """Make a branch `side` whose secrets are known, and a commit on main."""
    repo.git("checkout", "-q", "-b", "side")
    add(repo, theirs)
    assert git(repo, "commit", "--no-verify", "-m", "theirs").code == 0
    repo.git("checkout", "-q", "main")
    add(repo, ours)
    assert git(repo, "commit", "--no-verify", "-m", "ours").code == 0


def test_own_exclusions_hold_in_the_hook(repo: Repo) -> None:
    add(repo, {"leakhunt.toml": 'exclude = ["samples"]\n', "samples/a": TOKEN})
    said(git(repo, "commit", "-m", "x"), 0, "1 staged file", "1 excluded")


# On the files as they lie there


def test_all_files(repo: Repo) -> None:
    add(repo, {"old": TOKEN})
    git(repo, "commit", "--no-verify", "-m", "known")
    said(pre_commit(repo, "run", "--all-files"), 1, "old:1:1", "4 files")
    repo.git("rm", "-q", "old")
    said(pre_commit(repo, "run", "--all-files"), 0, "3 files")


def test_named_files_as_they_are_on_disk_and_in_the_index(repo: Repo) -> None:
    repo.write("a", f"not staged\n{TOKEN}")
    said(pre_commit(repo, "run", "--files", "a"), 1, "a:2:1", "1 file ")
    add(repo, {"a": f"staged {TOKEN}"})
    repo.write("a", "gone from the disk")
    said(pre_commit(repo, "run", "--files", "a"), 1, "a:1:8", "1 file ", "1 staged file")
    said(pre_commit(repo, "run", "--files", "b"), 0, "1 file (1 B)")


# On commits


def remove_again(repo: Repo) -> str:
    """Commit a secret and remove it again. Returns the commit before."""
    base = repo.rev("HEAD")
    for content in (f"x\n{TOKEN}", "x\nclean"):
        add(repo, {"a": content})
        assert git(repo, "commit", "--no-verify", "-m", "x").code == 0
    return base


def test_a_range_in_which_a_secret_was_removed_again(repo: Repo) -> None:
    base = remove_again(repo)
    arguments = ("run", "--from-ref", base, "--to-ref")
    said(pre_commit(repo, *arguments, "HEAD"), 1, "a:2:1", "removed in", "2 commits")
    said(pre_commit(repo, "run", "--from-ref", "HEAD~", "--to-ref", "HEAD"), 0, "1 commit")


def test_a_range_whose_ends_are_the_same(repo: Repo) -> None:
    """pre-commit has no file to hand over, and would not call the hook at all."""
    base = come_and_go(repo)
    arguments = ("run", "--from-ref", base, "--to-ref")
    said(pre_commit(repo, *arguments, "HEAD"), 1, "gone.py:1:1", "2 commits")
    repo.commit(a="3")
    said(pre_commit(repo, "run", "--from-ref", "HEAD~", "--to-ref", "HEAD"), 0, "1 commit")


def come_and_go(repo: Repo) -> str:
    """Commit a file with a secret and remove the file again. Returns the commit before."""
    base = repo.rev("HEAD")
    add(repo, {"gone.py": TOKEN})
    assert git(repo, "commit", "--no-verify", "-m", "come").code == 0
    repo.git("rm", "-q", "gone.py")
    assert git(repo, "commit", "--no-verify", "-m", "go").code == 0
    return base


def test_what_was_there_before_the_range_is_not_reported(repo: Repo) -> None:
    add(repo, {"a": TOKEN})
    git(repo, "commit", "--no-verify", "-m", "known")
    add(repo, {"a": f"{TOKEN} edited"})
    git(repo, "commit", "--no-verify", "-m", "edited")
    said(pre_commit(repo, "run", "--from-ref", "HEAD~", "--to-ref", "HEAD"), 0, "before-range")


@pytest.fixture
def remote(repo: Repo, tmp_path: Path) -> Path:
    """A bare repository that has what `repo` has."""
    bare = tmp_path / "remote.git"
    run(tmp_path, "git", "init", "-q", "--bare", "-b", "main", str(bare))
    repo.git("remote", "add", "origin", str(bare))
    repo.git("push", "-q", "--no-verify", "-u", "origin", "main")
    return bare


def tip(bare: Path, branch: str) -> str:
    return run(bare, "git", "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}").out


def test_a_push_is_blocked_although_the_secret_is_gone(repo: Repo, remote: Path) -> None:
    before = tip(remote, "main")
    remove_again(repo)
    said(git(repo, "push", "origin", "main"), 1, "a:2:1", "SKIP=leakhunt git push", "git rebase")
    assert tip(remote, "main") == before


def test_a_push_of_a_file_that_came_and_went_is_blocked(repo: Repo, remote: Path) -> None:
    before = tip(remote, "main")
    come_and_go(repo)
    said(git(repo, "push", "origin", "main"), 1, "gone.py:1:1", "2 commits")
    assert tip(remote, "main") == before


def test_a_push_of_clean_commits_passes(repo: Repo, remote: Path) -> None:
    add(repo, {"a": "clean"})
    git(repo, "commit", "--no-verify", "-m", "x")
    said(git(repo, "push", "origin", "main"), 0, "1 commit")
    assert tip(remote, "main").strip() == repo.rev("HEAD")


def test_a_push_of_a_new_branch(repo: Repo, remote: Path) -> None:
    repo.git("checkout", "-q", "-b", "new")
    remove_again(repo)
    said(git(repo, "push", "origin", "new"), 1, "a:2:1")
    assert tip(remote, "new") == ""


@pytest.mark.usefixtures("remote")
def test_a_push_of_a_branch_that_shares_nothing_with_the_remote(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    assert git(repo, "commit", "--no-verify", "-m", "root").code == 0
    remove_again(repo)
    said(git(repo, "push", "origin", "other"), 1, "a:2:1", "3 commits")


def test_a_first_push_to_an_empty_remote(repo: Repo, tmp_path: Path) -> None:
    run(tmp_path, "git", "init", "-q", "--bare", "empty.git")
    remove_again(repo)
    said(git(repo, "push", str(tmp_path / "empty.git"), "main"), 1, "a:2:1", "3 commits")


@pytest.mark.usefixtures("remote")
def test_a_push_that_deletes_a_branch_passes(repo: Repo) -> None:
    repo.git("push", "-q", "--no-verify", "origin", "main:old")
    assert git(repo, "push", "origin", ":old").code == 0


# Called by hand, as pre-commit would


def hook(repo: Repo, *files: str) -> Result:
    return run(repo.path, sys.executable, "-m", "leakhunt", "hook", "-j", "1", *files)


def test_files_but_nothing_to_scan_is_no_clean_result(repo: Repo) -> None:
    (repo.path / "empty").mkdir()
    said(hook(repo, "empty"), 2, "nothing was scanned")
    said(hook(repo, "nowhere"), 2, "no such file")
    said(hook(repo), 0, "Nothing was scanned")


def test_an_option_of_the_user_stays_one(repo: Repo) -> None:
    add(repo, {"-q": TOKEN})
    said(hook(repo, "-q"), 1, "-q:1:1")
    said(hook(repo, "-q", "-q"), 1, "-q:1:1")
    said(hook(repo, "--", "-q"), 1, "-q:1:1")
    said(hook(repo, "-x"), 2, "-x")


@pytest.mark.parametrize("start", ["0" * 40, "0" * 64])
def test_a_range_from_nowhere_is_everything(
    repo: Repo, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_again(repo)
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", start)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    said(hook(repo, "a"), 1, "a:2:1", "3 commits")


def test_a_range_that_is_not_there_is_no_clean_result(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "1" * 40)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    said(hook(repo, "a"), 2, "1" * 40, "hint:")


# The manifest


def test_the_manifest_is_valid() -> None:
    result = run(ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST))
    said(result, 0)
    assert manifest()["leakhunt"]["language"] == "python"
    for hook in manifest().values():
        assert str(hook["entry"]).startswith("leakhunt hook")
        assert hook["require_serial"] is True


def test_the_hook_installs_from_a_clone(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As users have it: pre-commit clones the project, builds it and runs it."""
    published = Repo.init(tmp_path / "leakhunt")
    copy_project(published.path, ".pre-commit-hooks.yaml")
    revision = published.commit("a release")
    user = Repo.init(tmp_path / "user")
    configure(
        user,
        {"repo": str(published.path), "rev": revision, "hooks": [{"id": "leakhunt"}]},
    )
    add(user, {"a.py": f"key = '{TOKEN}'\n"})
    pre_commit(user, "install")
    # What is installed must stand alone.
    monkeypatch.delenv("PYTHONPATH", raising=False)
    said(git(user, "commit", "-m", "x"), 1, "a.py:1:8", "SKIP=leakhunt git commit")
    add(user, {"a.py": "key = input()\n"})
    said(git(user, "commit", "-m", "x"), 0, "Passed")
    installed = list(home.glob("repo*/py_env*/bin/leakhunt"))
    assert len(installed) == 1
