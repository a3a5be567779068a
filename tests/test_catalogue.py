"""Signatures from the cache are those that parsing gives, whatever happened to either."""

from __future__ import annotations

import importlib
import os
import pickle
import stat
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt import cache, catalogue
from leakhunt import signatures as files
from leakhunt.errors import SignatureError
from leakhunt.facts import options  # noqa: F401 (reads its rows before the folder is another one)
from leakhunt.model import Signature
from tests.run import leakhunt

TEXT = """
[provider]
name = "Acme"
references = ["https://acme.example"]
remediation = "Revoke it."

[[signature]]
id = "{id}"
title = "{title}"
severity = "{severity}"
confidence = "medium"
pattern = '(?P<secret>{id}_[0-9a-f]{{8}})'
near = ["acme", "token"]
examples = ["a"]
counterexamples = ["b"]
structure = "{structure}"

[[signature.part]]
name = "id"
pattern = '(?P<secret>[a-z]{{8}})'
near = ["user"]
"""


def text(id: str, title: str = "T", severity: str = "high", structure: str = "") -> str:
    return TEXT.format(id=id, title=title, severity=severity, structure=structure)


def fine(_: Sequence[Signature]) -> bool:
    return True


class Place:
    """A folder of signatures that stands for those that come with leakhunt, and a cache."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "signatures"
        self.cache = folder / "cache"
        (self.folder / "providers").mkdir(parents=True)
        # Who takes the folder over when it is loaded must not take this one.
        for name in ("facts.syntax", "facts.options", "exposure.rows"):
            importlib.import_module(f"leakhunt.{name}")
        patch.setattr(files, "builtin_folder", lambda: self.folder)
        patch.setattr(catalogue, "_SETTLED", -(10**18))
        patch.setenv("LEAKHUNT_CACHE", str(self.cache))

    def write(self, name: str, content: str) -> Path:
        path = self.folder / "providers" / f"{name}.toml"
        path.write_text(content)
        return path

    def load(self, *own: Path) -> tuple[Signature, ...]:
        """Load twice, so that the second time may come from the cache, and compare."""
        expected = files.load(files.read(files.signature_files([self.folder, *own])))
        for _ in range(2):
            assert tuple(catalogue.load(own, use_cache=True, vet=fine)) == expected
        assert tuple(catalogue.load(own, use_cache=False, vet=fine)) == expected
        return expected

    def from_cache(self, *own: Path) -> bool:
        """Whether loading now parses nothing."""
        seen: list[int] = []

        def vet(signatures: Sequence[Signature]) -> bool:
            seen.append(len(signatures))
            return True

        catalogue.load(own, use_cache=True, vet=vet)
        return not seen

    @property
    def file(self) -> Path:
        (file,) = self.cache.iterdir()
        return file


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path, monkeypatch)
    made.write("a", text("acme-a"))
    made.write("b", text("acme-b", "Ü \\\\ ↑"))
    return made


def test_all_that_come_with_leakhunt(
    builtin: tuple[Signature, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalogue, "_SETTLED", -(10**18))
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "cache"))
    for _ in range(2):
        loaded = catalogue.load([], use_cache=True, vet=fine)
        assert loaded.vetted
        assert tuple(loaded) == builtin
        assert catalogue.gates_digest(loaded) == catalogue.gates_digest(builtin)
    assert pickle.loads(pickle.dumps(loaded))[3] == builtin[3]
    assert tuple(loaded[2:9:3]) == builtin[2:9:3]
    assert tuple(loaded.only([5, 1])) == (builtin[5], builtin[1])
    assert loaded[-1] == builtin[-1]
    with pytest.raises(IndexError):
        loaded[len(builtin)]


def test_the_second_time_parses_nothing(place: Place) -> None:
    assert not place.from_cache()
    assert place.from_cache()
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign", "padded"])
def test_a_damaged_file_is_not_used(place: Place, damage: str) -> None:
    place.load()
    good = place.file.read_bytes()
    middle = len(good) // 2
    place.file.write_bytes(
        {
            "empty": b"",
            "cut": good[:middle],
            "flipped": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
            "foreign": b"not ours at all",
            "padded": good + b"\0",
        }[damage]
    )
    assert not place.from_cache()
    assert place.from_cache()
    place.load()


@pytest.mark.parametrize("content", [b"", b"garbage", b"N", b"(\x01\0\0\0N", b"i\x01\0\0\0"])
def test_a_sound_file_with_other_content_is_not_used(place: Place, content: bytes) -> None:
    place.load()
    cache.write(place.file.name, content)
    assert not place.from_cache()
    place.load()


def test_what_others_could_have_written_is_not_used(place: Place) -> None:
    place.load()
    place.file.chmod(0o666)
    assert not place.from_cache()
    place.file.chmod(0o666)
    place.load()
    place.cache.chmod(0o777)
    assert not place.from_cache()
    place.load()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_somebody_else_owns_is_not_used(place: Place) -> None:
    place.load()
    os.chown(place.file, 65534, 65534)
    assert not place.from_cache()


def test_another_version_has_its_own(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.load()
    monkeypatch.setattr(cache, "__version__", "0.0.0")
    assert not place.from_cache()
    monkeypatch.setattr(cache, "code_stamp", lambda: "other code")
    assert not place.from_cache()


def test_a_file_that_changed_just_now_is_not_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_SETTLED", 10**12)
    place.load()
    assert not place.cache.exists()


def test_changed_added_and_removed_files_are_noticed(place: Place) -> None:
    place.load()
    path = place.write("a", text("acme-a", "U"))
    assert place.load()[0].title == "U"
    os.utime(path, ns=(1, 1))
    place.load()
    new = path.with_suffix(".new")
    new.write_text(text("acme-a", "V"))
    os.utime(new, ns=(1, 1))
    new.replace(path)
    assert place.load()[0].title == "V"
    place.write("c", text("acme-c"))
    assert len(place.load()) == 3
    path.unlink()
    assert [s.id for s in place.load()] == ["acme-b", "acme-c"]
    (place.folder / "more").mkdir()
    (place.folder / "more" / "d.toml").write_text(text("acme-d"))
    assert len(place.load()) == 3


def test_own_files_count_by_what_they_say(place: Place, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text("own", "A"))
    assert len(place.load(own)) == 3
    state = own.stat()
    own.write_text(text("own", "B"))
    os.utime(own, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert place.load(own)[-1].title == "B"
    assert place.from_cache(own)
    assert len(place.load()) == 2


def test_faults_are_found_behind_a_warm_cache(place: Place, tmp_path: Path) -> None:
    place.load()
    own = tmp_path / "own.toml"
    own.write_text(text("acme-a"))
    with pytest.raises(SignatureError, match="duplicate id"):
        catalogue.load([own], use_cache=True, vet=fine)
    with pytest.raises(SignatureError, match="no such file"):
        catalogue.load([tmp_path / "absent"], use_cache=True, vet=fine)
    place.write("c", "no TOML")
    with pytest.raises(SignatureError, match="not valid TOML"):
        catalogue.load([], use_cache=True, vet=fine)


def test_unknown_checks_are_refused_every_time(place: Place, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    place.write("c", text("acme-c", structure="no-such"))
    for _ in range(2):
        done = leakhunt("scan", "f", cwd=tmp_path)
        assert done.code == 2
        assert "there is no structure 'no-such'" in done.err
        assert leakhunt("scan", "--ignore", "acme-c", "f", cwd=tmp_path).code == 0


def test_without_a_cache(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEAKHUNT_CACHE", "")
    place.load()
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEAKHUNT_CACHE", str(tmp_path / "file" / "below"))
    place.load()
    assert not place.cache.exists()


IDS = ("a", "b", "c")
STEPS = st.one_of(
    st.tuples(
        st.just("write"),
        st.sampled_from(IDS),
        st.text(st.characters(exclude_characters='"\\', exclude_categories=["C"]), max_size=9),
        st.sampled_from(["low", "high", "wrong"]),
    ),
    st.tuples(st.just("remove"), st.sampled_from(IDS)),
    st.tuples(st.just("damage"), st.integers(0, 5000)),
    st.tuples(st.just("forget")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=8))
def test_always_the_same_as_parsing(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        place = Place(Path(folder), patch)
        place.write("z", text("z"))
        for step in steps:
            _do(place, step)
            expected = _outcome(
                lambda: files.load(files.read(files.signature_files([place.folder])))
            )
            assert _outcome(lambda: catalogue.load([], use_cache=True, vet=fine)) == expected


def _outcome(load: Callable[[], Iterable[Signature]]) -> tuple[Signature, ...] | str:
    try:
        return tuple(load())
    except SignatureError as error:
        return error.message


def _do(place: Place, step: tuple[object, ...]) -> None:
    kind, *values = step
    kept = list(place.cache.iterdir()) if place.cache.exists() else []
    if kind == "write":
        name, title, severity = map(str, values)
        path = place.write(f"{name}-new", text(name, title, severity))
        path.replace(path.with_name(f"{name}.toml"))
    elif kind == "remove":
        (place.folder / "providers" / f"{values[0]}.toml").unlink(missing_ok=True)
    for file in kept:
        if kind == "damage":
            content = bytearray(file.read_bytes())
            content[int(str(values[0])) % len(content)] ^= 4
            file.write_bytes(content)
        elif kind == "forget":
            file.unlink()
