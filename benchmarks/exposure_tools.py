"""The scanners that look for exposed services, each asked about ports and addresses only."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.tools import SEARCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LIMIT = 900
"""Seconds that a scanner may take."""
CHECKOV = (
    *("CKV_AWS_17", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_88", "CKV_AWS_260", "CKV_AWS_277"),
    *("CKV_AWS_382", "CKV_GCP_2", "CKV_GCP_3", "CKV_GCP_11", "CKV_GCP_60", "CKV_GCP_75"),
    *("CKV_GCP_77", "CKV_GCP_88", "CKV_GCP_106", "CKV_AZURE_9", "CKV_AZURE_10", "CKV_AZURE_77"),
    *("CKV_AZURE_160", "CKV_K8S_19", "CKV_K8S_26", "CKV_DOCKER_1", "CKV_DIO_4"),
)
"""Its checks of open ports, public addresses and host networks."""
COMPOSE_LINT = ("CL-0005", "CL-0008")


class ToolError(Exception):
    """A scanner did not do its work; the text says why."""


@dataclasses.dataclass(frozen=True)
class Found:
    """One finding.

    Attributes:
        path: relative to the folder that was scanned, with slashes.
        first: its first line, from 1.
        last: its last line.
        severity: as leakhunt calls it; what others call differently is `low`.
        port: its port, if that is told.
    """

    path: str
    first: int
    last: int
    severity: str = "low"
    port: int | None = None


@dataclasses.dataclass(frozen=True)
class Tool:
    """A scanner.

    Attributes:
        name: with what it is asked.
        program: what is started.
        languages: those that it knows; none means all.
        command: from program and folder to words.
        read: from what it prints, and the folder, to findings.
        judges: it tells ports and severities that can be held against ours.
    """

    name: str
    program: str
    languages: frozenset[str]
    command: Callable[[str, Path], list[str]]
    read: Callable[[str, Path], Iterator[Found]]
    judges: bool = False

    def run(self, folder: Path) -> list[Found]:
        """Scan a folder.

        Raises:
            ToolError: it is not installed, or failed.
        """
        own = self.program == "leakhunt"
        path = sys.executable if own else shutil.which(self.program, path=SEARCHED)
        if path is None:
            raise ToolError("not installed")
        words = self.command(path, folder)
        environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
        try:
            done = subprocess.run(
                words, cwd=folder, env=environment, capture_output=True, timeout=LIMIT, check=False
            )
        except subprocess.TimeoutExpired:
            raise ToolError(f"took more than {LIMIT} s") from None
        try:
            return list(self.read(done.stdout.decode("utf-8", "replace"), folder))
        except (ValueError, KeyError, TypeError) as error:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise ToolError(f"failed: {said[-1][:200] if said else error}") from None


def _leakhunt(program: str, _folder: Path) -> list[str]:
    words = ["scan", "--select", "exposure", "--format", "json", "--no-default-excludes", "."]
    return [program, "-m", "leakhunt", *words]


def _of_leakhunt(printed: str, _folder: Path) -> Iterator[Found]:
    for one in json.loads(printed)["findings"]:
        if one["signature"].startswith("exposure-check"):
            continue
        properties = one["properties"]
        port = properties.get("published_port", properties.get("port"))
        for place in one["locations"]:
            last = place.get("end_line") or place["line"]
            yield Found(place["path"], place["line"], last, one["severity"], port)


def _of_bandit(printed: str, _folder: Path) -> Iterator[Found]:
    for one in json.loads(printed)["results"]:
        path = one["filename"].removeprefix("./")
        yield Found(path, one["line_number"], one["line_number"])


def _of_checkov(printed: str, _folder: Path) -> Iterator[Found]:
    read: Any = json.loads(printed)
    for part in read if isinstance(read, list) else [read]:
        for one in part.get("results", {}).get("failed_checks", []):
            first, last = one["file_line_range"]
            yield Found(one["file_path"].lstrip("/"), first, last)


def _of_semgrep(printed: str, _folder: Path) -> Iterator[Found]:
    for one in json.loads(printed)["results"]:
        yield Found(one["path"], one["start"]["line"], one["end"]["line"])


def _compose_files(folder: Path) -> list[str]:
    name = re.compile(r"(?:compose|stack)[^/]*\.ya?ml$")
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*"))
    return sorted(file for file in files if name.search(file))


def _of_compose_lint(printed: str, _folder: Path) -> Iterator[Found]:
    for one in json.loads(printed)["findings"]:
        if one["rule_id"] in COMPOSE_LINT and one["line"]:
            yield Found(one["file"], one["line"], one["line"])


TOOLS = (
    Tool("leakhunt", "leakhunt", frozenset(), _leakhunt, _of_leakhunt, judges=True),
    Tool(
        "bandit B104",
        "bandit",
        frozenset({"python"}),
        lambda program, _: [program, "-q", "-r", "-f", "json", "-t", "B104", "."],
        _of_bandit,
    ),
    Tool(
        "checkov",
        "checkov",
        frozenset({"terraform", "cloudformation", "kubernetes", "dockerfile"}),
        lambda program, _: [
            *(program, "--directory", ".", "--output", "json", "--quiet", "--compact"),
            *("--skip-download", "--check", ",".join(CHECKOV)),
        ],
        _of_checkov,
    ),
    Tool(
        "compose-lint",
        "compose-lint",
        frozenset({"compose"}),
        lambda program, folder: [program, "--format", "json", *_compose_files(folder)],
        _of_compose_lint,
    ),
    Tool(
        "semgrep (own rules)",
        "semgrep",
        frozenset(),
        lambda program, _: [
            *(program, "scan", "--json", "--metrics", "off", "--disable-version-check"),
            *("--config", os.environ.get("SEMGREP_RULES", ""), "."),
        ],
        _of_semgrep,
    ),
)


def chosen(names: Sequence[str] | None) -> list[Tool]:
    """Return the scanners whose names start with one of these, or all.

    Semgrep has no rules of its own offline: it runs if `SEMGREP_RULES` names a folder of them.

    Raises:
        ValueError: there is none.
    """
    found = [tool for tool in TOOLS if not names or any(tool.name.startswith(n) for n in names)]
    if not found:
        raise ValueError(f"no scanner is called {' or '.join(names or [])}")
    return found
