"""The cache, with compiled databases in it: private, verified, and never needed."""

from __future__ import annotations

import importlib.metadata
import os
import stat
from pathlib import Path

import hyperscan
import pytest

from leakhunt import cache
from leakhunt.engine import beside
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


def _made(folder: Path) -> list[str]:
    return sorted(file.name.partition("-")[0] for file in folder.iterdir())


def test_what_is_compiled_in_halves_finds_the_same(
    folder: Path, builtin: tuple[Signature, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "worth_it", lambda: True)
    some = builtin[::8]
    for _ in range(2):
        halves = Prefilter(some, brief=True)
        assert len(halves._others) == 1
        assert _made(folder) == ["halves"]
    assert halves.from_cache
    whole = Prefilter(some)
    assert not whole.from_cache
    assert not whole._others
    assert whole.gates.opens == halves.gates.opens
    for signature in some:
        for example in signature.examples:
            text = f"a\n{example}\nb {example} c".encode()
            hits = halves.scan(text)
            assert sorted(hits) == sorted(whole.scan(text))
            assert [end for _, end in hits] == [end for _, end in whole.scan(text)]
    assert _made(folder) == ["gates", "halves"]
    assert not Prefilter(some, brief=True)._others


def test_where_a_copy_fails_or_is_not_worth_it_the_whole_is_compiled(
    folder: Path, few: tuple[Signature, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "worth_it", lambda: False)
    monkeypatch.setattr(beside, "started", None)
    assert _works(Prefilter(few, brief=True), few)
    assert _made(folder) == ["gates"]
    for file in folder.iterdir():
        file.unlink()
    monkeypatch.setattr(beside, "worth_it", lambda: True)
    monkeypatch.setattr(beside, "started", lambda _: lambda: b"")
    assert _works(Prefilter(few, brief=True), few)
    assert _made(folder) == ["gates"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no copies of processes")
def test_a_copy_that_fails_makes_nothing() -> None:
    def fail() -> bytes:
        raise SystemExit(0)

    large = b"x" * 1_000_000
    assert beside.started(lambda: large)() == large
    assert beside.started(fail)() == b""
    assert beside.started(lambda: os.kill(os.getpid(), 9) or b"")() == b""


def test_a_library_that_says_its_version_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    said = importlib.metadata.version("hyperscan")
    assert cache.version(hyperscan) == said
    monkeypatch.delattr(hyperscan, "__version__")
    assert cache.version(hyperscan) == said
    monkeypatch.setattr(hyperscan, "__version__", "7", raising=False)
    monkeypatch.setattr("importlib.metadata.version", None)
    assert cache.version(hyperscan) == "7"
