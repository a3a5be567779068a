"""What is left for after a run: one at a time, and nobody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leakhunt import cache
from leakhunt.engine import beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there it is done beside")
NAME = "gates-" + "0" * 40
LEAVING = """
import os, sys
from leakhunt.engine import beside

own = os.getpid()

def make():
    nice, session = os.nice(0), os.getsid(0) == os.getpid()
    with open(sys.argv[1]) as stream:
        stream.read()
    with open(sys.argv[2], "w") as stream:
        stream.write(f"{nice} {os.getcwd()} {os.getppid() == own}")

beside.later("gates-" + "0" * 40, make)
beside.leave()
print("over")
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CI")


def test_nobody_waits_for_it(tmp_path: Path) -> None:
    begin, end = tmp_path / "begin", tmp_path / "end"
    os.mkfifo(begin)
    os.mkfifo(end)
    command = [sys.executable, "-c", LEAVING, str(begin), str(end)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    said, _ = process.communicate()  # ends when nobody holds the pipe
    assert said == b"over\n"
    assert cache.read("later-" + "0" * 40) == b""
    assert not beside.due(NAME)  # it is at it, and this is no reason to do the same
    beside.later(NAME, lambda: pytest.fail("one at a time"))
    beside.leave()
    begin.write_text("go on")
    least = min(os.nice(0) + 19, 19)  # where it begins depends on who runs the tests
    assert end.read_text() == f"{least} / False"


def test_what_came_to_nothing_is_due(tmp_path: Path) -> None:
    assert not beside.due(NAME)
    done = tmp_path / "done"
    os.mkfifo(done)
    beside.later(NAME, lambda: done.write_text("tried"))
    beside.leave()
    assert done.read_text() == "tried"
    lock = None
    while lock is None:  # until it has ended
        lock = beside._locked()
    os.close(lock)
    assert beside.due(NAME)


def test_where_a_cache_cannot_be_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "fork", None)
    for place in ("", str(tmp_path / "file/below")):
        monkeypatch.setenv("LEAKHUNT_CACHE", place)
        beside.later(NAME, lambda: pytest.fail("for nobody"))
        beside.leave()
        assert not beside.due(NAME)
