"""The lines around findings, on the web page: of use to people, and never a leak."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from leakhunt.commands.context import _careful
from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt

ONE, TWO, THREE = tokens.github(1), tokens.github(2), tokens.github(3)
PASSWORD = "kX9" + "#mQ2!vLp"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.init(tmp_path / "repo")


def page(folder: Path, *args: str) -> tuple[str, dict[str, list[list[Any]]]]:
    """The web page of an audit, and the lines of each path."""
    done = leakhunt("audit", *args, "-f", "html", cwd=folder)
    found = re.search(r'(?s)id="data">(.*?)</script>', done.out)
    assert found
    report = json.loads(found[1])["report"]
    places = [place for finding in report["findings"] for place in finding["locations"]]
    return done.out, {one["path"]: one["context"] for one in places if "context" in one}


def test_two_lines_before_and_after(repo: Repo) -> None:
    lines = ["one", "two", "three", f"token = '{ONE}'  # why", "five", "six", "seven"]
    repo.commit(a="\n".join(lines))
    text, found = page(repo.path)
    assert found == {
        "a": [
            [2, "two"],
            [3, "three"],
            [4, "token = 'ghp_********'  # why"],
            [5, "five"],
            [6, "six"],
        ]
    }
    assert ONE not in text


def test_what_is_only_on_disk_and_what_only_history_has(repo: Repo) -> None:
    repo.commit(a=f"x\nkey: {ONE}\ny")
    repo.commit(a="clean")
    repo.write("b", f"{TWO}\n")
    text, found = page(repo.path)
    assert found["a"] == [[1, "x"], [2, "key: ghp_********"], [3, "y"]]
    assert found["b"][0] == [1, "ghp_********"]
    assert ONE not in text
    assert TWO not in text


def test_other_secrets_on_these_lines_are_masked_too(repo: Repo) -> None:
    key = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "\n".join(["MIIEow" + "IBAAKCAQEA" * 5] * 9)
    key += "\n-----END RSA PRIVATE " + "KEY-----"
    lines = [
        f'db_password = "{PASSWORD}"',
        f"# was {TWO} and {ONE}",
        f"{ONE} {THREE}",
        f'url = "https://bob:{PASSWORD}@host.example/"',
        key,
    ]
    repo.commit(a="\n".join(lines))
    text, found = page(repo.path)
    assert found
    for secret in (ONE, TWO, THREE, PASSWORD, "IBAAKCAQEA"):
        assert secret not in text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_whatever_the_encoding(encoding: str, repo: Repo) -> None:
    text = f"ä before\ntoken = {ONE} ü\nafter\n"
    repo.write("a", text.encode(encoding))
    shown, found = page(repo.path)
    assert ONE not in shown
    assert found["a"][1][1].startswith("token = ghp_********")


def test_encoded_secrets_are_covered(repo: Repo) -> None:
    import base64

    hidden = base64.b64encode(f"token = {ONE}".encode()).decode()
    repo.commit(a=f"x\ndata: {hidden}\ny\n", b="".join(f"\\x{ord(c):02x}" for c in ONE))
    shown, _ = page(repo.path)
    assert hidden not in shown
    assert hidden[8:24] not in shown
    assert "\\\\x67\\\\x68\\\\x70\\\\x5f\\\\x" not in shown


def test_a_long_line_is_cut_around_it(repo: Repo) -> None:
    repo.commit(a="a" * 5000 + f" {ONE} " + "b" * 5000)
    _, found = page(repo.path)
    ((_, line),) = found["a"]
    assert "ghp_********" in line
    assert len(line) < 210


def test_nothing_that_is_no_file_is_opened(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text(f"very private\n{ONE}\n")
    repo.write("a", f"x\n{ONE}\n")
    (repo.path / "link").symlink_to(outside)
    shown, _ = page(repo.path)
    assert "very private" not in shown


def test_of_many_repositories_and_of_a_clone(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=f"x\nkey: {ONE}\ny")
    text, found = page(tmp_path, repo.path.as_uri())
    assert found["a"] == [[1, "x"], [2, "key: ghp_********"], [3, "y"]]
    assert ONE not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/main/java/Challenge15.java", True),
        ("spring.datasource.initialization-mode", True),
        ("MAX_RETRY_COUNT_2024", True),
        ("d41d8cd98f00b204e9800998ecf8427e", False),
        ("Zk3vQ9x+LmT/8aYb2Wc=", False),
        ("xoxp-1a2b3c4d5e6f", False),
    ],
)
def test_what_looks_made_by_a_machine_is_masked(text: str, shown: bool) -> None:
    assert (_careful(f"a {text} b") == f"a {text} b") is shown


def test_an_open_service_is_no_secret(repo: Repo) -> None:
    lines = ["services:", "  cache:", "    image: redis:7", '    ports: ["6379:6379"]']
    repo.commit_files({"compose.yaml": "\n".join([*lines, f"    # {ONE}"])})
    text, found = page(repo.path)
    assert [4, '    ports: ["6379:6379"]'] in found["compose.yaml"]
    assert ONE not in text
