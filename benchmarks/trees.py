"""How often findings in real trees are right, and how much of what others find is found.

    python -m benchmarks.trees FOLDER [--markdown] [--levels high,medium]

The folder holds trees and what people said of them, which is not in this repository:

- `NAME/`: a tree;
- `NAME.own.jsonl`: findings of leakhunt that were read, one a line: `{"path", "line", "label"}`,
  the label one of `real`, `test` (made up for a test, a sample or documentation), `public` (of the
  form, but meant to be seen) and `wrong`;
- `NAME.labels.jsonl`: what other scanners report: `{"path", "line", "tools": [...], "label"}`, of
  which only `real` counts.

A finding has the best label of its places; one without any is `open`. Of two places one line counts
once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import tables

LABELS = ("real", "test", "public", "wrong", "open")
"""From best to worst."""
LEVELS = ("high", "medium", "low")
Place = tuple[str, int]


def scanned(tree: Path, least: str) -> dict[str, Any]:
    """Return the report of leakhunt on a tree.

    Args:
        tree: the folder.
        least: how sure findings are at least.

    Raises:
        OSError: the scan failed.
    """
    command = [sys.executable, "-m", "leakhunt", "scan", ".", "--format", "json", "--quiet"]
    command += ["--ignore", "exposure", "--min-confidence", least]
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise OSError(f"{tree.name}: {done.stderr.decode(errors='replace').strip()}") from None
    return found


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of labels; none if there is no such file."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def places(finding: dict[str, Any]) -> set[Place]:
    """Return the lines that a finding covers."""
    return {
        (where["path"], line)
        for where in finding["locations"]
        for line in range(where["line"], where.get("end_line", where["line"]) + 1)
    }


def judged(report: dict[str, Any], own: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Count findings by level and label.

    Args:
        report: of one tree.
        own: what people said of findings in it.
    """
    said = {(row["path"], row["line"]): row["label"] for row in own}
    counts: Counter[tuple[str, str]] = Counter()
    for finding in report["findings"]:
        labels = {said[place] for place in places(finding) if place in said}
        label = min(labels, key=LABELS.index, default="open")
        counts[finding["confidence"], label] += 1
    return counts


def compared(report: dict[str, Any], others: list[dict[str, Any]]) -> Counter[str]:
    """Count the real credentials that others find: all, by tool, and of these ours.

    Args:
        report: of one tree.
        others: what others report there.
    """
    ours = {place for finding in report["findings"] for place in places(finding)}
    found: dict[Place, set[str]] = {}
    for row in others:
        if row["label"] == "real":
            found.setdefault((row["path"], row["line"]), set()).update(row["tools"])
    counts: Counter[str] = Counter(tool for tools in found.values() for tool in tools)
    counts["any"] = len(found)
    counts["leakhunt"] = len(found.keys() & ours)
    return counts


def table(folder: Path, levels: list[str]) -> tables.Table:
    """Return the table of all trees of a folder that have labels.

    Args:
        folder: see above.
        levels: the levels of confidence that count.
    """
    names = sorted(file.name.partition(".")[0] for file in folder.glob("*.own.jsonl"))
    tools = sorted(
        {
            tool
            for name in names
            for row in rows(folder / f"{name}.labels.jsonl")
            for tool in row["tools"]
        }
    )
    head = ["tree", "files"]
    head += [f"{level}: {'/'.join(LABELS)}" for level in levels]
    head += ["real ones of others", *tools, "leakhunt"]
    lines, level_sums, other_sums, files = [], Counter[tuple[str, str]](), Counter[str](), 0
    for name in names:
        report = scanned(folder / name, levels[-1])
        own = judged(report, rows(folder / f"{name}.own.jsonl"))
        others = compared(report, rows(folder / f"{name}.labels.jsonl"))
        level_sums, other_sums = level_sums + own, other_sums + others
        count = int(report["scanned"].get("files", 0))
        files += count
        lines.append([name, f"{count:,}", *_cells(own, others, levels, tools)])
    lines.append(["all", f"{files:,}", *_cells(level_sums, other_sums, levels, tools)])
    return [head, *lines]


def _cells(
    own: Counter[tuple[str, str]], others: Counter[str], levels: list[str], tools: list[str]
) -> list[str]:
    by_level = [" / ".join(str(own[level, label]) for label in LABELS) for level in levels]
    return [*by_level, *(str(others[name]) for name in ("any", *tools, "leakhunt"))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trees", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--levels", default="high,medium")
    options = parser.parse_args()
    levels = [level for level in LEVELS if level in options.levels.split(",")]
    found = table(options.folder, levels)
    print(tables.markdown(found) if options.markdown else tables.terminal(found))


if __name__ == "__main__":
    main()
