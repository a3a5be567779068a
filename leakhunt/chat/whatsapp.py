"""WhatsApp: the text of a chat, from iOS and Android, in the common ways to write dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.chat.base import Export, Format, Message
from leakhunt.chat.blocks import message, piece, split
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DATE = r"\d{1,4}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{1,4}"
_TIME = (
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?"
    r"(?:[\s\u202f\u00a0]?(?:[AaPp]\.?[\s\u00a0\u202f]?[Mm]\.?|[^\W\d_]{2}))?"
)
_START = lazy.pattern(
    rf"^[\u200e\u200f\ufeff]*(?:"
    rf"\[(?P<ios>{_DATE},?[\s\u202f]{{1,2}}{_TIME})\][\u200e\s]"
    rf"|(?P<android>{_DATE},?[\s\u202f]{{1,2}}(?:[^\W\d_]{{1,4}}\s)?{_TIME})[\s\u202f]?[-\u2013][\s\u202f])"
    r"(?:(?P<author>[^\n:]{1,100}): )?",
    re.MULTILINE,
)
_SIGNAL = lazy.pattern(r"\d{4}-\d\d-\d\d, \d\d:\d\d\Z")
"""So a converter of Signal's messages writes times; WhatsApp has seconds in brackets."""
_ELEMENT = lazy.pattern(r"(?:^|/)(?:matrix - [^/]*|export)\.txt$")
"""So Element names the text of a room, ..."""
_SECONDS = lazy.pattern(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d")
"""... and so it writes times: WhatsApp on Android has no seconds."""
_PARTS = lazy.pattern(r"\d+")


def day_first(stamps: Iterable[str]) -> bool | None:
    """Say whether the day comes before the month, or None if nothing shows it."""
    for stamp in stamps:
        first, second, *_ = map(int, _PARTS.findall(stamp))
        if first <= 31 and max(first, second) > 12:
            return first > 12
    return None


def iso(stamp: str, order: bool | None = None) -> str:
    """Return a time as ISO 8601 as far as it is certain: of 3/4/24 nobody knows the month.

    Args:
        stamp: as it is written.
        order: whether the day comes first in others of the same chat.
    """
    numbers = [int(part) for part in _PARTS.findall(stamp)]
    if len(numbers) < 5:
        return ""
    first, second, third, hour, minute = numbers[:5]
    if first > 31:
        year, month, day = first, second, third
    else:
        year = third + 2000 if third < 100 else third
        if first > 12:
            day, month = first, second
        elif second > 12:
            day, month = second, first
        elif "." in stamp.split(",")[0][:8] and "/" not in stamp:
            day, month = first, second
        elif order is not None or first == second:
            day, month = (first, second) if order else (second, first)
        else:
            return ""
    low = stamp.lower().replace(".", "")
    if re.search(r"p\s?m", low) and hour < 12:
        hour += 12
    elif re.search(r"a\s?m", low) and hour == 12:
        hour = 0
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{(numbers[5:] or [0])[0]:02}"


def tell(export: Export, start: re.Match[str] | None, order: bool | None) -> Mention:
    """Say who wrote a message, and when."""
    stamp = (start["ios"] or start["android"]) if start else None
    name = export.name.rpartition("/")[2].removesuffix(".txt")
    name = re.sub(r"^WhatsApp Chat with ", "", name)
    if name in ("_chat", "chat"):
        name = re.sub(r"^WhatsApp Chat - ", "", export.folder)
    return Mention(
        format="whatsapp",
        channel=f"@{name}" if name else None,
        author=start["author"] if start else None,
        time=(iso(stamp, order) or None) if stamp else None,
        stamp=stamp,
    )


def read(export: Export) -> Iterator[Message]:
    """Yield the messages of a chat."""
    starts = _START.finditer(export.text.head())
    order = day_first(start["ios"] or start["android"] for start in starts)
    for window, start, begin, end in split(export, _START):
        body = start.end() if start else begin
        said = [piece(window, body, end)]
        one = message(window, begin, end, said, tell, export, start, order)
        yield one._replace(counts=start is not None)


def claims(head: str, path: str) -> bool:
    """Say whether it is the text of a chat: two lines that start like messages, the first soon."""
    starts = list(_START.finditer(head))
    if not starts or starts[0].start() > 500 or "\n" in head[: starts[0].start()].strip():
        return False
    if all(_SIGNAL.match(start["ios"] or "") for start in starts):
        return False
    if _ELEMENT.search(path) and all(_SECONDS.match(start["android"] or "") for start in starts):
        return False
    return any(start["author"] for start in starts) and (len(starts) > 1 or len(head) < 2000)


WHATSAPP = Format("whatsapp", claims, read)
