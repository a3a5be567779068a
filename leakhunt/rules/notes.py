"""How it is said what leakhunt does not do as a rule file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.model import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def said(note: Note) -> str:
    """Return what a note says, without the place."""
    return f"rule '{note.rule}': {note.message}" if note.rule else note.message


def problems(notes: Iterable[Note]) -> Iterator[Problem]:
    """Yield what belongs into a report: a rule that is left out is a gap and has its own line.

    What many rules of a file have in common is said once.
    """
    alike: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        if note.gap:
            hint = f" (`--ignore {note.rule}` goes on without it)" if note.rule else ""
            yield Problem("rule-left-out", note.where, said(note) + hint)
        else:
            alike.setdefault((note.where.rpartition(":")[0], note.message), []).append(note)
    for (file, message), same in alike.items():
        first = same[0]
        if len(same) == 1:
            yield Problem("rule-changed", first.where, said(first), gap=False)
            continue
        text = f"{len(same)} rules, the first of them '{first.rule}': {message}"
        hint = f"`leakhunt signatures check {file}` names them all"
        yield Problem("rule-changed", first.where, f"{text} ({hint})", gap=False)
