"""Words with digits whose name says whose password they are, settings in texts, answers."""

from __future__ import annotations

from pathlib import Path

from tests.run import report

FOUND = {
    # a word with digits is what somebody chose, where its name says for what
    "Jenkinsfile": "pipeline { environment {\n  REGISTRY_PWD = 'Otter12345'\n} }\n",
    "conf.py": "DB_PASSWORD = 'postgres1'\n",
    "env.go": 'package a\n\nfunc f() {\n\tpass := getEnv("DB_PASS", "master77")\n}\n',
    "index.js": "module.exports = {\n  dbPassword: process.env.DB_PW ?? 'postgres_pw_2',\n};\n",
    # what a call opens with it
    "mail.go": 'package a\n\nvar d = gomail.NewDialer("smtp.pond.io", 587, "user", "123456abc")\n',
    "Store.java": 'class S { void f() { ks.load(in, "changeit3".toCharArray()); } }\n',
    # a sentence is the name of nothing
    "Sign.java": 'class S { Object k = new SecretKeySpec("this-is-our-signing-secret".getBytes(), '
    '"AES"); }\n',
    "sign.py": 'secret = "they-are-signed-with-me"\n',
    # settings that code holds as one text
    "conf.go": "package a\n\nconst conf = `\nhost = db1\nuser = pond\npassword = reed-otter\n`\n",
    "Conf.kt": 'val c = """\nhost: db1\nuser: pond\npassword: reed-heron\n""".trimIndent()\n',
    "Conf.scala": 'object C {\n  val c = """\n    |db.password = reed-swan\n    |db.user = pond\n'
    '  """.stripMargin\n}\n',
    # the name of a setting and its value are values of their own
    "Seeder.php": "<?php\n$rows = [\n  ['key' => 'smtp_password', 'value' => 'reed9otter'],\n];\n",
    "rows.js": "const rows = [{ 'key': 'smtp_password', 'value': 'reed8otter' }]\n",
    # a key of what signs tokens
    "appsettings.json": '{"Jwt": {"Key": "SecretKey2024", "Issuer": "pond"}}\n',
    # notes of who signs in, and with what
    "docs/box.txt": "SSH User: deploy, Passwort: Fr0schKoenig\n",
    "docs/view.txt": "TeamViewer ID 123 456 789, PW tv8841\n",
    "docs/runbook.md": "ssh ops@mq.intern   # password: reed-swan\n",
    "docs/uebergabe.txt": "Datenbank root Passwort: wasserfall\n",
    # the answer to who asks for a password
    "general.txt": "[10:02] jo: what's the box password again?\n[10:03] max: reed-otter\n",
    "general.json": '[{"ts": "1", "text": "what was the password?"},\n'
    ' {"ts": "2", "text": "reed-2022-otter"}]\n',
    # the cookie of a session by its name
    "fetch.py": 'cookies = {"sessionid": "81hibst2f6ef7hjj8m0bm9uqoz1jxd4t"}\n',
    # a client of redis
    "cache.lua": 'local red = redis:new()\nred:auth("nightingale")\n',
}
CLEAN = {
    "tries.py": "WRONG_PASSWORD = 'postgres1'\nTEST_DB_PASSWORD = 'master77'\n",
    "any.py": 'password = "test123"\n',
    "word.py": 'db_password = os.environ.get("DB_PASSWORD", "postgres")\n',
    "named.py": 'secret = "key-of-the-user"\ntoken = "use_our_secret_key"\n',
    "usage.py": 'USAGE = """\nhost: db1\nuser: pond\npassword: reed-otter\n"""\n',
    "help.py": 'def f():\n    """Connect.\n\n    user: pond\n    password: reed-otter\n    """\n',
    "rows.js": "const rows = [\n  { key: 'reset_password', value: 'Reset your password' },\n]\n",
    "app.json": '{"token": {"key": "access_token"}, "jwt": {"key": "sub"}}\n',
    "docs/own.txt": "User: deploy, Passwort: wasserfall\n",
    "docs/install.md": "ssh ops@mq.intern   # password: reed-swan\n",
    "other.txt": "[10:02] jo: forgot the password?\n[10:03] max: yes\n[10:04] jo: password?\n"
    "[10:05] max: https://vault.pond.io/x\n",
    "en.yml": 'en:\n  forgot: "Forgot your password?"\n  reset: reset-it-now\n',
    "theme.py": 'cookies = {"session_name": "shop-session-cookie"}\n',
    "mail.js": 'client.auth("nightingale")\n',
}


def _levels(folder: Path) -> dict[str, str]:
    found = report("scan", ".", "--ignore", "exposure", cwd=folder).json["findings"]
    return {
        location["path"]: finding["confidence"]
        for finding in found
        for location in finding["locations"]
    }


def _written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def test_what_somebody_chose_is_found_by_whose_it_is(tmp_path: Path) -> None:
    _written(tmp_path, FOUND)
    levels = _levels(tmp_path)
    assert {name for name in FOUND if levels.get(name) not in {"medium", "high"}} == set()


def test_what_opens_nothing_is_not(tmp_path: Path) -> None:
    _written(tmp_path, CLEAN)
    levels = _levels(tmp_path)
    assert {name for name, level in levels.items() if level != "low"} == set()
