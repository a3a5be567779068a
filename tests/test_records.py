"""Records behave as frozen data classes do, but that only the type checker guards their fields."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import cast

import pytest

from leakhunt.records import record, replaced


@record(frozen=True, slots=True)
class Empty:
    """Nothing."""


@record(frozen=True, slots=True)
class Place:
    """A place."""

    path: str
    line: int = 1
    note: str = dataclasses.field(default="", repr=False)


@record(frozen=True, slots=True)
class Wide(Place):
    """A place with an end."""

    end: int = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """What a place would be."""

    path: str
    line: int = 1
    note: str = dataclasses.field(default="", repr=False)


def test_they_are_equal_and_hashed_by_their_values() -> None:
    assert Place("a", 2) == Place("a", line=2) != Place("a", 3)
    assert Place("a") != Place("a", note="b")
    assert Place("a") != Plain("a")
    assert Place("a") != "a"
    assert len({Place("a"), Place("a"), Place("b")}) == 2
    assert Empty() == Empty()
    assert len({Empty(), Empty()}) == 1
    assert Wide("a", end=3) == Wide("a", 1, "", 3) != Wide("b", 1, "", 3)
    assert Wide("a") != Place("a")
    with pytest.raises(TypeError, match="unhashable"):
        hash(Place(cast("str", ["a"])))


def test_they_look_like_data_classes() -> None:
    assert repr(Place("a", 2, "c")) == repr(Plain("a", 2, "c")).replace("Plain", "Place")
    assert repr(Wide("a")) == "Wide(path='a', line=1, end=2)"
    assert repr(Empty()) == "Empty()"
    assert dataclasses.replace(Place("a"), line=4) == Place("a", 4)
    assert dataclasses.asdict(Wide("a")) == {"path": "a", "line": 1, "note": "", "end": 2}
    assert not hasattr(Place("a"), "__dict__")


@pytest.mark.parametrize("item", [Empty(), Place("a", 3, "n"), Wide("b", end=9)])
def test_they_travel(item: object) -> None:
    assert pickle.loads(pickle.dumps(item)) == item
    assert copy.deepcopy(item) == item == copy.copy(item)


@record(frozen=True, slots=True)
class Masked:
    password: str

    def __repr__(self) -> str:
        return "Masked()"


def test_what_a_class_says_itself_stays() -> None:
    assert repr(Masked("a")) == "Masked()"
    assert Masked("a") == Masked("a")
    assert hash(Masked("a")) == hash(Masked("a"))


def test_some_fields_are_replaced() -> None:
    place = Wide("a", 3, "seen", end=7)
    assert replaced(place, line=4, end=9) == Wide("a", 4, "seen", end=9)
    assert replaced(place) == place
    assert place == Wide("a", 3, "seen", end=7)
    with pytest.raises(AttributeError):
        replaced(place, nothing=1)  # type: ignore[call-arg]
