"""`leakhunt init`, and the schema of the configuration."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from leakhunt import config
from leakhunt.commands.init import TEXT
from leakhunt.errors import ConfigError
from leakhunt.suppress.comments import FOREIGN
from leakhunt.suppress.entries import KEYS
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, process

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/config.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_configuration_is_written_once(tmp_path: Path) -> None:
    assert leakhunt("init", cwd=tmp_path).code == 0
    assert leakhunt("scan", cwd=tmp_path).code == 0
    again = leakhunt("init", cwd=tmp_path)
    assert (again.code, "exists already" in again.err) == (2, True)


def test_a_name_that_the_code_page_of_a_pipe_lacks(tmp_path: Path) -> None:
    folder = tmp_path / "\u2192"
    folder.mkdir()
    done = process("init", folder, cwd=tmp_path, PYTHONIOENCODING="cp1252")
    assert (done.code, done.err) == (0, "")
    assert "\u2192" in done.out


def test_everything_in_it_can_be_switched_on(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^# (?=[a-z_]+ = |\[)", "", TEXT)
    document = tomllib.loads(text)
    assert document.keys() >= {"extends", "allow", "baseline", "honor", "ignore", "fail_on"}
    assert agree(tmp_path, text.replace('extends = "../leakhunt.toml"', ""))


def agree(folder: Path, text: str) -> bool:
    """Whether a configuration is right, on which loader and schema must agree."""
    file = folder / "leakhunt.toml"
    file.write_text(text)
    try:
        VALIDATOR.validate(plain(tomllib.loads(text)))
        by_schema = True
    except ValidationError:
        by_schema = False
    try:
        config.load(str(file), str(folder))
        by_loader = True
    except ConfigError:
        by_loader = False
    assert by_schema == by_loader, text
    return by_loader


def plain(value: Any) -> Any:
    """What editors see of TOML."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_schema_and_loader_know_the_same_keys() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"].keys() == set(config._KNOWN)
    assert SCHEMA["$defs"]["allow"]["properties"].keys() == set(KEYS)
    assert SCHEMA["properties"]["honor"]["items"]["enum"] == list(FOREIGN)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", True),
        ('ignore = ["a"]\nselect = []\njobs = 2\nstore = true\nmax_age = 3', True),
        ("ignore = 'a'", False),
        ("ignored = ['a']", False),
        ("min_severity = 'active'", False),
        ("fail_on = 'active'", True),
        ("jobs = -1", False),
        ("jobs = true", False),
        ("baseline = ''", False),
        ("honor = ['nosec']", True),
        ("honor = ['noqa']", False),
        ("[[allow]]\nreason = 'x'", False),
        ("[[allow]]\npath = 'x'", False),
        ("[[allow]]\npath = 'x'\nreason = ' '", False),
        ("[[allow]]\npath = ['x', 'y']\nreason = 'x'\nuntil = 2027-01-31", True),
        ("[[allow]]\npath = ['']\nreason = 'x'", False),
        ("[[allow]]\nfingerprint = 'abc'\nreason = 'x'", False),
        ("[[allow]]\nfingerprint = 'ABCdef012345'\nreason = 'x'\nuntil = '2027-01-31'", True),
        ("[[allow]]\ncommit = ['abcdef0']\nreason = 'x'\nuntil = 'soon'", False),
        ("[verify]\ntimeout = 3\nallow = ['10.0.0.0/8']", True),
        ("[verify]\ntimeout = 300", False),
        ("[verify]\nx = 1", False),
        ("[verify.endpoints]\ngithub = 'https://ghe.example.com/api'", True),
        ("[verify.endpoints]\ngithub = 3", False),
    ],
)
def test_schema_and_loader_agree(tmp_path: Path, text: str, right: bool) -> None:
    assert agree(tmp_path, text) is right


# Hooks


def commit(repo: Repo) -> subprocess.CompletedProcess[bytes]:
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for role in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.org"}
    command = ["git", "commit", "-qm", "x"]
    return subprocess.run(command, cwd=repo.path, capture_output=True, check=False, env=env)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_hooks_without_pre_commit(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    assert leakhunt("init", "--hook", cwd=tmp_path).code == 0
    repo.write("a", f"key = '{tokens.github(1)}'\n")
    repo.git("add", "-A")
    refused = commit(repo)
    assert refused.returncode == 1
    assert b"a:1:8" in refused.stdout + refused.stderr
    repo.write("a", "clean\n")
    repo.git("add", "-A")
    assert commit(repo).returncode == 0
    assert leakhunt("init", "--hook", cwd=tmp_path).code == 0  # they are ours


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_hooks_of_a_leakhunt_that_is_gone_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone/python"))
    assert leakhunt("init", "--hook", cwd=tmp_path).code == 0
    hook = tmp_path / ".git/hooks/pre-commit"
    done = subprocess.run(
        [hook], cwd=repo.path, capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"leakhunt is not here any more: install it again, or delete {hook}\n"


@pytest.fixture
def pushing(tmp_path: Path) -> Repo:
    """A repository with our hooks, and a remote that has nothing yet."""
    repo = Repo(tmp_path / "here")
    repo.git("init", "--bare", "-q", str(tmp_path / "there"))
    repo.git("remote", "add", "origin", str(tmp_path / "there"))
    assert leakhunt("init", "--hook", cwd=repo.path).code == 0
    repo.commit("a", "clean\n")
    return repo


def leak(repo: Repo) -> None:
    """Commit a secret past the hook."""
    repo.write("a", f"key = '{tokens.github(1)}'\n")
    repo.git("commit", "-qanm", "leak")


def push(repo: Repo, *args: str) -> tuple[int, str]:
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["git", "push", "-q", "origin", *args]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, check=False, env=env)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_what_came_and_went_is_not_pushed(pushing: Repo) -> None:
    assert push(pushing, "HEAD:main")[0] == 0
    leak(pushing)
    pushing.commit("a", "clean again\n")
    for name in ("HEAD:main", "HEAD:refs/heads/other"):  # one that is there, and a new one
        code, said = push(pushing, name)
        assert code == 1
        assert "a:1:8" in said
        assert "2 commits" in said
        assert "git push --no-verify" in said
    assert push(pushing, "--no-verify", "HEAD:refs/heads/other")[0] == 0
    # What one branch of the remote has is no news in another.
    assert push(pushing, "HEAD:main")[0] == 0
    assert push(pushing, ":refs/heads/other")[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_a_push_over_what_was_never_here(pushing: Repo, tmp_path: Path) -> None:
    elsewhere = Repo(tmp_path / "elsewhere")
    elsewhere.commit("b", "of somebody else\n")
    elsewhere.git("push", "-q", str(tmp_path / "there"), "HEAD:main")
    assert push(pushing, "--force", "HEAD:main")[0] == 0
    leak(pushing)
    assert push(pushing, "--force", "HEAD:main")[0] == 1


@pytest.mark.parametrize("said", [b"refs/heads/main\n", b"a b c d\n", b"\0 \0 \0 \0\n"])
def test_what_git_does_not_say_before_a_push_is_an_error(tmp_path: Path, said: bytes) -> None:
    repo = Repo(tmp_path)
    repo.commit("a", f"key = '{tokens.github(1)}'\n")
    done = leakhunt("hook", "--push", cwd=repo.path, stdin=said)
    assert done.code == 2
    assert "standard input is not what git tells pre-push hooks" in done.err
    assert leakhunt("hook", "--push", cwd=repo.path).code == 0  # there is nothing to push


def test_beside_hooks_of_others_ours_are_written(tmp_path: Path) -> None:
    """git-lfs has a hook for pushes."""
    hooks = Repo(tmp_path).path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-push").write_text("#!/bin/sh\n")
    done = leakhunt("init", "--hook", cwd=tmp_path)
    assert done.code == 2
    assert "leakhunt hook --push --quiet || exit" in done.err
    assert (hooks / "pre-push").read_text() == "#!/bin/sh\n"
    assert "leakhunt staged --quiet" in (hooks / "pre-commit").read_text()


def test_hooks_of_others_are_left_alone(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    assert leakhunt("init", "--hook", cwd=tmp_path).code == 2
    assert hook.read_text() == "#!/bin/sh\n"
    repo.git("config", "core.hooksPath", ".husky")
    done = leakhunt("init", "--hook", cwd=tmp_path)
    assert (done.code, ".husky" in done.err) == (2, True)
