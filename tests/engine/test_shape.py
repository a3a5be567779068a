"""What an expression is said to match, against what hyperscan matches."""

from __future__ import annotations

import re

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.engine.prefilter import Gates
from leakhunt.engine.shape import ENDLESS, crosses_lines, is_whole, sight, width
from leakhunt.model import Signature


@pytest.mark.parametrize(
    "expression",
    [
        "abc", r"a.b", r"a\Sb", r"a[^\n]b", r"a[^\s]b", r"a[^\W_]b", r"[\w.+-]{3,9}", r"(?m)^a$",
        r"a[ \t]+b", r"(?i)a(?:b|c\d)*", r"\ba\B", r"[^\x00-\x1f]", r"(?>a|b)", r"perm[:-]x",
        r"(?<!a)b(?!c)", r"[\t\r -~]", r"é[a-ü]",
    ],
)  # fmt: skip
def test_within_a_line(expression: str) -> None:
    assert not crosses_lines(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "a\nb", r"a\nb", r"a\x0ab", r"a\012b", r"a\sb", r"a\Wb", r"a\Db", r"a[^x]b", r"a[\s,]b",
        r"a[\x00-\x20]b", r"(?s)a.b", r"a(?s:.)b", r"(?:a|(?:b|\n))c", r"a\s{0,3}b", r"a\s*?b",
        r"(a)\1", r"a\vb", r"a[\v]b", r"a[[:space:]]b", r"a[[:^alpha:]]b", r"a\Rb", r"a(?=\n)",
        r"(?x) a b", r"a[^\S]b", r"(a)?(?(1)b|c)", r"(?>\n)", r"(", r"a\hb", r"[^\w]", r"a(?x: b)",
    ],
)  # fmt: skip
def test_maybe_over_several_lines(expression: str) -> None:
    assert crosses_lines(expression)


@pytest.mark.parametrize(
    ("expression", "most"),
    [("abc", 3), (r"\bab{2,5}c?", 7), ("é", 4), (r"a\Qb", ENDLESS), ("(", ENDLESS)],
)
def test_width(expression: str, most: int) -> None:
    assert width(expression) == most


def test_no_end() -> None:
    assert width("a+") > 1 << 20


@pytest.mark.parametrize(
    ("expression", "most"),
    [
        (r"\bab{2,5}$", 6),
        (r"(?<!abc)d{4}(?=\w{0,90}e)", 4 + 3 + 91),
        (r"(?:(?=a{9})b|(?!(?<=cc)d)e){2}", 2 + 9 + 3),
        (r"(?>a(?=b))c", 3),
        (r"é(?=é)", 8),
        (r"a(?=b*)", ENDLESS),
        (r"(a)?(?(1)b|c)", ENDLESS),
        (r"(?:a){e<=3}", ENDLESS),
        (r"(?:a){1<=e<=3}", ENDLESS),
        ("(", ENDLESS),
    ],
)
def test_sight(expression: str, most: int) -> None:
    assert sight(expression) == most


@pytest.mark.parametrize(
    ("expression", "whole"),
    [
        (r"^([0-9a-f]{32})\r?\n?$", True),
        (r"^a{65}$", True),
        (r"^a{66}$", False),
        (r"^a+$", False),
        (r"^a", False),
        (r"a$", False),
        (r"^a|b$", False),
        (r"^a$|^b$", False),
        (r"(?m)^a$", False),
        (r"^(?m:a)$", True),
        (r"^[[:alpha:]]$", False),
        (r"^(?:ab){e<=1}$", False),
        ("^é$", False),
        (r"^a\$", False),
        ("^($", False),
    ],
)
def test_what_matches_only_a_whole_text(expression: str, whole: bool) -> None:
    assert is_whole(expression) is whole


PARTS = [
    "a", "b", r"\n", r"\s", r"\S", r"\w", r"\W", r"\d", r"\D", ".", "[^a]", r"[^\n]", r"[\s\d]",
    r"[^\s]", r"[^\W]", r"[\t-~]", r"\v", "[[:space:]]", "[[:^digit:]]", "(?s:.)", r"\b",
    "(?:a|\n)", r"\x0a", "é", "[^é]", r"\ ",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=4),
    text=st.text("ab1 \n\r\t\v_é", max_size=12),
)
def test_hyperscan_never_matches_more(parts: list[str], text: str) -> None:
    expression = "a" + "".join(parts) + "b"
    database = hyperscan.Database()
    try:
        database.compile([expression.encode()], ids=[0], flags=[hyperscan.HS_FLAG_SOM_LEFTMOST])
    except hyperscan.HyperscanError:
        return  # it can never match
    data = text.encode() + b"a\nb a\n\nb"
    found: list[bytes] = []
    database.scan(data, lambda _, start, end, *__: found.append(data[start:end]))
    assert all(len(match) <= width(expression) for match in found)
    if not crosses_lines(expression):
        assert not any(b"\n" in match for match in found)


def test_few_gates_cross_lines(builtin: tuple[Signature, ...]) -> None:
    crossing = [e for e in Gates(builtin).expressions if crosses_lines(e)]
    assert 0 < len(crossing) < 150
    assert not any(re.fullmatch(r"[\w-]+", expression) for expression in crossing)
