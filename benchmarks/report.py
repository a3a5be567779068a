"""Rewrites the tables of docs/performance.md, and its plot, from the JSON files of measurements.

    python -m benchmarks.report results/*.json

Between `<!-- measured: KIND -->` and `<!-- /measured -->` stands what came of each kind. A kind
of which no file is given stays as it is. Of several files of one kind all results are shown.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks import plot, tables

PAGE = Path(__file__).parent.parent / "docs/performance.md"
PICTURE = "growth.svg"
BLOCK = re.compile(r"(?ms)^<!-- measured: (?P<kind>\w+) -->\n.*?^<!-- /measured -->$")
TITLE = "CPU time of leakhunt over parts of a history"


def today() -> str:
    """Return the date, as files and the page have it."""
    return datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%d")


def render(documents: list[dict[str, Any]]) -> dict[str, str]:
    """Return the text of each kind that was measured."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        kinds.setdefault(document["kind"], []).append(document)
    texts = {kind: "\n".join(map(_document, found)) for kind, found in kinds.items()}
    if "growth" in kinds:
        texts["growth"] = f"![{TITLE}]({PICTURE})\n\n{texts['growth']}"
    return {**texts, "machine": _machines(documents)} if documents else texts


def _machines(documents: list[dict[str, Any]]) -> str:
    lines = []
    for document in documents:
        found = document["machine"]
        line = (
            f"{found['cpu']} ({found['architecture']}), {found['cores']} cores, "
            f"{found['gigabytes']} GB of memory, {found['system']}, Python {found['python']}, "
            f"git {found['git']}."
        )
        lines += [line] if line not in lines else []
    versions: dict[str, set[str]] = {}
    for document in documents:
        for program, version in document["versions"].items():
            versions.setdefault(program, set()).update({version} if version else ())
    there = [f"{program} {', '.join(sorted(v))}" for program, v in sorted(versions.items()) if v]
    gone = [program for program, found in sorted(versions.items()) if not found]
    lines.append(f"Measured: {'; '.join(there)}.")
    if gone:
        lines.append(f"Not installed there, so not measured: {', '.join(gone)}.")
    return "\n\n".join(lines) + "\n"


def _document(document: dict[str, Any]) -> str:
    settings = document["settings"]
    said = [
        f"{settings[key]} {word}"
        for key, word in (("runs", "rounds"), ("jobs", "jobs"))
        if key in settings
    ]
    head = f"Taken on {document['taken']}" + (f", {', '.join(said)}." if said else ".")
    kind, results = document["kind"], document["results"]
    if kind == "growth":
        points = [point for result in results for point in result["points"]]
        return f"{head}\n\n{tables.markdown(tables.grown(points))}"
    if kind == "stages":
        return f"{head}\n\n{tables.markdown(tables.side_by_side(results))}"
    return f"{head}\n\n" + "\n".join(map(_compared, results))


def _compared(result: dict[str, Any]) -> str:
    before, after = result["load"]
    text = (
        f"**{result['subject']}** ({tables.facts(result)}; load of the machine {before} "
        f"before, {after} after):\n\n{tables.markdown(tables.compared(result))}"
    )
    notes = "".join(f"- {note}\n" for note in tables.notes(result))
    return f"{text}\n{notes}" if notes else text


def rewrite(page: str, texts: dict[str, str]) -> str:
    """Return the page with the given texts between their marks.

    Raises:
        ValueError: a text has no place in the page.
    """
    lost = texts.keys() - {found["kind"] for found in BLOCK.finditer(page)}
    if lost:
        raise ValueError(f"the page has no marks for {', '.join(sorted(lost))}")

    def text(found: re.Match[str]) -> str:
        kind = found["kind"]
        if kind not in texts:
            return found[0]
        return f"<!-- measured: {kind} -->\n\n{texts[kind]}\n<!-- /measured -->"

    return BLOCK.sub(text, page)


def main(words: list[str] | None = None) -> int:
    """Read files, write the page and the plot; return the exit code."""
    parser = argparse.ArgumentParser("python -m benchmarks.report")
    parser.add_argument("files", nargs="+", type=Path, metavar="JSON")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(words)
    try:
        documents = [json.loads(path.read_text("utf-8")) for path in options.files]
        page = rewrite(options.page.read_text("utf-8"), render(documents))
    except (OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    options.page.write_text(page, "utf-8")
    points = [
        point
        for document in documents
        if document["kind"] == "growth"
        for result in document["results"]
        for point in result["points"]
    ]
    if points:
        options.page.with_name(PICTURE).write_text(plot.draw(points, TITLE), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
