"""Many repositories on a Dask cluster: a real scheduler and real workers, on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leakhunt.fleet import executors, schedule, work
from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, process

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes by group")


ROOT = Path(__file__).parents[2]


def started(*args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + args[0], *args[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,  # workers import what they are sent by its name
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Any]]]:
    """A scheduler and three workers, each with one thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    local = str(tmp_path_factory.mktemp("dask"))
    running = [started("dask_scheduler", "--host", address, "--no-dashboard", "--no-jupyter")]
    running += [
        started(
            *("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
            *("--local-directory", f"{local}/{number}", "--memory-limit", "0"),
        )
        for number in range(3)
    ]
    try:
        _wait_for(address, 3)
        yield address, running[1:]
    finally:
        for one in running:
            kill(one)


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def slowly(task: work.Task) -> bytes:
    """Do nothing for a moment, in a worker, and leave a trace of that."""
    with Path(task.folder, f"{task.name}.{os.getpid()}").open("x"):
        time.sleep(0.5)
    return task.name.encode()


def test_a_worker_that_dies_loses_nothing_and_does_nothing_twice(
    cluster: tuple[str, list[Any]], tmp_path: Path
) -> None:
    address, workers = cluster
    tasks = [work.Task(f"{n}", "", False, {}, str(tmp_path)) for n in range(12)]
    came: list[bytes] = []
    with executors.cluster(address) as (executor, width):
        assert width == 6
        for _, said in schedule.results(tasks, executor, width, slowly):
            came.append(said)
            if len(came) == 2:
                # One of those that are at work, in the middle of it.
                kill(workers[0])
    assert sorted(came) == sorted(task.name.encode() for task in tasks)
    attempts = len(list(tmp_path.iterdir()))
    assert attempts >= len(tasks)


def test_repositories_are_audited_by_workers(
    cluster: tuple[str, list[Any]], tmp_path: Path
) -> None:
    address, _ = cluster
    clones = tmp_path / "clones"
    shared = tokens.github(1)
    for number in range(3):
        Repo.init(clones / f"r{number}").commit(a=shared, b=tokens.github(10 + number))
    here = leakhunt("audit", "--repos", clones, "-f", "json", cwd=tmp_path)
    there = process(
        *("audit", "--repos", str(clones), "-f", "json", "--cluster", address), cwd=tmp_path
    )
    assert there.code == 1, there.err
    assert there.json == here.json
    assert len(there.json["findings"]) == 4


def test_no_scheduler(tmp_path: Path) -> None:
    Repo.init(tmp_path / "r").commit(a="x")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = process("audit", "r", "--cluster", f"tcp://127.0.0.1:{port}", cwd=tmp_path)
    assert said.code == 2
    assert "no scheduler answers" in said.err
    assert "Traceback" not in said.err
