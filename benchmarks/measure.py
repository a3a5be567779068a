"""Runs one command to its end and says what it cost, with everything that it started."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Collection, Iterator, Mapping

PAUSE = 0.05
"""Seconds between two looks at the memory of all processes."""
_SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux."""
_LONGEST = 200
"""Characters that are kept of what a command said."""
_ERROR = re.compile(r"(?i)\b(?:fatal|error|err|panic|traceback)\b")


@dataclasses.dataclass(frozen=True)
class Command:
    """What to run."""

    arguments: list[str]
    cwd: Path | None = None
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What is added to this process's own."""
    output: Path | None = None
    """Where standard output goes; nowhere by default."""


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run cost."""

    seconds: float
    """By the clock on the wall, until the command itself ended."""
    cpu: float
    """Seconds of user and system time of the command and all that it started."""
    megabytes: float
    """Resident memory of the largest single process at its peak, mapped files included."""
    code: int
    """The exit code; negative for a signal."""
    said: str = ""
    """The last line on standard error that speaks of an error, or else the very last."""
    complained: bool = False
    """Whether it speaks of an error."""
    together: float | None = None
    """Megabytes of all processes at once at their peak, shared pages counted once."""
    own: float | None = None
    """Of these, megabytes that are no part of a file. Both only where memory was watched."""


def measure(command: Command, *, limit: float = 3600, watch: bool = False) -> Run:
    """Run a command to its end.

    Args:
        command: what to run.
        limit: seconds after which it is killed; it then ends with signal 9.
        watch: look at the memory of all its processes while it runs. That costs time of its own
            (on Linux; elsewhere nothing is seen), so do not compare the seconds of such a run.

    Raises:
        OSError: the command cannot be started.
    """
    _adopt_orphans()
    others = set(_children())
    environment = os.environ | command.environment
    # Installers compile modules; without this a clone would do it in every run.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile())
        output = stack.enter_context((command.output or Path(os.devnull)).open("wb"))
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        watcher = _Watcher(process.pid)
        stack.callback(watcher.end)
        killer = threading.Timer(limit, _kill, [process.pid])
        stack.callback(killer.cancel)
        killer.start()
        if watch:
            watcher.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
            for usage in _orphans(others):
                cpu += usage.ru_utime + usage.ru_stime
                peak = max(peak, usage.ru_maxrss)
        except BaseException:
            _kill(process.pid)
            raise
        errors.seek(0)
        said, complained = _last_line(errors.read())
    together, own = watcher.peaks
    return Run(
        seconds,
        cpu,
        peak / _PER_MEGABYTE,
        process.returncode,
        said,
        complained,
        together or None,
        own or None,
    )


_PER_MEGABYTE = 1 << 20 if sys.platform == "darwin" else 1 << 10
"""`ru_maxrss` counts bytes on macOS and kilobytes elsewhere."""


def _last_line(text: bytes) -> tuple[str, bool]:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    errors = [line for line in lines if _ERROR.search(line)]
    last = (errors or lines or [""])[-1]
    return last.strip()[:_LONGEST], bool(errors)


def _kill(session: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
    for pid, _ in _members(session):  # of other groups
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _adopt_orphans() -> None:
    """Become the parent of what a command leaves behind, so that its time can be counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _orphans(others: Collection[int]) -> Iterator[resource.struct_rusage]:
    """Wait for what a command that ended has left running, and yield what it cost.

    That may be of a session of its own. Children from before are others'.
    """
    while left := [pid for pid in _children() if pid not in others]:
        for pid in left:
            with contextlib.suppress(ChildProcessError):
                yield os.wait4(pid, 0)[2]


def _children() -> Iterator[int]:
    """Yield the processes whose parent is this one."""
    return (pid for pid, parent, _ in _processes() if parent == os.getpid())


def _members(session: int) -> Iterator[tuple[int, int]]:
    """Yield the processes of a session, each with its parent."""
    return ((pid, parent) for pid, parent, number in _processes() if number == session)


def _processes() -> Iterator[tuple[int, int, int]]:
    """Yield each process with its parent and its session."""
    if sys.platform != "linux":
        return
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            # The name in parentheses may hold anything, also a parenthesis.
            _, parent, _, number, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
            yield int(entry.name), int(parent), int(number)


class _Watcher(threading.Thread):
    """Adds up the memory of all processes of a session, again and again."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._over = threading.Event()
        self._together = self._own = 0

    def run(self) -> None:
        """Look until :meth:`end` is called."""
        while not self._over.wait(PAUSE):
            together = own = 0
            for pid, _ in _members(self._session):
                with contextlib.suppress(OSError):
                    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                        name, _, rest = line.partition(":")
                        together += int(rest.split()[0]) if name == "Pss" else 0
                        own += int(rest.split()[0]) if name == "Pss_Anon" else 0
            self._together = max(self._together, together)
            self._own = max(self._own, own)

    def end(self) -> None:
        """Stop looking."""
        self._over.set()
        if self.is_alive():
            self.join()

    @property
    def peaks(self) -> tuple[float, float]:
        """Megabytes of everything, and of what is no part of a file; 0 if nobody looked."""
        return self._together / 1024, self._own / 1024
