"""Files in which programs keep credentials: every kind proves itself by its examples."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from leakhunt.contextual.kept import KINDS, kept
from leakhunt.contextual.places import is_sealed
from leakhunt.engine import keeping
from leakhunt.engine.by_name import SHORT, is_called, is_telling
from leakhunt.facts.files import of_path, rows
from tests.repo import Repo
from tests.run import report

FILE = Path(__file__).parents[2] / "signatures" / "languages" / "files.toml"
KEYS = {"program", "files", "lines", "fits", "unless", "reference", "examples", "counterexamples"}


@functools.cache
def written() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["file"]
    return found


def path_of(row: dict[str, Any]) -> str:
    return "home/" + row["files"][0].replace("*", "one")


def values(path: str, text: str) -> list[str]:
    return [one.text for one in kept(path, text.encode())]


@pytest.mark.parametrize("row", written(), ids=lambda row: row["program"])
def test_each_kind_of_file_proves_itself(row: dict[str, Any]) -> None:
    assert row.keys() <= KEYS
    assert row["reference"].startswith("http")
    assert of_path(path_of(row))
    if "lines" not in row:
        return
    assert row["examples"]
    assert row["counterexamples"]
    for text in row["examples"]:
        assert values(path_of(row), text), text
    for text in row["counterexamples"]:
        assert values(path_of(row), text) == [], text


def test_every_expression_says_what_it_finds() -> None:
    import re

    for row in rows():
        for line in row.lines:
            groups = re.compile(line).groupindex
            assert len(groups) == 1, row.program
            assert set(groups) <= set(KINDS), row.program


def test_the_names_that_every_file_is_asked_for_are_those_of_the_rows() -> None:
    names, within, ends, folders = set(), set(), set(), set()
    for row in written():
        for file in row["files"]:
            assert file == file.lower()
            folder, _, name = file.rpartition("/")
            if name == "*":
                folders.add(folder)
            elif "*" in name:
                ends.add(name.rpartition("*")[2])
            else:
                (within if folder else names).add(name)
    assert names == keeping.NAMES
    assert within - names == keeping.WITHIN
    assert ends == set(keeping.ENDS)
    assert folders == keeping.FOLDERS
    assert "" not in ends


def test_a_name_that_says_little_needs_its_folder() -> None:
    assert is_telling("home/.irssi/config", 200)
    assert is_telling("home\\.irssi\\config", 200)
    assert not is_telling("home/.git/config", 200)
    assert is_telling("etc/ppp/.cvspass", 200)
    assert not is_telling("etc/ppp/.cvspass", SHORT + 1)


def test_history_is_asked_for_names_that_say_enough_alone() -> None:
    assert is_called(b".cvspass")
    assert is_called(b"Servlist.conf")
    assert not is_called(b"config")


def test_quotes_do_not_count() -> None:
    assert values("home/.esmtprc", 'password "brook side"\n') == ["brook side"]
    assert values("home/.esmtprc", "password brookside\n") == ["brookside"]


def test_rows_of_other_files_do_not_count() -> None:
    assert values("home/readme.txt", "password brookside\n") == []


@pytest.mark.parametrize(
    "before",
    [
        b'<Pass encoding="crypt" pubkey="k">',
        b'<Pass encoding="crypt" pubkey="',
        b"<Value Protected='True'>",
        b'<string encrypted="true" name="a">',
    ],
)
def test_a_tag_says_that_its_value_is_encrypted(before: bytes) -> None:
    assert is_sealed(before + b"value</x>", len(before))


@pytest.mark.parametrize(
    "before",
    [
        b'<Pass encoding="base64">',
        b'<Value ProtectInMemory="True">',
        b'<a encrypted="true"></a><b>',
        b"encrypted=",
        b'<string encrypted="false">',
    ],
)
def test_other_tags_do_not(before: bytes) -> None:
    assert not is_sealed(before + b"value</x>", len(before))


FOUND = {
    ".esmtprc": 'hostname smtp.brook.example:587\nusername "ada"\npassword "password"\n',
    ".irssi/config": 'c = { a = { sasl_password = "brookside"; }; };\n',
    "sentinel.conf": "sentinel auth-pass core brookside\n",
    "nexus3/admin.password": "b3cf1a52-0f0e-4f0a-9f57-0c6f6e1f2d3c\n",
    "config/config.ini.php": '[db]\nhost = "db"\nusername = "a"\npassword = "brook-side-9"\n',
    "vrp.cfg": "pre-shared-key simple brookside\n",
    "sqitch.conf": "uri = db:pg://app:brookside@db.quarry.example/core\n",
    "fw.xml": "<a><radius_secret>brookside</radius_secret></a>\n",
    ".env": "RCON_PASSWORD=brookside\n",
}
"""Files with one secret, in their last line."""


@pytest.mark.parametrize("name", list(FOUND))
def test_it_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FOUND[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    (place,) = finding["locations"]
    assert place["line"] == FOUND[name].count("\n")
    assert finding["confidence"] in {"high", "medium"}


SILENT = {
    ".esmtprc": 'hostname a\nusername "ada"\n# password "password"\n',
    "unattend.xml": '<unattend><settings pass="oobeSystem"></settings></unattend>\n',
    "definitions.json": '{"users": [{"name": "ada", "hashing_algorithm": "rabbit_hash_sha256"}]}',
    "RegSrvr.xml": "<a>server=db.brook.net;user id=a;password=AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAA</a>",
    "bitwarden.json": '{"login": {"password": "2.Lw3Vn8Tz5RkA1YqQ0mZ7xw==|qWsE6rT8yUiOgc9XB2=="}}',
    "settings.xml": "<server><username>ci</username><password>{COQLCE6DU6GtcS5P=}</password>",
    "site.xml": '<Pass encoding="crypt" pubkey="Gd3LG4I5YerrnUZ9LVDn">BStNzw2TvGGkRNHW8uV9</Pass>',
    "web.config": '<a userName="svc" password="[enc:IISWASOnlyCngProvider:K3vQm8xLw2Tn7Yq:enc]" />',
    "WinSCP.ini": "[a]\nUserName=ada\nPassword=A35D02A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2\n",
    "squid.conf": "cachemgr_passwd disable all\n",
    "sec.conf": '[data]\n__passphrase__ = on\nbrook = "5E1AD4FA7AB0F2B8A4A05F0CDA81"\n',
}


@pytest.mark.parametrize("name", list(SILENT))
def test_what_is_encrypted_or_only_shown_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SILENT[name])
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_of_the_newest_version_the_folder_counts_in_history_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    text = "a:\nV 9\nb\nK 8\npassword\nV 9\nbrookside\nEND\n"
    repo.commit(".subversion/auth/svn.simple/5a4b3c2d", text)
    repo.commit("other/5a4b3c2d", text.replace("brookside", "hillsides"))
    (finding,) = report("history", cwd=repo.path).json["findings"]
    assert finding["locations"][0]["path"] == ".subversion/auth/svn.simple/5a4b3c2d"


def test_history_is_read_for_them(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit("chat/servlist.conf", "N=Brook\nP=brookside\n")
    repo.commit("chat/servlist.conf", "N=Brook\nP=\n")
    (finding,) = report("history", cwd=repo.path).json["findings"]
    assert finding["locations"][0]["path"] == "chat/servlist.conf"
