"""Exposures on the command line: chosen, hidden, counted, and part of the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests import tokens
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


# --- Large files, and names

MANIFEST = (
    "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: cache\nspec:\n"
    "  type: LoadBalancer\n  ports:\n  - port: 6379\n"
)
FILLER = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: c\n"


def test_many_manifests_in_one_file_are_all_read(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(FILLER * 7000 + MANIFEST)
    result = leakhunt("scan", "--select", "exposure", "-f", "json", ".", cwd=tmp_path)
    assert result.ids == ["exposure-kubernetes-load-balancer"]


@pytest.mark.parametrize("command", [("scan",), ("ports", "show")], ids=" ".join)
def test_what_is_too_large_to_be_read_is_a_problem(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "app.py").write_text("x = 1\n" * 400_000 + PLAIN)
    result = leakhunt(*command, ".", cwd=tmp_path)
    assert result.code == 2
    said = "ports: app.py: too large to look for exposed services: 2.4 MB, 2 at most"
    assert said in " ".join(result.out.split())
    (tmp_path / "app.py").write_text("x = 1\n" * 400_000)
    assert leakhunt(*command, ".", cwd=tmp_path).code == 0


def test_what_is_too_large_at_head_is_a_problem(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("app.py", "x = 1\n" * 400_000 + PLAIN)
    bare = tmp_path / "bare.git"
    repo.git("clone", "--quiet", "--bare", ".", str(bare))
    result = leakhunt("audit", str(bare), "-f", "json", cwd=tmp_path)
    assert [one["kind"] for one in result.json["problems"]] == ["ports"]
    assert result.code == 2


def test_what_is_written_in_two_bytes_a_letter_is_read(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_bytes(REDIS.encode("utf-16"))
    result = leakhunt("scan", "--select", "exposure", "-f", "json", ".", cwd=tmp_path)
    assert result.ids == ["exposure-compose-ports"]


def test_a_token_in_the_name_of_a_file_is_masked(tmp_path: Path) -> None:
    token = tokens.github(5)
    (tmp_path / f"{token}.py").write_text(PLAIN)
    (tmp_path / f"Dockerfile.{token}").write_text("EXPOSE 80\n")
    for command in ("scan --min-severity info", "ports show", "ports show -f json", "ports init"):
        result = leakhunt(*command.split(), cwd=tmp_path)
        assert token not in result.out, command
        assert "ghp_********.py" in result.out or "init" in command
    assert token not in (tmp_path / "leakhunt-ports.toml").read_text()
    assert token in leakhunt("scan", "--min-severity", "info", "--reveal", cwd=tmp_path).out
