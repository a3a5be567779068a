"""Which container some bytes start: loaded with every scan, so it imports nothing."""

from __future__ import annotations

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3\0", "sqlite"),
    (b"%PDF-", "pdf"),
)
_FIRST = frozenset(magic[0] for magic, _ in _MAGIC)
_TAR = 257
"""Where a tar archive says that it is one."""
MARKS = (*((0, magic) for magic, _ in _MAGIC), (_TAR, b"ustar"))
"""At which place which bytes say that something is a container."""


def kind(head: bytes | memoryview) -> str | None:
    """Say which container some bytes start, or None.

    Args:
        head: the first 512 bytes, or more.
    """
    if not head:
        return None
    if head[0] in _FIRST:
        start = bytes(head[:16])
        for magic, name in _MAGIC:
            if start.startswith(magic):
                return name
    return "tar" if bytes(head[_TAR : _TAR + 5]) == b"ustar" else None
