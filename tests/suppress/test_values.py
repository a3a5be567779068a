"""Patterns of allow entries, hostile ones too."""

from __future__ import annotations

import pytest

from leakhunt.suppress import values
from leakhunt.suppress.apply import Rules, suppressed
from leakhunt.suppress.entries import entry_of
from leakhunt.suppress.values import Unusable, Values, broad, check

EVIL = "(?:(?:a?b?){50,}){50,}"


@pytest.mark.parametrize("pattern", ["x", "[A-Z]{40}", "(?i)a(?:b{3}){4}|c", "(?>a{4})", "[[a]"])
def test_what_can_be_used(pattern: str) -> None:
    check(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "is no regular expression"),
        ("(?:(?:a{1000}){1000}){1000}", "asks for more than"),
        ("(?:(?:x|(?:\\b){1000}){1000})+", "asks for more than"),
        ("a{3000}b{3000}", "asks for more than"),
        ("(?P<n>(?>c{5000}))", "asks for more than"),
    ],
)
def test_what_cannot(pattern: str, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        check(pattern)


def test_the_whole_of_a_value_matches() -> None:
    tried = Values()
    assert tried.match("a+", "aaa")
    assert not tried.match("a", "aaa")
    assert tried.match("a{4096}", "a" * 5000)
    assert tried.slow == set()


def test_what_takes_too_long_matches_nothing_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "SECONDS", 0.02)
    tried = Values()
    assert not tried.match(EVIL, "ab" * 40 + "!")
    assert tried.slow == {EVIL}
    assert not tried.match(EVIL, "")
    assert tried.match("x", "x")


def test_all_together_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "TOGETHER", 0.0)
    tried = Values()
    assert not tried.match("x", "x")
    assert tried.slow == {"x"}


def test_whether_they_are_too_broad_is_asked_in_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(values, "TOGETHER", 0.0)
    entries = [entry_of({"value": "x", "reason": "r"}, f"leakhunt.toml:{n}") for n in (1, 2)]
    _, problems = suppressed((), (), (), Rules("2026-01-01", entries))
    assert ["too long to compare" in problem.message for problem in problems] == [True, True]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (".*", "even nothing"),
        (".+", "matches anything"),
        ("[^\\n]{3,}", "matches anything"),
        ("[a-z0-9]+", ""),
        ("ghp_.*", ""),
    ],
)
def test_what_is_meant_for_everything(pattern: str, said: str) -> None:
    found = broad(pattern, Values())
    assert said in found
    assert bool(said) == bool(found)
