"""Spreads batches over processes. With one job the same code runs in this process."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import os
import sys
from typing import TYPE_CHECKING

from leakhunt import derived, patience
from leakhunt.engine.scan import Engine
from leakhunt.engine.workers import Scanned, scan_batch
from leakhunt.errors import EngineError

if TYPE_CHECKING:
    import concurrent.futures
    from collections import deque
    from collections.abc import Iterable, Iterator

    from leakhunt.engine.batches import Batch
    from leakhunt.engine.scan import Settings

FORK = sys.platform == "linux"
"""Whether workers start as copies of this process; where that is unsafe they start from nothing."""
BRIEF = 2 * 1024 * 1024
"""Bytes up to which it costs less to look for all gates without compiling all of them."""
_CIRCLES = 200_000
"""So many new objects before Python looks for circles of objects that nobody holds any more."""
WAYS = (patience.ALARM, patience.ASIDE)
"""How workers parse code at first, and how when one of them has ended over it."""


def died() -> EngineError:
    """Return what to say when a worker process ends a second time."""
    return EngineError(
        "a worker process died, probably for lack of memory", "try again with --jobs 1"
    )


def prepare(way: str, limit: int) -> None:
    """Make this process a worker.

    Args:
        way: one of `WAYS`.
        limit: seconds of CPU time that the code of one file may take.
    """
    import signal

    # The parent decides what Ctrl-C means; workers end when it shuts the pool down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    derived.taken()  # what is there by now is the parent's
    if sys.platform == "win32":
        way = patience.ASIDE  # there is no alarm
    if patience.way != patience.HERE:
        patience.way = way
    patience.limit = limit


_engine: Engine | None = None


def _start(engine: Engine | None, settings: Settings, way: str, limit: int) -> None:
    global _engine
    prepare(way, limit)
    _engine = engine or Engine(settings)


def _scan(batch: Batch) -> Scanned:
    assert _engine is not None
    result = scan_batch(_engine, batch)
    result.derived = derived.taken()
    return result


def scan_batches(engine: Engine, batches: Iterable[Batch], jobs: int) -> Iterator[Scanned]:
    """Scan batches in `jobs` processes and yield the results in the order of the batches.

    If a process dies, what has no result yet is scanned once more, with care.

    Raises:
        EngineError: a worker process died again.
    """
    # Nothing of what is loaded by now goes away; and what is scanned makes no circles.
    gc.freeze()
    gc.set_threshold(_CIRCLES)
    batches = iter(batches)
    ahead = list(itertools.islice(batches, 2 if jobs > 1 else 1))
    batches = itertools.chain(ahead, batches)
    if len(ahead) > 1 or getattr(ahead[0] if ahead else None, "size", 0) > BRIEF:
        engine.complete()
    if len(ahead) < 2:  # one process would have nothing to do
        for batch in batches:
            yield scan_batch(engine, batch)
        return
    import collections
    import concurrent.futures

    # Forked workers share the compiled database and these modules; elsewhere each builds its own.
    import leakhunt.contextual.search
    import leakhunt.engine.judge
    import leakhunt.engine.pairing  # noqa: F401

    waiting: deque[_Awaited] = collections.deque()
    for way in WAYS:
        try:
            yield from _with(engine, way, batches, waiting, jobs)
        except concurrent.futures.process.BrokenProcessPool:
            continue
        return
    raise died()


@dataclasses.dataclass(slots=True)
class _Awaited:
    """A batch that has no result yet, or one that nobody has taken."""

    batch: Batch
    future: concurrent.futures.Future[Scanned] | None = None

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        future = self.future
        return bool(future and future.done() and not future.cancelled() and not future.exception())


def _with(
    engine: Engine, way: str, batches: Iterator[Batch], waiting: deque[_Awaited], jobs: int
) -> Iterator[Scanned]:
    """Scan what waits, and then the batches, with workers that parse in one way.

    Raises:
        BrokenProcessPool: a worker died; what has no result waits.
    """
    import concurrent.futures
    import multiprocessing

    context = multiprocessing.get_context("fork" if FORK else "spawn")
    pool = concurrent.futures.ProcessPoolExecutor(
        jobs,
        mp_context=context,
        initializer=_start,
        initargs=(engine if FORK else None, engine.settings, way, patience.limit),
    )
    try:
        yield from _in_order(pool, batches, waiting, ahead=jobs * 3)
    except concurrent.futures.process.BrokenProcessPool:
        pool.shutdown()
        raise
    except BaseException:
        # A batch may be a file of any size: nobody waits for it.
        for worker in multiprocessing.active_children():
            worker.terminate()
        pool.shutdown()
        raise
    # They take some time to end, and have nothing more to say.
    pool.shutdown(wait=False)


def _in_order(
    pool: concurrent.futures.ProcessPoolExecutor,
    batches: Iterator[Batch],
    waiting: deque[_Awaited],
    ahead: int,
) -> Iterator[Scanned]:
    """Keep the pool busy without queueing everything at once."""
    for one in waiting:
        if not one.done:
            one.future = pool.submit(_scan, one.batch)
    for batch in batches:
        waiting.append(one := _Awaited(batch))
        one.future = pool.submit(_scan, batch)
        if len(waiting) > ahead:
            yield _first(waiting)
    while waiting:
        yield _first(waiting)


def _first(waiting: deque[_Awaited]) -> Scanned:
    """Take the result of what has waited longest, which waits on if its worker died."""
    future = waiting[0].future
    assert future is not None
    result = future.result()
    waiting.popleft()
    derived.take(result.derived)
    return result


def default_jobs() -> int:
    """Return how many processes to use: the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
