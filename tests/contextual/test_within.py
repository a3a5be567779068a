"""Words in lists and calls have the name of what is around them only where that is a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

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
}


@pytest.mark.parametrize("name", list(NAMES))
def test_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(NAMES[name])
    assert report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize("name", list(VALUES))
def test_values(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(VALUES[name])
    found = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert "unlocker" in {finding["secret"] for finding in found}
