"""Words that are secrets because of where settings, tables and documents have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

FOUND = [
    ("app.ini", "[db]\nuser = ops\npass = otterpond\n", "otterpond"),
    ("notes.txt", "user = ops\nmail.pw = otterpond7\n", "otterpond7"),
    ("deploy.sh", "DB_USER=app; DB_PASS=Otter-Pond7; export DB_USER\n", "Otter-Pond7"),
    ("chat.yaml", "password_config:\n  pepper: otterpond\n", "otterpond"),
    (
        "realm.json",
        '{"config": {"bindCredential": ["otterpond"], "bindDn": ["cn=k"]}}\n',
        "otterpond",
    ),
    ("prosody.cfg.lua", 'turn_external_secret = "otterpond"\n', "otterpond"),
    ("store.json", '{"nas": {"accessKey": "backup", "secretKey": "otterpond"}}\n', "otterpond"),
    (
        "secret.yaml",
        "kind: Secret\nstringData:\n  redis: otterpond\n  password: Otter-Pond7\n",
        "otterpond",
    ),
    ("db.py", 'DSN = "postgresql://ops:otter-pond@localhost/shop"\n', "otter-pond"),
    ("proxy.cfg", "http-request set-header Authorization Basic\\ b3R0ZXI6cG9uZA==\n", "cG9uZA"),
    (
        ".google_authenticator",
        'JVXSIDLUNAQMWY3FOZ6P2BKTHE\n" TOTP_AUTH\n30471962\n',
        "30471962",
    ),
    # tables and terms
    (
        "help.html",
        "<table><tr><th>User</th><th>Password</th></tr>\n"
        "<tr><td>demo</td><td>otterpond7</td></tr></table>\n",
        "otterpond7",
    ),
    ("term.html", "<dl><dt>FTP password</dt><dd>otterpond7</dd></dl>\n", "otterpond7"),
    (
        "run.adoc",
        "|===\n|System |User |Password\n\n|Shop |ops |Otter-Pond7\n|===\n",
        "Otter-Pond7",
    ),
    ("use.md", "Log in with `guest` / `otterpond`.\n", "otterpond"),
    # a token of OAuth has a type, too
    ("a.js", "const token_type = 'Bearer';\nconsole.log('got ' + token);\n", "got ' + token"),
]

NOT_FOUND = [
    ("app.py", "pass = otter\nauth = session\n"),
    ("secret.yaml", "kind: Secret\nstringData:\n  redis: redis.shop.svc:6379\n  mail: 'true'\n"),
    ("guide.txt", "Basic knowledge= is enough\n"),
    # the name of where it is kept
    ("app.yml", "name: otter\nclient-secret: otter-oauth\n"),
    ("store.yml", "secretKey: otterpond\nremoteRef: x\n"),
    ("help.html", "<table><tr><th>Password</th></tr><tr><td>Not needed here</td></tr></table>\n"),
    ("run.adoc", "|===\n|System |Password\n\n|Shop |not needed\n|===\n"),
    ("a.js", "const node = parser.parse(x);\nconsole.log('got ' + token);\n"),
    ("use.md", "Log in to see `orders` / `invoices`.\n"),
]


def found(path: str, text: str, folder: Path) -> dict[str, str]:
    (folder / path).write_text(text, "utf-8")
    findings = report("scan", ".", "--reveal", cwd=folder).json["findings"]
    return {one["secret"]: one["confidence"] for one in findings}


@pytest.mark.parametrize(("path", "text", "secret"), FOUND, ids=range(len(FOUND)))
def test_found(path: str, text: str, secret: str, tmp_path: Path) -> None:
    levels = found(path, text, tmp_path)
    assert any(secret in one or one in secret for one, how in levels.items() if how != "low")


@pytest.mark.parametrize(("path", "text"), NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_not_found(path: str, text: str, tmp_path: Path) -> None:
    levels = found(path, text, tmp_path)
    assert not {one for one, how in levels.items() if how != "low"}
