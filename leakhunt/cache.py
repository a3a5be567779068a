"""A private folder of things made once, trusted only if nobody else could have written them.

Hyperscan does not validate what it loads, and neither does `marshal`, so a foreign file could
corrupt memory: the folder and the file must be ours and closed to others, and the content must
match its digest.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import stat
import sys
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

_MAGIC = b"leakhunt-cache-2\n"
_DIGEST = 32
OURS = r"(?:[a-z]+-)?[0-9a-f]{40}|\.new-.*"
"""Names of files that are kept here: the folder may be one that holds other things, too."""
_KEPT = 16
"""Files kept in the cache; the oldest beyond that are deleted."""


def folder() -> str | None:
    """Return the cache folder, or None where there is nowhere to put it.

    `LEAKHUNT_CACHE` overrides the platform's own place; set to an empty string it switches the
    cache off.
    """
    override = os.environ.get("LEAKHUNT_CACHE")
    if override is not None:
        return override or None
    home = os.path.expanduser("~")  # noqa: PTH111 (pathlib would be loaded for this alone)
    if home == "~":
        return None
    if sys.platform == "darwin":
        return f"{home}/Library/Caches/leakhunt"
    if sys.platform == "win32":
        return (os.environ.get("LOCALAPPDATA") or rf"{home}\AppData\Local") + r"\leakhunt"
    return (os.environ.get("XDG_CACHE_HOME") or f"{home}/.cache") + "/leakhunt"


def key(kind: str, *parts: str) -> str:
    """Return a file name for something made from the given parts on this kind of machine."""
    digest = hashlib.blake2b(digest_size=20)
    python = f"{sys.implementation.cache_tag} {sys.hexversion:x}"
    for part in (kind, __version__, python, sys.platform, _machine(), *parts):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return f"{kind}-{digest.hexdigest()}"


def version(library: ModuleType) -> str:
    """Return the version of a library, for a key: what it says itself, which costs nothing.

    Args:
        library: the imported package.
    """
    said = getattr(library, "__version__", "unknown")
    if said == "unknown":
        import importlib.metadata

        said = importlib.metadata.version(library.__name__)
    return str(said)


class State(NamedTuple):
    """What changes when a file does, as git sees it without reading."""

    path: str
    size: int
    modified: int
    changed: int
    """Nanoseconds, by the clock of the file system; nobody can set it."""
    inode: int


def stamp(place: str, suffix: str, *, deep: bool = False) -> Iterator[State]:
    """Yield the state of every file in a folder.

    Args:
        place: the folder.
        suffix: how the names of the files end that count.
        deep: count those in folders below, too.

    Raises:
        OSError: the folder cannot be listed.
    """
    below = []
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.name.endswith(suffix):
                s = entry.stat()
                yield State(entry.path, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino)
            elif deep and entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
    for path in below:
        yield from stamp(path, suffix, deep=True)


@functools.cache
def code_stamp() -> str:
    """Return what changes when the code does that makes what is kept here.

    The version alone would do for an installed package, but not while one works on it.
    """
    package = __file__.removesuffix("cache.py")
    with contextlib.suppress(OSError):
        folders = ("", "contextual", "engine", "engine/decode", "rules")
        parts = [part for name in folders for part in stamp(package + name, ".py")]
        return repr(sorted(parts))
    return ""


def read(name: str) -> bytes | None:
    """Return what was written under this name, or None if absent, damaged or not ours."""
    place = folder()
    if place is None:
        return None
    try:
        if not private(os.stat(place)):  # noqa: PTH116
            return None
        with open(f"{place}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            if not private(os.fstat(file.fileno())):
                return None
            content = file.readall()
    except (OSError, ValueError):
        return None
    start = len(_MAGIC) + _DIGEST
    data = content[start:]
    if content[:start] != _MAGIC + hashlib.sha256(data).digest():
        return None
    return data


def write(name: str, data: bytes) -> None:
    """Keep data under a name, whole or not at all; silently nothing where that is impossible."""
    import tempfile
    from pathlib import Path

    if (named := folder()) is None:
        return
    place = Path(named)
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not private(place.stat()):
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
    import re

    ours = re.compile(OURS)
    files = [path for path in place.iterdir() if ours.fullmatch(path.name)]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)


def private(status: os.stat_result) -> bool:
    """Whether only we could have written it. Windows protects the profile folder itself."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@functools.cache
def _machine() -> str:
    """Return what tells apart machines for which hyperscan compiles differently."""
    if sys.platform == "win32":
        # Windows tells every process, while the module `platform` asks a service and waits.
        said = map(os.environ.get, ("PROCESSOR_ARCHITECTURE", "PROCESSOR_IDENTIFIER"))
        return " ".join(word or "" for word in said)
    try:
        kind = os.uname().machine
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:  # noqa: PTH123
            for line in file:
                if line.startswith(("flags", "Features")):
                    return f"{kind} {hashlib.blake2b(line.encode(), digest_size=8).hexdigest()}"
    except (OSError, AttributeError):
        pass
    import platform

    return f"{platform.machine()} {platform.processor()}"
