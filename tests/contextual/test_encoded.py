"""Names give secrets away in what is encoded as well."""

from __future__ import annotations

import base64
import html
import urllib.parse
from pathlib import Path

import pytest

from tests.run import report

PLAIN = "db_password=Brook-7side\nmode=live\n"
JSON = '{"db": {"user": "app", "password": "Brook-7side"}}'


def found(folder: Path, name: str, text: str) -> list[tuple[str, str, int]]:
    """Return secret, confidence and line of what a scan finds in a file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    scanned = report("scan", "--reveal", ".", cwd=folder)
    return [
        (one["secret"], one["confidence"], place["line"])
        for one in scanned.json["findings"]
        for place in one["locations"]
    ]


def b64(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", f"files:\n  content: {b64(PLAIN)}\n"),
        ("a.json", f'{{"x": 1,\n "config": "{b64(JSON)}"}}\n'),
        ("a.sh", f'set -e\necho "{b64(PLAIN)}" | base64 -d > cfg\n'),
        ("a.ps1", f"# run\npowershell -enc {b64(PLAIN, 'utf-16-le')}\n"),
        ("a.html", f'<p>\n<div data-config="{html.escape(JSON)}"></div>\n'),
        ("a.txt", f"sent:\n/x?config={urllib.parse.quote(JSON)}\n"),
        ("a.yml", f"a: 1\nb: {b64(b64(PLAIN))}\n"),
    ],
)
def test_a_password_that_is_encoded_is_found_where_it_stands(
    tmp_path: Path, name: str, text: str
) -> None:
    assert found(tmp_path, name, text) == [("Brook-7side", "medium", 2)]


def test_what_is_encoded_in_a_test_weighs_no_more_than_in_plain_text(tmp_path: Path) -> None:
    assert found(tmp_path, "tests/test_a.py", f'x = "{b64(PLAIN)}"\n') == []


def test_what_is_encoded_and_no_secret_is_none(tmp_path: Path) -> None:
    text = "password=${DB_PASSWORD}\ntoken: see the vault\npassword: your-password\n"
    assert found(tmp_path, "a.yaml", f"content: {b64(text)}\n") == []
