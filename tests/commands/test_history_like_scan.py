"""What a scan finds in files, their history has to find as well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import corpus
from leakhunt.engine import settle
from leakhunt.sources.history import HistorySource
from tests.repo import Repo
from tests.run import report

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

WORD = "gherkin-" + "pickle7"
OTHER = "walnut-" + "whistle8"
SAMPLE = 6
"""One case of so many is taken."""
READ_WHOLE = {"java/static-map"}
"""Only who knows from the start what a file is called reads it whole for a line in it."""
LANGUAGES = {"python", "javascript", "typescript", "go", "java", "ruby", "php", "csharp", "shell"}


def found(folder: Path, *command: str) -> set[tuple[str, int]]:
    """Return the places of what is found, but for what is written into logs."""
    result = report(*command, "--ignore", "exposure", cwd=folder)
    return {
        (place["path"], place["line"])
        for item in result.json["findings"]
        for place in item["locations"]
        if item["signature"] != "secret-logged"
    }


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "r")


@pytest.mark.parametrize("packed", [True, False])
def test_files_that_are_called_like_secrets(repo: Repo, packed: bool) -> None:
    repo.commit("db/password.txt", f"{WORD}\n")
    repo.commit("key/passphrase.txt", f"{OTHER}\n")
    repo.commit("notes.txt", f"{OTHER}9\n")
    if packed:
        repo.git("gc", "-q")
    seen = {("db/password.txt", 1), ("key/passphrase.txt", 1)}
    assert found(repo.path, "history", ".") == seen == found(repo.path, "scan", ".")


def test_rows_of_a_table_that_names_its_columns_elsewhere(repo: Repo) -> None:
    token = "3c16bf5b1f44b465" + "179253442460e8c0"
    rows = f"INSERT INTO people (id, name, access_token) VALUES\n(1, 'ann', '{token}');\n"
    repo.commit("db/people.sql", rows)
    repo.commit("db/other.sql", rows.replace("access_token", "remark"))
    repo.git("gc", "-q")
    seen = {("db/people.sql", 2)}
    assert found(repo.path, "scan", ".") == seen
    result = report("history", ".", "--ignore", "exposure", cwd=repo.path)
    (finding,) = result.json["findings"]
    assert seen <= {(place["path"], place["line"]) for place in finding["locations"]}


SETTINGS = {
    "people.csv": f"id,name,password\n1,ann,{WORD}\n",
    "main.tf": f'variable "db_password" {{\n  type    = string\n  default = "{WORD}"\n}}\n',
    ".streamlit/secrets.toml": f'[passwords]\nalice = "{WORD}"\n',
    "user-data.yaml": f"#cloud-config\nchpasswd:\n  list: |\n    debian:{WORD}\n",
}


@pytest.mark.parametrize("path", SETTINGS)
def test_settings_of_which_a_line_alone_says_nothing(repo: Repo, path: str) -> None:
    repo.commit(path, SETTINGS[path])
    repo.git("gc", "-q")
    seen = found(repo.path, "scan", ".")
    assert len(seen) == 1
    assert found(repo.path, "history", ".") == seen
    repo.commit("note", "so be it\n")
    assert found(repo.path, "history", ".", "--range", "HEAD~1..HEAD") == set()
    repo.commit("other/" + path, SETTINGS[path].replace(WORD, OTHER))
    (place,) = found(repo.path, "history", ".", "--range", "HEAD~1..HEAD")
    assert place[0] == "other/" + path


def test_the_first_version_with_a_line_is_the_first_commit(repo: Repo) -> None:
    row = f"1,ann,{WORD}\n"
    repo.commit("people.csv", "id,name,password\n")
    first = repo.commit("people.csv", f"id,name,password\n{row}")
    repo.commit("other.csv", f"id,name,note\n{row}")
    repo.commit("people.csv", f"id,name,password\n0,bob,\n{row}")
    repo.git("gc", "-q")
    result = report("history", ".", "--ignore", "exposure", cwd=repo.path)
    (finding,) = result.json["findings"]
    told = [(place["path"], place["line"], place["at_head"]) for place in finding["locations"]]
    assert told == [("people.csv", 2, False), ("people.csv", 3, True)]
    assert finding["locations"][0]["commit"] == first


@pytest.mark.parametrize("packed", [True, False])
def test_an_older_version_that_was_larger_has_its_line(repo: Repo, packed: bool) -> None:
    row = f"1,ann,{WORD}\n"
    repo.commit("people.csv", f"id,name,password\n{row}" + "2,bob,\n" * 100)
    repo.commit("people.csv", f"id,name,password\n3,cat,\n{row}")
    if packed:
        repo.git("gc", "-q")
    result = report("history", ".", "--ignore", "exposure", cwd=repo.path)
    assert not result.json["problems"]
    (finding,) = result.json["findings"]
    told = [(place["path"], place["line"]) for place in finding["locations"]]
    assert told == [("people.csv", 2), ("people.csv", 3)]


def test_a_comment_in_settings_counts(repo: Repo) -> None:
    text = SETTINGS[".streamlit/secrets.toml"].rstrip() + "  # leakhunt:allow made up\n"
    repo.commit(".streamlit/secrets.toml", text)
    result = report("history", ".", "--ignore", "exposure", cwd=repo.path)
    assert not result.json["findings"]
    assert len(result.json["suppressed"]) == 1


def test_what_such_a_file_once_held(repo: Repo) -> None:
    first = repo.commit("db/password.txt", f"{WORD}\n")
    repo.commit("db/password.txt", f"{OTHER}\n")
    repo.git("rm", "-q", "db/password.txt")
    repo.commit("readme", "empty\n")
    repo.git("gc", "-q")
    result = report("history", ".", cwd=repo.path)
    findings = result.json["findings"]
    assert len(findings) == 2
    assert first in {place["commit"] for item in findings for place in item["locations"]}


def test_such_a_file_in_a_range(repo: Repo) -> None:
    start = repo.commit("old/password.txt", f"{OTHER}\n")
    repo.commit("db/password.txt", f"{WORD}\n")
    assert found(repo.path, "history", ".", "--range", f"{start}..HEAD") == {("db/password.txt", 1)}


def test_a_second_scan_finds_them_again(repo: Repo, tmp_path: Path) -> None:
    repo.commit("db/password.txt", f"{WORD}\n")
    repo.git("gc", "-q")
    store = str(tmp_path / "store")
    for _ in range(3):
        result = report("audit", ".", "--store", store, "--ignore", "exposure", cwd=repo.path)
        assert [item["signature"] for item in result.json["findings"]] == ["hardcoded-password"]


def test_long_and_binary_ones_are_not_read(repo: Repo) -> None:
    repo.commit("a/password.txt", b"\x00\x01\x02\x03" + WORD.encode())
    repo.commit("b/password.txt", f"{WORD}\n" * 4000)
    assert found(repo.path, "history", ".") == set()


def test_few_files_are_held_at_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    inner = HistorySource.contents_of

    def noted(self: HistorySource, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        contents = inner(self, oids, most)
        held.append(sum(map(len, contents.values())))
        return contents

    monkeypatch.setattr(HistorySource, "contents_of", noted)
    monkeypatch.setattr(settle, "HELD", 4 * settle.SHORT)
    for number in range(6):
        repo.write(f"a{number}/password.txt", f"{WORD}{number}\n")
        repo.write(f"b{number}/password.txt", "# words\n" * 9000 + f"{number}\n")
        repo.write(f"c{number}.py", f"password = '{OTHER}{number}'\n" + "# words\n" * 3000)
    repo.commit("d.txt", "words\n")
    seen = {(f"a{number}/password.txt", 1) for number in range(6)}
    seen |= {(f"c{number}.py", 1) for number in range(6)}
    assert found(repo.path, "history", ".") == seen
    assert max(held) <= 4 * settle.SHORT
    assert sum(held) > 6 * 24_000


def test_a_word_counts_only_where_its_file_says_so(repo: Repo) -> None:
    repo.write(
        "compose.yml", "services:\n  db:\n    environment:\n      MYSQL_PASSWORD: password\n"
    )
    repo.write(
        "Import.java", 'class I { Object c = get(url, p.get("user"), p.get("password")); }\n'
    )
    repo.commit("models.py", 'password = Column("password", String(128), nullable=False)\n')
    assert found(repo.path, "history", ".") == found(repo.path, "scan", ".")


def test_code_of_the_corpus(repo: Repo) -> None:
    cases = [case for case in corpus.written() if case.language in LANGUAGES]
    for number, case in enumerate(cases[::SAMPLE]):
        if case.id not in READ_WHOLE:
            repo.write(f"c{number}/{case.path}", case.text)
    repo.commit("readme", "empty\n")
    seen = found(repo.path, "scan", ".")
    assert len(seen) > 40
    assert found(repo.path, "history", ".") == seen
