"""How many exposed services scanners find in the labelled cases, and what they report wrongly.

* A finding **hits** a positive label if it covers its line, or if it covers no label and that is
  the nearest within three lines: an address, a port and a call may stand on several. If it covers
  the lines of a whole block, as a resource of Terraform, it hits every label in it, to the
  advantage of that scanner.
* A finding of low severity or above that covers no label but negatives, or none at all, is a
  **false alarm**; those on one line count once. Findings of information only never are.
* Scanners are asked about ports and addresses only, and judged on the formats that they know.

leakhunt is judged further: whether port and severity of what it finds are right.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from benchmarks import exposure_tools, listeners

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.exposure_tools import Found, Tool
    from benchmarks.listeners import Case, Label
    from benchmarks.tables import Table


NEAR = 3
"""Lines between a finding and the label that it means."""


@dataclasses.dataclass
class Verdict:
    """What a scanner did with one case."""

    case: Case
    hits: dict[Label, Found] = dataclasses.field(default_factory=dict)
    alarms: list[tuple[str, int, str]] = dataclasses.field(default_factory=list)
    """Path, line and reason of what was wrongly reported; `-` where nothing is labelled."""

    @property
    def positives(self) -> list[Label]:
        """What has to be found."""
        return [label for label in self.case.labels if label.sign == "+"]

    @property
    def missed(self) -> list[Label]:
        """What was not."""
        return [label for label in self.positives if label not in self.hits]


@dataclasses.dataclass(frozen=True)
class Tally:
    """Counts over some cases."""

    expected: int
    hit: int
    alarms: int
    ports: tuple[int, int]
    """Ports that were told rightly, of those that are to be known."""
    severities: tuple[int, int]

    @property
    def recall(self) -> float:
        """The share of positives that were found."""
        return self.hit / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of findings that are right."""
        return self.hit / (self.hit + self.alarms) if self.hit + self.alarms else 1.0


def judge(case: Case, found: Sequence[Found]) -> Verdict:
    """Hold findings against a case."""
    verdict = Verdict(case)
    for one in sorted(found, key=lambda one: one.last - one.first):
        covered = [
            label
            for label in case.labels
            if label.path == one.path and one.first <= label.line <= one.last
        ]
        hits = [label for label in covered if label.sign == "+"] or _nearest(case, one, covered)
        for label in hits:
            verdict.hits.setdefault(label, one)
        if hits or any(label.sign == "?" for label in covered) or one.severity == "info":
            continue
        at = covered[0] if covered else None
        alarm = (one.path, at.line if at else one.first, at.why if at else "-")
        if alarm not in verdict.alarms:
            verdict.alarms.append(alarm)
    return verdict


def _nearest(case: Case, one: Found, covered: Sequence[Label]) -> list[Label]:
    around = [
        (min(abs(label.line - one.first), abs(label.line - one.last)), label)
        for label in case.labels
        if label.sign == "+" and label.path == one.path
    ]
    near = [pair for pair in around if pair[0] <= NEAR]
    return [min(near, key=lambda pair: pair[0])[1]] if near and not covered else []


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Count verdicts."""
    expected = hit = alarms = 0
    ports, severities = [0, 0], [0, 0]
    for verdict in verdicts:
        expected += len(verdict.positives)
        hit += len(verdict.hits)
        alarms += len(verdict.alarms)
        for label, found in verdict.hits.items():
            if label.port is not None:
                ports[0] += found.port == label.port
                ports[1] += 1
            if label.severity:
                severities[0] += found.severity == label.severity
                severities[1] += 1
    return Tally(expected, hit, alarms, (ports[0], ports[1]), (severities[0], severities[1]))


def write(cases: Sequence[Case], folder: Path) -> dict[str, Case]:
    """Write each case into a folder of its own; return the cases by its name."""
    places = {}
    for number, case in enumerate(cases, 1):
        name = f"c{number:04}"
        for path, text in case.files:
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        places[name] = case
    return places


def measured(tool: Tool, cases: Sequence[Case], folder: Path) -> list[Verdict]:
    """Run a scanner over cases that are written into a folder, and judge it.

    Args:
        tool: which scanner; it is judged on the languages that it knows.
        cases: what to judge.
        folder: an empty folder.

    Raises:
        ToolError: it did not do its work.
    """
    known = [case for case in cases if not tool.languages or case.language in tool.languages]
    places = write(known, folder)
    by_case: dict[str, list[Found]] = {}
    for one in tool.run(folder):
        name, _, path = one.path.partition("/")
        by_case.setdefault(name, []).append(dataclasses.replace(one, path=path))
    return [judge(case, by_case.get(name, [])) for name, case in places.items()]


def run(options: argparse.Namespace, scratch: Path) -> Iterator[tuple[str, Any]]:
    """Yield a title and a table for each thing that can be said.

    Args:
        options: with `tool` and `misses`.
        scratch: an empty folder.
    """
    cases = listeners.cases()
    results: list[tuple[Tool, list[Verdict], str]] = []
    for number, tool in enumerate(exposure_tools.chosen(options.tool)):
        folder = scratch / str(number)
        folder.mkdir()
        try:
            results.append((tool, measured(tool, cases, folder), ""))
        except exposure_tools.ToolError as error:
            results.append((tool, [], str(error)))
    yield "All", whole(results)
    ran = [(tool, verdicts) for tool, verdicts, _ in results if verdicts]
    yield "Languages and formats: recall, precision", by_language(ran)
    if options.misses:
        for tool, verdicts in ran:
            yield f"Misses of {tool.name}", [["what", "where", "line"], *misses(verdicts)]


def whole(results: Sequence[tuple[Tool, list[Verdict], str]]) -> Table:
    """Return recall and precision of each scanner, on what it knows."""
    table = [
        ["scanner", "cases", "expected", "hit", "recall", "false alarms", "precision", "port right"]
    ]
    table[0].append("severity right")
    for tool, verdicts, note in results:
        if note:
            table.append([tool.name, note, *["-"] * 7])
            continue
        sum_ = tally(verdicts)
        row = [tool.name, str(len(verdicts)), str(sum_.expected), str(sum_.hit)]
        row += [f"{sum_.recall:.3f}", str(sum_.alarms), f"{sum_.precision:.3f}"]
        shares = [f"{right}/{of}" for right, of in (sum_.ports, sum_.severities)]
        table.append([*row, *(shares if tool.judges else ["-", "-"])])
    return table


def by_language(results: Sequence[tuple[Tool, list[Verdict]]]) -> Table:
    """Return recall and precision for each language and format."""
    table = [["language", "positives", *(tool.name for tool, _ in results)]]
    languages = sorted({v.case.language for _, verdicts in results for v in verdicts})
    for language in languages:
        cells, expected = [], 0
        for _, verdicts in results:
            mine = [one for one in verdicts if one.case.language == language]
            sum_ = tally(mine)
            expected = max(expected, sum_.expected)
            cells.append(f"{sum_.recall:.2f} {sum_.precision:.2f}" if mine else "-")
        table.append([language, str(expected), *cells])
    return table


def misses(verdicts: Iterable[Verdict]) -> Iterator[list[str]]:
    """Yield a row for each miss, false alarm, wrong port and wrong severity."""
    for verdict in verdicts:
        row = functools.partial(_place, verdict.case)
        for label in verdict.missed:
            yield row("missed", label.path, label.line)
        for path, line, why in verdict.alarms:
            yield row(f"alarm ({why})", path, line)
        for label, found in verdict.hits.items():
            if label.port is not None and found.port != label.port:
                yield row(f"port {found.port} for {label.port}", label.path, label.line)
            if label.severity and found.severity != label.severity:
                yield row(f"{found.severity} for {label.severity}", label.path, label.line)


def _place(case: Case, what: str, path: str, line: int) -> list[str]:
    lines = dict(case.files)[path].splitlines()
    said = lines[line - 1].strip() if line <= len(lines) else ""
    return [what, f"{case.id}:{path}:{line}", said[:90]]
