"""Chunks of a large text that can hold no second half of a credential are not searched for one."""

from __future__ import annotations

import pytest

from leakhunt.engine import pairing
from leakhunt.model import Near, Part

VALUE = b"q7ZkP2mXw9LtB4sVn8RyC6dHj3GfK5aTe1UoQiWx"
PART = Part("secret key", "(?P<secret>[A-Za-z0-9]{40})", near=Near(("secret",)))


def test_with_one_of_its_words_a_part_is_found() -> None:
    found = pairing._candidates(b"SECRET " + VALUE, PART, 7)
    assert [(item.start, item.end) for item in found] == [(14, 54)]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"GET /a 200 " + VALUE, PART),
        (b"secret " + VALUE, Part("session token", "(?P<secret>IQoJb3JpZ2lu[A-Za-z0-9]{8})")),
    ],
)
def test_without_what_it_needs_nothing_is_searched(
    data: bytes, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "pattern", lambda _: pytest.fail("it was searched"))
    assert pairing._candidates(data, part, 0) == []
