"""Chat exports, scanned as conversations."""

from __future__ import annotations

import email.message
import io
import json
import sqlite3
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import tokens
from tests.run import leakhunt, report


def slack(folder: Path, *messages: dict[str, Any]) -> Path:
    """An export as Slack writes it: every slash escaped."""
    channel = folder / "general"
    channel.mkdir(parents=True)
    people = [{"id": "U1", "name": "bob", "profile": {"display_name": "Bob"}}]
    channels = [{"id": "C01", "name": "general", "members": ["U1", "U2", "U3"]}]
    for name, value in (("users", people), ("channels", channels)):
        (folder / f"{name}.json").write_text(json.dumps(value))
    day = [
        {"type": "message", "user": "U1", "ts": f"17000000{at:02}.000100", "text": "hm", **message}
        for at, message in enumerate(messages)
    ]
    text = json.dumps(day, indent=4).replace("/", "\\/")
    (channel / "2023-11-14.json").write_text(text)
    return folder


def rich(*leaves: dict[str, Any]) -> list[dict[str, Any]]:
    section = {"type": "rich_text_section", "elements": list(leaves)}
    return [{"type": "rich_text", "block_id": "x", "elements": [section]}]


def test_a_token_split_over_elements_is_found_where_it_starts(tmp_path: Path) -> None:
    token = tokens.github(1)
    blocks = rich(
        {"type": "text", "text": "it is "},
        {"type": "text", "text": token[:9], "style": {"bold": True}},
        {"type": "text", "text": token[9:]},
    )
    slack(tmp_path / "e", {}, {"text": f"it is *{token[:9]}*{token[9:]}", "blocks": blocks})
    (finding,) = report("scan", "e", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == token
    (place,) = finding["locations"]
    line = (tmp_path / "e/general/2023-11-14.json").read_text().splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith(token[:9])
    assert place["pointer"] == "/1/blocks/0/elements/0/elements/1/text"
    assert place["chat"] == "slack"
    assert place["channel"] == "#general"
    assert place["author"] == "Bob"
    assert place["time"] == "2023-11-14T22:13:21+00:00"
    assert place["message"] == "1700000001.000100"
    assert finding["properties"]["people"] == 3


def test_the_same_in_a_zip(tmp_path: Path) -> None:
    slack(tmp_path / "e", {"text": f"<https:\\/\\/x.example|{tokens.github(1)}> &amp;"})
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((tmp_path / "e").rglob("*.json")):
            archive.write(file, file.relative_to(tmp_path / "e"))
    (finding,) = report("scan", "e.zip", cwd=tmp_path).json["findings"]
    (place,) = finding["locations"]
    assert place["path"] == "e.zip!general/2023-11-14.json"
    assert place["author"] == "Bob"


def test_the_same_in_a_tar_of_the_folder_itself(tmp_path: Path) -> None:
    slack(tmp_path / "e", {"text": f"use {tokens.github(1)}"})
    with tarfile.open(tmp_path / "e.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "e", "./")
        for file in sorted((tmp_path / "e").rglob("*.json")):
            archive.add(file, f"./{file.relative_to(tmp_path / 'e')}")
    (finding,) = report("scan", "e.tar.gz", cwd=tmp_path).json["findings"]
    assert finding["locations"][0]["author"] == "Bob"


def test_escaped_addresses_are_found(tmp_path: Path) -> None:
    slack(tmp_path / "e", {"text": "<postgres://bob:Xk29dkQm29dk@db.shop.io/main>"})
    (finding,) = report("scan", "e", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["signature"] == "postgres-uri"
    assert finding["secret"] == "Xk29dkQm29dk"


def test_mentions_of_one_secret_are_one_finding_first_one_first(tmp_path: Path) -> None:
    said = {"text": f"use {tokens.github(1)}"}
    slack(tmp_path / "e", {}, said, {}, said)
    (finding,) = report("scan", "e", cwd=tmp_path).json["findings"]
    assert [place["message"][8:10] for place in finding["locations"]] == ["01", "03"]
    assert finding["properties"]["mentions"] == 2
    assert finding["properties"]["first_seen"] < finding["properties"]["last_seen"]


def test_authors_can_be_left_out(tmp_path: Path) -> None:
    slack(tmp_path / "e", {"text": tokens.github(1)})
    for name in (
        "json",
        "jsonl",
        "terminal",
        "csv",
        "sarif",
        "github",
        "html",
        "markdown",
        "gitlab",
    ):
        with_them = leakhunt("scan", "e", "-f", name, cwd=tmp_path).out
        without = leakhunt("scan", "e", "-f", name, "--no-authors", cwd=tmp_path).out
        assert "Bob" in with_them, name
        assert "Bob" not in without
        assert "general" in without


@pytest.mark.parametrize("name", ["sarif", "github", "gitlab"])
def test_what_is_passed_on_names_people_without_their_addresses(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.eml").write_text(
        "From: Ann [x] {0} <ann@shop.example>\nTo: bob@shop.example\nSubject: hello\n"
        f"Date: Mon, 1 Jan 2024 10:00:00 +0000\n\nuse {tokens.github(1)}\n"
    )
    out = leakhunt("scan", "a.eml", "-f", name, cwd=tmp_path).out
    assert "Ann" in out
    assert "shop.example" not in out
    if name == "sarif":
        (result,) = json.loads(out)["runs"][0]["results"]
        assert "[x]" not in result["message"]["text"]
        (message,) = result["locations"][0]["logicalLocations"]
        assert message["properties"]["author"] == "Ann [x] {0}"


def test_an_address_is_no_password(tmp_path: Path) -> None:
    place = "https://vault.shop.io/browse/APP/9093?focus=2ca3f9bd"
    slack(
        tmp_path / "e", {"text": f"prod password is {place}"}, {"text": f"the pw for it: {place}"}
    )
    assert report("scan", "e", cwd=tmp_path).json["findings"] == []


def discord(**message: Any) -> dict[str, Any]:
    return {
        "guild": {"id": "1", "name": "Guild", "iconUrl": "https://cdn.discordapp.com/icons/1"},
        "channel": {"id": "2", "type": "GuildTextChat", "name": "dev", "topic": "hello"},
        "dateRange": {"after": None, "before": None},
        "messages": [
            {
                "id": "10",
                "type": "Default",
                "timestamp": "2023-01-01T00:00:00.123+00:00",
                "content": "",
                "author": {"id": "5", "name": "ann", "nickname": "Ann", "roles": []},
                **message,
            }
        ],
        "messageCount": 1,
    }


def test_discord(tmp_path: Path) -> None:
    embeds = [{"title": "x", "fields": [{"name": "key", "value": tokens.github(1)}]}]
    text = json.dumps(discord(content="é \U0001f600 " + tokens.github(2), embeds=embeds), indent=2)
    (tmp_path / "a.json").write_text(text)
    findings = report("scan", "a.json", cwd=tmp_path).json["findings"]
    pointers = [finding["locations"][0]["pointer"] for finding in findings]
    assert pointers == ["/messages/0/content", "/messages/0/embeds/0/fields/0/value"]
    place = findings[0]["locations"][0]
    assert place["permalink"] == "https://discord.com/channels/1/2/10"
    assert place["workspace"] == "Guild"
    line = text.splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith(tokens.github(2))


def test_what_is_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    value = discord(content=tokens.github(1))
    value["messages"] += [{**value["messages"][0], "id": "11", "content": "x"}]
    text = json.dumps(value)
    (tmp_path / "a.json").write_text(text[: text.index('"11"') + 1])
    result = report("scan", "a.json", cwd=tmp_path).json
    assert result["findings"][0]["locations"][0]["message"] == "10"
    (problem,) = result["problems"]
    assert "cut off" in problem["message"]


def test_no_chats_scans_plain_files(tmp_path: Path) -> None:
    slack(tmp_path / "e", {"text": tokens.github(1)})
    result = report("scan", "e", "--no-chats", cwd=tmp_path).json
    assert "messages" not in result["scanned"]
    assert "chat" not in result["findings"][0]["locations"][0]


def conversation(tmp_path: Path, *lines: str) -> list[dict[str, Any]]:
    (tmp_path / "e").mkdir(exist_ok=True)
    slack(tmp_path / "e", *({"text": line} for line in lines))
    return report("scan", "e", "--reveal", cwd=tmp_path).json["findings"]


def test_a_password_in_the_next_message_is_found(tmp_path: Path) -> None:
    (finding,) = conversation(tmp_path, "what is the db password?", "hunter2-prod", "thanks")
    assert finding["signature"] == "chat-answer"
    assert finding["secret"] == "hunter2-prod"
    assert finding["locations"][0]["message"] == "1700000001.000100"


def test_a_password_in_a_sentence_is_found(tmp_path: Path) -> None:
    (finding,) = conversation(tmp_path, "hm", "the pw for jenkins is `Xk29dk!Qm`, ok?")
    assert finding["signature"] in {"chat-password", "hardcoded-password"}
    assert finding["secret"] == "Xk29dk!Qm"


def test_a_password_in_a_field_of_a_bot_is_found(tmp_path: Path) -> None:
    fields = [{"title": "User", "value": "deploy"}, {"title": "Password", "value": "wolf-Harbor-7"}]
    slack(tmp_path / "e", {"text": "", "attachments": [{"fields": fields}]})
    (finding,) = report("scan", "e", cwd=tmp_path).json["findings"]
    assert finding["signature"] in {"chat-password", "hardcoded-password"}
    assert finding["locations"][0]["pointer"] == "/0/attachments/0/fields/1/value"


def test_a_key_in_a_fence_is_found(tmp_path: Path) -> None:
    (finding,) = conversation(tmp_path, "here's the key:\n```9f8e7d6c5b4a39281706aabb```")
    assert finding["signature"] == "chat-key"


def test_talk_about_passwords_is_none(tmp_path: Path) -> None:
    lines = (
        "what is the db password?",
        "no idea, ask Bob2",
        "the password is required since v2",
        "my pw is wrong",
        "is the token valid?",
        "yes",
        'feat: pass "code" instead of self.edit_format',
    )
    assert conversation(tmp_path, *lines) == []


def test_what_is_said_counts_only_in_conversations(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("the pw is hunter2-prod\n")
    (tmp_path / "b.txt").write_text("the pw is hunter2-prod\n")
    ids = report("scan", ".", "--select", "chat-*", "--select", "github-pat", cwd=tmp_path).ids
    assert ids == []


def test_the_token_of_an_export_is_one_finding_with_few_places(tmp_path: Path) -> None:
    token = "xoxe" + "-62273061501-643812249407-374574535511-9d1c3b7a5e8f40216c7d8e9fa0b1c2d3"
    url = f"https://files.slack.com/files-pri/T01-F02/a.png?t={token}"
    files = [{"files": [{"id": "F1", "url_private": url, "url_private_download": url}]}] * 50
    (tmp_path / "e").mkdir()
    slack(tmp_path / "e", *files)
    (finding,) = report("scan", "e", cwd=tmp_path).json["findings"]
    assert finding["signature"] == "slack-export-token"
    assert finding["properties"]["mentions"] == 50
    assert len(finding["locations"]) == 10


def test_attachments_of_mail_are_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.env", f"TOKEN={tokens.github(1)}")
    mail = email.message.EmailMessage()
    for name, value in (("From", "ann@x.example"), ("To", "bob@x.example"), ("Subject", "x")):
        mail[name] = value
    mail["Date"] = "Fri, 13 Jan 2023 10:14:33 +0000"
    mail.set_content("see the attachment")
    mail.add_attachment(inner.getvalue(), maintype="application", subtype="zip", filename="b.zip")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())
    (finding,) = report("scan", "a.eml", cwd=tmp_path).json["findings"]
    assert finding["locations"][0]["path"] == "a.eml!b.zip!a.env"
    assert finding["decoded"] == ["mail", "zip"]


def test_slackdump_in_sqlite_knows_names(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "slackdump.sqlite")
    database.execute("CREATE TABLE MESSAGE (ID INT, CHANNEL_ID TEXT, TS TEXT, DATA BLOB)")
    database.execute("CREATE TABLE S_USER (ID TEXT, USERNAME TEXT, DATA BLOB)")
    database.execute("CREATE TABLE CHANNEL (ID TEXT, NAME TEXT, DATA BLOB)")
    database.execute("CREATE TABLE WORKSPACE (ID INT, TEAM TEXT, DATA BLOB)")
    rows: list[tuple[str, dict[str, Any]]] = [
        ("S_USER VALUES ('U1', 'bob', ?)", {"id": "U1", "profile": {"display_name": "Bob"}}),
        ("CHANNEL VALUES ('C01', 'dev', ?)", {"id": "C01", "name": "dev", "members": ["U1", "U2"]}),
        ("WORKSPACE VALUES (1, 'acme', ?)", {"url": "https://acme.slack.com/"}),
        (
            "MESSAGE VALUES (1, 'C01', '1700000000.000100', ?)",
            {"user": "U1", "ts": "1700000000.000100", "text": f"use {tokens.github(1)}"},
        ),
    ]
    for into, value in rows:
        database.execute(f"INSERT INTO {into}", (json.dumps(value).encode(),))
    database.commit()
    database.close()
    (finding,) = report("scan", "slackdump.sqlite", cwd=tmp_path).json["findings"]
    (place,) = [one for one in finding["locations"] if "chat" in one]
    assert (place["workspace"], place["channel"], place["author"]) == ("acme", "#dev", "Bob")
    assert place["permalink"] == "https://acme.slack.com/archives/C01/p1700000000000100"
    assert finding["properties"]["people"] == 2


def test_names_of_teams_and_channels_lie_beside(tmp_path: Path) -> None:
    team = "0a1b-2c"
    folder = tmp_path / "teams" / team
    folder.mkdir(parents=True)
    channel = "19:x@thread.tacv2"
    message = {
        "Id": "1755192369203", "Body": {"ContentType": "html", "Content": f"<p>{tokens.github(1)}</p>"},
        "CreatedDateTime": "2025-08-14T17:26:09+00:00", "MessageType": "message",
        "From": {"User": {"DisplayName": "Ann"}},
        "ChannelIdentity": {"ChannelId": channel, "TeamId": team},
    }  # fmt: skip
    odd = {**message, "Id": "2", "ChannelIdentity": {"ChannelId": "y", "TeamId": "../../" + team}}
    (folder / f"messages_{team}.json").write_text(json.dumps([message, odd]))
    (folder / f"channels_{team}.json").write_text(
        json.dumps([{"Id": channel, "DisplayName": "Ops"}])
    )
    (tmp_path / "teams" / "teamsList.json").write_text(
        json.dumps([{"GroupsId": team, "Name": "Core"}])
    )
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        for file in sorted((tmp_path / "teams").rglob("*.json")):
            archive.write(file, file.relative_to(tmp_path))
    for path in ("teams", "e.zip"):
        (finding,) = report("scan", path, cwd=tmp_path).json["findings"]
        first, second = finding["locations"]
        assert (first["workspace"], first["channel"], first["author"]) == ("Core", "#Ops", "Ann")
        assert (second["workspace"], second["channel"]) == (f"../../{team}", "y")


def test_google_says_beside_who_is_in_a_conversation(tmp_path: Path) -> None:
    folder = tmp_path / "Google Chat" / "Groups" / "DM k6ox"
    folder.mkdir(parents=True)
    person = {"name": "Ann", "email": "ann@x.example", "user_type": "Human"}
    date = "Thursday, November 3, 2016 at 11:59:50\u202fAM UTC"
    said = {"creator": person, "created_date": date, "text": tokens.github(1), "message_id": "x/1"}
    gone = {"creator": person, "created_date": date, "message_id": "x/2", "message_state": "DELETED",
            "deletion_metadata": {"deletion_type": "CREATOR"}}  # fmt: skip
    (folder / "messages.json").write_text(json.dumps({"messages": [gone, said]}))
    (folder / "group_info.json").write_text(json.dumps({"members": [person, {"name": "Bob"}]}))
    result = report("scan", "Google Chat", cwd=tmp_path).json
    (finding,) = result["findings"]
    (place,) = finding["locations"]
    assert (place["channel"], place["author"]) == ("@Ann, Bob", "Ann")
    assert finding["properties"]["people"] == 2
    assert result["scanned"]["messages"] == 2


def test_slackdump_in_sqlite_is_read_once_per_message(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "slackdump.sqlite")
    database.execute(
        "CREATE TABLE MESSAGE (ID INT, CHUNK_ID INT, CHANNEL_ID TEXT, TS TEXT, TXT TEXT, DATA BLOB)"
    )
    data = json.dumps(
        {"type": "message", "user": "U1", "ts": "1700000000.000100", "text": tokens.github(1)}
    )
    for chunk in (1, 2):
        row = (1, chunk, "C01", "1700000000.000100", tokens.github(1), data.encode())
        database.execute("INSERT INTO MESSAGE VALUES (?, ?, ?, ?, ?, ?)", row)
    database.commit()
    database.close()
    (finding,) = report("scan", "slackdump.sqlite", cwd=tmp_path).json["findings"]
    said = [place for place in finding["locations"] if "chat" in place]
    assert [place["message"] for place in said] == ["1700000000.000100"]
    assert finding["properties"]["mentions"] == 1
