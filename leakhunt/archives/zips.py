"""Zip and all that is one: jar, war, apk, wheels, office documents, books."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, BinaryIO, cast

from leakhunt.archives.again import Section, Unpacked
from leakhunt.archives.base import (
    ERRORS,
    Budget,
    Member,
    Trouble,
    reason,
    taken,
)
from leakhunt.archives.large import Origin
from leakhunt.archives.unpackers import Inflating, Streaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.archives.again import Content

_ENCRYPTED = 1
_COMPILED = (
    *(".class", ".dex", ".so", ".dll", ".dylib", ".exe", ".pyc", ".pyd"),
    *(".png", ".jpg", ".jpeg", ".gif", ".ico", ".bmp", ".webp", ".tif", ".tiff"),
    *(".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".wav", ".ogg", ".mov", ".avi"),
)
"""Suffixes of what is never text: unpacking thousands of them would only show that."""


def zipped(file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the members of a zip file.

    Args:
        file: readable in any order.
        budget: what may be unpacked.
    """
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except ERRORS as error:
        yield Trouble("", reason(error), gap=False)
        return
    encrypted = 0
    wanted = budget.worth(b"\0" * 16)
    # As they lie there: what is unpacked itself is read in order.
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.filename.endswith("/"):  # is_dir() fails where the name is empty
            continue
        if not wanted and entry.filename.lower().endswith(_COMPILED):
            budget.count()
            yield Member(entry.filename, None, entry.file_size)
            continue
        if entry.flag_bits & _ENCRYPTED:
            encrypted += 1
            continue
        try:
            stream = archive.open(entry)
        except ERRORS as error:
            yield Trouble(entry.filename, reason(error))
            continue
        origin = _origin(archive, file, entry, budget)
        with stream:
            member, fate = taken(entry.filename, stream, budget, origin)  # type: ignore[arg-type]
        yield _read(member)
        yield from fate.after(entry.filename)
    if encrypted:
        many = "1 member is" if encrypted == 1 else f"{encrypted:,} members are"
        yield Trouble("", f"{many} encrypted", gap=False)


def _read(member: Member) -> Member:
    """Return a member as it is read: of a document, the text."""
    if not isinstance(member.content, bytes) or not member.name.endswith(".xml"):
        return member
    from leakhunt.archives.office import text_of

    text = text_of(member.name, member.content)
    if text is None:
        return member
    return Member(f"{member.name.removesuffix('.xml')}.txt", text, len(text))


def _origin(
    archive: zipfile.ZipFile, file: BinaryIO, entry: zipfile.ZipInfo, budget: Budget
) -> Origin:
    """Return where a member is read that is too large to be held."""

    def content() -> Content:
        file.seek(entry.header_offset)
        low = entry.header_offset + 30 + sum(struct.unpack("<26x2H", file.read(30)))
        if entry.compress_type == zipfile.ZIP_STORED:
            return Section(file, low)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            high = low + entry.compress_size
            return Unpacked(lambda: Inflating(file, low, high), budget)
        return Unpacked(lambda: Streaming(lambda: cast("BinaryIO", archive.open(entry))), budget)

    return Origin(content, entry.file_size, entry.CRC)
