"""Every row of `signatures/exposure/` finds its examples, and not its counterexamples."""

from __future__ import annotations

import re

import pytest

from leakhunt.errors import SignatureError
from leakhunt.exposure import gate, proof, rows, services
from leakhunt.exposure.shapes import SHAPES
from leakhunt.exposure.specs import parse

ALL = rows.load(use_cache=False)
LANGUAGES = ("python", "javascript", "go", "java", "csharp", "ruby", "php", "rust", "cpp", "bash")


def cases(kind: str) -> list[object]:
    return [
        pytest.param(row, text, id=f"{row.id}-{number}")
        for row in ALL
        for number, text in enumerate(getattr(row, kind), 1)
    ]


@pytest.mark.parametrize(("row", "text"), cases("examples"))
def test_an_example_is_found(row: rows.Row, text: str) -> None:
    assert proof.finds(row, text)
    assert gate.promising(proof.path_of(row), text.encode())


@pytest.mark.parametrize(("row", "text"), cases("counterexamples"))
def test_a_counterexample_is_not(row: rows.Row, text: str) -> None:
    assert not proof.finds(row, text)


def test_there_are_enough_of_both() -> None:
    assert sum(len(row.examples) for row in ALL) >= 400
    assert sum(len(row.counterexamples) for row in ALL) >= 300
    for row in ALL:
        if row.form != "check":
            assert len(row.examples) >= 2, row.id
            assert len(row.counterexamples) >= 2, row.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_rows(language: str) -> None:
    assert sum(language in row.languages for row in ALL) >= 4


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.id)
def test_a_row_can_be_understood(row: rows.Row) -> None:
    for spec in (*row.host, *row.port, *row.address, *row.debug):
        if row.form == "sink" and not row.paths:
            parse(spec)
    for expression in (row.receivers, *row.gates):
        re.compile(expression)
    assert not row.known or row.known in services.kinds()
    assert row.only in SHAPES or row.form != "sink" or not row.only
    assert row.remediation
    assert not row.title.endswith(".")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[sink]]\nid = 'exposure-a'\ntitle = 'a'\napi = 'a'\nhosts = ['0']",
            "unknown key 'hosts'",
        ),
        ("[[sink]]\nid = 'exposure-a'\ntitle = 'a'", "'api' is missing"),
        ("[[sink]]\nid = 'a'\ntitle = 'a'\napi = 'a'", "not a good id"),
        ("[[sink]]\nid = 'exposure-a'\ntitle = 'a'\napi = 'a'\nhost = 'x'", "right kind"),
        ("[[sink]]\nid = 'exposure-a'\ntitle = 'a'\napi = 'a'\nempty = 'x'", "'empty' is none of"),
        ("[[sink]\n", "a.toml"),
        (
            "[[sink]]\nid = 'exposure-a'\ntitle = 'a'\napi = 'a'\n"
            "[[sink]]\nid = 'exposure-a'\ntitle = 'a'\napi = 'a'",
            "duplicate id",
        ),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(SignatureError, match=re.escape(message)):
        rows.parse({"a.toml": text})


def test_what_is_cached_is_what_was_read() -> None:
    rows.load.cache_clear()
    assert rows.load() == ALL
    rows.load.cache_clear()
    assert rows.load() == ALL
