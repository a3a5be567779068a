"""Words as secrets where nothing but a secret stands, and where the name of one may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report


def sure(folder: Path, name: str, text: str) -> list[str]:
    """Return what a scan finds in a file with more than low confidence."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    found = report("scan", "--reveal", ".", cwd=folder).json["findings"]
    return [one["secret"] for one in found if one["confidence"] != "low"]


@pytest.mark.parametrize(
    ("name", "text", "secret"),
    [
        ("k8s/app.yaml", "clientId: shop\nclientSecret: brookside\n", "brookside"),
        ("mail.conf.ini", "[turn]\nshared_secret = hillside\n", "hillside"),
        ("app.service", "[Service]\nEnvironment=SECRET=riverbank\n", "riverbank"),
        (
            "k8s/env.yaml",
            "env:\n  - name: MAIL_SIGNING_SECRET\n    value: ferry-crossing\n",
            "ferry-crossing",
        ),
        ("App.plist", "<dict><key>ApiSecret</key><string>brookside</string></dict>", "brookside"),
        ("ha/config.yaml", "image: http://warden:brookside@cam1.lan/a.jpg\n", "brookside"),
        ("deploy.log", "git clone https://ci:brookside@git.hill.lan/a.git\n", "brookside"),
        ("a.yaml", 'query: "password=%C3%BCber%26unter"\n', "%C3%BCber%26unter"),
    ],
)
def test_a_word_is_found_where_nothing_but_a_secret_stands(
    tmp_path: Path, name: str, text: str, secret: str
) -> None:
    assert sure(tmp_path, name, text) == [secret]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # the name of what holds it: with joints, or said elsewhere
        ("k8s/app.yaml", "clientSecret: shop-oauth\n"),
        ("k8s/app.yaml", "name: billing\nclientSecret: billing\n"),
        ("k8s/env.yaml", "env:\n  - name: APP_SECRET_VAULT\n    value: app-secret\n"),
        ("httpd.conf", "AuthLDAPBindPassword exec:/bin/getpw\n"),
        ("a.yaml", "url: http://user:brookside@cam1.lan/a.jpg\n"),
        ("README.md", "See http://warden:brookside@cam1.lan/a.jpg for that.\n"),
        ("a.py", "x = parse('http://warden:brookside@cam1.lan/a.jpg')\n"),
        ("smb.conf", "[global]\n passwd program = /usr/bin/passwd %u\n unix password sync = yes\n"),
        ("run.bat", "set DB=x\nconnect --password=%DB_PASSWORD%\n"),
    ],
)
def test_the_name_of_a_secret_is_none(tmp_path: Path, name: str, text: str) -> None:
    assert sure(tmp_path, name, text) == []
