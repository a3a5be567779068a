"""Functions of which an argument is a secret."""

from __future__ import annotations

import re

import pytest

from leakhunt.contextual import known
from leakhunt.contextual.calls import arguments

CALLS = [
    ('smtp.login("svc@x.de", "@")', "password"),
    ('client.basic_auth("svc", Some("@"))', "password"),
    ("$m = new mysqli('db', 'svc', '@', 'shop');", "password"),
    ('DriverManager.getConnection("jdbc:x", "svc", "@")', "password"),
    ('ks.load(in, "@".toCharArray());', "password"),
    ("req.basic_auth 'svc', '@'", "password"),
    ('mac := hmac.New(sha256.New, []byte("@"))', "jwt secret"),
    ('EncodingKey::from_secret("@".as_ref())', "jwt secret"),
    ("$ua->credentials('host:80', 'realm', 'svc', '@');", "password"),
    ("config.omniauth :portal, 'id', '@', scope: 'user'", "client secret"),
    ('new AuthenticationHeaderValue("Bearer", "@")', "authorization"),
    ("crypto.createCipheriv('aes-256-cbc', '@', iv)", "encryption key"),
    ("crypto.scryptSync(password, '@', 32)", "secret salt"),
]


@pytest.mark.parametrize(("line", "what"), CALLS)
def test_an_argument(line: str, what: str) -> None:
    line = line.replace("'@'", "'pw'").replace('"@"', '"pw"')
    found = [(item.what, line[item.start : item.end]) for item in arguments(line.encode(), 0, 999)]
    assert found == [(what, "pw")]


@pytest.mark.parametrize(
    "line",
    [
        'TimestampSigner(salt="reports")',
        'field.bind("focus", function () { field.addClass("select2-focused");});',
        'field.bind("focus", e => { field.addClass("select2-focused"); });',
        "login(user, password)",
        'relogin("a", "b")',
        'mysqli("db", "svc", pw, "shop")',
        'jwt.sign(payload, load("x", "y"), "z")'.replace('load("x", "y")', "secret()"),
    ],
)
def test_no_argument(line: str) -> None:
    assert list(arguments(line.encode(), 0, 999)) == []


def test_the_first_pass_sees_every_known_function() -> None:
    gates = [re.compile(gate) for gate in known.gates()]
    for name in known.PLACES:
        if name not in {"omniauth", "provider"}:
            assert any(gate.search(f'{name}("x", "y")') for gate in gates), name
