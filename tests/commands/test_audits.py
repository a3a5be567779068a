"""`leakhunt audit` of many repositories: one report, whatever happens on the way."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from leakhunt.commands import part
from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, process

SHARED, OWN, OTHER = tokens.github(1), tokens.github(2), tokens.github(3)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, session_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an audit keeps lies beside what was compiled, which is linked from the session."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    for file in session_cache.glob("*"):
        if file.is_file():
            with contextlib.suppress(OSError):
                os.link(file, cache / file.name)
    monkeypatch.setenv("LEAKHUNT_CACHE", str(cache))


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    top = tmp_path / "clones"
    one = Repo.init(top / "team/one")
    one.commit(a=SHARED)
    one.commit(a="gone", b=OWN)
    two = Repo.init(top / "two")
    two.clock += 900_000
    two.commit_files({"deep/c": SHARED})
    two.clone(top / "bare.git", "--bare")
    Repo.init(top / "empty").commit(a="nothing")
    return top


def kept(tmp_path: Path) -> list[Path]:
    """What is kept of audits that are not over."""
    return [file for file in (tmp_path / "cache/audits").rglob("*") if file.is_file()]


def test_a_secret_in_several_repositories_is_one_finding(clones: Path, tmp_path: Path) -> None:
    done = leakhunt("audit", "--repos", clones, "-f", "json", cwd=tmp_path)
    assert done.code == 1
    assert [one["name"] for one in done.json["repositories"]] == [
        *("bare", "empty", "team/one", "two")
    ]
    assert [one["findings"] for one in done.json["repositories"]] == [1, 0, 2, 1]
    shared, own = sorted(done.json["findings"], key=lambda one: -len(one["locations"]))
    assert [(p["repository"], p["path"], p["at_head"]) for p in shared["locations"]] == [
        ("team/one", "a", False),
        ("bare", "deep/c", True),
        ("two", "deep/c", True),
    ]
    assert shared["properties"]["repositories"] == 3
    assert [(p["repository"], p["path"]) for p in own["locations"]] == [("team/one", "b")]
    assert done.json["scanned"]["commits"] == 5
    assert kept(tmp_path) == []


def test_a_folder_of_clones_needs_no_option(clones: Path, tmp_path: Path) -> None:
    done = leakhunt("audit", "clones", "-f", "json", cwd=tmp_path)
    assert len(done.json["repositories"]) == 4
    assert len(leakhunt("audit", "-f", "json", cwd=clones).json["repositories"]) == 4


def test_in_every_format_secrets_are_masked_and_places_named(clones: Path, tmp_path: Path) -> None:
    names = ("terminal", "json", "jsonl", "sarif", "csv", "html")
    reports = [text for name in names for text in ("--report", f"{name}={tmp_path / name}")]
    said = leakhunt("audit", "--repos", clones, *reports, cwd=tmp_path)
    assert said.code == 1
    assert SHARED not in said.out + said.err
    for name in names:
        text = (tmp_path / name).read_text()
        assert SHARED not in text
        assert "team/one" in text, name


@pytest.mark.parametrize(
    "options", [("-f", "github"), ("--report", "gitlab=x"), ("--reveal",), ("--verify-list",)]
)
def test_what_is_there_for_one_repository_only(options: tuple[str, ...], clones: Path) -> None:
    said = leakhunt("audit", "--repos", ".", *options, cwd=clones)
    assert said.code == 2
    assert "hint: " in said.err


@pytest.mark.parametrize("strange", ["~nobody-here/x", "git@host:" + "x" * 300, "x" * 300])
def test_a_name_that_cannot_be_stops_no_other(
    strange: str, clones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    (clones / "list").write_text(f"{strange}\n./two\n")
    done = leakhunt(
        "audit", "--repos", "list", "-f", "json", "--repository-timeout", "9", cwd=clones
    )
    assert done.code == 2
    failed = {one["name"]: one.get("failed") for one in done.json["repositories"]}
    assert len(failed) == 2
    assert list(failed.values()).count(None) == 1
    assert done.json["findings"]


def test_a_list_with_comments_and_what_fails_stops_no_other(clones: Path) -> None:
    (clones / "list.txt").write_text("# all\n\ntwo  # the second\n./nothere\nteam/one\ntwo\n")
    done = leakhunt("audit", "--repos", "list.txt", "-f", "json", cwd=clones)
    assert done.code == 2
    assert [(one["name"], one.get("failed", "")) for one in done.json["repositories"]] == [
        ("two", ""),
        ("./nothere", f"{clones}/nothere: no such file or folder"),
        ("team/one", ""),
    ]
    assert len(done.json["findings"]) == 2
    assert "[3/3]" in done.err
    (problem,) = done.json["problems"]
    assert (problem["kind"], problem["where"]) == ("repository-failed", "./nothere")
    assert leakhunt("audit", "--repos", "list.txt", "--allow-gaps", "-q", cwd=clones).code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_in_the_middle_it_goes_on_and_nothing_is_lost(clones: Path, tmp_path: Path) -> None:
    for number in range(3):
        Repo.init(clones / f"more{number}").commit(a=tokens.github(50 + number))
    command = ("audit", "--repos", str(clones), "-f", "json", "-j1")
    whole = leakhunt(*command, cwd=tmp_path)
    killed = subprocess.Popen(
        [sys.executable, "-m", "leakhunt", *command],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert killed.stderr
    assert killed.stderr.readline().startswith(b"[1/7]")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stderr.close()
    assert kept(tmp_path)
    for file in kept(tmp_path):
        assert not any(t.encode() in file.read_bytes() for t in (SHARED, OWN, OTHER))
        assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "noise").write_text("the folder of the command is no part of it")
    again = leakhunt(*command, cwd=tmp_path)
    assert "done when the last run was interrupted" in again.err
    assert again.json == whole.json
    assert kept(tmp_path) == []


def test_what_was_kept_and_changed_since_is_scanned_again(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("audit", "--repos", str(clones), "-f", "json")

    def broken(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("leakhunt.commands.audits.finish", broken)
        assert leakhunt(*command, cwd=tmp_path).code == 130
    (clones / "empty/untracked").write_text(OTHER)
    Repo(clones / "two").commit(new=tokens.github(9))
    damaged = kept(tmp_path)
    assert len(damaged) == 4
    done = leakhunt(*command, cwd=tmp_path)
    assert "2 repositories were done" in done.err
    assert [one["findings"] for one in done.json["repositories"]] == [1, 1, 2, 2]


def test_what_was_kept_and_is_damaged_counts_for_nothing(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("audit", "--repos", str(clones), "-f", "json")
    with monkeypatch.context() as patch:
        patch.setattr("leakhunt.commands.audits.finish", lambda *_, **__: 1 / 0)
        leakhunt(*command, cwd=tmp_path)
    one, two, three, _ = kept(tmp_path)
    one.write_bytes(one.read_bytes()[:-7])
    two.chmod(0o666)
    three.write_bytes(b"")
    done = leakhunt(*command, cwd=tmp_path)
    assert "1 repository was done" in done.err
    assert leakhunt(*command, "--fresh", cwd=tmp_path).json == done.json


FIRST_DIES = """#!/bin/sh
if mkdir {mark} 2>/dev/null; then kill -9 $$; fi
exec {python} "$@"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_killed_is_started_once_more(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text(FIRST_DIES.format(mark=tmp_path / "mark", python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    done = leakhunt("audit", "--repos", clones, "-f", "json", cwd=tmp_path)
    assert (done.code, len(done.json["findings"])) == (1, 2)
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    lost = leakhunt("audit", "--repos", clones, "-f", "json", cwd=tmp_path)
    assert lost.code == 2
    assert all("signal 9 ended it twice" in one["failed"] for one in lost.json["repositories"])
    assert "4 repositories lost" in lost.err


HANGS = """#!/bin/sh
if mkdir {mark} 2>/dev/null; then
    sleep 1000 &
    echo $! > {mark}/pid
    wait
fi
exec {python} "$@"
"""


def has_ended(pid: int) -> bool:
    """Say whether a process ends: whoever has to bury it need not have done so."""
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_repository_that_takes_too_long_is_given_up_and_tried_again_alone(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = leakhunt("audit", "--repos", clones, "-f", "json", cwd=tmp_path)
    mark, program = tmp_path / "mark", tmp_path / "python"
    program.write_text(HANGS.format(mark=mark, python=sys.executable))
    program.chmod(0o755)
    command = ("audit", "--repos", clones, "-f", "json", "-j1", "--repository-timeout")

    class Clock(threading.Timer):
        """Strikes as soon as the first process hangs, and at no other time."""

        first = True

        def run(self) -> None:
            waits, Clock.first = Clock.first, False
            while waits and not self.finished.wait(0.01):
                if (mark / "pid").exists() and (mark / "pid").read_text().endswith("\n"):
                    self.function(*self.args)
                    return

    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(program))
        patch.setattr(threading, "Timer", Clock)
        late = leakhunt(*command, "7", cwd=tmp_path)
    assert late.code == 2
    failed = [one["failed"] for one in late.json["repositories"] if "failed" in one]
    assert failed == ["given up after 7 s (--repository-timeout)"]
    assert late.err.count("FAILED") == 1
    assert "1 repository given up; the same command with a longer --repository-timeout" in late.err
    assert has_ended(int((mark / "pid").read_text()))
    again = leakhunt(*command, "7000", cwd=tmp_path)
    assert "3 repositories were done" in again.err
    assert again.json["findings"] == whole.json["findings"]
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "there was not enough memory for it"),
        (OSError(errno.ENOSPC, OWN), "No space left on device, while it was scanned"),
        (OSError(errno.EPERM, OWN), "internal error: PermissionError at test_audits.py:"),
    ],
)
def test_what_a_machine_has_run_out_of_is_told(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(_: object) -> None:
        raise error

    monkeypatch.setattr(part, "_audited", raises)
    said = json.loads(part._answer({}))["error"]
    assert said["message"].startswith(told)
    assert said["lost"] == (not told.startswith("internal"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_time_of_one_repository_is_limited_too(
    clones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexec sleep 1000\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    said = leakhunt("audit", "--repository-timeout", "1", cwd=clones / "two")
    assert said.code == 2
    assert "given up after 1 s" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_ends_with_whoever_started_it(clones: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # Nobody writes into it, so whoever reads it waits for ever.
    os.mkfifo(tmp_path / "rules.toml")
    told = {"place": str(clones / "two"), "name": "x", "remote": False, "jobs": 1}
    told |= {"scratch": str(scratch), "options": {"signatures": [str(tmp_path / "rules.toml")]}}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "leakhunt.commands.part"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert child.stdin
    child.stdin.write(json.dumps(told).encode() + b"\n")
    child.stdin.close()
    assert child.wait(60) == -signal.SIGKILL
    assert not scratch.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_says_how_far_it_is(clones: Path, tmp_path: Path) -> None:
    for number in range(3):
        Repo.init(clones / f"more{number}").commit(a=tokens.github(50 + number))
    running = subprocess.Popen(
        [sys.executable, "-m", "leakhunt", "audit", "--repos", str(clones), "-j1"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert running.stderr
    assert running.stderr.readline().startswith(b"[1/7]")
    running.send_signal(signal.SIGINT)
    said = running.stderr.read().decode()
    assert running.wait() == 130
    assert "of 7 repositories were done; the same command goes on from there" in said
    assert "Traceback" not in said
    running.stderr.close()


def test_no_module_of_the_folder_is_loaded(clones: Path) -> None:
    (clones / "json.py").write_text("raise SystemExit('taken')")
    done = process("audit", "--repos", ".", "-f", "csv", cwd=clones)
    assert done.code in (1, 2)
    assert "taken" not in done.err
