"""Tar, whatever it is compressed with: that is undone before."""

from __future__ import annotations

import functools
import tarfile
from typing import TYPE_CHECKING, BinaryIO, cast

from leakhunt.archives.again import Section
from leakhunt.archives.base import (
    ERRORS,
    Budget,
    Member,
    Trouble,
    reason,
    taken,
)
from leakhunt.archives.large import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator


def tarred(file: BinaryIO, budget: Budget) -> Iterator[Member | Trouble]:
    """Yield the regular files of a tar archive; links and devices hold nothing.

    Args:
        file: readable in any order.
        budget: what may be unpacked.
    """
    read = 0
    try:
        archive = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 (the file is not ours)
        while (entry := archive.next()) is not None:
            # The list of members would grow without end.
            archive.members = []  # type: ignore[attr-defined]
            if not entry.isreg():
                budget.count()
                continue
            stream = archive.extractfile(entry)
            if stream is None:
                continue
            origin = Origin(functools.partial(Section, cast("BinaryIO", stream)), entry.size)
            member, fate = taken(entry.name, cast("BinaryIO", stream), budget, origin)
            read += 1
            yield member
            yield from fate.after(entry.name)
    except ERRORS as error:
        yield Trouble("", reason(error), gap=read > 0)
