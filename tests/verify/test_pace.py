"""Rate limits, pauses and giving up, by a clock that goes on when it is looked at."""

from __future__ import annotations

import itertools
import threading

import pytest

from leakhunt.model import State, Verdict
from leakhunt.verify import pace, remembered
from leakhunt.verify.pace import Failed, Later, Pace


class Clock:
    """Goes on by a tenth of a second with every look, or by more where pauses are long."""

    def __init__(self, step: float = 0.1) -> None:
        self.now = 0.0
        self._step = step
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            self.now += self._step
            return self.now


def test_each_host_has_its_own_rate() -> None:
    clock = Clock()
    sent: dict[str, list[float]] = {"a": [], "b": []}

    def work(task: str) -> str:
        sent[task[0]].append(clock.now)
        return task

    tasks = [(name, f"{name}{n}") for n in range(6) for name in ("a", "b")]
    results = Pace(work, 0.5, 4, clock).run(tasks)
    assert results == [task for _, task in tasks]
    for times in sent.values():
        # What is noted is a little later than when it was let go.
        assert all(later - earlier >= 1.7 for earlier, later in itertools.pairwise(times))


def test_a_pause_holds_for_the_whole_host(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(2)
    sent: list[tuple[str, float]] = []

    def work(task: str) -> str:
        sent.append((task, clock.now))
        if len(sent) == 1:
            raise Later("late", 30.0)
        return task

    assert Pace(work, 1000, 1, clock).run([("h", "x"), ("h", "y"), ("other", "z")]) == [*"xyz"]
    assert [task for task, _ in sent] == ["x", "z", "x", "y"]
    assert sent[2][1] - sent[0][1] >= 29


def test_it_is_given_up_after_some_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def work(task: str) -> str:
        tried.append(task)
        raise Later(f"{task} is late", 0.0)

    assert Pace(work, 1000, 2, Clock(2)).run([("h", "x")]) == ["x is late"]
    assert len(tried) == pace.ATTEMPTS


def test_who_wants_to_be_left_alone_for_long_is_left_alone() -> None:
    tried = []

    def work(task: str) -> str:
        tried.append(task)
        raise Later("not today", 86_400)

    assert Pace(work, 1000, 1, Clock()).run([("h", n) for n in "abc"]) == ["not today"] * 3
    assert tried == ["a"]


def test_a_host_that_is_down_is_left_alone_and_others_are_not() -> None:
    tried = []

    def work(task: str) -> str:
        tried.append(task)
        if task.startswith("down"):
            raise Failed("down")
        return task

    tasks = [("d", f"down{n}") for n in range(20)] + [("u", f"up{n}") for n in range(20)]
    results = Pace(work, 1000, 1, Clock()).run(tasks)
    assert results[:20] == ["down"] * 20
    assert results[20:] == [f"up{n}" for n in range(20)]
    assert sum(task.startswith("down") for task in tried) == pace.GIVEN_UP


def test_an_error_in_a_thread_is_an_error() -> None:
    def work(task: str) -> str:
        raise KeyError(task)

    with pytest.raises(KeyError):
        Pace(work, 1000, 3, Clock()).run([("h", "x"), ("h", "y")])
    assert Pace(work, 1000, 3, Clock()).run([]) == []


# --- What is remembered


def test_verdicts_are_good_for_a_while() -> None:
    now = [1000.0]

    def memory(hours: float = 24) -> remembered.Memory:
        return remembered.Memory(hours, lambda: now[0])

    live, dead = Verdict(State.ACTIVE, "yes", "then", {"a": "b"}), Verdict(State.INACTIVE, "no")
    first = memory()
    first.learn(("live",), live)
    first.learn(("dead",), dead)
    first.learn(("unknown",), Verdict(State.UNKNOWN, "busy"))
    first.keep()
    assert [memory().verdict((key,)) for key in ("live", "dead", "unknown")] == [live, dead, None]
    now[0] += 2 * 3600
    assert [memory().verdict((key,)) for key in ("live", "dead")] == [None, dead]
    assert memory(1).verdict(("dead",)) is None
    assert memory(0).verdict(("dead",)) is None
    now[0] += 24 * 3600
    assert memory().verdict(("dead",)) is None
    now[0] = 0  # a clock that was set back
    assert memory().verdict(("dead",)) is None


def test_a_damaged_memory_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"{", b"[]", b'{"key": "x"}', b'{"key": "00", "verdicts": []}'):
        monkeypatch.setattr("leakhunt.verify.remembered.cache.read", lambda name, d=data: d)
        assert remembered.Memory(1).verdict(("x",)) is None
