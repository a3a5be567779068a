"""Grammars that turn in a circle or crash: the file is told, everything else is scanned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leakhunt.facts import aside
from tests import tokens
from tests.repo import Repo

PROGRAM = Path(__file__).parent / "in_circles.py"
WHY = "parsing took longer than 1 s of CPU time (--file-timeout), so it was read line by line"


def run(*args: str, cwd: Path, how: str = "") -> tuple[int, dict[str, Any]]:
    command = [sys.executable, str(PROGRAM), *args, "-q", "-f", "json", "--file-timeout", "1"]
    env = {**os.environ, "HOW": how}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=env, timeout=300)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def code(number: int, *more: str) -> str:
    """Return code that opens a port, and holds a password and a token."""
    lines = [
        f"TOKEN = '{tokens.github(number)}'",
        f"password = 'Tr0ub4dor{number}xyz'",
        "app.run(host='0.0.0.0', port=9000)",
        *more,
    ]
    return "\n".join(lines) + "\n"


def fill(folder: Path) -> None:
    for number in range(12):
        (folder / f"file{number:02}.py").write_text(code(number))
    (folder / "file05.py").write_text(code(5, "CIRCLE = 1"))
    (folder / "file07.py").write_text(code(7, "CRASH = 1"))


def found(report: dict[str, Any], kind: str) -> set[str]:
    return {
        place["path"]
        for finding in report["findings"]
        if finding["kind"] == kind
        for place in finding["locations"]
    }


def told(report: dict[str, Any]) -> dict[str, str]:
    return {problem["where"]: problem["message"] for problem in report["problems"]}


@pytest.mark.parametrize(
    ("jobs", "how"),
    [
        pytest.param("1", "", id="one process"),
        pytest.param("3", "", id="several"),
        pytest.param("1", "fresh", id="one that asks a fresh one"),
        pytest.param("3", "fresh", id="several fresh ones"),
    ],
)
def test_what_does_not_end_is_told_and_the_rest_is_scanned(
    tmp_path: Path, jobs: str, how: str
) -> None:
    fill(tmp_path)
    status, report = run("scan", f"-j{jobs}", cwd=tmp_path, how=how)
    assert status == 2
    assert told(report) == {
        "file05.py": WHY,
        "file07.py": "what parses it was ended by signal 11, so it was read line by line",
    }
    assert {problem["kind"] for problem in report["problems"]} == {"timeout"}
    every = {f"file{number:02}.py" for number in range(12)}
    assert found(report, "secret") == every
    assert found(report, "exposure") == every - {"file05.py", "file07.py"}
    assert report["scanned"]["files"] == 12
    assert len([one for one in report["findings"] if one["signature"] == "github-pat"]) == 12


def test_a_commit_waits_no_longer(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("a.py", code(1, "CIRCLE = 1"))
    repo.write("b.py", code(2))
    repo.git("add", "-A")
    status, report = run("staged", cwd=repo.path)
    assert (status, told(report)) == (2, {"a.py": WHY})
    assert found(report, "secret") == {"a.py", "b.py"}


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_neither_does_history(tmp_path: Path, jobs: str) -> None:
    """There code is read when a line left open whether it holds a secret."""
    repo = Repo(tmp_path / "repo")
    for number in range(30):
        more = ["CIRCLE = 1"] if number == 3 else []
        repo.commit(f"file{number:02}.py", code(number, *more))
    status, report = run("history", f"-j{jobs}", cwd=repo.path)
    assert (status, told(report)) == (2, {"file03.py": WHY})
    assert len(found(report, "secret")) == 30


def test_clean_files_of_the_same_kind_stay_clean(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("password = os.environ['P']\nCIRCLES = 0\n")
    status, report = run("scan", cwd=tmp_path)
    assert (status, report["problems"], report["findings"]) == (0, [], [])


def test_what_nobody_asks_for_has_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.patience.way", "aside")
    monkeypatch.setattr(aside, "_beside", None)
    started = []
    monkeypatch.setattr(aside, "_started", lambda: started.append(True))
    from leakhunt import facts

    assert facts.read("a.yaml", b"password: hunter22\n").assignments
    assert not started
