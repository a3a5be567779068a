"""What cannot be sure enough to be listed is put off: nothing that is listed changes by that."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import corpus
from leakhunt.commands.choosing import load_signatures
from leakhunt.commands.options import Options
from leakhunt.contextual.search import Search
from leakhunt.model import Confidence
from tests.repo import Repo
from tests.run import Result, leakhunt, report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.contextual.candidates import Candidate

WORD = "harbor-lamp"
OTHER = "copper-fern"
FOLDERS = ("tests", "locales", "dist")
"""In turn, so that each case is read once."""
LATE = {
    "app/settings.yml": f"db:\n  user: svc\n  password: {WORD}\n",
    "tests/test_a.py": f'password = "{WORD}"\n',
    "tests/test_b.py": f'"""Doc.\n\npassword: {WORD}\n"""\n',
    "tests/test_c.py": f'password = "{OTHER}"\n',
    "tests/test_d.py": f'"""Doc.\n\npassword: {OTHER}x\n"""\n',
}
"""A word that is a password somewhere, and in a test; what a test says of itself is nothing."""
LISTED = {"app/settings.yml": 3, "tests/test_a.py": 1}


def _candidates(search: Search) -> Iterator[tuple[str, bytes, list[Candidate]]]:
    for case, folder in zip(corpus.written(), itertools.cycle(FOLDERS), strict=False):
        data = case.text.encode()
        ends = [m.end() for m in re.finditer(rb"(?i)pass\w*|pwd|secret|token|key|auth|salt", data)]
        if found := search.candidates(data, ends):
            yield f"{folder}/{case.path}", data, found


def test_nothing_that_is_put_off_would_have_been_listed() -> None:
    search = Search([signature for signature in load_signatures(Options()) if signature.context])
    late = 0
    for path, data, candidates in _candidates(search):
        doubted = search.put_off(path, data, candidates, Confidence.MEDIUM)
        if doubted is None:
            continue
        late += len(doubted)
        starts = {item.start for item in candidates}
        kept = {item.start for item in doubted}
        for item, how in search.judged(path, data, candidates, alone=True):
            if item.start in starts:
                assert how is Confidence.LOW, path
                assert item.start in kept, path
    assert late > 300


def _written(folder: Path) -> None:
    for name, text in LATE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _places(result: Result) -> dict[str, int]:
    (finding,) = result.json["findings"]
    return {place["path"]: place["line"] for place in finding["locations"]}


@pytest.mark.parametrize("where", [".", "root"])
def test_a_listed_secret_has_its_places_in_tests(tmp_path: Path, where: str) -> None:
    _written(tmp_path / where)
    result = report("scan", where, cwd=tmp_path)
    prefix = "" if where == "." else "root/"
    assert _places(result) == {prefix + path: line for path, line in LISTED.items()}


def test_a_listed_secret_of_history_has_its_places_in_tests(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    _written(tmp_path)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "all")
    assert _places(report("history", cwd=tmp_path)) == LISTED
    repo.git("rm", "-q", "app/settings.yml")
    repo.git("commit", "-q", "-m", "gone")
    assert _places(report("history", cwd=tmp_path)) == LISTED


def test_a_listed_secret_of_a_bare_repository_has_its_places_in_tests(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    _written(repo.path)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "all")
    repo.git("clone", "-q", "--bare", ".", "../bare.git")
    assert _places(report("scan", "bare.git", cwd=tmp_path)) == LISTED


KEY = "q8ZrT2mXw0" + "LkV5nB7yHc"
HINTED = {"deploy.yml": "env:\n  - name: API_KEY\n    value: {value}\n"}


@pytest.mark.parametrize(("value", "listed"), [(KEY, True), ("copper-fern", False)])
def test_a_key_of_a_test_is_found_where_only_the_file_names_it(
    tmp_path: Path, value: str, *, listed: bool
) -> None:
    (tmp_path / "tests").mkdir()
    for name, text in HINTED.items():
        (tmp_path / "tests" / name).write_text(text.format(value=value))
    found = report("scan", cwd=tmp_path).json["findings"]
    assert [finding["confidence"] for finding in found] == ["medium"] * listed


@pytest.mark.parametrize("command", ["scan", "history"])
def test_the_count_is_a_bound_where_nobody_looked(tmp_path: Path, command: str) -> None:
    repo = Repo(tmp_path)
    repo.commit("tests/test_c.py", LATE["tests/test_c.py"])
    repo.commit("tests/test_d.py", LATE["tests/test_d.py"])
    assert "up to 2 too unsure to be listed" in leakhunt(command, cwd=tmp_path).out
    shown = report(command, "--min-confidence", "low", cwd=tmp_path)
    assert [finding["confidence"] for finding in shown.json["findings"]] == ["low"]


def test_what_was_looked_at_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('comment = """\npassword = sunny-side\n"""\n')
    out = leakhunt("scan", cwd=tmp_path).out
    assert "up to" not in out
