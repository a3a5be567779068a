"""What a target says about itself, and `--untrusted`, which gives it no say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, report

TOKEN = tokens.github(1)
SAYINGS = {
    "allow": "[[allow]]\npath = '*'\nreason = 'none of your business'\n",
    "value": "[[allow]]\nvalue = '.+'\nreason = 'none of your business'\n",
    "ignore": "ignore = ['*']\n",
    "exclude": "exclude = ['key.py']\n",
    "fail_on": "fail_on = 'active'\n",
    "wrong": "nonsense = 1\n",
}


@pytest.fixture
def theirs(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "theirs")
    made.commit_files({"key.py": f"key = '{TOKEN}'\n", "empty.py": "\n"})
    return made


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("command", ["scan", "history", "audit", "staged"])
@pytest.mark.parametrize("saying", SAYINGS)
def test_its_configuration_has_no_say(theirs: Repo, here: Path, command: str, saying: str) -> None:
    theirs.write("leakhunt.toml", SAYINGS[saying])
    if command == "staged":
        theirs.write("key.py", f"key = '{tokens.github(2)}'\n")
        theirs.git("add", "-A")
    assert leakhunt(command, theirs.path, cwd=here).code != 1
    done = report(command, "--untrusted", theirs.path, cwd=here)
    assert done.code == 1
    assert done.ids == ["github-pat"]
    assert done.json["suppressed"] == done.json["problems"] == []


def test_what_the_user_names_counts(theirs: Repo, here: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text("exclude = ['key.py']\n", "utf-8")
    args = ("scan", "--untrusted", theirs.path)
    assert leakhunt(*args, "--config", ours, cwd=here).code == 0
    assert leakhunt(*args, cwd=here).code == 1


def test_its_comments_have_no_say(theirs: Repo, here: Path) -> None:
    mark = "# leakhunt:allow[github-pat] fine"
    theirs.write("key.py", f"key = '{TOKEN}'  {mark}\n")
    assert leakhunt("scan", theirs.path, cwd=here).code == 0
    done = report("scan", "--untrusted", theirs.path, cwd=here)
    assert (done.code, done.json["suppressed"]) == (1, [])


def test_neither_has_that_of_one_of_many(theirs: Repo, here: Path, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit(a="nothing")
    theirs.commit_files({"leakhunt.toml": "builtin = false\n"})
    both = ("audit", theirs.path, other.path)
    done = leakhunt(*both, cwd=here)
    assert done.code == 2
    assert "--untrusted ignores it" in " ".join(done.out.split())
    assert leakhunt(*both, "--untrusted", cwd=here).code == 1
    assert report(*both, "--untrusted", "--no-builtin", cwd=here).json["findings"] == []


def test_ones_own_configuration_may_switch_all_off(theirs: Repo) -> None:
    theirs.write("leakhunt.toml", "builtin = false\n")
    done = leakhunt("scan", cwd=theirs.path)
    assert done.code == 0
    assert "--untrusted" not in done.out


def test_thousands_of_comments_and_secrets_in_one_line(tmp_path: Path, here: Path) -> None:
    """Of the comments a hundred count: each is held against each secret."""
    beside = "".join(f"t='{tokens.github(n)}';/*leakhunt:allow*/" for n in range(300))
    (tmp_path / "a.js").write_text(f"{beside}\n", "utf-8")
    done = report("scan", tmp_path / "a.js", cwd=here)
    assert len(done.json["findings"]) == 300
    (problem,) = {one["message"] for one in done.json["problems"]}
    assert "300 secrets stand here" in problem
    assert len(done.json["problems"]) <= 100


def test_braces_without_end_are_refused(theirs: Repo, here: Path) -> None:
    many = "{a,b}" * 40
    for text in (f"exclude = ['{many}']\n", f"[[allow]]\npath = '{many}'\nreason = 'x'\n"):
        theirs.write("leakhunt.toml", text)
        done = leakhunt("scan", theirs.path, cwd=here)
        assert done.code == 2
        assert "its braces stand for more than 1,000 names" in done.err
