"""Files in groups: each once, in order, and the first ones before all are listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from leakhunt.sources import files
from leakhunt.sources.exclusions import Exclusions
from leakhunt.sources.files import FileSource
from leakhunt.sources.reading import File, FileBatch
from leakhunt.sources.walk import Walk

NAMES = [f"file{number:02}" for number in range(20)]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(b"x" * number)
    monkeypatch.setattr(files, "_BATCH_FILES", 2)
    monkeypatch.setattr(files, "_FEW_FILES", 5)
    return tmp_path


def _names(batch: object) -> list[str]:
    return [Path(file.path).name for file in cast("FileBatch", batch).files]


def test_the_first_groups_do_not_wait_for_the_last_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    walked = Walk.files

    def noting(self: Walk, root: str, shown: str) -> Iterator[File]:
        for file in walked(self, root, shown):
            listed.append(file.shown)
            yield file

    monkeypatch.setattr(Walk, "files", noting)
    source = FileSource([str(folder)], Exclusions())
    batches = source.batches()
    first = _names(next(batches))
    assert first == NAMES[:2]
    assert len(listed) == 6
    assert source.total == 0
    rest = [_names(batch) for batch in batches]
    assert [*first, *(name for names in rest for name in names)] == NAMES
    assert {len(names) for names in rest} == {2}
    assert source.total == sum(range(20))


def test_what_is_named_twice_is_read_once(folder: Path) -> None:
    source = FileSource([str(folder), str(folder)], Exclusions())
    found = [name for batch in source.batches() for name in _names(batch)]
    assert found == NAMES
    assert source.total == sum(range(20))


@pytest.mark.parametrize(("few", "size", "groups"), [(20, 1000, 1), (19, 1000, 10), (20, 100, 10)])
def test_few_are_one_group(
    folder: Path, monkeypatch: pytest.MonkeyPatch, few: int, size: int, groups: int
) -> None:
    monkeypatch.setattr(files, "_FEW_FILES", few)
    monkeypatch.setattr(files, "_FEW_BYTES", size)
    assert len(list(FileSource([str(folder)], Exclusions()).batches())) == groups


def test_nothing_is_no_group(tmp_path: Path) -> None:
    assert list(FileSource([str(tmp_path)], Exclusions()).batches()) == []
