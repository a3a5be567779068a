"""What source files say, language by language: the tables in `tests/facts/cases/`."""

from __future__ import annotations

import re

import pytest

from leakhunt.facts import Assignment, read
from leakhunt.facts.quoting import quotes, unescape
from leakhunt.facts.syntax import GRAMMARS
from tests.facts.cases import FOLDER, Case, cases, cases_of, literals, rows

ALL = list(cases())


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.language}-{case.name}")
def test_facts_are_those_of_the_table(case: Case) -> None:
    facts = read(case.path, case.content)
    assert (facts.language, facts.problems) == (case.language, ())
    assert rows(facts) == case.expected
    assert [(value.start, value.end) for value in literals(facts)] == case.spans


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_every_language_has_its_cases(language: str) -> None:
    names = [case.name for case in cases_of(FOLDER / f"{language}.txt")]
    assert len(names) == len(set(names)) >= 12
    for word in ("assignment", "call", "comparison", "comment", "multi-line|here", "broken"):
        assert any(re.search(word, name) for name in names), word


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.language}-{case.name}")
def test_the_bytes_at_a_span_say_the_text(case: Case) -> None:
    """Between its quotes, and with its escapes undone, a literal is what it is said to be."""
    facts = read(case.path, case.content)
    for value in literals(facts):
        source = case.content[value.start : value.end]
        before = case.content[max(0, value.start - 4) : value.start]
        styles = {"raw", "drop", "keep", "single:'", "doubled:'", 'doubled:"', "bash", "backtick"}
        texts = {unescape(source, style) for style in styles | {f"{s}+braces" for s in styles}}
        assert value.text in texts, before


def test_quotes_are_told_from_content() -> None:
    found = quotes("python", b'rb"""a"""')
    assert found is not None
    assert (found.opening, found.closing, found.style) == (5, 3, "raw")
    assert quotes("python", b"name") is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"\n\t\\", "\n\t\\"),
        (rb"\x41\u0042\u{43}\101", "ABCA"),
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"\ud83d", "\ufffd"),
        (rb"\U99999999", "\ufffd"),
        (b"a\\\nb", "ab"),
        (b"\xff", "\ufffd"),
    ],
)
def test_escapes_are_undone(source: bytes, text: str) -> None:
    assert unescape(source, "drop") == text


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_what_is_near_is_as_in_the_whole(language: str) -> None:
    for case in cases_of(FOLDER / f"{language}.txt"):
        whole = {place(fact) for fact in read(case.path, case.content).assignments}
        for fact in whole:
            near = ((fact[-2], fact[-1]),)
            assert fact in {place(one) for one in read(case.path, case.content, near).assignments}


def place(fact: Assignment) -> tuple[str, tuple[str, ...], int, int]:
    return fact.form, fact.path, fact.value.start, fact.value.end


def test_what_is_far_is_left_out() -> None:
    content = b"password = 'one'\n" + b"other = 1\n" * 40 + b"secret = 'two'\nlog(secret)\n"
    near = read("a.py", content, ((12, 15),))
    assert [fact.path for fact in near.assignments] == [("password",)]
    assert not near.calls
    both = read("a.py", content, ((12, 15), (len(content) - 20, len(content) - 19)))
    assert [fact.path for fact in both.assignments] == [("password",), ("secret",)]


@pytest.mark.parametrize("content", [b"<<F\n$}", b'my $password = "x";\nprint <<F;\nhello $x and'])
def test_a_text_without_an_end_ends_with_the_file(content: bytes) -> None:
    """The grammar of Perl looks for ever for the end of such a line."""
    facts = read("a.pl", content)
    assert all(value.end <= len(content) for value in literals(facts))


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_a_file_may_end_anywhere(language: str) -> None:
    """A grammar that turns in a circle there could not be stopped from outside."""
    for case in cases_of(FOLDER / f"{language}.txt"):
        for rest in (b"", b"<<X\n$", b'"${', b"'''"):
            content = case.content[: len(case.content) // 2] + rest
            facts = read(case.path, content)
            assert all(value.end <= len(content) for value in literals(facts))
