"""What is read out of scanned files: facts, ports, conversations, members of archives, secrets.

Nothing is raised, whatever the bytes, and what is found lies in them.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import json
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from leakhunt import catalogue, facts
from leakhunt.archives import magic, opening
from leakhunt.archives.base import Trouble
from leakhunt.archives.journals import LARGEST, UnreadableLogError, merged
from leakhunt.engine.batches import Item
from leakhunt.engine.conversations import scan_export
from leakhunt.engine.scan import Engine, Settings
from leakhunt.engine.strings import read_strings
from leakhunt.exposure import reading as ports
from leakhunt.facts.model import Value
from leakhunt.model import Blob
from leakhunt.suppress.comments import FOREIGN, comments_in
from tests.chat.exports import EXPORTS, Said
from tests.facts.cases import FOLDER, cases_of

# A path tells which reader is asked.
PATHS = (
    "a.py", "a.js", "a.tsx", "a.go", "a.rb", "a.php", "A.java", "a.cs", "a.sh", "a.rs", "a.c",
    "a.cpp", "a.kt", "a.swift", "a.scala", "a.lua", "a.pl", "a.ps1", "a.groovy", "a.ex", "a.mm",
    "a.sql", "a.yaml", "a.json", "a.toml", "a.ini", "a.properties", ".env", "a.xml", "a.tf",
    "Dockerfile", "docker-compose.yml", "nginx.conf", "redis.conf", "a.service", "Procfile",
    "crontab", "Makefile", "a.ipynb", "a.md", "a.rst", "a.html", "a.log", ".netrc", ".pgpass",
    "values.yaml", ".github/workflows/a.yml", ".devcontainer/devcontainer.json", "a.csv", "a.txt",
    "a", "a.plist", "web.config", "a.reg", "haproxy.cfg", "userlist.txt", "chap-secrets",
    "a.jsonc", "a.hcl", "a.j2", "a.patch", "a.diff", "a.eml", "a.bat", "a.vue",
)  # fmt: skip


def _named(data: bytes) -> tuple[str, bytes]:
    return (PATHS[data[0] % len(PATHS)], data[1:]) if data else (PATHS[0], b"")


def _within(value: Value, size: int) -> None:
    assert 0 <= value.start <= value.end <= size, "a value outside of its file"
    for part in value.parts:
        _within(part, size)


def read_facts(data: bytes) -> None:
    """Code and configuration, all languages and formats."""
    path, content = _named(data)
    told = facts.read(path, content)
    for one in told.assignments:
        assert 0 <= one.start <= one.end <= len(content), "an assignment outside of its file"
        _within(one.value, len(content))
    for call in told.calls:
        assert 0 <= call.start <= call.end <= len(content), "a call outside of its file"
        for _, value in call.arguments:
            _within(value, len(content))


def read_ports(data: bytes) -> None:
    """Listeners and publications."""
    ports.read(*_named(data))


def read_comments(data: bytes) -> None:
    """Comments that allow a finding, also those of other tools."""
    path, content = _named(data)
    blob = Blob("path:" + path, len(content), "file", path)
    comments_in(blob, content, tuple(FOREIGN))


@functools.cache
def _shipped() -> Engine:
    loaded = catalogue.load([], use_cache=True, vet=lambda _: True)
    return Engine(Settings(loaded.only(list(range(len(loaded.rows))), [])))


def scanned(data: bytes) -> None:
    """The whole engine with the signatures that come along: decoders, containers, judgement."""
    path, content = _named(data)
    blob = Blob("path:" + path, len(content), "file", path)
    for match in _shipped().scan(blob, content).matches:
        span, lines = match.span, content.count(b"\n") + content.count(b"\r") + 1
        assert 1 <= span.line <= span.end_line <= lines, "a match outside of its file"
        assert span.column >= 1
        assert span.end_column >= 1


def chats(data: bytes) -> None:
    """Exports of chats, read as conversations."""
    one = EXPORTS[data[0] % len(EXPORTS)] if data else EXPORTS[0]
    blob = Blob(f"path:{one.path}", len(data) - 1, "file", one.path)
    scan_export(_shipped(), Item(blob, data[1:]), lambda item: None)


def unpacked(data: bytes) -> None:
    """Archives, compressed files, databases, PDFs, and what lies in them."""
    found = magic.kind(data[:600])
    if found is None:
        return
    for one in opening.inside(found, data, len(data), lambda head: True, 1 << 22):
        if not isinstance(one, Trouble) and callable(one.content):
            with one.content() as stream:
                stream.read(1 << 16)


def strings(data: bytes) -> None:
    """JSON that no reader knows."""
    item = Item(Blob("path:a.json", len(data), "file", "a.json"), data)
    for match in read_strings(_shipped(), item, _shipped().scan(item.blob, data)).matches:
        assert match.span.line >= 1
        assert match.span.column >= 1


_PAGES = 1024
"""Bytes of a small database."""


def logged(data: bytes) -> None:
    """A database and its write-ahead log."""
    with contextlib.suppress(UnreadableLogError):
        assert len(merged(data[:_PAGES], data[_PAGES:])) <= LARGEST


def seeds(name: str) -> Iterable[bytes]:
    """Return what to start from: cases of other tests, small archives."""
    return {
        "read_facts": _sources,
        "read_ports": _sources,
        "read_comments": _comments,
        "scanned": _encoded,
        "chats": _exports,
        "unpacked": _archives,
        "strings": _jsons,
        "logged": _logs,
    }[name]()


def _sources() -> Iterator[bytes]:
    for file in sorted(FOLDER.glob("*.txt")):
        for case in list(cases_of(file))[::9]:
            suffix = Path(case.path).suffix
            which = [at for at, path in enumerate(PATHS) if Path(path).suffix == suffix]
            yield bytes([which[0] if which else 0]) + case.content[:1500]
    for at, path in enumerate(PATHS):
        texts = {
            ".yaml": b"a: &x {password: 'k', <<: *x}\nb: |\n  c\nports: ['0.0.0.0:80:80']\n",
            ".json": b'{"a": {"password": "x"}, "b": [1, "\\u0041"]}',
            ".xml": b"<a b='c'><password>x</password><![CDATA[y]]></a>",
            ".tf": b'resource "a" "b" {\n  password = "${var.x}"\n  c = <<EOF\nd\nEOF\n}\n',
        }
        yield bytes([at]) + texts.get(Path(path).suffix, b"PASSWORD=x # y\nlisten 0.0.0.0:80;\n")


def _comments() -> Iterator[bytes]:
    for text in ("leakhunt: allow", "leakhunt:allow[a-b] until=2030-01-01 x", "gitleaks:allow"):
        yield bytes([0]) + f"x = 1  # {text}\n".encode()
    yield bytes([22]) + b"# pragma: allowlist nextline secret\na: b\n"


def _encoded() -> Iterator[bytes]:
    base64 = b"x = 'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ='"
    for text in (base64, b"%61%62%63 &#97; \\u0061\\x61", b"=3D=\n"):
        yield bytes([0]) + text
    yield bytes([49]) + "k = é".encode("utf-16")
    yield bytes([49]) + b"-----BEGIN " + b"PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n"
    yield bytes([49]) + gzip.compress(b"password = 'x'", mtime=0)
    for signature in _shipped().settings.signatures[::12]:
        yield bytes([49]) + signature.examples[0].encode()[:2000]


def _exports() -> Iterator[bytes]:
    for at, one in enumerate(EXPORTS):
        made = one.write(one.fields[0], Said("before", "s3cret", "after", 9))
        yield bytes([at]) + (made.encode() if isinstance(made, str) else made)


def _jsons() -> Iterator[bytes]:
    said = {"a": ["x\n/y\U0001f600", {"b/c": json.dumps({"d": "e\nf"})}], "g": "h"}
    for text in (json.dumps(said), json.dumps(said, indent=1), '{"a": "\\ud83d\\q', '["'):
        yield text.encode()
        yield text.replace("/", "\\/").encode()
        yield f"{text}\n{text}".encode("utf-16")
    token = "AKIA" + "Z7QP2L5M" + "X3RT6VBN"
    yield json.dumps({"k": f"aws\n{token}", "password": "Kx9/fooBar77\n"}).encode()


def _logs() -> Iterator[bytes]:
    page = b"SQLite format 3\0" + (512).to_bytes(2, "big") + bytes(_PAGES - 18)
    header = struct.pack(">8I", 0x377F0682, 3007000, 512, 0, 1, 2, 0, 0)
    frame = struct.pack(">6I", 1, 2, 1, 2, 0, 0) + page[:512]
    yield page + header + frame
    yield page + header + frame[:100]
    yield page


def _archives() -> Iterator[bytes]:
    text = b"password = 'x'\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a/b.txt", text)
        packed.writestr("c.gz", gzip.compress(text, mtime=0))
    yield out.getvalue()
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as tar:
            info = tarfile.TarInfo("a.txt")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
        yield out.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder, "a.db"))
        database.execute("create table a (b text, c blob)")
        database.execute("insert into a values ('x', x'00')")
        database.commit()
        database.close()
        yield Path(folder, "a.db").read_bytes()
    yield b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
