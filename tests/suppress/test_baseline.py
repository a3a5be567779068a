"""`leakhunt baseline`, and scans with a baseline."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from leakhunt.suppress import baseline
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

ONE, TWO, THREE = (tokens.github(seed) for seed in (1, 2, 3))
NAME = "leakhunt.baseline"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path)
    made.write("leakhunt.toml", f'baseline = "{NAME}"\n')
    made.commit("a.py", f"key = '{ONE}'\n")
    made.commit("dir/b.py", f"key = '{TWO}'\n")
    return made


def create(repo: Repo, *args: str, code: int = 0) -> str:
    done = leakhunt("baseline", "create", *args, cwd=repo.path)
    assert done.code == code, done.err
    return done.out + done.err


def text(repo: Repo) -> str:
    return (repo.path / NAME).read_text()


def found(repo: Repo, *args: str, cwd: Path | None = None) -> list[str]:
    done = report(*(args or ("scan",)), cwd=cwd or repo.path).json
    return sorted({p["path"] for f in done["findings"] for p in f["locations"]})


def test_what_is_accepted_is_reported_no_more(repo: Repo) -> None:
    assert found(repo, "scan", "--baseline", "") == ["a.py", "dir/b.py"]
    assert "2 places accepted" in create(repo)
    for command in ("scan", "history", "audit"):
        done = report(command, cwd=repo.path)
        assert done.code == 0
        assert {f["suppression"]["kind"] for f in done.json["suppressed"]} == {"baseline"}
    assert found(repo, cwd=repo.path / "dir") == []
    repo.write("dir/b.py", f"key = '{THREE}'\n")
    assert found(repo) == ["dir/b.py"]


def test_a_baseline_holds_no_secret_no_line_and_no_time(repo: Repo) -> None:
    create(repo)
    head, *lines = text(repo).splitlines()
    assert re.fullmatch(r"# leakhunt baseline 1 [0-9a-f]{32}", head)
    assert sorted(lines) == lines
    assert sorted(line.partition(" ")[2] for line in lines) == [
        "github-pat a.py",
        "github-pat dir/b.py",
    ]
    fingerprints = {f["fingerprint"] for f in report("scan", cwd=repo.path).json["suppressed"]}
    assert not any(one[:12] in text(repo) for one in fingerprints)
    assert report("scan", NAME, cwd=repo.path).json["findings"] == []


def test_the_same_secret_has_another_hash_elsewhere(repo: Repo) -> None:
    create(repo)
    first = text(repo).split()
    create(repo, "--force")
    assert not {word for word in first if len(word) == 32} & set(text(repo).split())


def test_it_survives_moved_lines_and_renames_but_no_copies(repo: Repo) -> None:
    create(repo)
    repo.write("a.py", f"\n\n\nimport os\nkey = '{ONE}'  # x\n")
    assert found(repo) == []
    repo.git("mv", "a.py", "c.py")
    assert found(repo) == []
    assert found(repo, "staged") == []
    repo.write("copy.py", f"key = '{TWO}'\n")
    repo.git("add", "-A")
    assert found(repo) == ["copy.py"]
    assert found(repo, "staged") == ["copy.py"]
    repo.write("second.py", f"key = '{ONE}'\n")
    assert len(found(repo)) == 2  # one line stands for one path


def test_update_follows_renames_and_drops_what_is_gone(tmp_path: Path) -> None:
    for name, value in (("a", ONE), ("b", TWO)):
        (tmp_path / name).write_text(value)
    assert leakhunt("baseline", "create", "--reason", "a test", cwd=tmp_path).code == 0
    (tmp_path / "a").rename(tmp_path / "c d")
    (tmp_path / "b").write_text(THREE)
    done = leakhunt("baseline", "update", cwd=tmp_path)
    assert (done.code, "0 kept, 1 moved, 1 dropped, 1 new not accepted" in done.out) == (1, True)
    (line,) = (tmp_path / NAME).read_text().splitlines()[1:]
    assert line.endswith(" github-pat c%20d # a test")
    assert leakhunt("baseline", "update", "--add", cwd=tmp_path).code == 0
    assert leakhunt("scan", "--baseline", NAME, cwd=tmp_path).code == 0


def test_review_asks(repo: Repo) -> None:
    answers = b"y\nrevoked in 2024\nn\n"
    done = leakhunt("baseline", "review", cwd=repo.path, stdin=answers)
    assert done.code == 1
    assert "1 accepted, 1 left" in done.out
    assert ONE not in done.out
    assert "a.py:1:8" in done.out
    assert found(repo) == ["dir/b.py"]
    (finding,) = report("scan", cwd=repo.path).json["suppressed"]
    assert finding["suppression"]["reason"] == "revoked in 2024"
    assert leakhunt("baseline", "review", cwd=repo.path, stdin=b"").code == 1
    assert leakhunt("baseline", "review", cwd=repo.path, stdin=b"y\n\n").code == 0
    assert leakhunt("scan", cwd=repo.path).code == 0


def test_review_takes_no_answer_for_granted(repo: Repo) -> None:
    done = leakhunt("baseline", "review", cwd=repo.path, stdin=b"maybe\n\nYes\nrevoked\nnever\nq\n")
    assert "1 accepted, 1 left" in done.out
    assert done.out.count("Please answer y, n or q: ") == 3
    assert "Why is it no leak? " in done.out
    assert f'baseline = "{NAME}"' not in done.out  # the configuration says so already
    done = leakhunt("baseline", "review", cwd=repo.path, stdin=b"")
    assert "[q]uit: \n" in done.out
    assert f"{NAME}: 0 accepted, 1 left" in done.out
    (repo.path / NAME).unlink()
    repo.write("leakhunt.toml", "")
    done = leakhunt("baseline", "review", cwd=repo.path, stdin=b"n\nn\n")
    assert f'baseline = "{NAME}"' in done.out


def test_two_branches_merge_by_keeping_both(repo: Repo) -> None:
    create(repo)
    repo.write(".gitattributes", f"{NAME} merge=union\n")
    repo.git("add", "-A")
    repo.git("commit", "-qm", "baseline")
    for branch, seeds in (("one", (4, 5, 6)), ("two", (7, 8, 9))):
        repo.git("checkout", "-q", "-b", branch, "main")
        for seed in seeds:
            repo.write(f"{branch}{seed}.py", f"key = '{tokens.github(seed)}'\n")
        assert leakhunt("baseline", "update", "--add", cwd=repo.path).code == 0
        repo.git("add", "-A")
        repo.git("commit", "-qm", branch)
    repo.git("merge", "-q", "--no-edit", "one")
    assert "<<<<" not in text(repo)
    assert len(set(text(repo).splitlines())) == 1 + 2 + 3 + 3  # a union may repeat some
    assert found(repo) == []
    assert report("audit", cwd=repo.path).json["findings"] == []
    repo.git("mv", "one4.py", "renamed.py")
    repo.git("commit", "-qam", "rename")
    assert found(repo) == []
    assert leakhunt("baseline", "update", cwd=repo.path).code == 0
    assert text(repo).splitlines()[1:] == sorted(text(repo).splitlines()[1:])
    assert len(text(repo).splitlines()) == 1 + 2 + 3 + 3 + 1  # history has the old name, too
    assert " renamed.py" in text(repo)


def test_baselines_that_were_begun_twice_are_both_read() -> None:
    both = baseline.read(
        f"{baseline.HEAD}{'0' * 32}\n{baseline.HEAD}{'1' * 32}\n{'a' * 32} x y%20z # why\n"
    )
    assert both.salts == ("0" * 32, "1" * 32)
    assert both.lines == (baseline.Accepted("a" * 32, "x", "y z", "why"),)
    assert baseline.read(baseline.written(both)) == both


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "1: the first line of a baseline"),
        ("[]", "1: this is no line"),
        (f"{baseline.HEAD}{'0' * 32}\n<<<<<<< HEAD\n", "2: a merge left a conflict"),
        (f"{baseline.HEAD}{'0' * 32}\nsomething\n", "2: this is no line"),
    ],
)
def test_faults(repo: Repo, content: str, message: str) -> None:
    (repo.path / NAME).write_text(content)
    repo.write("clean", "x")
    for arguments in (("scan", "clean"), ("baseline", "update")):
        done = leakhunt(*arguments, cwd=repo.path)
        assert done.code == 2
        assert f"{NAME}:{message}" in done.err


def test_a_baseline_that_is_missing_or_there_already(repo: Repo) -> None:
    assert leakhunt("scan", cwd=repo.path).code == 2
    create(repo)
    assert "exists already" in create(repo, code=2)


def test_what_means_nothing_is_told_where_all_was_seen(repo: Repo) -> None:
    create(repo)
    with (repo.path / NAME).open("a") as file:
        file.write(f"{'a' * 32} github-pat gone.py\n")
    assert report("scan", cwd=repo.path).json["problems"] == []
    (problem,) = report("audit", cwd=repo.path).json["problems"]
    assert problem["kind"] == "suppression-unused"
    assert "1 line means nothing" in problem["message"]


def test_what_means_nothing_is_told_where_nothing_is_found(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write(NAME, f"{baseline.HEAD}{'0' * 32}\n{'a' * 32} github-pat gone.py\n")
    entry = '[[allow]]\nsignature = "jwt"\npath = "gone"\nreason = "x"\n'
    repo.commit("leakhunt.toml", f'baseline = "{NAME}"\n{entry}{entry}until = 2020-01-01\n')
    for command in ("audit", "history"):
        done = report(command, cwd=tmp_path)
        told = [(p["kind"], p["where"].rpartition("/")[2]) for p in done.json["problems"]]
        assert sorted(told) == [
            ("suppression-expired", "leakhunt.toml:6"),
            ("suppression-unused", NAME),
            ("suppression-unused", "leakhunt.toml:2"),
        ]
        assert done.code == 0
    problems = report("staged", cwd=tmp_path).json["problems"]
    assert [p["kind"] for p in problems] == ["suppression-expired"]


def test_nothing_is_dropped_if_not_everything_was_scanned(repo: Repo) -> None:
    create(repo)
    before = text(repo)
    oid = repo.git("rev-parse", "HEAD:a.py").strip()
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (repo.path / "a.py").unlink()
    done = leakhunt("baseline", "update", cwd=repo.path)
    assert done.code == 2
    assert "nothing is dropped" in done.out
    assert text(repo) == before


def test_an_exposed_service_is_accepted(repo: Repo) -> None:
    repo.write("srv.py", "import uvicorn\nuvicorn.run(app, host='0.0.0.0', port=8000)\n")
    create(repo)
    assert " srv.py" in text(repo)
    assert found(repo) == []


# Of other tools


def test_a_gitleaksignore(repo: Repo) -> None:
    first = repo.git("log", "--format=%H", "--reverse").split()[0]
    lines = ["# comment", f"{first}:a.py:github-pat:1", "dir/b.py:jwt:3", "gone.py:jwt:3"]
    repo.write(".gitleaksignore", "\n".join(lines) + "\n")
    said = create(repo, "--import", ".gitleaksignore")
    assert "1 finding taken over" in said
    assert "1 of 3 entries mean nothing that is found" in said
    assert ".gitleaksignore:3: dir/b.py" in said
    assert "1 of 3 entries mean commits or files that are not here" in said
    assert "anyway" not in said
    assert found(repo) == ["dir/b.py"]


def test_a_gitleaksignore_that_tells_of_other_commits_and_lines(repo: Repo) -> None:
    # The same text came with two branches: each of their commits is told of by one of the tools.
    base = repo.head
    commits = []
    for branch in ("one", "two"):
        repo.git("checkout", "-q", "-b", branch, base)
        again = f"match: '{THREE}'\n\nsecret: '{THREE}'\nother: '{tokens.github(4)}'\n"
        commits.append(repo.commit("dir/c.yaml", again, branch))
    for commit in commits:
        repo.write(".gitleaksignore", f"{commit}:dir/c.yaml:github-pat:1\n{commit}:a b:jwt:1\n")
        said = create(repo, "--force", "--import", ".gitleaksignore")
        assert "1 of 2 entries" in said
        assert ".gitleaksignore:2: a b" in said
        kept = [line.split(maxsplit=1)[1] for line in text(repo).splitlines()[1:]]
        assert kept == ["github-pat dir/c.yaml"]
    assert "dir/c.yaml" in found(repo)  # the other secret of the file
    repo.write(".gitleaksignore", f"{'0' * 40}:dir/c.yaml:github-pat:1\n")
    assert "0 findings taken over" in create(repo, "--force", "--import", ".gitleaksignore")


def test_a_gitleaksignore_that_names_the_first_line_of_a_command(repo: Repo) -> None:
    text_of = (
        "curl -X POST \\\n  -H 'Accept: */*' \\\n  -H 'X-Token: {}' \\\n  https://a.example\n{}\n"
    )
    commit = repo.commit("run.sh", text_of.format(THREE, f"TOKEN={tokens.github(4)}"))
    repo.write(".gitleaksignore", f"{commit}:run.sh:curl-auth-header:1\n")
    assert "1 finding taken over" in create(repo, "--import", ".gitleaksignore")
    assert "run.sh" in found(repo), "the secret below the command"


@pytest.mark.parametrize("odd", ["\n", "\ud800"])
def test_a_report_of_gitleaks_with_a_name_that_git_cannot_be_asked_for(
    repo: Repo, odd: str
) -> None:
    name = f"a.py{odd}HEAD:none"
    named = [
        {"File": path, "Commit": repo.head, "StartLine": 1, "Secret": "REDACTED"}
        for path in (name, "a.py")
    ]
    repo.write("leaks.json", json.dumps(named))
    said = create(repo, "--import", "leaks.json")
    assert "1 finding taken over" in said


def test_what_is_not_reported_anyway_needs_not_be_accepted(repo: Repo) -> None:
    # AWS prints it in its documentation.
    commit = repo.commit("c.py", "key = 'AKIA" + "IOSFODNN7EXAMPLE'\n")
    lines = [f"{commit}:c.py:aws-access-token:1", f"{'1' * 40}:c.py:aws-access-token:1"]
    repo.write(".gitleaksignore", "\n".join(lines) + "\n")
    said = create(repo, "--import", ".gitleaksignore")
    assert "1 of 2 entries mean what is not reported anyway" in said
    assert "1 of 2 entries mean commits or files that are not here" in said
    assert "mean nothing" not in said


@pytest.mark.parametrize("secret", [TWO, "REDACTED"])
def test_a_baseline_of_gitleaks(repo: Repo, secret: str) -> None:
    item = {"RuleID": "x", "File": "dir/b.py", "StartLine": 1, "Commit": "", "Secret": secret}
    repo.write("old.json", json.dumps([item]))
    assert "1 finding taken over" in create(repo, "--import", "old.json")
    (repo.path / "old.json").unlink()
    assert found(repo) == ["a.py"]


def test_marks_of_the_web_page(repo: Repo) -> None:
    repo.write("none.toml", "")
    first = report("scan", "--config", "none.toml", cwd=repo.path).json["findings"][0]
    mark = {"fingerprint": first["fingerprint"], "path": "moved.py", "mark": "rotated"}
    repo.write("marks.json", json.dumps({"leakhunt": "triage", "marks": [mark]}))
    assert "1 finding taken over" in create(repo, "--import", "marks.json")
    assert first["locations"][0]["path"] not in found(repo)


def test_a_baseline_of_detect_secrets(repo: Repo) -> None:
    sha1 = hashlib.sha1(ONE.encode(), usedforsecurity=False).hexdigest()
    results = {"a.py": [{"type": "x", "hashed_secret": sha1, "line_number": 99}]}
    repo.write(".secrets.baseline", json.dumps({"version": "1.5.0", "results": results}))
    assert "1 finding taken over" in create(repo, "--import", ".secrets.baseline")
    assert found(repo) == ["dir/b.py"]


def test_detect_secrets_knows_keys_by_their_first_line(repo: Repo) -> None:
    key = tokens.pem()
    repo.write("key.pem", key)
    sha1 = hashlib.sha1(b"BEGIN RSA PRIVATE KEY", usedforsecurity=False).hexdigest()
    results = {"key.pem": [{"type": "Private Key", "hashed_secret": sha1, "line_number": 1}]}
    repo.write(".secrets.baseline", json.dumps({"version": "1.5.0", "results": results}))
    assert "1 finding taken over" in create(repo, "--import", ".secrets.baseline")
    assert found(repo) == ["a.py", "dir/b.py"]


@pytest.mark.parametrize("content", ["{", "{}", "[1]", "nonsense", '{"results": {"a": [1]}}'])
def test_what_is_none_of_them(repo: Repo, content: str) -> None:
    repo.write("x", content)
    assert "x:1: " in create(repo, "--import", "x", code=2)
