"""What is known of a message in a chat stands in every format."""

from __future__ import annotations

import html
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests import tokens
from tests.run import leakhunt

ROOT, REPLY, AGAIN = "1700000000.000100", "1700000001.000200", "1700090001.000300"
SEEN = {
    "file": "acme.zip!general/2023-11-14.json",
    "channel": "#general",
    "workspace": "acme",
    "author": "Bob",
    "day": "2023-11-14",
    "message": REPLY,
    "thread": ROOT,
    "pointer": "/1/text",
    "link": f"https://acme.slack.com/archives/C01/p1700000001000200?thread_ts={ROOT}&cid=C01",
    "last": "2023-11-15",
}
OTHER = {"message": AGAIN, "pointer": "/2/text", "author": "Ann"}
ONE_PLACE = {"github"}
"""An annotation has room for one place."""
PLACE = {
    "terminal": (".json:14:23",),
    "markdown": (".json:14:23",),
    "json": ('"line":14,"column":23',),
    "sarif": ('"startLine":14', '"startColumn":23'),
    "gitlab": ('"start_line":14', '"name":"Column","type":"text","value":"23"'),
    "github": ("line=14,", "col=23,"),
    "csv": (",14,23,",),
}
FORMATS = ("terminal", "json", "jsonl", "sarif", "gitlab", "github", "csv", "html", "markdown")


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = [
        {"id": "U1", "name": "bob", "profile": {"display_name": "Bob"}},
        {"id": "U2", "name": "ann", "profile": {"display_name": "Ann"}},
    ]
    token = tokens.github(1)
    there = "https://acme.slack.com/archives/C01/p1700000000000100"
    day = [
        {"user": "U2", "ts": ROOT, "thread_ts": ROOT, "text": f"which one? {there}"},
        {"user": "U1", "ts": REPLY, "thread_ts": ROOT, "text": f"this {token}"},
        {"user": "U2", "ts": AGAIN, "text": f"again {token}"},
    ]
    files = {
        "users.json": people,
        "channels.json": [{"id": "C01", "name": "general", "members": ["U1", "U2", "U3"]}],
        "general/2023-11-14.json": [{"type": "message", **one} for one in day],
    }
    folder = tmp_path_factory.mktemp("export")
    with zipfile.ZipFile(folder / "acme.zip", "w") as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value, indent=4).replace("/", "\\/"))
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_where_in_which_conversation(name: str, export: Path) -> None:
    out = leakhunt("scan", "-q", "-f", name, "acme.zip", cwd=export).out
    told = re.sub(r"\s+", " ", unquote(html.unescape(out)).replace("\\u0026", "&"))
    assert {key: text for key, text in SEEN.items() if text not in told} == {}
    assert all(text in told.replace(" ", "") for text in PLACE.get(name, PLACE["json"]))
    if name not in ONE_PLACE:
        wanted = OTHER if name not in {"terminal"} else {"author": "Ann"}
        assert {key: text for key, text in wanted.items() if text not in told} == {}


def test_no_format_says_who_if_nobody_is_to_be_named(export: Path) -> None:
    for name in FORMATS:
        out = leakhunt("scan", "-q", "--no-authors", "-f", name, "acme.zip", cwd=export).out
        assert "Bob" not in out, name


def test_a_time_that_the_export_writes_otherwise_is_told_as_it_is(tmp_path: Path) -> None:
    token = tokens.github(2)
    lines = f"[13.01.23, 10:14:31] Ann: hi\n[13.01.23, 10:14:35] Bob: {token}\n"
    (tmp_path / "_chat.txt").write_text(lines)
    for name in FORMATS:
        told = html.unescape(leakhunt("scan", "-q", "-f", name, "_chat.txt", cwd=tmp_path).out)
        assert "13.01.23, 10:14:35" in told, name
        assert "2023-01-13" in told, name
