"""What files of configuration formats say: the tables in `tests/facts/formats/cases/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.facts import read
from leakhunt.facts.formats.readers import FLAT, NESTING
from tests.facts.cases import Case, cases, literals, rows

FOLDER = Path(__file__).parent / "cases"
ALL = list(cases(FOLDER))


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.language}-{case.name}")
def test_facts_are_those_of_the_table(case: Case) -> None:
    facts = read(case.path, case.content)
    assert facts.problems == ()
    assert facts.language == case.language or " " in case.language or case.own_path
    assert rows(facts) == case.expected
    assert [(value.start, value.end) for value in literals(facts)] == case.spans


@pytest.mark.parametrize("language", sorted({*FLAT, *NESTING} - {"bash"}))
def test_every_format_has_its_cases(language: str) -> None:
    own = [case for case in ALL if case.language == language]
    names = [case.name for case in own]
    assert len(names) == len(set(names)) >= 5
    assert {read(case.path, case.content).language for case in own} >= {language}
