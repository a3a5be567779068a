"""What is done of a long audit, so that whoever starts it again need not do it twice.

Each repository that is done is a file: its report with masked secrets and keyed fingerprints, as
it would be written for anybody, and nothing else. A file is written whole or not at all, and
carries its digest; what is damaged, foreign or not private is not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from leakhunt import cache

_MAGIC = b"leakhunt-part-1\n"
_DIGEST = 32
_OLD = 7 * 86_400
"""Seconds after which an audit that nobody went on with is forgotten."""
LASTS = 86_400
"""Seconds for which what was done counts as done in the same audit."""


class Parts:
    """The finished parts of one audit.

    Args:
        audit: a digest of what is audited and how.
    """

    def __init__(self, audit: str) -> None:
        place = cache.folder()
        self._folder = Path(place, "audits", audit) if place else None
        if self._folder is not None:
            _forget_old(self._folder.parent)

    def read(self, name: str) -> bytes | None:
        """Return a part, or None if it is not there, too old, damaged or not ours."""
        if self._folder is None:
            return None
        try:
            if not cache.private(self._folder.stat()):
                return None
            with (self._folder / name).open("rb") as file:
                status = os.fstat(file.fileno())
                if not cache.private(status) or time.time() - status.st_mtime > LASTS:
                    return None
                content = file.read()
        except OSError:
            return None
        data = content[len(_MAGIC) + _DIGEST :]
        return data if content[: len(_MAGIC) + _DIGEST] == _head(data) else None

    def write(self, name: str, data: bytes) -> bool:
        """Keep a part, whole or not at all; say whether that was possible."""
        if self._folder is None:
            return False
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not cache.private(self._folder.stat()):
                return False
            descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_head(data) + data)
                Path(temporary).replace(self._folder / name)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Remove all parts: the audit is over, or begins anew."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _head(data: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(data).digest()


def _forget_old(place: Path) -> None:
    with contextlib.suppress(OSError):
        for folder in place.iterdir():
            if time.time() - folder.lstat().st_mtime > _OLD and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
