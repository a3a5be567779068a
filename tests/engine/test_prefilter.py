"""Gates: they let through at least what the pattern matches."""

from __future__ import annotations

import dataclasses

import pytest

from leakhunt.engine.prefilter import Prefilter, gate_expressions
from leakhunt.model import Signature


@pytest.mark.parametrize(
    ("gate", "loosened"),
    [
        ("a{1,1000}b", "a{1,}b"),
        ("(?:a{0,1000}){2,2000}b", "(?:a{0,}){2,}b"),
        ("a{1,999}b", "a{1,999}b"),
        ("a{1000}b", "a{1000}b"),
        ("a{1000,}b", "a{1000,}b"),
        ("x[a{1,9999}]y", "x[a{1,9999}]y"),
        ("x[^]{1,9999}]y", "x[^]{1,9999}]y"),
        (r"x[\]{1,9999}]y", r"x[\]{1,9999}]y"),
        ("x[[:alpha:]{1,9999}]{1,9999}y", "x[[:alpha:]{1,9999}]{1,}y"),
        (r"a\{1,9999}b", r"a\{1,9999}b"),
        (r"a\\{1,9999}b", r"a\\{1,}b"),
        ("(?!a{1,9999}b)c", "(?!a{1,9999}b)c"),
        ("a{1,9999}", "a{1,9999}"),
        (r"(x(a{1,9999})\b)", r"(x(a{1,9999})\b)"),
    ],
)
def test_long_repeats_are_endless_where_that_finds_no_less(
    builtin: tuple[Signature, ...], gate: str, loosened: str
) -> None:
    signature = dataclasses.replace(builtin[0], gate=gate)
    assert gate_expressions(signature) == [loosened]


def test_every_longest_match_still_opens_its_gate(builtin: tuple[Signature, ...]) -> None:
    gate = "key-[a-z]{2,1070}-end"
    prefilter = Prefilter([dataclasses.replace(builtin[0], gate=gate)], use_cache=False)
    for length in (2, 40, 1070):
        text = b"x key-" + b"a" * length + b"-end x"
        assert [end for _, end in prefilter.scan(text)] == [len(text) - 2]
