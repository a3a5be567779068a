"""`leakhunt.toml` and `pyproject.toml`: found, checked, and outranked by the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import tokens
from tests.git.repo import Repo
from tests.run import leakhunt, report

TOKEN = tokens.github(1)
KEY = f"id={tokens.aws_id(2)}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two secrets and one that is deeper."""
    folder = tmp_path / "project"
    (folder / "src/deep").mkdir(parents=True)
    (folder / "note").write_text(TOKEN)
    (folder / "src/deep/key").write_text(KEY)
    return folder


def write(folder: Path, text: str, name: str = "leakhunt.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


# Discovery


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("leakhunt.toml", 'ignore = ["github-pat"]'),
        ("pyproject.toml", '[tool.leakhunt]\nignore = ["github-pat"]'),
        ("pyproject.toml", '[tool]\nleakhunt = { ignore = ["github-pat"] }'),
    ],
)
def test_a_file_is_found_beside_and_above_the_target(project: Path, name: str, text: str) -> None:
    assert report("scan", cwd=project).ids == ["aws-access-token", "github-pat"]
    write(project, text, name)
    assert report("scan", cwd=project).ids == ["aws-access-token"]
    assert report("scan", project / "note", cwd=project.parent).ids == []
    (project / "src/deep/note").write_text(TOKEN)
    assert report("scan", "src/deep", cwd=project).ids == ["aws-access-token"]
    assert report("scan", cwd=project / "src/deep").ids == ["aws-access-token"]


def test_the_nearest_file_counts_and_leakhunt_toml_before_pyproject(project: Path) -> None:
    write(project, 'select = ["aws-access-token"]')
    write(project, "[tool.leakhunt]\nnonsense = 1", "pyproject.toml")
    assert report("scan", cwd=project).ids == ["aws-access-token"]
    write(project / "src/deep", 'select = ["github-pat"]')
    assert report("scan", "src/deep", cwd=project).ids == []


def test_a_pyproject_without_our_table_is_passed_over(project: Path) -> None:
    write(project, 'select = ["aws-access-token"]')
    for text in ("[project]\nname = 'leakhunt'", "tool = 'leakhunt'", "[tool.ruff]\nx = 1"):
        write(project / "src", text, "pyproject.toml")
        assert report("scan", "src", cwd=project).code == 1


def test_the_search_ends_at_the_top_of_the_repository(project: Path) -> None:
    write(project.parent, 'ignore = ["github-pat"]')
    assert "github-pat" not in report("scan", cwd=project).ids
    repo = Repo.init(project)
    assert "github-pat" in report("scan", cwd=project).ids
    repo.commit()
    assert "github-pat" in report("history", cwd=project).ids
    write(project, 'ignore = ["github-pat"]')
    for command in ("history", "audit", "staged"):
        assert "github-pat" not in report(command, cwd=project / "src").ids


def test_a_named_file_counts_alone(project: Path) -> None:
    write(project, "nonsense = 1")
    other = write(project.parent, 'ignore = ["github-pat"]', "other.toml")
    assert report("scan", "--config", other, cwd=project).ids == ["aws-access-token"]
    shared = write(project.parent, "[project]\nname = 'x'", "pyproject.toml")
    for wrong, message in ((shared, "[tool.leakhunt]"), ("nowhere.toml", "no such file")):
        result = leakhunt("scan", "--config", wrong, cwd=project)
        assert result.code == 2
        assert message in result.err


# Switched off


@pytest.mark.parametrize("command", ["scan", "audit", "history", "staged"])
def test_all_signatures_are_off_by_an_explicit_word_and_the_report_says_so(
    project: Path, command: str
) -> None:
    (project / "server.py").write_text("import uvicorn\nuvicorn.run(app, host='0.0.0.0')\n")
    repo = Repo.init(project)
    repo.commit()
    repo.write("more", tokens.github(3))
    repo.git("add", "-A")
    file = write(project, "builtin = false")
    assert report(command, "--config", write(project.parent, "", "o.toml"), cwd=project).code == 1
    result = report(command, cwd=project)
    assert (result.code, result.json["findings"]) == (0, [])
    (problem,) = result.json["problems"]
    assert problem["kind"] == "nothing-looked-for"
    assert problem["where"] == str(file)
    text = leakhunt(command, cwd=project)
    assert "Nothing was looked for" in text.out
    assert "No findings" not in text.out
    assert "::warning" in leakhunt(command, "--format", "github", cwd=project).out


def test_only_signatures_of_ones_own(project: Path) -> None:
    (project / "ours").write_text("acme" + "_k3jd8s0qm4xz7w1p9vbn\n")
    write(project, OWN, "own.toml")
    write(project, 'builtin = false\nsignatures = ["own.toml"]\nignore = ["github-pat"]')
    for _ in range(2):  # with and without a cache
        result = report("scan", cwd=project)
        assert result.ids == ["acme-token"]
        assert [one["kind"] for one in result.json["problems"]] == [
            "signatures-off",
            "configuration",
        ]
    assert "1 of your own" in result.json["problems"][0]["message"]
    assert leakhunt("signatures", "list", cwd=project.parent).out.count("\n") > 100
    own = project / "own.toml"
    listed = leakhunt("signatures", "list", "--no-builtin", "--signatures", own, cwd=project.parent)
    assert listed.out.count("\n") == 1


@pytest.mark.parametrize("text", ['ignore = ["*"]', 'select = ["ours"]', 'builtin = "no"'])
def test_nothing_else_switches_all_signatures_off(project: Path, text: str) -> None:
    write(project, text)
    assert leakhunt("scan", cwd=project).code == 2


def test_what_lies_below_stays_switched_off(project: Path) -> None:
    write(project, "builtin = false", "org.toml")
    write(project, 'extends = "org.toml"\nbuiltin = true')
    assert report("scan", cwd=project).ids == []


# Faults


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("\n\nexcludes = []\n", 3, "unknown key 'excludes'", "did you mean exclude?"),
        ("min-severity = 'high'", 1, "unknown key 'min-severity'", "did you mean min_severity?"),
        ("x = 1", 1, "unknown key 'x'", "known: signatures, select"),
        ("\n[rules]\n", 2, "unknown key 'rules'", "known: "),
        ("jobs = 1\n\nexclude = 'a'", 3, "'exclude' must be a list", "write for example"),
        ("select = [1]", 1, "'select' must be a list of strings", "aws-*"),
        ("fail_on = 'hgh'", 1, "fail_on: 'hgh' is no severity", "info, low, medium, high"),
        ("min_severity = 3", 1, "min_severity: 3 is no severity", "one of"),
        ("jobs = -1", 1, "'jobs' must be a number", "0 means"),
        ("jobs = true", 1, "'jobs' must be a number", "0 means"),
        ("builtin = 0", 1, "'builtin' must be true or false", "builtin = true"),
        ("\njobs = = 1", 2, "not valid TOML", "toml.io"),
        ("jobs = 1\nexclude = [", 2, "not valid TOML", "toml.io"),
        ("jobs = " + "[" * 5000, 1, "not valid TOML: it nests too deep", "toml.io"),
        ("\nx = " + "{a=" * 3000, 2, "not valid TOML: it nests too deep", "toml.io"),
        ("jobs = " + "9" * 5000, 1, "not valid TOML: a number in it is too long", "toml.io"),
        ("\nx" + ".a" * 20_000 + " = 1", 2, "not valid TOML: a key has too many parts", "toml"),
    ],
)
@pytest.mark.parametrize("shared", [False, True], ids=["leakhunt.toml", "pyproject.toml"])
def test_faults_name_file_line_and_hint(
    project: Path, text: str, line: int, message: str, hint: str, shared: bool
) -> None:
    if shared:
        before = "[tool.ruff]\nexclude = []\nselect = []\njobs = 1\n\n[tool.leakhunt]\n"
        text = before + text.replace("[rules]", "[tool.leakhunt.rules]")
        line += before.count("\n")
    file = write(project, text, "pyproject.toml" if shared else "leakhunt.toml")
    result = leakhunt("scan", cwd=project)
    assert (result.code, result.out) == (2, "")
    assert f"{file}:{line}: {message}" in result.err
    assert result.err.splitlines()[1].startswith("hint: ")
    assert hint in result.err


def test_a_file_that_no_person_wrote_is_not_read(project: Path) -> None:
    with write(project, "").open("wb") as file:
        file.truncate(1 << 40)
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert "leakhunt.toml: cannot be read: [Errno 27] File too large" in result.err


@pytest.mark.parametrize("key", ["baseline", "extends"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_read_without_end_is_not_read(project: Path, key: str, kind: str) -> None:
    os.mkfifo(project / "pipe")
    (project / "device").symlink_to("/dev/zero")
    (project / "folder").mkdir()
    write(project, f"jobs = 1\n{key} = '{kind}'")
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert f"leakhunt.toml:2: '{key}' is no file" in result.err


def test_signatures_in_a_folder_that_cannot_be_listed(project: Path) -> None:
    """Folders of processes that end meanwhile, for one."""
    write(project, "signatures = ['/proc']")
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert "internal error" not in result.err


def test_a_key_cannot_break_out_of_its_line(project: Path) -> None:
    write(project, '"x\\n::error::y" = 1')
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert r"unknown key 'x\n::error::y'" in result.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leakhunt.toml", b"\xff"),
        ("pyproject.toml", b"[tool]\nleakhunt = 3"),
        ("pyproject.toml", b"[[tool.leakhunt]]"),
    ],
)
def test_what_is_no_table_is_an_error(project: Path, name: str, content: bytes) -> None:
    (project / name).write_bytes(content)
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert str(project / name) in result.err
    assert "internal error" not in result.err


def test_an_id_that_does_not_exist_names_the_file(project: Path) -> None:
    file = write(project, 'ignore = ["githb-pat"]')
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert "githb-pat" in result.err
    assert str(file) in result.err


# Values


BOTH = ["aws-access-token", "github-pat"]

OWN = r"""
[provider]
name = "Acme"
references = ["https://acme.example"]
remediation = "Revoke it."

[[signature]]
id = "acme-token"
title = "Acme token"
severity = "low"
confidence = "high"
pattern = '\b(?P<secret>acme_[a-z0-9]{20})\b'
examples = ["acm\u0065_k3jd8s0qm4xz7w1p9vbn", "acm\u0065_q8w2mz5xk1p7vb4nd0sj"]
counterexamples = ["acme_short"]
"""


def test_signature_paths_are_relative_to_the_file(project: Path) -> None:
    (project / "ours").mkdir()
    write(project / "ours", OWN, "acme.toml")
    write(project, 'signatures = ["ours"]\n')
    (project / "src/deep/acme").write_text("key: acme" + "_k3jd8s0qm4xz7w1p9vbn\n")
    assert "acme-token" in report("scan", cwd=project / "src/deep").ids
    assert leakhunt("signatures", "show", "acme-token", cwd=project).code == 0
    write(project, 'signatures = ["theirs"]\n')
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert f"{project / 'theirs'}: no such file or folder" in result.err


@pytest.mark.parametrize(
    ("text", "arguments", "ids"),
    [
        ('select = ["github-pat"]', ["--select", "aws-access-token"], ["aws-access-token"]),
        ('ignore = ["github-pat"]', ["--ignore", "aws-access-token"], []),
        ('exclude = ["note"]', ["--exclude", "src"], []),
        (
            'min_severity = "critical"',
            ["--min-severity", "low"],
            ["aws-access-token", "github-pat"],
        ),
    ],
    ids=["select replaces", "ignore adds", "exclude adds", "severity replaces"],
)
def test_the_command_line_comes_before_the_file(
    project: Path, text: str, arguments: list[str], ids: list[str]
) -> None:
    write(project, text)
    (project / "clean").write_text("x")
    assert report("scan", *arguments, cwd=project).ids == ids


def test_fail_on_of_the_file_and_of_the_command_line(project: Path) -> None:
    low = write(project.parent, OWN, "acme.toml")
    write(project, f'fail_on = "medium"\nselect = ["acme-token"]\nsignatures = ["{low}"]\n')
    (project / "acme").write_text("key: acme" + "_k3jd8s0qm4xz7w1p9vbn\n")
    quiet = report("scan", cwd=project)
    assert (quiet.code, quiet.ids) == (0, ["acme-token"])
    assert report("scan", "--fail-on", "low", cwd=project).code == 1


# No file makes nothing look clean


def test_excluding_everything_is_not_clean(project: Path) -> None:
    write(project, 'exclude = ["*"]')
    result = leakhunt("scan", cwd=project)
    assert result.code == 2
    assert "`exclude` leaves out all" in " ".join(result.out.split())
    assert "No findings" not in result.out.splitlines()


def test_excluded_history_is_counted(project: Path) -> None:
    repo = Repo.init(project)
    write(project, 'exclude = ["*"]')
    repo.commit()
    result = report("history", cwd=project)
    assert {finding["suppression"]["kind"] for finding in result.json["suppressed"]} == {
        "excluded-path"
    }
    assert "excluded-path" in leakhunt("history", cwd=project).out
    repo.write("new", TOKEN)
    repo.git("add", "-A")
    shown = leakhunt("staged", cwd=project)
    assert (shown.code, "Nothing was scanned" in shown.out) == (0, True)
    assert "1 excluded" in shown.out


def test_leaving_no_signature_is_an_error(project: Path) -> None:
    for text in ('ignore = ["*"]', 'select = ["jwt*"]\nignore = ["jwt*"]'):
        write(project, text)
        result = leakhunt("scan", cwd=project)
        assert result.code == 2, json.dumps(text)
        assert "no signature" in result.err


def test_a_discovered_file_that_narrows_is_told_of_and_a_named_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(tokens.github(1))
    (tmp_path / "leakhunt.toml").write_text('select = ["aws-*"]\nfail_on = "critical"\n')
    result = report("scan", cwd=tmp_path)
    (told,) = result.json["problems"]
    assert (result.code, told["kind"], told["gap"]) == (0, "configuration", False)
    assert "select, fail_on" in told["message"]
    assert report("scan", "--config", "leakhunt.toml", cwd=tmp_path).json["problems"] == []
    assert report("scan", "--select", "github-pat", "--fail-on", "low", cwd=tmp_path).code == 1


# Layers


def test_a_file_extends_another_and_an_organisation_lies_below(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = project.parent / "base"
    base.mkdir()
    write(base, 'ignore = ["github-pat"]\nmin_severity = "critical"', "org.toml")
    write(project, 'extends = "../base/org.toml"\nmin_severity = "info"')
    assert report("scan", cwd=project).ids == ["aws-access-token"]
    write(project, 'min_severity = "info"')
    monkeypatch.setenv("LEAKHUNT_CONFIG", str(base / "org.toml"))
    assert report("scan", cwd=project).ids == ["aws-access-token"]
    (project / "leakhunt.toml").unlink()
    assert "github-pat" not in report("scan", cwd=project).ids


def test_files_that_extend_each_other_in_circles(project: Path) -> None:
    write(project, 'extends = "other.toml"')
    write(project, 'extends = "leakhunt.toml"', "other.toml")
    done = leakhunt("scan", cwd=project)
    assert done.code == 2
    assert "in circles" in done.err
    write(project, 'extends = "gone.toml"')
    assert "extends in" in leakhunt("scan", cwd=project).err


def test_the_file_of_an_organisation_must_exist(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKHUNT_CONFIG", "gone.toml")
    done = leakhunt("scan", cwd=project)
    assert done.code == 2
    assert "LEAKHUNT_CONFIG" in done.err
