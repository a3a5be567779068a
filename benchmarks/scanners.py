"""The scanners whose findings are judged, each run as a user would run it.

Every scanner gets the same folder, works offline, and tells where it found what. What is not
installed is left out, and said.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Command, Run, measure
from benchmarks.tools import SEARCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclasses.dataclass(frozen=True)
class Found:
    """One finding, whoever made it."""

    path: str
    """Relative to the folder that was scanned, with slashes."""
    first: int
    """First line, counted from 1."""
    last: int
    values: tuple[str, ...] = ()
    """What was found, in full; empty if the scanner does not tell."""
    digests: tuple[str, ...] = ()
    """SHA-1 of what was found, where only that is told."""
    low: bool = False
    """Whether the scanner itself has little confidence, so that it is not shown by default."""


@dataclasses.dataclass(frozen=True)
class Scanner:
    """One scanner with one choice of options."""

    name: str
    program: str
    command: Callable[[str, Path, Path], Command]
    """Takes the path of the program, the folder to scan and the file for the report."""
    read: Callable[[bytes | str], Iterator[Found]]
    """Reads the report."""
    fine: frozenset[int] = frozenset({0, 1})
    """Exit codes of a complete scan, findings or not."""
    low: bool = False
    """Findings of low confidence count too."""
    extra: bool = False
    """It runs only if it is asked for."""

    @property
    def path(self) -> str | None:
        """Where the program lies, or None if it is not installed."""
        return shutil.which(self.program, path=SEARCHED)


class ScanError(Exception):
    """A scanner did not do its work; the text says how it ended."""


def scan(scanner: Scanner, folder: Path, scratch: Path) -> tuple[list[Found], Run]:
    """Run a scanner over a folder and return what it found and what that cost.

    Args:
        scanner: One that is installed.
        folder: What to scan.
        scratch: A folder for its report and its caches, outside of the other.

    Raises:
        ScanError: it failed.
    """
    assert scanner.path is not None
    report = scratch / f"{scanner.name.replace(' ', '-')}.report"
    run = measure(scanner.command(scanner.path, folder, report))
    if run.code not in scanner.fine or not report.exists():
        raise ScanError(f"{scanner.name} ended with {run.code}: {run.said}")
    found = [
        dataclasses.replace(one, path=_relative(one.path, folder))
        for one in scanner.read(report.read_bytes())
    ]
    return found, run


def _relative(path: str, folder: Path) -> str:
    whole = Path(path)
    if whole.is_absolute():
        whole = whole.relative_to(folder)
    return whole.as_posix()


def _leakhunt(program: str, folder: Path, report: Path) -> Command:
    # Those of low confidence are told apart by whoever counts.
    arguments = [program, "scan", str(folder), "--reveal", "--quiet", "--min-confidence", "low"]
    arguments += ["--format", "json", "--output", str(report)]
    cache = str(report.with_suffix(".cache"))
    return Command(arguments, cwd=folder, environment={"LEAKHUNT_CACHE": cache})


def from_leakhunt(report: bytes | str) -> Iterator[Found]:
    """Yield the findings of a report of leakhunt."""
    for finding in json.loads(report)["findings"]:
        for place in finding["locations"]:
            yield Found(
                place["path"],
                place["line"],
                place.get("end_line", place["line"]),
                (finding["secret"],) if finding.get("secret") else (),
                low=finding.get("confidence") == "low",
            )


def _kingfisher(*options: str) -> Callable[[str, Path, Path], Command]:
    def command(program: str, folder: Path, report: Path) -> Command:
        arguments = [program, "scan", str(folder), "--no-validate", "--no-update-check"]
        arguments += ["--no-dedup", "--git-history", "none", *options]
        arguments += ["--format", "json", "--output", str(report)]
        cache = str(report.with_suffix(".cache"))
        return Command(arguments, environment={"KF_RULE_CACHE_DIR": cache})

    return command


def from_kingfisher(report: bytes | str) -> Iterator[Found]:
    """Yield the findings of a report of kingfisher."""
    for row in json.loads(report)["findings"]:
        finding = row["finding"]
        value, line = finding["snippet"], finding["line"]
        yield Found(finding["path"], line, line + value.count("\n"), (value,))


def _detect_secrets(program: str, folder: Path, report: Path) -> Command:
    return Command([program, "scan", "--all-files", "-n", "."], cwd=folder, output=report)


def from_detect_secrets(report: bytes | str) -> Iterator[Found]:
    """Yield the findings of a report of detect-secrets."""
    for path, rows in json.loads(report)["results"].items():
        for row in rows:
            line = row["line_number"]
            yield Found(path, line, line, digests=(row["hashed_secret"],))


def _credsweeper(program: str, folder: Path, report: Path) -> Command:
    arguments = [program, "--path", str(folder), "--save-json", str(report), "--no-stdout"]
    return Command([*arguments, "--jobs", "2"], cwd=report.parent)


def from_credsweeper(report: bytes | str) -> Iterator[Found]:
    """Yield the findings of a report of credsweeper."""
    for row in json.loads(report):
        rows: list[dict[str, Any]] = row["line_data_list"]
        numbers = [one["line_num"] for one in rows]
        values = tuple(str(one["value"]) for one in rows if one["value"])
        yield Found(rows[0]["path"], min(numbers), max(numbers), values)


_KINGFISHER = frozenset({0, 200, 205})
SCANNERS = [
    Scanner("leakhunt", "leakhunt", _leakhunt, from_leakhunt),
    Scanner("leakhunt with low", "leakhunt", _leakhunt, from_leakhunt, low=True),
    Scanner("kingfisher", "kingfisher", _kingfisher(), from_kingfisher, _KINGFISHER),
    Scanner(
        "kingfisher low",
        "kingfisher",
        _kingfisher("--confidence", "low"),
        from_kingfisher,
        _KINGFISHER,
    ),
    Scanner("detect-secrets", "detect-secrets", _detect_secrets, from_detect_secrets),
    Scanner("credsweeper", "credsweeper", _credsweeper, from_credsweeper),
]
