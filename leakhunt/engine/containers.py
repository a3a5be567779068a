"""Puts what lies in containers in their place, so that it is scanned like any other blob."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.archives.magic import kind
from leakhunt.engine import text
from leakhunt.engine.batches import Item
from leakhunt.errors import LeakhuntError
from leakhunt.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.engine.scan import Opener

_HEAD = 512


class Opened(NamedTuple):
    """Something that is counted and not scanned."""

    what: str


def container(item: Item) -> str | None:
    """Say which container an item is, or None."""
    if item.blob.field:
        return None
    if isinstance(item.content, (bytes, memoryview)):
        return kind(item.content[:_HEAD])
    try:
        with item.content() as stream:
            return kind(stream.read(_HEAD))
    except (OSError, LeakhuntError):
        return None  # the scan meets it again, and says so


def inside(item: Item, found: str, *, binary: bool) -> Iterator[Item | Problem | Opened]:
    """Yield what is to be scanned of a container.

    Args:
        item: as it was read.
        found: which container it is.
        binary: whether binary members are scanned, too.
    """
    from leakhunt.archives.base import Trouble
    from leakhunt.archives.opening import inside as members

    blob = item.blob
    content: bytes | Opener
    if isinstance(item.content, (bytes, memoryview)):
        content = bytes(item.content)
        size = len(content)
    else:
        content, size = item.content, max(blob.size, 0)

    if found == "sqlite" and isinstance(item.beside, str) and item.beside:
        content, wrong = _with_log(content, item.beside)
        if wrong:
            yield Problem("unreadable", blob.within(blob.path or blob.id), wrong)

    def is_text(head: bytes) -> bool:
        return binary or text.encoding(head) is not None or dump(head)

    from leakhunt.chat.beside import Archive
    from leakhunt.chat.sniff import dump

    archive = Archive(found, content, size)
    some = False
    for inner in members(found, content, size, is_text):
        if isinstance(inner, Trouble):
            where = blob.within(blob.path or blob.id)
            gap = inner.gap or (item.named and not some)
            if inner.kind == "skipped":
                yield Opened(f"skipped_{found}")
                if not item.named:
                    continue
            if inner.name:
                where = f"{where}!{inner.name}"
            sort = "unreadable" if inner.kind == "skipped" else inner.kind
            yield Problem(sort, where, inner.message, gap)
            continue
        some = True
        if inner.content is None:
            yield Opened("skipped_binary")
            continue
        member = dataclasses.replace(
            blob,
            size=inner.size,
            # The container may lie in a mail itself.
            member=f"{blob.member}!{inner.name}" if blob.member else inner.name,
            containers=(*blob.containers, *inner.kinds),
        )
        yield Item(member, inner.content, named=binary, beside=archive.at(inner.name))
    if some:
        yield Opened("containers")
    if found == "pdf" or not some:
        yield item._replace(content=content)


def _with_log(content: bytes | Opener, path: str) -> tuple[bytes | Opener, str]:
    """Return a database with what its write-ahead log holds, and what of that cannot be read."""
    from leakhunt.archives.journals import LARGEST, UnreadableLogError, merged

    log = Path(f"{path}-wal")
    try:
        status = log.lstat()
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            return content, ""
        size = Path(path).stat().st_size
        if max(status.st_size, size) > LARGEST:
            raise UnreadableLogError
        return merged(_held(content), log.read_bytes()), ""
    except FileNotFoundError:
        return content, ""
    except (OSError, UnreadableLogError):
        return content, f"what {log.name} holds was not scanned: let SQLite write it back"


def _held(content: bytes | Opener) -> bytes:
    if isinstance(content, bytes):
        return content
    with content() as stream:
        return stream.read()
