"""The cache, with compiled databases in it: private, verified, and never needed."""

from __future__ import annotations

import importlib.metadata
import os
import stat
from pathlib import Path

import hyperscan
import pytest

from leakhunt import cache
from leakhunt.engine.prefilter import Prefilter
from leakhunt.model import Signature


@pytest.fixture
def few(builtin: tuple[Signature, ...]) -> tuple[Signature, ...]:
    return builtin[:3]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("LEAKHUNT_CACHE", str(place))
    return place


def _works(prefilter: Prefilter, signatures: tuple[Signature, ...]) -> bool:
    return all(prefilter.scan(s.examples[0].encode()) for s in signatures)


def test_the_second_time_comes_from_the_cache(folder: Path, few: tuple[Signature, ...]) -> None:
    assert not Prefilter(few).from_cache
    second = Prefilter(few)
    assert second.from_cache
    assert _works(second, few)


def test_folder_and_file_are_private(folder: Path, few: tuple[Signature, ...]) -> None:
    Prefilter(few)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign", "padded"])
def test_a_damaged_file_is_compiled_again(
    folder: Path, few: tuple[Signature, ...], damage: str
) -> None:
    Prefilter(few)
    (file,) = folder.iterdir()
    good = file.read_bytes()
    middle = len(good) // 2
    file.write_bytes(
        {
            "empty": b"",
            "cut": good[:middle],
            "flipped": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
            "foreign": b"not ours at all",
            "padded": good + b"\0",
        }[damage]
    )
    again = Prefilter(few)
    assert not again.from_cache
    assert _works(again, few)
    assert file.read_bytes() == good


def test_a_sound_file_that_hyperscan_refuses_is_compiled_again(
    folder: Path, few: tuple[Signature, ...]
) -> None:
    Prefilter(few)
    (file,) = folder.iterdir()
    cache.write(file.name, b"another version's database")
    again = Prefilter(few)
    assert not again.from_cache
    assert _works(again, few)


def test_what_others_could_have_written_is_not_read(
    folder: Path, few: tuple[Signature, ...]
) -> None:
    Prefilter(few)
    (file,) = folder.iterdir()
    file.chmod(0o666)
    assert not Prefilter(few).from_cache
    file.chmod(0o600)
    folder.chmod(0o777)
    assert not Prefilter(few).from_cache


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_somebody_else_owns_is_not_read(folder: Path, few: tuple[Signature, ...]) -> None:
    Prefilter(few)
    (file,) = folder.iterdir()
    os.chown(file, 65534, 65534)
    assert not Prefilter(few).from_cache


def test_without_a_cache_it_works(
    monkeypatch: pytest.MonkeyPatch, few: tuple[Signature, ...]
) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", "")
    assert cache.folder() is None
    assert _works(Prefilter(few), few)


def test_where_the_folder_cannot_be_made_it_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, few: tuple[Signature, ...]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "file" / "below"))
    assert _works(Prefilter(few), few)


def test_old_databases_are_removed(folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("not ours")
    for number in range(20):
        cache.write(cache.key("made", str(number)), b"data")
    assert len(list(folder.iterdir())) == 16 + 1
    assert (folder / "notes.txt").exists()


def test_other_signatures_have_another_key(folder: Path, builtin: tuple[Signature, ...]) -> None:
    Prefilter(builtin[:3])
    assert not Prefilter(builtin[:4]).from_cache


def test_a_library_that_says_its_version_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    said = importlib.metadata.version("hyperscan")
    assert cache.version(hyperscan) == said
    monkeypatch.delattr(hyperscan, "__version__")
    assert cache.version(hyperscan) == said
    monkeypatch.setattr(hyperscan, "__version__", "7", raising=False)
    monkeypatch.setattr("importlib.metadata.version", None)
    assert cache.version(hyperscan) == "7"
