"""What verifying costs: the script that measures it counts rightly."""

from __future__ import annotations

import pytest

from benchmarks import verification


@pytest.mark.parametrize(
    ("moments", "most"),
    [([], 0), ([1.0], 1), ([1.0, 1.5, 1.99, 2.0], 3), ([3.0, 1.0, 2.0], 1), ([0.0, 0.0, 0.1], 3)],
)
def test_the_busiest_second(moments: list[float], most: int) -> None:
    assert verification.busiest(moments) == most


def test_each_credential_is_asked_about_once() -> None:
    found = verification.run(findings=60, secrets=6, rate=1000, jobs=1)
    assert (found["places"], found["secrets"], found["requests"]) == (60, 6, 6)
    assert found["asked twice"] == 0
    assert found["active"] + found["inactive"] == 6
    assert found["peak MB"] > 0
