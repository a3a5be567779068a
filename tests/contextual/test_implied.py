"""Secrets that code hands on by a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.implied import hands_on
from tests.run import report

PW = "Wurzel" + "bier77"
FOUND = {
    "a.py": f'VALUE = "{PW}"\n\ndef f():\n    smtp.login("svc@x.de", VALUE)\n',
    "b.js": f"const word = '{PW}';\nconnect({{ user: 'svc', password: word }});\n",
    "c.go": f'package main\n\nconst word = "{PW}"\n\nfunc f() {{ r.SetBasicAuth("svc", word) }}\n',
    "D.java": f'class D {{ String wd = "{PW}"; void f() {{ login("svc", wd); }} }}\n',
    "e.py": f'login(\n    "svc@x.de",\n    "{PW}",\n)\nother = "y"\nconnect(token=other)\n',
}
CLEAN = {
    "a.py": 'FIELD = "password-field-2"\nconnect(password_field=FIELD)\n',
    "b.py": 'word = "Wurzelbier"\nword2 = load()\nconnect(password=word2)\n',
    "c.py": f'def f(w="x"):\n    login("svc", w)\n\n\ndef g():\n    w = "{PW}"\n    return w\n',
    "d.js": "const kind = 'jwt';\nconnect({ token: kind, secret: kind });\n",
}


@pytest.mark.parametrize("name", list(FOUND))
def test_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FOUND[name])
    (finding,) = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == PW


@pytest.mark.parametrize("name", list(CLEAN))
def test_clean(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CLEAN[name])
    assert report("scan", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize(
    ("text", "led"),
    [
        (b"word = 'x'", True),
        (b"a.word = 'x'\nword = 'x'", True),
        (b"a.word = 'x'", False),
        (b"password = 'x'", False),
        (b"words = 'x'", False),
        (b"const word: string = `x`", True),
        (b"word := []byte(x)\nmy_word = 'x'\n word=b\"x\"", True),
        (b"word", False),
    ],
)
def test_a_name_leads_to_the_text_that_it_is_given(text: bytes, led: bool) -> None:
    line = b"connect(password=word)"
    assert hands_on(line, line + b"\n" + text) is led
    assert hands_on(line, text + b"\n" + line) is led
