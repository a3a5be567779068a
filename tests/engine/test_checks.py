"""The offline checks: what counts as assigned, as a start of a value, as a chosen password."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from leakhunt.engine.boundary import after_escape
from leakhunt.engine.checks import is_assigned, is_client, is_placeholder
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.structures import basic_auth, jwt_signed, password, pem_base64
from leakhunt.model import Blob
from leakhunt.signatures import load
from tests import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUE = "3f2ad9c0b17e4c5f"


@pytest.mark.parametrize(
    "text",
    [
        "KEY=@",
        "key: @",
        "key := @",
        '"key": "@"',
        "('key', '@')",
        "<key>@</key>",
        "| key | @ |",
        "key: >-\n  @",
        "keys:\n  - @",
        "Bearer @",
        "--token @",
        "--token='@'",
        "curl -u @:",
        "export @",
        "ENV NAME @",
        "ARG NAME @",
        "setx NAME @",
        'setx NAME "@"',
        "setenv NAME @",
        "set -gx NAME @",
        "api_key\t@",
        "the API token @",
        "${NAME:-@}",
        "${NAME-@}",
        "${NAME:=@}",
        "NAME=&quot;@&quot;",
        "NAME=&#39;@&#39;",
        "?name%3D@",
        "name%3A%20@",
        r"name\u003d@",
        r"{\"name\":\"@\"}",
        r"{\\\"name\\\": \\\"@\\\"}",
    ],
)
def test_a_value_is_assigned(text: str) -> None:
    assert _is_assigned(text)


@pytest.mark.parametrize(
    "text",
    [
        "@",
        "a @",
        "/path/@",
        "the keyboard @",
        "monkey/@",
        "commit @",
        "Former-commit-id: @",
        "revision = '@'",
        '"checksum": "@"',
        "image@sha256:@",
        "credentials('@')",
        "credentialsId: '@'",
        "tokenId: '@'",
        '"user_id": "@"',
        "https://chat/signup?id=@",
        "KEY=@+abc/def",
        "KEY=@/abc",
    ],
)
def test_something_else_is_not_assigned(text: str) -> None:
    assert not _is_assigned(text)


@pytest.mark.parametrize("text", ["ACME_CLIENT_ID=@", '"clientId": "@"', "client-id: '@'"])
def test_a_client_id_is_no_secret(text: str) -> None:
    assert is_client(text.encode(), text.index("@"))


@pytest.mark.parametrize("text", ["ACME_CLIENT_SECRET=@", "client_identity=@", "id: @"])
def test_what_is_beside_it_is_none(text: str) -> None:
    assert not is_client(text.encode(), text.index("@"))


def _is_assigned(text: str) -> bool:
    before, _, after = text.rpartition("@")
    data = f"{before}{VALUE}{after}".encode()
    return is_assigned(data, len(before), len(before) + len(VALUE))


SIGNATURES = r"""
[provider]
name = "Acme"
remediation = "Revoke it."
references = ["https://acme.example"]

[[signature]]
id = "acme-key"
title = "Acme key"
severity = "high"
confidence = "high"
pattern = '\b(?P<secret>acme_[a-z0-9]{16})\b'
examples = ["one", "two"]
counterexamples = ["three"]

[[signature]]
id = "dashed-key"
title = "Acme key with a dash"
severity = "high"
confidence = "high"
pattern = '(?<![A-Za-z0-9-])(?P<secret>dash-[a-z0-9]{16})(?![A-Za-z0-9-])'
examples = ["one", "two"]
counterexamples = ["three"]

[[signature]]
id = "near-key"
title = "Vendor key"
severity = "high"
confidence = "medium"
pattern = '\b(?P<secret>[0-9a-f]{16})\b'
near = ["vendor"]
assigned = true
examples = ["one", "two"]
counterexamples = ["three"]

[[signature]]
id = "any-password"
title = "Password"
severity = "critical"
confidence = "high"
pattern = 'password (?P<secret>[^\s"]{6,40})'
generic = true
examples = ["one", "two"]
counterexamples = ["three"]
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Settings(load({"acme.toml": SIGNATURES}), use_cache=False))


@pytest.mark.parametrize(
    "escape",
    [
        r"\n",
        r"\t",
        r"\r\n",
        r"\x3d",
        r"\u0026",
        r"\012",
        "%3D",
        "%20",
        "=3D",
        "\x1b[31m",
        r"\e[1;32m",
    ],
)
@pytest.mark.parametrize(
    ("name", "secret"),
    [("acme-key", "acme_" + VALUE), ("dashed-key", "dash-" + VALUE)],
)
def test_a_token_right_after_an_escape(engine: Engine, escape: str, name: str, secret: str) -> None:
    text = f'"first{escape}{secret}{escape[:1]}"'
    assert list(_found(engine, text)) == [(name, secret)]


def test_an_assigned_value_right_after_an_escape(engine: Engine) -> None:
    assert list(_found(engine, f"vendor%3D{VALUE}&x")) == [("near-key", VALUE)]


@pytest.mark.parametrize("before", ["n", "xD", "3", "_", "mn"])
def test_the_end_of_a_word_is_no_start(engine: Engine, before: str) -> None:
    assert not list(_found(engine, f"{before}acme_{VALUE}"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("password acme_" + VALUE, "acme-key"),
        ("vendor password " + VALUE, "any-password"),
        ("password kR7tqWz2", "any-password"),
    ],
)
def test_generic_gives_way_to_what_is_as_sure(engine: Engine, text: str, name: str) -> None:
    assert [found for found, _ in _found(engine, text)] == [name]


def _found(engine: Engine, text: str) -> Iterator[tuple[str, str]]:
    for match in engine.scan(Blob("1"), text.encode()).matches:
        yield match.signature, match.secret.reveal().decode()


@pytest.mark.parametrize(
    ("expression", "changed"),
    [
        (r"\bab", True),
        (r"(?i)\bab", True),
        (r"(?:\bab|cd)", True),
        (r"(?P<secret>\bab)", True),
        (r"(?<![\w.-])ab", True),
        (r"(?<!\w)ab", True),
        (r"ab\b", False),
        (r"(?m)^ab", False),
        (r"(?<=x)ab", False),
    ],
)
def test_only_the_start_of_an_expression_changes(expression: str, changed: bool) -> None:
    assert (after_escape(expression) != expression) is changed


@pytest.mark.parametrize("value", ["squ_a1b2c3d4e5f6a7b8", "1a2b3c4d5e6f7a8b", "key-12345678"])
def test_letters_and_digits_in_order_are_a_placeholder(value: str) -> None:
    assert is_placeholder(value.encode())


@pytest.mark.parametrize(
    "value",
    [
        "kuajie8402",
        "Patata.123",
        "linux3c",
        "9fG!k2pq",
        "Kx7abcd=",
        "qvnx tyhe kwpa zrbu",
        "p%24X9!vTq",
    ],
)
def test_a_chosen_password(value: str) -> None:
    assert password(value.encode())


@pytest.mark.parametrize(
    "value",
    [
        "petclinic",
        "ubuntu",
        "testymctest",
        "my%3Asecure%3Bpassword",
        "pa%24%24word",
        "x-oauth-basic",
        "ghs_acme",
        "attacker-supplied-value",
        "!terraform.state",
        "connection.password)",
        "connection.Password;",
        "./secret-files/DATABASE_PASSWORD",
        "/run/secrets/db_password",
        "spring.h2.console.enabled=true",
        "deviceType=g8272_cnos",
        "super-secret-jwt-key-do-not-share-12345",
        "keyboard-cat-session-secret-12345",
    ],
)
def test_no_chosen_password(value: str) -> None:
    assert not password(value.encode())


def test_a_token_as_user_of_basic_authentication_has_digits() -> None:
    assert basic_auth(base64.b64encode(b"kR7tqWz2mXcv9LpB3nYd:"))
    assert not basic_auth(base64.b64encode(b"openshift-challenging-client:"))


@pytest.mark.parametrize(
    ("claims", "right"),
    [
        ({"sub": "svc", "exp": 1893456000}, True),
        ({"iss": "joe", "exp": 1300819380}, False),
        ({"foo": "bar", "nbf": 1444478400}, False),
    ],
)
def test_textbook_web_tokens(claims: dict[str, object], right: bool) -> None:
    parts = (json.dumps({"alg": "HS256"}).encode(), json.dumps(claims).encode(), bytes(range(32)))
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    assert jwt_signed(token) is right


def test_a_private_key_in_base64() -> None:
    key = tokens.pem()
    assert pem_base64(base64.b64encode(key.encode()))
    assert not pem_base64(base64.b64encode(b"no key at all, however long it may be"))
