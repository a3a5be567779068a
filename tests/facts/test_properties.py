"""What holds for any bytes: nothing is raised, spans lie inside, and twice is the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.facts import Facts, code, read, syntax
from leakhunt.facts.languages import SUFFIXES
from leakhunt.facts.quoting import RULES, unescape
from leakhunt.facts.resolve import Resolver
from tests.facts.cases import FOLDER, cases_of, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.facts import Value

LANGUAGES = sorted(syntax.GRAMMARS)
STYLES = {style for rules in RULES.values() for _, style in rules} | {
    *("single:'", 'single:"', "doubled:'", 'doubled:"', "doubled:`", "single:)", "single:}"),
    *('doubled+braces:"', "drop+braces", "keep+braces"),
}
JUNK = [
    *(b"\"'`(){}[]\n\\\0\xff#=:@$%<>|/*"[i : i + 1] for i in range(28)),
    *(b'"""', b"${", b"<<EOF\n", b"/*", b"%q(", b'R"x(', b"~s(", b"\r\n", b"\xe2\x80", b"<?php"),
    *(b"#{", b"\\(", b'$"', b"@'\n", b"--password=", b"[[", b"b'", b"?:", b"=pod\n"),
]
quick = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def everything(facts: Facts) -> Iterator[Value]:
    """All values of a file, with those inside."""

    def inside(value: Value) -> Iterator[Value]:
        yield value
        for part in value.parts:
            yield from inside(part)
        for _, argument in value.call.arguments if value.call else ():
            yield from inside(argument)

    for fact in facts.assignments:
        yield from inside(fact.value)
    for call in facts.calls:
        for _, value in call.arguments:
            yield from inside(value)


def check(path: str, content: bytes) -> None:
    facts = read(path, content)
    assert facts == read(path, content)
    size = len(content)
    for fact in facts.assignments:
        assert 0 <= fact.start <= fact.end <= size
        assert fact.path[-1] == fact.name
        for leaf in leaves(fact.value):
            source = content[leaf.start : leaf.end]
            assert any(unescape(source, style) == leaf.text for style in STYLES), leaf
    for value in everything(facts):
        assert 0 <= value.start <= value.end <= size, value
        (value.text or "").encode()
    for call in facts.calls:
        assert 0 <= call.start < call.end <= size
    resolver = Resolver(facts)
    for fact in facts.assignments[:40]:
        found = resolver.resolve(fact.value)
        assert found == resolver.resolve(fact.value)
        assert all(0 <= piece.start <= piece.end <= size for piece in found.pieces)
    order = [(fact.start, fact.value.start) for fact in facts.assignments]
    assert order == sorted(order)
    assert [call.start for call in facts.calls] == sorted(call.start for call in facts.calls)


def mutated(language: str, seed: int) -> tuple[str, bytes]:
    """A source of the tables, cut, doubled and spoiled."""
    chance = random.Random(f"{language}{seed}")
    rows = list(cases_of(FOLDER / f"{language}.txt"))
    content = bytearray(chance.choice(rows).content)
    if chance.random() < 0.3:
        content = bytearray(b"\n".join(row.content for row in rows))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content) + 1)
        kind = chance.random()
        if kind < 0.4:
            content[place:place] = chance.choice(JUNK) * chance.choice([1, 1, 1, 3, 40])
        elif kind < 0.7:
            del content[place : place + chance.randint(1, 20)]
        elif kind < 0.85:
            other = chance.randrange(len(content) + 1)
            content[place:place] = content[other : other + 30]
        else:
            del content[place:]
    return rows[0].path, bytes(content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_spoiled_sources_are_read(language: str) -> None:
    for seed in range(20):
        check(*mutated(language, seed))


@quick
@given(st.sampled_from(sorted(SUFFIXES)), st.binary(max_size=300))
def test_any_bytes_are_read(suffix: str, content: bytes) -> None:
    check(f"a.{suffix}", content)


@quick
@given(st.sampled_from(LANGUAGES), st.lists(st.sampled_from(JUNK), max_size=60))
def test_any_signs_are_read(language: str, pieces: list[bytes]) -> None:
    check(next(cases_of(FOLDER / f"{language}.txt")).path, b"x = " + b"a".join(pieces))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "content",
    [
        b"(" * 9_000,
        b"[" * 2_000 + b"]" * 2_000,
        b"{" * 2_000,
        b'x = "a"' + b' + "a"' * 3_000,
        b"f(" * 1_500,
        b'"' * 3_333,
        b"${" * 1_000,
        b"a." * 5_000 + b"password = 'x'",
        b"password " * 1_000,
        b"if x then " * 500,
    ],
    ids=lambda content: content[:8].decode(),
)
def test_deep_and_long_sources_are_read(language: str, content: bytes) -> None:
    check(next(cases_of(FOLDER / f"{language}.txt")).path, content)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.sh", b'x="${a[b}"\ny=${!}${:-}${x:-}'),
        ("a.kt", b'val x = "${}$a${ }"'),
        ("a.groovy", b'def x = "${}"'),
        ("a.rs", b'fn f() { let x = format!("{}{}{a}", 1); }'),
        ("a.py", b"x = '%s%%s%(a)s' % (1,)\np.add_argument('--', default='x')"),
        ("a.py", b"x = '\xff'\nimport \xff"),
    ],
)
def test_sources_that_once_failed_are_read(path: str, content: bytes) -> None:
    check(path, content)


def test_a_large_file_is_read_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.facts.reading.LIMIT", 100)
    facts = read("a.py", b"password = 'hunter2'\n" + b"\n" * 100)
    assert [fact.value.text for fact in facts.assignments] == ["hunter2"]
    assert (facts.language, len(facts.problems)) == ("python", 1)


def test_without_time_a_file_is_read_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "SECONDS", -1.0)
    facts = read("a.py", b"password = 'hunter2'\n")
    assert [fact.value.text for fact in facts.assignments] == ["hunter2"]
    assert len(facts.problems) == 1


def test_without_its_grammar_a_file_is_read_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(syntax.GRAMMARS, "python", ("no_such_grammar", "language"))
    syntax.grammar.cache_clear()
    try:
        facts = code.read("python", b"password = 'hunter2'\n")
    finally:
        syntax.grammar.cache_clear()
    assert [fact.value.text for fact in facts.assignments] == ["hunter2"]
    assert facts.problems == ("no grammar for python, read line by line",)
