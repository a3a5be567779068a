"""Files that hold nothing but logins: .netrc and .pgpass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.formats import scalars
from leakhunt.facts.formats.sheet import Sheet

if TYPE_CHECKING:
    from leakhunt.facts.model import Facts

_NETRC = lazy.pattern(
    rb"(?P<comment>(?:^|(?<=\s))#[^\n]*)"
    rb"|(?P<macro>\bmacdef\s[\s\S]*?(?:\n[ \t]*\r?\n|\Z))"
    rb"|(?<!\S)(?P<word>machine|default|login|account|password)(?!\S)"
    rb"(?:[ \t\r\n]+(?:\"(?P<quoted>(?:[^\"\\\n]|\\.)*+)\"|(?P<bare>\S+)))?"
)
_PGPASS = lazy.pattern(rb"^(?!#)(?:(?:[^:\\\r\n]|\\.)*+:){4}(?P<password>[^\r\n]+)", re.MULTILINE)
_FIELD = lazy.pattern(rb"((?:[^:\\\r\n]|\\.)*+):")


def read_netrc(language: str, content: bytes) -> Facts:
    """Read a .netrc file.

    Args:
        language: `netrc`.
        content: the whole file.

    Returns:
        Logins and passwords; the machine is the beginning of their path.
    """
    sheet = Sheet(language, content)
    machine = "default"
    position = 0
    while match := _NETRC.search(content, position):
        position = match.end()
        if not match["word"]:
            continue
        word = match["word"].decode()
        if word == "default":
            machine, position = "default", match.end("word")
            continue
        kind = "quoted" if match["quoted"] is not None else "bare"
        if match[kind] is None:
            continue
        if word == "machine":
            machine = match[kind].decode("utf-8", "replace")[:200]
            continue
        value = scalars.text(content, *match.span(kind), "drop" if kind == "quoted" else "raw")
        sheet.add((machine, word), value, match.start("word"), match.end(), "")
    return sheet.facts()


def read_pgpass(language: str, content: bytes) -> Facts:
    """Read a .pgpass file: host, port, database, user and password of each line.

    Args:
        language: `pgpass`.
        content: the whole file.

    Returns:
        Users and passwords; host and database are the beginning of their path.
    """
    sheet = Sheet(language, content)
    for match in _PGPASS.finditer(content):
        fields = list(_FIELD.finditer(content, match.start(), match.start("password")))[:4]
        if len(fields) < 4:
            continue
        host, _, database, user = (field[1].decode("utf-8", "replace") for field in fields)
        path = tuple(filter(None, (host, database)))
        start, end = match.span("password")
        sheet.add(
            (*path, "password"), scalars.literal(content, start, end, "drop"), start, end, ":"
        )
        if user:
            place = fields[3].span(1)
            sheet.add((*path, "user"), scalars.literal(content, *place, "drop"), *place, ":")
    return sheet.facts()
