"""Secrets that functions return or take, rows of SQL, texts made bytes: by whole commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.inserts import inserted
from leakhunt.contextual.shapes import shapes
from tests.run import report

PW = "Amboss" + "3rot"
WORD = "wirbel" + "wind"
KEY = "Xk29vLq81zQ0" + "wErT5mPa"
HEX = "8f14e45fceea167a5a36" + "dedd4bea2543"
UUID = "85fa7076-bb7b-4dd3" + "-becb-2d6ccd68517a"

FOUND = {
    # what a function returns
    "go/db.go": f'package main\n\nfunc dbPassword() string {{\n\treturn "{PW}"\n}}\n',
    "rb/client.rb": f"def api_token\n  '{KEY}'\nend\n",
    "cs/A.cs": f'class A {{\n  string GetPassword()\n  {{\n    return "{PW}";\n  }}\n}}\n',
    "ts/a.ts": f"const getSecret = (): string => {{\n  return '{KEY}';\n}};\n",
    "ts/arrow.ts": f"const getToken = () => '{KEY}';\n",
    # what it takes
    "go/set.go": f'package main\n\nfunc f() {{\n\tc.SetString("db.password", "{PW}")\n}}\n',
    "py/login.py": f'client.login(\n    "bot@int.de",\n    "{PW}",\n)\n',
    "py/auth.py": f'r = get(\n    url,\n    auth=(\n        "bot",\n        "{PW}",\n    ),\n)\n',
    "py/users.py": f'USERS = [\n    ("anna", "{PW}"),\n    ("bernd", "x"),\n]\n',
    "lua/a.lua": f'local c = aes:new("{KEY}", nil)\n',
    "go/typed.go": f'package main\n\nconst apiToken string = "{KEY}"\n',
    "ts/encoder.ts": f"const secret = new TextEncoder().encode('{KEY}');\n",
    "tsx/a.tsx": f"const a = <input type=\"password\" value={{'{PW}'}} />;\n",
    "ts/page.ts": f"page.get('#password').type('{PW}');\n",
    "ps/b.ps1": f"$c = F(('{PW}' | ConvertTo-SecureString -AsPlainText -Force))\n",
    "conf/netrc.yml": f'run: echo "machine h login ci password {PW}" > ~/.netrc\n',
    "conf/snmpd.conf": f"com2sec local localhost {WORD}\n",
    "ps/a.ps1": f"New-Thing(ConvertTo-SecureString '{WORD}' -AsPlainText -Force)\n",
    "py/lite.py": f"db.execute(\"PRAGMA key = '{WORD}'\")\n",
    "php/q.php": f"<?php\n$q = \"INSERT INTO users (name, password) VALUES ('x', '{PW}')\";\n",
    # bytes, macros, broken code
    "go/hmac.go": f'package main\n\nvar hmacKey = []byte("{WORD}-und-regen")\n',
    "c/a.c": f'#define DOOR_KEY  ("{HEX}")\n',
    "java/B.java": f'class B {{\n  ds.setUser("app");\n  ds.setPassword("{PW}");\n',
    "rs/a.rs": f'const AES_KEY: [u8; 32] = hex!("{HEX}");\n',
    # what a machine made, and is no hash
    "conf/smtp.yml": f"smtp_password: {HEX}\n",
    "conf/api.yml": f"api_key: {UUID}\n",
    "conf/pin.yml": "alarm_code: 8352\n",
    "conf/radius.conf": f"client ap {{\n    ipaddr = 10.0.0.2\n    secret = {WORD}\n}}\n",
    "conf/cloud.yaml": f"#cloud-config\nchpasswd:\n  list: |\n    root:{WORD}\n",
    "conf/sites.xml": f"<Server><User>web</User><Pass>{WORD}</Pass></Server>\n",
    "conf/mail.env": f"MAILER=smtp://bot@int.de:{PW}@mail.int.de:25\n",
    "api.json": f'{{"body": "{{\\"email\\": \\"a@b.de\\", \\"password\\": \\"{WORD}\\"}}"}}\n',
    "README.md": f"Log in as user `demo`, password `{WORD}`.\n",
}
NOTHING = {
    "php/fortify.php": "<?php return ['passwords' => ['provider' => 'users', 'expire' => 60]];\n",
    "php/redis.php": "<?php\nif (! $redis->auth($this->_config['save_path']['password'])) {}\n",
    "cs/T.cs": 'class T { string F() { var token = $"ztok{Guid.NewGuid().ToString("N")}"; } }\n',
    "go/bucket.go": 'package main\n\nvar key = []byte("bucket-of-users")\n',
    "go/label.go": 'package main\n\nfunc passwordLabel() string {\n\treturn "Kennwort"\n}\n',
    "ts/type.ts": "const getTokenType = () => 'Bearer-of-things';\n",
    "conf/sum.env": f"APP_SHA256_PASSWORD={HEX}\n",
    "conf/names.conf": "listen = 80\nsecret = other-secret\n",
    "conf/wifi.conf": 'network={\n  phase2="auth=MSCHAPV2"\n}\n',
    "README.md": "Log in as user `admin`, password `admin`.\n",
    "a.pl": 'my $h = DBI->connect("DBI:mysql:database=shop9;host=db", $user, $pw);\n',
}


def _written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _paths(folder: Path) -> set[str]:
    found = report("scan", cwd=folder).json["findings"]
    return {place["path"] for finding in found for place in finding["locations"]}


def test_found(tmp_path: Path) -> None:
    _written(tmp_path, FOUND)
    assert _paths(tmp_path) == set(FOUND)


def test_not_found(tmp_path: Path) -> None:
    _written(tmp_path, NOTHING)
    assert _paths(tmp_path) == set()


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("INSERT INTO a (b, password) VALUES ('x', 'y1'), (2, 'y2')", ["x", "y1", "y2"]),
        ("REPLACE INTO `a` (`t`, `token`) VALUES (NOW(), 'it''s')", ["it''s"]),
        ("INSERT INTO a (b, password) VALUES ('x', MD5('y'))", ["x"]),
        ("INSERT INTO a (b, password) VALUES ('x')", []),
        ("INSERT INTO a (b) SELECT password FROM c", []),
    ],
)
def test_rows_of_sql(line: str, values: list[str]) -> None:
    found = [line[turn.start : turn.end] for turn in inserted(line.encode(), 0)]
    assert found == values


def test_columns_name_their_values() -> None:
    line = f"INSERT INTO users (id, login, api_token) VALUES (1, 'anna', '{KEY}')".encode()
    (shape,) = [s for s in shapes(line) if line[s.start : s.end] == KEY.encode()]
    assert shape.name == "api_token"
