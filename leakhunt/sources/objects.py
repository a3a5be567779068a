"""Batches of git objects: shared by everything that reads a repository's database."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.engine.workers import Item
from leakhunt.git.messages import prose
from leakhunt.git.objects import (
    LARGE,
    BlobOpener,
    ObjectInfo,
    Unreadable,
    read_objects,
    split,
)
from leakhunt.model import Blob, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakhunt.git.repository import Repository


@dataclasses.dataclass(frozen=True, slots=True)
class ObjectBatch:
    """Some objects, read through one `git cat-file` in the process that scans them."""

    repo: Repository
    objects: tuple[ObjectInfo, ...]
    paths: tuple[str, ...] = ()
    """A path for each object where it is known already."""
    kind: str = "blob"
    """What its blobs are called: `blob`, or `staged`."""

    def read(self) -> Iterator[Item | Problem]:
        """Yield each object's content, or why it cannot be read."""
        paths = dict(zip((info.oid for info in self.objects), self.paths, strict=False))
        for info in self.objects:
            if info.size > LARGE:
                kind = self.kind if info.kind == "blob" else info.kind
                blob = Blob(info.oid, info.size, kind, paths.get(info.oid, ""))
                yield Item(blob, BlobOpener(self.repo, info.oid))
        small = [info for info in self.objects if info.size <= LARGE]
        for answer in read_objects(self.repo, small):
            if isinstance(answer, Unreadable):
                yield Problem(
                    "missing-objects" if answer.reason == "missing" else "unreadable",
                    paths.get(answer.oid) or answer.oid,
                    f"git object {answer.oid[:12]} is {answer.reason}",
                )
                continue
            info, content = answer
            if info.kind == "blob":
                yield Item(Blob(info.oid, info.size, self.kind, paths.get(info.oid, "")), content)
            else:
                yield from _prose_items(info, bytes(content))


def _prose_items(info: ObjectInfo, raw: bytes) -> Iterator[Item]:
    message, identity = prose(raw)
    yield Item(Blob(info.oid, len(message), info.kind, field="message"), message)
    yield Item(Blob(info.oid, len(identity), info.kind, field="identity"), identity)


def object_batches(repo: Repository, objects: Iterable[ObjectInfo]) -> Iterator[ObjectBatch]:
    """Split objects into batches, in the given order."""
    for run in split(objects):
        yield ObjectBatch(repo, tuple(run))
