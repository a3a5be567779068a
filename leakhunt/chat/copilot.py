"""Copilot Chat in Visual Studio Code: sessions as a whole, and as a log of changes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunt import lazy
from leakhunt.chat import times
from leakhunt.chat.assistants import dull, pieces_of
from leakhunt.chat.records import Record, Shape, form, text_of
from leakhunt.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.jsons import Element

_HEAD = lazy.pattern(
    r'"requesterUsername"\s*:|"responderUsername"\s*:|\{"kind"\s*:\s*0\s*,\s*"v"\s*:'
)
_SIDE = "\0side"
_ABOUT = "\0about"


def within(element: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what was asked and what was answered, and then the rest of a session or change."""
    value = element.value
    rest = dict(value)
    if _is_request(value):
        yield from _request("", value)
        return
    base, inner = "", rest
    if "kind" in value and isinstance(value.get("v"), dict | list):
        inner = rest["v"] = value["v"].copy()
        base = "/v"
    requests = inner.pop("requests", None) if isinstance(inner, dict) else inner
    if isinstance(inner, dict):
        base += "/requests"
    for number, one in enumerate(requests if isinstance(requests, list) else ()):
        if _is_request(one):
            yield from _request(f"{base}/{number}", one)
            if isinstance(inner, list):
                rest["v"][number] = None
    yield "", rest


def _is_request(value: Any) -> bool:
    return isinstance(value, dict) and "message" in value and "response" in value


def _request(base: str, value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    rest = {**value, _SIDE: "responderUsername", _ABOUT: value}
    message = rest.pop("message")
    if isinstance(message, dict):
        yield f"{base}/message", {**message, _SIDE: "requesterUsername", _ABOUT: value}
    else:
        rest["message"] = message
    yield base, rest


def tell(record: Record) -> Mention:
    """Say which side said something, when and in which session."""
    about = record.value.get(_ABOUT) or record.value
    side = record.value.get(_SIDE)
    session = text_of(record.value, "v", "sessionId") or text_of(record.above("sessionId"))
    stem = record.export.name.rpartition("/")[2].rpartition(".")[0]
    stamp = text_of(about, "timestamp")
    author = None
    if side:
        known = text_of(record.above(side))
        author = known or ("user" if side == "requesterUsername" else "assistant")
    return Mention(
        format=record.shape,
        channel=text_of(record.above("customTitle")) or session or stem or None,
        author=author,
        time=times.of_seconds(stamp, 1000) or None,
        stamp=stamp,
        message=text_of(about, "requestId"),
    )


def _said(message: dict[str, Any]) -> Any:
    return pieces_of({key: inner for key, inner in message.items() if key not in (_SIDE, _ABOUT)})


def claims(head: str, path: str) -> bool:
    """Say whether it is a session of Copilot Chat."""
    return head.lstrip()[:1] == "{" and _HEAD.search(head) is not None


COPILOT = form(
    Shape("copilot-chat", claims, ((), ("requests",)), tell, _said, within, dull),
)
