"""Small packed data in the middle of a text."""

from __future__ import annotations

import zlib

from leakhunt.archives.base import OverBudgetError, Trouble
from leakhunt.archives.magic import kind
from leakhunt.archives.opening import inside

_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def unpacked(data: bytes, largest: int) -> tuple[str, bytes] | None:
    """Unpack data that a text holds.

    Args:
        data: packed bytes; something else may follow.
        largest: bytes that it may unpack to; the rest is left out.

    Returns:
        How it was packed and the texts in it, or None if there is none.
    """
    if data.startswith(_ZLIB):
        try:
            text = zlib.decompressobj().decompress(data, largest)
        except zlib.error:
            return None
        return ("zlib", text) if text and b"\0" not in text[:512] else None
    found = kind(data[:512])
    if found is None:
        return None
    texts = []
    names: tuple[str, ...] = ()
    try:
        for item in inside(found, data, len(data), lambda head: b"\0" not in head, largest):
            if not isinstance(item, Trouble) and isinstance(item.content, bytes):
                texts.append(item.content)
                names = names or item.kinds
                largest -= len(item.content)
            if largest < 0:
                break
    except OverBudgetError:
        pass
    text = b"\n".join(texts)
    return (">".join(names), text) if text else None
