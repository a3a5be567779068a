"""`launch.json` of VS Code: programs that people start to debug them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import documents, shell
from leakhunt.exposure.argv import Command, Word
from leakhunt.exposure.model import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.exposure.documents import Node
    from leakhunt.exposure.model import Listener
    from leakhunt.exposure.places import Places

NAME = lazy.pattern(r"(?i)(?:^|/)launch\.json$")
_RUNTIMES = {"node": "node", "pwa-node": "node", "java": "java", "php": "php"}
"""Types of configurations to the program that runs what they name."""


def read(places: Places) -> Found | None:
    """Read the configurations of a file; None if nothing in them opens a port.

    Args:
        places: the places of the file, with its content.
    """
    found: list[Listener] = []
    for document in documents.json(places.content):
        listed = document.get("configurations")
        for configuration in listed.elements() if listed is not None else ():
            if configuration.string("request") == "attach":
                continue  # it connects to what somebody else started
            for command in _commands(configuration):
                found += shell.of_command(places, command, owner=configuration.string("name"))
    return Found(places.path, tuple(found)) if found else None


def _commands(configuration: Node) -> Iterator[Command]:
    """What a configuration starts: a runtime with its flags, and the program with its own."""
    environment = tuple(_environment(configuration))
    start, end = configuration.start, configuration.value[1]
    own = [word for key in ("args", "programArgs") for word in _words(configuration, key)]
    flags = [word for key in ("runtimeArgs", "vmArgs") for word in _words(configuration, key)]
    runtime = configuration.string("runtimeExecutable")
    runtime = runtime or _RUNTIMES.get(configuration.string("type"), "")
    if runtime and flags:
        yield Command(_name(runtime), tuple(flags), environment, start, end)
    program = configuration.string("module") or configuration.string("program")
    if program:
        yield Command(_name(program), tuple(own), environment, start, end)


def _environment(configuration: Node) -> Iterator[tuple[str, Word]]:
    listed = configuration.get("env")
    for name, node in listed.keyed() if listed is not None else ():
        if node.text is not None:
            yield name, Word(node.text, *node.value)


def _words(configuration: Node, key: str) -> Iterator[Word]:
    """The words of a list, or of one text."""
    node = configuration.get(key)
    for element in node.elements() if node is not None else ():
        if element.text is None:
            continue
        if element is not node:
            yield Word(element.text, *element.value)
            continue
        for match in re.finditer(r"\S+", element.text):
            at = element.value[0] + len(element.text[: match.start()].encode())
            yield Word(match[0], at, at + len(match[0].encode()))


def _name(text: str) -> str:
    return text.replace("\\", "/").rpartition("/")[2]
