"""One process or several, copied or fresh: always the same report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leakhunt.engine import pool
from tests import tokens
from tests.run import leakhunt

RUN = """
import sys
from leakhunt.engine import pool
from leakhunt.sources import files
pool.FORK = sys.argv.pop(1) == "fork"
files._FEW_FILES, files._BATCH_FILES = 0, 2
from leakhunt.cli import main
main()
print("no end")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(9):
        (tmp_path / f"file{number}").write_text(f"key = {tokens.github(number % 4)}\n")
    (tmp_path / "gone").symlink_to("nowhere")
    return tmp_path


def run(method: str, jobs: int, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, method, "scan", "-q", "-f", "json", f"-j{jobs}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_fresh_processes_give_what_copied_ones_give(folder: Path) -> None:
    alone = run("fork", 1, folder)
    assert alone.returncode == 1
    for method, jobs in [("spawn", 2), ("spawn", 4), ("fork", 2), ("fork", 4)]:
        if method == "fork" and sys.platform != "linux":
            continue
        done = run(method, jobs, folder)
        assert (done.stdout, done.stderr) == (alone.stdout, "")
        assert done.returncode == 1


def test_few_files_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pool, "_in_order", refuse)
    assert leakhunt("scan", "-j4", cwd=folder).code == 1
    monkeypatch.setattr("leakhunt.sources.files._FEW_FILES", 0)
    monkeypatch.setattr("leakhunt.sources.files._BATCH_FILES", 2)
    assert "internal error" in leakhunt("scan", "-j4", cwd=folder).err
