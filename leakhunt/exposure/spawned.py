"""Command lines that code starts: `subprocess.run(["redis-server", ...])`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts

_LISTS = {"run", "Popen", "call", "check_call", "check_output", "spawn", "execFile", "fork"}
_TEXTS = {*_LISTS, "system", "popen", "exec", "execSync", "spawnSync", "getoutput"}
MODULES = (rb"subprocess", rb"os.system", rb"os.popen", rb"child_process")
"""What a file names if it starts programs."""


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Find what the programs open that code starts with words of its own.

    Args:
        places: the places of the file.
        facts: what it says.
    """
    if not any(module in places.content for module in MODULES):
        return
    for call in facts.calls:
        if call.name not in _TEXTS or not call.arguments:
            continue
        _, first = call.arguments[0]
        end = first.end
        if first.kind == "collection" and call.name in _LISTS:
            if not all(part.kind in {"literal", "reference", "number"} for part in first.parts):
                continue
        elif first.kind != "literal":
            continue
        elif call.name in {"spawn", "execFile", "spawnSync", "fork"} and call.arguments[1:]:
            end = call.arguments[1][1].end  # the program, and a list of its words
        listed = first.kind == "collection" or end != first.end
        start = first.start - 1 if end != first.end else first.start  # with its quote
        yield from shell.of_text(places, start, end, lambda _: None, listed=listed)
