"""Times as exports write them."""

from __future__ import annotations

import pytest

from leakhunt.chat import times


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2023-01-13T10:14:33Z", "2023-01-13T10:14:33+00:00"),
        ("10-Apr-21 09:01 PM", "2021-04-10T21:01:00"),
        ("01-Jan-2020 12:33 AM", "2020-01-01T00:33:00"),
        ("31-Feb-21 09:01 PM", ""),
        ("10-Foo-21 09:01 PM", ""),
        ("Friday, January 13, 2023 10:15 PM", "2023-01-13T22:15:00"),
        ("Fri, 13 Jan 2023 10:14:33 +0000", "2023-01-13T10:14:33+00:00"),
        ("yesterday at 10:14 PM", ""),
    ],
)
def test_of_text(written: str, time: str) -> None:
    assert times.of_text(written) == time
