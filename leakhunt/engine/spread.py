"""Splits work that is known over processes: forked ones, which see all that this one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

from leakhunt import derived, patience
from leakhunt.engine.pool import FORK, WAYS, died, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor
    from types import TracebackType
    from typing import Self

    from leakhunt.model import Problem

T = TypeVar("T")
_FEW = 24
"""So few pieces of work are not worth a process, unless there is much in them."""
_MUCH = 1024 * 1024
"""Bytes that are worth one."""
_AT_ONCE = 16
"""Pieces of work that a process is handed at a time, at most,"""
_BYTES = 64 * 1024
"""and the bytes in them, if they are not in one piece."""

_Done = list[tuple[object, "list[Problem]", "dict[tuple[str, str | bytes], bytes]"]]
_work: Callable[[int], object] | None = None
"""What the processes have in common; they find it here."""


class Spread(Generic[T]):
    """Work that other processes do while this one does something else.

    Args:
        work: does the piece of a number, from 0 on; it changes nothing that matters here.
        sizes: how much there is in each piece, in bytes: what takes longest is done first.
        jobs: processes; where they cannot be forked this one does all.
    """

    def __init__(self, work: Callable[[int], T], sizes: Sequence[int], jobs: int) -> None:
        self._do = work
        self._jobs = jobs
        self._shares = list(_shares(sizes))
        self._results: list[T | None] = [None] * len(sizes)
        self._futures: list[Future[_Done]] = []
        few = len(sizes) < _FEW and sum(sizes) < _MUCH
        alone = jobs < 2 or not FORK or len(self._shares) < 2 or few
        self._pool = None if alone else self._started(WAYS[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """End the processes if nobody wants their results any more."""
        if kind is not None and self._pool is not None:
            import multiprocessing

            for process in multiprocessing.active_children():
                process.terminate()
            self._pool.shutdown(cancel_futures=True)

    def results(self) -> list[T]:
        """Return what came of each piece, in order.

        Raises:
            EngineError: a process died, and so did one the second time.
        """
        if self._pool is None:
            return [self._do(number) for number in range(len(self._results))]
        from concurrent.futures.process import BrokenProcessPool

        try:
            return self._taken()
        except BrokenProcessPool:
            self._pool.shutdown()
        self._pool = self._started(WAYS[1])
        try:
            return self._taken()
        except BrokenProcessPool:
            raise died() from None

    def _started(self, way: str) -> ProcessPoolExecutor:
        global _work
        import concurrent.futures
        import multiprocessing

        context = multiprocessing.get_context("fork")
        pool = concurrent.futures.ProcessPoolExecutor(
            self._jobs, mp_context=context, initializer=prepare, initargs=(way, patience.limit)
        )
        _work = self._do
        try:  # all of them are forked at the first call
            self._futures = [pool.submit(_some, share) for share in self._shares]
        finally:
            _work = None
        return pool

    def _taken(self) -> list[T]:
        """Wait for all results. Whoever is interrupted, or gets an error, ends the processes."""
        done = [future.result() for future in self._futures]
        for share, answers in zip(self._shares, done, strict=True):
            for number, (result, late, made) in zip(share, answers, strict=True):
                self._results[number] = cast("T", result)
                for problem in late:
                    patience.note(problem)
                derived.take(made)
        if self._pool is not None:
            self._pool.shutdown(wait=False)
        return cast("list[T]", self._results)


def spread(work: Callable[[int], T], sizes: Sequence[int], jobs: int) -> list[T]:
    """Do work in several processes, see `Spread`, and return what came of each piece, in order.

    Raises:
        EngineError: a process died, and so did one the second time.
    """
    with Spread(work, sizes, jobs) as spreading:
        return spreading.results()


def _shares(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield the pieces of work that are done one after the other, the largest first."""
    share: list[int] = []
    held = 0
    for number in sorted(range(len(sizes)), key=lambda number: (-sizes[number], number)):
        if share and (len(share) == _AT_ONCE or held + sizes[number] > _BYTES):
            yield share
            share, held = [], 0
        share.append(number)
        held += sizes[number]
    if share:
        yield share


def _some(numbers: Sequence[int]) -> _Done:
    assert _work is not None
    return [(_work(number), patience.taken(), derived.taken()) for number in numbers]
