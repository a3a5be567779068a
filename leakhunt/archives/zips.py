"""Zip and all that is one: jar, war, apk, wheels, office documents, books."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from leakhunt.archives.base import (
    ERRORS,
    Budget,
    Member,
    OverBudgetError,
    Trouble,
    reason,
    taken,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for entry in entries:
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
        with stream:
            member, wrong, limit = taken(entry.filename, stream, budget)  # type: ignore[arg-type]
        yield member
        if limit:
            raise OverBudgetError(wrong)
        if wrong:
            yield Trouble(entry.filename, wrong)
    if encrypted:
        many = "1 member is" if encrypted == 1 else f"{encrypted:,} members are"
        yield Trouble("", f"{many} encrypted", gap=False)
