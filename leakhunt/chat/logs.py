"""Logs of IRC and of other chats that write a line for each message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import colourless, message, piece, seen, split
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = 350
"""A line of IRC that is as long may have been cut, and go on in the next one."""


class Log(NamedTuple):
    """How one program writes its lines."""

    name: str
    start: re.Pattern[str]
    """With the groups `stamp` and `author`, as far as they are there."""
    least: int = 2
    """Lines of the start of a file that must be like this."""
    colours: bool = False
    day: re.Pattern[str] | None = None
    """Lines that say which day it is, or names of files that do."""
    glued: bool = False
    """Long lines go on in the next line of the same author."""


_CLOCK = r"\d\d:\d\d(?::\d\d)?"
_DATE = r"\d{4}-\d\d-\d\d"
_MONTH = "[A-Z][a-z]{2}"


def _lines(*parts: str) -> re.Pattern[str]:
    return lazy.pattern("^" + "".join(parts), re.MULTILINE)


LOGS = (
    Log(
        "irc",
        _lines(
            rf"(?P<stamp>(?:{_DATE}[T ])?\[?{_CLOCK}\]?Z?|\[{_DATE}[T ]{_CLOCK}Z?\]",
            rf"|\[\d\d {_MONTH} {_CLOCK}\]|{_MONTH} \d\d {_CLOCK}"
            rf"|\[{_MONTH} {_MONTH} [ \d]\d {_CLOCK} \d{{4}}\])",
            r"[ \t]+(?:<(?P<author>[@+%&~!* ]?[^\s<>]{1,64})>[ \t]|-!-|-->|<--|\*|---|===)",
        ),
        colours=True,
        day=_lines("(?:--- (?:Day changed|Log opened)|[*]{4} BEGIN LOGGING AT) (?P<day>.+)$"),
        glued=True,
    ),
    Log(
        "irc",
        _lines(rf"(?P<stamp>{_DATE} {_CLOCK})\t(?P<author>[^\t\n]{{0,64}})\t"),
        colours=True,
        glued=True,
    ),
    Log(
        "zoom",
        _lines(
            rf"(?P<stamp>(?:{_DATE} )?{_CLOCK})[ \t]+From[ \t]+(?P<author>.{{1,80}}?)",
            r"[ \t]+[Tt]o[ \t]+(?P<to>.{1,80}?)(?:\(.*?\))?[ \t]*:",
        ),
        least=1,
    ),
    Log("zoom", _lines(rf"(?P<stamp>{_CLOCK})[ \t](?P<author>[^\t\n:]{{1,80}}):\t")),
    Log(
        "signal",
        _lines(
            rf"\[(?P<stamp>[^\W\d]{{2,12}}\.? \d\d, \d{{4}} {_CLOCK})\] ",
            r"(?:<(?P<author>[^<>\n]{1,100})> |\*\*\* )",
        ),
    ),
    Log("signal", _lines(rf"\[?(?P<stamp>{_DATE},? {_CLOCK})\]? (?P<author>[^:\n]{{1,80}}): ")),
    Log(
        "signal",
        _lines(
            r"From: (?P<author>[^\n]{1,120})\n(?:Type: [^\n]*\n)?Sent: (?P<stamp>[^\n]+)\n",
        ),
        least=1,
    ),
    Log(
        "matrix",
        _lines(
            r"(?P<stamp>\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d(?::\d\d)?(?:[ \u202f][AP]M)?)",
            r" - (?P<author>[^\n]{1,100}?): ",
        ),
    ),
    Log(
        "webex",
        _lines(
            r"from (?P<author>.{1,80}?) to (?P<to>.{1,80}?):[ \t]*(?P<stamp>\d?\d:\d\d ?[AP]M)",
        ),
        least=1,
    ),
)
_DAY = lazy.pattern(r"(?P<year>(?:19|20)\d\d)[-_.]?(?P<month>[01]\d)[-_.]?(?P<date>[0-3]\d)")


def tell(log: Log, export: Export, start: re.Match[str] | None, day: str) -> Mention:
    """Say who wrote a line, where and when."""
    known = start.groupdict() if start else {}
    stamp = (known.get("stamp") or "").strip("[]") or None
    name = export.name.rpartition("/")[2]
    channel = re.sub(r"[._-]?(?:weechatlog|log|txt)$|[._-]?\d{4}[-_.]?\d\d[-_.]?\d\d.*$", "", name)
    time = ""
    if stamp:
        time = times.of_text(stamp.replace(", ", " "))
        date, _, clock = stamp.rpartition(" ")
        if not time and day.endswith(date[:2]) and re.fullmatch(_CLOCK, clock):
            time = f"{day}T{clock}{':00' if len(clock) == 5 else ''}" if day else ""
    channel = channel.strip("._-") or export.folder
    if log.name == "zoom" and known.get("to"):
        channel = f"@{known['to']}" if known["to"].strip() != "Everyone" else channel or "Everyone"
    elif log.name == "signal":
        channel = f"@{channel}"
    author = (known.get("author") or "").strip(" @+%&~").partition("!")[0] or None
    return Mention(
        format=log.name, channel=channel or None, author=author, time=time or None, stamp=stamp
    )


def _day_of(text: str) -> str:
    found = _DAY.search(text)
    return f"{found['year']}-{found['month']}-{found['date']}" if found else ""


def read(log: Log, export: Export) -> Iterator[Message]:
    """Yield the lines of a log."""
    clean = colourless if log.colours else seen
    day = _day_of(export.name.rpartition("/")[2])
    before: tuple[str, int] = ("", 0)
    for window, start, begin, end in split(export, log.start):
        body = start.end() if start else begin
        if log.day and (found := log.day.search(window.text, begin, end)):
            day = _day_of(found[0]) or times.of_words(found[found.lastgroup or 0])[:10] or day
        stop = end - 1 if window.text[end - 1 : end] == "\n" else end
        said = piece(window, body, max(stop, body), clean)
        author = start.groupdict().get("author") or "" if start else ""
        glue = "\n"
        if log.glued and author and before[0] == author and before[1] >= _LONG:
            glue = ""
        before = (author, stop - body)
        pieces = [said._replace(glue=glue)]
        one = message(window, begin, end, pieces, tell, log, export, start, day)
        yield one._replace(counts=start is not None)


def _claims(log: Log, head: str, path: str) -> bool:
    lines = head.count("\n") + 1
    found = sum(1 for _ in zip(log.start.finditer(head), range(1000), strict=False))
    return found >= log.least and found * 3 >= min(lines, 30)


def _format(log: Log) -> Format:
    return Format(
        log.name,
        lambda head, path: _claims(log, head, path),
        lambda export: read(log, export),
    )


FORMATS = tuple(_format(log) for log in LOGS)
