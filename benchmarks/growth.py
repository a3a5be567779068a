"""How the cost of a history grows: the same repository cut at an eighth, a quarter, a half, all."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import subjects
from benchmarks.compare import compare
from benchmarks.subjects import SubjectError
from benchmarks.tools import TOOLS

if TYPE_CHECKING:
    import argparse

PARTS = (1, 2, 4, 8)
OF = 8


def measure(name: str, path: Path, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Scan parts of one history with leakhunt.

    Args:
        name: of the repository.
        path: where it lies; it is only read.
        scratch: where the parts are put, each until it has been scanned.
        options: `runs`, `jobs` and `limit`.

    Raises:
        SubjectError: a part cannot be cut off, or its scan failed.
    """
    tools = [tool for tool in TOOLS if tool.name == "leakhunt"]
    points = []
    for part in PARTS:
        with tempfile.TemporaryDirectory(dir=scratch) as place:
            subject = subjects.older(name, path, part, OF, Path(place))
            result = compare(
                subject,
                "history",
                tools,
                runs=options.runs,
                jobs=options.jobs,
                scratch=Path(place, "runs"),
                limit=options.limit,
            )
            shutil.rmtree(subject.path)
        (row,) = result["rows"]
        if not row["runs"]:
            raise SubjectError(f"{subject.name} could not be scanned: {row['note']}")
        cpu = statistics.median(run["cpu"] for run in row["runs"])
        seconds = statistics.median(run["seconds"] for run in row["runs"])
        points.append(
            {
                "subject": subject.name,
                "repository": name,
                "facts": subject.facts,
                "cpu": cpu,
                "seconds": seconds,
                "rows": [row],
            }
        )
    return {"subject": name, "points": points}
