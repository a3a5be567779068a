"""The benchmarks measure what they say, and hide neither what is absent nor what fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import equality, plot, report, stages, subjects, tables, trees
from benchmarks.__main__ import KINDS, main
from benchmarks.compare import compare
from benchmarks.measure import Command, measure
from benchmarks.tools import TOOLS, CannotError, Task, Tool
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt

TOOLS_BY_NAME = {tool.name: tool for tool in TOOLS}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and orphans")
BURN = "import time\nwhile time.process_time() < 0.2: pass"
"""A program that takes a fifth of a second of CPU time."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "sample")
    made.commit("a.env", f"TOKEN={tokens.github(1)}\n")
    for number in range(4):
        made.commit("text", f"{number}\n" * 40)
    return made


def python(program: str, **options: Any) -> Command:
    return Command([sys.executable, "-c", program], **options)


def own_tool(program: str, code: str, *, output: bool = False) -> Tool:
    """A tool of our own, to see what becomes of one that does this."""

    def command(path: str, task: Task) -> Command:
        return Command([path, "-c", code, str(task.report)], output=task.report if output else None)

    return Tool("own", program, frozenset({"history"}), command, findings=lambda text: int(text))


def rows(subject: subjects.Subject, *tools: Tool, scratch: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = compare(
        subject, "history", tools, runs=2, jobs=1, scratch=scratch / "runs"
    )["rows"]
    return found


# --- Running and measuring


def test_the_time_of_grandchildren_counts() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"
    run = measure(python(child))
    assert run.code == 0
    assert run.cpu >= 0.2


@LINUX
@pytest.mark.parametrize("session", [False, True])
def test_the_time_of_orphans_counts(session: bool) -> None:
    alone = f"start_new_session={session}"
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}], {alone})"
    run = measure(python(child))
    assert run.code == 0
    assert run.cpu >= 0.2


def test_memory_is_that_of_the_largest_process() -> None:
    child = "b'x' * 80_000_000"
    run = measure(
        python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    )
    assert run.megabytes >= 80_000_000 / (1 << 20)
    assert run.together is None


@LINUX
def test_memory_of_all_processes_is_added_up() -> None:
    child = "import time; kept = bytearray(b'x' * 60_000_000); time.sleep(0.6)"
    twice = (
        f"import subprocess, sys; all = [subprocess.Popen([sys.executable, '-c', {child!r}])"
        " for _ in range(2)]; [one.wait() for one in all]"
    )
    run = measure(python(twice), watch=True)
    assert run.own
    assert run.own >= 2 * 60_000_000 / (1 << 20)
    assert run.together
    assert run.together >= run.own


def test_a_run_that_takes_too_long_is_ended() -> None:
    assert measure(python("import time; time.sleep(60)"), limit=0.2).code == -9


def test_an_error_is_kept_rather_than_the_last_line() -> None:
    program = "import sys; print('fatal: no such thing\\nbye', file=sys.stderr); sys.exit(3)"
    run = measure(python(program))
    assert (run.code, run.said, run.complained) == (3, "fatal: no such thing", True)


# --- Comparing


def test_a_history_is_measured(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results/history.json"
    words = [
        "history",
        f"ada/sample={repo.path}",
        "--runs",
        "2",
        "--jobs",
        "1",
        "--json",
        str(file),
    ]
    assert main([*words, "--tool", "leakhunt", "--tool", "floor"]) == 0
    printed = capsys.readouterr().out
    document = json.loads(file.read_text())
    (result,) = document["results"]
    assert result["facts"]["commits"] == 5
    ours, floor = result["rows"]
    assert (ours["tool"], ours["state"], ours["findings"]) == ("leakhunt", "done", 1)
    assert (floor["tool"], floor["state"], floor["findings"]) == (
        "floor: git cat-file",
        "done",
        None,
    )
    for row in result["rows"]:
        assert len(row["runs"]) == 2
        assert all(run["seconds"] > 0 and run["megabytes"] > 0 for run in row["runs"])
    assert document["versions"]["leakhunt"]
    assert document["machine"]["cores"] >= 1
    lines = printed.splitlines()
    assert lines[0].startswith("ada/sample: 5 commits, 5 blobs")
    assert [line.split("  ")[0] for line in lines[3:5]] == ["leakhunt", "floor: git cat-file"]
    for secret in (str(repo.path), str(tmp_path), str(Path.home()), tokens.github(1)):
        assert secret not in file.read_text() + printed


def test_a_tool_that_is_not_installed_is_listed(repo: Repo, tmp_path: Path) -> None:
    subject = subjects.repository("sample", repo.path)
    (row,) = rows(subject, own_tool("no-such-program-anywhere", ""), scratch=tmp_path)
    assert (row["state"], row["runs"]) == ("absent", [])
    result = {"rows": [row]}
    assert tables.compared(result)[1][:3] == ["own", "absent", "-"]
    assert tables.notes(result) == ["own: no-such-program-anywhere is not installed"]


def test_a_tool_that_cannot_do_it_is_listed(repo: Repo, tmp_path: Path) -> None:
    def refuse(path: str, task: Task) -> Command:
        raise CannotError("it reads no history")

    tool = Tool("own", sys.executable, frozenset({"history"}), refuse)
    (row,) = rows(subjects.repository("sample", repo.path), tool, scratch=tmp_path)
    assert (row["state"], row["note"]) == ("absent", "it reads no history")


def test_a_tool_that_fails_is_shown_and_not_timed(repo: Repo, tmp_path: Path) -> None:
    code = "import sys; print('error: cannot open', sys.argv[1], file=sys.stderr); sys.exit(3)"
    tool = own_tool(sys.executable, code)
    (row,) = rows(subjects.repository("sample", repo.path), tool, scratch=tmp_path)
    assert (row["state"], row["code"], row["runs"]) == ("failed", 3, [])
    assert row["note"] == "exit 3: error: cannot open REPORT"
    cells = tables.compared({"rows": [row]})[1]
    assert (cells[1], cells[-1]) == ("failed", "3")


def test_a_tool_without_a_report_has_failed(repo: Repo, tmp_path: Path) -> None:
    tool = own_tool(sys.executable, "")
    (row,) = rows(subjects.repository("sample", repo.path), tool, scratch=tmp_path)
    assert (row["state"], row["note"]) == ("failed", "it wrote no report that can be read")


def test_a_tool_that_calls_an_error_a_success_is_shown(repo: Repo, tmp_path: Path) -> None:
    code = "import sys; print(7); print('fatal: half of it is missing', file=sys.stderr)"
    tool = own_tool(sys.executable, code, output=True)
    (row,) = rows(subjects.repository("sample", repo.path), tool, scratch=tmp_path)
    assert (row["state"], row["findings"], len(row["runs"])) == ("partial", 7, 2)
    assert row["note"] == "exit 0: fatal: half of it is missing"


def test_what_fails_gives_an_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", str(tmp_path / "nothing")]) == 2
    assert "is not a git repository" in capsys.readouterr().err


def test_ratios_are_of_rounds() -> None:
    base = [{"seconds": 1.0}, {"seconds": 2.0}, {"seconds": 4.0}]
    other = [{"seconds": 2.0}, {"seconds": 4.0}, {"seconds": 4.0}]
    assert tables.ratio(other, base, "seconds") == "2.00 (1.00 to 2.00)"
    assert tables.ratio(base, base, "seconds") == "1"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
@pytest.mark.parametrize("kind", ["history", "folder", "file", "staged"])
def test_every_tool_has_a_command_or_a_reason(tool: Tool, kind: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    task = Task(kind, target, 3, tmp_path / "report", tmp_path, ("name",))
    if kind not in tool.kinds or (tool.lasting and tool.path is None):
        return
    try:
        command = tool.command(tool.path or tool.program, task)
    except CannotError:
        return
    text = " ".join([*command.arguments, *command.environment.values()])
    if tool.findings:
        assert "3" in text, "the number of jobs"
        assert str(task.report) in text or command.output == task.report


# --- What is scanned


def test_the_log_is_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (subjects.log(1_500_000, tmp_path / name) for name in "ab")
    assert one.path.read_bytes() == other.path.read_bytes()
    assert one.facts["bytes"] == one.path.stat().st_size >= 1_500_000
    found = leakhunt("scan", "-j", "1", "-f", "json", one.path, cwd=tmp_path)
    assert found.ids == ["aws-access-token"]


def test_a_folder_holds_what_head_holds(repo: Repo, tmp_path: Path) -> None:
    subject = subjects.folder("sample", repo.path, tmp_path)
    assert sorted(f.name for f in subject.path.iterdir()) == ["a.env", "text"]
    assert subject.facts["files"] == 2


def test_a_history_is_cut(repo: Repo, tmp_path: Path) -> None:
    part = subjects.older("sample", repo.path, 1, 2, tmp_path)
    assert part.facts["commits"] == 2
    assert part.name == "sample, 1/2"
    whole = subjects.older("sample", repo.path, 1, 1, tmp_path)
    assert whole.facts["commits"] == 5
    assert whole.name == "sample, HEAD"


def test_ten_files_are_staged(tmp_path: Path) -> None:
    subject = subjects.staged(tmp_path)
    listed = subjects.git(subject.path, "diff", "--cached", "--name-only").split()
    assert tuple(listed) == subject.names
    assert len(listed) == subjects.FILES


# --- Stages


def test_the_table_of_stages_follows_the_code() -> None:
    for places in stages.STAGES.values():
        for place in places:
            assert stages.find(place)
    with pytest.raises(subjects.SubjectError, match=r"correct benchmarks/stages.py"):
        stages.find("leakhunt.engine.scan:Engine.gone")


def test_stages_add_up(repo: Repo, tmp_path: Path) -> None:
    repo.git("repack", "-adq")
    result = stages.profile("sample", repo.path, tmp_path)
    assert {"first pass", "inflate", "confirm", "attribution", "output", stages.REST} <= (
        result["stages"].keys()
    )
    assert sum(result["stages"].values()) == pytest.approx(result["total"])
    assert all(seconds >= 0 for seconds in result["stages"].values())


# --- The page


def point(name: str, number: int) -> dict[str, Any]:
    facts = {"commits": number * 100, "blobs": number * 300, "bytes": number * 10**9}
    return {
        "subject": f"{name}, {number}/8",
        "repository": name,
        "facts": facts,
        "cpu": 1.5 * number,
    }


def document(kind: str, *results: dict[str, Any]) -> dict[str, Any]:
    machine = {
        "cpu": "P",
        "architecture": "x",
        "cores": 2,
        "gigabytes": 4,
        "system": "S",
        "python": "3",
        "git": "2",
    }
    return {
        "kind": kind,
        "taken": "2026-01-02",
        "machine": machine,
        "versions": {"leakhunt": "1.2", "other": None},
        "settings": {"runs": 3},
        "results": list(results),
    }


def test_the_page_is_rewritten(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    marks = [
        f"<!-- measured: {k} -->\nold {k}\n<!-- /measured -->"
        for k in ("machine", "growth", "file")
    ]
    page.write_text("\n\ntext\n\n".join(marks) + "\n")
    file = tmp_path / "growth.json"
    points = [point("a<b", number) for number in (1, 2, 4, 8)]
    file.write_text(json.dumps(document("growth", {"subject": "a<b", "points": points})))
    assert report.main([str(file), "--page", str(page)]) == 0
    text = page.read_text()
    assert "| a<b, 8/8 | 800 | 2,400 | 8.00 | 12.0 | 5000 | 1.50 |" in text
    assert "Not installed there, so not measured: other." in text
    assert "old file" in text
    assert "old growth" not in text
    assert text.count("\ntext\n") == 2
    assert report.main([str(file), "--page", str(page)]) == 0
    assert page.read_text() == text
    picture = ElementTree.fromstring((tmp_path / "growth.svg").read_text())
    assert len(picture.findall(".//{*}polyline")) == 3


def test_a_page_without_marks_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, file = tmp_path / "page.md", tmp_path / "a.json"
    page.write_text("nothing\n")
    file.write_text(json.dumps(document("growth", {"subject": "a", "points": [point("a", 1)]})))
    assert report.main([str(file), "--page", str(page)]) == 2
    assert "no marks for growth, machine" in capsys.readouterr().err
    assert page.read_text() == "nothing\n"


def test_our_page_has_a_place_for_every_kind() -> None:
    places = [found["kind"] for found in report.BLOCK.finditer(report.PAGE.read_text("utf-8"))]
    of_speed = KINDS.keys() - {"quality", "exposure"}
    assert sorted(places) == sorted([*of_speed, "machine"])


@pytest.mark.parametrize(
    ("least", "most", "marks"),
    [
        (1, 10, [1, 2, 5, 10]),
        (0.3, 3, [0.2, 0.5, 1, 2, 5]),
        (7, 7, [5, 10]),
        (0.02, 900, [0.01, 0.1, 1, 10, 100, 1000]),
    ],
)
def test_axes_have_round_marks(least: float, most: float, marks: list[float]) -> None:
    found = plot.steps(least, most)
    assert found == pytest.approx(marks)
    assert 0 <= plot.share(least, found) <= plot.share(most, found) <= 1


def test_both_ways_of_reading_are_compared(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["equality", "--jobs", "1", str(repo.path)])
    with pytest.raises(SystemExit) as end:
        equality.main()
    assert end.value.code == 0
    assert "| yes | 1 | 5 |" in capsys.readouterr().out


@pytest.mark.skipif(TOOLS_BY_NAME["detect-secrets"].path is None, reason="is not installed")
@pytest.mark.parametrize("kind", ["folder", "file"])
def test_detect_secrets_is_told_to_scan(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    subject = subjects.log(1000, folder)
    if kind == "folder":
        subject = subjects.Subject("folder", folder, {"bytes": 1})
    (row,) = compare(
        subject, kind, [TOOLS_BY_NAME["detect-secrets"]], runs=1, jobs=1, scratch=tmp_path / "runs"
    )["rows"]
    assert row["findings"] >= 1


def test_labelled_trees_are_counted(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.yml").write_text("db:\n  password: vel9Quartz!moor\n  host: db\n")
    (tmp_path / "shop" / "b.yml").write_text("db:\n  password: kor4Basalt!fen\n  host: db\n")
    own = {"path": "app.yml", "line": 2, "label": "real"}
    (tmp_path / "shop.own.jsonl").write_text(json.dumps(own) + "\n")
    others = [
        {"path": "app.yml", "line": 2, "tools": ["kingfisher"], "label": "real"},
        {"path": "app.yml", "line": 3, "tools": ["kingfisher"], "label": "real"},
        {"path": "b.yml", "line": 2, "tools": ["kingfisher"], "label": "noise"},
    ]
    (tmp_path / "shop.labels.jsonl").write_text("\n".join(map(json.dumps, others)))
    _, shop, every = trees.table(tmp_path, ["medium"])
    assert shop == ["shop", "2", "1 / 0 / 0 / 0 / 1", "2", "2", "1"]
    assert every[1:] == shop[1:]
