"""What a pattern asks for stands in whatever it matches."""

from __future__ import annotations

import random
import re
import string

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.engine.required import Required, required
from leakhunt.model import Signature
from tests.engine.test_gates import _drawn, _parse


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (r"\b(?P<secret>acme_[a-z]{8})\b", [[b"acme_"]]),
        (r"machine\s+\w+\s+login\s+(?P<secret>\w+)", [[b"machine"], [b"login"]]),
        (r"(?:user|host)=(?P<secret>\w+)", [[b"host", b"user"]]),
        (r"(?:user|[a-z])=(?P<secret>\w+);pw", [[b";pw"]]),
        (r"(?i)acme_KEY=(?P<secret>\w+)", [[b"acme_key="]]),
        (r"(?i:acme)-LONG(?P<secret>\w+)", [[b"-long"], [b"acme"]]),
        (r"(?i:acme)(?-i:Secret)(?P<secret>\w+)", [[b"secret"], [b"acme"]]),
        (r"(?:acme)?x-1(?P<secret>\d)", [[b"x-1"]]),
        (r"(?:acme){2,3}(?P<secret>\d)", [[b"acme"]]),
        (r"(?:acme){0,3}(?P<secret>\d)", []),
        (r"(?>acme)(?P<secret>\d)", [[b"acme"]]),
        (r"(?=acme)(?P<secret>\w{4})", []),
        (r"(?P<secret>\d)(?:abc|de){1,2}(?<!f)", [[b"abc", b"de"]]),
        (r"(?P<secret>[0-9a-f]{32})", []),
        ("(?P<secret>\N{BULLET}\\d)", [["\N{BULLET}".encode()]]),
        (r"(?P<secret>[[:alpha:]]acme)", []),
        (r"(?P<secret>(?:acme){e<=1})", []),
        (r"(?P<secret>(?:acme){1<=e<=2})", []),
        (r"(?x)acme (?P<secret>\d)", []),
        (r"acme(?P<secret>\p{L})", []),
        ("(?:" + "|".join(f"{n:02}-{n:02}" for n in range(17)) + ")(?P<secret>x)", []),
    ],
)
def test_the_texts(pattern: str, texts: list[list[bytes]]) -> None:
    assert [list(clause) for clause in required(pattern).clauses] == texts


@pytest.mark.parametrize(
    ("pattern", "members", "length"),
    [
        (r"\b(?P<secret>[0-9a-f]{32})\b", string.digits + "abcdef", 32),
        (r"(?i)(?P<secret>[a-f]{20,40})", "abcdefABCDEF", 20),
        (r"(?P<secret>[0-9]{8}-(?:[0-4]{2}|[5-9]{3})-[0-9]{4,})", string.digits + "-", 16),
        (r"(?P<secret>[0-9]{12}(?:\.[0-9]){0,2}[0-9]{12})", string.digits + ".", 24),
        (r"(?P<secret>\d{14})", string.digits, 14),
        (r"(?P<one>[0-9])(?P<secret>[0-9]{13})(?P=one)[0-9]", string.digits, 14),
        (r"(?P<secret>[0-9]{6})", "", 0),
        (r"(?P<secret>[^\s]{60})", "", 0),
        (r"(?P<secret>.{60})", "", 0),
    ],
)
def test_the_run(pattern: str, members: str, length: int) -> None:
    found = required(pattern)
    assert {byte for byte, one in enumerate(found.table) if one} == set(members.encode())
    assert len(found.run) == length


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        (b"..Acme_1234567890abcd.", True),
        (b"..acme_1234567890abcd.", False),
        (b"..acme_1234567-90abcd.", True),
        (b"acm..e_1234567890abcd.", True),
    ],
)
def test_what_is_missing(data: bytes, missing: bool) -> None:
    needed = required(r"acme_(?P<secret>[0-9a-d]{14})")
    assert needed.missing(data, 1, len(data)) is missing
    assert needed.missing(data, 3, len(data)) is True
    folded = required(r"(?i)ACME_(?P<secret>[0-9a-d]{14})")
    assert folded.missing(data.swapcase(), 0, len(data)) is required(
        r"acme_(?P<secret>[0-9a-d]{14})"
    ).missing(data.lower(), 0, len(data))


def test_nothing_is_missing_where_nothing_is_certain() -> None:
    assert Required().missing(b"", 0, 0) is False


_BYTES = st.sampled_from([r"[0-9a-f]{12}", r"\d{13,}", r"[^k-m]", r"\w{2}", ".", r"[\s_-]", r"\."])
_TEXTS = st.text("abKk-_", min_size=1, max_size=4)
_PATTERNS = st.recursive(
    _BYTES | _TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda some: f"(?:{'|'.join(some)})")
        | st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "*", "{2}", "{1,3}", "+?"]))
        | st.builds("(?i:{})".format, inner)
        | st.builds("(?>{})".format, inner)
    ),
    max_leaves=6,
)


@given(_PATTERNS, st.booleans(), st.data())
def test_it_stands_in_whatever_is_matched(pattern: str, folds: bool, data: st.DataObject) -> None:
    pattern = ("(?i)" if folds else "") + f"(?P<secret>{pattern})"
    text = data.draw(st.from_regex(re.compile(pattern.encode()))) + b"abKk__--0123456789abcdef"
    needed = required(pattern)
    for found in regex.finditer(pattern.encode(), text):
        assert not needed.missing(text, *found.span())


@pytest.mark.parametrize("part", range(4))
def test_it_stands_in_what_signatures_match(builtin: tuple[Signature, ...], part: int) -> None:
    rng = random.Random(part)
    wrong = set()
    asked = 0
    for signature in builtin[part::4]:
        needed = required(signature.pattern)
        asked += bool(needed.clauses or needed.run)
        pattern = regex.compile(signature.pattern.encode())
        texts = [example.encode() for example in signature.examples]
        for text in [*texts, *(_drawn(_parse(signature.pattern), rng) for _ in range(4))]:
            for found in pattern.finditer(text, timeout=2):
                if needed.missing(text, *found.span()):
                    wrong.add(signature.id)
    assert wrong == set()
    assert asked > 0.9 * len(builtin[part::4])
