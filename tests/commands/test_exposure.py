"""Exposures on the command line: chosen, hidden, counted, and part of the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.repo import Repo
from tests.run import leakhunt

ROOT = Path(__file__).parent.parent.parent
REDIS = 'services:\n  redis:\n    image: redis\n    ports: ["6379:6379"]\n'
PLAIN = 'from flask import Flask\napp = Flask("a")\napp.run(host="0.0.0.0")\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compose.yml").write_text(REDIS)
    (tmp_path / "app.py").write_text(PLAIN)
    return tmp_path


def test_scan_finds_what_is_open(folder: Path) -> None:
    result = leakhunt("scan", "--format", "json", ".", cwd=folder)
    assert result.code == 1
    assert result.ids == ["exposure-compose-ports", "exposure-python-flask"]
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    Draft202012Validator(schema).validate(result.json)
    first = result.json["findings"][0]
    assert (first["kind"], first["severity"]) == ("exposure", "critical")
    assert "secret" not in first
    assert "the image redis is Redis" in first["reasons"]
    assert first["properties"]["port"] == 6379


def test_what_is_minor_is_counted_and_fails_nothing(folder: Path) -> None:
    (folder / "compose.yml").unlink()
    result = leakhunt("scan", ".", cwd=folder)
    assert result.code == 0
    assert "No findings" in result.out
    assert "1 exposure (1 low); --min-severity info shows them" in result.out
    assert leakhunt("scan", "--min-severity", "low", ".", cwd=folder).code == 1
    assert leakhunt("scan", "--fail-on", "low", ".", cwd=folder).code == 1


def test_select_and_ignore(folder: Path) -> None:
    def ids(*args: str) -> list[str]:
        return leakhunt("scan", "--format", "json", *args, ".", cwd=folder).ids

    assert ids("--select", "exposure") == ["exposure-compose-ports", "exposure-python-flask"]
    assert ids("--select", "exposure-python-*") == ["exposure-python-flask"]
    assert ids("--ignore", "exposure") == []
    assert ids("--ignore", "exposure-compose-ports") == ["exposure-python-flask"]
    assert ids("--select", "github-*") == []


def test_nothing_is_left_where_no_exposure_is_looked_for(folder: Path) -> None:
    repo = Repo(folder / "repo")
    result = leakhunt("staged", "--select", "exposure", cwd=repo.path)
    assert result.code == 2
    assert leakhunt("staged", "--ignore", "exposure", cwd=repo.path).code == 0


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif", "github", "csv", "terminal"])
def test_every_format_holds_them(folder: Path, name: str) -> None:
    result = leakhunt("scan", "--format", name, ".", cwd=folder)
    assert "exposure-compose-ports" in result.out


def test_many_processes_say_the_same(folder: Path) -> None:
    for number in range(300):
        (folder / f"a{number}.py").write_text(PLAIN)
    one = leakhunt("scan", "--format", "json", "--jobs", "1", ".", cwd=folder)
    two = leakhunt("scan", "--format", "json", "--jobs", "2", ".", cwd=folder)
    assert one.out == two.out
    assert len(one.ids) == 302


def test_fingerprints_do_not_move_with_lines(folder: Path) -> None:
    before = leakhunt("scan", "--format", "json", ".", cwd=folder).json["findings"]
    (folder / "compose.yml").write_text("# a\n# b\n" + REDIS)
    after = leakhunt("scan", "--format", "json", ".", cwd=folder).json["findings"]
    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]
    assert before[0]["locations"] != after[0]["locations"]


def test_audit_looks_at_the_work_tree_or_at_head(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("compose.yml", REDIS)
    result = leakhunt("audit", "--format", "json", cwd=repo.path)
    assert result.ids == ["exposure-compose-ports"]
    repo.git("clone", "--bare", ".", "../bare.git")
    result = leakhunt("audit", "--format", "json", "bare.git", cwd=tmp_path)
    assert result.ids == ["exposure-compose-ports"]
    assert result.json["findings"][0]["locations"][0]["path"] == "compose.yml"
