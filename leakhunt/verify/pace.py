"""Many requests at once, few to each host: rate limits, `Retry-After`, backoff, Ctrl-C."""

from __future__ import annotations

import collections
import dataclasses
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")
_R = TypeVar("_R")

ATTEMPTS = 3
"""How often something is asked that is put off."""
PATIENCE = 60.0
"""Seconds that a host can make us wait; one that wants more is not asked again."""
BACKOFF = 1.0
"""Seconds of the first pause where the host names none; each further one is twice as long."""
GIVEN_UP = 5
"""Failures to reach a host one after the other, after which it is left alone."""


class Later(Exception):  # noqa: N818 (put off, not failed)
    """Ask again.

    Args:
        result: what it comes to if that does not help.
        patience: seconds to wait, or 0.
    """

    def __init__(self, result: object, patience: float) -> None:
        super().__init__()
        self.result = result
        self.patience = patience


class Failed(Exception):  # noqa: N818 (the host, not us)
    """The host could not be reached.

    Args:
        result: what that comes to.
    """

    def __init__(self, result: object) -> None:
        super().__init__()
        self.result = result


@dataclasses.dataclass(slots=True)
class _Lane(Generic[_T]):
    """The requests to one host."""

    waiting: collections.deque[tuple[int, _T, int]]
    due: float = 0.0  # when the next may go out, by the monotonic clock
    failures: int = 0
    last: object = None  # the result of the last failure


class Pace(Generic[_T, _R]):
    """Runs tasks, each in the lane of its host.

    Args:
        work: does one; may raise `Later` or `Failed`.
        rate: how many go out in a second, for each lane.
        threads: how many are under way at the same time.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        work: Callable[[_T], _R],
        rate: float,
        threads: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work = work
        self._gap = 1 / rate
        self._threads = threads
        self._clock = clock
        self._changed = threading.Condition()
        self._lanes: dict[str, _Lane[_T]] = {}
        self._left = 0
        self._stopped = False
        self._error: BaseException | None = None
        self._results: dict[int, object] = {}

    def run(
        self, tasks: Sequence[tuple[str, _T]], told: Callable[[int], None] | None = None
    ) -> list[_R]:
        """Run tasks and return their results, in order.

        Args:
            tasks: lane and task.
            told: called with how many are done, now and then.
        """
        self._left = len(tasks)
        for number, (lane, task) in enumerate(tasks):
            made = self._lanes.setdefault(lane, _Lane(collections.deque()))
            made.waiting.append((number, task, 1))
        workers = [
            threading.Thread(target=self._worker, daemon=True)
            for _ in range(min(self._threads, len(tasks)))
        ]
        for worker in workers:
            worker.start()
        try:
            with self._changed:
                while self._left and self._error is None:
                    # With a limit, so that Ctrl-C is heard on every platform.
                    self._changed.wait(0.2)
                    if told:
                        told(len(tasks) - self._left)
        finally:
            with self._changed:
                self._stopped = True
                self._changed.notify_all()
        if self._error is not None:
            raise self._error
        return [self._results[number] for number in range(len(tasks))]  # type: ignore[misc]

    def _worker(self) -> None:
        while (taken := self._take()) is not None:
            lane, (number, task, attempt) = taken
            try:
                self._finish(lane, number, self._work(task))
            except Later as later:
                self._put_off(lane, (number, task, attempt), later)
            except Failed as failed:
                self._finish(lane, number, failed.result, failed=True)
            except BaseException as error:
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                return

    def _take(self) -> tuple[_Lane[_T], tuple[int, _T, int]] | None:
        """Wait for the next task that may go out; None when there is none left."""
        with self._changed:
            while self._left and not self._stopped and self._error is None:
                busy = [lane for lane in self._lanes.values() if lane.waiting]
                if not busy:
                    self._changed.wait(0.2)
                    continue
                lane = min(busy, key=lambda lane: lane.due)
                now = self._clock()
                if lane.due <= now:
                    lane.due = now + self._gap
                    return lane, lane.waiting.popleft()
                self._changed.wait(min(lane.due - now, 0.2))
            return None

    def _finish(self, lane: _Lane[_T], number: int, result: object, failed: bool = False) -> None:
        with self._changed:
            self._results[number] = result
            self._left -= 1
            lane.failures = lane.failures + 1 if failed else 0
            if failed and lane.failures >= GIVEN_UP:
                self._give_up(lane, result)
            self._changed.notify_all()

    def _give_up(self, lane: _Lane[_T], result: object) -> None:
        while lane.waiting:
            self._results[lane.waiting.popleft()[0]] = result
            self._left -= 1

    def _put_off(self, lane: _Lane[_T], taken: tuple[int, _T, int], later: Later) -> None:
        number, task, attempt = taken
        pause = later.patience or BACKOFF * 2 ** (attempt - 1)
        if later.patience > PATIENCE:
            with self._changed:
                self._give_up(lane, later.result)
        if attempt >= ATTEMPTS or later.patience > PATIENCE:
            self._finish(lane, number, later.result)
            return
        with self._changed:
            lane.due = max(lane.due, self._clock() + pause)
            lane.waiting.appendleft((number, task, attempt + 1))
            self._changed.notify_all()
