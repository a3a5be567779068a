"""The tools that are compared, and with which command line each does the same work.

The same work is: everything in full, no network, no asking whether a secret is live, the same
number of jobs, a report in JSON. What a tool cannot do, or what is not installed, is said.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Command

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCHED = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
"""Where programs are looked for: beside this Python first."""
SLOW = 64 << 20
"""Bytes of a file above which detect-secrets is left out."""


@dataclasses.dataclass(frozen=True)
class Task:
    """What is to be scanned."""

    kind: str
    """`history`, `folder`, `file` or `staged`."""
    target: Path
    """The repository, folder or file."""
    jobs: int
    report: Path
    """Where the report goes."""
    cache: Path
    """A folder for what a tool keeps from one run to the next."""
    names: tuple[str, ...] = ()
    """The files that are staged."""


class CannotError(Exception):
    """A tool has no way to do a task; the text says why."""


@dataclasses.dataclass(frozen=True)
class Tool:
    """One way to do a task."""

    name: str
    program: str
    """The name of the executable."""
    kinds: frozenset[str]
    command: Callable[[str, Task], Command]
    """Takes the path of the program; raises :class:`CannotError`."""
    findings: Callable[[bytes], int] | None = None
    """Counts the findings in a report; None for what reports nothing."""
    fine: frozenset[int] = frozenset({0})
    """Exit codes of a complete scan, findings or not."""
    gaps: Callable[[bytes], str] | None = None
    """Reads in a report what could not be scanned."""
    cold: bool = False
    """Every run starts with an empty cache."""
    extra: bool = False
    """It runs only if it is asked for."""
    lasting: bool = False
    """Every run finds what the one before it stored."""

    @property
    def path(self) -> str | None:
        """Where the program lies, or None if it is not installed."""
        return shutil.which(self.program, path=SEARCHED)


ALL = frozenset({"history", "folder", "file", "staged"})


def _leakhunt(program: str, task: Task, *options: str) -> Command:
    command = {"folder": "scan", "file": "scan"}.get(task.kind, task.kind)
    arguments = [program, command, str(task.target), "--jobs", str(task.jobs), "--quiet"]
    arguments += ["--format", "json", "--output", str(task.report), *options]
    return Command(arguments, environment={"LEAKHUNT_CACHE": str(task.cache)})


def _through_git(program: str, task: Task) -> Command:
    command = _leakhunt(program, task)
    variables = {**command.environment, "LEAKHUNT_PLAIN": "1"}
    return dataclasses.replace(command, environment=variables)


@functools.cache
def _help(program: str, *words: str) -> str:
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _with_store(program: str, task: Task) -> Command:
    if not re.search(r"(?m)^ +--store / --no-store\b", _help(program, "history")):
        raise CannotError("this version has no option --store")
    command = _leakhunt(program, task, "--store")
    variables = {**command.environment, "LEAKHUNT_STORE": str(task.cache / "store.sqlite")}
    return dataclasses.replace(command, environment=variables)


def _kingfisher(program: str, task: Task) -> Command:
    arguments = [program, "scan", str(task.target), "--no-validate", "--no-update-check"]
    arguments += ["--jobs", str(task.jobs), "--format", "json", "--output", str(task.report)]
    arguments += ["--max-file-size", "0"] if task.kind == "file" else []
    if task.kind == "staged":
        arguments += ["--staged"]
    else:
        arguments += ["--git-history", "full" if task.kind == "history" else "none"]
    return Command(arguments, environment={"KF_RULE_CACHE_DIR": str(task.cache)})


def _gitleaks(program: str, task: Task, *options: str) -> Command:
    mode = "git" if task.kind in {"history", "staged"} else "dir"
    arguments = [program, mode, str(task.target), "--no-banner", "--no-color", "--redact"]
    arguments += ["--report-format", "json", "--report-path", str(task.report)]
    arguments += ["--staged"] if task.kind == "staged" else list(options)
    return Command(arguments, environment={"GOMAXPROCS": str(task.jobs)})


def _betterleaks(program: str, task: Task) -> Command:
    workers = ["--git-workers", str(task.jobs)] if task.kind == "history" else []
    return _gitleaks(program, task, *workers)


def _trufflehog(program: str, task: Task) -> Command:
    if task.kind == "staged":
        raise CannotError("it has no mode for what is staged")
    shared = ["--json", "--no-verification", "--no-update", f"--concurrency={task.jobs}"]
    if task.kind in {"folder", "file"}:
        arguments = [program, "filesystem", str(task.target), *shared]
    else:
        arguments = [program, "git", f"file://{task.target}", *shared]
        arguments += ["--bare"] if not (task.target / ".git").exists() else []
    return Command(arguments, environment={"GOMAXPROCS": str(task.jobs)}, output=task.report)


def _detect_secrets(program: str, task: Task) -> Command:
    if task.kind == "history":
        raise CannotError("it does not read history")
    if task.kind == "file" and task.target.stat().st_size > SLOW:
        raise CannotError(f"left out above {SLOW >> 20} MB: it would take very long")
    place = task.target if task.kind == "folder" else task.target.parent
    what = "." if task.kind == "folder" else task.target.name
    # Not with -C: of a single file nothing would be found.
    arguments = [program, "-c", str(task.jobs), "scan", "--all-files", "--no-verify", what]
    return Command(arguments, cwd=place, output=task.report)


def _detect_secrets_hook(program: str, task: Task) -> Command:
    arguments = [program, "--json", "--no-verify", "-c", str(task.jobs), *task.names]
    return Command(arguments, cwd=task.target, output=task.report)


def _floor(program: str, task: Task) -> Command:
    """Do only what cannot be avoided: read everything, or ask git what is staged."""
    target = str(task.target)
    match task.kind:
        case "history":
            read = ["cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"]
            return Command([program, "-C", target, *read])
        case "staged":
            return Command([program, "-C", target, "diff", "--cached", "--quiet"])
        case "folder":
            return Command([program, target, "-type", "f", "-exec", "cat", "{}", "+"])
    return Command([program, target])


def _nothing(program: str, task: Task) -> Command:
    return Command([program, "-c", "pass"])


def _length(report: bytes) -> int:
    return len(json.loads(report))


def _in_key(report: bytes) -> int:
    return len(json.loads(report)["findings"])


def _problems(report: bytes) -> str:
    problems = json.loads(report)["problems"]
    kinds = ", ".join(sorted({problem["kind"] for problem in problems}))
    return f"could not scan everything: {kinds}"


def _in_lines(report: bytes) -> int:
    return sum("SourceMetadata" in json.loads(line) for line in report.splitlines() if line)


def _in_files(report: bytes) -> int:
    results = json.loads(report or b'{"results": {}}')["results"]
    return sum(len(found) for found in results.values())


_SCANNED = frozenset({0, 1})


def _tools() -> list[Tool]:
    leakhunt = Tool("leakhunt", "leakhunt", ALL, _leakhunt, _in_key, _SCANNED, _problems)
    kingfisher = Tool(
        "kingfisher", "kingfisher", ALL, _kingfisher, _in_key, frozenset({0, 200, 205})
    )
    history, staged = frozenset({"history"}), frozenset({"staged"})
    again = {"kinds": history, "lasting": True}
    return [
        leakhunt,
        _variant(leakhunt, "with a store, again", command=_with_store, **again),
        _variant(leakhunt, "through git", command=_through_git, kinds=history, extra=True),
        _variant(leakhunt, "cold", kinds=staged, cold=True),
        kingfisher,
        _variant(kingfisher, "cold", kinds=staged, cold=True),
        Tool("gitleaks", "gitleaks", ALL, _gitleaks, _length, _SCANNED),
        Tool("betterleaks", "betterleaks", ALL, _betterleaks, _length, _SCANNED),
        Tool("trufflehog", "trufflehog", ALL, _trufflehog, _in_lines, frozenset({0, 183})),
        Tool(
            "detect-secrets",
            "detect-secrets",
            ALL - {"staged"},
            _detect_secrets,
            _in_files,
        ),
        Tool(
            "detect-secrets-hook",
            "detect-secrets-hook",
            staged,
            _detect_secrets_hook,
            _in_files,
            _SCANNED,
        ),
        Tool("floor: git cat-file", "git", history, _floor),
        Tool("floor: read the files", "find", frozenset({"folder"}), _floor),
        Tool("floor: cat", "cat", frozenset({"file"}), _floor),
        Tool("floor: git diff --cached", "git", staged, _floor, None, _SCANNED),
        Tool("floor: Python that does nothing", sys.executable, staged, _nothing),
    ]


def _variant(tool: Tool, name: str, **changes: object) -> Tool:
    return dataclasses.replace(tool, name=f"{tool.name}, {name}", **changes)  # type: ignore[arg-type]


TOOLS = _tools()


def version(tool: Tool) -> str:
    """Return the version of a tool that is installed, or `unknown`."""
    program = tool.path
    assert program is not None
    word = "version" if tool.program in {"gitleaks", "betterleaks"} else "--version"
    done = subprocess.run([program, word], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+(\.\d+)?\S*", done.stdout + done.stderr)
    return found[0].rstrip(",") if found else _built(program)


def _built(program: str) -> str:
    """Return the version that Go notes in what `go install` builds."""
    go = shutil.which("go")
    if go is None:
        return "unknown"
    done = subprocess.run([go, "version", "-m", program], capture_output=True, text=True)
    found = re.search(r"(?m)^\tmod\t\S+\tv(\S+)", done.stdout)
    return found[1] if found else "unknown"
