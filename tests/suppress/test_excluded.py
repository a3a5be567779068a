"""Places that are left out by default and places that are allowed add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = tokens.github(7)
ENTRY = '[[allow]]\nsignature = "github-pat"\npath = "app.py"\nreason = "revoked"\n'


def _repo(folder: Path, way: str) -> Repo:
    repo = Repo(folder)
    comment = "  # leakhunt:allow revoked" if way == "inline" else ""
    repo.commit("app.py", f'KEY = "{TOKEN}"{comment}\n')
    if way == "baseline":
        assert leakhunt("baseline", "create", cwd=folder).code == 0
        (folder / "leakhunt.toml").write_text('baseline = "leakhunt.baseline"\n')
    if way == "allowed":
        (folder / "leakhunt.toml").write_text(ENTRY)
    repo.commit("node_modules/lib/app.js", f'var key = "{TOKEN}";\n')
    return repo


@pytest.mark.parametrize("command", ["history", "audit"])
@pytest.mark.parametrize("way", ["inline", "allowed", "baseline"])
def test_a_secret_of_which_every_place_is_left_out_or_allowed(
    tmp_path: Path, way: str, command: str
) -> None:
    repo = _repo(tmp_path, way)
    result = report(command, cwd=tmp_path)
    assert (result.code, result.json["findings"]) == (0, [])
    kinds = {one["suppression"]["kind"]: one["locations"] for one in result.json["suppressed"]}
    assert sorted(kinds) == sorted({"excluded-path", way})
    assert {place["path"] for place in kinds["excluded-path"]} == {"node_modules/lib/app.js"}
    all_of_it = report(command, "--no-default-excludes", cwd=tmp_path).json["findings"]
    assert {place["path"] for one in all_of_it for place in one["locations"]} == {
        "node_modules/lib/app.js"
    }
    repo.commit("other.py", f'KEY = "{TOKEN}"\n')
    (finding,) = report(command, cwd=tmp_path).json["findings"]
    assert "other.py" in {place["path"] for place in finding["locations"]}
