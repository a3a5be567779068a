"""The fallback: names and values from single lines."""

from __future__ import annotations

import pytest

from leakhunt.facts import lines, read


@pytest.mark.parametrize(
    ("line", "path", "text", "operator"),
    [
        ("password = «hunter2»", "password", "hunter2", "="),
        ("password = '«hunter2»'", "password", "hunter2", "="),
        ('"password": "«hunter2»",', "password", "hunter2", ":"),
        ("db.password := `«a b»`", "db/password", "a b", ":="),
        ("$config['db']['password'] = '«x»';", "config/db/password", "x", "="),
        ("let password: String = \"«x»\"", "password", "x", "="),
        ("$this->token = \"«x»\"", "this/token", "x", "="),
        ("  :password => '«x»',", "password", "x", "=>"),
        ("PASSWORD=«hunter2»", "PASSWORD", "hunter2", "="),
        ("export PASSWORD=«hunter2»", "PASSWORD", "hunter2", "="),
        ("db_password: «hunter2»", "db_password", "hunter2", ":"),
        ("if (password == \"«x»\") {", "password", "x", "=="),
        (r'a = "«x\"y\u0041»" + b', "a", 'x"yA', "="),
        ("Foo::BAR = '«x»'", "Foo/BAR", "x", "="),
        ("pw ||= '«x»'", "pw", "x", "||="),
        ("\u00fc = 1; password = '«\u00e4»'", "password", "\u00e4", "="),
    ],
)  # fmt: skip
def test_a_line(line: str, path: str, text: str, operator: str) -> None:
    before, _, rest = line.partition("«")
    inside, _, after = rest.partition("»")
    content = ("# first\n" + before + inside + after + "\n").encode()
    (fact,) = read("a.unknown", content).assignments
    start = len(("# first\n" + before).encode())
    assert ("/".join(fact.path), fact.value.text, fact.operator) == (path, text, operator)
    assert (fact.value.start, fact.value.end) == (start, start + len(inside.encode()))
    assert fact.form == ("comparison" if operator == "==" else "assignment")
    assert content[fact.start :].lstrip(b"\"'$:").startswith(fact.path[0].encode())


@pytest.mark.parametrize(
    "line",
    [
        "// password = 'no'",
        "# password = 'no'",
        "<# $password = 'no' #>",
        " * password = 'no'",
        "<!-- password = 'no' -->",
        "a sentence about passwords",
        "password = 'not closed",
        "= 'no name'",
        "x = ${REFERENCE}",
        "call(argument)",
    ],
)
def test_a_line_without_facts(line: str) -> None:
    assert read("a.unknown", line.encode()).assignments == ()


def test_several_on_a_line() -> None:
    facts = read("a.unknown", b'{"user": "root", "password": "toor"}')
    assert [(fact.name, fact.value.text) for fact in facts.assignments] == [
        ("user", "root"),
        ("password", "toor"),
    ]


def test_phrases_of_sql() -> None:
    text = b"ALTER USER a IDENTIFIED WITH sha256_password BY 'one';\nPASSWORD 'two'\n"
    found = list(lines.assignments("sql", text, 0, len(text)))
    assert [(fact.name, fact.value.text) for fact in found] == [
        ("password", "one"),
        ("password", "two"),
    ]


def test_only_the_beginning_of_a_long_line_is_read() -> None:
    text = b"a = 'x' " + b" " * lines.LONGEST_LINE + b"b = 'y'\nc = 'z'"
    assert [fact.name for fact in read("a.unknown", text).assignments] == ["a", "c"]
