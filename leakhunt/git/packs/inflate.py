"""Inflating: with isal where it is installed, which takes half of zlib's time."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

decompress: Any = zlib.decompress
"""Inflates a short stream: data, window bits, a guess at the size. It knows no limit."""
_decompressor: Any = zlib.decompressobj
_errors: tuple[type[Exception], ...] = (zlib.error,)

if not TYPE_CHECKING:
    try:
        from isal import isal_zlib
    except ImportError:
        pass
    else:
        decompress = isal_zlib.decompress
        _decompressor = isal_zlib.decompressobj
        _errors = (zlib.error, isal_zlib.error)


def inflate(data: memoryview, size: int) -> bytes:
    """Inflate a zlib stream of which the inflated size is known.

    Raises:
        ValueError: it is damaged, or has another size.
    """
    stream = _decompressor()
    try:
        # One more than there may be: neither a bomb nor a stream that goes on gets through.
        content: bytes = stream.decompress(data, size + 1)
    except _errors as error:
        raise ValueError("a damaged zlib stream") from error
    if len(content) != size or not stream.eof:
        raise ValueError("a zlib stream of another size than said")
    return content
