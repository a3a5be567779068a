"""Is it text, and in which encoding? Decided from the first bytes."""

from __future__ import annotations

import codecs

SNIFF = 8192
"""Bytes that are looked at."""
FEW = 66
"""Bytes of the longest text that is tried against expressions for a whole text."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def encoding(head: bytes) -> str | None:
    """Say how bytes are to be read.

    Args:
        head: the first `SNIFF` bytes of the blob, or all of a shorter one.

    Returns:
        `utf-8` for anything that can be scanned as it is, `utf-16-le` and the like for text
        that must be decoded first, None for binary data.
    """
    if b"\0" not in head:
        return "utf-8"
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _wide(head) or _widest(head)


def plain(content: bytes) -> bool:
    """Say whether content can be scanned as it is: in short what `encoding` says at length."""
    return content.find(0, 0, SNIFF) < 0


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: nearly all ASCII, so every other byte is zero."""
    sample = head[: len(head) & ~1][:1024]
    if len(sample) < 16:
        return None
    even, odd = sample[::2], sample[1::2]
    for zeros, letters, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) >= 0.9 * len(zeros) and letters.count(0) == 0:
            return name
    return None


def _widest(head: bytes) -> str | None:
    """Recognise UTF-32 without a mark: nearly all ASCII, so three of four bytes are zero."""
    sample = head[: len(head) & ~3][:1024]
    if len(sample) < 32:
        return None
    for at, name in ((0, "utf-32-le"), (3, "utf-32-be")):
        zeros = sample.count(0)
        if sample[at::4].count(0) == 0 and zeros >= 0.74 * len(sample):
            return name
    return None


def recode(data: bytes, name: str) -> bytes:
    """Return wide text as UTF-8, without its byte order mark; broken units become U+FFFD."""
    return data.decode(name, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def decoded(encoding: str | None) -> tuple[str, ...]:
    """Return how text of an encoding is said to be decoded: not at all if it is as it is."""
    return () if encoding in (None, "utf-8") else (encoding,)
