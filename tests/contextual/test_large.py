"""Files that are too large to parse: read around what a name gives away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakhunt import facts
from leakhunt.contextual.search import Search
from tests.run import report

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from leakhunt.model import Signature

LINE = '  {{"id": "{}", "note": "nothing of interest is said in this line of a long list"}},\n'


def test_all_of_a_large_file_is_searched_and_little_of_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = facts.read
    sizes: list[int] = []

    def counted(
        path: str, content: bytes, near: tuple[tuple[int, int], ...] = (), *, part: bool = False
    ) -> facts.Facts:
        sizes.append(len(content))
        assert part
        return read(path, content, near, part=part)

    monkeypatch.setattr(facts, "read", counted)
    rows = [LINE.format(at) for at in range(30_000)]
    for at in (10, 15_000, 29_990):
        rows[at] = f'  {{"db_password": "Xk29dkQm{at}dk"}},\n'
    (tmp_path / "a.json").write_text("[\n" + "".join(rows) + "  0]\n")
    found = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert sorted(one["locations"][0]["line"] for one in found) == [12, 15_002, 29_992]
    assert sizes
    assert sum(sizes) < 100_000


def test_the_same_part_of_a_long_line_says_the_same_wherever_it_stands(
    builtin: tuple[Signature, ...],
) -> None:
    search = Search([one for one in builtin if one.context])
    filler = b"var a=1;" * 300
    told = b'db_password="Xk29dkQm81zQ0w";'
    first, second = filler + told + filler, b"x" + filler + told + filler + told + filler
    ends = [[at + 20 for at in _places(text, told)] for text in (first, second)]
    alone = search.candidates(first, ends[0])
    again = search.candidates(second, ends[1])
    assert [second[one.start : one.end] for one in again] == [b"Xk29dkQm81zQ0w"] * 2
    assert [one.start for one in again] == [at + 13 for at in _places(second, told)]
    assert [(one.signature, one.weight) for one in again] == [
        (one.signature, one.weight) for one in alone * 2
    ]


def _places(text: bytes, part: bytes) -> list[int]:
    return [one.start() for one in re.finditer(re.escape(part), text)]
