"""Which names are those of secrets."""

from __future__ import annotations

import pytest

from leakhunt.contextual.names import Names, words
from leakhunt.model import Signature


@pytest.fixture(scope="module")
def known(builtin: tuple[Signature, ...]) -> tuple[Names, list[str]]:
    ours = [signature for signature in builtin if signature.context]
    return Names([one.context for one in ours]), [one.id for one in ours]


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("dbPassword", ["db", "password"]),
        ("DB_PASSWORD2", ["db", "password", "2"]),
        ("AWSSecretKey", ["aws", "secret", "key"]),
        ("x-api-key", ["x", "api", "key"]),
        ("$this->pass", ["this", "pass"]),
        ("contraseña", ["contraseña"]),
    ],
)
def test_words_of_a_name(name: str, split: list[str]) -> None:
    assert words(name) == split


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("password", "hardcoded-password"),
        ("DB_PASS", "hardcoded-password"),
        ("dbpassword", "hardcoded-password"),
        ("password_prod", "hardcoded-password"),
        ("passwords", "hardcoded-password"),
        ("adminPwd1", "hardcoded-password"),
        ("GPG_PASSPHRASE", "hardcoded-passphrase"),
        ("clientSecret", "hardcoded-secret"),
        ("secret_access_key", "hardcoded-secret"),
        ("SECRET_KEY_BASE", "session-secret"),
        ("sessionSecret", "session-secret"),
        ("authToken", "hardcoded-token"),
        ("X-API-KEY", "hardcoded-api-key"),
        ("apikey", "hardcoded-api-key"),
        ("ENCRYPTION_KEY", "hardcoded-key"),
        ("totp_secret", "otp-seed"),
        ("AUTH_SALT", "hardcoded-salt"),
    ],
)
def test_names_of_secrets(known: tuple[Names, list[str]], name: str, signature: str) -> None:
    names, ids = known
    found = names.look_up(name)
    assert found is not None
    assert ids[found.signature] == signature


@pytest.mark.parametrize(
    "name",
    [
        *("password_field", "passwordResetUrl", "token_type", "key_length", "secret_name"),
        *("primary_key", "public_key", "keyboard", "tokenizer", "csrf_token", "next_page_token"),
        *("compass", "bypass", "author", "api_key_id", "password_hash", "passwordLabel", "monkey"),
        *("is_password", "max_tokens", "forgot_password", "secretsmanager", "user", ""),
    ],
)
def test_names_of_something_else(known: tuple[Names, list[str]], name: str) -> None:
    assert known[0].look_up(name) is None


@pytest.mark.parametrize("path", [("keys", "x"), ("hot-pepper", "b"), ("key", "j")])
def test_a_letter_below_a_name_is_none(
    known: tuple[Names, list[str]], path: tuple[str, ...]
) -> None:
    names, _ = known
    assert names.of_path(path) is None
    assert names.of_path((*path[:-1], f"key_{path[-1]}")) is not None


def test_a_pass_is_no_collection(known: tuple[Names, list[str]]) -> None:
    names, _ = known
    below = names.of_path(("PASS", "code"))
    assert below is None or not below.sure
    several = names.of_path(("passwords", "code"))
    assert several is not None
    assert several.sure
