"""A private folder of compiled databases, trusted only if nobody else could have written it.

Hyperscan does not validate what it loads, so a foreign file could corrupt memory: the folder
and the file must be ours and closed to others, and the content must match its digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import stat
import sys
import tempfile
from pathlib import Path

_MAGIC = b"leakhunt-database-1\n"
_DIGEST = 32
_KEPT = 8
"""Databases kept in the cache; the oldest beyond that are deleted."""


def folder() -> Path | None:
    """Return the cache folder, or None where there is nowhere to put it.

    `LEAKHUNT_CACHE` overrides the platform's own place; set to an empty string it switches the
    cache off.
    """
    override = os.environ.get("LEAKHUNT_CACHE")
    if override is not None:
        return Path(override) if override else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "leakhunt"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "leakhunt"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "leakhunt"


def key(*parts: str) -> str:
    """Return a file name for a database made from the given parts on this kind of machine."""
    digest = hashlib.blake2b(digest_size=20)
    for part in (*parts, platform.machine(), sys.platform, _cpu()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def read(name: str) -> bytes | None:
    """Return what was written under this name, or None if absent, damaged or not ours."""
    place = folder()
    if place is None:
        return None
    try:
        if not _private(place.stat()):
            return None
        with (place / name).open("rb") as file:
            if not _private(os.fstat(file.fileno())):
                return None
            content = file.read()
    except OSError:
        return None
    start = len(_MAGIC) + _DIGEST
    data = content[start:]
    if content[:start] != _MAGIC + hashlib.sha256(data).digest():
        return None
    return data


def write(name: str, data: bytes) -> None:
    """Keep data under a name, whole or not at all; silently nothing where that is impossible."""
    place = folder()
    if place is None:
        return
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _private(place.stat()):
            return
        descriptor, temporary = tempfile.mkstemp(dir=place, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MAGIC + hashlib.sha256(data).digest() + data)
            Path(temporary).replace(place / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        _tidy(place)


def _tidy(place: Path) -> None:
    files = sorted(place.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)


def _private(status: os.stat_result) -> bool:
    """Whether only we could have written it. Windows protects the profile folder itself."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _cpu() -> str:
    """Return what tells apart CPUs for which hyperscan compiles differently."""
    try:
        with Path("/proc/cpuinfo").open() as file:
            for line in file:
                if line.startswith(("flags", "Features")):
                    return hashlib.blake2b(line.encode(), digest_size=8).hexdigest()
    except OSError:
        pass
    return platform.processor()
