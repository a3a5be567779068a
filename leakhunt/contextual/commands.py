"""Command lines in a single line of whatever file: programs, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.facts.commands import call, options
from leakhunt.facts.model import Value
from leakhunt.facts.options import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2000
"""Bytes of a command that are read."""
_BLANKS = b" \t"
_ENDS = b";|&\n\r)`"
_QUOTES = b"\"'`"
_LISTED = lazy.pattern(rb"[ \t]{0,2},[ \t]{0,4}[\"']")
_WORD = lazy.pattern(rb"[\w.+-]+")
_PROGRAM = lazy.pattern(rb"(?<![\w.-])([\w.+-]+?)(?:\.exe)?(?=[\"']?,?[ \t])")
_PROGRAMS = frozenset(name.encode() for name in PROGRAMS)
_PROSE = frozenset({b"for", b"the", b"and", b"is", b"with", b"of", b"or"})
"""Words of a sentence that speaks of a program."""
_PRINTS = frozenset({b"echo", b"printf"})
_STDIN = lazy.pattern(rb"stdin|[ \t]-S\b|with-token|chpasswd|kinit|cryptsetup|phrase-fd")

_SPOKEN = lazy.pattern(rb"[A-Za-z\x80-\xff]{2}[ ]net[ ]user[ ]\S+[ ]\Z")
"""A sentence that names a command: "using net user to gather accounts"."""
_BRACKETS = lazy.pattern(rb"\[[A-Za-z][^\[\]\n]{1,40}\]")
"""What is to be put there: -p [your password]."""


class Said(NamedTuple):
    """What a command says. Offsets are bytes of the line."""

    path: tuple[str, ...]
    """The program, its option, and what the value is."""
    start: int
    end: int


def might_run(line: bytes) -> bool:
    """Say whether a program is named in a line to which a secret may be handed over."""
    return not _PROGRAMS.isdisjoint(_WORD.findall(line))


def commands(line: bytes) -> Iterator[Said]:
    """Yield what the commands of a line say.

    Args:
        line: a line, or a part of one.
    """
    known: set[int] = set()
    wanted = _PROGRAMS | _PRINTS if b"|" in line and _STDIN.search(line) else _PROGRAMS
    for program in _PROGRAM.finditer(line):
        if program[1] not in wanted or program.start() in known:
            continue
        words = list(_words(line, program.start()))
        known.update(word.start for word in words)
        if any(line[word.start : word.end] in _PROSE for word in words):
            continue
        item = call(words, line)
        if item is None:
            continue
        for fact in options([item], line):
            if fact.value.kind == "literal":
                start, end = _trimmed(line, fact.value.start, fact.value.end)
                spoken = line[start:end].isalpha() and _SPOKEN.search(line, 0, start)
                held = line.rfind(b"{{", 0, start) > line.rfind(b"}}", 0, start)  # of a template
                if end > start and not (spoken or held or _BRACKETS.match(line, start)):
                    yield Said(fact.path, start, end)


def _trimmed(line: bytes, start: int, end: int) -> tuple[int, int]:
    """Leave quotes out."""
    while start < end and line[start] in _QUOTES:
        quote = line[start]
        start += 1
        if end > start and line[end - 1] == quote:
            end -= 1
    while end > start and line[end - 1] in b"\"'\\":
        end -= 1
    return start, end


def _words(line: bytes, start: int) -> Iterator[Value]:
    """Yield the words of the command that begins at an offset."""
    stop = min(len(line), start + LONGEST)
    listed = line[start - 1 : start] in (b'"', b"'")
    spans = _quoted(line, start - 1, stop) if listed else ()
    if not listed or len(spans) < 2:
        spans = _bare(line, start, stop)
    for first, last in spans:
        text = line[first:last].decode("utf-8", "replace")
        bare = text.replace('\\"', "").replace('"', "").replace("'", "")
        yield Value("literal", bare, first, last)


def _quoted(line: bytes, start: int, stop: int) -> list[tuple[int, int]]:
    """The words of a list: `"redis-cli", "-a", "..."`."""
    found = []
    at = start
    while at < stop:
        quote = line[at]
        end = at + 1
        while end < stop and line[end] != quote:
            end += 2 if line[end] == 92 else 1
        if end >= stop:
            break
        found.append((at + 1, end))
        after = _LISTED.match(line, end + 1)
        if after is None:
            break
        at = after.end() - 1
    return found


def _bare(line: bytes, start: int, stop: int) -> list[tuple[int, int]]:
    """The words of a command as a shell has it, up to the quote that it stands in."""
    around = _around(line, start)
    found: list[tuple[int, int]] = []
    at = first = start
    quote = 0
    while at < stop:
        char = line[at]
        if char == 92 and around and line[at + 1 : at + 2] == around:
            at += 1  # a quote inside the text that the command stands in
            char = line[at]
            quote = 0 if quote == char else quote or char
        elif quote:
            if char == 92 and quote == 34:
                at += 1
            elif char == quote:
                quote = 0
        elif line[at : at + 1] == around:
            break
        elif char in b"\"'":
            quote = char
        elif char == 92:
            at += 1
        elif char in _ENDS or (char in b"<>" and at == first):
            break
        elif char in _BLANKS:
            if at > first:
                found.append((first, at))
            first = at + 1
        at += 1
    if quote:
        return []  # it goes on in another line
    if min(at, stop) > first:
        found.append((first, min(at, stop)))
    return found


def _around(line: bytes, start: int) -> bytes:
    """The quote that is open at an offset, if there is one."""
    quote = b""
    at = max(0, start - LONGEST)
    while at < start:
        char = line[at : at + 1]
        if char == b"\\":
            at += 1
        elif quote:
            if char == quote:
                quote = b""
        elif char in (b'"', b"`") or (char == b"'" and not line[at - 1 : at].isalnum()):
            quote = char
        at += 1
    return quote
