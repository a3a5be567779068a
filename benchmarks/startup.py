"""Measures what starting costs: `leakhunt staged` on a commit of ten files, and its peers.

    python benchmarks/startup.py --runs 15

Everything runs in turn, so that a noisy machine is noisy for all of it; CPU time, which
includes git's, suffers less from the noise than wall time. `leakhunt` is the one on the PATH, so
a wheel installed there is measured as users have it. What is not on the PATH is left out and
said so: detect-secrets-hook (`pip install detect-secrets`), kingfisher (`pip install
kingfisher-bin`). Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES = 10
LINES = 150


@dataclasses.dataclass(frozen=True)
class Case:
    command: list[str]
    cold: bool = False
    """Without a cache, and every time anew."""


@dataclasses.dataclass(frozen=True)
class Run:
    wall: float
    cpu: float
    code: int


def repository(folder: Path) -> list[str]:
    """Make a repository in which ten new files are staged, and return their names."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    chance = random.Random(1)  # the same files every time
    names = []
    for number in range(FILES):
        name = f"module{number}.py"
        lines = [
            f"def function_{line}(value: int) -> int:\n    return value * {chance.random()}\n\n\n"
            for line in range(LINES)
        ]
        (folder / name).write_text("".join(lines))
        names.append(name)
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True)
    return names


def cases(names: list[str]) -> tuple[dict[str, Case], list[str]]:
    """Return what to run, and what is not there to be run."""
    kingfisher = ["kingfisher", "scan", *names, "--no-validate", "--no-update-check"]
    wanted = {
        "interpreter that does nothing": Case([sys.executable, "-c", "pass"]),
        "leakhunt --version": Case(["leakhunt", "--version"]),
        "leakhunt staged, warm": Case(["leakhunt", "staged"]),
        "leakhunt staged, cold": Case(["leakhunt", "staged"], cold=True),
        "detect-secrets-hook": Case(["detect-secrets-hook", *names]),
        "kingfisher, warm": Case(kingfisher),
    }
    there = {name: case for name, case in wanted.items() if shutil.which(case.command[0])}
    return there, [name for name in wanted if name not in there]


def measure(case: Case, folder: Path, cache: Path) -> Run:
    """Run a case to its end; its output is thrown away."""
    with tempfile.TemporaryDirectory() as fresh:
        env = os.environ | {"LEAKHUNT_CACHE": fresh if case.cold else str(cache)}
        # Installers compile modules; without this a clone would do it in every run.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        null = subprocess.DEVNULL
        started = time.perf_counter()
        process = subprocess.Popen(
            case.command, cwd=folder, env=env, stdin=null, stdout=null, stderr=null
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, process.returncode)


def table(runs: dict[str, list[Run]]) -> str:
    lines = [
        "| | wall, median | wall, least | CPU, median | CPU, least | exit |",
        "|---|---|---|---|---|---|",
    ]
    for name, done in runs.items():
        numbers = [
            f"{figure(values) * 1000:,.0f} ms"
            for values in ([run.wall for run in done], [run.cpu for run in done])
            for figure in (statistics.median, min)
        ]
        codes = ", ".join(sorted({str(run.code) for run in done}))
        lines.append(f"| {name} | {' | '.join(numbers)} | {codes} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write every run to this file, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary, "repository"), Path(temporary, "cache")
        there, absent = cases(repository(folder))
        for case in there.values():
            measure(case, folder, cache)
        runs: dict[str, list[Run]] = {name: [] for name in there}
        for _ in range(args.runs):
            for name, case in there.items():
                runs[name].append(measure(case, folder, cache))
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, {git.stdout.strip()}, {machine}")
    print(f"{args.runs} runs in turn\n")
    print(table(runs))
    if absent:
        print(f"\nNot on the PATH: {', '.join(absent)}")
    if args.json:
        plain = {name: [dataclasses.asdict(run) for run in done] for name, done in runs.items()}
        args.json.write_text(json.dumps(plain, indent=2))


if __name__ == "__main__":
    main()
