"""The fallback: names and values from single lines, without knowing the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts.model import Assignment, Facts, Value
from leakhunt.facts.names import words
from leakhunt.facts.quoting import RULES, quotes, unescape

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from leakhunt.facts.model import Form

LONGEST_LINE = 4096
"""Bytes; of a longer line the beginning is read."""
MOST_LINES = 200_000
"""Lines of a file that are read."""

_SIGN = lazy.pattern(
    rb"""(?P<sign>:=|=>|->|===?|!==?|\|\|=?|\?\?=?|\?=|\+=|<-|=|:)\s{0,20}"""
    rb"""[(@$]{0,2}[A-Za-z]{0,2}(?P<quote>["'`])"""
)
"""A sign and the quote that opens a text behind it."""
_BEFORE = 120
"""Bytes before the sign in which the name is looked for: from its end, so that a long line takes
no longer than its length."""
_TYPED = lazy.pattern(
    rb"(?P<name>[A-Za-z_][\w.-]{0,80}\??)(?<!:)\s?:(?!:)\s{0,4}[\w.<>\[\]&'?* ]{1,60}\Z"
)
_NAME = lazy.pattern(rb"[\w$@%.\[\]'\":>-]{1,100}\Z")
_BARE = lazy.pattern(
    rb"""^\s{0,80}(?:export\s+|set\s+|local\s+|readonly\s+|-\s+)?(?P<name>[A-Za-z_][\w.-]{0,100})"""
    rb"""(?P<sign>=|:\s|\s=\s|\s:\s)\s{0,20}(?P<value>[^\s"'`#;,(){}\[\]<>$=][^\s"'`;,(){}<>]{2,500})[;,]?\s*$"""
)
_COMMENT = lazy.pattern(rb"\s*(?://|<?#(?!define)|/\*|\*\s|--\s|<!--|;)")
_PHRASE = lazy.pattern(
    rb"""(?i)\b(?P<name>identified(?=(?:\s+with\s+\S{1,80})?\s+by\b)|password)\s"""
    rb"""(?P<sign>(?:\s{0,8}with\s+\S{1,80})?(?:\s{0,8}(?:by|as)\b)?(?:\s{1,8}password)?\s{0,8})"""
    rb"""(?P<quote>['"])"""
)
"""SQL: IDENTIFIED BY '...', PASSWORD '...'."""
_COMPARISONS = {"==", "===", "!=", "!=="}


def read(
    language: str, content: bytes, problems: tuple[str, ...] = (), *, quoted: bool = False
) -> Facts:
    """Read a file line by line.

    Args:
        language: the name of its language, or `text`.
        content: the whole file.
        problems: why it is read so, if it could be read better.
        quoted: whether texts have quotes in it, so that what has none is code.

    Returns:
        The assignments that single lines hold; no calls, no imports.
    """
    facts = assignments(language, content, 0, len(content))
    marks = (b'"', b"'", b"`")
    found = tuple(
        fact
        for fact in facts
        if not quoted or content[fact.value.start - 1 : fact.value.start] in marks
    )
    return Facts(language, found, problems=problems)


def assignments(language: str, content: bytes, start: int, end: int) -> Iterator[Assignment]:
    """Yield names and values from the lines of a stretch of a file.

    Args:
        language: decides quotes and escapes.
        content: the whole file.
        start: where the stretch begins; the line around it is read from its own beginning.
        end: where it ends.

    Yields:
        Facts in the order of the file.
    """
    rules = language if language in RULES else "text"
    position = content.rfind(b"\n", 0, start) + 1
    for _ in range(MOST_LINES):
        if position >= end:
            return
        stop = content.find(b"\n", position)
        stop = len(content) if stop < 0 else stop
        line = content[position : min(stop, position + LONGEST_LINE)]
        if (_may_name(line) or rules == "sql") and not _COMMENT.match(line):
            yield from _of_line(rules, line, position)
        position = stop + 1


def _may_name(line: bytes) -> bool:
    """Say at a glance whether one of the signs is there: in most lines of a text there is none."""
    return (
        (b":" in line or b"=" in line)
        or (b"->" in line or b"<-" in line)
        or (b"||" in line or b"??" in line)
    )


def _of_line(language: str, line: bytes, offset: int) -> Iterator[Assignment]:
    position, any_quoted = 0, False
    sql = language == "sql"
    while match := _SIGN.search(line, position) or (sql and _PHRASE.search(line, position)):
        quote = match["quote"]
        first = match.end()
        last = _end(line, first, quote)
        if last < 0:
            return
        any_quoted = True
        begin, path = _named(language, line, match, position)
        found = quotes(language, quote + line[first:last] + quote)
        style = found.style if found else "keep"
        value = Value("literal", unescape(line[first:last], style), offset + first, offset + last)
        if path:
            sign = match["sign"].decode("latin-1").strip()[:8]
            yield _fact(path, value, offset + begin, offset + last + 1, sign)
        position = last + 1
    if not any_quoted and (bare := _BARE.match(line)):
        first, last = bare.span("value")
        text = line[first:last].decode("utf-8", "replace")
        value = Value("literal", text, offset + first, offset + last)
        path = words(bare["name"], hyphens=True)
        sign = bare["sign"].decode("latin-1").strip()
        yield _fact(path, value, offset + bare.start("name"), offset + last, sign)


def _named(
    language: str, line: bytes, match: re.Match[bytes], position: int
) -> tuple[int, tuple[str, ...]]:
    """Where the name before a sign begins, and its words."""
    if match.re.pattern == _PHRASE.pattern:
        return match.start(), ("password",)
    start = max(position, match.start() - _BEFORE)
    before = line[start : match.start()].rstrip()
    name = (language != "powershell" and _TYPED.search(before)) or _NAME.search(before)
    if not name:
        return 0, ()
    text = name["name"] if name.re.pattern == _TYPED.pattern else name[0]
    return start + name.start(), words(text)


def _fact(path: tuple[str, ...], value: Value, start: int, end: int, sign: str) -> Assignment:
    form: Form = "comparison" if sign in _COMPARISONS else "assignment"
    return Assignment(path[-1], path, value, start, end, sign, form)


def _end(line: bytes, start: int, quote: bytes) -> int:
    """Where a quoted text ends, or -1."""
    position = start
    while True:
        position = line.find(quote, position)
        if position < 0:
            return -1
        slashes = position - len(line[:position].rstrip(b"\\"))
        if slashes % 2 == 0 or quote == b"`":
            return position
        position += 1
