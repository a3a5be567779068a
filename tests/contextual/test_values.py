"""What values look like."""

from __future__ import annotations

import pytest

from leakhunt.contextual.values import FAIR, NONE, STRONG, WEAK, look, surprise

RANDOM = ["f81k29dm40" + "fkq8zxm3v7", "9d8f7a6b5c4e" + "3d2c1b0a", "Zk83mLq0" + "vX71bnTy"]
CHOSEN = ["hunter2", "admin123", "travel-Wheel88", "Summer2024!", "p@ss#word!"[2:] + "9"]
WORDS = ["letmein", "sunshine", "toor"]
NONE_AT_ALL = [
    "0x0002000",
    *("password", "secret", "changeme", "your_api_key", "my-secret", "xxxxxxxx", "<token>"),
    *("${DB_PASSWORD}", "{{ password }}", "%(password)s", "$PASSWORD", "#{token}", "@token@"),
    *("/run/secrets/db", "https://example.org/a", "a@b.org", "config/app.yml", "10.0.0.1"),
    *("access_token", "db-credentials", "DB_PASSWORD", "userPassword", "12345678", "abcdefgh"),
    *(
        "Enter your password",
        "The password is too short",
        "string",
        "null",
        "2024-01-02",
        "#ffcc00",
    ),
]


@pytest.mark.parametrize("value", RANDOM)
def test_made_by_a_machine(value: str) -> None:
    assert look(value).strength == STRONG


@pytest.mark.parametrize("value", CHOSEN)
def test_chosen_by_a_person(value: str) -> None:
    assert look(value).strength == FAIR


@pytest.mark.parametrize("value", WORDS)
def test_words(value: str) -> None:
    assert look(value).strength == WEAK


@pytest.mark.parametrize("value", NONE_AT_ALL)
def test_no_secret(value: str) -> None:
    assert look(value).strength == NONE


def test_letters_of_words_surprise_less() -> None:
    assert max(map(surprise, ["sunshine", "connection", "hunter"])) < 4.5
    assert min(map(surprise, ["qwzxvbnm", "kjsdhfkjsdh", "xkcdvbqz"])) > 5
