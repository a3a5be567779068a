"""Lines that name a secret whose value stands elsewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.contextual.gates import ELSEWHERE
from leakhunt.contextual.hints import is_hint

HINTS = (
    'name: "DB_PASSWORD"',
    "    password: |",
    "user;password;city",
    "<key>admin_password</key>",
    "# the api key for production",
    "String getPassword() {",
    "const apiToken = async () => {",
    "string token_of(int a)",
    "  def self.secret_key",
    'expect "assword:"',
    "insert into users (id, password_digest)",
    "  `api_key` varchar(40)",
    '"Key": "0123456789abcdef"',
)
PIECES = (
    *("password", "Token", "api_key", "secret", "KEY", "userpass", "expect", "assword", "insert "),
    *("def ", "string ", "replace ", "<key>", "</", "name", "varchar", " ", "  ", "\t", "_", ":"),
    *("=", "=>", "{", "(", ")", '"', "'", ";", ",", "|", "#", "//", "--", "of", "0123456789abcdef"),
)


def plainly(line: str) -> bool:
    return any(re.search(said.encode(), line.encode()) for said in ELSEWHERE)


@pytest.mark.parametrize("line", HINTS)
def test_hints(line: str) -> None:
    assert plainly(line)
    assert is_hint(line.encode())
    assert is_hint(line.upper().encode())


@pytest.mark.parametrize(
    "line", ["", "a password or two", "key = 1", "define (x)", "<name>Ada</name>"]
)
def test_other_lines(line: str) -> None:
    assert not plainly(line)
    assert not is_hint(line.encode())


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_it_is_what_the_gates_say(line: str) -> None:
    assert is_hint(line.encode()) is plainly(line)
