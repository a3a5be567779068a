"""Words in lists and calls have the name of what is around them only where that is a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

SEALED = "WL19PJJOX6hYJHiG" + "QoVoqu6iBb17x5rt"
NAMES = {
    # sets, tuples and lists of names
    "a.py": 'SHARED_KEYS = ("not_before", "not_after", "endings")\n',
    "b.py": 'PASSWORD = frozenset({"unlocker", "passwd", "pass", "secret"})\n',
    "c.js": "const passwordKey = ['unlocker', 'opener', 'closer'];\n",
    "d.rb": "SECRET = %w[unlocker opener]\npassword = ['unlocker', 'opener']\n",
    "e.go": 'package a\n\nvar password = []string{"unlocker", "opener"}\n',
    "f.java": 'class A { String[] password = {"unlocker", "opener"}; }\n',
    # two words that are no command
    "g.py": 'PHRASES = {"passphrase", "pass phrase", "auth required"}\n',
    # what a call takes is not what it gives
    "h.py": 'READERS = {"pgpass": late("logins.read_pgpass")}\n',
    "i.py": 'password = load("main-database")\n',
    "j.ts": "const secret = vault.get('prod-db7');\n",
    "k.php": "<?php return ['password' => trans('unlocker')];\n",
    "l.rb": "password = lookup('unlocker')\n",
    "o.ts": "const password = t('password.label2');\n",
    "p.cs": 'class A { string s = b.Secret(kv.GetSecret("db7-main")); }\n',
    "q.js": "const password = kms.decrypt('" + SEALED + "');\n",
    "r.go": 'package a\n\nvar c = C{Secret: vault.Get("db7-main")}\n',
    # one of many
    "s.sql": "SELECT * FROM c WHERE n IN ('otp', 'two_factor', '2fa_secret', '2fa_code');\n",
    "t.txt": "['md5', 'no-bind', 'password', 'pg-hba', 'port-host', 'star']\n",
    # fields of records, not secrets of names
    "u.json": '{"secrets": [{"uniqueHash": "' + SEALED + '", "issueId": "X7-key-2"}]}\n',
    # what a shell runs, what psql puts in, what Python puts in
    "v.sh": "DB_PASSWORD=`cat /run/main/db_pw7`\n",
    "w.sql": "ALTER USER shop WITH PASSWORD :'pgpass';\n",
    "x.py": 'm = _("full (pass: %(total_viewed)s, total: %(total)s)")\n',
    # a dotted reference
    "m.py": 'HANDLERS = {"password": "logins.read_lines"}\n',
    "n.java": "/** jdbc:oracle:thin:user/password@host. */\nclass A {}\n",
}
VALUES = {
    "a.py": 'password = SecretStr("unlocker")\n',
    "b.java": 'class A { char[] password = "unlocker".toCharArray(); }\n',
    "c.rs": 'fn a() { let password = String::from("unlocker"); }\n',
    "d.cpp": 'const QString password = QString("unlocker");\n',
    "e.go": 'package a\n\nvar password = []byte("unlocker")\n',
    "f.py": 'passwords = ["unlocker", "opener77"]\n',
    "g.py": 'client.send("PASS unlocker")\n',
    "h.c": 'char password[] = {"unlocker"};\n',
    "i.sql": "INSERT INTO o VALUES (33,'smtp_pass','unlocker9','yes'),(34,'port','1','yes');\n",
    "j.txt": '["mysql", "-u", "root", "--password", "unlocker9"]\n',
    "k.json": '{"secrets": {"mailer": "' + SEALED + '"}}\n',
    "l.js": "const o = { password: enc.Utf8.parse('unlocker') };\n",
}


@pytest.mark.parametrize("name", list(NAMES))
def test_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(NAMES[name])
    assert report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize("name", list(VALUES))
def test_values(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(VALUES[name])
    found = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert any(finding["secret"].startswith(("unlocker", SEALED)) for finding in found)
