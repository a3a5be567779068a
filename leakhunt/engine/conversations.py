"""Scans chat exports twice: as they lie in the file, and as the conversations that people saw.

The first way misses nothing that is there; the second finds what is escaped or split, and knows
who said it. What both find is told once.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt.chat.base import Export, Nothing
from leakhunt.chat.beside import OnDisk
from leakhunt.chat.jsons import Lot
from leakhunt.chat.registry import recognised
from leakhunt.chat.sniff import HEAD, dump, promising
from leakhunt.chat.text import Text
from leakhunt.engine import text
from leakhunt.engine.merging import BROKEN, Merging
from leakhunt.engine.scan import Scan
from leakhunt.errors import LeakhuntError
from leakhunt.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.chat.base import Beside
    from leakhunt.engine.batches import Item
    from leakhunt.engine.scan import Engine

_CHUNK = 2 * 1024 * 1024
"""Bytes of a large export that are scanned at once."""


def scan_export(
    engine: Engine, item: Item, open_file: Callable[[Item], None]
) -> tuple[Scan, int] | None:
    """Scan a file if it is a chat export.

    Args:
        engine: what to look for.
        item: the file.
        open_file: takes what is attached to messages.

    Returns:
        What came of it and how many messages it has; None if it is no chat export.
    """
    head = _head(item)
    name, beside = _around(item)
    if not promising(head, name):
        return None
    # One letter for each byte, where most of it is no text.
    encoding = "latin-1" if dump(head) else text.encoding(head)
    if encoding is None:
        return None
    form = recognised(head.decode(encoding, "replace"), name)
    if form is None:
        return None
    # What is encoded is found in what people saw.
    file = dataclasses.replace(item.blob, kind="export")
    raw = _plain(engine).scan(file, item.content, binary=item.named)
    content = Text(item.content, encoding)
    export = Export(name, content, beside)
    merging = Merging(engine, item.blob, raw.matches, form.name)
    try:
        for message in form.read(export):
            if isinstance(message, Lot):
                merging.add_lot(message)
                continue
            merging.add(message)
            while export.attached:
                open_file(_attached(item, *export.attached.pop()))
    except (OSError, LeakhuntError):
        pass  # the scan of the file as it is has met it, too, and says so
    except BROKEN:
        export.wrong.append("it has an unknown form")
    finally:
        content.close()
    merging.finish()
    where = item.blob.within(item.blob.path or item.blob.id)
    # What is no text was read nowhere else.
    rest = "the rest was not scanned" if raw.binary else "that part was scanned as plain text"
    problems = [
        Problem("damaged", where, f"{wrong}: {rest}", gap=raw.binary) for wrong in export.wrong
    ]
    found = raw.problems + merging.problems + problems
    scan = Scan(merging.matches, list(dict.fromkeys(found)), max(raw.size, item.blob.size))
    return scan, merging.messages


def _plain(engine: Engine) -> Engine:
    """Return what scans an export as a file: little of it at once, for it is read twice."""
    plain = engine.plain()
    plain.settings = dataclasses.replace(engine.settings, chunk=min(engine.settings.chunk, _CHUNK))
    return plain


def _attached(item: Item, name: str, content: bytes) -> Item:
    """Return a file that a message holds as a member of the export."""
    member = "!".join(part for part in (item.blob.member, name.replace("!", "_")) if part)
    blob = dataclasses.replace(
        item.blob, size=len(content), member=member, containers=(*item.blob.containers, "mail")
    )
    return item._replace(blob=blob, content=content, named=False, beside="")


def _around(item: Item) -> tuple[str, Beside]:
    """Return the path of a file in its export, and what lies beside it."""
    if not isinstance(item.beside, str):
        return item.blob.member.rpartition("!")[2] or item.blob.path, item.beside
    if not item.beside:
        return item.blob.path, Nothing()
    return Path(item.beside).absolute().as_posix(), OnDisk(item.beside)


def _head(item: Item) -> bytes:
    if isinstance(item.content, (bytes, memoryview)):
        return bytes(item.content[:HEAD])
    try:
        with item.content() as stream:
            return stream.read(HEAD)
    except (OSError, LeakhuntError):
        return b""
