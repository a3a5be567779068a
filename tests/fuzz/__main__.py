"""Fuzzes some targets or all, one after the other, and writes down what it took.

python -m tests.fuzz [--seconds N] [--work FOLDER] [TARGET ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.fuzz.targets import TARGETS

_STATS = re.compile(rb"stat::number_of_executed_units: (\d+)")
_PULSE = re.compile(rb"#(\d+)\t\S+ +cov: (\d+)")
_LARGEST = 4096


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--work", type=Path, default=Path("fuzz-work"), help="corpora and crashes")
    asked = parser.parse_args()
    for name in asked.targets:
        row = fuzz(name, asked.seconds, asked.work)
        with (asked.work / "log.jsonl").open("a") as log:
            log.write(json.dumps(row) + "\n")
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


def fuzz(name: str, seconds: int, work: Path) -> dict[str, Any]:
    """Fuzz one target.

    Args:
        name: which.
        seconds: how long, on the clock.
        work: where its corpus, its crashes and its last output are kept.

    Returns:
        What there is to tell about it.
    """
    corpus, crashes = work / "corpus" / name, work / "crashes"
    corpus.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(exist_ok=True)
    for seed in TARGETS[name].seeds(name):
        (corpus / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LARGEST}",
        f"-artifact_prefix={crashes}/{name}-",
        *("-timeout=1200", "-rss_limit_mb=3000", "-print_final_stats=1", "-len_control=20"),
    ]
    command = [sys.executable, "-m", "tests.fuzz.one", name, *options, str(corpus)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with (work / f"{name}.out").open("wb") as out:
        done = subprocess.run(
            command, env=_environment(), stdout=out, stderr=subprocess.STDOUT, check=False
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = (work / f"{name}.out").read_bytes()
    pulses = _PULSE.findall(told)
    stats = _STATS.search(told)
    return {
        "target": name,
        "cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "seconds": round(time.monotonic() - began, 1),
        "executions": int(stats[1]) if stats else int(pulses[-1][0]) if pulses else 0,
        "branches": int(pulses[-1][1]) if pulses else 0,
        "corpus": len(list(corpus.iterdir())),
        "crashed": done.returncode != 0,
    }


def _environment() -> dict[str, str]:
    """Let the sanitizers in if the extensions were built for them."""
    import atheris

    library = Path(atheris.path()) / "asan_with_fuzzer.so"
    built = any(
        b"__asan_init" in one.read_bytes() for one in Path("leakhunt/git/packs").glob("_delta*.so")
    )
    if not built or not library.exists():
        return dict(os.environ)
    # Small buffers of Python's own allocator have no borders that could be watched.
    options = "detect_leaks=0:allocator_may_return_null=1:handle_segv=1"
    return {
        **os.environ,
        "LD_PRELOAD": str(library),
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": options,
    }


if __name__ == "__main__":
    main()
