"""Microsoft Teams: JSON of Graph, of PowerShell exports and of the personal export."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.jsons import ANY
from leakhunt.chat.marks import addresses, chained, of_html
from leakhunt.chat.nested import strings_within
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from leakhunt.chat.base import Beside

_HEAD = lazy.pattern(
    r'(?i)"(?:messageType|MessageHistory|PolicyViolation|channelIdentity)"\s*:'
    r'|"(?:conversations)"\s*:\s*\[.{0,3000}?"(?:MessageList|threadProperties|originalarrivaltime)"',
    re.DOTALL,
)
_MORE = lazy.pattern(
    r'(?i)"(?:createdDateTime|originalarrivaltime|MessageList|threadProperties)"\s*:'
)
_OPENED = {
    (),
    ("value",),
    ("conversations",),
    ("conversations", ANY),
    ("conversations", ANY, "MessageList"),
}
_SKIP = words(
    "id etag messageType createdDateTime lastModifiedDateTime lastEditedDateTime deletedDateTime "
    "chatId importance locale replyToId webUrl from channelIdentity contentType contentUrl "
    "thumbnailUrl reactions mentions @odata.context @odata.type originalarrivaltime messagetype "
    "version amsreferences conversationid clientmessageid"
)
_SKIP |= {name[:1].upper() + name[1:] for name in _SKIP}
_TEAM = lazy.pattern(r"[\w-]{1,64}")
_DULL = lazy.pattern(
    r"(?i)/(?:id|\w+id|etag|contentUrl|thumbnailUrl|webUrl|hostedContents|teamsAppId|version)$"
)


def dull(pointer: str) -> bool:
    """Say whether a string is an id or an address of Microsoft's own."""
    return _DULL.search(pointer) is not None


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message says, its cards and what it said before."""
    pieces: list[Piece] = []
    for piece in said(message, ("body", "Body", "content"), _SKIP):
        text = piece.text
        if text[:1] in "{[" and text[-1:] in "}]" and _is_json(text):
            pieces += map(of_page, strings_within(piece))
            continue
        seen, marks = of_html(text)
        if not marks:
            pieces.append(piece)
            continue
        pieces.append(piece._replace(text=seen, marks=marks))
        for value, at in addresses(text):
            plain, inner = of_html(value)
            moved = tuple((a, b + at) for a, b in inner) or ((0, at),)
            pieces.append(piece._replace(text=plain, marks=moved))
    return pieces


def of_page(piece: Piece) -> Piece:
    """Return a piece without its tags."""
    seen, marks = of_html(piece.text)
    if not marks:
        return piece
    outer = piece.marks
    return piece._replace(
        text=seen, marks=lambda: chained(marks, outer() if callable(outer) else outer)
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _of(value: Any, *path: str) -> str | None:
    """Return what lies behind some keys, in either case of their first letters."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key, value.get(key[:1].upper() + key[1:]))
    return text_of(value)


def _names(beside: Beside, team: str) -> dict[str, str]:
    """Return what a team and its channels are called, by their ids."""
    found: dict[str, str] = {}
    for file, key, name in (
        ("../teamsList.json", "GroupsId", "Name"),
        (f"channels_{team}.json", "Id", "DisplayName"),
    ):
        try:
            listed = json.loads(beside.read(file) or b"[]")
        except (ValueError, RecursionError):
            continue
        for one in listed if isinstance(listed, list) else ():
            if known := text_of(one, key):
                found[known] = text_of(one, name) or known
    return found


def tell(record: Record) -> Mention:
    """Say who wrote a message, when and where."""
    message = record.value
    stamp = _of(message, "createdDateTime") or _of(message, "originalarrivaltime")
    author = _of(message, "from", "user", "displayName") or _of(
        message, "from", "application", "displayName"
    )
    channel = _of(message, "channelIdentity", "channelId") or _of(message, "chatId")
    named = text_of(record.above("displayName")) if "MessageList" in record.path else None
    team = _of(message, "channelIdentity", "teamId")
    names: dict[str, str] = {}
    if team and _TEAM.fullmatch(team):
        export = record.export
        memo = f"teams {export.name.rpartition('/')[0]} {team}"
        names = export.beside.memo(memo, lambda: _names(export.beside, team))
    if channel in names:
        channel = f"#{names[channel]}"
    return Mention(
        format="teams",
        workspace=names.get(team or "", team),
        channel=f"@{named}" if named else channel,
        thread=_of(message, "replyToId"),
        author=author or _of(message, "displayName") or text_of(message, "from"),
        time=times.of_text(stamp) or None,
        stamp=stamp,
        message=_of(message, "id"),
        permalink=_of(message, "webUrl"),
    )


def claims(head: str, path: str) -> bool:
    """Say whether it holds messages of Teams."""
    return head.lstrip()[:1] in ("{", "[") and bool(_HEAD.search(head) and _MORE.search(head))


TEAMS = form(Shape("teams", claims, _OPENED, tell, pieces_of, None, dull))
