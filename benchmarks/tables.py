"""Turns measurements into tables: Markdown for the docs, aligned columns for the terminal."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Table = list[list[str]]
"""Rows of cells, the heads first. The first column is text, the others are numbers."""
Runs = list[dict[str, float]]
"""What each round cost."""
BASE = "leakhunt"
"""What the others are compared with."""
HEADS = [
    "tool",
    "wall s",
    "least to most",
    "CPU s",
    "wall ÷ leakhunt's",
    "CPU ÷ leakhunt's",
    "MB largest",
    "MB together",
    "MB own",
    "findings",
    "exit",
]


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    rules = ["---", *["--:"] * (len(table[0]) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [table[0], rules, *table[1:]])


def terminal(table: Table) -> str:
    """Return a table in aligned columns."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for cells in table:
        first, *others = zip(cells, widths, strict=True)
        line = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        lines.append("  ".join(line).rstrip())
    return "\n".join(lines) + "\n"


def compared(result: dict[str, Any]) -> Table:
    """Return the table of one subject; what was not measured has a row that says so."""
    rows = result["rows"]
    base: Runs = next((row["runs"] for row in rows if row["tool"] == BASE), [])
    return [HEADS, *(_cells(row, base) for row in rows)]


def notes(result: dict[str, Any]) -> list[str]:
    """Return a sentence for every row that is not simply done."""
    return [f"{row['tool']}: {row['note']}" for row in result["rows"] if row["note"]]


def _cells(row: dict[str, Any], base: Runs) -> list[str]:
    runs = row["runs"]
    if not runs:
        return [row["tool"], row["state"], *["-"] * (len(HEADS) - 3), _known(row["code"])]
    seconds = [run["seconds"] for run in runs]
    return [
        row["tool"],
        time(statistics.median(seconds)),
        f"{time(min(seconds))} to {time(max(seconds))}",
        time(statistics.median(run["cpu"] for run in runs)),
        ratio(runs, base, "seconds"),
        ratio(runs, base, "cpu"),
        f"{max(run['megabytes'] for run in runs):.0f}",
        _known(row["together"], "{:.0f}"),
        _known(row["own"], "{:.0f}"),
        _known(row["findings"]),
        _known(row["code"]),
    ]


def _known(number: float | None, form: str = "{}") -> str:
    return "-" if number is None else form.format(number)


def time(seconds: float) -> str:
    """Return seconds with as many digits as mean something."""
    return (
        f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"
    )


def ratio(runs: Runs, base: Runs, key: str) -> str:
    """Return how many times the base's cost, round by round: the median, and least to most."""
    ratios = sorted(
        run[key] / other[key] for run, other in zip(runs, base, strict=False) if other[key]
    )
    if runs is base or not ratios:
        return "1" if runs is base else "-"
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def facts(result: dict[str, Any]) -> str:
    """Return the size of a subject in words: `70,104 blobs, 5.63 GB`."""
    known = result["facts"]
    words = [f"{known[key]:,} {key}" for key in ("commits", "blobs", "files") if key in known]
    words.append(size(known["bytes"]))
    if "packed" in known:
        words.append(f"{size(known['packed'])} packed")
    return ", ".join(words)


def size(count: int) -> str:
    """Return bytes in the unit that fits."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.2f} {unit}"
    return f"{count} B"


def grown(points: Sequence[dict[str, Any]]) -> Table:
    """Return how cost grows over parts of histories."""
    heads = ["history", "commits", "blobs", "GB", "CPU s", "CPU ms per 1,000 blobs", "CPU s per GB"]
    table = [heads]
    for point in points:
        known, cpu = point["facts"], point["cpu"]
        table.append(
            [
                point["subject"],
                f"{known['commits']:,}",
                f"{known['blobs']:,}",
                f"{known['bytes'] / 1e9:.2f}",
                time(cpu),
                f"{cpu * 1e6 / max(known['blobs'], 1):.0f}",
                f"{cpu * 1e9 / max(known['bytes'], 1):.2f}",
            ]
        )
    return table


def side_by_side(results: Sequence[dict[str, Any]]) -> Table:
    """Return the CPU seconds and the share of each stage, a pair of columns for each scan."""
    summed: Counter[str] = Counter()
    for result in results:
        summed.update(result["stages"])
    table = [["stage"]]
    for result in results:
        table[0] += [f"{result['subject']}: CPU s", "share"]
    for stage, _ in summed.most_common():
        table.append([stage])
        for result in results:
            seconds = result["stages"].get(stage, 0.0)
            share = seconds / result["total"] if result["total"] else 0
            table[-1] += [f"{seconds:.2f}", f"{share:.1%}"]
    table.append(["all"])
    for result in results:
        table[-1] += [f"{result['total']:.2f}", "100.0%"]
    return table
