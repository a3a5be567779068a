"""The progress bar of long work: bytes, rate and time left, on standard error."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakhunt.engine.workers import Scanned

_EVERY = 0.1


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[Scanned, int], None]]:
    """Show a bar until the block ends, and leave nothing behind.

    Yields:
        What is told of each result and of the bytes there are in all.
    """
    # No refreshing thread: worker processes are forked, and threads do not survive that.
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[found]}"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
    task = bar.add_task("scanning", total=None, found="")
    matches = 0
    shown = 0.0

    def advance(result: Scanned, total: int) -> None:
        nonlocal matches, shown
        matches += len(result.matches)
        found = f"{matches} matches" if matches else ""
        bar.update(task, advance=result.counts["bytes"], total=total or None, found=found)
        if time.monotonic() - shown > _EVERY:
            shown = time.monotonic()
            bar.refresh()

    with bar:
        yield advance
