"""Where base64 of plain text may lie: found in C where that was built, else by the first pass."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

PURE = "LEAKHUNT_PURE"
"""Environment variable: with `1` the extension is not used."""

compiled = False
"""Whether the extension is in use."""


def images(data: bytes | bytearray | memoryview) -> list[int]:
    """Return the ends of all places that fit: none here, the first pass finds them itself.

    Args:
        data: what is scanned.
    """
    del data
    return []


if not TYPE_CHECKING and os.environ.get(PURE) != "1":
    try:
        from leakhunt.engine.decode._images import images
    except ImportError:
        pass
    else:
        compiled = True

__all__ = ["compiled", "images"]
