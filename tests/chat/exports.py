"""Writes exports of every format as the original programs do, with a text in any one field."""

from __future__ import annotations

import csv
import dataclasses
import email.message
import email.policy
import html
import io
import itertools
import json
import struct
from collections.abc import Callable
from typing import Any


@dataclasses.dataclass(frozen=True)
class Said:
    """A secret in its surroundings; some formats write it in two parts."""

    before: str
    secret: str
    after: str
    cut: int

    @property
    def text(self) -> str:
        return f"{self.before} {self.secret} {self.after}"

    @property
    def halves(self) -> tuple[str, str]:
        return self.secret[: self.cut], self.secret[self.cut :]

    def joined(self, left: str, right: str = "", wrap: Callable[[str], str] = str) -> str:
        """The text with marks around the first half of the secret."""
        first, second = self.halves
        inner = f"{left}{wrap(first)}{right}{wrap(second)}"
        return f"{wrap(self.before)} {inner} {wrap(self.after)}"


Write = Callable[[str, Said], "str | bytes"]


@dataclasses.dataclass(frozen=True)
class Export:
    format: str
    path: str
    fields: tuple[str, ...]
    write: Write
    message: str | None = None
    """The id of the message that holds the secret; None where the format has no ids."""
    author: str | None = "Ann"


EXPORTS: list[Export] = []


def export(
    format: str, path: str, *fields: str, message: str | None = None, author: str | None = "Ann"
) -> Callable[[Write], Write]:
    def add(write: Write) -> Write:
        EXPORTS.append(Export(format, path, fields, write, message, author))
        return write

    return add


def put(value: dict[str, Any], pointer: str, text: Any) -> None:
    """Set what lies at a JSON pointer, making what is missing."""
    steps = pointer.strip("/").split("/")
    for step, after in itertools.pairwise(steps):
        fresh: Any = [] if after.isdigit() else {}
        if isinstance(value, list):
            while len(value) <= int(step):
                value.append({})
            if after.isdigit() and not isinstance(value[int(step)], list):
                value[int(step)] = []
            value = value[int(step)]
        else:
            value = value.setdefault(step, fresh)
    if isinstance(value, list):
        value.append(text)
    else:
        value[steps[-1]] = text


def slashes(text: str) -> str:
    return text.replace("/", "\\/")


def dotnet(text: str) -> str:
    for letter in "<>&'":
        text = text.replace(letter, f"\\u{ord(letter):04X}")
    return text


def mrkdwn(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(*leaves: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}
    ]


SLACK_FIELDS = (
    "/text", "link", "split", "preformatted", "/attachments/0/text", "/attachments/0/fallback",
    "/attachments/0/pretext", "/attachments/0/title", "/attachments/0/fields/0/value",
    "/attachments/0/from_url", "/attachments/0/message_blocks/0/message/blocks/0/text/text",
    "/files/0/title", "/files/0/preview", "/files/0/plain_text", "/files/0/name",
    "/files/0/initial_comment/comment", "/files/0/url_private", "/topic", "/purpose",
    "/metadata/event_payload/x", "/root/text", "/previous_message/text", "/original/text",
    "/blocks/0/text/text", "/blocks/0/fields/0/text", "/blocks/0/elements/0/value",
    "/username", "/bot_profile/name", "/user_profile/real_name", "/edited/user", "/room/name",
    "/unheard_of/0/deep",
)  # fmt: skip


def slack_message(at: int, field: str, said: Said | None) -> dict[str, Any]:
    message: dict[str, Any] = {
        "client_msg_id": "8ed0a5d1-2c8b-4b3c-9d3a-0123456789ab",
        "type": "message",
        "user": "U01",
        "user_profile": {"display_name": "Ann", "avatar_hash": "g0123456789a"},
        "text": f"hello {at} &amp; &lt;you&gt;",
        "ts": f"17000000{at:02}.000100",
        "team": "T01",
    }
    if said is None:
        return message
    if field == "split":
        first, second = said.halves
        message["blocks"] = section(
            {"type": "text", "text": f"{said.before} "},
            {"type": "text", "text": first, "style": {"bold": True}},
            {"type": "text", "text": f"{second} {said.after}"},
        )
        message["text"] = f"{mrkdwn(said.before)} *{first}*{second} {mrkdwn(said.after)}"
    elif field == "link":
        url = f"https://x.example/?t={said.secret}"
        message["text"] = f"see <{url}|this page>"
    elif field == "preformatted":
        message["blocks"] = [{"type": "rich_text", "elements": [
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": said.text}]}
        ]}]  # fmt: skip
        message["text"] = f"```{mrkdwn(said.text)}```"
    else:
        put(message, field, mrkdwn(said.text))
    return message


@export("slack", "general/2023-11-14.json", *SLACK_FIELDS, message="1700000002.000100")
def slack(field: str, said: Said) -> str:
    day = [slack_message(at, field, said if at == 2 else None) for at in range(5)]
    return slashes(json.dumps(day, indent=4))


@export("slack", "C012345678.json", "/text", "split", "reply", message="1700000002.000100")
def slackdump(field: str, said: Said) -> str:
    day = [
        slack_message(at, field, said if at == 2 and field != "reply" else None) for at in range(5)
    ]
    if field == "reply":
        del day[2]
        day[0]["slackdump_thread_replies"] = [
            slack_message(9, "", None),
            slack_message(2, "/text", said),
        ]
    return json.dumps(
        {"channel_id": "C012345678", "name": "general", "messages": day}, ensure_ascii=False
    )


@export("slack", "chunks.jsonl", "/text", "split", message="1700000002.000100")
def slackdump_chunks(field: str, said: Said) -> str:
    day = [slack_message(at, field, said if at == 2 else None) for at in range(5)]
    lines: list[dict[str, Any]] = [{"t": 1, "ts": 1, "id": "C012345678", "cu": []}]
    lines += [{"t": 0, "ts": 1, "id": "C012345678", "m": day}]
    return "\n".join(map(json.dumps, lines))


DISCORD_FIELDS = (
    "/content", "/embeds/0/title", "/embeds/0/url", "/embeds/0/description",
    "/embeds/0/author/name", "/embeds/0/fields/0/value", "/embeds/0/footer/text",
    "/forwardedMessage/content", "/attachments/0/url", "/attachments/0/fileName",
    "/interaction/name", "/reactions/0/emoji/name", "/author/nickname", "/unheard_of/x",
)  # fmt: skip


@export("discord", "dev.json", *DISCORD_FIELDS, message="1002")
def discord(field: str, said: Said) -> str:
    messages = []
    for at in range(5):
        message: dict[str, Any] = {
            "id": f"100{at}",
            "type": "Default",
            "timestamp": "2023-01-01T00:00:00.123+00:00",
            "isPinned": False,
            "content": f'say "{at}" \\ é \U0001f600\nmore',
            "author": {"id": "5", "name": "ann", "nickname": "Ann", "roles": []},
        }
        if at == 2:
            put(message, field, said.text)
        messages.append(message)
    guild = {"id": "1", "name": "Guild", "iconUrl": "https://cdn.discordapp.com/icons/1/a.png"}
    channel = {"id": "2", "type": "GuildTextChat", "name": "dev", "topic": None}
    whole = {"guild": guild, "channel": channel, "dateRange": {}, "messages": messages}
    return json.dumps({**whole, "messageCount": 5}, indent=2, ensure_ascii=False)


@export("discord", "Guild - Text - dev [2].csv", "Content", "Attachments", "Reactions")
def discord_csv(field: str, said: Said) -> str:
    out = io.StringIO()
    rows = csv.DictWriter(
        out,
        ["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"],
        quoting=csv.QUOTE_ALL,
        restval="",
    )
    rows.writeheader()
    for at in range(4):
        row = {"AuthorID": "5", "Author": "Ann", "Date": "2023-01-01T00:00:00.1230000+00:00"}
        row["Content"] = f'"quoted" {at},\nnext line'
        if at == 2:
            row[field] = f'"{said.before}"\n{said.text}'
        rows.writerow(row)
    return out.getvalue()


@export("discord", "dev.txt", "content", "embed")
def discord_text(field: str, said: Said) -> str:
    rule = "=" * 62
    body = f"{{Embed}}\n{said.text}" if field == "embed" else said.text
    return (
        f"{rule}\nGuild: Guild\nChannel: Text / dev\n{rule}\n\n"
        f"[01/13/2023 10:14] Bob\nhello\n\n[01/13/2023 10:15] Ann (pinned)\n{body}\n\n"
        f"[01/13/2023 10:16] Bob\nbye\n\n{rule}\nExported 3 message(s)\n{rule}\n"
    )


@export("discord", "dev.html", "content", "split", "link", "reply", message="1002")
def discord_html(field: str, said: Said) -> str:
    def container(at: int, inner: str) -> str:
        return (
            f"<div id=chatlog__message-container-100{at} class=chatlog__message-container "
            f"data-message-id=100{at}><div class=chatlog__message><div "
            "class=chatlog__header><span class=chatlog__author title=ann data-user-id=5>Ann</span> "
            '<span class=chatlog__timestamp title="Friday, January 13, 2023 10:15 AM"><a '
            f"href=#chatlog__message-container-100{at}>01/13/2023 10:15 AM</a></span></div>{inner}</div></div>\n"
        )

    text = html.escape(said.text)
    if field == "split":
        text = said.joined("<strong>", "</strong>", html.escape)
    elif field == "link":
        text = f'<a href="https://x.example/?t={said.secret}">this</a>'
    body = f"<div class=chatlog__content>{text}</div>"
    if field == "reply":
        body = f"<div class=chatlog__reply-content>{text}</div>"
    return (
        "<!DOCTYPE html><html lang=en><head><title>Guild - dev</title><style>.chatlog{}</style></head><body>"
        "<div class=preamble><div class=preamble__entry>Guild</div><div class=preamble__entry>dev</div></div>"
        f"<div class=chatlog>\n{container(1, 'hi')}{container(2, body)}{container(3, 'bye')}</div></body></html>"
    )


@export(
    "discord", "messages/c12/messages.json", "Contents", "Attachments", message="1002", author=None
)
def discord_package(field: str, said: Said) -> str:
    rows = [
        {"ID": 1000 + at, "Timestamp": "2023-01-01 00:00:00", "Contents": "hm", "Attachments": ""}
        for at in range(4)
    ]
    rows[2][field] = said.text
    return json.dumps(rows)


@export("discord", "messages/c12/messages.csv", "Contents", message="1002", author=None)
def discord_package_csv(field: str, said: Said) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["ID", "Timestamp", "Contents", "Attachments"])
    for at in range(4):
        text = said.text if at == 2 else "hm"
        rows.writerow([1000 + at, "2023-01-01 00:00:00.1+00:00", text, ""])
    return out.getvalue()


TELEGRAM_FIELDS = (
    "/text", "split", "href", "/poll/question", "/poll/answers/0/text", "/file_name",
    "/inline_bot_buttons/0/0/data", "/contact_information/first_name", "/unheard_of/x",
)  # fmt: skip


def telegram_messages(field: str, said: Said) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for at in range(4):
        message = {"id": 1000 + at, "type": "message", "date": "2023-08-10T23:11:02",
                   "date_unixtime": "1691709062", "from": "Ann", "from_id": "user1",
                   "text": "hm"}  # fmt: skip
        if at == 2 and field == "split":
            first, second = said.halves
            message["text"] = [
                said.before + " ",
                {"type": "bold", "text": first},
                f"{second} {said.after}",
            ]
        elif at == 2 and field == "href":
            url = f"https://x.example/?t={said.secret}"
            message["text"] = ["see ", {"type": "text_link", "text": "this", "href": url}]
        elif at == 2:
            put(message, field, said.text)
        messages.append(message)
    return messages


@export("telegram", "result.json", *TELEGRAM_FIELDS, message="1002")
def telegram(field: str, said: Said) -> str:
    chat = {"name": "Bob", "type": "personal_chat", "id": 7}
    return json.dumps(
        {**chat, "messages": telegram_messages(field, said)}, indent=1, ensure_ascii=False
    )


@export("telegram", "account.json", "/text", "split", message="1002")
def telegram_account(field: str, said: Said) -> str:
    chats = [
        {"name": "Other", "type": "personal_chat", "id": 8, "messages": []},
        {
            "name": "Bob",
            "type": "personal_chat",
            "id": 7,
            "messages": telegram_messages(field, said),
        },
    ]
    whole = {"about": "Here is the data you requested.", "personal_information": {"user_id": 1},
             "contacts": {"about": "x", "list": []}, "chats": {"about": "x", "list": chats}}  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False)


@export("telegram", "messages.html", "text", "split", "href", message="1002")
def telegram_html(field: str, said: Said) -> str:
    def one(at: int, body: str) -> str:
        return (
            f'\n     <div class="message default clearfix" id="message100{at}">\n\n      <div class="body">\n\n'
            '       <div class="pull_right date details" title="10.08.2023 23:11:02 UTC+02:00">\n23:11\n       </div>\n\n'
            f'       <div class="from_name">\nAnn \n       </div>\n\n       <div class="text">\n{body}\n       </div>\n\n      </div>\n     </div>\n'
        )

    text = html.escape(said.text).replace("\n", "<br>")
    if field == "split":
        text = said.joined("<strong>", "</strong>", html.escape)
    elif field == "href":
        text = f'<a href="https://x.example/?t={said.secret}">this</a>'
    return (
        "<!DOCTYPE html>\n<html>\n <head>\n  <title>Exported Data</title>\n </head>\n <body>\n"
        '  <div class="page_wrap">\n   <div class="page_header">\n    <div class="content">\n     <div class="text bold">\nBob\n'
        f'     </div>\n    </div>\n   </div>\n   <div class="page_body chat_page">\n    <div class="history">\n{one(1, "hi")}{one(2, text)}{one(3, "bye")}'
    )


def whatsapp_lines(pattern: str, said: Said) -> str:
    lines = [
        pattern.format(at=at, text=said.text if at == 2 else f"hello {at}\nmore: of it")
        for at in range(4)
    ]
    return "\n".join(lines) + "\n"


WHATSAPP = {
    "ios": "[13/01/2023, 10:14:3{at}] Ann: {text}",
    "ios-us": "[1/13/23, 10:14:3{at}\u202fPM] Ann: {text}",
    "ios-marked": "\u200e[13.01.23, 10:14:3{at}] Ann: {text}",
    "android": "1/13/23, 10:1{at} - Ann: {text}",
    "android-us": "1/13/23, 10:1{at} PM - Ann: {text}",
    "android-es": "13/1/2023, 10:1{at} p. m. - Ann: {text}",
    "android-de": "13.01.23, 10:1{at} - Ann: {text}",
    "android-nl": "13-01-2023 10:1{at} - Ann: {text}",
    "android-iso": "2023-01-13, 10:1{at} - Ann: {text}",
    "android-ja": "2023/01/13 10:1{at} - Ann: {text}",
}


@export("whatsapp", "WhatsApp Chat with Bob.txt", *WHATSAPP)
def whatsapp(field: str, said: Said) -> str:
    return whatsapp_lines(WHATSAPP[field], said)


TEAMS_FIELDS = ("content", "split", "href", "code", "/subject", "/summary", "/attachments/0/name", "card",
                "/policyViolation/justificationText", "/eventDetail/x")  # fmt: skip


def teams_message(at: int, field: str, said: Said | None) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": f"100{at}", "messageType": "message", "createdDateTime": "2023-01-13T10:14:33.1Z",
        "from": {"user": {"id": "a", "displayName": "Ann"}},
        "body": {"contentType": "html", "content": "<p>hello&nbsp;you</p>"},
        "webUrl": f"https://teams.microsoft.com/l/message/x/100{at}",
        "channelIdentity": {"teamId": "t", "channelId": "19:x"},
    }  # fmt: skip
    if said is None:
        return message
    body = message["body"]
    if field == "content":
        body["content"] = f"<p>{html.escape(said.text)}</p>"
    elif field == "split":
        body["content"] = f"<p>{said.joined('<strong>', '</strong>', html.escape)}</p>"
    elif field == "href":
        body["content"] = f'<a href="https://x.example/?a=1&amp;t={said.secret}">this</a>'
    elif field == "code":
        body["content"] = (
            f"<codeblock><code>x&nbsp;=&nbsp;1<br>{html.escape(said.text)}<br></code></codeblock>"
        )
    elif field == "card":
        card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": said.text}]}
        put(message, "/attachments/0/content", json.dumps(card))
    else:
        put(message, field, said.text)
    return message


@export("teams", "chat.json", *TEAMS_FIELDS, message="1002")
def teams(field: str, said: Said) -> str:
    value = [teams_message(at, field, said if at == 2 else None) for at in range(4)]
    whole = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#chats", "value": value}
    return dotnet(json.dumps(whole))


def pascal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(inner) for key, inner in value.items()}
    return [pascal(inner) for inner in value] if isinstance(value, list) else value


@export("teams", "teams/x/messages_x.json", *TEAMS_FIELDS, message="1002")
def teams_pascal(field: str, said: Said) -> str:
    value = [teams_message(at, field, said if at == 2 else None) for at in range(4)]
    return dotnet(json.dumps(pascal(value), indent=2))


@export("teams", "messages.json", "content", "split", message="1002")
def teams_personal(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        inner = (
            said.joined("<b>", "</b>", html.escape) if field == "split" else html.escape(said.text)
        )
        content = f"<p>{inner if at == 2 else 'hm'}</p>"
        messages.append({"id": f"100{at}", "displayName": "Ann", "originalarrivaltime": "2023-01-13T10:14:33.1Z",
                         "messagetype": "RichText/Html", "version": 1, "content": content, "from": "8:ann"})  # fmt: skip
    conversation = {"id": "8:bob", "displayName": "Bob", "version": 1, "MessageList": messages}
    return json.dumps(
        {"userId": "8:ann", "exportDate": "2023-02-01T00:00", "conversations": [conversation]}
    )


MATTERMOST_FIELDS = (
    "message",
    "reply",
    "/props/attachments/0/text",
    "/attachments/0/path",
    "header",
)


@export("mattermost", "import.jsonl", *MATTERMOST_FIELDS, author=None)
def mattermost(field: str, said: Said) -> str:
    lines: list[dict[str, Any]] = [
        {"type": "version", "version": 1},
        {"type": "channel", "channel": {"team": "t", "name": "dev", "header": "x", "type": "O"}},
    ]
    for at in range(4):
        post: dict[str, Any] = {"team": "t", "channel": "dev", "user": "ann", "message": "hm",
                                "create_at": 1673604873000 + at, "replies": []}  # fmt: skip
        if at == 2 and field == "message":
            post["message"] = said.text
        elif at == 2 and field == "reply":
            post["replies"] = [{"user": "bob", "message": said.text, "create_at": 1673604873009}]
        elif at == 2 and field == "header":
            lines[1]["channel"]["header"] = said.text
        elif at == 2:
            put(post, field, said.text)
        lines.append({"type": "post", "post": post})
    return "\n".join(json.dumps(line) for line in lines) + "\n"


@export(
    "rocketchat", "room.json", "/msg", "/attachments/0/text", "/urls/0/meta/pageTitle", message="m2"
)
def rocketchat(field: str, said: Said) -> str:
    lines = []
    for at in range(4):
        message = {"_id": f"m{at}", "rid": "GENERAL", "msg": "hm", "ts": {"$date": 1673604873000},
                   "u": {"_id": "x", "username": "Ann"}}  # fmt: skip
        if at == 2:
            put(message, field, said.text)
        lines.append(json.dumps(message))
    return "\n".join(lines)


@export("messenger", "inbox/bob_1/message_1.html", "text", "split", "link")
def messenger_html(field: str, said: Said) -> str:
    text = html.escape(said.text)
    if field == "split":
        text = said.joined("<b>", "</b>", html.escape)
    elif field == "link":
        text = f'<a href="https://x.example/?t={said.secret}">this</a>'
    sections = "".join(
        '<section class="_3-95 _a6-g"><h2 class="_2ph_ _a6-h _a6-i">Ann</h2>'
        f'<div class="_2ph_ _a6-p"><div><div>{text if at == 2 else "hm"}</div></div></div>'
        f'<footer class="_3-94 _a6-o"><div class="_a72d">Jan 13, 2023 10:1{at}:33 am</div></footer>'
        "</section>\n"
        for at in range(4)
    )
    head = '<html><head><title>Bob</title></head><body><main class="_a706" role="main">\n'
    return f"{head}{sections}</main></body></html>"


@export("signal", "Bob (_id2).txt", "body", "long")
def signal_text(field: str, said: Said) -> str:
    text = f"{'so ' * 90}\n{said.text}" if field == "long" else said.text
    lines = ["*** You created the group", "<Ann> hm", f"<Ann> {text}", "<Ann> hm"]
    return "".join(f"[Jan 13, 2023 10:1{at}:33] {line}\n" for at, line in enumerate(lines))


@export("rocketchat", "general.html", "text", "long", "link")
def rocketchat_html(field: str, said: Said) -> str:
    """What people download of themselves, written without escapes."""
    text = {"text": said.text, "long": f"{'so ' * 90}\n{said.text}"}.get(field)
    text = text or f'<a href="https://x.example/?t={said.secret}">this</a>'
    lines = ["hm", "hm", text, "<i>hm</i>"]
    return '<meta http-equiv="content-type" content="text/html; charset=utf-8">' + "\n".join(
        f"<p><strong>Ann</strong> (Mon, 01 Jan 2024 10:00:0{at} GMT):<br/>\n{line}\n</p>"
        for at, line in enumerate(lines)
    )


def bson(value: dict[str, Any]) -> bytes:
    out = b""
    for key, inner in value.items():
        name = key.encode() + b"\0"
        if isinstance(inner, str):
            data = inner.encode() + b"\0"
            out += b"\x02" + name + struct.pack("<i", len(data)) + data
        elif isinstance(inner, dict):
            out += b"\x03" + name + bson(inner)
        elif isinstance(inner, list):
            out += b"\x04" + name + bson({str(at): one for at, one in enumerate(inner)})
        else:
            out += b"\x09" + name + struct.pack("<q", inner)
    return struct.pack("<i", len(out) + 5) + out + b"\0"


@export("rocketchat", "rocketchat_message.bson", "/msg", "/attachments/0/text", message="m2")
def rocketchat_bson(field: str, said: Said) -> bytes:
    documents = []
    for at in range(4):
        message = {"_id": f"m{at}", "rid": "GENERAL", "msg": "hm é", "ts": 1673604873000,
                   "u": {"_id": "x", "username": "Ann"}}  # fmt: skip
        if at == 2:
            put(message, field, said.text)
        documents.append(bson(message))
    return b"".join(documents)


@export(
    "zulip",
    "messages-000001.json",
    "content",
    "rendered",
    "edited",
    "subject",
    message="1002",
    author=None,
)
def zulip(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message: dict[str, Any] = {"id": 1000 + at, "sender": 5, "content": "hm", "rendered_content": "<p>hm</p>",
                                   "subject": "topic", "date_sent": 1673604873.5, "recipient": 3,
                                   "edit_history": None}  # fmt: skip
        if at == 2 and field == "rendered":
            message["rendered_content"] = (
                f"<p>{said.joined('<strong>', '</strong>', html.escape)}</p>"
            )
        elif at == 2 and field == "edited":
            message["edit_history"] = json.dumps([{"prev_content": said.text, "timestamp": 1}])
        elif at == 2:
            message[field] = said.text
        messages.append(message)
    return json.dumps({"zerver_usermessage": [{"id": 1}], "zerver_message": messages})


GOOGLE_FIELDS = ("/text", "/annotations/0/url_metadata/title", "/attached_files/0/original_name",
                 "/quoted_message_metadata/text", "/previous_message_versions/0/text")  # fmt: skip


@export("google-chat", "Groups/Space x/messages.json", *GOOGLE_FIELDS, message="x/2")
def google_chat(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message = {"creator": {"name": "Ann", "email": "ann@x.example", "user_type": "Human"},
                   "created_date": "Thursday, November 3, 2016 at 11:59:50\u202fAM UTC",
                   "text": "hm", "topic_id": "x", "message_id": f"x/{at}"}  # fmt: skip
        if at == 2:
            put(message, field, said.text)
        messages.append(message)
    text = json.dumps({"messages": messages}, indent=2, ensure_ascii=False)
    return text.replace("=", "\\u003d").replace("<", "\\u003c").replace("&", "\\u0026")


@export("hangouts", "Hangouts.json", "text", "split", message="e2", author=None)
def hangouts(field: str, said: Said) -> str:
    events = []
    for at in range(4):
        segments = [{"type": "TEXT", "text": "hm"}]
        if at == 2 and field == "text":
            segments = [{"type": "TEXT", "text": said.text}]
        elif at == 2:
            first, second = said.halves
            segments = [
                {"type": "TEXT", "text": f"{said.before} {first}"},
                {"type": "LINK", "text": f"{second} {said.after}"},
            ]
        content = {"message_content": {"segment": segments}}
        events.append({"conversation_id": {"id": "c"}, "sender_id": {"chat_id": "1"}, "timestamp": "1478174390000000",
                       "chat_message": content, "event_id": f"e{at}"})  # fmt: skip
    inner = {"conversation": {"conversation_id": {"id": "c"}}, "events": events}
    return json.dumps({"conversations": [inner]})


MATRIX_FIELDS = ("/content/body", "split", "/content/m.new_content/body", "/content/filename")


@export(
    "matrix",
    "matrix - Room - Chat Export.json",
    *MATRIX_FIELDS,
    message="$e2",
    author="@ann:x.example",
)
def matrix(field: str, said: Said) -> str:
    events = []
    for at in range(4):
        event: dict[str, Any] = {"type": "m.room.message", "sender": "@ann:x.example", "room_id": "!r:x.example",
                                 "event_id": f"$e{at}", "origin_server_ts": 1673604873000,
                                 "content": {"msgtype": "m.text", "body": "hm"}}  # fmt: skip
        if at == 2 and field == "split":
            event["content"]["formatted_body"] = said.joined("<b>", "</b>", html.escape)
        elif at == 2:
            put(event, field, said.text)
        events.append(event)
    return json.dumps(
        {"room_name": "Room", "topic": "", "export_date": "x", "messages": events}, indent=4
    )


SIGNAL_FIELDS = (
    "/body",
    "/quote/text",
    "/editHistory/0/body",
    "/preview/0/title",
    "/attachments/0/caption",
)


@export("signal", "Bob (+15551234567).json", *SIGNAL_FIELDS, message="m2", author="+15550001111")
def signal(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message = {"id": f"m{at}", "conversationId": "c", "sent_at": 1673604873000, "received_at": 1,
                   "source": "+15550001111", "body": "hm"}  # fmt: skip
        if at == 2:
            put(message, field, said.text)
        messages.append(message)
    return json.dumps(messages)


def mojibake(text: str) -> str:
    return text.encode().decode("latin-1")


@export("messenger", "inbox/bob_1/message_1.json", "/content", "/share/link", "/share/share_text")
def messenger(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message = {
            "sender_name": "Ann",
            "timestamp_ms": 1673604873000,
            "content": mojibake("h\u00e9 \u0142"),
        }
        if at == 2:
            put(message, field, mojibake(said.text))
        messages.append(message)
    whole = {
        "participants": [{"name": "Ann"}, {"name": "Bob"}],
        "messages": messages,
        "title": "Bob",
    }
    return json.dumps(whole, indent=2)


@export("messenger", "Ann_1.json", "/text", "/unheard_of/0/x", author="Ann")
def messenger_encrypted(field: str, said: Said) -> str:
    """What was encrypted from end to end is downloaded in another form, its letters whole."""
    messages: list[dict[str, Any]] = [
        {"isUnsent": False, "media": [], "reactions": [], "senderName": "Ann", "text": "h\u00e9 \u0142",
         "timestamp": 1673604873000, "type": "text"} for _ in range(4)
    ]  # fmt: skip
    put(messages[2], field, said.text)
    whole = {"participants": ["Ann", "Bob"], "threadName": "Bob_1", "messages": messages}
    return json.dumps(whole, indent=2, ensure_ascii=False)


IRC = {
    "irssi": "--- Log opened Fri Jan 13 10:00:00 2023\n10:11 <@Ann> hi\n10:12 <@Ann> {text}\n10:13 -!- Bob [b@x] has quit\n",
    "weechat": "2023-01-13 10:11:00\tAnn\thi\n2023-01-13 10:12:00\tAnn\t{text}\n2023-01-13 10:13:00\t--\tBob left\n",
    "znc": "[10:11:00] <Ann> hi\n[10:12:00] <Ann> {text}\n[10:13:00] *** Quits: Bob\n",
    "hexchat": "**** BEGIN LOGGING AT Fri Jan 13 10:00:00 2023\n\nJan 13 10:11:00 <Ann>\thi\nJan 13 10:12:00 <Ann>\t{text}\n",
}


@export("irc", "#dev.log", *IRC, "coloured")
def irc(field: str, said: Said) -> str:
    text = said.text.replace("\n", " ").replace("\r", " ")
    if field == "coloured":
        text = said.joined("\x02", "\x0304,01", lambda part: part.replace("\n", " "))
    return IRC["znc" if field == "coloured" else field].format(text=text)


@export("irc", "#dev.log", "flood")
def irc_flood(field: str, said: Said) -> str:
    first, second = said.halves
    padding = "x" * 380
    return (
        f"[10:11:00] <Ann> hi\n[10:12:00] <Ann> {padding} {first}\n[10:12:00] <Ann> {second} end\n"
        "[10:13:00] <Bob> ok\n"
    )


def mail_with(subtype: str, body: str, encoding: str, **headers: str) -> str:
    mail = email.message.EmailMessage(policy=email.policy.SMTP.clone(linesep="\n"))
    mail["From"] = "Ann <ann@x.example>"
    mail["To"] = "Bob <bob@x.example>"
    mail["Subject"] = headers.get("Subject", "hello")
    mail["Date"] = "Fri, 13 Jan 2023 10:14:33 +0000"
    mail["Message-ID"] = "<m2@x.example>"
    mail.set_content("hm", cte="quoted-printable")
    if subtype == "html":
        mail.add_alternative(body, subtype="html", cte=encoding)
    elif subtype == "attachment":
        mail.add_attachment(
            body.encode(), maintype="application", subtype="octet-stream", filename="a.env"
        )
    else:
        mail.set_content(body, cte=encoding)
    return mail.as_bytes().decode("utf-8", "surrogateescape")


MAIL = ("plain", "quoted-printable", "base64", "html", "html-base64", "subject")


def one_mail(field: str, said: Said) -> str:
    text = said.text.replace("\r", " ")
    if field == "subject":
        return mail_with("plain", "x", "8bit", Subject=" ".join(text.split()))
    if field.startswith("html"):
        page = f"<p>{said.joined('<b>', '</b>', html.escape)}</p>"
        return mail_with("html", page, "base64" if "base64" in field else "quoted-printable")
    return mail_with("plain", text, "8bit" if field == "plain" else field)


@export("mail", "a.eml", *MAIL, message="<m2@x.example>", author="Ann <ann@x.example>")
def eml(field: str, said: Said) -> str:
    return one_mail(field, said)


@export("mail", "all.mbox", *MAIL, message="<m2@x.example>", author="Ann <ann@x.example>")
def mbox(field: str, said: Said) -> str:
    other = mail_with("plain", "hm", "8bit").replace("<m2@", "<m1@")
    stamp = "From ann@x.example Fri Jan 13 10:14:33 2023\n"
    return f"{stamp}{other}\n{stamp}{one_mail(field, said)}\n{stamp}{other}\n"


@export("jira", "issues.csv", "Description", "Comment", message="APP-1")
def jira_csv(field: str, said: Said) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        ["Issue key", "Summary", "Reporter", "Created", "Description", "Comment", "Comment"]
    )
    comment = f"13/Jan/23 10:14 AM;ann;{said.text}" if field == "Comment" else ""
    text = said.text if field == "Description" else "hm"
    rows.writerow(["APP-0", "x", "Ann", "2023-01-13", "hm", "", ""])
    rows.writerow(["APP-1", "x", "Ann", "2023-01-13", text, "", comment])
    return out.getvalue()


@export("jira", "jira.xml", "description", "split", "comment", author=None)
def jira_rss(field: str, said: Said) -> str:
    inner = said.joined("<b>", "</b>", html.escape) if field == "split" else html.escape(said.text)
    body = html.escape(f"<p>{inner}</p>")
    described, comment = (body, "x") if field != "comment" else ("x", body)
    return (
        '<?xml version="1.0"?>\n<rss version="0.92">\n<channel>\n<title>Jira</title>\n<item>\n<title>[APP-1] x</title>\n'
        f'<key id="1">APP-1</key>\n<description>{described}</description>\n<comments>\n'
        f'<comment id="7" author="ann" created="Fri, 13 Jan 2023 10:14:33 +0000">{comment}</comment>\n</comments>\n</item>\n</channel>\n</rss>\n'
    )


@export("confluence", "entities.xml", "body", "code", "title")
def confluence(field: str, said: Said) -> str:
    inner = f"<p>{html.escape(said.text)}</p>"
    if field == "code":
        code = said.joined("]]>", "").replace("]]>", "", 1)
        inner = (
            '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['
            f"{code}]]></ac:plain-text-body></ac:structured-macro>"
        )
    elif field == "title":
        inner = "hm"
    body = inner.replace("]]>", "]]]]><![CDATA[>")
    title = said.text.replace("\n", " ") if field == "title" else "How to"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<hibernate-generic datetime="2023-01-13 10:14:33">\n'
        '<object class="ConfluenceUserImpl" package="com.atlassian.confluence.user">\n'
        '<id name="key"><![CDATA[2c98]]></id>\n<property name="name"><![CDATA[Ann]]></property>\n'
        '</object>\n<object class="Space" package="com.atlassian.confluence.spaces">\n'
        '<id name="id">9</id>\n<property name="name"><![CDATA[Ops]]></property>\n</object>\n'
        '<object class="Page" package="com.atlassian.confluence.pages">\n<id name="id">1</id>\n'
        f'<property name="title"><![CDATA[{title}]]></property>\n'
        '<property name="creator" class="ConfluenceUserImpl" package="x"><id name="key">'
        "<![CDATA[2c98]]></id></property>\n</object>\n"
        '<object class="BodyContent" package="com.atlassian.confluence.core">\n<id name="id">2</id>\n'
        f'<property name="body"><![CDATA[{body}]]></property>\n<property name="content" class="Page" '
        'package="x"><id name="id">1</id>\n</property>\n</object>\n</hibernate-generic>\n'
    )


JIRA_FIELDS = (
    "summary",
    "description",
    "long",
    "comment",
    "body",
    "stringvalue",
    "textvalue",
    "worklog",
)


@export("jira", "backup/entities.xml", *JIRA_FIELDS, author=None)
def jira_backup(field: str, said: Said) -> str:
    """What is short is an attribute, what has lines an element of its own."""

    def attribute(name: str) -> str:
        text = said.text.replace("\n", " ") if field == name else "hm"
        return html.escape(text)

    def element(name: str, inner: str) -> str:
        text = said.text.replace("]]>", "]]]]><![CDATA[>") if field == inner else "hm"
        return f"<{name}><![CDATA[{text}]]></{name}>"

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<entity-engine-xml date="1673604873000">\n'
        '    <Project id="10" name="App" key="APP"/>\n'
        f'    <Issue id="10000" key="APP-1" project="10" creator="ann" created="2023-01-13 10:14:33.0" '
        f'summary="{attribute("summary")}" description="{attribute("description")}"/>\n'
        '    <Issue id="10001" key="APP-2" project="10" summary="x">\n'
        f"        {element('description', 'long')}\n    </Issue>\n"
        '    <Action id="10100" issue="10000" author="ann" type="comment" '
        f'body="{attribute("comment")}" created="2023-01-13 10:14:33.0"/>\n'
        '    <Action id="10101" issue="10000" author="ann" type="comment" created="2023-01-13 10:14:33.0">\n'
        f"        {element('body', 'body')}\n    </Action>\n"
        f'    <CustomFieldValue id="1" issue="10000" stringvalue="{attribute("stringvalue")}"/>\n'
        f'    <CustomFieldValue id="2" issue="10000">\n        {element("textvalue", "textvalue")}\n'
        "    </CustomFieldValue>\n"
        '    <Worklog id="3" issue="10000" author="ann">\n'
        f"        {element('body', 'worklog')}\n    </Worklog>\n</entity-engine-xml>\n"
    )


@export("mattermost", "actiance_export.xml", "Content", "file", message=None)
def mattermost_compliance(field: str, said: Said) -> str:
    text = html.escape(said.text) if field == "Content" else "hm"
    name = html.escape(said.text.replace("\n", " ")) if field == "file" else "a.txt"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<FileDump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '  <Conversation Perspective="Dev &amp; ops">\n    <RoomID>private - dev - x1</RoomID>\n'
        "    <Message>\n      <MessageId>p1</MessageId>\n      <LoginName>Ann</LoginName>\n"
        f"      <DateTimeUTC>1673604873000</DateTimeUTC>\n      <Content>{text}</Content>\n"
        "    </Message>\n    <FileTransferStarted>\n      <LoginName>Ann</LoginName>\n"
        f"      <DateTimeUTC>1673604873000</DateTimeUTC>\n      <FileName>{name}</FileName>\n"
        "    </FileTransferStarted>\n  </Conversation>\n</FileDump>\n"
    )


@export("mattermost", "csv_export.csv", "Post Message", message="p2", author="Ann")
def mattermost_csv(field: str, said: Said) -> str:
    out = io.StringIO()
    names = [
        *("Post Creation Time", "Team Name", "Channel Name", "User Email", "Username", "Post Id"),
        *("Post Message", "Post Type"),
    ]
    rows = csv.DictWriter(out, names, restval="")
    rows.writeheader()
    for at in range(4):
        row = dict.fromkeys(names, "x") | {"Post Creation Time": "1673604873000", "Username": "Ann"}
        row |= {"Post Id": f"p{at}", field: said.text if at == 2 else "hm"}
        rows.writerow(row)
    return out.getvalue()


@export("zoom", "cloud.txt", "text")
def zoom_in_the_cloud(field: str, said: Said) -> str:
    return f"00:01:22\tBob:\thi\n00:01:23\tAnn:\t{said.text}\n00:01:25\tBob:\tbye\n"


@export("zoom", "meeting_saved_chat.txt", "new", "old")
def zoom(field: str, said: Said) -> str:
    if field == "new":
        return (
            f"10:01:22 From Bob to Everyone:\n\thi\n10:01:23 From Ann to Everyone:\n\t{said.text}\n"
        )
    return f"10:01:22\t From  Bob : hi\n10:01:23\t From  Ann  to  Everyone : {said.text}\n".replace(
        "Bob :", "Bob  to  Everyone :"
    )


CHATGPT = (
    "/content/parts/0",
    "/content/text",
    "/content/thoughts/0/content",
    "/metadata/aggregate_result/code",
)


@export("chatgpt", "conversations.json", *CHATGPT, message="m2", author="user")
def chatgpt(field: str, said: Said) -> str:
    mapping = {}
    for at in range(4):
        message = {"id": f"m{at}", "author": {"role": "user"}, "create_time": 1673604873.5,
                   "content": {"content_type": "text"}}  # fmt: skip
        put(message, field if at == 2 else "/content/parts/0", said.text if at == 2 else "hm")
        mapping[f"n{at}"] = {"id": f"n{at}", "message": message, "parent": None, "children": []}
    one = {"title": "T", "create_time": 1673604873.5, "mapping": mapping, "conversation_id": "c"}
    return json.dumps([one], ensure_ascii=True)


CLAUDE = (
    "/text",
    "/content/0/text",
    "/content/0/input/command",
    "/attachments/0/extracted_content",
)


@export("claude", "conversations.json", *CLAUDE, message="m2", author="human")
def claude(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message = {
            "uuid": f"m{at}",
            "sender": "human",
            "text": "hm",
            "created_at": "2023-01-13T10:14:33Z",
        }
        if at == 2:
            put(message, field, said.text)
        messages.append(message)
    return json.dumps(
        [{"uuid": "c", "name": "T", "chat_messages": messages}], indent=1, ensure_ascii=False
    )


AGENT = ("/message/content", "/message/content/0/text", "/message/content/0/input/command",
         "/toolUseResult/stdout", "nested")  # fmt: skip


@export("claude-code", "projects/p/s.jsonl", *AGENT, message="m2", author="user")
def claude_code(field: str, said: Said) -> str:
    lines = []
    for at in range(4):
        line: dict[str, Any] = {"parentUuid": None, "sessionId": "s", "type": "user", "uuid": f"m{at}",
                                "timestamp": "2023-01-13T10:14:33Z", "message": {"role": "user"}}  # fmt: skip
        if at == 2 and field == "nested":
            inner = json.dumps({"args": ["-c", said.text]})
            put(line, "/message/content/0/input", inner)
        elif at == 2:
            put(line, field, said.text)
        lines.append(json.dumps(line, ensure_ascii=False))
    return "\n".join(lines)


@export("codex", "rollout-1.jsonl", "/payload/content/0/text", "nested", author="user")
def codex(field: str, said: Said) -> str:
    lines = []
    for at in range(4):
        payload: dict[str, Any] = {"type": "message", "role": "user", "content": []}
        line = {"timestamp": "2023-01-13T10:14:33Z", "type": "response_item", "payload": payload}
        if at == 2 and field == "nested":
            payload["arguments"] = json.dumps({"command": ["bash", "-lc", said.text]})
        elif at == 2:
            put(line, field, said.text)
        lines.append(json.dumps(line, ensure_ascii=False))
    return "\n".join(lines)


@export(
    "copilot-chat",
    "chatSessions/a.json",
    "/message/text",
    "/response/0/value",
    message="m2",
    author=None,
)
def copilot(field: str, said: Said) -> str:
    requests = []
    for at in range(4):
        request = {"requestId": f"m{at}", "message": {"text": "hm"}, "timestamp": 1673604873000}
        if at == 2:
            put(request, field, said.text)
        requests.append(request)
    return json.dumps(
        {"version": 3, "requesterUsername": "ann", "responderUsername": "x", "requests": requests}
    )


@export(
    "gemini-cli",
    "chats/session-1.json",
    "/content",
    "/toolCalls/0/args/command",
    message="m2",
    author="user",
)
def gemini(field: str, said: Said) -> str:
    messages = []
    for at in range(4):
        message = {
            "id": f"m{at}",
            "timestamp": "2023-01-13T10:14:33Z",
            "type": "user",
            "content": "hm",
        }
        if at == 2:
            put(message, field, said.text)
        messages.append(message)
    whole = {"sessionId": "s", "projectHash": "0123", "startTime": "x", "messages": messages}
    return json.dumps(whole, indent=2)


@export("continue", "sessions/a.json", "/message/content", "/contextItems/0/content", author="user")
def continue_(field: str, said: Said) -> str:
    history = []
    for at in range(4):
        item = {"message": {"role": "user", "content": "hm"}, "contextItems": []}
        if at == 2:
            put(item, field, said.text)
        history.append(item)
    return json.dumps(
        {"sessionId": "s", "title": "T", "workspaceDirectory": "/x", "history": history}
    )


@export("assistant", "api_conversation_history.json", "/content", "/content/0/text", author="user")
def cline(field: str, said: Said) -> str:
    items: list[dict[str, Any]] = [{"role": "user", "content": "hm"} for _ in range(4)]
    items[2] = {"role": "user"}
    put(items[2], field, said.text)
    return json.dumps(items)


@export("aider", ".aider.chat.history.md", "asked", "answered", author=None)
def aider(field: str, said: Said) -> str:
    asked, answered = (
        (said.text.replace("\n", " "), "ok") if field == "asked" else ("hi", said.text)
    )
    return f"\n# aider chat started at 2023-01-13 10:14:33\n\n> Aider v0\n\n#### {asked}\n\n{answered}\n\n#### bye\n"


@export("cursor", "agent-transcripts/a.jsonl", "/message/content/0/text", author="user")
def cursor(field: str, said: Said) -> str:
    lines = [
        {"role": "user", "message": {"content": [{"type": "text", "text": "hm"}]}} for _ in range(4)
    ]
    lines[2] = {"role": "user"}
    put(lines[2], field, said.text)
    return "\n".join(map(json.dumps, lines))
