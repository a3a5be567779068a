"""What functions give back by what they are asked for, words in maps, and who signs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.returned import gives
from tests.run import report

PW = "Tern!Cliff" + "58"
WORD = "cliffhanger"

HEADS = [
    b"def get_password(site):",
    b"func passwordFor(env string) (string, error) {",
    b"export function credentialFor(stage) {",
    b"    fun password(env: String): String = when (env) {",
    b"        public string GetSecret(string stage) => stage switch",
    b"fn passwd_for(env: &str) -> &'static str {",
    b"  def token_for(env)",
    b"const getToken = (env) => {",
    b"  getPassword: function (env) {",
    b"    private function getPassword(string $env): string",
]
NO_HEADS = [
    b"password = getPassword(env)",
    b"    if (!checkPassword(a, b)) {",
    b"    public void login(String password) {",
    b"# def get_password(site):",
]

FOUND = [
    ("a.py", f'def get_password(e):\n    if e == 1:\n        return "{PW}"\n    return "{WORD}"\n'),
    (
        "a.js",
        f"function passwordFor(e) {{\n  switch (e) {{\n    case 1:\n      return '{PW}';\n"
        f"    default:\n      return '{WORD}';\n  }}\n}}\n",
    ),
    (
        "a.go",
        f'package a\n\nfunc passwordFor(e string) (string, error) {{\n\tif e == "x" {{\n'
        f'\t\treturn "{PW}", nil\n\t}}\n\treturn "{WORD}", nil\n}}\n',
    ),
    (
        "A.java",
        f"class A {{\n  String passwordFor(E e) {{\n    return switch (e) {{\n"
        f'      case X -> "{PW}";\n      case Y -> "{WORD}";\n    }};\n  }}\n}}\n',
    ),
    (
        "A.cs",
        f"class A {{\n  string GetPassword(int e) => e switch\n  {{\n"
        f'    1 => "{PW}",\n    _ => "{WORD}",\n  }};\n}}\n',
    ),
    ("a.kt", f'fun password(e: E): String = when (e) {{\n  X -> "{PW}"\n  Y -> "{WORD}"\n}}\n'),
    (
        "a.rs",
        f'fn passwd_for(e: u8) -> &\'static str {{\n  match e {{\n    1 => "{PW}",\n'
        f'    _ => "{WORD}",\n  }}\n}}\n',
    ),
    (
        "a.scala",
        f"object A {{\n  def password(e: E): String = e match {{\n"
        f'    case X => "{PW}"\n    case Y => "{WORD}"\n  }}\n}}\n',
    ),
    (
        "a.rb",
        f"def password_for(e)\n  case e\n  when :x then '{PW}'\n  when :y then '{WORD}'\n"
        "  end\nend\n",
    ),
    ("a.py", f'DOOR_PASSWORDS = {{\n    "a": "{PW}",\n    "b": "{WORD}",\n}}\n'),
    ("a.js", f"const passwords = new Map([\n  ['a', '{PW}'],\n  ['b', '{WORD}'],\n]);\n"),
    (
        "A.java",
        f"class A {{\n  void fill() {{\n"
        f'    passwords.put("ops", "{PW}");\n    passwords.put("me", "{WORD}");\n  }}\n}}\n',
    ),
]

NOTHING = [
    # what is done with a password, and what is said about one
    (
        "a.py",
        'def check_password(p):\n    if not p:\n        return "too-short-8"\n',
    ),
    ("a.py", 'def mask_password(p):\n    if not p:\n        return "Hidden-1x"\n'),
    ("a.js", "function getPasswordClass(e) {\n  if (e) return 'col-md-6';\n  return 'h1';\n}\n"),
    # names of things
    ("a.js", "function getToken(e) {\n  switch (e) {\n    case 1: return 'css-1x2y3z';\n  }\n}\n"),
    (
        "a.py",
        'def get_api_key(r):\n    if not r:\n        return "X-Api-Key-v1"\n    return "missing"\n',
    ),
    (
        "a.kt",
        'fun credential(t: Int): String = when (t) {\n  1 -> "public-x"\n  else -> "fido-u2f"\n}\n',
    ),
    # words without a password beside them
    ("a.js", "const passwords = { title: 'Wardrobe', hint: 'Cupboard' };\n"),
    ("a.js", "const tokens = new Map([['space', 'p-4'], ['font', 'inter-v12']]);\n"),
    # how things look, and what they are called elsewhere
    ("a.js", "const icons = { password: 'lock-outline2', secret: 'eye-off' };\n"),
    ("a.js", "const columns = { password: 'usr_pwd1', token: 'usr_tok2' };\n"),
    ("a.yml", "snmp:\n  auth: public_v2\n"),
    # where a key is kept
    ("a.py", 'log.info("Reading the private key %s", args.private_key)\n'),
    ("a.py", 'log.info("private key %s does not exist", cfg.private_key)\n'),
]


def _secrets(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text)
    found = report("scan", "--reveal", "--no-authors", cwd=folder).json["findings"]
    return sorted(one["secret"] for one in found)


@pytest.mark.parametrize("head", HEADS)
def test_a_function_begins(head: bytes) -> None:
    assert gives(head, head + b'\n  return "Tern-58"\n', 0)
    assert not gives(head, head + b"\n  return other\n", 0)


@pytest.mark.parametrize("line", NO_HEADS)
def test_no_function_begins(line: bytes) -> None:
    assert not gives(line, line + b'\n  return "Tern-58"\n', 0)


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_what_stands_beside_a_password_is_one(tmp_path: Path, name: str, text: str) -> None:
    assert _secrets(tmp_path, name, text) == [PW, WORD]


@pytest.mark.parametrize(("name", "text"), NOTHING)
def test_what_is_none(tmp_path: Path, name: str, text: str) -> None:
    assert _secrets(tmp_path, name, text) == []


@pytest.mark.parametrize("form", ['("svc-7x9", "{}")', 'HTTPBasicAuth("svc-7x9", "{}")'])
def test_who_signs_in_is_no_secret(tmp_path: Path, form: str) -> None:
    assert _secrets(tmp_path, "a.py", f"get(URL, auth={form.format(PW)})\n") == [PW]


def test_a_private_key_itself_is_logged(tmp_path: Path) -> None:
    assert _secrets(tmp_path, "a.py", 'log.info("private key: %s", private_key)\n')
