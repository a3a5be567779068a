"""The steps of action.yml, run by bash as the runner of GitHub Actions runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import tokens
from tests.git.repo import Repo
from tests.project import ROOT, copy_project

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, SCAN, UPLOAD = ACTION["runs"]["steps"]
TOKEN, OLD = tokens.github(1), tokens.github(2)
NONE = "0" * 40
ADVICE = "fetch-depth: 0"


@dataclass
class Runner:
    """A job: its folders, and what the steps leave behind."""

    folder: Path
    workspace: Path
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""

    def run(self, step: Mapping[str, Any], context: Mapping[str, Any]) -> int:
        """Run one step in the way of `shell: bash`."""
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        output, summary = self.folder / "output", self.folder / "summary"
        output.touch()
        variables = {name: evaluated(text, context) for name, text in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env=os.environ
            | variables
            | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(self.folder / "action with space"),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.folder / "runner temp"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        self.log = done.stdout.decode()
        self.outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.summary = summary.read_text() if summary.exists() else ""
        assert TOKEN not in self.log + self.summary
        return done.returncode

    @property
    def sarif(self) -> list[dict[str, Any]]:
        text = (self.workspace / self.outputs["sarif"]).read_text()
        assert TOKEN not in text
        return json.loads(text)["runs"][0]["results"]


def evaluated(text: str, context: Mapping[str, Any]) -> str:
    """Replace `${{ a.b }}` as the runner does; what is not there is empty."""

    def value(expression: re.Match[str]) -> str:
        node: Any = context
        for name in expression[1].split("."):
            node = node.get(name) if isinstance(node, Mapping) else None
        return "" if node is None else str(node)

    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", value, text)


def commands(log: str) -> list[str]:
    """What the runner obeys: `::` at the start of a line, `##[` anywhere in one."""
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", log)]
    return [line for line in lines if line.startswith("::") or "##[" in line]


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    """A bare repository whose first commit has an old secret, and a clone to push from."""
    bare = Repo.init(tmp_path / "origin.git", "--bare")
    made = Repo.init(tmp_path / "developer")
    made.git("remote", "add", "origin", bare.path.as_uri())
    made.commit(old=OLD, a="1\n")
    made.commit(a="2\n")
    made.git("push", "-q", "origin", "main")
    return made


def add_and_remove(repo: Repo, branch: str) -> tuple[str, str]:
    """Push a branch that adds a secret and removes it again. Returns its ends."""
    base = repo.rev("HEAD")
    repo.git("checkout", "-q", "-B", branch)
    repo.commit(conf=f"x\nkey = '{TOKEN}'\n", old=f"{OLD} edited")
    head = repo.commit(conf="x\n")
    repo.git("push", "-q", "--force", "origin", branch)
    return base, head


@pytest.fixture
def job(tmp_path: Path) -> Runner:
    """A job without a checkout, in which leakhunt is the one under test."""
    folder = tmp_path / "job"
    program = folder / "runner temp/leakhunt/bin/leakhunt"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leakhunt "$@"\n')
    program.chmod(0o755)
    return Runner(folder, tmp_path / "workspace")


def checkout(job: Runner, origin: Repo, revision: str, *options: str) -> Repo:
    """Do what actions/checkout does."""
    made = Repo.init(job.workspace)
    made.git("remote", "add", "origin", (origin.path.parent / "origin.git").as_uri())
    made.git("fetch", "-q", *options, "origin", "+refs/heads/*:refs/remotes/origin/*")
    if options:
        made.git("update-ref", "-d", "refs/remotes/origin/main")
    made.git("checkout", "-q", "--detach", revision)
    return made


def scan(job: Runner, name: str, ref: str, event: dict[str, Any], **inputs: str) -> int:
    defaults = {key: value.get("default", "") for key, value in ACTION["inputs"].items()}
    event = {"repository": {"default_branch": "main"}} | event
    return job.run(
        SCAN,
        {
            "github": {"event_name": name, "ref": ref, "event": event},
            "inputs": defaults | {key.replace("_", "-"): text for key, text in inputs.items()},
        },
    )


def pull(base: str, head: str) -> dict[str, Any]:
    return {"pull_request": {"number": 1, "base": {"sha": base}, "head": {"sha": head}}}


def found(job: Runner) -> list[str]:
    return [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in job.sarif
    ]


# Events


@pytest.mark.parametrize("name", ["pull_request", "merge_group"])
def test_a_secret_that_a_pull_request_adds_and_removes(
    job: Runner, origin: Repo, name: str
) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    event = pull(base, head)
    if name == "merge_group":
        event = {"merge_group": {"base_sha": base, "head_sha": head}}
    assert scan(job, name, "refs/pull/1/merge", event) == 1
    assert found(job) == ["conf"], "and not what was there before"
    assert job.outputs == {
        "sarif": "leakhunt.sarif",
        "exit-code": "1",
        "findings": "1",
        "verdict": "findings",
    }
    (annotation,) = commands(job.log)
    assert annotation.startswith("::error ")
    assert "conf:2:8" in annotation
    assert "removed in" in annotation
    assert "2 commits" in job.log
    assert "GitHub personal access token" in job.summary


def test_a_clean_pull_request(job: Runner, origin: Repo) -> None:
    base = origin.rev("HEAD")
    origin.git("checkout", "-q", "-b", "topic")
    head = origin.commit(a="3\n")
    origin.git("push", "-q", "origin", "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 0
    assert (found(job), commands(job.log)) == ([], [])
    assert job.outputs["exit-code"] == "0"
    assert "1 commit" in job.log
    assert job.summary


def test_a_secret_in_a_file_of_the_checkout_is_annotated_there(job: Runner, origin: Repo) -> None:
    base = origin.rev("HEAD")
    origin.git("checkout", "-q", "-b", "topic")
    head = origin.commit(conf=f"x\nkey = '{TOKEN}'\n")
    origin.git("push", "-q", "origin", "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 1
    assert commands(job.log)[0].startswith("::error file=conf,line=2,endLine=2,col=8,")


@pytest.mark.parametrize(
    ("before", "code", "paths"),
    [("base", 1, ["conf"]), (NONE, 1, ["conf"]), ("1" * 40, 1, ["conf"]), ("head", 0, [])],
    ids=["normal", "new branch", "forced", "nothing new"],
)
def test_a_push_to_a_branch(
    job: Runner, origin: Repo, before: str, code: int, paths: list[str]
) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    before = {"base": base, "head": head}.get(before, before)
    event = {"before": before, "after": head}
    assert scan(job, "push", "refs/heads/topic", event) == code
    assert found(job) == paths


@pytest.mark.parametrize("before", [NONE, "1" * 40], ids=["new", "forced"])
def test_a_push_to_the_default_branch_without_a_commit_before_it(
    job: Runner, origin: Repo, before: str
) -> None:
    _, head = add_and_remove(origin, "main")
    checkout(job, origin, head)
    assert scan(job, "push", "refs/heads/main", {"before": before, "after": head}) == 1
    assert sorted(found(job)) == ["conf", "old"]


@pytest.mark.parametrize("zeros", [40, 64])
def test_a_push_that_deletes_a_branch(job: Runner, origin: Repo, zeros: int) -> None:
    checkout(job, origin, "origin/main")
    event = {"before": origin.rev("HEAD"), "after": "0" * zeros}
    assert scan(job, "push", "refs/heads/topic", event) == 0
    assert job.outputs == {"exit-code": "0", "verdict": "clean"}
    assert "nothing to scan" in job.log


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_everything_is_scanned_where_nothing_is_named(job: Runner, origin: Repo, name: str) -> None:
    add_and_remove(origin, "topic")
    checkout(job, origin, "origin/main")
    assert scan(job, name, "refs/heads/main", {}) == 1
    assert sorted(found(job)) == ["conf", "old"], "other branches too"


# What must not look clean


@pytest.mark.parametrize("name", ["pull_request", "push", "new branch", "schedule"])
def test_a_shallow_checkout_fails_and_says_why(job: Runner, origin: Repo, name: str) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head, "--depth=1")
    event = pull(base, head) | {"before": NONE if " " in name else base, "after": head}
    if " " in name:
        name = "push"
    elif name == "schedule":
        event = {}
    Repo(job.workspace).git("remote", "set-url", "origin", "https://127.0.0.1:1/gone")
    assert scan(job, name, "refs/heads/topic", event) == 2
    assert job.outputs == {"exit-code": "2", "verdict": "incomplete"}
    assert ADVICE in commands(job.log)[0]


@pytest.mark.parametrize("name", ["pull_request", "push", "new branch", "schedule"])
def test_a_shallow_checkout_is_deepened(job: Runner, origin: Repo, name: str) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head, "--depth=1")
    event = pull(base, head) | {"before": NONE if " " in name else base, "after": head}
    event = {} if name == "schedule" else event
    name, whole = ("push", True) if " " in name else (name, name == "schedule")
    assert scan(job, name, "refs/heads/topic", event) == 1
    assert sorted(found(job)) == (["conf", "old"] if whole else ["conf"])


def test_a_checkout_that_is_deep_enough_is_scanned(job: Runner, origin: Repo) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head, "--depth=3")
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 1
    assert found(job) == ["conf"]


def test_a_checkout_that_ends_inside_the_range_fails(job: Runner, origin: Repo) -> None:
    _, head = add_and_remove(origin, "topic")
    origin.git("checkout", "-q", "main")
    base = origin.commit(a="main moved on")
    origin.git("push", "-q", "origin", "main")
    made = checkout(job, origin, head, "--depth=1")
    made.git("fetch", "-q", "--depth=1", "origin", base)
    made.git("remote", "set-url", "origin", "https://127.0.0.1:1/gone")
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 2
    assert ADVICE in job.log


def test_a_base_that_is_not_there_fails(job: Runner, origin: Repo) -> None:
    checkout(job, origin, "origin/main")
    head = origin.rev("HEAD")
    assert scan(job, "pull_request", "refs/pull/1/merge", pull("1" * 40, head)) == 2
    assert ADVICE in job.log


def test_no_checkout_at_all_fails(job: Runner) -> None:
    job.workspace.mkdir()
    assert scan(job, "schedule", "refs/heads/main", {}) not in (0, 1)


# Inputs


def test_fail_on(job: Runner, origin: Repo) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    event = pull(base, head)
    assert scan(job, "pull_request", "", event, fail_on="critical") in (0, 1)
    assert scan(job, "pull_request", "", event, fail_on="worst") == 2


def test_outputs_baseline_and_further_options(job: Runner, origin: Repo) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    event = pull(base, head)
    assert scan(job, "pull_request", "", event) == 1
    assert (job.outputs["findings"], job.outputs["verdict"]) == ("1", "findings")
    assert scan(job, "pull_request", "", event, arguments="--exclude\nconf\n\n") == 0
    assert (job.outputs["findings"], job.outputs["verdict"]) == ("0", "clean")
    assert scan(job, "pull_request", "", event, baseline="$(touch oops)") == 2
    assert job.outputs["verdict"] == "incomplete"
    assert not (job.workspace / "oops").exists()
    (job.workspace / "own.toml").write_text('exclude = ["conf"]\n')
    assert scan(job, "pull_request", "", event, config="own.toml") == 0


def test_an_upload_holds_the_whole_checkout(job: Runner, origin: Repo) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "", pull(base, head)) == 1
    assert "upload" not in job.outputs
    assert scan(job, "pull_request", "", pull(base, head), upload_sarif="true") == 1
    (run,) = json.loads(Path(job.outputs["upload"]).read_text())["runs"]
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
    ]
    assert uris == ["old"]


@pytest.mark.parametrize("place", ["", "out dir/$(touch oops).sarif", "-r.sarif"])
def test_where_the_sarif_is_written(job: Runner, origin: Repo, place: str) -> None:
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    (job.workspace / "out dir").mkdir()
    assert scan(job, "pull_request", "", pull(base, head), sarif=place) == 1
    assert job.outputs.get("sarif", "") == place
    assert not (job.workspace / "oops").exists()
    assert (job.workspace / "leakhunt.sarif").exists() is False


def test_a_report_of_an_earlier_run_is_not_handed_on(job: Runner, origin: Repo) -> None:
    checkout(job, origin, "origin/main")
    (job.workspace / "leakhunt.sarif").write_text("{}")
    (job.workspace / "leakhunt.toml").write_text("nonsense = 1\n")
    assert scan(job, "schedule", "refs/heads/main", {}) == 2
    assert "sarif" not in job.outputs


# What strangers write


HOSTILE = ["a\n::stop-commands::x", "##[set-env name=x]y", "x%0A::add-path::y", "c\r::debug::y"]


def test_names_in_the_repository_cannot_give_commands(job: Runner, origin: Repo) -> None:
    base = origin.rev("HEAD")
    origin.git("checkout", "-q", "-b", "topic")
    names = [*HOSTILE, "$(touch oops)`touch oops`", "--fail-on=critical"]
    head = origin.commit_files(
        {name: tokens.github(at + 10) for at, name in enumerate(names)},
        message="\n::error::subject\n::warning::body",
    )
    origin.git("push", "-q", "origin", "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "", pull(base, head)) == 1
    given = commands(job.log)
    assert len(given) == len(names)
    for line in given:
        assert re.match(r"::error [^:]*::[^:]", line), line
        assert "##[" not in line
    assert not (job.workspace / "oops").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_the_configuration_of_a_pull_request_cannot_give_commands(
    job: Runner, origin: Repo, text: str
) -> None:
    base = origin.rev("HEAD")
    origin.git("checkout", "-q", "-b", "topic")
    key = json.dumps(text)
    head = origin.commit_files({"leakhunt.toml": f"{key} = 1\n"})
    origin.git("push", "-q", "origin", "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "", pull(base, head)) == 2
    assert "unknown key" in job.log
    assert commands(job.log) == []


def test_no_expression_stands_in_a_script() -> None:
    for step in (INSTALL, SCAN):
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    assert re.search(r"@[0-9a-f]{40}$", UPLOAD["uses"])


def test_nothing_that_the_bash_of_macos_cannot() -> None:
    # Seen with bash 3.2.48: with `set -e` a failing `command git` ends the script, behind `if` too.
    script = re.sub(r"(?m)^ *# .*", "", INSTALL["run"] + SCAN["run"])
    assert not re.search(r"\bcommand |\b(mapfile|readarray|declare -A)\b|,,\}|\^\^\}", script)
    assert not re.search(r"\b(readlink -f|sed -i|date -d|grep -P)\b", script), "nor can its tools"


# Lint


def words_of(tool: str, *arguments: str | Path, cwd: Path = ROOT) -> str:
    """What a tool says that finds nothing wrong, or an assertion with what it found."""
    program = shutil.which(tool) or shutil.which(tool, path=Path(sys.executable).parent)
    if program is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    words_of("zizmor", "--offline", "--persona", "auditor", "action.yml")


def test_the_schema_of_actions_holds() -> None:
    words_of("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    """The workflow that the documentation shows, which uses the action beside it."""
    (text,) = re.findall(
        r"```yaml\n(# \.github/workflows/leakhunt\.yml\n.*?)```",
        (ROOT / "docs/hooks.md").read_text("utf-8"),
        re.DOTALL,
    )
    Repo.init(tmp_path)
    shutil.copy(ROOT / "action.yml", tmp_path)
    file = tmp_path / ".github/workflows/leakhunt.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace("leakhunt/leakhunt@v0.1.0", "./"))
    return file


def test_the_workflow_of_the_documentation_is_sound(workflow: Path) -> None:
    job = yaml.safe_load(workflow.read_text())["jobs"]["leakhunt"]
    checkout, action = job["steps"]
    assert re.search(r"@[0-9a-f]{40}$", checkout["uses"])
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert action["with"].keys() <= ACTION["inputs"].keys()
    assert job["permissions"] == {"contents": "read", "security-events": "write"}


def test_actionlint_finds_nothing_in_it(workflow: Path) -> None:
    words_of("actionlint", cwd=workflow.parents[2])
    workflow.write_text(workflow.read_text().replace("upload-sarif:", "upload-serif:"))
    with pytest.raises(AssertionError, match="upload-serif"):
        words_of("actionlint", cwd=workflow.parents[2])


def test_zizmor_finds_nothing_in_it(workflow: Path) -> None:
    workflow.write_text(workflow.read_text().replace("./", f"leakhunt/leakhunt@{'1' * 40}"))
    words_of("zizmor", "--offline", workflow)


@pytest.mark.parametrize("step", [INSTALL, SCAN], ids=["install", "scan"])
def test_shellcheck_finds_nothing(step: Mapping[str, Any], tmp_path: Path) -> None:
    script = tmp_path / "step.sh"
    script.write_text("#!/usr/bin/env bash\n" + step["run"])
    words_of("shellcheck", "--severity=warning", script)


# Installation


def test_the_action_installs_itself_and_scans(job: Runner, origin: Repo) -> None:
    shutil.rmtree(job.folder / "runner temp")
    action = job.folder / "action with space"
    action.mkdir()
    copy_project(action)
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    assert job.run(INSTALL, {"inputs": {"python": sys.executable}}) == 0, job.log
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 1
    assert found(job) == ["conf"]


PYTHON = """\
#!/bin/sh
case "$1" in
  -c) exec "{python}" -c "import sys; sys.version_info = {version}; $(echo "$2" | cut -c 13-)" ;;
  *) echo "$0 $*" >> "{log}"
    [ "$2" = pip ] || {{ mkdir -p "$3/Scripts"; cp "$0" "$3/Scripts/python"; }} ;;
esac
"""


@pytest.mark.parametrize(
    ("first", "kept", "named", "chosen"),
    [
        ("3.12", ["3.13"], "", "PATH"),
        ("3.9", ["3.9", "3.12", "3.13"], "", "3.12"),
        ("3.15", ["3.10", "3.14"], "", "3.14"),
        ("3.15", ["3.10"], "", "PATH"),
        ("3.9", ["3.10"], "", None),
        ("3.12", [], "{folder}/3.10/python3", None),
        ("3.9", [], "{folder}/3.15/python3", "3.15"),
    ],
)
def test_which_python_it_is_installed_with(
    job: Runner,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    kept: list[str],
    named: str,
    chosen: str | None,
) -> None:
    shutil.rmtree(job.folder / "runner temp/leakhunt")
    job.workspace.mkdir()
    cache, log = job.folder / "tool cache", job.folder / "log"

    def put(file: Path, version: str) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        number = tuple(map(int, version.split(".")))
        file.write_text(PYTHON.format(python=sys.executable, version=number, log=log))
        file.chmod(0o755)
        return file

    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(cache))
    for name in ("python", "python3"):
        put(job.folder / "PATH" / name, first)
    monkeypatch.setenv("PATH", f"{job.folder / 'PATH'}:{os.environ['PATH']}")
    for version in kept:
        put(cache / f"Python/{version}.1/x64/python.exe", version)
    for version in ("3.10", "3.15"):
        put(job.folder / version / "python3", version)
    code = job.run(INSTALL, {"inputs": {"python": named.format(folder=job.folder)}})
    if chosen is None:
        assert (code, log.exists()) == (2, False)
        assert "There is no Python 3.11 or newer here" in commands(job.log)[0]
        return
    assert code == 0, job.log
    made, installed = log.read_text().splitlines()
    assert f"/{chosen}" in made
    assert installed.startswith(f"{job.folder}/runner temp/leakhunt/Scripts/python -m pip install")
    assert installed.endswith(str(job.folder / "action with space"))


def test_a_virtual_environment_as_windows_lays_it_out(job: Runner, origin: Repo) -> None:
    environment = job.folder / "runner temp/leakhunt"
    (environment / "bin").rename(environment / "Scripts")
    base, head = add_and_remove(origin, "topic")
    checkout(job, origin, head)
    assert scan(job, "pull_request", "refs/pull/1/merge", pull(base, head)) == 1
    assert found(job) == ["conf"]


def test_an_installation_that_fails_is_no_clean_result(job: Runner) -> None:
    job.workspace.mkdir()
    (job.folder / "action with space").mkdir()
    assert job.run(INSTALL, {"inputs": {"python": "no-such-python"}}) != 0
    assert job.outputs == {}
