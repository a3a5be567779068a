"""Dockerfiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts import commands
from leakhunt.facts.formats import embedded, recognise, scalars
from leakhunt.facts.formats.flow import Flow
from leakhunt.facts.formats.sheet import Sheet, words

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

_LINE = lazy.pattern(
    rb"^[ \t]*(?:ONBUILD[ \t]+)?(?P<word>[A-Za-z]{2,20})[ \t]+"
    rb"(?P<rest>(?:[^\\`\r\n]"
    rb"|[\\`][ \t]*\r?\n(?:[ \t]*\#[^\n]*\n|[ \t]*\r?\n)*+|[\\`]|\r(?!\n))*+)",
    re.MULTILINE,
)
_COMMENT = lazy.pattern(rb"(?<=\n)[ \t]*#[^\n]*(?:\n|\Z)")
_PAIR = lazy.pattern(
    rb"""(?:\A|(?<=[\s\\]))(?P<name>"[^"\n=]{1,200}"|[\w.\-/]{1,200}+)=
    (?:"(?P<double>(?:[^"\\]|\\[\s\S])*+)"|'(?P<single>[^']*+)'
    |(?P<bare>(?:[^\s"'\\]|\\[^\n])*+))""",
    re.VERBOSE,
)
_OLD = lazy.pattern(rb"(?P<name>[\w.\-]{1,200})[ \t]+(?P<value>\S[^\r\n]*)")
_FLAGS = lazy.pattern(rb"(?:--[\w-]+(?:=\S+)?\s+)*")
_HEREDOC = lazy.pattern(rb"<<-?[ ]?[\"']?(?P<tag>[A-Za-z_]\w{0,60})[\"']?")
_PAIRS = {"ENV", "ARG", "LABEL"}
_COMMANDS = {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL"}
_SETTINGS = {"USER", "EXPOSE", "FROM", "WORKDIR", "MAINTAINER", "STOPSIGNAL"}
MOST_ENDLESS = 50
"""Texts in place without an end, before no more are looked for."""


def read(language: str, content: bytes, depth: int) -> Facts:
    """Read a Dockerfile.

    Args:
        language: `dockerfile`.
        content: the whole file.
        depth: in how many other texts it lies.

    Returns:
        Variables, defaults of arguments, labels, ports; and what its commands say.
    """
    sheet = Sheet(language, content, depth)
    position = endless = 0
    while match := _LINE.search(content, position):
        position = match.end()
        word = match["word"].decode().upper()
        start, end = match.span("rest")
        if word in _PAIRS:
            _pairs(sheet, word, start, end)
        elif word in _COMMANDS or word in {"COPY", "ADD"}:
            heredoc = _HEREDOC.search(content, start, end) if endless < MOST_ENDLESS else None
            after = _heredoc(sheet, word, heredoc, end) if heredoc else 0
            endless += bool(heredoc and not after)
            position = after or position
            if word in _COMMANDS and not after:
                _command(sheet, word, start, end)
        elif word in _SETTINGS:
            stop = start + len(match["rest"].rstrip())
            if stop > start:
                value = scalars.bare(content, start, stop, dollars=True)
                sheet.add((word,), value, match.start("word"), -1, "")
    return sheet.facts()


def _pairs(sheet: Sheet, word: str, start: int, end: int) -> None:
    content = sheet.content
    found = list(_PAIR.finditer(content, start, end))
    if not found or (word == "ENV" and b"=" not in content[start:end].split(None, 1)[0]):
        match = _OLD.match(content, start, end)
        if match and word != "ARG":
            first, last = match.span("value")
            last = first + len(match["value"].rstrip())
            value = scalars.text(content, first, last, "bash", dollars=True)
            name = match["name"].decode("utf-8", "replace")
            sheet.add((word, *words(name)), value, match.start("name"), -1, "")
        return
    for match in found:
        kind = match.lastgroup or "bare"
        value = scalars.text(
            content, *match.span(kind), "raw" if kind == "single" else "drop", dollars=True
        )
        name = match["name"].strip(b'"').decode("utf-8", "replace")
        own = (name,) if word != "LABEL" else words(name)
        if value.text or value.kind != "literal":
            sheet.add((word, *own), value, match.start("name"), match.end())


def _command(sheet: Sheet, word: str, start: int, end: int) -> None:
    content = sheet.content
    if word == "HEALTHCHECK":
        found = re.compile(rb"\bCMD[ \t]+").search(content, start, end)
        start = found.end() if found else start
    flags = _FLAGS.match(content, start, end)
    start = flags.end() if flags else start
    if content[start : start + 1] == b"[":
        documents, stop = Flow(content).read(start, end, (word,), one=True)
        if stop >= 0:
            values = [entry.value for entries in documents for entry in entries]
            call = commands.call(values, content)
            if call:
                sheet.calls.append(call)
                for fact in commands.options([call], content):
                    path = (word, *fact.path)
                    sheet.add(path, fact.value, fact.start, fact.end, fact.operator, "", "option")
                for value in commands.scripts([call], content):
                    sheet.embed("bash", value.start, value.end, (word,))
            return
    text = _COMMENT.sub(lambda m: b" " * len(m[0]), content[start:end])
    sheet.embed_text("bash", text, embedded.straight(start, end - start), (word,))


def _heredoc(sheet: Sheet, word: str, match: re.Match[bytes], end: int) -> int:
    """Read a text in place; return where it ends, 0 if it does not."""
    content = sheet.content
    first = content.find(b"\n", end) + 1
    if not first:
        return 0
    tag = re.escape(match["tag"])
    mark = re.compile(rb"^\t*" + tag + rb"[ \t]*\r?$", re.MULTILINE).search(content, first)
    if not mark:
        return 0
    line = content[match.end() : end].decode("utf-8", "replace").split()
    target = line[-1] if line else ""
    body = content[first : mark.start()]
    language = "bash" if word == "RUN" else recognise.of_text(target, body)
    if language == "bash" and (own := recognise.of_text("", body[:200])) and body[:2] == b"#!":
        language = own
    if language:
        sheet.embed(language, first, mark.start(), (word,))
    return mark.end()
