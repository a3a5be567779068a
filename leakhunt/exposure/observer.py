"""Reads files while they are scanned for secrets, those in which a gate was seen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.exposure import gate

if TYPE_CHECKING:
    from leakhunt.exposure.model import Found

LIMIT = 2_000_000
"""Bytes of a file; a larger one is no source and no configuration that people write."""


@dataclasses.dataclass(frozen=True, slots=True)
class Observer:
    """Says what files say about ports."""

    def observe(self, path: str, content: bytes | memoryview) -> Found | None:
        """Read a file if it may open or publish a port.

        Args:
            path: how it is shown.
            content: all of it.

        Returns:
            What it says, or None. Nothing is raised.
        """
        if not 0 < len(content) <= LIMIT or not gate.promising(path, content):
            return None
        from leakhunt.exposure import reading

        return reading.read(path, bytes(content))
