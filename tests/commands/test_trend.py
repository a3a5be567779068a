"""`leakhunt audit --since-last`: what is new, fixed, open again, and how long it is open."""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest

from leakhunt.audits import Audit, Audited, audit
from leakhunt.commands.trend import compared
from leakhunt.model import Finding, Problem, State, Suppression, Verdict
from leakhunt.store.record import Record
from tests import tokens
from tests.git.repo import Repo
from tests.outputs import samples
from tests.outputs.samples import GITHUB, finding, place
from tests.run import Result, leakhunt, process

DAY = datetime.datetime(2026, 1, 1, 6, tzinfo=datetime.UTC)


def found(name: str, *, head: bool = True, repository: str | None = None) -> Finding:
    where = place(f"{name}.env", 3, at_head=head, author="Dana", repository=repository)
    return finding(GITHUB, samples.value(f"ghp_{name}_", 40), where)


A, B, C = found("a"), found("b"), found("c")


class Weeks:
    """Audits of one thing, a week apart."""

    def __init__(self) -> None:
        self.record, self.week = Record("x"), -1

    def __call__(self, *findings: Finding, **more: Any) -> Audit:
        self.week += 1
        report = dataclasses.replace(audit(samples.clean()), findings=findings, **more)
        now = DAY + datetime.timedelta(weeks=self.week)
        report, told = compared(report, self.record, now)
        self.record.write(told)
        return report


def told(report: Audit) -> dict[str, Any]:
    assert report.trend
    names = {one.id: one.locations[0].path for one in (A, B, C, *report.findings)}
    trend = dataclasses.asdict(report.trend)
    shown = {key: [names[one] for one in trend[key]] for key in ("new", "reopened", "left_head")}
    shown["fixed"] = [(one["where"].split(":")[0], one["why"]) for one in trend["fixed"]]
    return {key: value for key, value in shown.items() if value}


def test_new_and_fixed() -> None:
    audits = Weeks()
    first = audits(A)
    assert told(first) == {}
    assert first.trend
    assert first.trend.since == ""
    assert told(audits(A)) == {}, "nothing has changed"
    assert told(audits(A, B)) == {"new": ["b.env"]}
    assert told(audits(B)) == {"fixed": [("a.env", "not-found")]}
    last = audits(A, B)
    assert told(last) == {"reopened": ["a.env"]}
    assert last.trend
    assert [(p.open, p.new, p.fixed, p.reopened) for p in last.trend.points] == [
        *((1, 0, 0, 0), (1, 0, 0, 0), (2, 1, 0, 0), (1, 0, 1, 0), (2, 0, 0, 1))
    ]
    assert last.trend.ageing == {"month": 2}
    marks = {one.locations[0].path: dict(one.properties) for one in last.findings}
    assert marks["a.env"]["trend"] == "reopened"
    assert marks["b.env"]["first_audited"] == "2026-01-15"


def test_to_leave_head_fixes_nothing() -> None:
    audits = Weeks()
    audits(A)
    assert told(audits(found("a", head=False))) == {"left_head": ["a.env"]}
    assert told(audits(found("a", head=False))) == {}
    assert told(audits(A)) == {"reopened": ["a.env"]}


def test_dead_or_accepted_is_fixed() -> None:
    audits = Weeks()
    audits(A, B)
    dead = dataclasses.replace(A, verdict=Verdict(State.INACTIVE, "revoked"))
    accepted = dataclasses.replace(B, suppression=Suppression("baseline", "a test"))
    assert told(audits(dead, suppressed=(accepted,))) == {
        "fixed": [("a.env", "inactive"), ("b.env", "accepted")]
    }
    assert told(audits(dead, suppressed=(accepted,))) == {}
    assert told(audits(A, suppressed=(accepted,))) == {"reopened": ["a.env"]}


def test_what_was_not_looked_at_is_not_fixed() -> None:
    audits = Weeks()
    gap, other = Problem("missing-objects", "", "3 objects"), Problem("unreadable", "x", "no")
    audits(A, B, problems=(gap,))
    worse = audits(B, problems=(gap, other))
    assert told(worse) == {}
    assert worse.trend
    assert worse.trend.unseen == 1
    assert told(audits(B, problems=(gap,))) == {"fixed": [("a.env", "not-found")]}, "as before"


def test_of_many_a_failed_one_hides_nothing() -> None:
    audits = Weeks()
    both = (Audited("shop"), Audited("till"))
    mine, theirs = found("a", repository="shop"), found("b", repository="till")
    audits(mine, theirs, repositories=both)
    lost = Problem("repository-failed", "till", "gone")
    report = audits(repositories=(both[0], Audited("till", failed="gone")), problems=(lost,))
    assert told(report) == {"fixed": [("shop", "not-found")]}
    assert told(audits(repositories=both[:1])) == {}, "it is not listed any more"
    assert told(audits(repositories=both)) == {"fixed": [("till", "not-found")]}


def test_an_exposure_is_known_by_its_repository() -> None:
    audits = Weeks()
    made = dataclasses.replace(found("a", repository="shop"), kind="exposure")
    twin = dataclasses.replace(found("a", repository="till"), kind="exposure")
    names = (Audited("shop"), Audited("till"))
    audits(made, twin, repositories=names)
    assert told(audits(twin, repositories=names)) == {"fixed": [("shop", "not-found")]}


def test_a_record_that_is_damaged_is_told_and_begun_anew(tmp_path: Path) -> None:
    audits = Weeks()
    audits(A)
    (file,) = (tmp_path / "of-the-user/audits-seen").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert A.secret.reveal() not in file.read_bytes()
    assert b"Dana" not in file.read_bytes()
    for content in (b"{", b"[]", b'{"record": 1, "findings": {"x": {}}}', b'{"record": 9}'):
        file.write_bytes(content)
        audits.record.problems.clear()
        report = audits(A)
        assert told(report) == {}
    file.chmod(0o666)
    audits.record.problems.clear()
    report = audits(A)
    assert any("others may write it" in one.message for one in report.problems)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "repo")
    made.commit(a=tokens.github(1))
    return made


def trend(repo: Repo, *args: str) -> Result:
    return leakhunt("audit", "--since-last", "-f", "json", *args, cwd=repo.path)


def test_as_a_user_sees_it(repo: Repo) -> None:
    first = trend(repo)
    assert first.json["trend"]["since"] == ""
    repo.commit(a="gone", b=tokens.github(2))
    second = trend(repo)
    (new,) = second.json["trend"]["new"]
    assert [one["id"] for one in second.json["findings"] if one["properties"].get("trend")] == [new]
    assert len(second.json["trend"]["left_head"]) == 1
    shown = leakhunt("audit", "--since-last", cwd=repo.path).out
    assert "0 new and 0 fixed" in shown
    assert trend(repo, "--min-confidence", "high").json["trend"]["since"] == "", "other options"
    for name in ("markdown", "html"):
        assert leakhunt("audit", "--since-last", "-f", name, cwd=repo.path).code == 1


def test_an_audit_that_could_not_be_told_is_not_remembered(repo: Repo, tmp_path: Path) -> None:
    assert trend(repo, "-o", str(tmp_path / "no/such/folder/x")).code == 2
    assert trend(repo).json["trend"]["since"] == ""


def test_of_many_repositories(repo: Repo, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit(a="nothing")
    (tmp_path / "list").write_text("repo\nother\n")
    command = ("audit", "--repos", "list", "--since-last", "-f", "json")
    leakhunt(*command, cwd=tmp_path)
    other.commit(b=tokens.github(1), c=tokens.github(3))
    told = leakhunt(*command, cwd=tmp_path).json
    assert len(told["trend"]["new"]) == 1, "one was known from another repository"
    repo.path.rename(tmp_path / "moved")
    told = leakhunt(*command, cwd=tmp_path).json
    assert (told["trend"]["new"], told["trend"]["fixed"]) == ([], [])


def test_the_weekly_workflow_of_the_documentation_remembers(tmp_path: Path) -> None:
    """Its command in workspaces that share nothing but the folder that is kept, saved or not."""
    page = (Path(__file__).parents[2] / "docs/command-line.md").read_text("utf-8")
    text = page[page.index("name: audit\n") :].partition("```")[0]
    command = text.partition("run: leakhunt ")[2].partition("\n")[0].split()
    store = text.partition('LEAKHUNT_STORE: "')[2].partition('"')[0]
    steps = text.split("\n      - ")
    assert "if: always()" in next(step for step in steps if "cache/save" in step)
    repo, kept, workspace = Repo.init(tmp_path / "repo"), tmp_path / "kept", tmp_path / "work"
    repo.commit(a=tokens.github(1))
    said = []
    for week in range(2):
        workspace.mkdir()
        if week:
            repo.commit(b=tokens.github(2))
            shutil.copytree(kept, workspace / Path(store).parent)
        repo.git("clone", "-q", str(repo.path), str(workspace / "repository"))
        done = process(*command, cwd=workspace, LEAKHUNT_STORE=store)
        assert done.code == 1, "findings fail the step, and what comes after it runs all the same"
        said.append((workspace / "audit.md").read_text("utf-8"))
        assert (workspace / "audit.html").is_file()
        shutil.copytree(workspace / Path(store).parent, kept, dirs_exist_ok=True)
        shutil.rmtree(workspace)
    assert "first audit" in said[0]
    assert "1 new" in said[1]
