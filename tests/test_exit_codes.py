"""Every row of the table in docs/exit-codes.md, run."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from leakhunt.commands.common import CLEAN, FAILED, FOUND, INTERRUPTED
from leakhunt.exposure.live.model import Host
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, process

PAGE = Path(__file__).parent.parent / "docs/exit-codes.md"
TOKEN = tokens.github(7)
SIGNATURE = """
[provider]
name = "Acme"
remediation = "Revoke it."
references = ["https://acme.example"]

[[signature]]
id = "acme-key"
title = "Acme key"
severity = "high"
confidence = "high"
pattern = '''\\b(?P<secret>acme_[a-z0-9]{8})\\b'''
examples = ["key = %s", "ac\\u006De_k3q9zt7w"]
counterexamples = ["acm_"]
"""

Situation = Callable[[Path], int]
SITUATIONS: dict[str, Situation] = {}


def situation(text: str) -> Callable[[Situation], Situation]:
    """Give a situation the words that the table has for it."""

    def register(function: Situation) -> Situation:
        SITUATIONS[text] = function
        return function

    return register


def rows() -> dict[str, int]:
    """The table of situations: words to code."""
    table = PAGE.read_text("utf-8").partition("## Situations")[2]
    return {text: int(code) for text, code in re.findall(r"(?m)^\| (.+) \| (\d+) \|$", table)}


def run(folder: Path, *args: str) -> int:
    result = leakhunt(*args, "-j", "1", cwd=folder)
    assert "internal error" not in result.err
    return result.code


@situation("files without a secret")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    return run(folder, "scan")


@situation("a file with a secret")
def _(folder: Path) -> int:
    (folder / "a").write_text(TOKEN)
    return run(folder, "scan")


@situation("only findings below `--fail-on`")
def _(folder: Path) -> int:
    (folder / "a").write_text(TOKEN)
    own = folder / "own.toml"
    own.write_text(
        (SIGNATURE % "ac\\u006De_7f2k9d4s").replace('severity = "high"', 'severity = "low"')
    )
    (folder / "a").write_text("key = acme_" + "k3q9zt7w")
    options = "--signatures", "own.toml", "--select", "acme-key"
    assert run(folder, "scan", "a", *options) == FOUND
    return run(folder, "scan", "a", *options, "--fail-on", "high")


@situation("only findings that are suppressed")
def _(folder: Path) -> int:
    (folder / "a").write_text("AWS_ACCESS_KEY_ID=" + "AKIA" + "IOSFODNN7EXAMPLE\n")
    return run(folder, "scan")


@situation("nothing is staged")
def _(folder: Path) -> int:
    Repo(folder).commit("a", TOKEN)
    return run(folder, "staged")


@situation("a range without commits")
def _(folder: Path) -> int:
    Repo(folder).commit("a", TOKEN)
    return run(folder, "history", "--range", "HEAD..HEAD")


@situation("standard input that is empty")
def _(folder: Path) -> int:
    return run(folder, "scan", "-")


def shallow(folder: Path, content: str) -> Path:
    repo = Repo(folder / "whole")
    repo.commit("a", "a")
    repo.commit("b", content)
    repo.git("clone", "-q", "--depth", "1", (folder / "whole").as_uri(), str(folder / "part"))
    return folder / "part"


@situation("a shallow clone without a secret")
def _(folder: Path) -> int:
    return run(shallow(folder, "b"), "history")


@situation("a shallow clone with a secret")
def _(folder: Path) -> int:
    return run(shallow(folder, TOKEN), "history")


@situation("a path that does not exist")
def _(folder: Path) -> int:
    return run(folder, "scan", "nowhere")


@situation("a folder without files")
def _(folder: Path) -> int:
    return run(folder, "scan")


@situation("a folder of which everything is left out by default")
def _(folder: Path) -> int:
    (folder / "package-lock.json").write_text("{}")
    return run(folder, "scan")


@situation("`history` of a folder that is no repository")
def _(folder: Path) -> int:
    return run(folder, "history")


@situation("`history` of a repository without commits")
def _(folder: Path) -> int:
    Repo(folder)
    return run(folder, "history")


@situation("a configuration with an unknown key")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    (folder / "leakhunt.toml").write_text("colour = true")
    return run(folder, "scan")


@situation("a target elsewhere whose configuration switches all signatures off")
def switched_off(folder: Path, *args: str) -> int:
    target = folder / "theirs"
    target.mkdir()
    (target / "leakhunt.toml").write_text("builtin = false\n", "utf-8")
    (target / "a").write_text(TOKEN, "utf-8")
    (folder / "here").mkdir()
    return leakhunt("scan", *args, target, cwd=folder / "here").code


@situation("the same, with `--untrusted` and a secret")
def distrusted(folder: Path) -> int:
    return switched_off(folder, "--untrusted")


@situation("an unknown option")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    return run(folder, "scan", "--nonsense")


@situation("an unknown signature id")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    return run(folder, "scan", "--select", "nonsense")


@situation("a signature file that is wrong")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    (folder / "own.toml").write_text("[[signature]]\nid = 1\n")
    return run(folder, "scan", "a", "--signatures", "own.toml")


@situation("a range that does not exist")
def _(folder: Path) -> int:
    Repo(folder).commit("a", "a")
    return run(folder, "history", "--range", "nowhere..HEAD")


def damaged(folder: Path, content: str) -> Path:
    """A repository of two files; the object of one of them is gone."""
    repo = Repo(folder / "r")
    repo.commit("kept", content)
    repo.commit("lost", "lost")
    oid = repo.git("rev-parse", "HEAD:lost")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    return repo.path


@situation("a missing object")
def _(folder: Path) -> int:
    return run(damaged(folder, "a"), "history")


@situation("a missing object and a secret elsewhere")
def _(folder: Path) -> int:
    return run(damaged(folder, TOKEN), "history")


@situation("a missing object, with `--allow-gaps`")
def _(folder: Path) -> int:
    return run(damaged(folder, "a"), "history", "--allow-gaps")


@situation("a missing object and a secret elsewhere, with `--allow-gaps`")
def _(folder: Path) -> int:
    return run(damaged(folder, TOKEN), "history", "--allow-gaps")


def without_privileges() -> None:
    """Make root obey the permissions of files, from the next program on (see capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    drop, override, read_search = 24, 1, 2
    for capability in (override, read_search):
        if libc.prctl(drop, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "PR_CAPBSET_DROP")


def locked(folder: Path, *options: str) -> int:
    (folder / "a").write_text("a")
    (folder / "locked").write_text("b")
    (folder / "locked").chmod(0)
    root = os.geteuid() == 0
    if root and sys.platform != "linux":
        pytest.skip("root reads everything")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "leakhunt", "scan", "-j", "1", *options],
            cwd=folder,
            capture_output=True,
            check=False,
            preexec_fn=without_privileges if root else None,
        )
    except subprocess.SubprocessError:
        pytest.skip("root reads everything, and cannot give that up here")
    assert b"locked" in done.stdout
    return done.returncode


@situation("a file that may not be read")
def _(folder: Path) -> int:
    return locked(folder)


@situation("a file that may not be read, with `--allow-gaps`")
def _(folder: Path) -> int:
    return locked(folder, "--allow-gaps")


@situation("a report that cannot be written")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    return run(folder, "scan", "--output", "no/such/folder/report")


@situation("a reader that closes the pipe early")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "leakhunt", "scan", "-j", "1"],
            cwd=folder,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr == b""
    return done.returncode


@situation("git is not installed")
def _(folder: Path) -> int:
    Repo(folder).commit("a", "a")
    (folder / "bin").mkdir()
    result = process("history", cwd=folder, PATH=str(folder / "bin"))
    assert "git is not installed" in result.err
    return result.code


@situation("an error in leakhunt itself")
def _(folder: Path) -> int:
    (folder / "a").write_text("a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leakhunt.pipeline.group", None)
        result = leakhunt("scan", "-j", "1", cwd=folder)
    assert "internal error" in result.err
    return result.code


def interrupted(folder: Path, *args: str, until: Callable[[subprocess.Popen[bytes]], None]) -> int:
    """Press Ctrl-C, as a terminal does: the whole group of processes gets the signal.

    Args:
        folder: where to run.
        *args: the command line.
        until: returns when the scan is running.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "leakhunt", *args],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        until(child)
        os.killpg(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    assert out == b""
    assert err.strip() == b"leakhunt: interrupted"
    return child.returncode


def two_workers_scan(child: subprocess.Popen[bytes]) -> None:
    """Wait until there are two worker processes, and a moment longer for them to set out."""
    children = Path(f"/proc/{child.pid}/task/{child.pid}/children")
    if not children.exists():
        time.sleep(5)
    deadline = time.monotonic() + 30
    while children.exists() and len(children.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)


def input_is_read(child: subprocess.Popen[bytes]) -> None:
    """Write more than fits into a pipe: this ends when the other side reads."""
    assert child.stdin
    child.stdin.write(b"nothing\n" * (1 << 17))
    child.stdin.flush()


@situation("Ctrl-C while several processes scan")
def _(folder: Path) -> int:
    for name in ("a", "b"):
        with (folder / name).open("wb") as file:
            file.truncate(1 << 36)  # holds nothing and takes minutes to read
    return interrupted(folder, "scan", "a", "b", "-j", "2", until=two_workers_scan)


@situation("Ctrl-C while standard input is read")
def _(folder: Path) -> int:
    return interrupted(folder, "scan", "-", until=input_is_read)


PORT = 'import http.server\nhttp.server.HTTPServer(("", 8765), None)\n'
DECLARED = 'version = 1\n[[service]]\nname = "app.py"\nport = 8765\nexposure = "public"\n'


@situation("`ports check` where inventory and files agree")
def ports_agree(tmp: Path) -> int:
    (tmp / "app.py").write_text(PORT)
    assert leakhunt("ports", "init", cwd=tmp).code == CLEAN
    return leakhunt("ports", "check", cwd=tmp).code


@situation("`ports check` with a port that is not declared")
def ports_undeclared(tmp: Path) -> int:
    (tmp / "app.py").write_text(PORT)
    (tmp / "leakhunt-ports.toml").write_text("version = 1\n")
    return leakhunt("ports", "check", cwd=tmp).code


@situation("`ports check` without an inventory")
def ports_without_inventory(tmp: Path) -> int:
    return leakhunt("ports", "check", cwd=tmp).code


@situation("`ports check` with an inventory that is wrong")
def ports_wrong(tmp: Path) -> int:
    (tmp / "leakhunt-ports.toml").write_text("version = 7\n")
    return leakhunt("ports", "check", cwd=tmp).code


def _ports_saved(tmp: Path) -> None:
    done = leakhunt("ports", "show", "-f", "json", "-o", tmp / "saved.json", cwd=tmp)
    assert done.code == CLEAN


@situation("`ports diff` without a change")
def ports_same(tmp: Path) -> int:
    _ports_saved(tmp)
    return leakhunt("ports", "diff", "--saved", "saved.json", cwd=tmp).code


@situation("`ports diff` with a port that opened")
def ports_opened(tmp: Path) -> int:
    _ports_saved(tmp)
    (tmp / "app.py").write_text(PORT)
    return leakhunt("ports", "diff", "--saved", "saved.json", cwd=tmp).code


def _ports_live(tmp: Path, host: Host, *arguments: str) -> int:
    (tmp / "leakhunt-ports.toml").write_text(DECLARED)
    with mock.patch("leakhunt.exposure.live.look.look", return_value=host):
        return leakhunt("ports", "live", *arguments, cwd=tmp).code


@situation("`ports live` with a declared port that is down")
def ports_seen_down(tmp: Path) -> int:
    return _ports_live(tmp, Host(()))


@situation("`ports live --check` with a declared port that is down")
def ports_down(tmp: Path) -> int:
    return _ports_live(tmp, Host(()), "--check")


@situation("`ports live --check` where sockets cannot be listed")
def ports_dark(tmp: Path) -> int:
    return _ports_live(tmp, Host((), blind=("dark",)), "--check")


@situation("`signatures check` with all examples found")
def _(folder: Path) -> int:
    (folder / "own.toml").write_text(SIGNATURE % "ac\\u006De_7f2k9d4s")
    return leakhunt("signatures", "check", "own.toml", cwd=folder).code


@situation("`signatures check` with an example that is not found")
def _(folder: Path) -> int:
    (folder / "own.toml").write_text(SIGNATURE % "nothing")
    return leakhunt("signatures", "check", "own.toml", cwd=folder).code


def test_the_table_and_the_situations_are_the_same() -> None:
    assert list(rows()) == list(SITUATIONS)


def test_the_codes_are_those_of_the_page() -> None:
    means = PAGE.read_text("utf-8").partition("## Situations")[0]
    codes = [int(code) for code in re.findall(r"(?m)^\| (\d+) \|", means)]
    assert codes == [CLEAN, FOUND, FAILED, INTERRUPTED]


@pytest.mark.parametrize("text", list(SITUATIONS))
def test_the_code_is_that_of_the_table(text: str, tmp_path: Path) -> None:
    assert SITUATIONS[text](tmp_path) == rows()[text]
