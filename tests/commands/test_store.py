"""`--store`: the same report, and only what is new is scanned; where nothing is, nothing."""

from __future__ import annotations

import base64
import gzip
import os
import random
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.engine import concluding
from leakhunt.engine.containers import inside
from leakhunt.engine.scan import Engine, Scan
from leakhunt.fingerprint import fingerprint
from leakhunt.git.objects import read_objects
from leakhunt.model import Blob, Problem, Report, Secret
from leakhunt.pipeline import run
from leakhunt.sources.packs import packed_objects
from tests import tokens
from tests.repo import Repo
from tests.run import Result, leakhunt, process, report

TOKEN = tokens.github(1)
WORD = "Tr4vel-quartz"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "of-the-user/store.sqlite"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A secret among clean, binary and annotated objects, in one pack."""
    made = Repo(tmp_path / "r")
    text = [f"line {number} of a text\n" for number in range(60)]
    for number in range(6):
        text[number * 9] = f"changed {number}\n"
        made.commit("text", "".join(text), f"change {number}")
    made.commit("leak.py", f"key = '{TOKEN}'\n", "leak")
    made.commit("picture", b"\0\1\2" * 50, "binary")
    made.git("tag", "-a", "v1", "-m", "a release")
    made.git("gc", "-q")
    return made


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of what the engine looks at, from here on: one by one, and not many at once."""
    seen: list[str] = []
    monkeypatch.setattr("leakhunt.git.packs.bulk.usable", lambda: False)

    def noting(inner: Any) -> Any:
        def scan(self: Engine, what: Any, *args: Any, **more: Any) -> Scan | None:
            seen.append((what if isinstance(what, Blob) else what.blob()).id)
            return inner(self, what, *args, **more)

        return scan

    for name in ("scan", "scan_version"):
        monkeypatch.setattr(Engine, name, noting(getattr(Engine, name)))
    return seen


def plain(result: Result) -> dict[str, Any]:
    """A report without what is said about the store itself."""
    document = result.json
    kept = [p for p in document["problems"] if p["kind"] != "store"]
    document["counts"]["problems"] -= len(document["problems"]) - len(kept)
    document["problems"] = kept
    return document


def notices(result: Result) -> list[str]:
    return [p["message"] for p in result.json["problems"] if p["kind"] == "store"]


def scan(repo: Repo | Path, *args: str) -> Result:
    path = repo if isinstance(repo, Path) else repo.path
    return report("history", "--store", "--show-suppressed", *args, cwd=path)


def without(repo: Repo, *args: str) -> Result:
    return report("history", "--show-suppressed", *args, cwd=repo.path)


def agree(repo: Repo, *args: str) -> Result:
    """Scan with the store and without: the same report and exit code."""
    with_store, other = scan(repo, *args), without(repo, *args)
    assert with_store.code == other.code
    assert plain(with_store) == plain(other)
    return with_store


def differ(repo: Repo) -> None:
    """Change something, so that what came of the scan before does not count any more."""
    (repo.path / ".git/changed").write_text(f"{repo.clock}")


def again(repo: Repo, scanned: list[str], *args: str) -> set[str]:
    """Scan with the store, compare, and return what had to be scanned for it."""
    differ(repo)
    scanned.clear()
    scan(repo, *args)
    needed = set(scanned)
    agree(repo, *args)
    return needed


def leak(repo: Repo) -> str:
    return repo.rev("HEAD:leak.py")


# --- What is scanned


def test_nothing_is_scanned_again(repo: Repo, scanned: list[str]) -> None:
    first = agree(repo)
    assert first.code == 1
    assert first.json["scanned"]["skipped"] == {"binary": 1}
    assert again(repo, scanned) == set()
    assert not notices(scan(repo))


def test_where_nothing_has_changed_packs_are_not_even_opened(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = agree(repo)
    opened: list[object] = []

    def opening(*args: Any) -> Any:
        opened.append(args)
        return packed_objects(*args)

    monkeypatch.setattr("leakhunt.sources.history.packed_objects", opening)
    assert plain(scan(repo)) == plain(wanted)
    assert opened == []
    differ(repo)
    assert plain(scan(repo)) == plain(wanted)
    assert len(opened) == 1


def test_by_default_nothing_is_kept(repo: Repo, store: Path) -> None:
    without(repo)
    report("history", "--no-store", cwd=repo.path)
    assert not store.parent.exists()


def test_a_clean_pack_is_not_even_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("rm", "-q", "leak.py")
    clean = Repo(repo.path.parent / "clean")
    clean.commit("a", "nothing\n")
    clean.git("gc", "-q")
    assert agree(clean).code == 0
    monkeypatch.setattr("leakhunt.sources.remembered.Pack", None)
    differ(clean)
    assert scan(clean).code == 0


def test_of_many_versions_with_a_secret_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path / "many")
    lines = [f"line {number} of many\n" for number in range(60)]
    for number in range(8):
        lines[number * 7] = f"changed {number}\n"
        repo.commit("app.yml", "".join(lines) + "db_password: Zx9-quartz\n")
    repo.git("gc", "-q")
    agree(repo)
    differ(repo)
    read: list[str] = []

    def reading(repo: Any, objects: Any) -> Any:
        read.extend(info.oid for info in objects)
        return read_objects(repo, objects)

    monkeypatch.setattr("leakhunt.sources.traced.read_objects", reading)
    agree(repo)
    assert len(read) == 1
    # The one that is read may go away: then the others are.
    shutil.rmtree(repo.path / ".git/logs")
    repo.git("checkout", "-q", "--orphan", "alone", f"{repo.head}~3")
    repo.git("commit", "-qm", "anew")
    repo.git("branch", "-D", "main")
    repo.git("gc", "-q", "--prune=now")
    agree(repo)


def test_files_that_decide_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path / "words")
    repo.commit("config/database.yml", "production:\n  password: summer\n  user: app\n")
    repo.commit("app.py", "label = 'password'\npassword = 'word'\nlogin('bob', password)\n")
    repo.commit("table.csv", "user,password\nbob,quartz-77\n")
    repo.git("gc", "-q")
    wanted = agree(repo)
    repo.commit("more", "nothing\n")

    def asked(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was read again")

    with monkeypatch.context() as patch:
        patch.setattr("leakhunt.engine.by_name.ByName.decided", asked)
        found = scan(repo)
    assert found.ids == wanted.ids
    agree(repo)


def test_what_is_around_a_secret_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is verified depends on it: the host beside a password, the account beside a key."""
    repo = Repo(tmp_path / "around")
    for number, name in enumerate(["a/settings.py", "b/database.yml", "c/deploy.sh", "d/app.ini"]):
        repo.commit(name, f"host = 'db{number}'\npassword = 'Tr4vel-quartz'\nport = {number}\n")
    repo.commit("e/wide.py", "db_password = 'Tr4vel-lamp-9'\n".encode("utf-16"))
    for number in range(3):
        repo.commit("f/users.csv", "user,password\n" + "x,\n" * number + "bob,Tr4vel-stone-7\n")
    repo.git("gc", "-q")
    seen: list[list[tuple[bytes, bytes | None]]] = []

    def running(*args: Any, **more: Any) -> Report:
        found = run(*args, **more)
        seen.append(
            [
                (one.secret.reveal(), one.around and one.around.reveal())
                for one in found.findings
                if one.secret is not None
            ]
        )
        return found

    monkeypatch.setattr("leakhunt.pipeline.run", running)
    without(repo)
    scan(repo)
    scan(repo)
    differ(repo)
    scan(repo)
    assert [around for _, around in seen[0] if around]
    assert seen == [seen[0]] * 4


def test_what_was_not_looked_through_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HEAD's tables are scanned once more, with their names: what goes wrong there is told."""
    repo = Repo(tmp_path / "slow")
    repo.commit("users.csv", "user,password\nbob,Tr4vel-stone-7\n")
    repo.git("gc", "-q")
    wanted = without(repo)
    inner = Engine.scan

    def late(self: Engine, blob: Blob, source: Any) -> Scan:
        done = inner(self, blob, source)
        return done._replace(problems=[Problem("timeout", blob.path, "took too long")])

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "scan", late)
        found = scan(repo)
    assert found.code == 2
    assert [one["kind"] for one in found.json["problems"]] == ["timeout"]
    again = scan(repo)
    assert again.code == wanted.code
    assert not again.json["problems"]
    assert again.ids == wanted.ids


@pytest.fixture
def hidden(tmp_path: Path) -> Repo:
    """Secrets that do not stand in a blob as they are, or not alone."""
    repo = Repo(tmp_path / "hidden")
    encoded = base64.b64encode(tokens.github(2).encode()).decode()
    repo.commit("encoded", f"blob = '{encoded}'\n")
    repo.commit("packed.gz", gzip.compress(f"key = '{tokens.github(3)}'\n".encode(), mtime=0))
    pair = f"AWS_ACCESS_KEY_ID={tokens.aws_id(1)}\nAWS_SECRET_ACCESS_KEY={tokens.aws_secret(1)}\n"
    repo.commit("env", pair, f"use {tokens.github(4)}")
    repo.commit("said", f"password: {WORD}\n", f"set it\n\npassword = '{WORD}'\n")
    both = "".join(f"key{n} = '{tokens.github(n)}'\n" for n in (8, 9))
    repo.commit("both.gz", gzip.compress(both.encode(), mtime=0))
    repo.commit("empty.gz", gzip.compress(b"nothing in it\n" * 9, mtime=0))
    repo.commit("settings.yml", "db_password: Zx9-quartz\n" * 2)
    repo.commit("wide", f"key = '{tokens.github(5)}'\n".encode("utf-16"))
    repo.git("gc", "-q")
    return repo


def test_an_archive_that_is_cut_off_is_told_again(
    hidden: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden.commit("half.gz", gzip.compress(random.Random(1).randbytes(900), mtime=0)[:500])
    hidden.git("gc", "-q")
    wanted = agree(hidden)
    assert wanted.code == 2
    assert [one["kind"] for one in wanted.json["problems"]] == ["unreadable"]
    monkeypatch.setattr("leakhunt.sources.history.packed_objects", None)
    assert plain(scan(hidden)) == plain(wanted)


def test_what_is_hidden_is_told_again(hidden: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = agree(hidden)
    assert len(wanted.ids) >= 6
    with monkeypatch.context() as patch:
        patch.setattr("leakhunt.sources.history.packed_objects", None)
        assert plain(scan(hidden)) == plain(wanted)
    differ(hidden)
    monkeypatch.setattr("leakhunt.engine.containers.inside", _only_with_secrets)
    assert plain(scan(hidden)) == plain(wanted)


def _only_with_secrets(item: Any, *args: Any, **more: Any) -> Any:
    assert len(item.content) > 50, "a container in which nothing was found is opened again"
    return inside(item, *args, **more)


@pytest.mark.parametrize("what", ["a secret", "an object", "an encoded one"])
def test_what_is_not_as_expected_is_scanned_anew(
    hidden: Repo, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    wanted = agree(hidden)
    inner = concluding._matches

    def changed(rows: list[Any], *args: Any) -> Any:
        encoded = [number for number, row in enumerate(rows) if row.decoded]
        number = encoded[0] if what == "an encoded one" else len(rows) - 1
        row = rows[number]
        lost = ("0" * 40, *row.blob[1:])
        rows[number] = row._replace(blob=lost) if what == "an object" else row._replace(length=9**9)
        return inner(rows, *args)

    monkeypatch.setattr(concluding, "_matches", changed)
    assert plain(scan(hidden)) == plain(wanted)


def test_loose_objects(tmp_path: Path, scanned: list[str]) -> None:
    repo = Repo(tmp_path / "loose")
    repo.commit("leak.py", f"key = '{TOKEN}'\n")
    repo.commit("a/b/c", "clean\n")
    agree(repo)
    assert again(repo, scanned) == {leak(repo)}
    repo.commit("new", "also clean\n")
    # What `git add` read again it may have touched, so it looks changed.
    touched = {repo.rev("HEAD:a/b/c")}
    assert again(repo, scanned) - touched == {leak(repo), repo.rev("HEAD:new"), repo.head}


def test_after_a_commit_only_that(repo: Repo, scanned: list[str]) -> None:
    scan(repo)
    repo.commit("more.py", f"key = '{tokens.github(2)}'\n", "more")
    more = repo.rev("HEAD:more.py")
    assert again(repo, scanned) == {more, repo.head}
    assert again(repo, scanned) == {more}
    repo.git("gc", "-q")
    assert again(repo, scanned) == {more}
    assert again(repo, scanned) == set()


def test_after_a_fetch_only_that(repo: Repo, scanned: list[str], tmp_path: Path) -> None:
    copy = Repo(tmp_path / "copy")
    copy.git("pull", "-q", f"file://{repo.path}", "main")
    copy.git("repack", "-adq")
    agree(copy)
    repo.commit("text", "line 1\nline 2\n", "shorter")
    copy.git("-c", "fetch.unpackLimit=1", "pull", "-q", f"file://{repo.path}", "main")
    assert len(list(copy.path.glob(".git/objects/pack/*.pack"))) == 2
    assert again(copy, scanned) == {copy.head, copy.rev("HEAD:text")}
    assert again(copy, scanned) == set()


@pytest.mark.parametrize("how", [["gc", "-q"], ["repack", "-adqf", "--depth=1"]])
def test_after_packing_anew(repo: Repo, scanned: list[str], how: list[str]) -> None:
    repo.commit("new", "clean\n")
    scan(repo)
    repo.git(*how)
    assert again(repo, scanned) == set()
    assert again(repo, scanned) == set()


def test_a_duplicate_in_two_packs_counts_once(repo: Repo, scanned: list[str]) -> None:
    repo.commit("text", "a new text\n")
    repo.git("repack", "-q")
    scan(repo)
    pack = repo.git("pack-objects", ".git/objects/pack/pack", stdin=leak(repo).encode() + b"\n")
    assert len(list(repo.path.glob(".git/objects/pack/*.pack"))) == 3
    assert again(repo, scanned) == set()
    for suffix in ("pack", "idx"):
        (repo.path / f".git/objects/pack/pack-{pack}.{suffix}").unlink()
    assert again(repo, scanned) == set()


def test_many_objects_that_were_not_clean(
    repo: Repo, scanned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(repo)
    monkeypatch.setattr("leakhunt.sources.remembered._MANY", 0)
    assert again(repo, scanned) == set()


def test_several_jobs(repo: Repo) -> None:
    for _ in range(2):
        both = [
            leakhunt("history", *more, "-f", "json", "--jobs", "2", cwd=repo.path)
            for more in ([], ["--store"])
        ]
        assert both[0] == both[1]
        assert both[0].code == 1


def test_audit(repo: Repo, scanned: list[str]) -> None:
    results = [report("audit", *more, cwd=repo.path) for more in ([], ["--store"], ["--store"])]
    assert results[0] == results[1] == results[2]
    scanned.clear()
    report("audit", "--store", cwd=repo.path)
    assert [oid for oid in scanned if oid == repo.rev("HEAD:text")] == []


def test_sha256(tmp_path: Path, scanned: list[str]) -> None:
    repo = Repo(tmp_path / "sha256", "--object-format=sha256")
    repo.commit("leak.py", f"key = '{TOKEN}'\n")
    repo.commit("a", "clean\n")
    agree(repo)
    assert again(repo, scanned) == {leak(repo)}
    repo.git("gc", "-q")
    assert again(repo, scanned) == {leak(repo)}
    assert again(repo, scanned) == set()


def test_the_configuration_can_ask_for_it(repo: Repo, store: Path) -> None:
    (repo.path / "leakhunt.toml").write_text("store = true\n")
    report("history", "--no-store", cwd=repo.path)
    assert not store.exists()
    without(repo)
    assert store.exists()


def test_an_interrupted_scan_keeps_what_is_done(
    repo: Repo, scanned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("loose", "clean\n")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("leakhunt.sources.packs.PackBatch.read", interrupt)
        assert scan(repo).code == 130
    assert repo.rev("HEAD:loose") not in again(repo, scanned)


def _text(rng: random.Random) -> bytes:
    """A file with something to find, to look at twice, or nothing."""
    token = tokens.github(rng.randrange(3))
    kinds = [
        f"db_password: {rng.choice(['hunter2', 'Zx9-quartz', 'summer'])}\nport: 5432\n",
        f"password = os.environ['{rng.randrange(9)}']\nlabel = 'password'\n",
        f"key = '{token}'\n",
        f"blob = '{base64.b64encode(token.encode()).decode()}'\n",
        f"AWS_ACCESS_KEY_ID={tokens.aws_id(1)}\nAWS_SECRET_ACCESS_KEY={tokens.aws_secret(1)}\n",
        "nothing at all\n",
    ]
    lines = [f"line {rng.randrange(1000)} of many\n" for _ in range(40)]
    for _ in range(rng.randrange(3)):
        lines.insert(rng.randrange(40), rng.choice(kinds))
    text = "".join(lines).encode()
    return gzip.compress(text, mtime=0) if rng.random() < 0.15 else text


def _grown(repo: Repo, rng: random.Random) -> None:
    """Do something that people do with a repository."""
    names = ["config/database.yml", "app.py", "deploy.sh", "notes.md", "settings.ini", "data.gz"]
    for _ in range(rng.randrange(1, 4)):
        said = f"use {tokens.github(7)}" if rng.random() < 0.1 else "change"
        repo.commit(rng.choice(names), _text(rng), said)
    match rng.randrange(7):
        case 0:
            repo.git("gc", "-q", "--prune=now")
        case 1:
            repo.git("repack", "-q")
        case 2:
            repo.git("repack", "-adqf", f"--depth={rng.randrange(3)}")
        case 3:
            repo.git("mv", "-k", rng.choice(names), f"moved{rng.randrange(9)}")
            repo.git("commit", "-q", "--allow-empty", "-m", "moved")
        case 4:
            repo.git("reset", "-q", "--hard", "HEAD~1", check=False)
        case 5:
            repo.git("branch", "-f", f"b{rng.randrange(3)}")


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_whatever_is_done_to_a_repository_the_reports_agree(seed: int) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEAKHUNT_STORE", f"{folder}/home/store.sqlite")
        repo = Repo(Path(folder, "r"))
        for _ in range(4):
            _grown(repo, rng)
            wanted = plain(without(repo, "--min-confidence", "low"))
            for _ in range(rng.randrange(1, 3)):
                assert plain(scan(repo, "--min-confidence", "low")) == wanted


# --- What must not be believed


def test_other_signatures_start_anew(repo: Repo, scanned: list[str], tmp_path: Path) -> None:
    scan(repo)
    own = tmp_path / "own.toml"
    text = """[provider]
name = "Own"
[[signature]]
id = "own-word"
title = "A word"
severity = "high"
confidence = "high"
pattern = '(?P<secret>changed \\d)'
remediation = "Change it."
references = ["https://example.org/"]
examples = ["changed 5"]
counterexamples = ["changed"]
"""
    own.write_text(text)
    chosen = ("--signatures", str(own), "--select", "own-word")
    assert agree(repo, *chosen).ids != []
    own.write_text(text.replace("changed \\d", "changed [7-9]"))
    assert agree(repo, *chosen).ids == []
    for more in (["--binary"], ["--select", "aws-*"]):
        assert len(again(repo, scanned, *more)) > 1


def test_the_same_ids_in_another_repository(repo: Repo, scanned: list[str]) -> None:
    scan(repo)
    other = Repo(repo.path.parent / "other")
    shutil.copytree(repo.path, other.path, dirs_exist_ok=True)
    assert len(again(other, scanned)) > 10


def test_another_repository_in_the_same_place(repo: Repo, scanned: list[str]) -> None:
    scan(repo)
    away = repo.path.with_name("away")
    repo.path.rename(away)
    repo.path.mkdir()
    shutil.copytree(away, repo.path, dirs_exist_ok=True)
    assert len(again(repo, scanned)) > 10


def pack_of(repo: Repo) -> Path:
    (path,) = repo.path.glob(".git/objects/pack/*.pack")
    path.chmod(0o600)
    return path


def test_a_pack_that_is_damaged_later_is_scanned_anew(repo: Repo) -> None:
    scan(repo)
    path = pack_of(repo)
    content = bytearray(path.read_bytes())
    times = path.stat()
    for at in range(200, len(content) - 20, 97):
        content[at] ^= 0x55
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert agree(repo).code == 2
    assert agree(repo).code == 2


def test_a_pack_whose_times_change_is_still_known(repo: Repo, scanned: list[str]) -> None:
    scan(repo)
    os.utime(pack_of(repo), (1, 1))
    assert again(repo, scanned) == set()


def test_of_a_damaged_pack_nothing_is_kept(repo: Repo, scanned: list[str]) -> None:
    path = pack_of(repo)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)
    for _ in range(2):
        assert len(again(repo, scanned)) > 3


def test_a_loose_object_that_is_damaged_later(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "loose")
    repo.commit("a", "clean\n")
    assert agree(repo).code == 0
    oid = repo.rev("HEAD:a")
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-4])
    assert agree(repo).code == 2
    path.unlink()
    assert agree(repo).code == 2


@pytest.mark.parametrize("kind", ["timeout", "unreadable"])
def test_what_could_not_be_scanned_is_not_clean(
    repo: Repo, scanned: list[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from leakhunt.errors import GitError
    from leakhunt.model import Problem

    inner = Engine.scan_version
    wanted = repo.rev("HEAD:text")

    def failing(self: Engine, version: Any) -> Scan | None:
        blob = version.blob()
        if blob.id != wanted:
            return inner(self, version)
        if kind == "unreadable":
            raise GitError("it cannot be read")
        return Scan([], [Problem(kind, blob.id, "it took too long")], blob.size)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "scan_version", failing)
        assert scan(repo).code == 2
    assert again(repo, scanned) == {wanted}


def test_with_a_part_of_history_it_is_left_alone(repo: Repo, store: Path) -> None:
    agree(repo, "--range", "HEAD~1..HEAD")
    assert not store.exists()


def test_a_linked_work_tree_has_its_own_answers(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), "HEAD~2")
    for _ in range(2):
        for path in (repo.path, tmp_path / "linked"):
            kept = scan(path)
            fresh = report("history", "--show-suppressed", cwd=path)
            assert plain(kept)["findings"] == fresh.json["findings"]
            assert kept.json["findings"][0]["properties"]["at_head"] is (path == repo.path)


def test_links_in_a_repository_are_not_followed(repo: Repo) -> None:
    for number in range(8):
        (repo.path / f".git/loop{number}").symlink_to(".")
    agree(repo)
    agree(repo)


# --- The file


def test_it_is_private_and_holds_no_secret(repo: Repo, store: Path) -> None:
    scan(repo)
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    signature = scan(repo).ids[0]
    made = fingerprint(signature, Secret(TOKEN.encode()))
    for file in store.parent.iterdir():
        content = file.read_bytes()
        for hidden in (TOKEN, made, made[:12], bytes.fromhex(made[:12])):
            assert (hidden if isinstance(hidden, bytes) else hidden.encode()) not in content
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def locked(store: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    return connection


def test_locked_by_another_process(repo: Repo, store: Path) -> None:
    scan(repo)
    connection = locked(store)
    assert notices(agree(repo)) == ["the store is not used: another process has locked it"]
    connection.close()
    assert notices(agree(repo)) == []


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE memo (name TEXT)")
    connection.close()
    path.chmod(0o600)


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


LEFT_ALONE = {
    "text": lambda path: path.write_text("a diary\n"),
    "foreign": foreign,
    "link": link,
    "writable": lambda path: path.chmod(0o666),
    "writable folder": lambda path: path.parent.chmod(0o777),
    "folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("how", LEFT_ALONE)
def test_what_is_not_ours_is_left_alone(repo: Repo, store: Path, how: str) -> None:
    scan(repo)
    LEFT_ALONE[how](store)
    before = store.read_bytes() if store.is_file() else None
    result = agree(repo)
    assert result.code == 1
    assert len(notices(result)) == 1
    assert (store.read_bytes() if store.is_file() else None) == before


MADE_ANEW = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: os.truncate(path, 5000),
    "header only": lambda path: os.truncate(path, 100),
    "of another version": lambda path: execute(path, "PRAGMA user_version = 99"),
    "another table": lambda path: execute(path, "ALTER TABLE memo RENAME TO other"),
    "another column": lambda path: execute(path, "ALTER TABLE memo RENAME used TO other"),
    "another value": lambda path: execute(path, "UPDATE memo SET value = value || X'00'"),
    "another type": lambda path: execute(path, "UPDATE memo SET value = 7"),
    "swapped": lambda path: execute(path, "UPDATE memo SET family = X'00' || family"),
    "zeros": lambda path: path.write_bytes(path.read_bytes()[:100] + bytes(20_000)),
    "a journal of another": lambda path: Path(f"{path}-wal").write_bytes(os.urandom(5000)),
}


def execute(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("how", MADE_ANEW)
def test_what_is_damaged_is_made_anew(
    repo: Repo, store: Path, scanned: list[str], how: str
) -> None:
    scan(repo)
    MADE_ANEW[how](store)
    for _ in range(2):
        assert notices(agree(repo)) == []
    assert again(repo, scanned) == set()


def test_it_is_never_put_into_the_repository(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (".git/store", "here/store"):
        monkeypatch.setenv("LEAKHUNT_STORE", str(repo.path / place))
        assert "lies in the repository" in notices(agree(repo))[0]
        assert not (repo.path / place).exists()


def test_there_is_no_place_for_it(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for place in ("", str(tmp_path / "file/store")):
        monkeypatch.setenv("LEAKHUNT_STORE", place)
        assert len(notices(agree(repo))) == 1


def test_the_disk_is_full(repo: Repo, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = sqlite3.connect

    def full(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = inner(*args, **more)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr("leakhunt.store.database.sqlite3.connect", full)
    repo.write("many", "x\n")
    for number in range(120):
        repo.write(f"many{number}", f"{number}\n")
    repo.git("add", "-A")
    repo.git("commit", "-qm", "many")
    assert notices(agree(repo)) == ["the store is not used: the disk is full"]


def test_two_at_once(repo: Repo, store: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    arguments = ("history", "--store", "-f", "json", "--jobs", "1")
    for _ in range(2):
        with ThreadPoolExecutor(3) as pool:
            place = {"LEAKHUNT_STORE": str(store)}
            running = [pool.submit(process, *arguments, cwd=repo.path, **place) for _ in range(3)]
        results = [future.result() for future in running]
        wanted = plain(report("history", cwd=repo.path))
        assert [plain(result) for result in results] == [wanted] * 3
        assert [result.code for result in results] == [1] * 3
        assert [result.err for result in results] == [""] * 3


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, Path]:
    place = tmp_path_factory.mktemp("flips")
    repo = Repo(place / "r")
    repo.commit("leak.py", f"key = '{TOKEN}'\n")
    repo.commit("a", "clean\n")
    repo.git("gc", "-q")
    repo.commit("b", "clean, too\n")
    return repo, place / "home/store.sqlite"


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1))
def test_no_flipped_byte_changes_a_report(
    flipped: tuple[Repo, Path],
    monkeypatch: pytest.MonkeyPatch,
    flips: list[tuple[float, int]],
) -> None:
    repo, store = flipped
    monkeypatch.setenv("LEAKHUNT_STORE", str(store))
    shutil.rmtree(store.parent, ignore_errors=True)
    wanted = plain(report("history", "--store", "--select", "github-*", cwd=repo.path))
    assert store.exists()
    content = bytearray(store.read_bytes())
    for place, change in flips:
        content[int(place * len(content))] ^= change
    store.write_bytes(content)
    for _ in range(2):
        found = report("history", "--store", "--select", "github-*", cwd=repo.path)
        assert plain(found) == wanted
