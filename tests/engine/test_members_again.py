"""What lies in several containers is scanned once, and told of each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from leakhunt.engine.scan import Engine, Scan
from leakhunt.model import Blob
from tests import tokens
from tests.repo import Repo
from tests.run import report

TOKEN = tokens.github(1)


def _zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_each_archive_is_told_of_what_lies_in_several(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    plain = "nothing at all\n" * 40
    for number in range(4):
        repo.commit(f"{number}.zip", _zipped(a=plain, b=f"t = {TOKEN}", c=f"release {number}"))
    result = report("history", cwd=tmp_path)
    (finding,) = result.json["findings"]
    assert {place["path"] for place in finding["locations"]} == {f"{n}.zip!b" for n in range(4)}
    assert result.json["scanned"]["members"] == 12


def test_what_held_nothing_is_not_scanned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    scan = Engine.scan

    def spy(self: Engine, blob: Blob, content: bytes, *, binary: bool = False) -> Scan:
        seen.append(blob.member)
        return scan(self, blob, content, binary=binary)

    monkeypatch.setattr(Engine, "scan", spy)
    repo = Repo(tmp_path)
    for number in range(4):
        repo.commit(f"{number}.zip", _zipped(a="nothing at all\n" * 40, b=f"release {number}"))
    report("history", cwd=tmp_path)
    assert (seen.count("a"), seen.count("b")) == (1, 4)
