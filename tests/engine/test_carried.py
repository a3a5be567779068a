"""What is open in a version is judged once, and has its lines where a place of it is told."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from leakhunt.engine import placing
from leakhunt.engine.scan import Engine, Settings
from leakhunt.git.packs import bulk
from tests import tokens
from tests.git.packs.test_equality import commit_all, scan
from tests.git.repo import Repo
from tests.run import report

if TYPE_CHECKING:
    from pathlib import Path

    from leakhunt.model import Blob, Signature

native = pytest.mark.skipif(not bulk.usable(), reason="the extension was not built")

LINES = [
    f'db_password = "{tokens.word(1, 16)}"\n',
    f'{{"user": "u", "password": "{tokens.word(2, 12)}", "api_key": "{tokens.word(3, 24)}"}}\n',
    f"- name: DB_PASSWORD\n  value: {tokens.word(4, 20)}\n",
    f"secret={tokens.word(5, 16)} " * 30 + "\n",
]


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    # As the commands have it: what is looked for in conversations only is found nowhere here.
    return Engine(Settings([one for one in builtin if not one.id.startswith("chat-")]))


def packed(folder: Path, texts: list[str]) -> Repo:
    repo = Repo.init(folder)
    repo.git("config", "fastimport.unpackLimit", "1")
    commit_all(repo, [{"a.conf": text.encode()} for text in texts], "main")
    repo.git("repack", "-adfq", "--depth=50", "--window=20")
    return repo


def versions(rng: random.Random, lines: list[str], count: int) -> list[str]:
    """Versions of a file in which these lines stand, moved by others."""
    filler = [f"option {number} = {rng.randrange(10**6)}\n" for number in range(80)]
    texts = []
    for _ in range(count):
        filler.insert(rng.randrange(len(filler)), f"option = {rng.randrange(10**6)}\n")
        texts.append("".join([*filler[:20], *lines, *filler[20:]]))
    return texts


@native
def test_what_moves_is_not_judged_again(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    inner = Engine._looked

    def noted(self: Engine, blob: Blob, *args: object) -> object:
        looked.append(blob.kind == "blob")
        return inner(self, blob, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "_looked", noted)
    repo = packed(tmp_path / "r", versions(random.Random(1), LINES, 40))
    found = scan(repo, engine, plain=False)
    assert len(found.findings) >= 4
    assert found.scanned["blobs"] == 40
    assert 1 <= sum(looked) <= 20


@native
@pytest.mark.parametrize("seed", range(12))
def test_lines_that_go_come_back_and_are_written_twice(
    tmp_path: Path, engine: Engine, seed: int
) -> None:
    rng = random.Random(seed)
    texts: list[str] = []
    for _ in range(8):
        some = [line for line in LINES for _ in range(rng.choice([0, 1, 1, 2]))]
        rng.shuffle(some)
        texts += versions(rng, some, 4)
    repo = packed(tmp_path / "r", texts)
    assert scan(repo, engine, plain=False) == scan(repo, engine, plain=True)


def test_the_line_is_that_of_the_version_that_is_told(tmp_path: Path) -> None:
    texts = ["x\n" * more + LINES[0] + "y\n" * 40 for more in range(9)]
    repo = packed(tmp_path / "r", texts)
    repo.git("checkout", "-q", "main")
    places = [(one["line"], one["column"], one["at_head"]) for one in told(repo, "findings")]
    assert places == [(1, 16, False), (9, 16, True)]


def test_a_comment_beside_it_counts(tmp_path: Path) -> None:
    texts = ["x\n" * more + LINES[0] for more in range(3)]
    allowed = LINES[0].replace("\n", "  # leakhunt:allow made up\n")
    repo = packed(tmp_path / "r", [*texts, f"x\n{allowed}"])
    repo.git("checkout", "-q", "main")
    assert [one["at_head"] for one in told(repo, "suppressed")] == [True]
    assert [one["at_head"] for one in told(repo, "findings")] == [False]


def test_what_cannot_be_read_again_has_no_line_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["x\n" * more + LINES[0] + "y\n" * 40 for more in range(9)]
    repo = packed(tmp_path / "r", texts)
    placed = placing.placed

    def gone(matches: Any, shown: Any, objects: Any, honor: Any) -> Any:
        repo.git("update-ref", "-d", "refs/heads/main")
        repo.git("reflog", "expire", "--expire=now", "--all")
        repo.git("repack", "-adq")
        repo.git("prune", "--expire=now")
        return placed(matches, shown, objects, honor)

    monkeypatch.setattr(placing, "placed", gone)
    done = report("history", cwd=repo.path)
    assert done.code == 2
    lines = [place.get("line") for one in done.json["findings"] for place in one["locations"]]
    assert None in lines
    assert 0 not in lines
    missing = [one for one in done.json["problems"] if one["kind"] == "missing-objects"]
    assert len(missing) == lines.count(None)


def told(repo: Repo, kind: str) -> list[Any]:
    """Return the places in files of what `history` reports."""
    found = report("history", cwd=repo.path).json[kind]
    return [place for one in found for place in one["locations"] if place.get("path")]
