"""More exports: forms of the same formats that other programs or other versions write."""

from __future__ import annotations

import base64
import csv
import email.header
import html
import io
import json
from typing import Any

from tests.chat.exports import (
    EXPORTS,
    SLACK_FIELDS,
    Said,
    dotnet,
    export,
    mojibake,
    put,
    slack_message,
    slashes,
    teams_message,
    telegram_messages,
)

__all__ = ["EXPORTS"]

MORE_OF_SLACK = (
    "/attachments/0/footer", "/attachments/0/author_name", "/attachments/0/author_link",
    "/attachments/0/title_link", "/attachments/0/image_url", "/attachments/0/service_name",
    "/attachments/0/fields/0/title", "/attachments/0/blocks/0/text/text",
    "/attachments/0/files/0/title", "/attachments/0/video_html", "/attachments/0/actions/0/value",
    "/blocks/0/accessory/url", "/blocks/0/accessory/alt_text", "/blocks/0/alt_text",
    "/blocks/0/title/text", "/blocks/0/image_url", "/blocks/0/elements/0/text/text",
    "/blocks/0/elements/0/placeholder/text", "/blocks/0/elements/0/elements/0/url",
    "/blocks/0/call/v1/name", "/blocks/0/rows/0/0/text", "/blocks/0/description/text",
    "/files/0/subject", "/files/0/preview_highlight", "/files/0/transcription/preview/content",
    "/files/0/from/0/name", "/files/0/title_blocks/0/text", "/files/0/permalink",
    "/files/0/url_private_download", "/files/0/headers/x", "/file/title", "/file/preview",
    "/comment/comment", "/inviter", "/old_name", "/reply_broadcast/x", "/edited/x",
    "/reactions/0/name", "/message/text", "/user_profile/status_text", "/user_profile/title",
)  # fmt: skip


@export(
    "slack",
    "teams/acme/general/2023-11-14.json",
    *SLACK_FIELDS[:4],
    *MORE_OF_SLACK,
    message="1700000002.000100",
    author=None,
)
def slack_grid(field: str, said: Said) -> str:
    day = [slack_message(at, field, said if at == 2 else None) for at in range(4)]
    return slashes(json.dumps(day, indent=4))


@export("slack", "MESSAGE/7", "/text", "split", "/files/0/preview", message="1700000002.000100")
def slack_row(field: str, said: Said) -> str:
    """A row of slackdump's database, as it comes out of the reader of SQLite."""
    data = json.dumps(slack_message(2, field, said))
    return f"CHANNEL_ID: C01\nTS: 1700000002.000100\nTXT: hm\nDATA: {data}"


@export(
    "cursor", "cursorDiskKV/7", "/text", "/thinking/text", "nested", message="b2", author="user"
)
def cursor_row(field: str, said: Said) -> str:
    bubble: dict[str, Any] = {"_v": 2, "type": 1, "bubbleId": "b2", "text": "hm"}
    if field == "nested":
        bubble["toolFormerData"] = {"rawArgs": json.dumps({"command": said.text})}
    else:
        put(bubble, field, said.text)
    return f"key: bubbleId:c1:b2\nvalue: {json.dumps(bubble)}"


@export(
    "telegram",
    "chats/result.json",
    *(
        "/forwarded_from",
        "/via_bot",
        "/title",
        "/performer",
        "/sticker_emoji",
        "/text_entities/0/text",
    ),
    *("/inline_bot_buttons/0/0/text", "/contact_information/last_name", "/saved_from", "/author"),
    message="1002",
    author=None,
)
def telegram_more(field: str, said: Said) -> str:
    chat = {"name": "Bob", "type": "private_supergroup", "id": 7}
    return json.dumps(
        {**chat, "messages": telegram_messages(field, said)}, indent=1, ensure_ascii=False
    )


@export("matrix", "matrix - Room - Chat Export.txt", "text", author="Ann")
def matrix_text(field: str, said: Said) -> str:
    texts = ["hm", "hm", said.text, "hm"]
    return "\n".join(f"1/13/2023, 10:1{at}:33 AM - Ann: {text}" for at, text in enumerate(texts))


@export("discord", "old.html", "content", "split", "reference", message="1002")
def discord_html_groups(field: str, said: Said) -> str:
    """So it was until 2022: who and when stands before the messages of a group."""

    def one(at: int, body: str) -> str:
        return (
            f'            <div class="chatlog__message " data-message-id="100{at}" id="message-100{at}">\n'
            f'<div class="chatlog__content"><div class="markdown"><span class="preserve-whitespace">{body}'
            "</span></div></div></div>\n"
        )

    def group(author: str, before: str, *messages: str) -> str:
        return (
            f'<div class="chatlog__message-group">{before}<div class="chatlog__messages">\n'
            f'<span class="chatlog__author-name" title="{author}#1" data-user-id="5">{author}</span>\n'
            f'<span class="chatlog__timestamp">10-Apr-21 09:01 AM</span>\n{"".join(messages)}</div></div>\n'
        )

    text = html.escape(said.text)
    if field == "split":
        text = said.joined("<strong>", "</strong>", html.escape)
    quoted = ""
    if field == "reference":
        text, quoted = (
            f"as you said: <code>{text}</code>",
            '<div class="chatlog__reference">hm</div>',
        )
    return (
        "<!DOCTYPE html><html lang=en><head><title>Guild - dev</title></head><body>"
        '<div class="preamble"><div class="preamble__entry">Guild</div><div class="preamble__entry">dev</div></div>'
        f'<div class="chatlog">\n{group("Bob", "", one(0, "hi"))}'
        f"{group('Ann', quoted, one(1, 'hm'), one(2, text))}{group('Bob', '', one(3, 'bye'))}</div></body></html>"
    )


@export("matrix", "messages.html", "text", "split", "href", message="$e2")
def matrix_html(field: str, said: Said) -> str:
    text = html.escape(said.text)
    if field == "split":
        text = said.joined("<strong>", "</strong>", html.escape)
    elif field == "href":
        text = f'<a href="https://x.example/?t={said.secret}">this</a>'
    events = "".join(
        f'<li class="mx_Export_EventWrapper" id="$e{at}"><div class="mx_EventTile">'
        '<span class="mx_DisambiguatedProfile_displayName mx_x">Ann</span>'
        '<span class="mx_MessageTimestamp" title="Jan 13, 2023, 10:14">10:14</span>'
        f'<div class="mx_EventTile_body">{text if at == 2 else "hm"}</div></div></li>\n'
        for at in range(4)
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Room</title></head><body>'
        f'<div class="mx_MatrixChat"><ol>\n{events}</ol></div></body></html>'
    )


@export("teams", "Design/index.html", "text", "split", "href", author="Ann")
def teams_html(field: str, said: Said) -> str:
    text = html.escape(said.text)
    if field == "split":
        text = said.joined("<strong>", "</strong>", html.escape)
    elif field == "href":
        text = f'<a href="https://x.example/?t={said.secret}">this</a>'
    messages = "".join(
        f'<div class="msg" id="m{at}"><div class="main"><div class="hdr">Ann \u00b7 '
        f'<span title="2023-01-13T10:14:33Z">13.01.2023</span></div>'
        f'<div class="body">{text if at == 2 else "hm"}</div></div></div>\n'
        for at in range(4)
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>Teams chat</title></head><body>'
        f"<p>Exported from teams.microsoft.com</p>\n{messages}</body></html>"
    )


@export("teams", "replies.json", "content", "reply", "mention", "reaction")
def teams_threads(field: str, said: Said) -> str:
    """Answers inside of what they answer, as `$expand=replies` gives them."""
    first = teams_message(2, "content", said if field == "content" else None)
    if field == "reply":
        first["replies"] = [teams_message(3, "content", said)]
    elif field == "mention":
        first["mentions"] = [{"id": 0, "mentionText": said.text}]
    elif field == "reaction":
        first["reactions"] = [{"reactionType": "x", "displayName": said.text}]
    whole = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#chats"}
    return dotnet(json.dumps({**whole, "value": [teams_message(1, "", None), first]}))


@export("messenger", "messages/inbox/bob_2/message_1.json", "/content", "/share/original_content_owner",
        "/reactions/0/reaction", "/photos/0/uri")  # fmt: skip
def instagram(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message: dict[str, Any] = {
            "sender_name": "Ann",
            "timestamp_ms": 1673604873000,
            "content": "hm",
            "is_geoblocked_for_viewer": False,
        }
        if at == 2:
            put(message, field, mojibake(said.text))
        messages.append(message)
    whole = {"participants": [{"name": "Ann"}, {"name": "Bob"}], "messages": messages,
             "title": mojibake("Bob \u0142"), "is_still_participant": True,
             "thread_path": "inbox/bob_2", "magic_words": []}  # fmt: skip
    return json.dumps(whole, indent=2)


@export("irc", "#dev-dircproxy.log", "text")
def irc_dircproxy(field: str, said: Said) -> str:
    texts = ["hi", "hi", said.text.replace("\n", " "), "bye"]
    return "".join(f"[13 Jan 10:1{at}] <Ann!a@x> {text}\n" for at, text in enumerate(texts))


@export("webex", "meeting.txt", "text", author="Ann")
def webex(field: str, said: Said) -> str:
    texts = ["hi", "hi", said.text, "bye"]
    return "".join(
        f"from Ann to everyone:    10:1{at} AM\n{text}\n" for at, text in enumerate(texts)
    )


@export("copilot-chat", "chatSessions/log.jsonl", "first", "later", "answer", author=None)
def copilot_log(field: str, said: Said) -> str:
    """A session as a log of changes to it."""

    def request(text: str, answer: str = "hm") -> dict[str, Any]:
        return {"requestId": "r", "timestamp": 1673604873000, "message": {"text": text, "parts": []},
                "response": [{"value": answer}]}  # fmt: skip

    texts = {name: said.text if field == name else "hm" for name in ("first", "later", "answer")}
    lines: list[dict[str, Any]] = [
        {"kind": 0, "v": {"version": 3, "sessionId": "s", "requests": [request(texts["first"])]}},
        {"kind": 2, "k": ["requests"], "v": [request(texts["later"])]},
        {"kind": 2, "k": ["requests", 1, "response"], "v": [{"value": texts["answer"]}]},
    ]
    return "\n".join(map(json.dumps, lines))


@export("copilot-cli", "session-state/s.jsonl", "user", "tool", author=None)
def copilot_cli(field: str, said: Said) -> str:
    call = {"toolName": "bash", "arguments": {"command": said.text if field == "tool" else "ls"}}
    lines: list[dict[str, Any]] = [
        {"type": "session.start", "data": {"sessionId": "s"}, "id": "1", "timestamp": "2026-01-13T10:14:33Z"},
        {"type": "user.message", "data": {"content": said.text if field == "user" else "hm"}, "id": "2"},
        {"type": "tool.execution_start", "data": call, "id": "3"},
    ]  # fmt: skip
    return "\n".join(map(json.dumps, lines))


@export("claude-code", "web.json", "text", "tool", author=None)
def claude_web(field: str, said: Said) -> str:
    inner: dict[str, Any] = {"type": "text", "text": said.text}
    if field == "tool":
        inner = {"type": "tool_use", "name": "Bash", "input": {"command": said.text}}
    line = {"type": "assistant", "timestamp": "2026-01-13T10:14:33Z",
            "message": {"role": "assistant", "content": [inner]}}  # fmt: skip
    return json.dumps({"loglines": [line, line]}, indent=1)


@export(
    "rocketchat", "rows.json", "/msg", "/attachments/0/fields/0/value", "/file/name", author=None
)
def rocketchat_rows(field: str, said: Said) -> str:
    rows = []
    for at in range(3):
        row: dict[str, Any] = {"_id": f"m{at}", "rid": "GENERAL", "msg": "hm", "ts": "2023-01-13T10:14:33.000Z",
                               "u": {"_id": "x", "username": "Ann"}, "_updatedAt": "2023-01-13"}  # fmt: skip
        if at == 1:
            put(row, field, said.text)
        rows.append(row)
    return json.dumps(rows)


@export("mail", "cur/1.eml", "base64-subject", "base64-latin", "base64-utf-16", author=None)
def mail_more(field: str, said: Said) -> str | bytes:
    if field == "base64-subject":
        text = said.text.replace("\n", " ")
        subject = email.header.Header(text, "utf-8", 76, "Subject").encode()
        return f"From: Ann <ann@x.example>\nSubject: {subject}\nMIME-Version: 1.0\n\nhm\n"
    charset = {"base64-latin": "iso-8859-1", "base64-utf-16": "utf-16le"}[field]
    body = said.text.encode(charset, "replace")
    head = f"From: Ann <ann@x.example>\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
    encoded = base64.encodebytes(body).decode()
    return f"{head}Content-Transfer-Encoding: base64\n\n{encoded}"


@export("table", "messages.csv", "message", "semicolons", author="Ann", message="2")
def table(field: str, said: Said) -> str:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";" if field == "semicolons" else ",")
    rows.writerow(["id", "author", "date", "message"])
    rows.writerows(
        [1 + at, "Ann", "2023-01-13 10:14:33", text]
        for at, text in enumerate(["hm", said.text, "hm"])
    )
    return out.getvalue()


@export("chat", "export.json", "text", "html", author="Ann", message="2")
def talk(field: str, said: Said) -> str:
    text = said.joined("<b>", "</b>", html.escape) if field == "html" else said.text
    texts = ["hm", text, "hm"]
    messages = [
        {"id": f"{1 + at}", "author": "Ann", "timestamp": "2023-01-13T10:14:33Z", "text": one}
        for at, one in enumerate(texts)
    ]
    return json.dumps({"title": "Room", "messages": messages})


@export("zulip", "messages-000002.json.partial", "content", author=None, message="1001")
def zulip_partial(field: str, said: Said) -> str:
    messages = [
        {"id": 1000 + at, "sender": 5, "content": text, "rendered_content": None, "subject": "t",
         "date_sent": 1673604873.5, "recipient": 3, "edit_history": None}
        for at, text in enumerate(["hm", said.text, "hm"])
    ]  # fmt: skip
    return json.dumps({"zerver_message": messages, "zerver_userprofile_ids": [5]})


@export("gemini-cli", "tmp/x/logs.json", "/message", author=None)
def gemini_logs(field: str, said: Said) -> str:
    lines = [
        {"sessionId": "s", "messageId": at, "type": "user", "message": text, "timestamp": "2026-01-13T10:14:33Z"}
        for at, text in enumerate(["hm", said.text])
    ]  # fmt: skip
    return json.dumps(lines, indent=2)


@export("assistant", "ui_messages.json", "/text", author=None)
def cline_ui(field: str, said: Said) -> str:
    lines = [{"ts": 1673604873000 + at, "type": "say", "say": "text", "text": text}
             for at, text in enumerate(["hm", said.text])]  # fmt: skip
    return json.dumps(lines)


@export(
    "mattermost",
    "more.jsonl",
    "direct",
    "/message",
    "/props/webhook_display_name",
    "team",
    author=None,
)
def mattermost_more(field: str, said: Said) -> str:
    post: dict[str, Any] = {"team": "t", "channel": "c", "user": "ann", "message": "hm",
                            "create_at": 1673604873009}  # fmt: skip
    direct = {"channel_members": ["ann", "bob"], "user": "ann", "create_at": 1673604873009,
              "message": said.text if field == "direct" else "hm"}  # fmt: skip
    team = {
        "name": "t",
        "display_name": "T",
        "type": "O",
        "description": said.text if field == "team" else "",
    }
    if field.startswith("/"):
        put(post, field, said.text)
    lines: list[dict[str, Any]] = [
        {"type": "version", "version": 1},
        {"type": "team", "team": team},
        {"type": "post", "post": post},
        {"type": "direct_post", "direct_post": direct},
    ]
    return "\n".join(map(json.dumps, lines)) + "\n"
