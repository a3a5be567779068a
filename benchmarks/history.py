"""Compares scanning the full history of repositories: leakhunt, kingfisher, plain git.

    python benchmarks/history.py --runs 5 --jobs 2 /path/to/redis /path/to/rails

The tools run in turn, so that a noisy machine is noisy for all of them. What is not on the
PATH (or given with --kingfisher) is left out and said so. Nothing is downloaded; kingfisher
comes from `pip install kingfisher-bin`. The floor is `git cat-file` writing every blob to
/dev/null: nobody who asks git can be faster.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Run:
    seconds: float
    cpu: float
    megabytes: float
    """Peak memory of the largest process."""
    code: int


def measure(command: list[str]) -> Run:
    """Run a command to its end; its output goes to a file that is thrown away."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def commands(repo: Path, jobs: int, kingfisher: str | None) -> dict[str, list[str]]:
    leakhunt = [sys.executable, "-m", "leakhunt", "history", str(repo), "--format", "json"]
    found = {
        "git cat-file": [
            "git", "-C", str(repo), "cat-file", "--batch-all-objects", "--batch",
            "--unordered", "--buffer",
        ],
        "leakhunt": [*leakhunt, "--jobs", str(jobs)],
    }  # fmt: skip
    if kingfisher:
        found["kingfisher"] = [
            kingfisher, "scan", str(repo), "--git-history", "full", "--no-validate",
            "--no-update-check", "--jobs", str(jobs), "--format", "json",
        ]  # fmt: skip
    return found


def compare(repo: Path, runs: int, jobs: int, kingfisher: str | None) -> dict[str, list[Run]]:
    tools = commands(repo, jobs, kingfisher)
    results: dict[str, list[Run]] = {name: [] for name in tools}
    for name, command in tools.items():
        print(f"warming up: {name}", file=sys.stderr)
        measure(command)
    for number in range(runs):
        for name, command in tools.items():
            run = measure(command)
            results[name].append(run)
            print(f"run {number + 1}: {name} {run.seconds:.1f} s", file=sys.stderr)
    return results


def table(repo: Path, results: dict[str, list[Run]]) -> str:
    base = statistics.median(run.seconds for run in results["leakhunt"])
    lines = [
        "/".join(repo.parts[-2:]),
        "",
        "| tool | median s | fastest | slowest | CPU s | peak MB | times leakhunt's | exit |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, runs in results.items():
        seconds = sorted(run.seconds for run in runs)
        middle = statistics.median(seconds)
        lines.append(
            f"| {name} | {middle:.1f} | {seconds[0]:.1f} | {seconds[-1]:.1f} "
            f"| {statistics.median(run.cpu for run in runs):.1f} "
            f"| {max(run.megabytes for run in runs):.0f} | {middle / base:.2f} "
            f"| {runs[0].code} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPO")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kingfisher", default=shutil.which("kingfisher"))
    parser.add_argument("--json", type=Path, help="write every single run here too")
    options = parser.parse_args()
    if not options.kingfisher:
        print("kingfisher is not on the PATH and is left out", file=sys.stderr)
    everything = {}
    for repo in options.repositories:
        results = compare(repo.resolve(), options.runs, options.jobs, options.kingfisher)
        print(table(repo, results))
        everything[str(repo)] = {
            name: [dataclasses.asdict(run) for run in runs] for name, runs in results.items()
        }
    if options.json:
        options.json.write_text(json.dumps(everything, indent=2))


if __name__ == "__main__":
    main()
