"""Reads files while they are scanned for secrets, those in which a gate was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.exposure import gate
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.exposure.model import Found
    from leakhunt.exposure.near import Near

LIMIT = 2_000_000
"""Bytes of a file that is read; what is larger was hardly written by a person."""


@record(frozen=True, slots=True)
class Observer:
    """Says what files say about ports."""

    def observe(
        self, path: str, content: bytes | memoryview, near: Near | str = "", within: str = ""
    ) -> Found | None:
        """Read a file if it may open or publish a port.

        Args:
            path: how it is shown.
            content: all of it.
            near: the files around it, or where it lies on disk; empty if neither is known.
            within: the folder whose files may be opened because of what it says.

        Returns:
            What it says, or None. Nothing is raised. If it may open a port and is too large to
            be read, that is what there is to say.
        """
        if not content or not gate.promising(path, content):
            return None
        if len(content) > LIMIT:
            return too_large(path, len(content))
        from leakhunt.exposure import reading
        from leakhunt.exposure.near import NOTHING, Disk

        if isinstance(near, str):
            near = Disk.around(near, path, within) if near and within else NOTHING
        return reading.read(path, bytes(content), near)

    def unread(self, path: str, size: int) -> Found | None:
        """Say of a file that is too large to be held whether it should have been read.

        Args:
            path: how it is shown.
            size: its bytes.
        """
        return too_large(path, size) if gate.named(path) else None


def too_large(path: str, size: int) -> Found:
    """Return what there is to say about a file that is too large to be read."""
    from leakhunt.exposure.model import Found

    most = LIMIT // 1_000_000
    said = f"too large to look for exposed services: {size / 1e6:,.1f} MB, {most} at most"
    return Found(path, problems=(said,), unread=True)
