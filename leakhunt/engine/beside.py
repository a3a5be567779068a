"""What is made for the next runs, after this one, by a process that nobody waits for.

Whoever runs a hook for the first time should wait neither this time nor the next. So when the
report is written, a copy of this process makes what the cache lacks: at the lowest priority,
without a word, in a session of its own, with no file or pipe of its parent open, one at a time,
and with a limit. That is Linux only, as forking is unsafe, slow or unknown elsewhere, and not in
continuous integration, which ends what a step leaves behind. There, and where the copy came to
nothing, the next run that finds the same cache makes it itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from leakhunt import cache

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMIT = 120
"""Seconds of CPU time after which the kernel ends the copy."""
_LOCK = "lock"
"""A file in the cache folder; who makes something holds a lock on it."""

_later: tuple[str, Callable[[], object]] | None = None


def later(name: str, make: Callable[[], object]) -> None:
    """Remember what is to be made after this run.

    Args:
        name: under which it will lie in the cache.
        make: makes it, and puts it there.
    """
    global _later
    _later = name, make


def due(name: str) -> bool:
    """Say whether this run has to make it: an earlier one left it for later, and nobody is at it.

    Args:
        name: see :func:`later`.
    """
    if cache.read(_note(name)) is None:
        return False
    lock = _locked()
    if lock is not None:
        os.close(lock)
    return lock is not None


def leave() -> None:
    """Have made what was to be made after this run, which is over."""
    global _later
    waiting, _later = _later, None
    if waiting is None or cache.folder() is None:
        return
    name, make = waiting
    if cache.read(name) is not None:
        return  # this run had to make it after all
    lock = _locked() if cache.read(_note(name)) is not None else None
    if lock is None:
        cache.write(_note(name), b"")
        lock = _locked()
    if lock is None:
        return  # there is no cache, or another process is at it
    if sys.platform == "linux" and "CI" not in os.environ:
        _copy(lock, make)
    os.close(lock)


def _note(name: str) -> str:
    return "later-" + name.rpartition("-")[2]


def _locked() -> int | None:
    """Return a descriptor that holds the lock, or None if another process does.

    Where there are no such locks, nobody ever holds it.
    """
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    import fcntl

    lock = None
    with contextlib.suppress(OSError):
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(f"{cache.folder()}/{_LOCK}", flags, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    if lock is not None:
        os.close(lock)
    return None


if sys.platform != "win32":

    def _copy(lock: int, make: Callable[[], object]) -> None:
        """Start a copy that is nobody's child, holds the lock, makes something and ends."""
        threads = sys.modules.get("threading")
        if threads is not None and threads.active_count() > 1:
            return  # a copy would have none of them, but the locks that they hold
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            return
        # Whatever happens: nothing of the process that this is a copy of may run on here.
        with contextlib.suppress(BaseException):
            os.setsid()
            if os.fork() == 0:
                _alone(lock)
                make()
        os._exit(0)

    def _alone(lock: int) -> None:
        """Take nothing from anybody: neither files nor the time of others."""
        import resource

        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        # Closing all that there might be takes minutes where a process may have a billion.
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
            if (descriptor := int(name)) > 2 and descriptor != lock:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        os.chdir("/")
        os.nice(19)
        resource.setrlimit(resource.RLIMIT_CPU, (_LIMIT, _LIMIT))
