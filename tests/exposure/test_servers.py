"""What a row says of an API is what the API does: servers of others are started and looked at.

What is not installed is skipped: `pip install 'leakhunt[servers]'`, and for Node the packages in a
folder that `NODE_PATH` names.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from leakhunt.exposure import reading
from leakhunt.exposure.model import Scope
from tests.exposure.live.servers import free_port
from tests.exposure.server_code import ALONE, NODE, PYTHON, RUN_NODE, RUN_PYTHON

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
LONGEST = 20
"""Seconds until a server must have opened its port."""
MISSING = re.compile(
    r"ModuleNotFoundError|ERR_MODULE_NOT_FOUND|not found|`?jupyter-server`? not found|node: No such"
)
_LISTENING = {"tcp": "0A", "udp": "07"}
"""What the kernel writes of sockets that wait for somebody."""
_ANY = {"0" * 8, "0" * 32}


def opened() -> dict[int, set[str]]:
    """Addresses on which this host listens, by port, as the kernel writes them."""
    found: dict[int, set[str]] = {}
    for name in ("tcp", "tcp6", "udp", "udp6"):
        table = Path("/proc/net", name)
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for line in lines:
            _, local, _, state, *_ = line.split()
            if state == _LISTENING[name[:3]]:
                address, port = local.split(":")
                found.setdefault(int(port, 16), set()).add(address)
    return found


class Started:
    """Servers in one process, each on a port of its own."""

    def __init__(self, command: list[str], servers: Mapping[str, str], folder: Path) -> None:
        ports: dict[str, int] = {}
        while len(ports) < len(servers):
            port = free_port()
            if port not in ports.values():
                ports[sorted(servers)[len(ports)]] = port
        self.code = {name: servers[name].replace("PORT", str(ports[name])) for name in servers}
        self.ports = ports
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        self.out = folder / "out"
        with self.out.open("wb") as stream:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(self.code).encode())
        self.process.stdin.close()
        self.deadline = time.monotonic() + LONGEST

    def told(self) -> dict[str, dict[str, str]]:
        """What became of those that did not start."""
        lines = [line for line in self.out.read_text().splitlines() if line.startswith("{")]
        read = [json.loads(line) for line in lines]
        return {one.get("skip") or one.get("failed"): one for one in read}

    def addresses(self, name: str) -> set[str]:
        """Where a server listens, as soon as it does."""
        while self.process.poll() is None:
            found = opened().get(self.ports[name])
            if found:
                return found
            if time.monotonic() > self.deadline:
                break
            said = self.told().get(name)
            if said and "skip" in said:
                pytest.skip(said["why"])
            assert not said, said
            time.sleep(0.05)
        pytest.fail(f"{name} opened nothing: {self.told()}")

    def end(self) -> None:
        """End the process and all that it started."""
        os.killpg(self.process.pid, 9)
        self.process.wait()


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    command = [sys.executable, "-W", "ignore", "-c", RUN_PYTHON]
    started = Started(command, PYTHON, tmp_path_factory.mktemp("python"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    started = Started([program, "-e", RUN_NODE], NODE, tmp_path_factory.mktemp("node"))
    yield started
    started.end()


WITH = {"py": [sys.executable, "-W", "ignore"], "sh": ["sh"], "mjs": ["node"]}
"""What starts a file."""


@contextlib.contextmanager
def alone(name: str, folder: Path) -> Iterator[tuple[set[str], str, int]]:
    """Start what wants a process for itself; gives where it listens, its code and its port."""
    file, code = ALONE[name]
    port = free_port()
    code = code.replace("PORT", str(port))
    (folder / file).write_text(code)
    (folder / "index.html").write_text("")
    (folder / "pages").mkdir()
    (folder / "pages" / "index.js").write_text("export default () => null\n")
    packages = os.environ.get("NODE_PATH", "")
    if packages:
        (folder / "node_modules").symlink_to(packages)
    path = f"{Path(sys.executable).parent}:{packages}/.bin:{os.environ['PATH']}"
    command = WITH[file.rpartition(".")[2]]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [*command, file],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1"},
            start_new_session=True,
        )
    try:
        end = time.monotonic() + LONGEST
        while not (found := opened().get(port)) and process.poll() is None:
            if time.monotonic() > end:
                break
            time.sleep(0.05)
        said = (folder / "out").read_text("utf-8", "replace")
        if not found and MISSING.search(said):
            pytest.skip(f"not installed: {said.strip().splitlines()[-1][:80]}")
        assert found, said
        yield found, code, port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def compare(started: Started, name: str, path: str) -> None:
    wide = bool(started.addresses(name) & _ANY)
    found = reading.read(path, started.code[name].encode())
    assert found is not None
    (listener,) = found.listeners
    assert listener.scope is (Scope.WILDCARD if wide else Scope.LOOPBACK)
    assert listener.port == started.ports[name]


@pytest.mark.xdist_group("servers")
@pytest.mark.parametrize("name", PYTHON)
def test_python_servers_do_what_their_rows_say(python: Started, name: str) -> None:
    compare(python, name, "app.py")


@pytest.mark.xdist_group("servers")
@pytest.mark.parametrize("name", NODE)
def test_node_servers_do_what_their_rows_say(node: Started, name: str) -> None:
    compare(node, name, "app.js")


@pytest.mark.xdist_group("servers")
@pytest.mark.parametrize("name", ALONE)
def test_servers_with_a_process_of_their_own_do_what_their_rows_say(
    name: str, tmp_path: Path
) -> None:
    if ALONE[name][0].endswith("mjs") and shutil.which("node") is None:
        pytest.skip("node is not installed")
    with alone(name, tmp_path) as (found, code, port):
        read = reading.read(ALONE[name][0], code.encode())
    assert read is not None
    (listener,) = read.listeners
    assert listener.scope is (Scope.WILDCARD if found & _ANY else Scope.LOOPBACK)
    assert listener.port == port
