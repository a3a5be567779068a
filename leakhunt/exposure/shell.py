"""Command lines in files to listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.exposure import argv, programs
from leakhunt.exposure.model import Given, Listener
from leakhunt.exposure.publications import docker
from leakhunt.exposure.surroundings import setting_of
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.exposure.model import Publication
    from leakhunt.exposure.places import Places
    from leakhunt.facts.model import Facts, Value


_LISTED = lazy.pattern(rb"[\"']\s*,\s*[\"'\n#]|\n\s*-\s|^\[")
"""What shows that words stand in a list of JSON or YAML."""
_ALONE = lazy.pattern(rb"(?m)^[ \t]*(?:exec[ \t]+)?([\w.-]+)[ \t]*&?[ \t]*\r?$")
"""A command of one word."""


def variables(facts: Facts) -> Callable[[str], str | None]:
    """Return a look-up of the variables that a script sets to plain texts."""
    known: dict[str, str | None] = {}
    for fact in facts.assignments:
        if fact.form in {"assignment", "setting"} and len(fact.path) <= 2:
            text = _text(fact.value)
            known[fact.name] = text if fact.name not in known or known[fact.name] == text else None
    return known.get


def _text(value: Value) -> str | None:
    """A plain text, or the one that stands beside a variable: `${HOST:-0.0.0.0}`."""
    if value.kind == "choice":
        plain = [part.text for part in value.parts if part.kind in {"literal", "number"}]
        return plain[-1] if plain else None
    return value.text if value.kind in {"literal", "number"} else None


def listeners(places: Places, facts: Facts) -> Iterator[Listener]:
    """Find what the commands of a file open.

    Args:
        places: the places of the file.
        facts: what it says.
    """
    for command in of_file(places, facts):
        yield from of_command(places, command)


def read(places: Places, facts: Facts) -> tuple[list[Listener], list[Publication]]:
    """Find what the commands of a file open, and what they publish.

    Args:
        places: the places of the file.
        facts: what it says.
    """
    opened: dict[tuple[object, ...], Listener] = {}
    published: dict[tuple[object, ...], Publication] = {}
    for command in of_file(places, facts):
        for listener in of_command(places, command):
            opened.setdefault((listener.signature, listener.where), listener)
        for item in docker.published(places, command):
            published.setdefault((item.signature, item.where), item)
    return list(opened.values()), list(published.values())


def of_file(places: Places, facts: Facts) -> Iterator[argv.Command]:
    """Yield the commands of a file: of a script, or of what holds some."""
    lookup = variables(facts)
    inside: list[tuple[int, int]] = []
    for call in facts.calls:
        if any(start <= call.start and call.end <= end for start, end in inside[-4:]):
            continue
        inside.append((call.start, call.end))
        line = places.content.rfind(b"\n", 0, call.start) + 1
        begin = line if _only_assignments(places.content[line : call.start]) else call.start
        listed = facts.language != "bash" and bool(
            _LISTED.search(places.content, max(0, begin - 1), call.end)
        )
        yield from argv.commands(places.content, begin, call.end, lookup, listed=listed)
    if facts.language != "bash":
        return
    for match in _ALONE.finditer(places.content):
        if match[1].decode("utf-8", "replace") in programs.single_words():
            yield from argv.commands(places.content, match.start(1), match.end(1), lookup)
    for fact in facts.assignments:
        if fact.form == "assignment" and fact.name.isupper():
            yield from argv.commands(places.content, fact.start, fact.end, lookup)


def _only_assignments(before: bytes) -> bool:
    words = before.split()
    return bool(words) and all(
        b"=" in word and word[:1].isalpha() and not word.endswith(b"=") for word in words
    )


def of_text(
    places: Places,
    start: int,
    end: int,
    lookup: Callable[[str], str | None],
    *,
    listed: bool = False,
    owner: str = "",
    contained: bool = False,
) -> Iterator[Listener]:
    """Find what the commands in a stretch of a file open.

    Args:
        places: the places of the file.
        start: where the commands begin, in bytes.
        end: where they end.
        lookup: returns the value of a variable, or None.
        listed: they are one list of words.
        owner: what they belong to.
        contained: they run in a container.
    """
    for command in argv.commands(places.content, start, end, lookup, listed=listed):
        yield from of_command(places, command, owner=owner, contained=contained)


def of_command(
    places: Places, command: argv.Command, *, owner: str = "", contained: bool = False
) -> Iterator[Listener]:
    """Find what one command opens."""
    for item in programs.opened(command):
        yield Listener(
            signature=item.row.id,
            api=item.row.api if item.row.special != "generic" else command.program,
            where=places.at(item.start, item.end),
            host=item.host,
            scope=item.scope,
            given=item.given,
            port=item.port,
            protocol=item.row.protocol,
            known=item.known,
            owner=owner,
            contained=contained,
            debug=item.debug,
            auth=item.auth,
            setting=setting_of(places.path),
            own=item.row.own,
            confidence=Confidence.MEDIUM if item.given is Given.DEFAULT else Confidence.HIGH,
        )
