"""Many repositories on a Dask cluster: a real scheduler and real workers, on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import re
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
from tests.git.served import serving
from tests.run import leakhunt, process
from tests.verify.servers import certificate

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
    with _running("tcp", 3, tmp_path_factory.mktemp("dask")) as (address, running):
        yield address, running[1:]


@contextlib.contextmanager
def _running(scheme: str, workers: int, folder: Path) -> Iterator[tuple[str, list[Any]]]:
    """The address of a scheduler; itself and its workers, as processes."""
    from distributed import Client

    address = f"{scheme}://127.0.0.1:{_free()}"
    running = [started("dask_scheduler", "--host", address, "--no-dashboard", "--no-jupyter")]
    running += [
        started(
            *("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
            *("--local-directory", f"{folder}/{number}", "--memory-limit", "0"),
        )
        for number in range(workers)
    ]
    try:
        with Client(address, timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, running
    finally:
        for one in running:
            kill(one)


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


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


def test_workers_clone_addresses_and_one_that_dies_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over https, with the helpers of the workers' own git: the command knows no password."""
    login, clones = tokens.github(30), _clones(tmp_path, 9)
    (tmp_path / "scratch").mkdir()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(clones, f"ada:{login}", tmp_path))
        settings = tmp_path / "gitconfig"
        settings.write_text(server.settings("ada", login))
        names = [f"{server.address}/r{number}/.git" for number in range(9)]
        (tmp_path / "list").write_text("\n".join(names))
        command = ("audit", "--repos", "list", "-f", "json", "-o", "out.json")
        with monkeypatch.context() as patch:
            patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
            patch.setenv("TMPDIR", str(tmp_path / "scratch"))
            dask = _running("tcp", 3, tmp_path)
            address, running = stack.enter_context(dask)
        with _audit(*command, "--cluster", address, folder=tmp_path) as audit:
            _wait_until_done(audit, 2)
            kill(running[1])
            said = audit.communicate(timeout=120)[1].decode()
    report = json.loads((tmp_path / "out.json").read_text())
    assert audit.returncode == 1, said
    assert sorted(one["findings"] for one in report["repositories"]) == [1] * 9
    assert len(report["findings"]) == 9
    assert len(re.findall(r"^\[ *\d+/9\]", said, re.MULTILINE)) == 7
    assert len(server.asked) >= 9
    assert login not in said + json.dumps(report)


def test_no_scheduler(tmp_path: Path) -> None:
    Repo.init(tmp_path / "r").commit(a="x")
    said = process("audit", "r", "--cluster", f"tcp://127.0.0.1:{_free()}", cwd=tmp_path)
    assert said.code == 2
    assert "no scheduler answers" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "address", ["foo://127.0.0.1:8786", "tcp://127.0.0.1", "127.0.0.1:x", "tcp://a:99999", "tls://"]
)
def test_what_is_no_address_is_told_at_once(address: str, tmp_path: Path) -> None:
    Repo.init(tmp_path / "r").commit(a="x")
    said = leakhunt("audit", "r", "--cluster", address, cwd=tmp_path)
    assert said.code == 2
    assert "no address of a scheduler" in said.err
    assert "tls://HOST:PORT" in said.err


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Certificates in Dask's own configuration, for this process and those that it starts."""
    import dask

    file, key = map(str, certificate(tmp_path, name="cluster"))
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", file)
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT", file)
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY", key)
    dask.config.refresh()
    yield
    monkeypatch.undo()
    dask.config.refresh()


def test_connections_are_encrypted_with_the_certificates_that_dask_is_given(
    trusted: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clones = _clones(tmp_path, 4)
    command = ("audit", "--repos", str(clones), "-f", "json", "--cluster")
    with _running("tls", 1, tmp_path) as (address, running):
        done = process(*command, address, cwd=tmp_path)
        assert (done.code, len(done.json["findings"])) == (1, 4)
        other, _ = certificate(tmp_path, name="other")
        with monkeypatch.context() as patch:
            patch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(other))
            strange = process(*command, address, cwd=tmp_path)
        assert (strange.code, "certificate is not trusted" in strange.err) == (2, True)
        with _audit(*command, address, folder=tmp_path) as audit:
            _wait_until_done(audit, 2)
            kill(running[0])  # the scheduler, and nobody starts it again
            said = audit.communicate(timeout=120)[1].decode()
        assert audit.returncode == 2
        assert "lost; the same command scans only what is not done" in said
        assert "Traceback" not in said
    again = process(*command[:-1], cwd=tmp_path)
    assert "when the last run was interrupted" in again.err
    assert again.json["findings"] == done.json["findings"]


def test_certificates_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Repo.init(tmp_path / "r").commit(a="x")
    command = ("audit", "r", "--cluster", f"tls://127.0.0.1:{_free()}")
    bare = process(*command, cwd=tmp_path)
    assert (bare.code, "Dask is given no certificates" in bare.err) == (2, True)
    for one in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"):
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{one}", str(tmp_path / "none"))
    missing = process(*command, cwd=tmp_path)
    assert (missing.code, "certificates cannot be read" in missing.err) == (2, True)
    for one in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"):
        monkeypatch.delenv(f"DASK_DISTRIBUTED__COMM__TLS__{one}")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "true")
    plain = process("audit", "r", "--cluster", f"tcp://127.0.0.1:{_free()}", cwd=tmp_path)
    assert (plain.code, "asks for encryption" in plain.err) == (2, True)


def test_the_command_is_killed_and_nothing_is_lost_or_done_twice(
    cluster: tuple[str, list[Any]], tmp_path: Path
) -> None:
    command = ("audit", "--repos", str(_clones(tmp_path, 6)), "-f", "json")
    there = (*command, "--cluster", cluster[0])
    with _audit(*there, folder=tmp_path) as audit:
        _wait_until_done(audit, 3)
        audit.send_signal(signal.SIGKILL)
        audit.communicate()
    again = process(*there, cwd=tmp_path)
    told = re.search(r"^(\d+) repositories were done when the last run", again.err)
    assert told, again.err
    rest = re.findall(r"^\[ *\d+/6\] (\S+):", again.err, re.MULTILINE)
    assert len(rest) == len(set(rest)) == 6 - int(told[1])
    assert int(told[1]) >= 2
    whole = process(*command, cwd=tmp_path)
    assert again.json == whole.json
    assert len(whole.json["findings"]) == 6


def _clones(folder: Path, count: int) -> Path:
    for number in range(count):
        Repo.init(folder / f"clones/r{number}").commit(a=tokens.github(number))
    return folder / "clones"


def _audit(*args: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "leakhunt", *args],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,  # a line that was read ahead would be lost for `communicate`
        cwd=folder,
    )


def _wait_until_done(audit: subprocess.Popen[bytes], count: int) -> None:
    """Return when it has told of that many repositories; what it told of but the last is kept."""
    assert audit.stderr
    while not audit.stderr.readline().startswith(f"[{count}/".encode()):
        assert audit.poll() is None
