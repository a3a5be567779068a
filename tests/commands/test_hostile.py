"""Whole commands in a hostile place: nothing runs, nothing breaks, no secret gets out."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from leakhunt.archives import base
from leakhunt.outputs.registry import FORMATS
from tests import tokens
from tests.git.repo import Repo
from tests.git.traps import booby_trapped
from tests.outputs.test_hostile import SGR, forms
from tests.run import leakhunt, process, report

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts and signals")

TOKEN = tokens.github(7)
EVIL = (
    "\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>"
    "](javascript:alert(1))|`'\"&\u202e%0A::error::x"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "r")
    made.commit(a=f"key = {TOKEN}\n", b="x\n")
    return made


# --- Nothing runs

COMMANDS = (
    ("scan", "."),
    ("history", "."),
    ("staged",),
    ("audit", "."),
    ("audit", "--repos", ".."),
    ("ports", "show", "."),
    ("baseline", "create"),
    ("hook",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_runs_what_a_repository_names(repo: Repo, command: tuple[str, ...]) -> None:
    repo.write(".gitattributes", "* diff=trap filter=trap merge=trap\n")
    repo.write(".gitmodules", '[submodule "s"]\npath = s\nurl = ext::sh -c touch% ../mark\n')
    repo.commit(c="y")
    repo.write("b", "changed, so that filters would run")
    repo.write("d", f"new = {tokens.github(8)}")
    repo.git("add", "d")
    mark = booby_trapped(repo)
    included = repo.path.parent / "included"
    included.write_text(f"[core]\nfsmonitor = {repo.path.parent}/trap\npager = ../trap\n")
    repo.git("config", "include.path", str(included))
    repo.git("config", f"includeIf.gitdir:{repo.path}/.path", str(included))
    repo.object_file(repo.rev("HEAD:c")).unlink()  # only a remote that runs something has it
    mark.unlink(missing_ok=True)
    done = process(*command, cwd=repo.path)
    assert done.code in (0, 1, 2)
    assert "internal error" not in done.err
    assert not mark.exists(), mark.read_text()


def test_a_git_file_that_leads_elsewhere_leads_to_no_program(repo: Repo, tmp_path: Path) -> None:
    mark = booby_trapped(repo)
    mark.unlink(missing_ok=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / ".git").write_text(f"gitdir: {repo.path}/.git\n")
    (other / "a").write_text("nothing")
    done = process("audit", ".", "-f", "json", cwd=other)
    assert done.code in (0, 1, 2)
    assert not mark.exists()


def test_alternates_outside_are_only_read(repo: Repo, tmp_path: Path) -> None:
    outside = Repo.init(tmp_path / "outside")
    outside.commit(z="nothing")
    before = sorted(outside.path.rglob("*"))
    (repo.path / ".git/objects/info/alternates").write_text(f"{outside.path}/.git/objects\n")
    assert leakhunt("audit", ".", cwd=repo.path).code == 1
    assert sorted(outside.path.rglob("*")) == before


def test_a_report_is_written_through_no_link_of_the_repository(repo: Repo, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("report.json", f".report.json.{os.getpid()}"):
        (repo.path / name).symlink_to(victim)
    assert leakhunt("scan", ".", "-f", "json", "-o", "report.json", cwd=repo.path).code == 1
    assert victim.read_text() == "mine"
    assert json.loads((repo.path / "report.json").read_text())["findings"]


# --- No secret gets out


def _hostile(folder: Path) -> Repo:
    """A repository in which every text that is shown holds a secret, or moves the cursor."""
    made = Repo.init(folder)
    made.git("config", "user.name", f"{EVIL} {TOKEN}")
    made.commit(f"use {TOKEN} {EVIL}", a=f"key = {TOKEN}\n")
    made.write(f"name-{TOKEN}.txt", f"key = {TOKEN}\n")
    made.write("docker-compose.yml", f"services:\n  redis-{TOKEN}:\n    ports: ['6379:6379']\n")
    made.git("add", "-A")
    made.git("commit", "-qm", f"again {TOKEN}")
    made.git("tag", "-m", f"tag {TOKEN}", "v1")
    return made


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        return _hostile(tmp_path_factory.mktemp("hostile") / "r").path


@pytest.mark.parametrize("extra", [(), ("--show-suppressed",), ("-q",)], ids=str)
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_the_secret(hostile: Path, name: str, extra: tuple[str, ...]) -> None:
    for command in ("audit", "scan"):
        done = leakhunt(command, ".", "-f", name, *extra, "-j1", cwd=hostile)
        assert done.code == 1
        said = done.out + done.err
        assert not [form for form in forms(TOKEN) if form in said]
        if name not in ("html", "markdown"):
            assert "\x1b" not in SGR.sub("", said)


@pytest.mark.parametrize(
    "place",
    [
        "leakhunt.engine.scan.Engine._scan_hits",
        "leakhunt.engine.confirm.confirm",
        "leakhunt.outputs.document.document",
        "leakhunt.outputs.redact.redacted",
        "leakhunt.pipeline.group",
        "leakhunt.git.attribution.attribute",
        "leakhunt.store.database.Database",
    ],
)
def test_what_fails_tells_no_secret(
    hostile: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text of an error may be what was being worked on."""

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError(f"while working on {TOKEN}")

    with contextlib.suppress(ImportError, AttributeError):
        monkeypatch.setattr(place, fail)
    for command in ("audit", "history"):
        done = leakhunt(command, ".", "-f", "json", "-j1", "--store", cwd=hostile)
        assert TOKEN not in done.out + done.err
        assert "Traceback" not in done.err


def test_progress_tells_no_secret(hostile: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "leakhunt", "audit", ".", "-f", "json", "-o", "/dev/null"],
        cwd=hostile,
        stdout=follower,
        stderr=follower,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(follower)
    said = bytearray()
    with contextlib.suppress(OSError):  # how a terminal ends
        while piece := os.read(leader, 4096):
            said += piece
    os.close(leader)
    assert child.wait() == 1
    assert said
    assert TOKEN.encode() not in said


# --- Bombs


def test_members_that_overlap_are_counted_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip in which 400 entries share one stream: 20 KB that become 8 GB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"x" * (20 << 20))
        (first,) = archive.filelist
        for number in range(400):
            other = zipfile.ZipInfo(f"{number}.txt")
            for key in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(other, key, getattr(first, key))
            other.filename = other.orig_filename = "a.txt"
            archive.filelist.append(other)
    monkeypatch.setattr(base, "TOTAL", 100 << 20)
    monkeypatch.setattr(base, "RATIO", 1)
    (tmp_path / "bomb.zip").write_bytes(out.getvalue())
    found = report("scan", ".", cwd=tmp_path).json
    assert "limit" in {one["kind"] for one in found["problems"]}


def test_deltas_that_blow_up_are_left_or_read(tmp_path: Path) -> None:
    """A chain in which every delta doubles what its base holds."""
    made = Repo.init(tmp_path / "r")
    text = "a line that is repeated\n"
    for number in range(20):
        made.commit(f"{number}", a=text * (1 << number))
    made.commit("end", a=text * (1 << 20) + f"key = {TOKEN}\n")
    made.git("repack", "-adfq", "--depth=50", "--window=50")
    done = report("history", ".", cwd=made.path)
    assert done.ids == ["github-pat"]


def _doubled(first: str, row: str, names: str) -> str:
    return first + "".join(row.format(n, names.format(n - 1) * 9) for n in range(1, 99))


_ENTITIES = _doubled("<!DOCTYPE x [", '<!ENTITY e{} "{}">', "&e{};")
NESTED = {
    "a.yaml": _doubled("a0: &a0 [x]\n", "a{0}: &a{0} [{1}]\n", "*a{},"),
    "b.yaml": "- " * 50_000,
    "c.json": '{"a":' * 50_000,
    "d.xml": f"{_ENTITIES}]><x>&e98;</x>",
    "e.xml": "<a>" * 50_000,
    "f.toml": "a = " + "[" * 50_000,
    "g.py": "(" * 20_000,
    "h.tf": "a {\n" * 20_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_what_nests_without_end_is_read_to_its_end(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"{NESTED[name]}\n# key = {TOKEN}\n")
    done = report("scan", ".", cwd=tmp_path)
    assert "github-pat" in done.ids


def test_a_line_of_half_a_gigabyte(tmp_path: Path) -> None:
    """Mostly a hole: it takes no disk, but each byte of it is part of the line."""
    place = tmp_path / "a.txt"
    with place.open("wb") as file:
        file.write(b"x" * 1000 + f" key = {TOKEN} ".encode())
        file.truncate(1 << 29)
    done = report("scan", str(place), cwd=tmp_path)
    assert done.ids == ["github-pat"]


# --- Killed at any moment


def told(report: str) -> list[tuple[object, ...]]:
    """The findings of a report, without which audit was the first to have them."""
    found = json.loads(report)["findings"]
    return [(one["id"], one["locations"], one["verdict"], one["severity"]) for one in found]


def test_killed_at_any_moment_it_leaves_nothing_broken(tmp_path: Path) -> None:
    made = Repo.init(tmp_path / "r")
    for number in range(30):
        made.commit(f"{number}", **{f"f{number}": f"key = {tokens.github(number)}\n"})
    made.git("repack", "-adq")
    env = {"LEAKHUNT_CACHE": str(tmp_path / "cache")}
    command = ("audit", ".", "--store", "--since-last", "-j2", "-f", "json", "-o", "out.json")
    whole = process(*command, cwd=made.path, **env | {"LEAKHUNT_STORE": str(tmp_path / "other")})
    assert whole.code == 1
    expected = told((made.path / "out.json").read_text())
    rng = random.Random(4)
    for _ in range(8):
        (made.path / "out.json").unlink(missing_ok=True)
        child = subprocess.Popen(
            [sys.executable, "-m", "leakhunt", *command],
            cwd=made.path,
            env=os.environ | env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # From before the first line to after the report, wherever it is then.
        time.sleep(rng.uniform(0.02, 1.2))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if (made.path / "out.json").exists():
            assert told((made.path / "out.json").read_text()) == expected
    done = process(*command[:-1], "-", cwd=made.path, **env)
    assert done.code == 1
    assert done.json["problems"] == []
    assert told(done.out) == expected
