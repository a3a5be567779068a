"""Where leakhunt's time goes in a scan of a history with one job: CPU seconds of each stage.

A stage is a function or a few. Its time is its own: what another stage takes inside it counts
there only. The time of git's processes counts where they are waited for. What is in no stage
(walking the trees, building objects, the loop around all) is "the rest".
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import json
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.subjects import SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable

STAGES = {
    "listing what the packs hold": (
        "leakhunt.sources.packs:open_packs",
        "leakhunt.sources.packs:outside",
        "leakhunt.git.packs.table:Pack.tasks",
    ),
    "walking delta trees": ("leakhunt.git.packs.bulk:walk_versions",),
    "inflate": ("leakhunt.git.packs.inflate:inflate", "leakhunt.git.packs.inflate:decompress"),
    "first pass": ("leakhunt.engine.prefilter:Prefilter.scan",),
    "confirm": ("leakhunt.engine.confirm:confirm",),
    "checks": ("leakhunt.engine.judge:judge", "leakhunt.engine.pairing:pair"),
    "messages": ("leakhunt.sources.packs:prose",),
    "trees of folders": (
        "leakhunt.git.packs.folders:read_pack",
        "leakhunt.git.packs.folders:read_outside",
    ),
    "listing commits": ("leakhunt.git.graph:Listener.read",),
    "attribution": ("leakhunt.sources.history:HistorySource.locate",),
    "signatures": (
        "leakhunt.commands.choosing:load_signatures",
        "leakhunt.engine.prefilter:Prefilter.__init__",
    ),
    "output": ("leakhunt.outputs.registry:write",),
}
REST = "the rest"
ROOT = Path(__file__).parent.parent


class Clock:
    """Counts CPU time by stage; the innermost stage gets it."""

    def __init__(self) -> None:
        self.stages: defaultdict[str, float] = defaultdict(float)
        self._within = [REST]
        self._since = _now()

    def _turn(self) -> None:
        now = _now()
        self.stages[self._within[-1]] += now - self._since
        self._since = now

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that its time counts for a stage."""
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generate(*args: Any, **options: Any) -> Any:
                step = self.timed(stage, functools.partial(next, function(*args, **options)))
                with contextlib.suppress(StopIteration):
                    while True:
                        yield step()

            return generate

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            self._turn()
            self._within.append(stage)
            try:
                return function(*args, **options)
            finally:
                self._turn()
                self._within.pop()

        return call

    def end(self) -> dict[str, float]:
        """Return the seconds of each stage."""
        self._turn()
        return dict(self.stages)


def _now() -> float:
    """CPU seconds of this process and of the children that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def find(place: str) -> tuple[Any, str, Any]:
    """Return what holds a function, its name there, and the function.

    Raises:
        SubjectError: it is not there; the table of stages has to follow the code.
    """
    module, _, path = place.partition(":")
    *outer, name = path.split(".")
    try:
        holder = functools.reduce(getattr, outer, importlib.import_module(module))
        return holder, name, vars(holder)[name]
    except (ImportError, AttributeError, KeyError):
        raise SubjectError(f"there is no {place} any more: correct benchmarks/stages.py") from None


def install(clock: Clock) -> None:
    """Put the clock around every stage, wherever modules of leakhunt hold the function."""
    for stage, places in STAGES.items():
        for place in places:
            holder, name, function = find(place)
            if isinstance(function, classmethod):
                setattr(holder, name, classmethod(clock.timed(stage, function.__func__)))
                continue
            timed = clock.timed(stage, function)
            setattr(holder, name, timed)
            for module in [m for n, m in sys.modules.items() if n.startswith("leakhunt.")]:
                if vars(module).get(name) is function:
                    setattr(module, name, timed)


def profile(name: str, path: Path, scratch: Path) -> dict[str, Any]:
    """Scan a history once in a fresh process and return the seconds of its stages.

    Raises:
        SubjectError: it could not be scanned.
    """
    report = scratch / "stages.json"
    environment = {"LEAKHUNT_CACHE": str(scratch / "cache"), **os.environ}
    command = [sys.executable, "-m", "benchmarks.stages", str(path), str(report)]
    for _ in range(2):  # the first run fills the cache
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            said = [line for line in lines if not line.startswith("hint: ")]
            reason = (said or ["no reason given"])[-1]
            raise SubjectError(f"{name} could not be scanned: {reason}")
    found = json.loads(report.read_text())
    return {"subject": name, "stages": found, "total": sum(found.values())}


def _scan(repository: str, report: str) -> None:
    """Scan in this process, with the clock in place, and write what it says."""
    clock = Clock()
    # Stages of modules that are imported late would not be found in them afterwards.
    install(clock)
    from leakhunt.cli import main

    scanned = f"{report}.scan"
    words = ["history", repository, "-j", "1", "-q", "-f", "json", "-o", scanned, "--allow-gaps"]
    with contextlib.suppress(SystemExit):
        main(words)
    if not Path(scanned).exists():
        raise SystemExit(2)
    Path(report).write_text(json.dumps({k: round(v, 4) for k, v in clock.end().items()}))


if __name__ == "__main__":
    _scan(*sys.argv[1:3])
