"""Exports as programs write them that are not the ones the formats are known from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leakhunt.chat.base import Export, Nothing
from leakhunt.chat.jsons import Lot
from leakhunt.chat.registry import recognised
from leakhunt.chat.sniff import promising
from leakhunt.chat.text import Text

Seen = list[tuple[str | None, str | None, str]]
"""Author, time and the first words of each message."""


def lines(*values: Any) -> str:
    return "\n".join(map(json.dumps, values)) + "\n"


def read(path: str, content: str) -> tuple[str, Seen, list[str]]:
    """Return the format, the messages, and what was wrong."""
    data = content.encode()
    assert promising(data[:8192], path)
    form = recognised(content[:8192], path)
    assert form is not None
    seen: Seen = []
    export = Export(path, Text(data), Nothing())
    for one in form.read(export):
        for message in [one.message(0)] if isinstance(one, Lot) else [one]:
            if message.counts:
                mention = message.tell()
                text = " ".join("".join(p.glue + p.text for p in message.pieces).split())
                seen.append((mention.author, (mention.time or "")[:16] or None, text))
    return form.name, seen, export.wrong


ASKED = "2024-01-01T10:00:00Z"
TIME = "2024-01-01T10:00"
MAIL = """From ann@example.com
Return-Path: <ann@example.com>
quite Odd-Header: y
From : Ann <ann@example.com>
Subject: hello
Date: Mon, 1 Jan 2024 10:00:00 +0000
"""
PAGE = """<!DOCTYPE html><html><body><div class="mx_MatrixChat"><main class="mx_RoomView">
<div dir="auto" class="mx_LegacyRoomHeader_nametext" title="ops">
  ops
</div><div class="mx_Export_EventWrapper" id="$event1"><span
class="mx_DisambiguatedProfile_displayName">ann</span><span class="mx_MessageTimestamp">10:00</span>
the key</div></main></div></body></html>"""
TEAMS = """<!doctype html><html><head><title>Ops</title></head><body><h1>Microsoft Teams</h1>
<div class="msg" id="msg-0"><div class="hdr">Ann \u00b7 <span title="2024-01-01T10:00:00Z">10:00</span>
</div><div>the key</div></div></body></html>"""
TELEGRAM = """<!DOCTYPE html>
<html><body><div class="page_wrap"><div class="page_header"><div class="text bold">Ops</div></div>
<div class="history">
<div class="message service" id="message-1"><div class="body details">1 January 2024</div></div>
<div class="message default clearfix" id="message1"><div class="body">
<div class="pull_right date details" title="01.01.2024 10:00:00 UTC+00:00">10:00</div>
<div class="from_name">Ann</div><div class="text">the <b>k</b>ey</div></div></div>
<div class="message default clearfix joined" id="message2"><div class="body">
<div class="pull_right date details" title="01.01.2024 10:05:00 UTC+00:00">10:05</div>
<div class="forwarded body"><div class="from_name">Bob</div>
<div class="text">what Bob wrote</div></div></div></div>
<div class="message service" id="message-2"><div class="body details">Bob joined</div></div>
</div></div></body></html>"""
MESSENGER = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Ann</title></head><body><div class="_a706">
<div class="_a6-p"><div class="_2ph_ _a6-h _a6-i"><div>Ann</div></div><div class="_2ph_ _a6-p"><div><div>the key</div></div></div>
<div class="_a72d">Jan 1, 2024, 10:00 AM</div></div><section class="_3-95 _a6-g"><h2 class="_2ph_ _a6-h _a6-i"
id="x">Bob</h2><div class="_2ph_ _a6-p">the other</div><footer class="_3-94 _a6-o"><div class="_a72d">Jan 1, 2024 10:05:00 pm</div></footer></section></div></body></html>"""
SYSTEM = """<!DOCTYPE html><html lang=en><head><title>Guild - dev</title><style>.chatlog{}</style></head>
<body><div class=preamble><div class=preamble__entry>Guild</div><div class=preamble__entry>dev</div></div>
<div class=chatlog><div class=chatlog__message-group><div id=chatlog__message-container-1
class=chatlog__message-container data-message-id=1><span class=chatlog__author title=ann
data-user-id=5>Ann</span><span class=chatlog__timestamp title="Monday, January 1, 2024 10:00 AM"><a
href=#chatlog__message-container-1>1/1/2024 10:00 AM</a></span>the key</div>
<div class=chatlog__message-group><div id=chatlog__message-container-2
class=chatlog__message-container data-message-id=2><span
class=chatlog__system-notification-author title=bob data-user-id=6>Bob</span><span> </span><span
class=chatlog__system-notification-content><span>pinned </span></span>
<span class=chatlog__system-notification-timestamp title="Monday, January 1, 2024 10:05 PM"><a
href=#chatlog__message-container-2>1/1/2024 10:05 PM</a></span></div></div></div></body></html>"""
CASES: list[tuple[str, str, str, Seen]] = [
    (
        "codex",
        "rollout-1.jsonl",
        lines(
            {"payload": {"id": "a"}, "timestamp": ASKED, "type": "session_meta"},
            {
                "payload": {"content": [{"text": "the key"}], "role": "user"},
                "timestamp": ASKED,
                "type": "response_item",
            },
        ),
        [("session_meta", TIME, ""), ("user", TIME, "the key")],
    ),
    (
        "claude-code",
        "session.json",
        json.dumps(
            {
                "loglines": [
                    {
                        "type": "user",
                        "timestamp": ASKED,
                        "message": {"role": "user", "content": "the key"},
                    }
                ]
            },
            indent=2,
        ),
        [("user", TIME, "the key")],
    ),
    (
        "claude-code",
        "session.jsonl",
        lines({"type": "user", "timestamp": ASKED, "message": {"content": "the key"}}),
        [("user", TIME, "the key")],
    ),
    (
        "copilot-cli",
        "events.jsonl",
        lines({"session_id": "a", "type": "user.message", "prompt": "the key", "timestamp": ASKED}),
        [("user.message", TIME, "the key")],
    ),
    (
        "gemini-cli",
        "session-1.jsonl",
        lines(
            {"sessionId": "s", "projectHash": "h", "startTime": ASKED},
            {"id": "1", "timestamp": ASKED, "type": "user", "content": "the key"},
            {"$set": {"lastUpdated": ASKED}},
        ),
        [(None, None, ASKED), ("user", TIME, "the key"), (None, None, ASKED)],
    ),
    (
        "assistant",
        "thread.json",
        json.dumps(
            {
                "id": "t",
                "messages": [{"role": "user", "text": "the key", "createdAt": 1704103200000}],
            }
        ),
        [("user", TIME, "the key")],
    ),
    (
        "copilot-chat",
        "s.jsonl",
        lines(
            {"kind": 0, "v": {"sessionId": "s", "requests": []}},
            {
                "kind": 2,
                "k": ["requests"],
                "v": [
                    {
                        "message": {"text": "what?"},
                        "response": [{"value": "the key"}],
                        "timestamp": 1704103200000,
                    }
                ],
            },
        ),
        [
            (None, None, ""),
            ("user", TIME, "what?"),
            ("assistant", TIME, "the key"),
        ],
    ),
    (
        "chatgpt",
        "one.json",
        json.dumps(
            {
                "title": "x",
                "mapping": {
                    "a": {
                        "parent": None,
                        "message": {
                            "author": {"role": "user"},
                            "create_time": 1704103200,
                            "content": {"parts": ["the key"]},
                        },
                    }
                },
            }
        ),
        [("user", TIME, "the key")],
    ),
    (
        "telegram",
        "messages.html",
        TELEGRAM,
        [
            (None, None, "1 January 2024"),
            ("Ann", TIME, "the key"),
            ("Ann", "2024-01-01T10:05", "what Bob wrote"),
            (None, None, "Bob joined"),
        ],
    ),
    (
        "rocketchat",
        "general.html",
        '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
        "<p><strong>ann</strong> (Mon, 01 Jan 2024 10:00:00 GMT):<br/>\nthe key\n</p>\n"
        "<p><strong>bob</strong> (Mon, 01 Jan 2024 10:00:30 GMT):<br/>\n<i>joined</i>\n</p>\n",
        [("ann", TIME, "the key"), ("bob", TIME, "joined")],
    ),
    (
        "rocketchat",
        "general.json",
        lines({"msg": "the key", "username": "ann", "ts": ASKED, "attachments": []}),
        [("ann", TIME, "the key")],
    ),
    (
        "messenger",
        "inbox/ann_1/message_1.html",
        MESSENGER,
        [("Ann", TIME, "the key"), ("Bob", "2024-01-01T22:05", "the other")],
    ),
    (
        "signal",
        "Ann (_id1).txt",
        "[Jan 01, 2024 10:00:00] *** You created the group\n[Jan 01, 2024 10:00:30] <Ann> the key\n"
        "more of it\n[Jan 01, 2024 10:05:00] <Bob> ok\n",
        [
            (None, TIME, "You created the group"),
            ("Ann", TIME, "the key more of it"),
            ("Bob", "2024-01-01T10:05", "ok"),
        ],
    ),
    (
        "discord",
        "dev.html",
        SYSTEM,
        [("Ann", TIME, "the key"), ("Bob", "2024-01-01T22:05", "pinned")],
    ),
    (
        "tickets",
        "backup/entities.xml",
        "<?xml version='1.0'?>\n<!-- \n___ Exported on ___\n" + "plug-in\n" * 2000 + " -->\n"
        '<entity-engine-xml date="1">\n<Issue id="1" key="APP-1" creator="Ann" '
        'created="2024-01-01 10:00:00.0" summary="&quot;the&quot; &amp; key"/>\n</entity-engine-xml>\n',
        [("Ann", TIME, '"the" & key')],
    ),
    (
        "aider",
        "app/.aider.chat.history.md",
        "-*- mode: fundamental -*-\n\n# aider chat started at 2024-01-01 10:00:00\n\n> Aider v0\n\n"
        "#### what is\n#### the key\n\nit is said\n\n#### bye\n",
        [
            ("assistant", None, "fundamental"),
            ("assistant", TIME, "Aider"),
            ("user", TIME, "what is the key"),
            ("assistant", TIME, "it is said"),
            ("user", TIME, "bye"),
        ],
    ),
    (
        "zoom",
        "chat.txt",
        "10:00:00 Ann:\tthe key\n10:00:01\tBob:\tthanks\nfor that\n",
        [("Ann", None, "the key"), ("Bob", None, "thanks for that")],
    ),
    ("mail", "a.eml", MAIL + "\nthe key\n", [("Ann <ann@example.com>", TIME, "…the key")]),
    (
        "mail",
        "b.eml",
        MAIL + 'Content-Type: multipart/mixed; boundary="x"\n\nthe key\n',
        [("Ann <ann@example.com>", TIME, "…the key")],
    ),
    (
        "mail",
        "c.eml",
        MAIL.partition("\n")[2] + "\n> quoted\nFrom bob@example.com Mon Jan  1 10:00:00 2024\n"
        "Subject: inner\n\nthe key\n",
        [("Ann <ann@example.com>", TIME, "…the key")],
    ),
    (
        "irc",
        "2024-01-01-proxy.log",
        "[01 Jan 10:00] <ann!n=ann@host.example> the key\n[01 Jan 10:01] --> bob joined\n",
        [("ann", TIME, "the key"), (None, "2024-01-01T10:01", "bob joined")],
    ),
    ("matrix", "messages.html", PAGE, [("ann", None, "ann10:00 the key")]),
    ("teams", "chat.html", TEAMS, [("Ann", TIME, "Ann \u00b7 10:00 the key …")]),
    (
        "signal",
        "chat.md",
        "[2024-01-01, 10:00] Ann: the key\n[2024-01-01, 10:01] Me: ok\n",
        [("Ann", TIME, "the key"), ("Me", "2024-01-01T10:01", "ok")],
    ),
    (
        "chat",
        "Ann/data.json",
        lines({"date": ASKED, "sender": "Ann", "body": "the key", "quote": "", "reactions": []}),
        [("Ann", TIME, "the key")],
    ),
    (
        "chat",
        "export.json",
        json.dumps(
            {"title": "x", "messages": [{"author": "Ann", "timestamp": ASKED, "text": "the key"}]}
        ),
        [("Ann", TIME, "the key")],
    ),
]


@pytest.mark.parametrize(
    ("form", "path", "content", "expected"), CASES, ids=lambda one: one[:20] if one else ""
)
def test_messages_are_read(form: str, path: str, content: str, expected: Seen) -> None:
    name, seen, wrong = read(path, content)
    assert name == form
    assert wrong == []
    assert len(seen) == len(expected), seen
    for (author, time, text), (its_author, its_time, its_text) in zip(seen, expected, strict=True):
        assert (author, time) == (its_author, its_time)
        if its_author is not None:
            assert its_text.strip("… ") in text, text


def test_a_line_longer_than_a_window_is_one_message() -> None:
    long = {"type": "user", "timestamp": ASKED, "message": {"content": "x" * 1_500_000}}
    short = {"type": "user", "timestamp": ASKED, "message": {"content": "the key"}}
    _, seen, wrong = read("s.jsonl", lines(short, long, short))
    assert ([author for author, *_ in seen], wrong) == (["user"] * 3, [])


def test_a_version_in_a_file_is_no_message() -> None:
    assert not promising(b"2.0.0\n", "VERSION")
    assert not promising(b"2024.11.22\n", "VERSION")
    assert promising(b"[12:00] <ann> hunter2-prod\n", "a.log")
