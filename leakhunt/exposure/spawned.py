"""Command lines that code starts: `subprocess.run(["redis-server", ...])`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import argv, shell
from leakhunt.exposure.argv import Command, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts, Value

_LISTS = {"run", "Popen", "call", "check_call", "check_output", "spawn", "execFile", "fork"}
_TEXTS = {*_LISTS, "system", "popen", "exec", "execSync", "spawnSync", "getoutput"}
MODULES = (rb"subprocess", rb"os.system", rb"os.popen", rb"child_process")
"""What a file names if it starts programs."""
BROWSER = b"--remote-debugging-address"
"""What lets strangers control a browser that code starts."""


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Find what the programs open that code starts with words of its own.

    Args:
        places: the places of the file.
        facts: what it says.
    """
    if BROWSER in places.content:
        yield from _browsers(places, facts)
    if b"_args" in places.content or b"nodeArgs" in places.content:
        yield from _managed(places, facts)
    if not any(module in places.content for module in MODULES):
        return
    for call in facts.calls:
        if call.name not in _TEXTS or not call.arguments:
            continue
        _, first = call.arguments[0]
        end = first.end
        if _runs_itself(first):
            words = [Word(one.text or "", one.start, one.end) for one in first.parts[1:]]
            own = Word("python", first.parts[0].start, first.parts[0].end)
            for command in argv.made([own, *words], places.content):
                yield from shell.of_command(places, command)
            continue
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


def _runs_itself(value: Value) -> bool:
    """Whether a list of words starts with the interpreter that runs the code."""
    parts = value.parts if value.kind == "collection" else ()
    return (
        bool(parts)
        and parts[0].kind == "reference"
        and parts[0].text == "sys.executable"
        and all(part.kind == "literal" for part in parts[1:])
    )


def _managed(places: Places, facts: Facts) -> Iterator[Listener]:
    """What a manager of processes hands to Node: `node_args: "--inspect=0.0.0.0"`."""
    for fact in facts.assignments:
        if fact.name not in {"node_args", "nodeArgs", "interpreter_args"}:
            continue
        parts = fact.value.parts if fact.value.kind == "collection" else (fact.value,)
        words = tuple(
            Word(text, part.start, part.end)
            for part in parts
            if part.kind == "literal"
            for text in (part.text or "").split()
        )
        if words:
            yield from shell.of_command(places, Command("node", words, (), fact.start, fact.end))


def _browsers(places: Places, facts: Facts) -> Iterator[Listener]:
    """Browsers that are started by a library, with flags of their own."""
    lists = [fact.value.parts for fact in facts.assignments if fact.value.kind == "collection"]
    single = [value for call in facts.calls for _, value in call.arguments]
    for values in (*lists, single):
        texts = [value for value in values if value.kind == "literal" and value.text]
        flags = [one for one in texts if (one.text or "").startswith("--remote-debugging-")]
        if any((one.text or "").startswith(BROWSER.decode()) for one in flags):
            words = tuple(Word(one.text or "", one.start, one.end) for one in flags)
            command = Command("chromium", words, (), flags[0].start, flags[-1].end)
            yield from shell.of_command(places, command)
