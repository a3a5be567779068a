"""Splits work that is known over processes: forked ones, which see all that this one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from leakhunt.engine.workers import FORK
from leakhunt.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_FEW = 24
"""So few pieces of work are not worth a process."""
_AT_ONCE = 4
_work: Callable[[int], object] | None = None
"""What the processes have in common; they find it here."""


def spread(work: Callable[[int], T], count: int, jobs: int) -> list[T]:
    """Do `count` pieces of work in `jobs` processes.

    Args:
        work: does the piece of a number, from 0 on; it changes nothing that matters here.
        count: how many there are.
        jobs: processes; where they cannot be forked this one does all.

    Returns:
        What came of each piece, in order.

    Raises:
        EngineError: a process died.
    """
    global _work
    if jobs < 2 or not FORK or count < _FEW:
        return [work(number) for number in range(count)]
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("fork")
    _work = work
    try:
        with concurrent.futures.ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_start
        ) as pool:
            return list(pool.map(_one, range(count), chunksize=_AT_ONCE))  # type: ignore[arg-type]
    except concurrent.futures.process.BrokenProcessPool:
        raise EngineError(
            "a worker process died, probably for lack of memory",
            "try again with --jobs 1",
        ) from None
    finally:
        _work = None


def _start() -> None:
    import signal

    # The parent decides what Ctrl-C means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(number: int) -> object:
    assert _work is not None
    return _work(number)
