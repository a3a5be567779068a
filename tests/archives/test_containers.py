"""Containers, through the command line: what lies in them is found, and nothing is hidden."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import sqlite3
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.archives import base, magic, opening, streams
from leakhunt.archives.base import Trouble
from leakhunt.sources import packs
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

TOKEN = tokens.github(1)
TEXT = f"first\nkey = {TOKEN}\n".encode()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


def tarred(mode: str = "w", **members: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").compress(data))


def database(tmp_path: Path, *statements: tuple[str, tuple[object, ...]]) -> bytes:
    path = tmp_path.parent / f"{tmp_path.name}.made.db"
    connection = sqlite3.connect(path)
    for statement, values in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()
    return path.read_bytes()


def scan(folder: Path, **files: bytes) -> dict[str, Any]:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return report("scan", cwd=folder).json


def places(found: dict[str, Any]) -> list[tuple[str, int]]:
    return [(p["path"], p["line"]) for f in found["findings"] for p in f["locations"]]


@pytest.mark.parametrize(
    ("content", "path", "chain"),
    [
        (lambda: zipped(in__side=TEXT), "a.x!in/side", ["zip"]),
        (lambda: tarred(in__side=TEXT), "a.x!in/side", ["tar"]),
        (lambda: tarred("w:gz", side=TEXT), "a.x!side", ["gzip", "tar"]),
        (lambda: tarred("w:bz2", side=TEXT), "a.x!side", ["bzip2", "tar"]),
        (lambda: zstd(tarred(side=TEXT)), "a.x!side", ["zstd", "tar"]),
        (lambda: gzip.compress(TEXT), "a.x", ["gzip"]),
        (lambda: gzip.compress(b"x\n")[:0] + gzip.compress(TEXT) * 2, "a.x", ["gzip"]),
        (lambda: bz2.compress(TEXT), "a.x", ["bzip2"]),
        (lambda: lzma.compress(TEXT), "a.x", ["xz"]),
        (lambda: zstd(TEXT), "a.x", ["zstd"]),
        (lambda: zipped(b=zipped(c=tarred(d=TEXT))), "a.x!b!c!d", ["zip", "zip", "tar"]),
        (lambda: gzip.compress(gzip.compress(zipped(b=TEXT))), "a.x!b", ["gzip", "gzip", "zip"]),
    ],
)
def test_a_secret_in_a_container(tmp_path: Path, content, path, chain) -> None:
    found = scan(tmp_path, a_x=content())
    assert places(found)[0] == (path, 2)
    assert found["findings"][0]["decoded"] == chain
    assert found["problems"] == []
    assert found["scanned"]["containers"] == 1
    assert found["scanned"]["members"] == 1


def test_a_container_on_standard_input(tmp_path: Path) -> None:
    result = report("scan", "-", cwd=tmp_path, stdin=zipped(a=TEXT))
    assert places(result.json) == [("-!a", 2)]


def test_containers_are_left_alone_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(a=TEXT))
    result = report("scan", "--no-archives", cwd=tmp_path)
    assert (result.code, result.json["findings"]) == (0, [])


def test_encoded_text_in_a_member_says_both(tmp_path: Path) -> None:
    found = scan(tmp_path, a_zip=zipped(a=("\n\nx = " + TOKEN.encode().hex()).encode()))
    assert places(found) == [("a.zip!a", 3)]
    assert found["findings"][0]["decoded"] == ["zip", "hex"]


def test_every_row_of_a_database(tmp_path: Path) -> None:
    content = database(
        tmp_path,
        ('CREATE TABLE "a""b" (name TEXT, value TEXT)', ()),
        ('INSERT INTO "a""b" VALUES (\'x\', ?)', (TOKEN,)),
        ("CREATE TABLE w (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID", ()),
        ("INSERT INTO w VALUES ('k', ?)", (gzip.compress(tokens.github(2).encode()),)),
        ("CREATE VIEW v AS SELECT * FROM missing", ()),
    )
    found = scan(tmp_path, a_db=content)
    assert sorted(places(found)) == [('a.db!a"b/1', 2), ("a.db!w/v/1", 1)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def test_a_database_with_a_write_ahead_log_is_not_touched(tmp_path: Path) -> None:
    content = bytearray(
        database(tmp_path, ("CREATE TABLE t (v)", ()), ("INSERT INTO t VALUES (?)", (TOKEN,)))
    )
    content[18:20] = b"\x02\x02"
    found = scan(tmp_path, a_db=bytes(content))
    assert places(found) == [("a.db!t/1", 1)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    assert (tmp_path / "a.db").read_bytes() == content


# --- What cannot be read


def test_a_cut_off_file_is_scanned_as_far_as_it_goes(tmp_path: Path) -> None:
    rest = random.Random(1).randbytes(50_000).hex().encode()
    found = scan(tmp_path, a_gz=gzip.compress(TEXT + rest)[:-9000])
    assert places(found) == [("a.gz", 2)]
    (problem,) = found["problems"]
    assert (problem["where"], problem["message"], problem["gap"]) == ("a.gz", "it is cut off", True)
    assert leakhunt("scan", cwd=tmp_path).code == 2


def test_a_damaged_member_is_a_problem_and_the_others_are_read(tmp_path: Path) -> None:
    content = bytearray(zipped(bad=b"some words that can be packed " * 50, good=TEXT))
    content[40:48] = b"\xff" * 8
    found = scan(tmp_path, a_zip=bytes(content))
    assert places(found) == [("a.zip!good", 2)]
    assert [problem["where"] for problem in found["problems"]] == ["a.zip!bad"]


def test_a_member_without_a_name_is_read_like_the_others(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("", "b.txt"):
            entry = zipfile.ZipInfo("a")
            entry.filename = name
            archive.writestr(entry, TEXT)
    found = scan(tmp_path, x_zip=out.getvalue())
    assert found["problems"] == []
    assert places(found) == [("x.zip", 2), ("x.zip!b.txt", 2)]


def test_zstd_for_another_dictionary_is_no_reason_to_stop(tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    odd = bytes.fromhex("28b52ffd255044462dcf0000000000c133ea")
    found = scan(tmp_path, a_zst=odd, b=TEXT)
    assert places(found) == [("b", 2)]
    assert [(one["where"], one["gap"]) for one in found["problems"]] == [("a.zst", False)]


def test_encrypted_members_are_told_of(tmp_path: Path) -> None:
    content = bytearray(zipped(a=TEXT))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    found = scan(tmp_path, a_zip=bytes(content))
    (problem,) = found["problems"]
    assert problem["message"] == "1 member is encrypted"


def test_what_only_looks_like_a_container_is_binary(tmp_path: Path) -> None:
    found = scan(tmp_path, a_zip=b"PK\x03\x04" + bytes(500))
    assert found["scanned"]["skipped"] == {"binary": 1}
    assert [problem["gap"] for problem in found["problems"]] == [False]


def test_text_that_starts_like_a_container_is_text(tmp_path: Path) -> None:
    found = scan(tmp_path, a_txt=b"BZh is how bzip2 starts\nx = " + TOKEN.encode())
    assert places(found) == [("a.txt", 2)]


def test_links_and_devices_in_a_tar_hold_nothing(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for sort in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"odd{sort!r}")
            info.type, info.linkname = sort, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("../../etc/x")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    found = scan(tmp_path, a_tar=file.getvalue())
    assert places(found) == [("a.tar!../../etc/x", 2)]
    assert found["problems"] == []


def test_two_members_of_one_name(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", TEXT)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", "x = " + tokens.github(2))
    assert len(scan(tmp_path, a_zip=file.getvalue())["findings"]) == 2


def test_zstd_that_cannot_be_read_is_told_of(tmp_path: Path, monkeypatch) -> None:
    content = zstd(TEXT)
    monkeypatch.setattr(streams, "_zstd", None)
    (tmp_path / "a.zst").write_bytes(content)
    walked = report("scan", cwd=tmp_path).json
    assert walked["scanned"]["skipped"]["zstd"] == 1
    named = report("scan", "a.zst", cwd=tmp_path)
    assert named.code == 2
    assert "leakhunt[zstd]" in named.json["problems"][0]["message"]


# --- Limits


def test_a_bomb_is_cut_off_and_told_of(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(base, "TOTAL", 1_000_000)
    found = scan(tmp_path, a_gz=gzip.compress(TEXT + b"a b c " * 2_000_000))
    assert places(found) == [("a.gz", 2)]
    assert [(p["kind"], p["gap"]) for p in found["problems"]] == [("limit", True)]


def test_too_many_members(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(base, "MEMBERS", 3)
    content = zipped(**{f"m{number}": b"x" for number in range(9)})
    problems = scan(tmp_path, a_zip=content)["problems"]
    assert [(p["kind"], p["gap"]) for p in problems] == [("limit", True)]


def test_too_deep(tmp_path: Path) -> None:
    content = TEXT
    for _ in range(6):
        content = zipped(n=content)
    found = scan(tmp_path, a_zip=content)
    assert found["findings"] == []
    assert found["problems"][0]["kind"] == "limit"


def test_gzip_in_gzip_without_end(tmp_path: Path) -> None:
    content = TEXT
    for _ in range(30):
        content = gzip.compress(content)
    assert scan(tmp_path, a_gz=content)["problems"][0]["kind"] == "limit"


@pytest.mark.parametrize("pack", [lambda d: zipped(big=d), lambda d: tarred("w:gz", big=d)])
def test_a_member_that_is_too_large_to_hold(tmp_path: Path, monkeypatch, pack) -> None:
    monkeypatch.setattr(base, "HELD", 100_000)
    found = scan(tmp_path, a_x=pack(b"words\n" * 50_000 + TEXT + b"words\n" * 50_000))
    assert places(found) == [("a.x!big", 50_002)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["zip", "tar", "tgz", "gz", "bz2", "xz", "db"]), st.data())
def test_no_reader_fails_on_damage(kind: str, data: st.DataObject) -> None:
    whole = {
        "zip": lambda: zipped(a=TEXT, b=TEXT),
        "tar": lambda: tarred(a=TEXT),
        "tgz": lambda: tarred("w:gz", a=TEXT),
        "gz": lambda: gzip.compress(TEXT),
        "bz2": lambda: bz2.compress(TEXT),
        "xz": lambda: lzma.compress(TEXT),
        "db": lambda: _small_database(),
    }[kind]()
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    found = magic.kind(content)
    if found:
        for item in opening.inside(found, bytes(content), len(content), lambda _: True):
            assert isinstance(item, Trouble) or item.kinds


def test_a_column_that_is_computed_hides_no_other_table(tmp_path: Path) -> None:
    made = database(
        tmp_path,
        ("CREATE TABLE a (x, y AS (zeroblob(900000000)))", ()),
        ("INSERT INTO a (x) VALUES (1), (2)", ()),
        ('CREATE TABLE "b""\'c" (x, z)', ()),
        ('INSERT INTO "b""\'c" VALUES (1, ?)', (TOKEN,)),
    )
    found = scan(tmp_path, made_db=made)
    assert places(found) == [("made.db!b\"'c/1", 1)]
    assert [one["message"] for one in found["problems"]] == ["it is damaged"]


def _small_database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a, b)")
    connection.execute("INSERT INTO t VALUES (1, ?)", (TOKEN,))
    connection.commit()
    return bytes(connection.serialize())


# --- git


def test_an_archive_in_history(tmp_path: Path, monkeypatch) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit("lib/a.zip", zipped(x__y=TEXT))
    repo.commit("lib/a.zip", zipped(x__y=b"clean"))
    both = []
    for plain in ("0", "1"):
        monkeypatch.setenv(packs.PLAIN, plain)
        both.append(report("history", cwd=tmp_path / "r"))
    assert both[0].code == 1
    (place,) = both[0].json["findings"][0]["locations"]
    assert (place["path"], place["line"], place["at_head"]) == ("lib/a.zip!x/y", 2, False)
    assert both[0].json == both[1].json


def pdf(text: str) -> bytes:
    """A page with a text that cannot be read without undoing its filter."""
    drawn = base64.a85encode(f"BT /F1 12 Tf 50 500 Td ({text}) Tj ET".encode()).decode() + "~>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}/Filter/ASCII85Decode>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = "%PDF-1.4\n"
    table = "0000000000 65535 f \n"
    for number, text in enumerate(objects, 1):
        table += f"{len(body):010} 00000 n \n"
        body += f"{number} 0 obj{text}endobj\n"
    end = f"trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 6\n{table}{end}".encode()


def test_a_container_without_a_zero_byte_in_a_packed_history(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("pypdf")
    repo = Repo(tmp_path / "r")
    repo.commit("a.pdf", pdf(f"key = {TOKEN}"))
    repo.git("gc", "-q")
    both = []
    for plain in ("0", "1"):
        monkeypatch.setenv(packs.PLAIN, plain)
        both.append(report("history", cwd=tmp_path / "r").json)
    assert both[0]["findings"][0]["decoded"] == ["pdf"]
    assert both[0] == both[1]


def test_an_archive_that_is_staged(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("a", "a")
    (tmp_path / "a.whl").write_bytes(zipped(x__y=TEXT))
    repo.git("add", "-A")
    assert places(report("staged", cwd=tmp_path).json) == [("a.whl!x/y", 2)]


def test_sarif_names_the_member(tmp_path: Path) -> None:
    (tmp_path / "a b.zip").write_bytes(zipped(x__y=TEXT))
    result = leakhunt("scan", "--format", "sarif", cwd=tmp_path)
    (found,) = json.loads(result.out)["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.zip%21x/y"
    assert "Decoded from zip" in found["message"]["text"]


def test_what_would_be_left_out_in_a_folder_is_left_out_in_a_container(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(node_modules__x=TEXT))
    assert report("scan", ".", cwd=tmp_path).json["findings"] == []
    assert len(report("scan", "a.zip", cwd=tmp_path).json["findings"]) == 1


def test_compiled_members_are_counted_and_only_unpacked_if_asked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.jar", "w") as archive:
        archive.writestr("A.class", b"\xca\xfe\xba\xbe\0" + TOKEN.encode())
        archive.writestr("a.txt", "nothing")
    plain = report("scan", cwd=tmp_path)
    assert not plain.ids
    assert plain.json["scanned"]["skipped"] == {"binary": 1}
    assert report("scan", "--binary", cwd=tmp_path).ids == ["github-pat"]
