"""Large chat exports, made up the same way every time: how fast they are scanned, in which memory.

`python -m benchmarks.chats --size 2000` writes an export of Discord and one of Slack, scans each
with one job, and prints megabytes for each second of processor time and the most memory it took.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEGABYTE = 1_000_000
PEOPLE = 60
_OFTEN = (
    "the a to of and in is it you that we for on this be with have can not are so but "
    "just was what deploy build staging prod server config release ticket branch merge "
    "review team database migration docker node cluster lunch meeting tomorrow fixed "
    "broken error logs timeout release-notes customer invoice design frontend backend "
    "cache queue worker restart rollback thanks great ok sure maybe later yes no idea "
    "think works again today "
)
_WORDS = _OFTEN.split()
_SECRETIVE = "password token key secret api login account credentials"
"""Words that make people think of secrets, ..."""
_RARE = _SECRETIVE.split()
_RARELY = 0.002
"""... and how often they are said: somewhat oftener than in most channels."""


class Talk:
    """Makes up what people say.

    Args:
        seed: the same one says the same.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def hexadecimal(self, letters: int) -> str:
        """Return an id or a hash."""
        return f"{self.random.getrandbits(letters * 4):0{letters}x}"

    def sentence(self) -> str:
        """Return some words."""
        words = self.random.choices(_WORDS, k=self.random.randint(3, 24))
        if self.random.random() < _RARELY * len(words):
            words[self.random.randrange(len(words))] = self.random.choice(_RARE)
        return " ".join(words).capitalize()

    def address(self) -> str:
        """Return a link."""
        host = self.random.choice(("github.com/acme/app/pull", "acme.atlassian.net/browse/APP"))
        return f"https://{host}/{self.random.randint(1, 9999)}?focus={self.hexadecimal(8)}"

    def code(self) -> str:
        """Return some lines of a program or of a log."""
        return "\n".join(
            self.random.choice(
                (
                    f"{self.random.choice(_WORDS)} = os.environ['{self.random.choice(_WORDS)}']",
                    f"2024-03-05T12:{self.random.randint(10, 59)}:01Z ERROR {self.sentence()}",
                    f"commit {self.hexadecimal(40)}",
                    f"  at com.acme.{self.random.choice(_WORDS)}.Main.run(Main.java:81)",
                    f'{{"id": "{self.hexadecimal(24)}", "ok": true, "size": 1234}}',
                )
            )
            for _ in range(self.random.randint(2, 9))
        )

    def text(self) -> str:
        """Return a message: mostly short, at times with a link, letters of other scripts, code."""
        kind = self.random.random()
        if kind < 0.62:
            return self.sentence()
        if kind < 0.76:
            return f"{self.sentence()} {self.address()}"
        if kind < 0.84:
            return f"{self.sentence()} \U0001f600 \u2013 \u201esch\u00f6n\u201c \u041f\u0440\u0438"
        if kind < 0.94:
            quoted = f'"{self.sentence()}" & <{self.sentence()}>'
            return f"{self.sentence()}.\n\n{self.sentence()}: {quoted}"
        return f"{self.sentence()}\n```\n{self.code()}\n```"


def discord_message(talk: Talk, number: int) -> dict[str, Any]:
    """Return a message as DiscordChatExporter writes it."""
    person = talk.random.randrange(PEOPLE)
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=41 * number)
    ident = str(800_000_000_000_000_000 + number * 4_194_304_001)
    cdn = "https://cdn.discordapp.com"
    message: dict[str, Any] = {
        "id": ident,
        "type": "Default",
        "timestamp": moment.isoformat(timespec="milliseconds"),
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": talk.text(),
        "author": {
            "id": str(300_000_000_000_000_000 + person),
            "name": f"person{person}",
            "discriminator": "0000",
            "nickname": f"Person {person}",
            "color": "#3498DB",
            "isBot": False,
            "roles": [
                {"id": "81384788765712384", "name": "dev", "color": "#3498DB", "position": 3}
            ],
            "avatarUrl": f"{cdn}/avatars/3{person:017}/{person:032x}.png?size=512",
        },
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
    }
    if talk.random.random() < 0.08:
        signed = f"ex={talk.hexadecimal(8)}&is={talk.hexadecimal(8)}&hm={talk.hexadecimal(64)}&"
        message["attachments"].append(
            {
                "id": ident,
                "url": f"{cdn}/attachments/1/{ident}/log-{number}.txt?{signed}",
                "fileName": f"log-{number}.txt",
                "fileSizeBytes": 20_000 + number,
            }
        )
    if talk.random.random() < 0.06:
        message["embeds"].append(
            {
                "title": talk.sentence(),
                "url": talk.address(),
                "timestamp": None,
                "description": talk.text(),
                "color": "#E74C3C",
                "author": {"name": "CI", "url": talk.address()},
                "fields": [{"name": "status", "value": talk.sentence(), "isInline": True}],
                "images": [],
            }
        )
    if talk.random.random() < 0.1:
        message["reference"] = {"messageId": ident, "channelId": "2", "guildId": "1"}
    return message


def discord(path: Path, size: int) -> None:
    """Write the JSON of a channel of Discord.

    Args:
        path: where to.
        size: bytes, about.
    """
    talk = Talk(1)
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n  "guild": {\n    "id": "1",\n    "name": "Acme",\n    "iconUrl": ""\n  },\n')
        out.write('  "channel": {\n    "id": "2",\n    "type": "GuildTextChat",\n')
        out.write('    "categoryId": "3",\n    "category": "Text",\n    "name": "dev",\n')
        out.write('    "topic": null\n  },\n  "dateRange": {\n    "after": null,\n')
        out.write('    "before": null\n  },\n  "messages": [')
        number = 0
        while out.tell() < size:
            one = json.dumps(discord_message(talk, number), indent=2, ensure_ascii=False)
            out.write((",\n" if number else "\n") + "    " + one.replace("\n", "\n    "))
            number += 1
        out.write(f'\n  ],\n  "messageCount": {number}\n}}\n')


def slack_message(talk: Talk, number: int) -> dict[str, Any]:
    """Return a message as Slack exports it."""
    person = talk.random.randrange(PEOPLE)
    stamp = f"{1_577_836_800 + number * 13}.{number % 1_000_000:06}"
    text = talk.text()
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kind = talk.random.random()
    if kind < 0.07:
        return {
            "type": "message",
            "subtype": "bot_message",
            "text": "",
            "ts": stamp,
            "username": "github",
            "bot_id": "B0JL6RASU",
            "attachments": [
                {
                    "fallback": f"[app] {escaped}",
                    "text": escaped,
                    "pretext": f"[<{talk.address()}|app>] {talk.sentence()}",
                    "color": "fad8c7",
                    "mrkdwn_in": ["text"],
                    "fields": [{"title": "Commit", "value": talk.hexadecimal(40), "short": True}],
                }
            ],
        }
    message: dict[str, Any] = {
        "user": f"U{person:08X}",
        "type": "message",
        "ts": stamp,
        "client_msg_id": f"{talk.hexadecimal(8)}-{talk.hexadecimal(4)}-{talk.hexadecimal(12)}",
        "text": escaped,
        "team": "T0123ABCD",
        "user_team": "T0123ABCD",
        "source_team": "T0123ABCD",
        "user_profile": {
            "avatar_hash": f"{person:012x}",
            "image_72": f"https://avatars.slack-edge.com/2020-01-01/{person:032x}_72.png",
            "first_name": "Person",
            "real_name": f"Person {person}",
            "display_name": f"person{person}",
            "team": "T0123ABCD",
            "name": f"person{person}",
            "is_restricted": False,
            "is_ultra_restricted": False,
        },
        "blocks": [
            {
                "type": "rich_text",
                "block_id": talk.hexadecimal(5),
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
                ],
            }
        ],
    }
    if kind < 0.13:
        ident = f"F{number:09X}"
        there = f"https://files.slack.com/files-pri/T0123ABCD-{ident}"
        token = "xox" + f"e-{10**12 + 7}-{10**12 + 9}-{'0f' * 16}"
        message["files"] = [
            {
                "id": ident,
                "created": 1_577_836_800 + number,
                "name": f"log-{number}.txt",
                "title": talk.sentence(),
                "mimetype": "text/plain",
                "filetype": "text",
                "mode": "snippet",
                "preview": talk.code(),
                "url_private": f"{there}/log.txt?t={token}",
                "url_private_download": f"{there}/download/log.txt?t={token}",
                "permalink": f"https://acme.slack.com/files/U{person:08X}/{ident}/log.txt",
            }
        ]
    if kind > 0.9:
        message["reactions"] = [{"name": "tada", "users": [f"U{person:08X}"], "count": 1}]
    if kind > 0.7:
        message["thread_ts"] = stamp
    return message


def slack_days(size: int) -> Iterator[tuple[str, str]]:
    """Yield names and contents of the files of an export, a channel and day each."""
    talk = Talk(2)
    people = [{"id": f"U{n:08X}", "name": f"person{n}"} for n in range(PEOPLE)]
    channels = [{"id": f"C{n:08X}", "name": f"channel-{n}"} for n in range(8)]
    for channel in channels:
        channel["members"] = [one["id"] for one in people]  # type: ignore[assignment]
    yield "users.json", json.dumps(people)
    yield "channels.json", json.dumps(channels)
    written = number = 0
    while written < size:
        day = dt.date(2020, 1, 1) + dt.timedelta(days=number // 8)
        first = number * 1500
        messages = [slack_message(talk, first + at) for at in range(talk.random.randint(50, 1500))]
        content = json.dumps(messages, indent=4).replace("/", "\\/")
        written += len(content)
        yield f"channel-{number % 8}/{day}.json", content
        number += 1


def slack(path: Path, size: int) -> None:
    """Write a zip as Slack exports it.

    Args:
        path: where to.
        size: bytes that it unpacks to, about.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in slack_days(size):
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content.encode(), 8)


def measure(path: Path, size: int) -> str:
    """Scan an export with one job, and return what that took as a line of text."""
    command = [
        sys.executable,
        "-m",
        "leakhunt",
        "scan",
        "--jobs",
        "1",
        "--format",
        "json",
        str(path),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode() or f"leakhunt ended with {done.returncode}")
    report = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"{path.name}: {size / MEGABYTE:,.0f} MB, {report['scanned']['messages']:,} messages, "
        f"{len(report['findings'])} findings; {cpu:.1f} s of processor time ({seconds:.1f} s), "
        f"{size / MEGABYTE / cpu:.1f} MB/s, {after.ru_maxrss / 1024:,.0f} MB of memory"
    )


MAKERS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "discord": ("discord.json", discord),
    "slack": ("slack.zip", slack),
}


def main() -> None:
    """Make exports, scan them, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="megabytes (default: %(default)s)")
    parser.add_argument("--keep", type=Path, help="folder for the exports, which are kept there")
    parser.add_argument("kinds", nargs="*", default=sorted(MAKERS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for kind in options.kinds:
            name, make = MAKERS[kind]
            path = folder / name
            if not path.exists():
                make(path, options.size * MEGABYTE)
            size = path.stat().st_size
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    size = sum(member.file_size for member in archive.infolist())
            print(measure(path, size), flush=True)
            if options.keep is None:
                path.unlink()


if __name__ == "__main__":
    main()
