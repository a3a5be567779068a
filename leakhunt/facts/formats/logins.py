"""Files that hold nothing but logins: .netrc, .pgpass, chap-secrets, userlist.txt, sasl_passwd."""

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

_CHAP = lazy.pattern(
    rb"^[ \t]*(?P<user>\"[^\"\r\n]*\"|[^\s#]\S*)[ \t]+(?:\"[^\"\r\n]*\"|\S+)[ \t]+"
    rb"(?:\"(?P<quoted>[^\"\r\n]+)\"|(?P<bare>[^\s\"]\S*))(?:[ \t]+\S+){0,4}[ \t]*\r?$",
    re.MULTILINE,
)
_USERLIST = lazy.pattern(
    rb"^[ \t]*\"(?P<user>[^\"\r\n]{1,80})\"[ \t]+\"(?P<quoted>[^\"\r\n]+)\"", re.MULTILINE
)
_LINE = lazy.pattern(rb"^[ \t]*(?P<line>[^\s#;/][^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_LOGIN = lazy.pattern(
    rb"(?P<user>\S{1,100}?)(?:[ \t]{0,3}[:;,|][ \t]{0,3}|[ \t]+)"
    rb"(?:[^\s:]{1,80}:)?(?P<password>[^\s:;,|]{3,120})"
)
MOST = 200
"""Lines of a file of logins; a longer one lists what is tried."""


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


def read_chap(language: str, content: bytes) -> Facts:
    """Read chap-secrets or pap-secrets: client, server, password and addresses in each line.

    Args:
        language: `chap`.
        content: the whole file.
    """
    return _of_lines(_CHAP, language, content)


def read_userlist(language: str, content: bytes) -> Facts:
    """Read the users of PgBouncer: user and password in quotes.

    Args:
        language: `userlist`.
        content: the whole file.
    """
    return _of_lines(_USERLIST, language, content)


def _of_lines(pattern: re.Pattern[bytes], language: str, content: bytes) -> Facts:
    sheet = Sheet(language, content)
    for match in pattern.finditer(content):
        kind = "quoted" if match["quoted"] is not None else "bare"
        user = match["user"].strip(b'"').decode("utf-8", "replace")
        _password(sheet, user, match.start(), *match.span(kind))
    return sheet.facts()


def read_logins(language: str, content: bytes) -> Facts:
    """Read a file with a user and a password in each line, or one in each of two lines.

    Args:
        language: `logins`.
        content: the whole file.

    Returns:
        The passwords; nothing if this is a list of something else.
    """
    sheet = Sheet(language, content)
    lines = list(_LINE.finditer(content))
    if len(lines) > MOST:
        return sheet.facts()
    logins = [_LOGIN.fullmatch(content, *line.span("line")) for line in lines]
    known = [login for login in logins if login is not None]
    if known and len(known) * 5 >= len(lines) * 4:
        for login in known:
            user = login["user"].decode("utf-8", "replace")
            _password(sheet, user, login.start(), *login.span("password"))
    elif len(lines) == 2 and not known and not any(b" " in line["line"] for line in lines):
        user = lines[0]["line"].decode("utf-8", "replace")
        _password(sheet, user, lines[0].start("line"), *lines[1].span("line"))
    return sheet.facts()


def _password(sheet: Sheet, user: str, first: int, start: int, end: int) -> None:
    value = scalars.literal(sheet.content, start, end, "raw")
    sheet.add((user[:200], "password"), value, first, end, ":")
