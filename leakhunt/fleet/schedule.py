"""Hands out tasks so that all cores have work: the largest first, with as many as it deserves."""

from __future__ import annotations

import concurrent.futures
from typing import TYPE_CHECKING, TypeVar

from leakhunt.fleet import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_K = TypeVar("_K")


def shares(sizes: Mapping[_K, int], slots: int) -> dict[_K, int]:
    """Return for each task how many jobs it gets, the largest first.

    One that is larger than what each core has to do gets several; of many small ones each gets
    one, because side by side they lose nothing.

    Args:
        sizes: bytes of each task.
        slots: jobs that run at a time.
    """
    fair = max(1, sum(sizes.values()) // max(1, slots))
    ordered = sorted(sizes, key=lambda one: -sizes[one])
    return {one: max(1, min(slots, round(sizes[one] / fair))) for one in ordered}


def results(
    tasks: Iterable[work.Task],
    executor: concurrent.futures.Executor,
    width: int,
    run: Callable[[work.Task], bytes] = work.audited,
) -> Iterator[tuple[work.Task, bytes]]:
    """Run tasks and yield what came of each, as soon as it is there and exactly once.

    Args:
        tasks: in the order in which they start.
        executor: where they run.
        width: jobs that are handed out at a time.
        run: does one.
    """
    waiting = list(tasks)
    running: dict[concurrent.futures.Future[bytes], work.Task] = {}
    while waiting or running:
        free = width - sum(task.jobs for task in running.values())
        while waiting:
            # Where the next is too large for what is free, a smaller one goes first.
            at = next((at for at, task in enumerate(waiting) if task.jobs <= free), None)
            if at is None and not running:
                at = 0
            if at is None:
                break
            task = waiting.pop(at)
            running[executor.submit(run, task)] = task
            free -= task.jobs
        done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), _answer(future)


def _answer(future: concurrent.futures.Future[bytes]) -> bytes:
    try:
        return future.result()
    except (Exception, concurrent.futures.CancelledError) as error:
        # What an executor raises depends on where it runs: a lost worker, a lost scheduler.
        message = f"it was lost where it was scanned ({type(error).__name__})"
        return work.failure(message, lost=True)
