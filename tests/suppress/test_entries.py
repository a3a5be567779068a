"""`[[allow]]` in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

ONE, TWO = tokens.github(1), tokens.github(2)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path)
    made.commit("src/a.py", f"key = '{ONE}'\n")
    made.commit("tests/b.py", f"key = '{TWO}'\n")
    return made


def allow(repo: Repo, *lines: str, reason: str = "reason = 'why'") -> None:
    repo.write("leakhunt.toml", "\n".join(["[[allow]]", reason, *lines]) + "\n")


def paths(repo: Repo, *args: str, cwd: Path | None = None) -> list[str]:
    done = report(*(args or ("scan",)), cwd=cwd or repo.path).json
    return sorted({p["path"] for f in done["findings"] for p in f["locations"]})


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("path = 'tests/*'", ["src/a.py"]),
        ("path = 'tests'", ["src/a.py"]),
        ("path = ['x', 'b.py']", ["src/a.py"]),
        ("path = 'src/a.py'", ["tests/b.py"]),
        ("path = 'src/a.py'\nsignature = 'aws-*'", ["src/a.py", "tests/b.py"]),
        ("path = 'src/a.py'\nsignature = 'github-*'", ["tests/b.py"]),
        (f"value = '{ONE[:12]}.*'", ["tests/b.py"]),
        (f"value = '{ONE[:12]}'", ["src/a.py", "tests/b.py"]),
        ("path = 'tests/*'\nuntil = 2999-01-01", ["src/a.py"]),
        ("path = 'tests/*'\nuntil = '2020-01-01'", ["src/a.py", "tests/b.py"]),
    ],
)
@pytest.mark.parametrize("command", ["scan", "history", "audit"])
def test_conditions(repo: Repo, command: str, line: str, left: list[str]) -> None:
    allow(repo, line)
    assert paths(repo, command) == left


def test_by_fingerprint_and_by_commit(repo: Repo) -> None:
    found = report("history", cwd=repo.path).json["findings"]
    by_path = {finding["locations"][0]["path"]: finding for finding in found}
    allow(repo, f"fingerprint = '{by_path['src/a.py']['id']}'")
    assert paths(repo) == ["tests/b.py"]
    allow(repo, f"commit = '{by_path['tests/b.py']['locations'][0]['commit'][:10]}'")
    assert paths(repo, "history") == ["src/a.py"]
    assert paths(repo) == ["src/a.py", "tests/b.py"]


def test_paths_start_at_the_top_wherever_one_stands(repo: Repo) -> None:
    allow(repo, "path = 'src/a.py'")
    assert paths(repo, "scan", cwd=repo.path / "src") == []
    assert paths(repo, "scan", str(repo.path / "src"), cwd=repo.path.parent) == []
    repo.write("src/a.py", f"key = '{TWO}'\n")
    repo.git("add", "-A")
    assert paths(repo, "staged", cwd=repo.path / "src") == []


def test_a_pattern_that_takes_too_long_is_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakhunt.suppress.values.SECONDS", 0.0)
    allow(repo, "value = 'ghp_.*'")
    assert paths(repo) == ["src/a.py", "tests/b.py"]
    assert problems(repo, "scan") == ["suppression-invalid leakhunt.toml:1"]


def test_what_it_says(repo: Repo) -> None:
    allow(repo, "path = 'src/a.py'")
    (finding,) = report("scan", cwd=repo.path).json["suppressed"]
    assert finding["suppression"] == {"kind": "allowed", "reason": "why (leakhunt.toml:1)"}


def problems(repo: Repo, command: str) -> list[str]:
    done = report(command, cwd=repo.path).json["problems"]
    return [f"{p['kind']} {p['where']}" for p in done]


def test_expired_broad_and_unused_ones_are_problems(repo: Repo) -> None:
    texts = ["path = 'src'\nuntil = 2020-01-01", "signature = 'jwt'", "path = 'gone'"]
    repo.write("leakhunt.toml", "\n".join(f"[[allow]]\nreason = 'x'\n{text}" for text in texts))
    expected = ["suppression-broad leakhunt.toml:5", "suppression-expired leakhunt.toml:1"]
    assert problems(repo, "scan") == expected  # in old commits there may be more
    assert problems(repo, "audit") == [*expected, "suppression-unused leakhunt.toml:8"]
    assert leakhunt("history", "--range", "HEAD", cwd=repo.path).out.count("unused") == 0


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[[allow]]\npath = 'a'\n", 1, "an allow entry needs a reason"),
        ("x = 1\n", 1, "unknown key 'x'"),
        ("\n[[allow]]\nreason = 'a'\n", 2, "says nothing about what it allows"),
        ("[[allow]]\nreason = 'a'\npath = 'a'\nuntil = 'soon'\n", 4, "'until' must be a date"),
        ("[[allow]]\nreason = 'a'\npath = 'a'\n[[allow]]\nreason = ''\n", 5, "'reason' must be"),
        ("[[allow]]\nreason = 'a'\nvalue = '('\n", 3, "is no regular expression"),
        ("[[allow]]\nreason = 'a'\nfingerprint = 'xyz'\n", 3, "is no id of a finding"),
        ("[[allow]]\nreason = 'a'\nfile = 'xyz'\n", 3, "unknown key 'file' of an allow entry"),
        ("allow = 3\n", 1, "'allow' must be a list of tables"),
        ("\nhonor = ['x']\n", 2, "'x' is no comment of another tool"),
        ("baseline = 3\n", 1, "'baseline' must be the name of a file"),
    ],
)
def test_faults_are_told_with_their_line(repo: Repo, text: str, line: int, message: str) -> None:
    repo.write("leakhunt.toml", text)
    done = leakhunt("scan", cwd=repo.path)
    assert done.code == 2
    assert f"leakhunt.toml:{line}: " in done.err
    assert message in done.err
