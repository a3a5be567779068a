"""Mail: single messages and mailboxes, with MIME parts and what encodes them undone."""

from __future__ import annotations

import base64
import binascii
import codecs
import email.header
import email.message
import email.policy
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Export, Format, Message, Piece
from leakhunt.chat.blocks import message, split
from leakhunt.chat.marks import addresses, chained, of_html, undone
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.chat.base import Mark, Marks

DEPTH = 30
"""Parts inside parts."""

_START = lazy.pattern(r"^From [^\n]{3,300}\d{4}[^\n]{0,20}\n(?=[\w-]+:|>From )", re.MULTILINE)
_NEVER = lazy.pattern(r"(?!)")
_ENVELOPE = lazy.pattern(r"From [^\n:]*\n")
_ODD = lazy.pattern(r"(?!\r?\n)[^\n]{1,998}\n(?=[\w-]+[ \t]*:[ \t])")
"""A line among fields that is none: a program spoilt it."""
_FIELD = lazy.pattern(r"(?P<name>[!-9;-~]+)[ \t]*:(?P<value>[^\n]*(?:\n[ \t][^\n]*)*)\n?")
_BLANK = lazy.pattern(r"\r?\n\r?\n|\A\r?\n")
_FIELDS = lazy.pattern(
    r"(?i)^(?:from|to|subject|date|received|return-path|delivered-to|mime-version|message-id|"
    r"x-[\w-]+|reply-to|content-type|dkim-signature|arc-[\w-]+|sender|cc|authentication-results):",
)
_NOISE = lazy.pattern(
    r"(?i)^(?:dkim-signature|arc-.*|x-google-.*|x-gm-.*|authentication-results|x-ms-exchange-.*|"
    r"x-microsoft-antispam.*|x-forefront-.*|received-spf|domainkey-signature|x-received|received|"
    r"message-id|references|in-reply-to)$"
)
_SOFT = lazy.pattern(r"=[ \t]*\r?\n|(?:=[0-9A-Fa-f]{2})+")
_QUOTED_FROM = lazy.pattern(r"^>(?=>*From )", re.MULTILINE)
_WORD = lazy.pattern(
    r"=\?(?P<charset>[\w-]+)\?(?P<way>[BbQq])\?(?P<text>[^?\s]*)\?=(?:\s+(?==\?))?"
)
_LETTERS = lazy.pattern(r"_|(?:=[0-9A-Fa-f]{2})+")


class Part(NamedTuple):
    """A part of a message: its fields, and where its body lies."""

    fields: dict[str, str]
    start: int
    end: int


def _fields(
    text: str, start: int, end: int
) -> tuple[dict[str, str], list[tuple[str, int, int]], int]:
    """Read the fields at the top of a part: values, places, and where the body starts."""
    values: dict[str, str] = {}
    places = []
    at = start
    if envelope := _ENVELOPE.match(text, at, end):
        at = envelope.end()
    while at < end:
        found = _FIELD.match(text, at, end)
        if found is None:
            odd = _ODD.match(text, at, end) if values else None
            if odd is None:
                break
            at = odd.end()
            continue
        name = found["name"].lower()
        values.setdefault(name, re.sub(r"\r?\n[ \t]+", " ", found["value"]).strip())
        places.append((name, *found.span("value")))
        at = found.end()
    blank = re.compile(r"\r?\n").match(text, at, end)
    return values, places, blank.end() if blank else at


def _parameter(value: str, name: str) -> str:
    made = email.message.Message(policy=email.policy.compat32)
    made["content-type"] = value
    found = made.get_param(name)
    if isinstance(found, tuple):
        found = found[2]
    return str(found or "")


def parts(text: str, part: Part, depth: int = 0) -> Iterator[Part]:
    """Yield the parts of a part that have no parts themselves."""
    kind = part.fields.get("content-type", "")
    boundary = _parameter(kind, "boundary") if "multipart" in kind.lower() else ""
    if boundary and depth < DEPTH:
        marks = re.compile(rf"^--{re.escape(boundary)}(?:--)?[ \t]*\r?\n?", re.MULTILINE)
        found = list(marks.finditer(text, part.start, part.end))
        for mark, after in itertools.zip_longest(found, found[1:]):
            end = after.start() if after else part.end
            if mark[0].rstrip().endswith("--") and not boundary.endswith("--"):
                yield Part({}, mark.end(), end)
                continue
            fields, _, body = _fields(text, mark.end(), end)
            yield from parts(text, Part(fields, body, end), depth + 1)
        if found:
            yield Part({}, part.start, found[0].start())
            return
    if "message/rfc822" in kind.lower() and depth < DEPTH:
        fields, _, body = _fields(text, part.start, part.end)
        if fields:
            yield from parts(text, Part(fields, body, part.end), depth + 1)
            return
    yield part


def _charset(fields: dict[str, str]) -> str:
    name = _parameter(fields.get("content-type", ""), "charset") or "utf-8"
    try:
        codecs.lookup(name)
    except LookupError:
        return "utf-8"
    return name


def body_of(text: str, part: Part) -> tuple[Piece, bytes | None]:
    """Return what a part says, and its bytes where it was encoded in base64."""
    source = text[part.start : part.end]
    encoding = part.fields.get("content-transfer-encoding", "").lower().strip()
    if encoding == "quoted-printable":
        charset = _charset(part.fields)

        def say(found: re.Match[str]) -> str:
            if found[0][1:].isspace() or found[0] == "=":
                return ""
            return bytes.fromhex(found[0].replace("=", "")).decode(charset, "replace")

        seen, marks = undone(source, _SOFT, say)
        return Piece(seen, "", part.start, marks), None
    if encoding == "base64":
        joined = "".join(source.split())
        try:
            data = base64.b64decode(joined + "=" * (-len(joined) % 4))
        except (binascii.Error, ValueError):
            return Piece(source, "", part.start), None
        seen = data.decode(_charset(part.fields), "replace")
        return Piece(seen, "", part.start, _Packed(source, data, seen)), data
    seen, marks = undone(source, _QUOTED_FROM, lambda _: "")
    return Piece(seen, "", part.start, marks), None


class _Packed:
    """Computes where the letters of base64 come from, three bytes at a time."""

    def __init__(self, source: str, data: bytes, seen: str) -> None:
        self._source, self._data, self._seen = source, data, seen

    def __call__(self) -> tuple[tuple[int, int], ...]:
        places = [at for at, letter in enumerate(self._source) if not letter.isspace()][::4]
        sizes = [len(letter.encode()) for letter in self._seen]
        if sum(sizes) != len(self._data):
            sizes = [1] * len(self._seen)
        marks: list[tuple[int, int]] = []
        passed = 0
        for at, size in enumerate(sizes):
            if passed // 3 < len(places) and (not marks or places[passed // 3] != marks[-1][1]):
                marks.append((at, places[passed // 3]))
            passed += size
        return tuple(marks) or ((0, 0),)


def pieces_of(
    export: Export, text: str, start: int, end: int
) -> tuple[list[Piece], dict[str, str]]:
    """Return what a mail says, and its fields; attachments are put aside."""
    fields, places, body = _fields(text, start, end)
    pieces = []
    for name, low, high in places:
        if not _NOISE.match(name):
            seen, marks = _header(text[low:high])
            pieces.append(Piece(seen, "", low, marks))
    for part in parts(text, Part(fields, body, end)):
        piece, data = body_of(text, part)
        kind = part.fields.get("content-type", "text/plain").lower()
        name = _parameter(part.fields.get("content-disposition", ""), "filename")
        name = name or _parameter(part.fields.get("content-type", ""), "name")
        if data is not None and not kind.startswith("text/"):
            export.attached.append((name or "attachment", data))
            continue
        pieces.append(piece)
        if "html" in kind:
            pieces += list(_html(piece))
    return pieces, fields


def _html(piece: Piece) -> Iterator[Piece]:
    outer = piece.marks() if callable(piece.marks) else piece.marks
    seen, marks = of_html(piece.text)
    if marks:
        yield piece._replace(text=seen, marks=chained(marks, outer))
    for value, at in addresses(piece.text):
        plain, inner = of_html(value)
        moved = tuple((a, b + at) for a, b in inner) or ((0, at),)
        yield piece._replace(text=plain, marks=chained(moved, outer))


def _header(source: str) -> tuple[str, Marks]:
    """Undo the words that are encoded in the value of a field."""
    out: list[str] = []
    marks: list[Mark] = [(0, 0)]
    size = done = 0
    for found in _WORD.finditer(source):
        seen, inner = _of_word(found)
        before = source[done : found.start()]
        size += len(before)
        marks += [(size + at, place) for at, place in inner]
        size += len(seen)
        out += (before, seen)
        done = found.end()
        marks.append((size, done))
    return "".join([*out, source[done:]]), tuple(marks) if done else ()


def _of_word(found: re.Match[str]) -> tuple[str, Iterable[Mark]]:
    """Return what an encoded word says, and where in the field its letters come from."""
    whole, start, source = _word(found), found.start("text"), found["text"]

    def say(letters: re.Match[str]) -> str:
        if letters[0] == "_":
            return " "
        return bytes.fromhex(letters[0].replace("=", "")).decode(found["charset"], "replace")

    try:
        if found["way"] in "qQ":
            seen, inner = undone(source, _LETTERS, say)
        else:
            seen = whole
            inner = _Packed(source, base64.b64decode(source), seen)()
    except (ValueError, LookupError):
        return whole, ((0, found.start()),)
    if seen != whole:  # its letters stand for others than these
        return whole, ((0, found.start()),)
    return seen, [(at, start + place) for at, place in inner or ((0, 0),)]


def _word(found: re.Match[str]) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(found[0].strip())))
    except (ValueError, LookupError, UnicodeError):
        return found[0]


def tell(export: Export, fields: dict[str, str]) -> Mention:
    """Say who wrote a mail, and when."""

    def value(name: str) -> str | None:
        return _WORD.sub(_word, fields.get(name, "")) or None

    return Mention(
        format="mail",
        channel=export.name.rpartition("/")[2] or None,
        thread=value("subject"),
        author=value("from"),
        time=times.of_text(fields.get("date")) or None,
        stamp=value("date"),
        message=value("message-id"),
    )


def read(export: Export) -> Iterator[Message]:
    """Yield the mails of a mailbox, or a single one, which may hold mails itself."""
    several = _START.match(export.text.head()) is not None
    for window, start, begin, end in split(export, _START if several else _NEVER):
        body = start.end() if start else begin
        pieces, fields = pieces_of(export, window.text, body, end)
        yield message(window, begin, end, pieces, tell, export, fields)


def claims(head: str, path: str) -> bool:
    """Say whether it is a mail or a mailbox."""
    if _START.match(head):
        return True
    fields, _, _ = _fields(head, 0, len(head))
    known = sum(1 for name in fields if _FIELDS.match(f"{name}:"))
    if not fields.keys() & {"from", "received", "subject"}:
        return False
    return (known >= 3 and len(fields) >= 4) or (known >= 2 and path.lower().endswith(".eml"))


MAIL = Format("mail", claims, read)
