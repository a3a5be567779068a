"""Comments that allow a finding: `leakhunt:allow[id] until=2027-01-31 reason`, and others'.

Which syntax a comment has does not matter: what counts is the text of the line.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leakhunt.model import Blob

MARK = b"leakhunt:allow"
"""What every comment of ours holds."""

_OWN = lazy.pattern(
    rb"(?<![\w-])leakhunt:allow(?P<form>-next-line|-begin|-end|)(?![\w-])"
    rb"(?:\[(?P<ids>[^\]\r\n]*)\])?(?P<rest>(?:(?!leakhunt:allow)[^\r\n])*)"
)
_UNTIL = lazy.pattern(r"(?:^|(?<=\s))until=(\S+)")
_CLOSERS = " \t*/->%}#\"')],"
"""What ends a comment in one language or another, and is no part of the reason."""
_ALONE = lazy.pattern(rb"[^\w]*(?:(?:rem|dnl|c)\b[^\w]*)?", re.IGNORECASE)
"""What may stand before a comment that has its line for itself."""
_OPENED = lazy.pattern(rb"(?:#|//|/\*|\*|--|;|%|<!--|\(\*|\{-|\b(?:rem|dnl))\s*$", re.IGNORECASE)
_PROSE = lazy.pattern(r"\.(?:md|markdown|rst|adoc|txt|html?)$", re.IGNORECASE)
_REASON = 200
"""Characters of a reason that are kept."""
_MOST = 100
"""Comments of one line that count, and blocks inside one another."""
_BEFORE = 256
"""Bytes before a comment that are looked at: in a line of megabytes there may be thousands."""


class Comment(NamedTuple):
    """A comment, and the lines of a blob for which it speaks."""

    blob: str  # the id of the blob
    member: str
    path: str  # how its file is called; empty in history
    line: int  # where it stands
    first: int  # the first and the last line that it covers
    last: int
    form: str = "leakhunt:allow"
    ids: tuple[str, ...] = ()
    """Signatures (ids or globs) or findings that are meant; empty is whatever is there."""
    kinds: tuple[str, ...] = ()  # `secret`, `exposure`; empty is both
    until: str = ""  # ISO date of the last day
    reason: str = ""
    fault: str = ""  # why it has no effect, or empty
    block: bool = False
    plain: bool = True
    """A comment opens right before it, and not in prose: else it may be an example."""


class _Foreign(NamedTuple):
    pattern: re.Pattern[bytes]
    following: str = ""
    """`next`: the line after it is meant. `alone`: that line, too, if it has its own."""


FOREIGN: dict[str, _Foreign] = {
    "gitleaks:allow": _Foreign(lazy.pattern(rb"(?<![\w-])gitleaks:allow\b")),
    "betterleaks:allow": _Foreign(lazy.pattern(rb"(?<![\w-])betterleaks:allow\b")),
    "pragma: allowlist secret": _Foreign(
        lazy.pattern(rb"pragma: ?(?:allow|white)list(?P<next>[ -]nextline)?[ -]secret", re.I),
        "next",
    ),
    "nosec": _Foreign(lazy.pattern(rb"(?<![\w-])nosec\b(?P<ids>[ :,]*(?:[BG]\d{3}[ ,]*)*)", re.I)),
    "trufflehog:ignore": _Foreign(lazy.pattern(rb"(?<![\w-])trufflehog:ignore\b")),
    "kingfisher:ignore": _Foreign(lazy.pattern(rb"(?<![\w-])kingfisher:ignore\b"), "alone"),
    "ggignore": _Foreign(lazy.pattern(rb"(?<![\w-])ggignore\b")),
}
"""Comments of other tools, which count where the configuration says so."""
_OF_KIND = {"B105": "secret", "B106": "secret", "B107": "secret", "G101": "secret"}
_OF_KIND |= {"B104": "exposure", "G102": "exposure"}


def comments_in(blob: Blob, content: bytes, honor: Collection[str] = ()) -> list[Comment]:
    """Return the comments of a text, in the order of their lines.

    Args:
        blob: what the text is called.
        content: the text, in an encoding whose ASCII is ASCII.
        honor: keys of `FOREIGN` that count as well.
    """
    found = _own(blob, content) if MARK in content else []
    for name in honor:
        found += _foreign(blob, content, name)
    return sorted(found, key=lambda comment: comment.line)


def _own(blob: Blob, content: bytes) -> list[Comment]:
    found: list[Comment] = []
    opened: list[Comment] = []
    following = _Following(content)
    for match, start, line in _numbered(_OWN.finditer(content), content):
        before = _before(content, start, match.start())
        comment = _parsed(blob, match, line, before)
        form = match["form"]
        if form == b"-begin" and len(opened) == _MOST:
            found.append(comment._replace(fault=f"more than {_MOST} blocks are open here"))
        elif form == b"-begin":
            opened.append(comment._replace(block=True))
        elif form == b"-end":
            if opened:
                begun = opened.pop()
                found.append(begun._replace(first=begun.line, last=line))
            else:
                found.append(comment._replace(fault="there is no leakhunt:allow-begin before it"))
        elif form or _ALONE.fullmatch(before):
            found.append(comment._replace(last=following.of(line)))
        else:
            found.append(comment)
    found += [one._replace(fault="there is no leakhunt:allow-end after it") for one in opened]
    return found


def _before(content: bytes, start: int, end: int) -> bytes:
    """Return what stands before something in its line, cut short so that it is never alone."""
    if end - start <= _BEFORE:
        return content[start:end]
    return b"x" + content[end - _BEFORE : end]


def _parsed(blob: Blob, match: re.Match[bytes], line: int, before: bytes) -> Comment:
    rest = match["rest"].decode("utf-8", "replace")
    until = _UNTIL.search(rest)
    reason = (rest[: until.start()] + rest[until.end() :]) if until else rest
    ids = (match["ids"] or b"").decode("utf-8", "replace").split(",")
    fault = ""
    if until and not is_date(until[1]):
        fault = "until= is followed by no date such as 2027-01-31"
    elif match["ids"] is not None and not any(map(str.strip, ids)):
        fault = "no signature stands between the brackets"
    return Comment(
        blob.id,
        blob.member,
        blob.within(blob.path) if blob.path else "",
        line,
        line,
        line,
        ids=tuple(filter(None, map(str.strip, ids))),
        until=until[1] if until and not fault else "",
        reason=reason.strip(_CLOSERS + ":=").strip()[:_REASON],
        fault=fault,
        plain=bool(_OPENED.search(before)) and not _PROSE.search(blob.within(blob.path)),
    )


def _numbered(
    matches: Iterator[re.Match[bytes]], content: bytes
) -> Iterator[tuple[re.Match[bytes], int, int]]:
    """Yield each match with the start and the number of its line; nothing is counted twice.

    Those of one line are as many as a person writes: what is left out allows nothing.
    """
    line, counted, seen, beside = 1, 0, 0, 0
    for match in matches:
        start = content.rfind(b"\n", seen, match.start()) + 1 or counted
        beside = beside + 1 if start == counted else 1
        line += content.count(b"\n", seen, start) if start > seen else 0
        counted, seen = start, match.start()
        if beside <= _MOST:
            yield match, start, line


class _Following:
    """Tells the first line after one that says something and is no such comment itself.

    Args:
        content: the text; lines are asked for in their order.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._lines: list[bytes] = []
        self._last = (0, 0)
        """A line, and the one that follows it: those between have the same."""

    def of(self, line: int) -> int:
        low, high = self._last
        if not low <= line < high:
            self._lines = self._lines or self._content.split(b"\n")
            high = next((at + 1 for at in range(line, len(self._lines)) if self._says(at)), 0)
            # Behind the last line nothing follows, for none of those that come yet.
            self._last = (line, high or len(self._lines) + 1)
        return high if high <= len(self._lines) and high else line

    def _says(self, at: int) -> bool:
        text = self._lines[at]
        mark = text.find(MARK)
        if mark >= 0 and _ALONE.fullmatch(text[:mark]):
            return False
        return re.search(rb"\w", text) is not None


def is_date(text: str) -> bool:
    """Say whether a text is a date as in 2027-01-31."""
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2027-01-31")


def _foreign(blob: Blob, content: bytes, name: str) -> Iterator[Comment]:
    kind = FOREIGN[name]
    for match, start, line in _numbered(kind.pattern.finditer(content), content):
        first = last = line
        if kind.following == "next" and match["next"]:
            first = last = line + 1
        elif kind.following == "alone" and _ALONE.fullmatch(_before(content, start, match.start())):
            last = line + 1
        kinds: tuple[str, ...] = ()
        if name == "nosec" and (said := re.findall(r"[BG]\d{3}", match["ids"].decode().upper())):
            kinds = tuple({_OF_KIND[one] for one in said if one in _OF_KIND})
            if not kinds:
                continue  # it speaks of something else
        path = blob.within(blob.path) if blob.path else ""
        yield Comment(blob.id, blob.member, path, line, first, last, name, kinds=kinds, reason=name)
