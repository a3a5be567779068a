"""Where a secret may stand besides behind its name and a sign: found in a file, by commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

PW = "tulip-" + "Wheel81"
HEX = "8478f540c58af0a3" + "756dd3aa4c9e06e5"
BYTES = ", ".join(f"0x{number:02x}" for number in bytes.fromhex("4f1c9ae3770b25d8916e3ac2f5087db4"))
FOUND = {
    # other quotes
    "a.lua": f"local password = [[{PW}]]\n",
    "b.rs": f'let password = r#"{PW}"#;\n',
    "c.cpp": f'const char* password = R"({PW})";\n',
    "d.rb": f"password = %q({PW})\n",
    "e.pl": f"my $password = q({PW});\n",
    "f.ex": f"password = ~s({PW})\n",
    "g.swift": f'let password = #"{PW}"#\n',
    "h.kt": f'val password = """{PW}"""\n',
    "i.R": f'password <- "{PW}"\n',
    "j.vb": f'Dim password As String = "{PW}"\n',
    "k.clj": f'(def password "{PW}")\n',
    "l.vim": f'let g:password = "{PW}"\n',
    # in the next line
    "m.ts": f'const password =\n  "{PW}";\n',
    "n.plist": f"<plist><dict>\n<key>DbPassword</key>\n<string>{PW}</string>\n</dict></plist>\n",
    "o-site.xml": f"<x><property>\n<name>a.password</name>\n<value>{PW}</value>\n</property></x>\n",
    "p.yml": f"# password for the staging box\nbox: {PW}\n",
    "q.exp": f'expect "assword:"\nsend "{PW}\\r"\n',
    # put into an address
    "r.py": f'URL = "postgres://app:%s@db.prod/x" % "{PW}"\n',
    "s.js": f"const url = 'mongodb://app:' + '{PW}' + '@db.prod/x';\n",
    "t.go": f'dsn := fmt.Sprintf("%s:%s@tcp(%s)/db", "root", "{PW}", host)\n',
    "u.go": f'db, err := sql.Open("mysql", "root:{PW}@tcp(db.prod:3306)/shop")\n',
    # members of a collection
    "v.py": f'USERS = {{"alice": "{PW}", "bob": "short"}}\n',
    "w.yml": f"users:\n  alice: {PW}\n",
    "x.rs": f'let users = vec![("alice", "{PW}")];\n',
    "user-data": f"#cloud-config\nchpasswd:\n  list: |\n    root:{PW}\n",
    # files with a name
    "secrets/db_password.txt": f"{PW}\n",
    "chap-secrets": f'office * "{PW}" *\n',
    "userlist.txt": f'"core" "{PW}"\n',
    "sasl_passwd": f"[smtp.prod.net]:587 bob:{PW}\n",
    "passwords.txt": f"bob:{PW}\n",
    # told
    "y.txt": f"The password is {PW}.\n",
    "z.md": f"Log in with **admin** / **{PW}** and change it.\n",
    "aa.md": f"* Password: `{PW}`\n",
    "ab.py": f'log.info("password is {PW}")\n',
    # spoken to a server
    "ac.c": f'reply = redisCommand(c, "AUTH {PW}");\n',
    "ad.cs": f'foreach (char c in "{PW}") secure.AppendChar(c);\n',
    "ae.php": f"<?php if ($_GET['key'] !== '{PW}') die();\n",
    "af.conf": f"user=guest:{PW}\n",
    "ag.env": f'MAIL_PASSWORD="{PW.replace("-", " and ")}"\n',
    "ah.js": f"if (pw !== '{PW}') return;\n",
    "ai.py": f'password: str = Field(default="{PW}")\n',
}
VALUES = {
    "a.py": (f'TOKENS = {{\n    "north": "{HEX}",\n}}\n', HEX),
    "b.c": (f"static const uint8_t aes_key[16] = {{ {BYTES} }};\n", BYTES),
    "c.go": (f"var key = []byte{{{BYTES}}}\n", BYTES),
    "d.py": (f'session.headers["Cookie"] = "sessionid={HEX}; theme=dark"\n', HEX),
    "e.js": (f"get('https://api.prod.net/w?q=Ghent&appid={HEX}', show);\n", HEX),
    "f.Dockerfile": ("FROM x\nENV JUPYTER_TOKEN jupiter-ascending\n", "jupiter-ascending"),
    "g.py": ('HASHIDS_SALT = "sea-salt-and-vinegar"\n', "sea-salt-and-vinegar"),
    "h.rb": (f"config.pepper = '{HEX}'\n", HEX),
    "i.cs": (
        'var key = Encoding.ASCII.GetBytes("Signing-In-The-Rain-19"); // HMACSHA256\n',
        "Signing-In-The-Rain-19",
    ),
}
CLEAN = {
    "a.md": "The password is case-sensitive. The token is base64-encoded, 32-bytes long.\n",
    "b.md": "Grant the account `roles/dns.admin`, and `Catalog::Category` to accounts.\n",
    "c.rb": 'say "Missing key to decrypt credentials. See `#{executable(:help)}`."\n',
    "d.sh": 'if [[ "$(pwd)" != *"scripts"* ]]; then exit; fi\n',
    "e.yml": "users:\n  redirect: mellanox.onyx.onyx_snmp_users\n  name: Bob77\n",
    "f.md": "Log in with `INIT_USER`/`INIT_PASSWORD`, or `--admin-user` / `--admin-password`.\n",
    "g.js": "const token = token1(25, 184, 174, 179, 182, 186, 44, 12, 99)\n",
    "h.c": "static const int key_table[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };\n",
    "i.c": f"static const uint8_t test_key[16] = {{ {BYTES} }};\n",
    "j.rb": 'COOKIE_SALT = "action_dispatch.signed_cookie_salt"\n',
    "k.ps1": "$password = ConvertTo-SecureString $text -AsPlainText -Force\n",
    "words/passwords.txt": "some\nwords\nto\ntry\nfor\nit\n",
    "password.txt.pub": "tulip-wheel-81\n",
    "l.yml": "apiVersion: v1\nenv:\n  API_TOKEN: ${API_TOKEN}\n",
    "m.go": 'dsn := fmt.Sprintf("%s:%s@tcp(%s)/db", user, password, "tulip-81")\n',
}


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize("name", list(FOUND))
def test_found(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, FOUND[name])
    secrets = [
        finding["secret"] for finding in report("scan", "--reveal", cwd=tmp_path).json["findings"]
    ]
    assert secrets == ([PW] if PW in FOUND[name] else [PW.replace("-", " and ")])


@pytest.mark.parametrize("name", list(VALUES))
def test_values_that_are_no_passwords(tmp_path: Path, name: str) -> None:
    text, value = VALUES[name]
    write(tmp_path, name, text)
    assert [
        finding["secret"] for finding in report("scan", "--reveal", cwd=tmp_path).json["findings"]
    ] == [value]


@pytest.mark.parametrize("name", list(CLEAN))
def test_clean(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, CLEAN[name])
    assert report("scan", "--ignore", "exposure", cwd=tmp_path).json["findings"] == []
