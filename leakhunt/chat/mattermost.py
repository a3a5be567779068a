"""Mattermost: the JSON Lines of a bulk export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.base import Piece, words
from leakhunt.chat.records import Record, Shape, form, said, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.jsons import Element

_HEAD = lazy.pattern(
    r'\s*\{"type"\s*:\s*"version"\s*,\s*"(?:version|info)"|\s*\{"type"\s*:\s*"(?:post|direct_post)"\s*,\s*"(?:direct_)?post"'
)
_SKIP = words(
    "\\0above type create_at edit_at delete_at update_at reactions replies flagged_by team user"
)


def pieces_of(message: dict[str, Any]) -> list[Piece]:
    """Return what a message or another line says."""
    return said(message, ("message",), _SKIP)


def within(element: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a post and the replies to it; of any other line itself."""
    line = element.value
    kind = str(line.get("type"))
    post = line.get(kind)
    if not isinstance(post, dict):
        yield "", line
        return
    yield f"/{kind}", post
    replies = post.get("replies")
    for number, reply in enumerate(replies if isinstance(replies, list) else ()):
        if isinstance(reply, dict):
            above = {
                key: post[key] for key in ("team", "channel", "channel_members") if key in post
            }
            yield (
                f"/{kind}/replies/{number}",
                {"\\0above": {"of": post.get("create_at"), **above}, **reply},
            )


def tell(record: Record) -> Mention:
    """Say who wrote a post, when and where."""
    post = record.value
    above = post.get("\\0above", post)
    members = above.get("channel_members")
    channel = text_of(above, "channel")
    if isinstance(members, list):
        channel = "@" + ", ".join(str(member) for member in members)
    elif channel:
        channel = f"#{channel}"
    return Mention(
        format="mattermost",
        workspace=text_of(above, "team"),
        channel=channel,
        thread=text_of(above, "of") if above is not post else None,
        author=text_of(post, "user"),
        time=times.of_seconds(post["create_at"], 1000) if "create_at" in post else None,
        stamp=text_of(post, "create_at"),
        people=len(members) if isinstance(members, list) else None,
    )


def claims(head: str, path: str) -> bool:
    """Say whether it is a bulk export of Mattermost."""
    return _HEAD.match(head) is not None


def is_post(base: str) -> bool:
    """Say of the place of an object in its line whether it is a post, and no team or person."""
    return base.startswith(("/post", "/direct_post"))


MATTERMOST = form(Shape("mattermost", claims, (), tell, pieces_of, within, counts=is_post))
