"""Go's regular expressions mean here what they mean in Go."""

from __future__ import annotations

import random
import re

import pytest
import regex

from leakhunt.rules import gates, syntax
from leakhunt.rules.expressions import written
from leakhunt.rules.nodes import groups
from leakhunt.rules.syntax import ExpressionError, parse

# expression, text, what of it matches
CASES = [
    (r"a(?i)b(?-i)c", "aBc abc aBC Abc", ["aBc", "abc"]),
    (r"a(?i:b)c", "aBc aBC", ["aBc"]),
    (r"(a(?i)b)c", "aBc aBC", ["aBc"]),
    (r"(?i)a|b", "A B", ["A", "B"]),
    (r"(?i)[a-c]{2}", "aB Cd", ["aB"]),
    (r"(?i)[^a]x", "AX bX", ["bX"]),
    (r"(?P<name>a+)b", "aab", ["aab"]),
    (r"(?<name>a+)b", "aab", ["aab"]),
    (r"a.c", "a\nc abc", ["abc"]),
    (r"(?s)a.c", "a\nc", ["a\nc"]),
    (r"(?s:a.)b.", "a\nb\n a\nbb", ["a\nbb"]),
    (r"ab$", "ab\nab\n", []),
    (r"ab$", "ab\nab", ["ab"]),
    (r"(?m)ab$", "ab\nab\n", ["ab", "ab"]),
    (r"^ab", "ab\nab", ["ab"]),
    (r"(?m)^ab", "ab\nab", ["ab", "ab"]),
    (r"\Aab\z", "ab", ["ab"]),
    (r"ab\z", "ab\n", []),
    (r"(?U)a+b?", "aab", ["a", "a"]),
    (r"(?U)a+?", "aab", ["aa"]),
    (r"a+?", "aa", ["a", "a"]),
    (r"ab|abc", "abc", ["ab"]),
    (r"(?:ab|abc)d", "abcd", ["abcd"]),
    (r"x{y}", "x{y}", ["x{y}"]),
    (r"x{,3}", "x{,3}", ["x{,3}"]),
    (r"x{2,}y", "xxxy xy", ["xxxy"]),
    (r"(?:x{2}){2}", "xxxxx", ["xxxx"]),
    (r"[[:alnum:]_]+", "a1_-", ["a1_"]),
    (r"[[:^digit:]]+", "12ab", ["ab"]),
    (r"[]a]+", "a]b", ["a]"]),
    (r"[^]]+", "ab]", ["ab"]),
    (r"[a\-z]+", "a-zb", ["a-z"]),
    (r"[\w.-]+", "a.b-c d", ["a.b-c", "d"]),
    (r"[a&&b]+", "a&b", ["a&b"]),
    (r"[a--]+", "a", None),
    (r"\Qa.b(\E+", "a.b((", ["a.b(("]),
    (r"\Qa.b", "a.b axb", ["a.b"]),
    (r"\x41\x{42}\103", "ABC", ["ABC"]),
    (r"a\x60b", "a`b", ["a`b"]),
    (r"\ba\b", "a ab ba", ["a"]),
    (r"\d\D\s\S\w\W", "1a b_-", ["1a b_-"]),
    (r"\s", "\v", []),
    (r"a\/b\-c\"", 'a/b-c"', ['a/b-c"']),
    (r"é.", "éü", ["éü"]),
    (r"^.{2}$", "éü", ["éü"]),
    (r"[^x]{2}y", "éüy", ["éüy"]),
    (r"[à-ÿ]+", "aéüz", ["éü"]),
    (r"(?i)É", "é", ["é"]),
    (r"\pL+", "aéж1", ["aéж"]),
    (r"\p{Lu}+", "aÉЖж", ["ÉЖ"]),
    (r"\PL+", "a12é", ["12"]),
    (r"\p{^L}+", "a12é", ["12"]),
    (r"[\pN-]+", "a1-٣b", ["1-٣"]),
    (r"(?=a)", "a", None),
    (r"(?<=a)b", "ab", None),
    (r"(?!a)", "a", None),
    (r"(a)\1", "aa", None),
    (r"a{1001}", "", None),
    (r"a{3,2}", "", None),
    (r"*a", "", None),
    (r"a)", "", None),
    (r"(a", "", None),
    (r"[a", "", None),
    (r"\y", "", None),
    (r"(?x)a", "", None),
    (r"[[:nope:]]", "", None),
    (r"\p{Nope}", "", None),
    ("a\\", "", None),
]


@pytest.mark.parametrize(("expression", "text", "expected"), CASES)
def test_an_expression_matches_what_it_does_in_go(
    expression: str, text: str, expected: list[str] | None
) -> None:
    if expected is None:
        with pytest.raises(ExpressionError):
            parse(expression)
        return
    compiled = regex.compile(written(parse(expression)).encode())
    assert [m[0].decode() for m in compiled.finditer(text.encode())] == expected


def test_bytes_that_are_no_characters_count_as_one() -> None:
    compiled = regex.compile(written(parse("a.b[^x]c")).encode())
    assert compiled.search(b"a\xffb\xfec")
    assert not compiled.search(b"a\xff\xffb\xfec")


def test_groups_keep_their_numbers() -> None:
    node = parse("(?:a)(b)(?i:c)((?P<d>d)|e)")
    assert groups(node) == 3
    assert regex.compile(written(node).encode()).groups == 3


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ExpressionError):
        parse("(" * 500 + "a" + ")" * 500)


# expression, text that matches it
GATED = [
    (r"(?i)[\w.-]{0,50}?(?:key|token)[ \t]{0,20}[=:]{1,2}([a-z0-9]{10,150})(?:[\s;]|$)", "my_Key =:abcdefghij0;"),
    (r"-----BEGIN[ A-Z]{0,20}KEY-----[\s\S]{16,}?-----END", "-----BEGIN A KEY-----" + "x\n" * 20 + "-----END"),
    (r".*password:\s*(\S+)", "the password:   hunter"),
    (r"(?:ghx_[a-z]{5,}|glx-\d+x)", "glx-123x"),
    (r"^\s+secret[^\n]{500,900}end", "  secret" + "é" * 600 + "end"),
    (r"(?:(?:ab){2,}c)+tail", "ababababctail"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), GATED)
def test_the_gate_is_in_every_match(expression: str, text: str) -> None:
    import hyperscan

    node = parse(expression)
    assert regex.search(written(node).encode(), text.encode())
    gate, _ = gates.gate(node)
    assert regex.search(gate.encode(), text.encode())
    database = hyperscan.Database()
    database.compile(expressions=[gate.encode()], ids=[0], flags=[0])
    hits: list[int] = []
    database.scan(text.encode(), match_event_handler=lambda *hit: hits.append(hit[2]))
    assert hits


def test_random_matches_pass_their_gate() -> None:
    randomly = random.Random(7)
    pieces = ["[ab]{2,3}", "(?:key|pass)", "x*", "c+", r"\b", "(d|)", "[^a]{1,2}", "é?", "=", "$"]
    tried = 0
    for _ in range(400):
        expression = "".join(randomly.choices(pieces, k=randomly.randint(2, 6)))
        node = parse(expression)
        gate, _ = gates.gate(node)
        if not gate:
            continue
        for _ in range(10):
            words = randomly.choices(["a", "b", "key", "pass", "x", "c", "d", "é", "=", " "], k=12)
            text = "".join(words).encode()
            if match := regex.search(written(node).encode(), text):
                tried += 1
                assert regex.search(gate.encode(), match[0] or text) or regex.search(
                    gate.encode(), text
                ), (expression, text)
    assert tried > 100


@pytest.mark.parametrize(
    ("expression", "words", "expected"),
    [
        ("(?i)acme_[a-z]{8}", ("acme",), True),
        ("acme_[a-z]{8}", ("other",), False),
        ("(?:AKIA|ASIA)[A-Z]{4}", ("akia", "asia"), True),
        ("(?:AKIA|ABIA)[A-Z]{4}", ("akia", "asia"), False),
        ("passw(?:or)?d=", ("password", "passwd"), True),
        ("passw(?:or)?d=", ("password",), False),
        ("(?:acme)?x", ("acme",), False),
        ("(?:acme){2,}x", ("acme",), True),
        ("sk[-_]live", ("sk-live", "sk_live"), True),
        ("ac[a-z]*me", ("acme",), False),
    ],
)
def test_keywords_in_every_match_are_recognised(
    expression: str, words: tuple[str, ...], expected: bool
) -> None:
    assert gates.always_holds(parse(expression), words) is expected


def test_what_is_read_is_what_python_reads_where_both_know_it() -> None:
    randomly = random.Random(3)
    pieces = ["a", "[bc]", "(d|e)", "f*", "g?", "h{1,2}", "(?:i|jk)+?", r"\d", r"\w", "."]
    for _ in range(300):
        expression = "".join(randomly.choices(pieces, k=5))
        text = "".join(randomly.choices("abcdefghijk1_ ", k=30))
        ours = [
            m.span()
            for m in regex.finditer(written(syntax.parse(expression)).encode(), text.encode())
        ]
        assert ours == [m.span() for m in re.finditer(expression, text)], (expression, text)
