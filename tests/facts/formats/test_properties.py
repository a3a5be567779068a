"""What holds for any bytes: nothing is raised, spans lie inside and in order, twice is the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakhunt.facts.formats.readers import FLAT, NESTING
from leakhunt.facts.reading import READERS
from leakhunt.facts.resolve import Resolver
from tests.facts.cases import cases, leaves
from tests.facts.test_properties import everything

if TYPE_CHECKING:
    from leakhunt.facts import Facts

FOLDER = Path(__file__).parent / "cases"
FORMATS = sorted({*FLAT, *NESTING})
CASES = list(cases(FOLDER))
JUNK = [
    *(b"\"'`(){}[]\n\\\0\xff#=:@$%<>|/*-!&?,; \t"[i : i + 1] for i in range(35)),
    *(
        b"\r\n",
        b"\xe2\x80",
        b"${",
        b"{{",
        b"}}",
        b"<%=",
        b"|\n ",
        b"- ",
        b": ",
        b"---\n",
        b"<<EOF\n",
    ),
    *(
        b"<!--",
        b"<![CDATA[",
        b"-->",
        b"```\n",
        b"FROM x\n",
        b"ENV ",
        b"RUN ",
        b"[a]\n",
        b"'''",
        b'"""',
    ),
    *(
        b"&x ",
        b"*x",
        b"!vault",
        b"%{",
        b"\\\n",
        b"\\u00",
        b"password",
        b"=>",
        b"machine ",
        b"::\n\n  ",
    ),
    *(
        b"INSERT INTO a (b) VALUES ('",
        b"<a b=",
        b"</a>",
        b"key ",
        b"\xef\xbb\xbf",
        b"\xf0\x9f\x98\x80",
    ),
]
quick = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def check(language: str, content: bytes) -> Facts:
    facts = READERS[language](language, content)
    assert facts == READERS[language](language, content)
    size = len(content)
    for fact in facts.assignments:
        assert 0 <= fact.start <= fact.value.start <= fact.value.end <= fact.end <= size, fact
        assert fact.path[-1] == fact.name
        assert len(fact.path) <= 16
    for value in everything(facts):
        assert 0 <= value.start <= value.end <= size, value
        (value.text or "").encode()
    for call in facts.calls:
        assert 0 <= call.start < call.end <= max(size, 1), call
    order = [(fact.start, fact.value.start) for fact in facts.assignments]
    assert order == sorted(order)
    assert [call.start for call in facts.calls] == sorted(call.start for call in facts.calls)
    resolver = Resolver(facts)
    for fact in facts.assignments[:20]:
        found = resolver.resolve(fact.value)
        assert all(0 <= piece.start <= piece.end <= size for piece in found.pieces)
    return facts


def spoiled(language: str, seed: int) -> bytes:
    """A source of the tables, cut, doubled and spoiled."""
    chance = random.Random(f"{language}{seed}")
    content = bytearray(chance.choice([c for c in CASES if c.language == language]).content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content) + 1)
        kind = chance.random()
        if kind < 0.5:
            content[place:place] = chance.choice(JUNK) * chance.choice([1, 1, 1, 3, 40])
        elif kind < 0.75:
            del content[place : place + chance.randint(1, 20)]
        elif kind < 0.9:
            other = chance.randrange(len(content) + 1)
            content[place:place] = content[other : other + 30]
        else:
            del content[place:]
    return bytes(content)


@pytest.mark.parametrize("language", sorted(set(FORMATS) - {"bash"}))
def test_spoiled_files_are_read(language: str) -> None:
    for seed in range(60):
        check(language, spoiled(language, seed))


@quick
@given(st.sampled_from(FORMATS), st.binary(max_size=300))
def test_any_bytes_are_read(language: str, content: bytes) -> None:
    check(language, content)


@quick
@given(st.sampled_from(FORMATS), st.lists(st.sampled_from(JUNK), max_size=60))
def test_any_signs_are_read(language: str, pieces: list[bytes]) -> None:
    check(language, b"a".join(pieces))


@pytest.mark.parametrize("language", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        b"{" * 9_000,
        b"[" * 4_000 + b"]" * 4_000,
        b'{"a":' * 3_000,
        b"<a>" * 5_000,
        b'"' * 9_999,
        b"'\\" * 5_000,
        b"a: {\n" * 3_000,
        b"- " * 5_000,
        b"${" * 3_000,
        b"{{ " * 3_000,
        b"a." * 9_000 + b"b = c",
        b" " * 20_000,
        b"a: |\n" * 2_000,
        b'a = "\n' * 3_000,
        b"".join(b" " * count + b'a: "x\n' for count in range(150)),
        b"<!--" * 4_000,
        b"`" * 9_999,
    ],
    ids=lambda content: f"{content[:5]!r}",
)
def test_deep_and_long_files_are_read(language: str, content: bytes) -> None:
    check(language, content)


TEMPLATES = {
    "env": "A=%s\n",
    "properties": "a.b=%s\n",
    "ini": "[s]\nb = %s\n",
    "systemd": '[Service]\nEnvironment="B=%s"\n',
    "netrc": "machine h login u password %s\n",
    "pgpass": "h:1:d:u:%s\n",
    "chap": "u * %s *\n",
    "userlist": '"u" "%s"\n',
    "logins": "u:%s\n",
    "yaml": "a:\n  - name: x\n    b: %s # c\n",
    "json": '{"a": [{"b": "%s"}]}',
    "markdown": "# a\n\n~~~python\nb = '%s'\n~~~\n",
    "rst": "a\n\n.. code:: python\n\n   b = '%s'\n",
    "asciidoc": 'a\n\n----\n{"b": "%s"}\n----\n',
    "html": "<p>a</p><script>b = '%s'</script>\n",
    "log": "2020 a b=%s c\n",
    "csv": "a,b\n1,%s\n",
    "tsv": "a\tb\n1\t%s\n",
    "sql": "INSERT INTO a (b, c) VALUES ('%s', 1);\n",
    "toml": '[t]\na = ["b"]\nb = "%s"\n',
    "xml": '<a><add key="k" value="v"/><b>%s</b></a>',
    "hcl": 'a "x" {\n  l = ["y"]\n  b = "%s"\n}\n',
    "dockerfile": "FROM a\nENV X=y B=%s\n",
    "directives": "http {\n  b %s;\n}\n",
    "crontab": "* * * * * run --b %s\n",
    "procfile": "web: run --b=%s\n",
    "makefile": "x: y\n\trun\nB = %s\n",
    "ipynb": '{"cells": [{"cell_type": "code", "source": ["x = 1\\n", "b = \\"%s\\""]}]}',
}


@quick
@given(
    st.sampled_from(sorted(TEMPLATES)),
    st.from_regex(r"[A-Z][A-Za-z0-9+_.-]{6,30}[a-z]", fullmatch=True),
    st.sampled_from(["", "\n", "\n\n", "\r\n"]),
)
def test_a_planted_text_is_found_where_it_is(language: str, planted: str, before: str) -> None:
    content = (before + TEMPLATES[language] % planted).encode()
    start = content.index(planted.encode())
    places = {
        (leaf.start, leaf.end, leaf.text)
        for fact in check(language, content).assignments
        for leaf in leaves(fact.value)
    }
    assert (start, start + len(planted), planted) in places


def test_a_command_line_without_end_is_not_parsed() -> None:
    line = b"@daily mysql -phunter2 "
    assert READERS["crontab"]("crontab", line + b"x " * 100).calls
    assert not READERS["crontab"]("crontab", line + b"x " * 5000).calls


def test_every_format_is_planted() -> None:
    assert TEMPLATES.keys() == set(FORMATS) - {"bash"}
