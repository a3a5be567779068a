"""Secrets without a form of their own, found by whole commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

STRONG = "Xk29vLq" + "81zQ0w"
FOUND = {
    "app.py": f'admin_password = "{STRONG}"\n',
    "pool.js": f"const pool = {{ user: 'svc', password: '{STRONG}' }}\n",
    "main.go": f'package main\n\nvar dbPassword = "{STRONG}"\n',
    "A.java": f'class A {{ private String password = "{STRONG}"; }}\n',
    "run.sh": f"export ADMIN_PASSWORD={STRONG}\n",
    "app.yml": f"db:\n  password: {STRONG}\n",
    "app.properties": f"db.password={STRONG}\n",
    "a.json": f'{{"db": {{"password": "{STRONG}"}}}}\n',
    "a.xml": f"<db><password>{STRONG}</password></db>\n",
    "a.sql": f"CREATE USER 'svc' IDENTIFIED BY '{STRONG}';\n",
}
CLEAN = {
    "app.py": 'password = os.environ["DB_PASSWORD"]\npassword_field = "user-Field-77"\n',
    "pool.js": "const password = 'password'\nconst token = parser.next()\n",
    "form.js": "labels = { password: 'Your password', token: 'access_token' }\n",
    "main.go": 'package main\n\nvar password = flag.String("password", "", "the password")\n',
    "app.yml": "db:\n  password: ${DB_PASSWORD}\n  secretName: prod-db-7\n",
    "deploy.yml": "password: '{{ vault_password }}'\n",
    "sealed.yml": f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {STRONG}\n",
    "lists.py": "FIELDS = ['password', 'shadow7', 'group']\n",
    "rules.php": "<?php return ['password' => 'required|string|max:255'];\n",
    "ci.py": "token=next_token7(a, b)\npassword = None\n",
}


@pytest.mark.parametrize("name", list(FOUND))
def test_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FOUND[name])
    result = report("scan", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert (result.code, finding["signature"]) == (1, "hardcoded-password")
    assert finding["confidence"] == "high"
    assert STRONG not in result.out + result.err
    (place,) = finding["locations"]
    line = FOUND[name].splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 : place["end_column"] - 1] == STRONG


@pytest.mark.parametrize("name", list(CLEAN))
def test_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CLEAN[name])
    assert report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"] == []


MORE = {
    "jwt.js": "const t = jwt.sign(user, '" + STRONG + "')\n",
    "mysql.c": 'mysql_real_connect(c, "db", "svc", "' + STRONG + '", "x", 0, NULL, 0);\n',
    "conf.h": '#define WIFI_PASSWORD  "' + STRONG + '"\n',
    "redis.conf": "requirepass " + STRONG + "\n",
    "Dockerfile": "FROM x\nENV API_TOKEN " + STRONG + "\n",
    "opts.py": 'p.add_argument("--password", default="' + STRONG + '")\n',
    "run.sh": 'TOKEN="${TOKEN:-' + STRONG + '}"\n',
    "web.config": '<add key="SmtpPassword" value="' + STRONG + '"/>\n',
    "a.properties": "jdbc.url=x;user=a;password=" + STRONG + "\n",
}


@pytest.mark.parametrize("name", list(MORE))
def test_more_shapes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(MORE[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    (place,) = finding["locations"]
    line = MORE[name].splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 : place["end_column"] - 1] == STRONG


def test_what_is_unsure_is_counted_and_does_not_fail(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text('password = "hunter77"\n')
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text('password = "sunny-side"\npasswd = "hunter7"\n')
    result = leakhunt("scan", "tests", cwd=tmp_path)
    assert result.code == 0
    assert "2 too unsure to be listed" in result.out
    shown = report("scan", "tests", "--min-confidence", "low", cwd=tmp_path)
    assert shown.code == 1
    assert [finding["confidence"] for finding in shown.json["findings"]] == ["low", "low"]
    assert report("scan", "tests", cwd=tmp_path).json["findings"] == []


def test_the_configuration_says_how_sure(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text('passwd = "hunter7"\n')
    (tmp_path / "leakhunt.toml").write_text('min_confidence = "low"\n')
    assert report("scan", cwd=tmp_path).ids == ["hardcoded-password"]
    (tmp_path / "leakhunt.toml").write_text('min_confidence = "lots"\n')
    assert leakhunt("scan", cwd=tmp_path).code == 2


def test_a_pattern_wins(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'github_token = "{tokens.github(1)}"\n')
    (tmp_path / "b.py").write_text(f'password = "{STRONG}"\n')
    assert sorted(report("scan", cwd=tmp_path).ids) == ["github-pat", "hardcoded-password"]


def test_one_secret_under_two_names_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'password = "{STRONG}"\nsecret = "{STRONG}"\n')
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert len(finding["locations"]) == 2


def test_a_pattern_of_one_kind_of_file_leaves_the_others_their_name(tmp_path: Path) -> None:
    (tmp_path / ".pgpass").write_text(f"db.prod.net:5432:core:svc:{STRONG}\n")
    (tmp_path / "app.yml").write_text(f"db:\n  password: {STRONG}\n")
    findings = report("scan", cwd=tmp_path).json["findings"]
    places = {place["path"] for finding in findings for place in finding["locations"]}
    assert places == {".pgpass", "app.yml"}


def test_they_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'password = "{STRONG}"\napi_key = "{STRONG}9"\n')
    assert report("scan", "--ignore", "hardcoded-*", cwd=tmp_path).json["findings"] == []
    only = report("scan", "--select", "hardcoded-api-key", cwd=tmp_path)
    assert only.ids == ["hardcoded-api-key"]


def test_standard_input(tmp_path: Path) -> None:
    result = report("scan", "-", cwd=tmp_path, stdin=f'password = "{STRONG}"\n'.encode())
    assert result.ids == ["hardcoded-password"]


def test_staged(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.write("a.py", f'password = "{STRONG}"\n')
    repo.git("add", "-A")
    assert report("staged", cwd=repo.path).ids == ["hardcoded-password"]


@pytest.mark.parametrize("plain", ["", "1"])
def test_history(tmp_path: Path, plain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAKHUNT_PLAIN", plain)
    repo = Repo(tmp_path / "r")
    repo.write("tests/test_a.py", 'passwd = "hunter7"\n')
    repo.commit("a.py", f'password = "{STRONG}"\n')
    repo.commit("a.py", f'x = 1\npassword = "{STRONG}"\n')
    repo.commit("a.py", "x = 1\n")
    repo.git("gc", "-q")
    (finding,) = report("history", cwd=repo.path).json["findings"]
    assert finding["signature"] == "hardcoded-password"
    assert finding["confidence"] == "high"
    assert [place["path"] for place in finding["locations"]] == ["a.py"]
    assert finding["properties"]["blobs"] == 2
    assert "removed_commit" in finding["properties"]
    both = report("history", "--min-confidence", "low", cwd=repo.path)
    assert [found["confidence"] for found in both.json["findings"]] == ["high", "low"]
