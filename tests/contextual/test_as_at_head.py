"""What a scan of HEAD's files lists is listed by a scan of the history too, as the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.repo import Repo
from tests.run import report

if TYPE_CHECKING:
    from pathlib import Path

KEY = "q8ZrT2mXw0" + "LkV5nB7yHc"
WORD = "copper-fern42"


@pytest.fixture(params=["", "1"], ids=["packs", "plain"])
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Repo:
    monkeypatch.setenv("LEAKHUNT_PLAIN", request.param)
    return Repo(tmp_path / "r")


def _found(repo: Repo, command: str) -> set[tuple[str, str, str]]:
    repo.git("gc", "-q")
    listed = report(command, "--reveal", "--ignore", "exposure", cwd=repo.path).json["findings"]
    return {(one["signature"], one["secret"], one["confidence"]) for one in listed}


def test_a_file_that_was_a_sample_once(repo: Repo) -> None:
    repo.commit("samples/db/password.txt", f"{WORD}\n")
    repo.commit("samples/app.yml", f"db:\n  password: {WORD}x\n")
    repo.git("mv", "samples/db", "stock-db")
    repo.git("mv", "samples/app.yml", "stock.yml")
    repo.git("commit", "-q", "-m", "moved")
    assert len(_found(repo, "scan")) == 2
    assert _found(repo, "history") == _found(repo, "scan")


def test_a_file_that_is_a_sample_as_well(repo: Repo) -> None:
    text = "users:\n  - name: app\n    login:\n      password: |\n        %s\n"
    repo.write("examples/app.yml", text % WORD)
    repo.commit("stock.yml", text % WORD)
    assert len(_found(repo, "scan")) == 1
    assert _found(repo, "history") == _found(repo, "scan")


def test_the_name_that_head_gives_a_secret(repo: Repo) -> None:
    for number in range(6):
        repo.commit(f"a{number}.env", f"API_KEY={KEY}\nN={number}\n")
    for number in range(6):
        repo.git("rm", "-q", f"a{number}.env")
    repo.commit("z.env", f"APP_SECRET={KEY}\n")
    assert [found[0] for found in _found(repo, "scan")] == ["hardcoded-secret"]
    assert _found(repo, "history") == _found(repo, "scan")


def test_of_many_versions_head_s_is_read(repo: Repo) -> None:
    for number in range(6):
        repo.commit("run.sh", f'# {number}\ncurl "https://a.test/?api_key={KEY}&n={number}"\n')
    repo.commit("run.sh", f'api_key="{KEY}"\n')
    assert _found(repo, "history") == _found(repo, "scan")


def test_what_a_pattern_finds_in_a_file_called_like_a_secret(repo: Repo) -> None:
    hashed = "$apr1$mv0bWz3q$" + "kR8sT2nLx5QpZc1dYhUo4/"
    repo.commit("site/.htpasswd", f"brook:{hashed}\n")
    assert [found[1] for found in _found(repo, "scan")] == [hashed]
    assert _found(repo, "history") == _found(repo, "scan")


def test_long_settings(repo: Repo) -> None:
    rest = "".join(f"  - name: part{number}\n    kind: none\n" for number in range(800))
    text = f"parts:\n{rest}settings:\n  - name: db_password\n    kind: text\n    value: {WORD}\n"
    assert len(text) > 20_000
    repo.commit("defaults/main.yml", text)
    assert [found[1] for found in _found(repo, "scan")] == [WORD]
    assert _found(repo, "history") == _found(repo, "scan")


DUMP = """CREATE TABLE `staff` (
  `id` int,
  `login` varchar(20),
  `password` varchar(64)
);
INSERT INTO `staff` VALUES (1, 'brook', '%s');
INSERT INTO `staff` VALUES (2, 'fern', '%sx');
"""


def test_a_dump_that_was_deleted(repo: Repo) -> None:
    repo.commit("db/dump.sql", DUMP % ("old-" + WORD, "old-" + KEY))
    repo.commit("db/dump.sql", DUMP % (WORD, KEY))
    stood = _found(repo, "scan")
    assert {found[1] for found in stood} == {WORD, KEY + "x"}
    repo.git("rm", "-q", "db/dump.sql")
    repo.commit("README.md", "Nothing.\n")
    assert _found(repo, "scan") == set()
    assert _found(repo, "history") == stood


def test_a_table_of_another_branch(repo: Repo) -> None:
    repo.commit("README.md", "Nothing.\n")
    repo.git("switch", "-q", "-c", "other")
    repo.commit("staff.csv", f"id,login,password\n1,brook,{WORD}\n2,fern,{KEY}\n")
    stood = _found(repo, "scan")
    assert {found[1] for found in stood} == {WORD, KEY}
    repo.git("switch", "-q", "main")
    assert _found(repo, "history") == stood


def test_a_table_that_was_deleted_is_known_to_the_store(repo: Repo) -> None:
    repo.commit("dump.sql", DUMP % (WORD, KEY))
    repo.git("rm", "-q", "dump.sql")
    repo.commit("README.md", "Nothing.\n")
    repo.git("gc", "-q")
    every = [report("history", "--store", cwd=repo.path).json["findings"] for _ in range(2)]
    assert len(every[0]) == 2
    assert every[0] == every[1]


def test_a_key_in_settings_and_in_many_packed_scripts(repo: Repo) -> None:
    key = "pk-shop-c7a1" + "e90d-52bf-4d18-9e63-8b0f4a27d5c1"
    packed = "var b=function(){return 1};" * 600 + f'c=JSON.parse(\'{{"SHOP_API_KEY":"{key}"}}\');'
    repo.write("docs/src/config.json", f'{{\n  "SHOP_API_KEY": "{key}"\n}}\n')
    for number in range(5):
        repo.write(f"assets/js/main.{number}.js", f"var a={number};{packed}\n")
    repo.commit("README.md", "Nothing.\n")
    stood = _found(repo, "scan")
    assert [found[1] for found in stood] == [key]
    assert _found(repo, "history") == stood
