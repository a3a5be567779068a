"""What a clean `leakhunt staged` costs before it starts: modules and processes, by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leakhunt.git import objects
from leakhunt.signatures import builtin_folder
from leakhunt.sources import index
from tests import tokens
from tests.git.repo import Repo
from tests.run import Result, leakhunt, report

MODULES = """
import sys
before = set(sys.modules)
from leakhunt.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print(code, *sorted(set(sys.modules) - before), sep="\\n", file=sys.stderr)
"""
OURS = """
    archives archives.magic cache catalogue chat chat.sniff cli derived cli_baseline cli_completion
    cli_options cli_ports
    commands commands.choosing commands.common commands.options commands.destination
    commands.exposure commands.staged config engine engine.batches engine.by_name engine.overlaps
    engine.containers engine.keeping engine.observing engine.decode engine.decode._images
    engine.decode.gates engine.decode.images engine.position
    engine.pool engine.prefilter engine.scan engine.text engine.workers errors
    fingerprint git git.command git.index git.messages git.objects git.refs git.repository globs
    lazy model outputs records
    outputs.document outputs.layout outputs.options outputs.redact outputs.registry
    outputs.terminal outputs.text outputs.wording patience pipeline signatures sources sources.base
    sources.exclusions sources.holding sources.index sources.known sources.objects
"""
OTHERS = {"click", "hyperscan"}
LATE = """
    argparse asyncio base64 concurrent configparser csv ctypes decimal difflib email fractions
    glob gzip hmac html http importlib.metadata json logging multiprocessing pickle queue
    random secrets socket sqlite3 ssl statistics tarfile tomllib traceback unittest urllib.request
    xml zipfile
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "repo")
    made.git("config", "user.name", "Ada")
    made.git("config", "user.email", "ada@example.org")
    made.commit(a="1")
    for number in range(10):
        made.write(f"file{number}.py", f"number = {number}\n")
    made.git("add", "-A")
    return made


WARM = 3
"""Runs after which nothing is left to be made: the first one that finds no compiled gates notes
that they are wanted, the second one compiles them, and the third one finds them."""
YOUNG = 2.1
"""Seconds in which a signature file may change without showing it: nothing of it is kept."""


def settle() -> None:
    """Wait until the signature files of this checkout are old enough for what is made of them."""
    states = [path.stat() for path in builtin_folder().rglob("*.toml")]
    newest = max(max(state.st_mtime, state.st_ctime) for state in states)
    time.sleep(max(0.0, min(YOUNG, newest + YOUNG - time.time())))


def modules(*args: str, cwd: Path) -> set[str]:
    """What a fresh process loads on top of an interpreter, with a warm cache."""
    settle()
    for _ in range(WARM):
        done = subprocess.run(
            [sys.executable, "-c", MODULES, *args], cwd=cwd, capture_output=True, text=True
        )
    code, *loaded = done.stderr.split()
    assert code == "0"
    return set(loaded)


@pytest.mark.parametrize("command", ["staged", "hook"])
def test_a_clean_scan_loads_only_what_it_needs(repo: Repo, command: str) -> None:
    loaded = modules(command, cwd=repo.path)
    allowed = {"leakhunt", *(f"leakhunt.{name}" for name in OURS.split())}
    if command == "hook":
        allowed.add("leakhunt.commands.hook")
    ours = {name for name in loaded if name.partition(".")[0] == "leakhunt"}
    assert sorted(ours - allowed) == []
    tops = {name.partition(".")[0] for name in loaded} - {"leakhunt"}
    # How an editable installation finds its modules is not leakhunt's doing.
    strangers = {name for name in tops - sys.stdlib_module_names if not name.startswith("__")}
    assert sorted(strangers - OTHERS) == []
    late = {*LATE.split(), *({"shutil", "tempfile"} if command == "staged" else ())}
    assert sorted(loaded & late) == []


def test_the_third_run_finds_all_made(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what is said here does not depend on what other tests have made before."""
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "fresh"))
    loaded = modules("staged", cwd=repo.path)
    making = ("engine.cold", "engine.boundary", "engine.shape", "prepared", "rules.files")
    assert sorted(loaded & {f"leakhunt.{name}" for name in making}) == []


def test_names_of_secrets_alone_load_nothing_that_parses(repo: Repo) -> None:
    """As in most code: the gates open, and no line holds a value."""
    repo.write("file3.py", "password = os.environ['PASSWORD']\ntoken = get_token(user)\n")
    repo.git("add", "-A")
    loaded = modules("staged", cwd=repo.path)
    assert "leakhunt.contextual.search" in loaded
    parsing = ("code", "syntax", "resolve", "reading", "formats.dockerfile", "formats.structured")
    assert sorted(loaded & {f"leakhunt.facts.{name}" for name in parsing}) == []
    assert "tree_sitter" not in loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_engine(tmp_path: Path, option: str) -> None:
    loaded = modules(option, cwd=tmp_path)
    late = {*LATE.split(), "hyperscan", "pathlib", "subprocess", "leakhunt.engine", "leakhunt.git"}
    assert sorted(loaded & late) == []


def test_what_is_found_is_confirmed(repo: Repo) -> None:
    repo.write("file3.py", f"key = '{tokens.github(1)}'\n")
    repo.git("add", "-A")
    assert leakhunt("staged", cwd=repo.path).code == 1


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `git` on the PATH that writes down how it was called, one line each time."""
    log = tmp_path / "log"
    folder = tmp_path / "bin"
    folder.mkdir()
    wrapper = folder / "git"
    wrapper.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return log


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
@pytest.mark.parametrize("command", ["staged", "hook"])
@pytest.mark.parametrize("within", [False, True])
def test_few_processes_are_started(
    repo: Repo, started: Path, monkeypatch: pytest.MonkeyPatch, command: str, within: bool
) -> None:
    if within:  # what git sets for its hooks
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert leakhunt(command, cwd=repo.path).code == 0
    assert len(started.read_text().splitlines()) <= 4


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_the_first_commit_takes_few_processes_too(tmp_path: Path, started: Path) -> None:
    fresh = Repo.init(tmp_path / "fresh")
    fresh.write("a", "1")
    fresh.git("add", "-A")
    before = len(started.read_text().splitlines())
    assert leakhunt("staged", cwd=fresh.path).code == 0
    assert len(started.read_text().splitlines()) - before <= 5


def both(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> tuple[Result, Result]:
    """Scan with one git for sizes and contents, and with one for each."""
    few = report("staged", cwd=repo.path)
    monkeypatch.setattr(index, "_FEW", 0)
    return few, report("staged", cwd=repo.path)


def test_few_and_many_files_give_the_same(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LARGE", 100_000)
    monkeypatch.setattr("leakhunt.sources.objects.LARGE", 100_000)
    for number in (2, 5, 8):
        padding = "x = 1\n" * 40_000
        repo.write(f"file{number}.py", f"{padding}key = '{tokens.github(number)}'\n")
    repo.write("file4.py", "y" * 90_000 + f"\nkey = '{tokens.github(4)}'\n")
    repo.write("file9.py", f"key = '{tokens.github(9)}'\n")
    repo.git("add", "-A")
    few, many = both(repo, monkeypatch)
    assert few.code == many.code == 1
    assert len(few.json["findings"]) == 5
    assert few.json["findings"] == many.json["findings"]
    assert few.json["scanned"] == many.json["scanned"]


@pytest.mark.parametrize("how", ["missing", "damaged"])
@pytest.mark.parametrize("name", ["file0.py", "file5.py", "file9.py"])
def test_what_cannot_be_read_is_said_alike(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, how: str, name: str
) -> None:
    repo.write("file7.py", f"key = '{tokens.github(7)}'\n")
    repo.git("add", "-A")
    oid = repo.git("rev-parse", f":{name}").strip()
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    content = path.read_bytes()
    path.unlink()
    if how == "damaged":
        path.write_bytes(content[:-6] + b"\0" * 6)
    few, many = both(repo, monkeypatch)
    assert few.code == many.code == 2
    assert few.json["problems"] == many.json["problems"] != []
    assert few.json["problems"][0]["where"] == name
    assert few.json["findings"] == many.json["findings"] != []
    assert few.json["scanned"] == many.json["scanned"]
