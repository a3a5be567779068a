"""Runs tools in turn on one subject.

In the warm-up round memory is watched; then come the rounds that count.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import sys
from typing import TYPE_CHECKING, Any

from benchmarks import subjects
from benchmarks.measure import Run, measure
from benchmarks.tools import CannotError, Task, Tool, version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.measure import Command
    from benchmarks.subjects import Subject


@dataclasses.dataclass
class Row:
    """What came of one tool on one subject, as it is written to the JSON file."""

    tool: str
    state: str
    """`done`; `partial`: it reported, but says that something went wrong; `failed`: there is no
    report; `absent`: it was not run."""
    note: str = ""
    """Why it is not `done`."""
    command: str = ""
    findings: int | None = None
    code: int | None = None
    together: float | None = None
    """Megabytes, from the warm-up round. See :class:`benchmarks.measure.Run`."""
    own: float | None = None
    runs: list[dict[str, float]] = dataclasses.field(default_factory=list)
    """Seconds, CPU seconds and megabytes of each round."""


class _Contender:
    """A tool that takes part."""

    def __init__(self, tool: Tool, task: Task, program: str, row: Row, limit: float) -> None:
        self.tool, self.row = tool, row
        self._task, self._program, self._limit = task, program, limit
        self._fresh = 0
        self.prime = tool.lasting or task.kind == "staged"
        """What is kept from one run to the next is made before memory is watched."""

    def command(self) -> Command:
        """Return the command of the next run, with an empty cache if it starts cold."""
        task = self._task
        if self.tool.cold:
            self._fresh += 1
            task = dataclasses.replace(task, cache=task.cache / str(self._fresh))
            task.cache.mkdir(mode=0o700)
        return self.tool.command(self._program, task)

    def run(self, *, watch: bool = False) -> None:
        """Run once; a run that fails ends the part of this tool."""
        self._task.report.unlink(missing_ok=True)
        command = self.command()
        try:
            run = measure(command, limit=self._limit, watch=watch)
        except OSError as error:
            self._fail(error.strerror or type(error).__name__)
            return
        self.row.code = run.code
        self.row.findings = self._findings()
        if run.code not in self.tool.fine or run.complained:
            self._complain(run)
        elif self.tool.findings and self.row.findings is None:
            self._fail("it wrote no report that can be read")
        if self.row.state == "failed":
            return
        if watch:
            self.row.together, self.row.own = _rounded(run.together), _rounded(run.own)
        else:
            self.row.runs.append(
                {
                    "seconds": round(run.seconds, 4),
                    "cpu": round(run.cpu, 4),
                    "megabytes": round(run.megabytes, 1),
                }
            )

    def _complain(self, run: Run) -> None:
        said = self.hidden(run.said) or self._excuse() or "it said nothing"
        if run.code == -9 and self.row.findings is None:
            said = f"killed, perhaps after {self._limit:.0f} s. {said}"
        note = f"exit {run.code}: {said}"
        if self.row.findings is None:
            self._fail(note)
        else:
            self.row.state, self.row.note = "partial", note

    def _fail(self, note: str) -> None:
        self.row.state, self.row.note = "failed", note
        self.row.runs.clear()

    def _excuse(self) -> str:
        """Return what the report itself says about gaps."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if self.tool.gaps:
                return self.tool.gaps(self._task.report.read_bytes())
        return ""

    def _findings(self) -> int | None:
        if self.tool.findings is None:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return self.tool.findings(self._task.report.read_bytes())
        return None

    def hidden(self, text: str) -> str:
        """Replace the paths of this machine in a text."""
        task = self._task
        for path, word in (
            (self._program, self.tool.program),
            (str(task.report), "REPORT"),
            (str(task.cache), "CACHE"),
            (str(task.target), "TARGET"),
            (str(task.target.parent), "FOLDER"),
        ):
            text = text.replace(path, word.rpartition("/")[2])
        return text


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def compare(
    subject: Subject,
    kind: str,
    tools: Sequence[Tool],
    *,
    runs: int,
    jobs: int,
    scratch: Path,
    limit: float = 3600,
) -> dict[str, Any]:
    """Let all tools scan a subject, one after the other, round by round.

    Args:
        subject: what they scan.
        kind: `history`, `folder`, `file` or `staged`.
        tools: those that can do this kind take part, or are listed as absent.
        runs: rounds that count.
        jobs: processes or threads that each may use.
        scratch: a folder for reports and caches.
        limit: seconds after which a run is killed.

    Returns:
        The subject, its rows and the load of the machine at the start, as plain data.
    """
    before = subjects.load()
    rows, contenders = [], []
    for number, tool in enumerate(tool for tool in tools if kind in tool.kinds):
        row = Row(tool.name, "done")
        rows.append(row)
        private = scratch / str(number)
        private.mkdir(mode=0o700, parents=True)
        cache = private / "cache"
        cache.mkdir(mode=0o700)
        task = Task(kind, subject.path, jobs, private / "report", cache, subject.names)
        program = tool.path
        if program is None:
            row.state, row.note = "absent", f"{tool.program} is not installed"
            continue
        contender = _Contender(tool, task, program, row, limit)
        try:
            row.command = contender.hidden(" ".join(tool.command(program, task).arguments))
        except CannotError as reason:
            row.state, row.note = "absent", str(reason)
            continue
        contenders.append(contender)
    _rounds(contenders, runs, subject.name)
    for number in range(len(rows)):
        shutil.rmtree(scratch / str(number))
    return {
        "subject": subject.name,
        "facts": subject.facts,
        "load": [before, subjects.load()],
        "rows": [dataclasses.asdict(row) for row in rows],
    }


def _rounds(contenders: list[_Contender], runs: int, name: str) -> None:
    for contender in contenders:
        _tell(f"{name}: warming up {contender.tool.name}")
        if contender.prime:
            contender.run()
            contender.row.runs.clear()
        if contender.row.state != "failed":
            contender.run(watch=True)
    for number in range(runs):
        # Whoever runs first in one round runs last in the next: nobody always follows the same.
        turn = number % len(contenders) if contenders else 0
        for contender in contenders[turn:] + contenders[:turn]:
            if contender.row.state != "failed":
                contender.run()
                took = contender.row.runs[-1]["seconds"] if contender.row.runs else 0
                _tell(f"{name}: round {number + 1}: {contender.tool.name} {took:.2f} s")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def versions(tools: Sequence[Tool]) -> dict[str, str | None]:
    """Return the version of every program, None for those that are not installed."""
    programs = {tool.program: tool for tool in tools if "/" not in tool.program}
    del programs["find"], programs["cat"]
    return {
        program: version(tool) if tool.path is not None else None
        for program, tool in programs.items()
    }
