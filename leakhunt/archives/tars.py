"""Tar, whatever it is compressed with: that is undone before."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, BinaryIO, cast

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
            member, wrong, limit = taken(entry.name, cast("BinaryIO", stream), budget)
            read += 1
            yield member
            if limit:
                raise OverBudgetError(wrong)
            if wrong:
                yield Trouble(entry.name, wrong)
    except ERRORS as error:
        yield Trouble("", reason(error), gap=read > 0)
