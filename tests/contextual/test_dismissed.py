"""What a person dismisses at a glance, and what resembles it and is a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

HEX = "8478f540c58af0a3" + "756dd3aa4c9e06e5"
SHA = HEX + "51d09b7e"
PW = "tulip-" + "Wheel81"
DISMISSED = {
    "next_attribute.vue": '<Icon v-if="kind === \'password\'" :icon="faTulip" />\n',
    "style.js": 'const css = {\n  "Confirm password": ".form-confirm{}",\n};\n',
    "package.json": '{"dependencies": {\n  "@acme/shop-auth": "workspace:*"\n}}\n',
    "words.json": '{"key": {"a": "Key", "j": ["lock", "password", "unlock", "door"]}}\n',
    "typed.yml": 'dns_token: "abcdabcdabcd123412341234"\nsecret_key: "ghijkl"\n',
    "NEXT.env": "NEXTAUTH_SECRET=\nNEXTAUTH_URL=http://localhost:8081 # here\n",
    "ci.txt": f"GITHUB_SHA={SHA} GITHUB_TOKEN=<yours> make\n",
    "jaas.py": 'f"""a.PlainLoginModule required password="{CONF[\'sasl.password\']}";"""\n',
    "signed.txt": "https://x.test/a?X-Amz-Credential=acmereleases%2F20250307%2Feu-1%2Fs3%2Faws4\n",
    "run.sh": "pgcli -h localhost -p 15432 -U root -d shop\n",
    "A.java": "class A { void a(String token) {\n"
    '  System.out.println("until " + extractExpiry(token));\n'
    '  System.out.println("of " + getUserFromToken(token));\n} }\n',
    "B.kt": 'package app.parsing\nfun a(token: Any) {\n  Timber.e("unexpected: $token")\n}\n',
    "api.yaml": "openapi: 3.0.1\npaths:\n  /a:\n    value:\n      password: my_password\n"
    "      email: a@shop.test\n",
}
KEPT = {
    "kept.js": f'const users = {{\n  "Confirm password": "{PW}",\n}};\n',
    "kept.json": f'{{"pepper": "{HEX}"}}\n',
    "kept.env": f"NEXTAUTH_SECRET={PW}-tulip-wheel\n",
    "prefix.env": f"NEXTAUTH_SECRET=u{PW}-tulip-wheel\n",
    "kept.sh": f"mycli -h db.prod -u root -p {PW}\n",
    "echo.sh": "echo $DB_PASSWORD\n",
    "Kept.java": 'class A { void a(String token) {\n  System.out.println("it is " + token);\n} }\n',
    "kept.yaml": f"info:\n  password: {PW}\n",
}
"""Each of them has one finding."""


@pytest.mark.parametrize("name", list(DISMISSED))
def test_dismissed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(DISMISSED[name])
    assert report("scan", "--ignore", "exposure", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize("name", list(KEPT))
def test_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(KEPT[name])
    (finding,) = report("scan", "--reveal", "--ignore", "exposure", cwd=tmp_path).json["findings"]
    shown = finding["secret"]
    assert shown in KEPT[name] or finding["signature"] == "secret-logged"
    if name.endswith(".env"):
        assert shown == KEPT[name].strip().partition("=")[2]
