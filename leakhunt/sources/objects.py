"""Batches of git objects: shared by everything that reads a repository's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.engine.batches import Item, Said
from leakhunt.git.messages import prose
from leakhunt.git.objects import (
    LARGE,
    BlobOpener,
    ObjectInfo,
    TooLarge,
    Unreadable,
    read_objects,
    read_unmeasured,
    split,
)
from leakhunt.model import Blob, Problem
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.git.repository import Repository


@record(frozen=True, slots=True)
class ObjectBatch:
    """Some objects, read through one `git cat-file` in the process that scans them."""

    repo: Repository
    objects: tuple[ObjectInfo, ...]
    paths: tuple[str, ...] = ()
    """A path for each object where it is known already."""
    kind: str = "blob"
    """What its blobs are called: `blob`, `staged`, or `file`."""
    ledger: str | None = None
    """See `leakhunt.engine.workers.Ledger`."""

    def read(self) -> Iterator[Item | Problem]:
        """Yield each object's content, or why it cannot be read."""
        paths = dict(zip((info.oid for info in self.objects), self.paths, strict=False))
        for info in self.objects:
            if info.size > LARGE:
                yield _large(self.repo, info, self.kind, paths.get(info.oid, ""))
        small = [info for info in self.objects if info.size <= LARGE]
        for answer in read_objects(self.repo, small):
            if isinstance(answer, Unreadable):
                yield unreadable(answer, self.kind, paths.get(answer.oid, ""))
            else:
                info, content = answer
                yield from _items(info, content, self.kind, paths.get(info.oid, ""))


@record(frozen=True, slots=True)
class FewObjects:
    """A few objects of which only the ids are known: no git is started to measure them."""

    repo: Repository
    paths: tuple[tuple[str, str], ...]
    """Each id with a path."""
    kind: str

    def read(self) -> Iterator[Item | Problem]:
        """Yield each object's content, or why it cannot be read."""
        paths = dict(self.paths)
        for answer in read_unmeasured(self.repo, paths):
            if isinstance(answer, TooLarge):
                yield _large(self.repo, answer.info, self.kind, paths[answer.info.oid])
            elif isinstance(answer, Unreadable):
                yield unreadable(answer, self.kind, paths[answer.oid])
            elif answer[0].kind != "tree":
                info, content = answer
                yield from _items(info, content, self.kind, paths[info.oid])


def unreadable(answer: Unreadable, kind: str, path: str) -> Problem:
    """Say what could not be read."""
    oid = answer.oid[:12]
    if answer.reason != "missing":
        return Problem("unreadable", path or answer.oid, f"git object {oid} is {answer.reason}")
    what = f"its staged content ({oid})" if kind == "staged" else f"git object {oid}"
    return Problem("missing-objects", path or answer.oid, f"{what} is missing")


def _large(repo: Repository, info: ObjectInfo, kind: str, path: str) -> Item:
    blob = Blob(info.oid, info.size, kind if info.kind == "blob" else info.kind, path)
    return Item(blob, BlobOpener(repo, info.oid))


def _items(info: ObjectInfo, content: memoryview, kind: str, path: str) -> Iterator[Item]:
    if info.kind == "blob":
        yield Item(Blob(info.oid, info.size, kind, path), content)
    else:
        yield from prose_items(info, bytes(content))


def prose_items(info: ObjectInfo, raw: bytes) -> Iterator[Item]:
    """Yield what people wrote into a commit or tag."""
    yield from Said(info.oid, info.kind, *prose(raw)).items()


def object_batches(
    repo: Repository, objects: Iterable[ObjectInfo], ledger: str | None = None
) -> Iterator[ObjectBatch]:
    """Split objects into batches, in the given order."""
    for run in split(objects):
        yield ObjectBatch(repo, tuple(run), ledger=ledger)
