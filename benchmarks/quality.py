"""How much of the labelled corpus scanners find, and what they report wrongly.

Every case is written as a file of its own into a folder of its own, so that names stay as they
are. All scanners read the same folders. `benchmarks/judge.py` says what counts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from benchmarks import judge, scanners, variants
from benchmarks.corpus import PARTS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.corpus import Case
    from benchmarks.judge import Verdict
    from benchmarks.measure import Run
    from benchmarks.scanners import Found, Scanner
    from benchmarks.tables import Table

LOGGED = frozenset({"logged-secret"})


@dataclasses.dataclass
class Result:
    """What one scanner did."""

    scanner: Scanner
    verdicts: list[Verdict]
    seconds: float = 0
    cpu: float = 0
    note: str = ""

    def part(self, part: str) -> list[Verdict]:
        """Return the verdicts of one part of the corpus, see `corpus.PARTS`."""
        return [one for one in self.verdicts if one.case.part == part]


def write(cases: Sequence[Case], folder: Path) -> dict[str, Case]:
    """Write each case into a folder of its own.

    Args:
        cases: What to write.
        folder: Where the folders go.

    Returns:
        The cases by the name of their folder.
    """
    places = {}
    for number, case in enumerate(cases, 1):
        name = f"c{number:04}"
        file = folder / name / case.path
        file.parent.mkdir(parents=True)
        file.write_text(case.text, "utf-8")
        places[name] = case
    return places


def assigned(found: Sequence[Found], places: dict[str, Case]) -> dict[str, list[Found]]:
    """Return findings by the id of their case."""
    findings: dict[str, list[Found]] = {}
    for one in found:
        name = one.path.partition("/")[0]
        if name in places:
            findings.setdefault(places[name].id, []).append(one)
    return findings


def measure(
    cases: Sequence[Case], chosen: Sequence[Scanner], folder: Path, scratch: Path
) -> Iterator[Result]:
    """Yield the result of each scanner that is installed, the others with a note.

    Args:
        cases: What to scan.
        chosen: By whom.
        folder: An empty folder that the cases are written into.
        scratch: A folder for reports and caches.
    """
    places = write(cases, folder)
    known: dict[Any, tuple[list[Found], Run]] = {}
    for scanner in chosen:
        if scanner.path is None:
            yield Result(scanner, [], note="not installed")
            continue
        try:
            # The same run serves for all confidences of a scanner that tells them.
            if scanner.command not in known:
                known[scanner.command] = scanners.scan(scanner, folder, scratch)
        except scanners.ScanError as error:
            yield Result(scanner, [], note=str(error))
            continue
        found, run = known[scanner.command]
        counted = [one for one in found if scanner.low or not one.low]
        verdicts = judge.judge(cases, assigned(counted, places))
        yield Result(scanner, verdicts, run.seconds, run.cpu)


def chosen(names: Sequence[str] | None) -> list[Scanner]:
    """Return the scanners whose names start with one of these, or all.

    Raises:
        ValueError: there is none.
    """
    found = [
        scanner
        for scanner in scanners.SCANNERS
        if not names or any(scanner.name.startswith(name) for name in names)
    ]
    if not found:
        raise ValueError(f"no scanner is called {' or '.join(names or [])}")
    return found


def whole(results: Sequence[Result]) -> Table:
    """Return recall and precision of each scanner, for each part of the corpus."""
    heads = ["scanner", "part", "expected", "hit", "recall", "without logged"]
    table = [[*heads, "false alarms", "precision", "F1", "wall s", "CPU s"]]
    for result in results:
        if result.note:
            table.append([result.scanner.name, result.note, *["-"] * 9])
            continue
        for part in PARTS:
            verdicts = result.part(part)
            sum_, some = judge.tally(verdicts), judge.tally(verdicts, but=LOGGED)
            row = [result.scanner.name, part, str(sum_.expected), str(sum_.hit)]
            row += [_share(sum_.recall), _share(some.recall), str(sum_.alarms)]
            row += [_share(sum_.precision), _share(sum_.f1)]
            table.append([*row, f"{result.seconds:.1f}", f"{result.cpu:.1f}"])
    return table


def _share(number: float) -> str:
    return f"{number:.3f}"


def by_category(results: Sequence[Result], part: str) -> Table:
    """Return the recall for each category of positives, for one part of the corpus."""
    table = [["positives", "expected", *(result.scanner.name for result in results)]]
    counted = [judge.recalls(result.part(part)) for result in results]
    for category in counted[0] if counted else []:
        cells = [_share(one[category].recall) for one in counted]
        table.append([category, str(counted[0][category].expected), *cells])
    return table


def by_negative(results: Sequence[Result], part: str) -> Table:
    """Return the false alarms for each category of negatives, for one part of the corpus."""
    table = [["negatives", "labels", *(result.scanner.name for result in results)]]
    counted = [judge.alarms(result.part(part)) for result in results]
    for category in counted[0] if counted else []:
        there = max(one.get(category, (0, 0))[0] for one in counted)
        cells = [str(one.get(category, (0, 0))[1]) for one in counted]
        name = "not labelled" if category == "-" else category
        table.append([name, str(there) if there else "-", *cells])
    return table


def by_language(results: Sequence[Result], part: str) -> Table:
    """Return recall and precision for each language, for one part of the corpus."""
    table = [["language", "positives", *(f"{result.scanner.name}: R, P" for result in results)]]
    languages = sorted({one.case.language for result in results for one in result.verdicts})
    for language in languages:
        cells, expected = [], 0
        for result in results:
            mine = [one for one in result.part(part) if one.case.language == language]
            tally = judge.tally(mine)
            expected = tally.expected
            cells.append(f"{tally.recall:.2f} {tally.precision:.2f}")
        table.append([language, str(expected), *cells])
    return table


def misses(result: Result) -> Iterator[str]:
    """Yield a line for each miss and each false alarm, of what may be looked at."""
    for verdict in (one for one in result.verdicts if not one.case.held_out):
        case = verdict.case
        lines = case.text.splitlines()
        for label in verdict.missed:
            number = case.lines(label).start
            yield f"missed  {case.id}:{number}  {label.category}  {lines[number - 1].strip()[:120]}"
        for number, category in sorted(verdict.alarms.items()):
            text = lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""
            yield f"alarm   {case.id}:{number}  {category}  {text}"


def document(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return everything that was counted, for JSON."""
    return [
        {
            "scanner": result.scanner.name,
            "note": result.note,
            "seconds": round(result.seconds, 2),
            "cpu": round(result.cpu, 2),
            "parts": {part: _part(result.part(part)) for part in PARTS},
        }
        for result in results
    ]


def _part(verdicts: list[Verdict]) -> dict[str, Any]:
    languages = sorted({one.case.language for one in verdicts})
    return {
        "whole": _numbers(judge.tally(verdicts)),
        "without_logged": _numbers(judge.tally(verdicts, but=LOGGED)),
        "positives": {name: _numbers(one) for name, one in judge.recalls(verdicts).items()},
        "negatives": judge.alarms(verdicts),
        "languages": {
            name: _numbers(judge.tally([one for one in verdicts if one.case.language == name]))
            for name in languages
        },
    }


def _numbers(tally: judge.Tally) -> dict[str, float]:
    return {
        "expected": tally.expected,
        "hit": tally.hit,
        "alarms": tally.alarms,
        "recall": round(tally.recall, 4),
        "precision": round(tally.precision, 4),
    }


def run(options: argparse.Namespace, scratch: Path) -> list[Result]:
    """Measure what the options of the command line ask for.

    Args:
        options: With `tool`, `by_hand` and `keep`.
        scratch: An empty folder.

    Raises:
        ValueError: a scanner that does not exist was asked for.
        FileExistsError: the folder to keep the files in is there and is not empty.
    """
    wanted = chosen(options.tool)
    folder = options.keep or scratch / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    cases = [case for case in variants.corpus() if not (options.by_hand and case.variant)]
    reports = scratch / "reports"
    reports.mkdir()
    return list(measure(cases, wanted, folder.resolve(), reports))
