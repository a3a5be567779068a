"""What is too large to hold is read again where it lies: the same bytes, and nothing on disk."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import random
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.archives import again, base, journals, magic, opening, pdfs, unpackers
from leakhunt.archives.again import Section, Unpacked, View
from leakhunt.archives.base import AgainError, Budget, Trouble, file_of
from leakhunt.archives.opening import Inner, inside
from leakhunt.archives.unpackers import Inflating, Streaming
from tests import tokens
from tests.run import report

TOKEN = tokens.github(1)


def words(size: int, seed: int) -> bytes:
    """Return text that packs to about a fourth."""
    return random.Random(seed).randbytes(size).hex().encode()[:size].replace(b"a", b"\n")


def zipped(members: list[bytes], method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"m{number}", data)
    return file.getvalue()


def tarred(members: list[bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number, data in enumerate(members):
            info = tarfile.TarInfo(f"t{number}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def gzipped(members: list[bytes]) -> bytes:
    """Return several members of gzip, with what fills up between them."""
    return b"\0\0\0".join(gzip.compress(data, mtime=0) for data in members)


PACKERS: dict[str, Callable[[list[bytes]], bytes]] = {
    "stored": lambda members: zipped(members, zipfile.ZIP_STORED),
    "deflated": lambda members: zipped(members, zipfile.ZIP_DEFLATED),
    "bzipped": lambda members: zipped(members, zipfile.ZIP_BZIP2),
    "tar": tarred,
    "gz": gzipped,
    "bz2": lambda members: bz2.compress(b"".join(members)),
    "xz": lambda members: lzma.compress(b"".join(members)),
}
Plan = tuple[int, int] | tuple[str, list["Plan"]]
"""Size and seed of a text, or how other things are packed."""
TEXTS = st.tuples(st.integers(0, 9000), st.integers(0, 99))
PLANS: st.SearchStrategy[Plan] = st.recursive(
    TEXTS,
    lambda inner: st.tuples(
        st.sampled_from(sorted(PACKERS)), st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=8,
)


def built(plan: Plan) -> bytes:
    """Return what a plan says."""
    if isinstance(plan[0], str):
        assert isinstance(plan[1], list)
        return PACKERS[plan[0]]([built(inner) for inner in plan[1]])
    assert isinstance(plan[1], int)
    return words(plan[0], plan[1])


@contextlib.contextmanager
def small(**changed: int) -> Iterator[None]:
    """Make all sizes so small that a test sees what large archives meet."""
    sizes = {
        "HELD": 700,
        "HEAD": 512,
        "STEP": 300,
        "RAW": 90,
        "WINDOW": 250,
        "APART": 400,
        **changed,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"):
            patch.delattr(tempfile, name)
        for module in (base, again, unpackers, opening):
            for name, size in sizes.items():
                if hasattr(module, name):
                    patch.setattr(module, name, size)
        yield


def told(data: bytes) -> list[object]:
    """Return all that lies in a container, each member read twice."""
    found = magic.kind(data)
    assert found is not None
    all_of_it: list[object] = []
    for item in inside(found, data, len(data), lambda _: True):
        if isinstance(item, Inner):
            content = item.content
            if callable(content):
                with content() as stream:
                    first = stream.read()
                with content() as stream:
                    second = b"".join(iter(lambda: stream.read(77), b""))
                assert first == second
                content = first
            all_of_it.append((item.name, item.kinds, content))
        else:
            all_of_it.append(item)
    return all_of_it


@settings(max_examples=120, deadline=None)
@given(PLANS)
def test_what_is_read_again_is_what_would_be_held(plan: Plan) -> None:
    data = built(plan)
    if magic.kind(data) is None:
        return
    held = told(data)
    with small(COPIES=3):
        assert told(data) == held


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["gz", "bz2", "xz", "tar"]), TEXTS, st.data())
def test_what_is_cut_off_is_read_as_far_as_it_goes(
    kind: str, plan: tuple[int, int], draw: st.DataObject
) -> None:
    text = built(plan)
    whole = PACKERS[kind]([text])
    cut = whole[: draw.draw(st.integers(1, len(whole) - 1))]
    if magic.kind(cut) is None:
        return
    with small():
        for item in told(cut):
            if isinstance(item, tuple) and not isinstance(item, Trouble):
                assert text.startswith(item[2])
        large = any(isinstance(item, Trouble) for item in told(cut))
    assert large == any(isinstance(item, Trouble) for item in told(cut))


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["gzip", "deflate", "xz", "section"]),
    st.integers(0, 5000),
    st.lists(st.tuples(st.integers(0, 5200), st.integers(0, 900)), max_size=30),
)
def test_any_place_in_any_order(kind: str, size: int, reads: list[tuple[int, int]]) -> None:
    text = words(size, 3)
    deflated = zlib.compress(text, wbits=-15)
    with small(COPIES=4):
        budget = Budget(10_000_000, lambda _: True)
        xz = lzma.compress(text)

        def opened() -> BinaryIO:
            return cast("BinaryIO", lzma.LZMAFile(io.BytesIO(xz)))

        content = {
            "gzip": lambda: Unpacked(
                lambda: Inflating(io.BytesIO(gzipped([text[:99], text[99:]]))), budget
            ),
            "deflate": lambda: Unpacked(
                lambda: Inflating(io.BytesIO(b"xyz" + deflated + b"more"), 3, 3 + len(deflated)),
                budget,
            ),
            "xz": lambda: Unpacked(lambda: Streaming(opened), budget),
            "section": lambda: Section(io.BytesIO(b"ab" + text), 2),
        }[kind]()
        with View(content, owned=True) as view:
            for at, wanted in reads:
                assert view.seek(at) == at
                assert view.read(wanted) == text[at : at + wanted]
            if kind != "section":
                assert view.seek(0, io.SEEK_END) == len(text)
                assert view.seek(-min(5, size), io.SEEK_CUR) == max(size - 5, 0)
                assert view.read() == text[max(size - 5, 0) :]


def test_nothing_is_written_for_a_large_member_in_an_archive_in_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b"words\n" * 3000 + f"key = {TOKEN}\n".encode() + b"words\n" * 3000
    inner = zipped([text, words(5000, 1)], zipfile.ZIP_DEFLATED)
    (tmp_path / "a.tgz").write_bytes(gzip.compress(tarred([inner, text])))
    nowhere = tmp_path / "nowhere"
    monkeypatch.setenv("TMPDIR", os.fspath(nowhere))
    with small():
        result = report("scan", "a.tgz", cwd=tmp_path)
        assert result.err == "", result.err[-1500:]
        found = result.json
    (finding,) = found["findings"]
    where = [(place["path"], place["line"]) for place in finding["locations"]]
    assert where == [("a.tgz!t0!m0", 3001), ("a.tgz!t1", 3001)]
    assert found["problems"] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tgz"]


def test_what_would_be_unpacked_too_often_is_told_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(base, "AGAIN", 0)
    monkeypatch.setattr(base, "FREE", 0)
    data = lzma.compress(tarred([words(30_000, 1), words(30_000, 2)]))
    seen: list[object] = []
    with small():
        for item in inside("xz", data, len(data), lambda _: True):
            if isinstance(item, Trouble):
                seen.append((item.name, item.kind, item.gap, "too often" in item.message))
                continue
            assert callable(item.content)
            with item.content() as stream:
                seen.append((item.name, stream.read()))
            with item.content() as stream, pytest.raises(AgainError):
                stream.read()
    assert seen == [
        ("t0", words(30_000, 1)),
        ("t0", "limit", True, True),
        ("t1", words(30_000, 2)),
        ("t1", "limit", True, True),
    ]


def test_an_archive_that_points_back_and_forth_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All members are the same one, far from where the archive says what there is."""
    monkeypatch.setattr(base, "FREE", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("before", words(9000, 2))
        archive.writestr("m", words(600, 1))
        archive.filelist += [archive.filelist[1]] * 500
    data = lzma.compress(file.getvalue())
    budget = Budget(len(data), lambda _: True)
    with small():
        items = list(opening._walk("xz", data, "", (), budget))
        assert budget.repeated < 6 * (budget.total - budget.left) + 2 * len(file.getvalue())
    assert any(isinstance(item, Trouble) and "too often" in item.message for item in items)


def test_a_stream_that_cannot_go_back_is_opened_again() -> None:
    opened: list[BinaryIO] = []

    class Forward(io.BytesIO):
        def seekable(self) -> bool:
            return False

    def start() -> BinaryIO:
        opened.append(Forward(data))
        return opened[-1]

    data = zipped([words(900, 1)], zipfile.ZIP_DEFLATED)
    budget = Budget(len(data), lambda _: True)
    with small(), file_of(start, budget) as file, zipfile.ZipFile(file) as archive:
        assert archive.read("m0") == words(900, 1)
    assert len(opened) == 2
    assert all(stream.closed for stream in opened)


def test_a_pdf_that_cannot_be_held_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdf")
    monkeypatch.setattr(pdfs, "LARGEST", 100)
    assert journals.LARGEST == 64 * 1024 * 1024
    view = View(Section(io.BytesIO(b"%PDF-1.4" + b" " * 500)))
    view._content.end = 508
    (trouble,) = pdfs.pages(cast("BinaryIO", view), Budget(0, lambda _: True))
    assert isinstance(trouble, Trouble)
    assert (trouble.kind, trouble.gap) == ("limit", True)
