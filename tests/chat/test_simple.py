"""What is read in C of simple messages is what the readers in Python say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.chat import discord, simple, slack
from leakhunt.chat.base import SEPARATOR, Export, Nothing
from leakhunt.chat.jsons import Lot
from leakhunt.chat.text import Text
from tests.chat.exports import DISCORD_FIELDS, SLACK_FIELDS, Said, put, section, slack_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.chat.base import Format, Message

pytestmark = pytest.mark.skipif(not simple.compiled, reason="the extension was not built")

MARKS = (
    "a & b", "&amp;lt;", "<x", "<https://a.b|c>", "\0", 'q"\\/', "\U0001f600é", "\ud83d", "<@U1>",
    "<@U1|bob>", "x<#C1|dev>y", "<!here>", "<!date^1|now>", "<http://x/y|x/y>", "<|x>", "a<b>c",
    "< x>", "<http://a?b&amp;c|d&gt;>", "<mailto:a@b|a@b>", "<a|>", "<<b>", "<\x0e>", "<é>",
)  # fmt: skip
TEXT = st.text(max_size=12) | st.lists(st.sampled_from(MARKS), max_size=3).map("".join)
KEY = st.sampled_from(["title", "value", "name", "id", "x"]) | TEXT
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=6,
)
ITEM = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "text", "link", "emoji", "user", "date", "odd"])},
    optional={
        "text": TEXT | st.none(),
        "style": st.just({"bold": True}),
        "url": TEXT,
        "name": TEXT,
        "user_id": TEXT | st.integers(),
        "fallback": TEXT,
    },
)
BLOCKS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["rich_text", "rich_text", "section"]),
            "elements": st.lists(
                st.fixed_dictionaries({"type": TEXT, "elements": st.lists(ITEM, max_size=3)}),
                max_size=3,
            ),
        }
    ),
    max_size=2,
)
SLACK_MESSAGE = st.fixed_dictionaries(
    {"type": st.just("message"), "ts": st.just("1700000000.000100")},
    optional={
        "text": TEXT | VALUE,
        "blocks": BLOCKS | VALUE,
        "files": VALUE,
        "user_profile": VALUE,
        "subtype": TEXT,
        "unheard_of": VALUE,
        "attachments": st.lists(st.dictionaries(st.sampled_from(["id", "text"]), VALUE)),
    },
)
DISCORD_MESSAGE = st.fixed_dictionaries(
    {"id": st.just("1"), "type": st.just("Default")},
    optional={
        "content": TEXT | VALUE,
        "author": VALUE,
        "embeds": st.lists(st.dictionaries(st.sampled_from(["id", "title", "url"]), VALUE)),
        "attachments": VALUE,
        "topic": TEXT,
        "reactions": VALUE,
    },
)


def told(messages: Iterator[Message | Lot]) -> list[tuple[Any, ...]]:
    """Return text, place, path and pieces of each message."""
    found = []
    for one in messages:
        for message, text in of_lot(one) if isinstance(one, Lot) else [(one, None)]:
            said = "".join(piece.glue + piece.text for piece in message.pieces)[1:]
            said = (SEPARATOR + said).replace("\0", " ")
            data = said.encode("utf-8", "replace")
            assert text in (None, data)
            found.append((data, message.start, message.end, message.path, message.pieces))
    return found


def of_lot(lot: Lot) -> Iterator[tuple[Message, bytes]]:
    low = 0
    for number, high in enumerate(lot.marks[::3]):
        yield lot.message(number), lot.data[low:high]
        low = high


def compare(form: Format, content: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Read an export both ways, and return how many messages were read in C."""
    data = content.encode("utf-8", "replace")

    def read() -> list[Message | Lot]:
        return list(form.read(Export("dev/2023-11-14.json", Text(data), Nothing())))

    fast = read()
    with monkeypatch.context() as patch:
        patch.setattr(simple, "compiled", False)
        slow = read()
    assert not any(isinstance(one, Lot) for one in slow)
    assert told(iter(fast)) == told(iter(slow))
    return sum(len(one.marks) // 3 for one in fast if isinstance(one, Lot))


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as one:
        yield one


@given(
    messages=st.lists(SLACK_MESSAGE, max_size=4),
    plain=st.booleans(),
    indent=st.sampled_from([None, 4]),
)
@settings(max_examples=40, deadline=None)
def test_slack(
    patch: pytest.MonkeyPatch, messages: list[dict[str, Any]], plain: bool, indent: int | None
) -> None:
    content = json.dumps(messages, ensure_ascii=plain, indent=indent)
    compare(slack.SLACK, content.replace("/", "\\/") if indent else content, patch)


@given(messages=st.lists(DISCORD_MESSAGE, max_size=4), plain=st.booleans(), cut=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_discord(
    patch: pytest.MonkeyPatch, messages: list[dict[str, Any]], plain: bool, cut: int
) -> None:
    whole = {"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": messages}
    content = json.dumps(whole, ensure_ascii=plain, indent=2)
    compare(discord.DISCORD, content[: len(content) - cut], patch)


def test_most_messages_are_simple(patch: pytest.MonkeyPatch) -> None:
    said = Said("the", "s3cret&<x", "is it", 3)
    day = [slack_message(at, field, said) for at, field in enumerate(SLACK_FIELDS)]
    plain = [slack_message(at, "", None) for at in range(5)]
    assert compare(slack.SLACK, json.dumps(plain, indent=4), patch) == 5
    assert compare(slack.SLACK, json.dumps(day), patch) > len(day) * 2 // 3
    messages = []
    for field in DISCORD_FIELDS:
        message: dict[str, Any] = {"id": "1", "content": "é\n", "embeds": [], "author": {}}
        put(message, field, said.text)
        messages.append(message)
    whole = {"guild": {}, "channel": {}, "messages": messages}
    assert compare(discord.DISCORD, json.dumps(whole), patch) == len(messages)


def test_places_outside_the_text_are_refused() -> None:
    for letter, byte, target in ((0, 9, 0), (-1, 0, 0), (2, 2, 1), (0, 0, 4)):
        with pytest.raises(ValueError, match="outside"):
            simple.said("[1]", letter, byte, target, simple.SLACK, (), ())


@pytest.mark.parametrize("rich", [False, True])
def test_long_labels_of_long_addresses_are_left_to_the_reader(
    patch: pytest.MonkeyPatch, rich: bool
) -> None:
    # To look for one in the other takes as many steps as the product of their lengths.
    url, label = "http://" + "a" * 2000, "a" * 1900 + "b"
    message: dict[str, Any] = {"ts": "1700000000.000100", "text": f"<{url}|{label}>"}
    if rich:
        message["text"] = "x"
        message["blocks"] = section({"type": "link", "url": url, "text": label})
    short = {"ts": "1700000000.000200", "text": f"<{url[:400]}|{label[:300]}b>"}
    assert compare(slack.SLACK, json.dumps([message, short, message]), patch) == 1
