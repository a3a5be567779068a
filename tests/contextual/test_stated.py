"""What only who reads the whole file can find: names and values apart, words with dots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leakhunt.contextual import gates, held
from tests.repo import Repo
from tests.run import report

VALUE = "Kettle-9" + "quartz"
APART = {
    "deploy.yml": f"env:\n  - name: DB_PASSWORD\n    value: {VALUE}\n",
    "main.tf": f'set {{\n  name  = "db.password"\n  value = "{VALUE}"\n}}\n',
    "params.json": f'[{{"ParameterKey": "DbPassword",\n  "ParameterValue": "{VALUE}"}}]\n',
    "logins.csv": f"url,username,password\nhttps://a.prod.net,jo,{VALUE}\n",
    "dump.sql": "CREATE TABLE u (\n  id int,\n  password varchar(80)\n);\n"
    f"INSERT INTO u VALUES (1, '{VALUE}');\n",
    "users.toml": f'[passwords]\nalice = "{VALUE}"\n',
    "rotating.yml": f"session_secrets:\n  - {VALUE}\n",
    "app.properties": f"db.password=${{DB_PASSWORD:{VALUE}}}\n",
    "log4.xml": f'<a><connectionString value="server=sql;uid=log;pwd={VALUE};x=1"/></a>\n',
    "strings.xml": '<r><string name="ftp_password" translatable="false">' + VALUE + "</string></r>",
}
DOTTED = {
    "app.yml": "db:\n  password: Stone.Soup\n",
    ".env": "DB_PASSWORD=Stone.Soup\n",
    "a.ini": "[db]\npassword = Stone.Soup\n",
}
REFERENCES = {
    "app.yml": "db:\n  password: config.password\n  db_passwd: secrets.DB_PASSWORD\n",
    "a.ini": "[x]\npassword = login.form.title\nuser_password = com.example.Decoder\n",
    "app.py": "password = stone.soup\n",
    "notes.txt": "password = stone.soup\n",
    "form.yml": "a:\n  - name: password\n    value: ''\n  - name: other\n    value: Kettle-9\n",
    "users.csv": "user,password_field,name\njo,Kettle-9quartz,Jo\n",
}


@pytest.mark.parametrize("name", list(APART))
def test_a_value_apart_from_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(APART[name])
    (finding,) = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == VALUE
    (place,) = finding["locations"]
    line = APART[name].splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 : place["end_column"] - 1] == VALUE


@pytest.mark.parametrize("name", ["deploy.yml", "main.tf", "params.json"])
def test_a_pair_of_lines_in_history(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit(name, APART[name])
    repo.commit(name, "# changed\n" if name != "params.json" else "{}\n")
    (finding,) = report("history", ".", "--reveal", cwd=repo.path).json["findings"]
    assert finding["secret"] == VALUE


@pytest.mark.parametrize("name", list(DOTTED))
def test_words_with_dots_are_a_password_in_configuration(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit(name, DOTTED[name])
    for command in ("scan", "history"):
        (finding,) = report(command, ".", "--reveal", cwd=repo.path).json["findings"]
        assert finding["secret"] == "Stone.Soup"


@pytest.mark.parametrize("name", list(REFERENCES))
def test_references_are_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(REFERENCES[name])
    assert report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"] == []


def test_what_is_looked_for_in_lines_in_lower_case_has_no_capitals() -> None:
    for gate in (*gates.ELSEWHERE, *held.GATES):
        assert re.sub(r"\\[A-Z]", "", gate).islower(), gate


def test_a_listing_far_from_all_names_does_not_hide_the_one_that_has_one(tmp_path: Path) -> None:
    far = "\nSome words.\n" * 200
    text = (
        f"```yaml\nport: 80\n```\n{far}```yaml\nenv:\n  - name: DB_PASSWORD\n    value: {VALUE}\n"
        f"```\n{far}```python\nprint(1)\n```\n"
    )
    (tmp_path / "readme.md").write_text(text)
    (finding,) = report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"]
    assert finding["locations"][0]["line"] == text[: text.index(VALUE)].count("\n") + 1
