"""The reports of `leakhunt ports check` and `diff`, for people, for CI and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

from leakhunt.outputs.github import PER_LEVEL, command
from leakhunt.outputs.layout import row
from leakhunt.outputs.port_tables import draw, problems
from leakhunt.outputs.table import UNWRAPPED, table
from leakhunt.outputs.text import counted, listed, number, printable, utf8_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.exposure.inventory.changes import Change
    from leakhunt.exposure.inventory.model import Fault, Survey

_STYLES = {
    "wider": "bold red",
    "undeclared": "bold red",
    "opened": "bold red",
    "shared": "bold yellow",
    "allow": "bold yellow",
}
_SIGNS = {"opened": "+", "closed": "-", "wider": "!", "narrower": "~", "changed": "~"}


def write_json(document: Mapping[str, Any], stream: TextIO) -> None:
    """Write one indented JSON object in ASCII."""
    json.dump(utf8_tree(document), stream, indent=2, allow_nan=False)
    stream.write("\n")


def write_check(
    found: Survey, faults: Sequence[Fault], meanings: Mapping[str, str], stream: TextIO
) -> None:
    """Write where the inventory and the files differ.

    Args:
        found: the files, and the inventory.
        faults: the differences, worst first.
        meanings: what each kind of them means.
        stream: where to write.
    """
    kind = ""
    for fault in faults:
        if fault.kind != kind:
            kind = fault.kind
            title = (f" {kind.upper()} ", f"{_STYLES.get(kind, 'bold')} reverse")
            draw([row(title, f"  {meanings[kind]}"), row()], stream)
        line = f":{fault.line}" if fault.line else ""
        draw(
            [
                row((f"{printable(fault.path)}{line}", "cyan"), indent=2),
                row((printable(fault.message), "bold"), indent=4),
                row((printable(fault.advice), "dim"), indent=4),
                row(),
            ],
            stream,
        )
    entries = len(found.inventory.entries) if found.inventory else 0
    declared = f"{counted(entries, 'port')} declared, {number(len(found.found))} in files"
    if faults:
        kinds = [fault.kind for fault in faults]
        counts = listed([f"{number(kinds.count(one))} {one}" for one in dict.fromkeys(kinds)])
        said = f"{counted(len(faults), 'difference')}: {counts} ({declared})."
        draw([row((said, "bold red"))], stream)
    else:
        draw([row((f"The inventory and the files agree: {declared}.", "bold green"))], stream)
    draw(problems(found.problems), stream)


def write_annotations(found: Survey, faults: Sequence[Fault], stream: TextIO) -> None:
    """Write the differences as annotations for a GitHub Actions log."""
    lines = []
    for fault in faults:
        place: dict[str, object] = {"file": fault.path} if fault.path else {}
        if fault.line:
            place["line"] = fault.line
        title = {"title": f"leakhunt ports: {fault.kind}"}
        lines.append(command("error", place | title, f"{fault.message}; {fault.advice}"))
    shown = lines[:PER_LEVEL]
    if len(lines) > PER_LEVEL:
        left = number(len(lines) - PER_LEVEL)
        shown.append(command("error", {"title": "leakhunt ports"}, f"{left} more differences"))
    for problem in found.problems:
        level = "error" if problem.gap else "warning"
        title = {"title": "leakhunt could not read everything"}
        shown.append(command(level, title, f"{problem.where}: {problem.message}"))
    stream.write("".join(f"{line}\n" for line in shown))
    stream.write(f"leakhunt: {counted(len(faults), 'difference')} to the inventory of ports\n")


def write_changes(changes: Sequence[Change], since: str, stream: TextIO) -> None:
    """Write what opened and closed.

    Args:
        changes: what opened first.
        since: what was compared with.
        stream: where to write.
    """
    lines = []
    for one in changes:
        line = f":{one.line}" if one.line else ""
        protocol = "" if one.protocol == "tcp" else f"/{one.protocol}"
        lines.append(
            (
                (f"{_SIGNS[one.kind]} {one.kind}", _STYLES.get(one.kind, "")),
                (printable(one.service), "bold"),
                f"{one.port}{protocol}",
                printable(" -> ".join(filter(None, (one.before, one.after)))),
                (f"{printable(one.path)}{line}" if one.path else "", "cyan"),
            )
        )
    if lines:
        draw(table(("CHANGE", "SERVICE", "PORT", "HOW", "WHERE"), lines), stream, UNWRAPPED)
        draw([row()], stream)
    kinds = [one.kind for one in changes]
    counts = listed([f"{number(kinds.count(one))} {one}" for one in dict.fromkeys(kinds)])
    said = f"Since {printable(since)}: {counts or 'nothing changed'}."
    draw([row((said, "bold"))], stream)
