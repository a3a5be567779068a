"""`leakhunt history` on real repositories: above all what other scanners miss."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import tokens
from tests.repo import Repo
from tests.run import Result, leakhunt, process, report

TOKEN = tokens.github(1)
OTHER = tokens.github(2)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "r")
    made.commit("README", "hello\n", "first")
    return made


def history(repo: Repo | Path, *args: str) -> Result:
    path = repo.path if isinstance(repo, Repo) else repo
    return report("history", ".", *args, cwd=path)


def only(result: Result) -> dict[str, Any]:
    """The one finding, and it is our token."""
    (finding,) = result.json["findings"]
    assert finding["signature"] == "github-pat"
    return dict(finding)


def first(result: Result) -> dict[str, Any]:
    return dict(only(result)["locations"][0])


def test_first_commit_author_date_path_and_line(repo: Repo) -> None:
    commit = repo.commit("a/b.txt", f"one\n  {TOKEN}\n")
    repo.commit("other", "x")
    place = first(history(repo))
    assert place["commit"] == commit
    assert place["author"] == "Ada <ada@example.org>"
    assert place["date"].startswith("2020-09-13T")
    assert place["date"].endswith("+02:00")
    assert (place["path"], place["line"], place["column"]) == ("a/b.txt", 2, 3)
    assert place["at_head"] is True


def test_removed_in_the_next_commit(repo: Repo) -> None:
    repo.commit("a", TOKEN)
    removed = repo.commit("a", "clean")
    finding = only(history(repo))
    assert finding["locations"][0]["at_head"] is False
    assert finding["properties"]["removed_commit"] == removed


def test_only_in_a_merge_commit(repo: Repo) -> None:
    repo.git("checkout", "-qb", "side")
    repo.commit("side", "s\n")
    repo.git("checkout", "-q", "main")
    repo.commit("main", "m\n")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.write("evil", TOKEN)
    repo.git("add", "-A")
    repo.git("commit", "-qm", "merge")
    assert first(history(repo))["commit"] == repo.head


def test_rename_and_edit_in_one_commit(repo: Repo) -> None:
    repo.commit("old", "line\n" * 50)
    repo.git("mv", "old", "new")
    commit = repo.commit("new", "line\n" * 50 + TOKEN)
    place = first(history(repo))
    assert (place["commit"], place["path"], place["line"]) == (commit, "new", 51)


def test_a_rename_is_not_the_first_commit(repo: Repo) -> None:
    commit = repo.commit("old", TOKEN)
    repo.git("mv", "old", "new")
    repo.git("commit", "-qm", "rename")
    places = only(history(repo))["locations"]
    assert (places[0]["commit"], places[0]["path"]) == (commit, "old")
    assert [p["path"] for p in places if p["at_head"]] == ["new"]


@pytest.mark.parametrize("attribute", ["-diff", "binary", "-text", "diff=secret", "export-ignore"])
def test_gitattributes_hide_nothing(repo: Repo, attribute: str) -> None:
    repo.commit(".gitattributes", f"*.env {attribute}\n")
    repo.commit("prod.env", f"T={TOKEN}\n")
    assert first(history(repo))["path"] == "prod.env"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_files(repo: Repo, encoding: str) -> None:
    repo.commit("a.ps1", f"x\r\n{TOKEN}\r\n".encode(encoding))
    finding = only(history(repo))
    assert finding["decoded"]
    assert finding["locations"][0]["line"] == 2


def test_a_commit_message(repo: Repo) -> None:
    commit = repo.commit("a", "a", f"subject\n\nuse {TOKEN} for now")
    place = first(history(repo))
    assert (place["commit"], place["field"], place["line"]) == (commit, "message", 3)
    assert "path" not in place


def test_an_author_name(repo: Repo) -> None:
    repo.git("-c", f"user.name={TOKEN}", "commit", "--allow-empty", "-qm", "x",
             "--author", f"{TOKEN} <a@b>")  # fmt: skip
    assert first(history(repo))["field"] == "identity"


def test_an_annotated_tag(repo: Repo) -> None:
    repo.git("tag", "-a", "v1", "-m", f"release\n{TOKEN}")
    place = first(history(repo))
    assert (place["ref"], place["field"]) == ("refs/tags/v1", "message")


def test_a_tagged_blob(repo: Repo) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", input=TOKEN.encode())
    repo.git("tag", "blob", oid)
    assert only(history(repo))


def test_a_note(repo: Repo) -> None:
    repo.git("notes", "add", "-m", TOKEN)
    place = first(history(repo))
    assert place["ref"] == "refs/notes/commits"
    assert place["path"] == repo.head


def test_a_stash(repo: Repo) -> None:
    repo.write("README", TOKEN)
    repo.git("stash")
    assert first(history(repo))["ref"] == "stash@{0}"


def test_an_older_stash_with_untracked_files(repo: Repo) -> None:
    repo.write("untracked", TOKEN)
    repo.git("stash", "-u")
    repo.write("README", "newer stash")
    repo.git("stash")
    assert first(history(repo))["ref"] == "stash@{1}"


def test_a_deleted_branch(repo: Repo) -> None:
    repo.git("checkout", "-qb", "gone")
    commit = repo.commit("a", TOKEN)
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-qD", "gone")
    assert first(history(repo))["commit"] == commit


def test_unreachable_objects_are_reported_when_asked_for(repo: Repo) -> None:
    repo.git("hash-object", "-w", "--stdin", input=TOKEN.encode())
    result = history(repo)
    assert (result.code, result.json["findings"]) == (0, [])
    (hidden,) = result.json["suppressed"]
    assert hidden["suppression"]["kind"] == "unreachable"
    assert only(history(repo, "--unreachable"))
    assert "--unreachable" in leakhunt("history", cwd=repo.path).out


def test_a_branch_deleted_in_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.git("checkout", "-qb", "gone")
    repo.commit("a", TOKEN)
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = tmp_path / "bare"
    repo.git("-C", str(bare), "update-ref", "-d", "refs/heads/gone")
    repo.git("-C", str(bare), "symbolic-ref", "HEAD", "refs/heads/main")
    assert history(bare).code == 0
    assert only(history(bare, "--unreachable"))


def test_two_secrets_on_one_line(repo: Repo) -> None:
    repo.commit("a", f"{TOKEN} {OTHER}\n")
    assert len(history(repo).json["findings"]) == 2


def test_one_secret_in_many_commits_is_one_finding(repo: Repo) -> None:
    head = repo.head
    stream = [
        f"commit refs/heads/many\ncommitter A <a@b> {1600000000 + n} +0000\ndata 1\nx\n"
        + (f"from {head}\n" if n == 0 else "")
        + f"M 644 inline f\ndata <<E\n{TOKEN}\nversion {n}\nE\n"
        for n in range(1000)
    ]
    repo.git("fast-import", "--quiet", input="\n".join(stream).encode())
    finding = only(history(repo))
    assert finding["properties"]["blobs"] == 1000
    assert finding["properties"]["commits"] == 1000
    assert len(finding["locations"]) <= 2


def test_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit("a", TOKEN)
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert first(history(tmp_path / "bare.git"))["commit"] == commit


def test_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.commit("a", TOKEN)
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert only(history(tmp_path / "tree"))


def test_a_submodule_is_a_repository_of_its_own(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit("a", TOKEN)
    repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
    repo.git("commit", "-qm", "sub")
    assert history(repo).code == 0
    assert only(history(repo.path / "sub"))


def test_submodules_are_said_not_to_be_scanned(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit("a.py", f"key = '{TOKEN}'")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "sub")
    repo.git("commit", "-qm", "a part")
    result = history(repo)
    assert (result.code, result.json["findings"]) == (0, [])
    (problem,) = result.json["problems"]
    assert (problem["kind"], problem["gap"]) == ("submodules", False)
    assert "1 submodule is" in problem["message"]


def test_a_shallow_clone_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.commit("a", TOKEN)
    repo.commit("a", "clean")
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(tmp_path / "s"))
    result = history(tmp_path / "s")
    assert result.json["problems"][0]["kind"] == "shallow"
    assert result.code == 0
    assert "shallow" in leakhunt("history", cwd=tmp_path / "s").out


def test_a_partial_clone_scans_the_rest_and_reports_the_gap(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit("big", "x" * 50_000)
    repo.commit("big", "gone")
    repo.commit("a", TOKEN)
    clone = tmp_path / "p"
    repo.git("clone", "-q", "--filter=blob:limit=10k", f"file://{repo.path}", str(clone))
    result = history(clone)
    assert result.code == 2
    assert [p["kind"] for p in result.json["problems"]] == ["missing-objects"]
    assert only(result)
    assert history(clone, "--allow-gaps").code == 1


@pytest.mark.parametrize("what", ["HEAD:b", "HEAD^{tree}", "HEAD~1^{tree}", "HEAD~1"])
def test_missing_objects_are_a_gap_and_the_rest_is_scanned(repo: Repo, what: str) -> None:
    repo.commit("a", TOKEN)
    repo.commit("b", "b")
    oid = repo.git("rev-parse", what)
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    result = history(repo)
    assert result.code == 2
    assert "missing-objects" in {p["kind"] for p in result.json["problems"]}
    assert result.ids == ["github-pat"]


@pytest.mark.parametrize("damage", ["cut", "garbage"])
def test_a_damaged_pack_is_a_gap_and_the_rest_is_scanned(repo: Repo, damage: str) -> None:
    repo.commit("a", TOKEN)
    for number in range(30):
        repo.commit(f"f{number}", os.urandom(3000).hex())
    repo.git("repack", "-adq")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    repo.commit("c", OTHER)
    repo.git("repack", "-dq")
    pack.chmod(0o644)
    content = pack.read_bytes()
    middle = len(content) * 2 // 3
    if damage == "cut":
        pack.write_bytes(content[:middle])
    else:
        pack.write_bytes(content[:middle] + bytes(400) + content[middle + 400 :])
    result = history(repo)
    assert result.code == 2
    assert result.json["problems"]
    assert "github-pat" in result.ids


def test_sha256(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r", "--object-format=sha256")
    commit = repo.commit("a", TOKEN)
    assert len(commit) == 64
    assert first(history(repo))["commit"] == commit


def test_an_empty_repository_is_not_clean(tmp_path: Path) -> None:
    result = history(Repo(tmp_path / "r"))
    assert result.code == 2
    assert "nothing was scanned" in result.json["problems"][0]["message"]


def test_alternates(repo: Repo, tmp_path: Path) -> None:
    repo.commit("a", TOKEN)
    repo.git("clone", "-q", "--shared", ".", str(tmp_path / "s"))
    assert only(history(tmp_path / "s"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_another_user(repo: Repo) -> None:
    repo.commit("a", TOKEN)
    for folder, names, files in os.walk(repo.path):
        for name in [*names, *files, "."]:
            os.chown(Path(folder, name), 65534, 65534)
    assert only(history(repo))


@pytest.mark.parametrize(
    "name", [b"new\nline", b"caf\xe9", b"tab\there", b'quo"te', b"-dash", "日本".encode(), b"a b"]
)
def test_odd_names(repo: Repo, name: bytes) -> None:
    repo.commit(name, TOKEN)
    place = first(history(repo))
    assert place["path"] == os.fsdecode(name).encode("utf-8", "backslashreplace").decode() or (
        "\\x" in place["path"]
    )


def test_loose_and_packed_and_many_packs(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"f{number}", tokens.github(10 + number))
        repo.git("repack", "-dq")
    repo.commit("loose", tokens.github(20))
    assert len(history(repo).json["findings"]) == 4


def test_excluded_paths_are_suppressed_and_counted(repo: Repo) -> None:
    repo.commit("node_modules/x/index.js", TOKEN)
    result = history(repo)
    assert (result.code, result.json["findings"]) == (0, [])
    assert result.json["suppressed"][0]["suppression"]["kind"] == "excluded-path"
    assert only(history(repo, "--no-default-excludes"))
    repo.commit("src/index.js", TOKEN)
    assert only(history(repo))


def test_a_range_reports_what_its_commits_add(repo: Repo) -> None:
    repo.commit("old", f"{OTHER}\n")
    base = repo.head
    repo.commit("old", f"edited\n{OTHER}\n")
    repo.git("mv", "old", "moved")
    repo.commit("new", TOKEN)
    repo.commit("new", "removed again")
    result = history(repo, "--range", f"{base}..HEAD")
    assert first(result)["path"] == "new"
    (before,) = result.json["suppressed"]
    assert before["suppression"]["kind"] == "before-range"


def test_a_range_sees_messages_and_merges(repo: Repo) -> None:
    base = repo.head
    repo.git("checkout", "-qb", "side")
    repo.commit("s", "s", f"message with {TOKEN}")
    repo.git("checkout", "-q", "main")
    repo.commit("m", "m")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.write("evil", OTHER)
    repo.git("add", "-A")
    repo.git("commit", "-qm", "merge")
    assert len(history(repo, "--range", f"{base}..HEAD").json["findings"]) == 2
    assert history(repo, "--range", "HEAD..HEAD").code == 0


def test_branch_and_since(repo: Repo) -> None:
    repo.git("checkout", "-qb", "side")
    repo.commit("s", TOKEN)
    repo.git("checkout", "-q", "main")
    repo.commit("m", OTHER)
    assert first(history(repo, "--branch", "side"))["path"] == "s"
    assert len(history(repo, "--branch", "side", "--branch", "main").json["findings"]) == 2
    assert history(repo, "--since", "2030-01-01").code == 0
    assert len(history(repo, "--since", "2020-01-01").json["findings"]) == 2


@pytest.mark.parametrize(
    "args", [("--range", "no..such"), ("--branch", "nowhere"), ("--since", "gibberish")]
)
def test_what_does_not_exist_is_an_error(repo: Repo, args: tuple[str, str]) -> None:
    result = leakhunt("history", *args, cwd=repo.path)
    assert result.code == 2
    assert args[1].split("..")[0] in result.err


def test_no_repository_is_an_error(tmp_path: Path) -> None:
    result = leakhunt("history", cwd=tmp_path)
    assert result.code == 2
    assert "not inside a git repository" in result.err


def test_a_shared_first_commit_for_paired_parts(repo: Repo) -> None:
    repo.commit("c", f"id={tokens.aws_id(3)}\n" + "x\n" * 500 + f"secret={tokens.aws_secret(3)}\n")
    (finding,) = history(repo).json["findings"]
    assert finding["signature"] == "aws-access-token"


def test_nothing_is_written_into_the_repository(repo: Repo) -> None:
    repo.commit("a", TOKEN)

    def listing() -> list[tuple[str, int, int]]:
        return sorted(
            (str(p), p.lstat().st_mtime_ns, p.lstat().st_size) for p in repo.path.rglob("*")
        )

    before = listing()
    history(repo)
    report("audit", cwd=repo.path)
    assert listing() == before


def test_jobs_change_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.git.objects.BATCH_OBJECTS", 7)
    for number in range(40):
        repo.commit(f"f{number % 5}", f"{tokens.github(number % 11)}\n{number}\n")
    results = [
        leakhunt("history", "-f", "json", "-j", jobs, cwd=repo.path).json for jobs in ("1", "3")
    ]
    for result in results:
        result.pop("seconds", None)
        result["scanned"].pop("seconds", None)
    assert results[0] == results[1]
    assert len(results[0]["findings"]) == 11


def test_a_large_blob_is_streamed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.sources.objects.LARGE", 100_000)
    repo.commit("big", "filler line\n" * 50_000 + TOKEN + "\nmore\n" * 50_000)
    assert first(history(repo))["line"] == 50_001


def test_without_git_there_is_one_clear_sentence(repo: Repo, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    result = process("history", cwd=repo.path, PATH=str(empty))
    assert result.code == 2
    assert "git is not installed" in result.err
    assert "Traceback" not in result.err
    shutil.rmtree(empty)


def test_a_word_is_decided_for_each_path(repo: Repo) -> None:
    settings = "db:\n  host: db.internal\n  user: shop\n  pass" + "word: secret\n"
    repo.commit("config/database.yml", settings)
    repo.commit("names.py", "WORDS = {'pass', 'secret', 'auth'}\nfield(password, 'secret')\n")
    (finding,) = history(repo, "--reveal").json["findings"]
    assert finding["secret"] == "secret"
    assert {place["path"] for place in finding["locations"]} == {"config/database.yml"}
