import dataclasses
import io

import pytest
from hypothesis import given

from leakhunt.errors import LeakhuntError
from leakhunt.model import Location, Problem, Secret, Severity
from leakhunt.outputs import github, registry
from leakhunt.outputs.markdown import escaped, page
from leakhunt.outputs.options import OutputOptions

from . import samples
from .helpers import ANY_REPORT, reports, written
from .samples import GITHUB, finding, old, place


@pytest.fixture(autouse=True)
def no_summary_file(monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def with_findings(*found, **more):
    return dataclasses.replace(samples.clean(), findings=found, **more)


def unescaped(text, also=()):
    for code, char in (("%0D", "\r"), ("%0A", "\n"), *also, ("%25", "%")):
        text = text.replace(code, char)
    return text


def as_the_runner_reads(text):
    """Return (command, properties, message) for every command that the runner would see."""
    seen = []
    for line in text.splitlines():
        assert "##[" not in line
        if not line.strip().startswith("::"):
            continue
        head, _, message = line.strip()[2:].partition("::")
        name, _, rest = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in rest.split(",") if pair)
        also = (("%3A", ":"), ("%2C", ","))
        seen.append((name, {k: unescaped(v, also) for k, v in pairs.items()}, unescaped(message)))
    return seen


def commands(report, **options):
    return as_the_runner_reads(written("github", report, **options))


@given(drawn=reports())
@ANY_REPORT
def test_exactly_the_commands_that_were_meant(drawn):
    report, _ = drawn
    meant = dict.fromkeys(("error", "warning", "notice"), 0)
    for one in report.findings:
        if one.kind == "exposure" and one.severity.rank < Severity.MEDIUM.rank:
            continue  # only counted
        level = {"critical": "error", "high": "error", "medium": "warning"}
        live = {"active": "error", "inactive": "notice"} if one.kind == "secret" else {}
        loud = live.get(one.verdict.state.value, level.get(one.severity.value, "notice"))
        meant[loud] += 1
    meant["error"] += any(problem.gap for problem in report.problems)
    meant["warning"] += any(not problem.gap for problem in report.problems)
    text = written("github", report)
    seen = [name for name, _, _ in as_the_runner_reads(text)]
    assert {name: seen.count(name) for name in meant} == {n: min(c, 10) for n, c in meant.items()}
    assert len(text.splitlines()) == len(seen) + 1
    assert text.endswith(".\n")


@pytest.mark.parametrize(
    ("severity", "name"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "notice"),
        (Severity.INFO, "notice"),
    ],
)
def test_an_annotation(severity, name):
    where = Location("src/a,b:c%0A%2C.py", 3, 5, 3, 9)
    found = finding(GITHUB, samples.value("ghp_", 40), where, severity=severity)
    assert commands(with_findings(found)) == [
        (
            name,
            {
                "file": "src/a,b:c%0A%2C.py",
                "line": "3",
                "endLine": "3",
                "col": "5",
                "endColumn": "8",
                "title": "GitHub personal access token (github-pat)",
            },
            "GitHub personal access token in src/a,b:c%0A%2C.py:3:5",
        )
    ]


@pytest.mark.parametrize(
    ("where", "position"),
    [
        (place("a.py", at_head=True), {"file", "line", "endLine", "col", "endColumn"}),
        (Location("a.py", 3, 5, 4, 2), {"file", "line", "endLine"}),
        (Location("a.py", 3), {"file", "line", "endLine"}),
        (Location("a.py"), {"file"}),
        (old("gone.py"), set()),
        (place(None, commit="c" * 40, field="message"), set()),
        *(
            (place(path), set())
            for path in ("a\n.py", "a\x1b.py", "\udcff", "##[group]x", "a\u202e")
        ),
    ],
)
def test_only_what_is_in_the_checkout_is_pointed_at(where, position):
    ((_, properties, _),) = commands(with_findings(finding(GITHUB, Secret(b"x"), where)))
    assert set(properties) == {"title", *position}


def test_paths_are_relative_to_the_repository():
    ((_, properties, _),) = commands(
        with_findings(finding(GITHUB, Secret(b"x"), place("a.py"))), root="services/api"
    )
    assert properties["file"] == "services/api/a.py"


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (1, 1), (9, 9), (10, 10), (11, 10), (50, 10)])
def test_nine_of_a_level_and_a_pointer(count, lines):
    found = [finding(GITHUB, Secret(b"x"), place(f"{n}.py")) for n in range(count)]
    seen = commands(with_findings(*found))
    assert len(seen) == lines
    if count > 9:
        assert seen[-1][2] == f"{count - 9} more of this level: see the summary of the job."


def test_problems_come_first():
    problems = (
        Problem("timeout", "a\n::warning::x", "slow"),
        Problem("shallow", "", "x", gap=False),
    )
    found = [finding(GITHUB, Secret(b"x"), place("a"))] * 20
    seen = commands(with_findings(*found, problems=problems))
    assert seen[0][1] == {"title": "leakhunt did not scan everything"}
    assert seen[0][2] == r"timeout: a\n::warning::x: slow"
    assert seen[-1][0] == "warning"


def test_messages_are_short_enough_for_the_runner():
    long = finding(GITHUB, Secret(b"x"), place("%" * 9000))
    ((_, _, message),) = commands(with_findings(long))
    assert len(message) < 4096


def test_hostile_names_stay_text():
    seen = commands(samples.hostile())
    assert {name for name, _, _ in seen} == {"error"}
    assert len(seen) == 10


def test_no_authors():
    assert "Dana" not in written("github", samples.realistic())
    assert "Dana" not in page(samples.realistic(), 10**6)


def test_the_summary_is_appended_to_the_file_of_the_runner(monkeypatch, tmp_path):
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    written("github", samples.realistic())
    text = file.read_text("utf-8")
    assert text.startswith("before\n## leakhunt\n")
    assert text.count("\n| ") == 16
    assert "4 public-key" in text


def test_a_summary_that_cannot_be_written_is_an_error_with_a_hint(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(LeakhuntError) as error:
        registry.write("github", samples.clean(), io.StringIO(), OutputOptions())
    assert error.value.hint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/main-1, é", "src/main-1, é"),
        ("a|b", "a&#124;b"),
        ("a: src/.env.prod", "a: src/.env.prod"),
        ("www.example.org", "www&#46;example.org"),
        ("http://a.b :smile:", "http&#58;//a.b &#58;smile&#58;"),
        ("1. a", "1&#46; a"),
        ("`<b>&", "&#96;&#60;b&#62;&#38;"),
        ("*_~#[]()!@:", "".join(f"&#{ord(c)};" for c in "*_~#[]()!@:")),
        ("a\nb", "a&#92;nb"),
    ],
)
def test_markdown_is_escaped(text, shown):
    assert escaped(text) == shown


def test_the_summary_fits_and_says_what_is_cut():
    found = [finding(GITHUB, Secret(b"x"), place(f"{n}/" + "|" * 400)) for n in range(2000)]
    text = github.summary(with_findings(*found))
    assert len(text.encode()) <= github.BUDGET
    rows = text.count("\n| critical")
    assert 0 < rows < 2000
    assert text.endswith(f"… and {2000 - rows:,} more, cut to fit this page.\n")


def test_problems_cannot_fill_the_summary():
    many = tuple(Problem("timeout", "|" * 9000, "x") for _ in range(5000))
    text = github.summary(with_findings(finding(GITHUB, Secret(b"x"), place("a")), problems=many))
    assert len(text.encode()) <= github.BUDGET
    assert "and 4,900 more problems" in text
    assert "| critical |" in text
