"""Work that is spread over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt import patience
from leakhunt.engine.spread import Spread, spread
from leakhunt.errors import EngineError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only here processes are forked")
_MANY = [300_000] * 8
"""So much that it is worth processes."""


@settings(max_examples=5, deadline=None)
@given(sizes=st.lists(st.sampled_from([0, 10, 70_000, 2_000_000]), max_size=60))
def test_results_come_in_order_whatever_is_done_first(sizes: list[int]) -> None:
    assert spread(lambda number: (number, sizes[number]), sizes, 2) == list(enumerate(sizes))


def test_it_is_done_elsewhere_while_this_process_goes_on() -> None:
    with Spread(lambda _: os.getpid(), _MANY, 2) as spreading:
        others = spreading.results()
    assert os.getpid() not in others


def test_few_small_pieces_are_done_here() -> None:
    assert spread(lambda _: os.getpid(), [10, 10], 2) == [os.getpid()] * 2


def test_what_ends_a_process_is_tried_again_with_care(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "way", patience.ASIDE)

    def work(number: int) -> str:
        if number == 3 and patience.way == patience.ALARM:
            os.kill(os.getpid(), signal.SIGKILL)
        return patience.way

    assert spread(work, _MANY, 2) == [patience.ASIDE] * 8


def test_what_ends_a_process_again_is_an_error() -> None:
    def work(number: int) -> None:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(EngineError, match="a worker process died"):
        spread(work, _MANY, 2)


def test_an_error_does_not_wait_for_the_other_pieces() -> None:
    def work(number: int) -> None:
        if number:
            signal.pause()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        spread(work, _MANY, 2)
    assert not multiprocessing.active_children()


def test_processes_whose_results_nobody_wants_are_ended() -> None:
    def interrupted() -> None:
        with Spread(lambda _: signal.pause(), _MANY, 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not multiprocessing.active_children()
