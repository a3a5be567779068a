"""One repository, audited in a process of its own: what crashes there stops no other.

The process is held on a leash, its standard input: when whoever started it is gone, by whatever
means, it ends and takes along what it started.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any

from leakhunt import __version__
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopped = threading.Event()


@record(frozen=True, slots=True)
class Task:
    """What a process is told.

    Attributes:
        name: what the report calls the repository.
        place: an absolute path, or an address to clone from.
        remote: whether it is cloned first.
        options: of the command line, as JSON can hold them.
        folder: the working folder of whoever asks.
        contexts: whether the lines around findings are wanted.
        jobs: processes that scan.
        limit: seconds after which it is given up, cloning included; 0 is never.
        version: of the leakhunt that asks.
    """

    name: str
    place: str
    remote: bool
    options: Mapping[str, Any]
    folder: str
    contexts: bool = False
    jobs: int = 1
    limit: int = 0
    version: str = __version__


def audited(task: Task) -> bytes:
    """Audit a repository and return what `leakhunt.commands.part` wrote: JSON, secrets masked.

    A process that is killed is started once more, with one job: another may have needed its
    memory.
    """
    if task.version != __version__:
        return failure(f"leakhunt {__version__} is installed where it was sent, not {task.version}")
    try:
        said, code = _attempt(task)
        if code < 0 and not said and not _stopped.is_set():
            said, code = _attempt(dataclasses.replace(task, jobs=1))
    except TimeoutError:
        return failure(f"given up after {task.limit:,} s (--repository-timeout)", late=True)
    except OSError as error:
        return failure(f"it could not be started: {error.strerror}", lost=True)
    if said:
        return said
    how = f"it ended with exit code {code}"
    if code < 0:
        how = f"signal {-code} ended it twice"
        if sys.platform != "win32" and code == -signal.SIGKILL:
            how += ", as when there is no memory left"
    return failure(f"the process that scanned it failed: {how}", lost=True)


def failure(message: str, *, lost: bool = False, late: bool = False) -> bytes:
    """Return what stands for the result of a repository that could not be audited.

    Args:
        message: why, for people.
        lost: the repository may well be fine; it is worth another try.
        late: it took longer than was allowed.
    """
    return json.dumps({"error": {"message": message, "lost": lost, "late": late}}).encode()


def stop() -> None:
    """End every process that runs here; nothing new starts."""
    _stopped.set()
    with _lock:
        for process in _running:
            # It notices, and ends what it started itself.
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
    for process in tuple(_running):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


def resume() -> None:
    """Allow processes to start again."""
    _stopped.clear()


def _attempt(task: Task) -> tuple[bytes, int]:
    """Start a process and wait for it; return what it wrote, and its exit code.

    Raises:
        TimeoutError: it took longer than was allowed.
        OSError: it could not be started.
    """
    if _stopped.is_set():
        return b"", 1
    scratch = tempfile.mkdtemp(prefix="leakhunt-clone-")
    told = json.dumps(dataclasses.asdict(task) | {"scratch": scratch}).encode() + b"\n"
    try:
        process = subprocess.Popen(
            # -P: the folder that it starts in may be a stranger's, with a json.py in it.
            [sys.executable, "-P", "-m", "leakhunt.commands.part"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=task.folder if os.path.isdir(task.folder) else None,  # noqa: PTH112
            start_new_session=True,
        )
        return _waited(process, told, task.limit)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _waited(process: subprocess.Popen[bytes], told: bytes, limit: int) -> tuple[bytes, int]:
    assert process.stdin is not None
    assert process.stdout is not None
    with _lock:
        _running.add(process)
    late = threading.Event()
    clock = threading.Timer(limit, _end, (process, late))
    clock.daemon = True
    if limit:
        clock.start()
    try:
        with contextlib.suppress(OSError):
            process.stdin.write(told)
            process.stdin.flush()
        said = process.stdout.read()
        code = process.wait()
    finally:
        clock.cancel()
        with _lock:
            _running.discard(process)
            with contextlib.suppress(OSError):
                process.stdin.close()
        process.stdout.close()
    if late.is_set() and code != 0:
        raise TimeoutError
    return (said if code == 0 else b""), code


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    """End a process that takes too long, and what it started: git, and processes that scan."""
    late.set()
    with contextlib.suppress(OSError):
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
