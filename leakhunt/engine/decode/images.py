"""Where base64 or digits of plain text may lie: found in C if that was built, or by hyperscan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

PURE = "LEAKHUNT_PURE"
"""Environment variable: with `1` the extension is not used."""

compiled = False
"""Whether the extension is in use."""


def images(data: bytes | bytearray | memoryview) -> list[int]:
    """Return the ends of all places that fit base64 of text: none here, hyperscan finds them.

    Args:
        data: what is scanned.
    """
    del data
    return []


def digits(data: bytes | bytearray | memoryview) -> list[int]:
    """Return the ends of all places that fit hexadecimal digits of text: see :func:`images`.

    Args:
        data: what is scanned.
    """
    del data
    return []


if not TYPE_CHECKING and os.environ.get(PURE) != "1":
    try:
        from leakhunt.engine.decode._images import digits, images
    except ImportError:
        pass
    else:
        compiled = True

__all__ = ["compiled", "digits", "images"]
