"""SQLite's write-ahead log: what a database holds that its file does not hold yet."""

from __future__ import annotations

import struct

_HEADER = 32
_FRAME = 24
_MAGIC = (0x377F0682, 0x377F0683)
LARGEST = 64 * 1024 * 1024
"""Bytes of a database, and of its log, up to which they are put together."""


class UnreadableLogError(Exception):
    """It cannot be put together with its database."""


def mode_changed(data: bytes | bytearray) -> bytes | bytearray:
    """Return a database so that it can be read as if it never had a write-ahead log."""
    if data[18:20] != b"\x02\x02":
        return data
    return data[:18] + b"\x01\x01" + data[20:]


def merged(database: bytes, log: bytes) -> bytes:
    """Return a database with what was committed to its log.

    Args:
        database: its file.
        log: the file with `-wal` behind its name.

    Raises:
        UnreadableLogError: the two do not belong together, or it grows too large.
    """
    if len(log) < _HEADER:
        return database
    magic, _, size, _, *salts = struct.unpack(">6I", log[:24])
    own = int.from_bytes(database[16:18], "big")
    if magic not in _MAGIC or size != (65536 if own == 1 else own) or size < 512:
        raise UnreadableLogError
    pages: dict[int, int] = {}
    waiting: dict[int, int] = {}
    total = 0
    for at in range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size):
        number, after, *found = struct.unpack(">4I", log[at : at + 16])
        if found != salts:
            break  # of an older log, which the newer one overwrites from its start
        waiting[number] = at + _FRAME
        if after:  # the last page of a transaction
            pages |= waiting
            waiting, total = {}, after
    if not pages:
        return database
    if total * size > LARGEST:
        raise UnreadableLogError
    whole = bytearray(database[: total * size].ljust(total * size, b"\0"))
    for number, at in pages.items():
        if 0 < number <= total:
            whole[(number - 1) * size : number * size] = log[at : at + size]
    return bytes(whole)
