"""Spreads batches over processes. With one job the same code runs in this process."""

from __future__ import annotations

import collections
import dataclasses
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from leakhunt.engine.scan import Engine, Opener, Scan, Settings
from leakhunt.errors import EngineError, LeakhuntError
from leakhunt.model import Blob, Match, Problem

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Iterable, Iterator

    from leakhunt.engine.versions import Version


class Item(NamedTuple):
    """A blob and its content: bytes valid until the next item, or how to open a large one."""

    blob: Blob
    content: bytes | memoryview | Opener
    named: bool = False
    """The user named it: it is scanned even if it is binary."""
    version: Version | None = None
    """What is known from another version of it."""


class Batch(Protocol):
    """A share of the work that can be sent to another process."""

    def read(self) -> Iterator[Item | Problem]:
        """Yield the content, or what could not be read."""


@dataclasses.dataclass(slots=True)
class Scanned:
    """What came of scanning some batches."""

    matches: list[Match] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    counts: Counter[str] = dataclasses.field(default_factory=Counter)

    def add(self, other: Scanned) -> None:
        """Take in what another batch gave."""
        self.matches += other.matches
        self.problems += other.problems
        self.counts += other.counts


_COUNTED = {
    "file": "files",
    "stdin": "files",
    "staged": "staged",
    "blob": "blobs",
    "commit": "commits",
    "tag": "tags",
}


def scan_batch(engine: Engine, batch: Batch) -> Scanned:
    """Scan one batch."""
    from leakhunt.engine.containers import Opened, opened

    result = Scanned()
    items: Iterator[Item | Problem | Opened] = batch.read()
    if engine.settings.containers:
        items = opened(batch.read(), binary=engine.settings.binary)
    for item in items:
        if isinstance(item, Problem):
            result.problems.append(item)
            continue
        if isinstance(item, Opened):
            result.counts[item.what] += 1
            continue
        try:
            scan = _scan_item(engine, item)
        except (OSError, LeakhuntError) as error:
            where = item.blob.path or item.blob.id
            result.problems.append(Problem("unreadable", where, _reason(error)))
            continue
        result.matches += scan.matches
        result.problems += scan.problems
        if scan.binary:
            result.counts["skipped_binary"] += 1
        elif item.blob.field != "identity":
            counted = "members" if item.blob.containers else _COUNTED[item.blob.kind]
            result.counts[counted] += 1
            result.counts["bytes"] += scan.size
    return result


def _scan_item(engine: Engine, item: Item) -> Scan:
    if item.version is not None and isinstance(item.content, bytes):
        return engine.scan_version(item.blob, item.content, item.version)
    return engine.scan(item.blob, item.content, binary=item.named)


def _reason(error: OSError | LeakhuntError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return error.message


_engine: Engine | None = None


def _start(engine: Engine | None, settings: Settings) -> None:
    import signal

    global _engine
    # The parent decides what Ctrl-C means; workers end when it shuts the pool down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _engine = engine or Engine(settings)


def _scan(batch: Batch) -> Scanned:
    assert _engine is not None
    return scan_batch(_engine, batch)


def scan_batches(engine: Engine, batches: Iterable[Batch], jobs: int) -> Iterator[Scanned]:
    """Scan batches in `jobs` processes and yield the results in the order of the batches.

    Raises:
        EngineError: a worker process died.
    """
    if jobs <= 1:
        for batch in batches:
            yield scan_batch(engine, batch)
        return
    import concurrent.futures
    import multiprocessing

    # Forked workers share the compiled database and these modules; elsewhere each builds its own.
    import leakhunt.engine.judge
    import leakhunt.engine.pairing  # noqa: F401

    fork = sys.platform == "linux"
    context = multiprocessing.get_context("fork" if fork else "spawn")
    with concurrent.futures.ProcessPoolExecutor(
        jobs,
        mp_context=context,
        initializer=_start,
        initargs=(engine if fork else None, engine.settings),
    ) as pool:
        try:
            yield from _in_order(pool, batches, ahead=jobs * 3)
        except concurrent.futures.process.BrokenProcessPool:
            raise EngineError(
                "a worker process died, probably for lack of memory",
                "try again with --jobs 1",
            ) from None
        except BaseException:
            # Leaving the block waits for the workers, and a batch may be a file of any size.
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _in_order(
    pool: concurrent.futures.ProcessPoolExecutor, batches: Iterable[Batch], ahead: int
) -> Iterator[Scanned]:
    """Keep the pool busy without queueing everything at once."""
    waiting: collections.deque[concurrent.futures.Future[Scanned]] = collections.deque()
    for batch in batches:
        waiting.append(pool.submit(_scan, batch))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def default_jobs() -> int:
    """Return how many processes to use: the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
