"""Splits work that is known over processes: forked ones, which see all that this one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from leakhunt import derived, patience
from leakhunt.engine.pool import FORK, WAYS, died, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.model import Problem

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
        EngineError: a process died, and so did one the second time.
    """
    global _work
    if jobs < 2 or not FORK or count < _FEW:
        return [work(number) for number in range(count)]
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("fork")
    _work = work
    try:
        for way in WAYS:
            with concurrent.futures.ProcessPoolExecutor(
                jobs, mp_context=context, initializer=prepare, initargs=(way, patience.limit)
            ) as pool:
                try:
                    done = list(pool.map(_one, range(count), chunksize=_AT_ONCE))
                except concurrent.futures.process.BrokenProcessPool:
                    continue
            for _, late, made in done:
                for problem in late:
                    patience.note(problem)
                derived.take(made)
            return [result for result, *_ in done]  # type: ignore[misc]
        raise died()
    finally:
        _work = None


def _one(number: int) -> tuple[object, list[Problem], dict[tuple[str, str | bytes], bytes]]:
    assert _work is not None
    return _work(number), patience.taken(), derived.taken()
