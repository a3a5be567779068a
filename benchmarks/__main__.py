"""What can be measured, as commands.

    python -m benchmarks history --json results/history.json redis/redis=~/src/redis
    python -m benchmarks folder ~/src/redis
    python -m benchmarks file --size 2000
    python -m benchmarks staged --runs 15
    python -m benchmarks growth ~/src/redis
    python -m benchmarks stages ~/src/redis
    python -m benchmarks quality --tool leakhunt --misses
    python -m benchmarks exposure --tool leakhunt --misses

Nothing is downloaded. Tools are looked for beside this Python and on the PATH.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import (
    corpus,
    exposure,
    exposure_tools,
    growth,
    machine,
    quality,
    stages,
    subjects,
    tables,
)
from benchmarks.compare import compare, versions
from benchmarks.report import today
from benchmarks.scanners import SCANNERS
from benchmarks.subjects import Subject, SubjectError
from benchmarks.tools import TOOLS, Tool

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {
    "history": "the whole history of repositories",
    "folder": "the files of HEAD, checked out into a folder",
    "file": "one large file, a log that is made up",
    "staged": "what is about to be committed: ten files",
    "growth": "parts of a history, to see how cost grows",
    "stages": "where leakhunt's own time goes in a history, with one job",
    "quality": "what is found and what is wrongly reported in the labelled corpus",
    "exposure": "which exposed services are found in labelled cases, and what is wrongly reported",
}
OF_REPOSITORIES = {"history", "folder", "growth", "stages"}


def arguments(words: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measure scanning.")
    commands = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    names = "; ".join(tool.name for tool in TOOLS)
    for kind, text in KINDS.items():
        command = commands.add_parser(kind, help=text, description=f"Measure {text}.")
        command.add_argument("--json", type=Path, help="write every single run here too")
        command.add_argument("--markdown", action="store_true", help="print Markdown")
        if kind in OF_REPOSITORIES:
            command.add_argument("repositories", nargs="+", metavar="[NAME=]REPO")
        if kind == "history":
            command.add_argument(
                "--head", action="store_true", help="only what HEAD reaches, copied first"
            )
        if kind == "file":
            command.add_argument("--size", type=int, default=2000, help="megabytes of the log")
        if kind == "quality":
            of_quality(command)
        if kind == "exposure":
            of_exposure(command)
        if kind in {"stages", "quality", "exposure"}:
            continue
        command.add_argument("--runs", type=int, default=5, help="rounds that count [5]")
        command.add_argument("--jobs", type=int, default=2, help="of every tool [2]")
        command.add_argument("--limit", type=float, default=3600, help="seconds of a run [3600]")
        if kind != "growth":
            command.add_argument(
                "--tool",
                action="append",
                metavar="NAME",
                help=f"only this one, or all whose name starts so (repeatable): {names}",
            )
    return parser.parse_args(words)


def of_quality(command: argparse.ArgumentParser) -> None:
    """Declare the options of `quality`."""
    scanners = "; ".join(scanner.name for scanner in SCANNERS)
    command.add_argument(
        "--tool",
        action="append",
        metavar="NAME",
        help=f"only those whose name starts so (repeatable): {scanners}",
    )
    command.add_argument(
        "--misses", action="store_true", help="list misses and false alarms, not of the held-out"
    )
    command.add_argument("--by-hand", action="store_true", help="leave the variants out")
    command.add_argument("--keep", type=Path, metavar="FOLDER", help="write the files here")


def of_exposure(command: argparse.ArgumentParser) -> None:
    """Declare the options of `exposure`."""
    tools = "; ".join(tool.name for tool in exposure_tools.TOOLS)
    command.add_argument(
        "--tool",
        action="append",
        metavar="NAME",
        help=f"only those whose name starts so (repeatable): {tools}",
    )
    command.add_argument("--misses", action="store_true", help="list misses and false alarms")


def exposed(options: argparse.Namespace, scratch: Path) -> list[dict[str, Any]]:
    """Print how well scanners do with exposed services; return what goes into the document.

    Raises:
        SubjectError: what was asked for does not exist.
    """
    document = []
    try:
        for title, table in exposure.run(options, scratch):
            show(options, title, table, [])
            document.append({"title": title, "table": table})
    except ValueError as error:
        raise SubjectError(str(error)) from error
    return document


def judged(options: argparse.Namespace, scratch: Path) -> list[dict[str, Any]]:
    """Print how well scanners do in the corpus; return what goes into the document.

    Raises:
        SubjectError: what was asked for does not exist, or is in the way.
    """
    try:
        results = quality.run(options, scratch)
    except (ValueError, OSError) as error:
        raise SubjectError(str(error)) from error
    show(options, "All", quality.whole(results), [])
    ran = [result for result in results if result.verdicts]
    for part in corpus.PARTS:
        show(options, f"Recall, {part}", quality.by_category(ran, part), [])
        show(options, f"False alarms, {part}", quality.by_negative(ran, part), [])
        show(options, f"Languages, {part}", quality.by_language(ran, part), [])
    for result in ran if options.misses else []:
        print(f"{result.scanner.name}\n")
        print("\n".join(quality.misses(result)), end="\n\n")
    return quality.document(results)


def chosen(options: argparse.Namespace) -> list[Tool]:
    """Return the tools that were asked for.

    Raises:
        SubjectError: one does not exist.
    """
    if not options.tool:
        return [tool for tool in TOOLS if not tool.extra]
    found: list[Tool] = []
    for word in options.tool:
        exact = [tool for tool in TOOLS if tool.name == word]
        fitting = exact or [tool for tool in TOOLS if tool.name.startswith(word)]
        if not fitting:
            raise SubjectError(f"no tool is called {word}")
        found += fitting
    return [tool for tool in TOOLS if tool in found]


def made(options: argparse.Namespace, scratch: Path) -> Iterator[Subject]:
    """Yield what is to be scanned, made just before it is needed."""
    match options.kind:
        case "file":
            yield subjects.log(options.size * 1_000_000, scratch)
        case "staged":
            yield subjects.staged(scratch)
    for number, argument in enumerate(getattr(options, "repositories", [])):
        name, path = subjects.named(argument)
        if options.kind == "history" and options.head:
            with tempfile.TemporaryDirectory(dir=scratch) as place:
                yield subjects.older(name, path, 1, 1, Path(place))
        elif options.kind == "history":
            yield subjects.repository(name, path)
        elif options.kind == "folder":
            with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{number}-") as place:
                yield subjects.folder(name, path, Path(place))


def measured(options: argparse.Namespace, scratch: Path) -> Iterator[dict[str, Any]]:
    """Yield results, each with its table printed."""
    if options.kind == "stages":
        for argument in options.repositories:
            name, path = subjects.named(argument)
            result = stages.profile(name, path, scratch)
            show(options, name, tables.side_by_side([result]), [])
            yield result
    elif options.kind == "growth":
        for argument in options.repositories:
            name, path = subjects.named(argument)
            result = growth.measure(name, path, scratch, options)
            show(options, name, tables.grown(result["points"]), [])
            yield result
    else:
        for subject in made(options, scratch):
            result = compare(
                subject,
                options.kind,
                chosen(options),
                runs=options.runs,
                jobs=options.jobs,
                scratch=scratch / "runs",
                limit=options.limit,
            )
            heading = f"{subject.name}: {tables.facts(result)}"
            show(options, heading, tables.compared(result), tables.notes(result))
            yield result


def show(options: argparse.Namespace, heading: str, table: tables.Table, notes: list[str]) -> None:
    """Print a table with what has to be said about it."""
    text = tables.markdown(table) if options.markdown else tables.terminal(table)
    print(f"{heading}\n\n{text}")
    for note in notes:
        print(f"{'- ' if options.markdown else ''}{note}")
    print(flush=True)


def main(words: list[str] | None = None) -> int:
    """Measure, print tables, write JSON; return the exit code."""
    options = arguments(words)
    document: dict[str, Any] = {
        "schema": 1,
        "kind": options.kind,
        "taken": today(),
        "machine": machine.describe(),
        "versions": versions(TOOLS),
        "settings": {k: getattr(options, k) for k in ("runs", "jobs") if hasattr(options, k)},
        "results": [],
    }
    try:
        with tempfile.TemporaryDirectory(prefix="leakhunt-benchmarks-") as scratch:
            found = {"quality": judged, "exposure": exposed}.get(options.kind, measured)
            for result in found(options, Path(scratch)):
                document["results"].append(result)
                if options.json:
                    # After each subject: what is measured is not lost if the next one fails.
                    options.json.parent.mkdir(parents=True, exist_ok=True)
                    options.json.write_text(json.dumps(document, indent=1) + "\n")
    except SubjectError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = [row for r in document["results"] for row in r.get("rows", [])]
    return 1 if any(row["state"] == "failed" for row in failed) else 0


if __name__ == "__main__":
    # So that what runs is ended, and what was made is removed, as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
