"""What earlier audits found: a private file for each thing that is audited again and again.

It holds fingerprints, names of signatures and masked places; no secret, no person.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from leakhunt import cache
from leakhunt.model import Problem
from leakhunt.store.memory import place

_VERSION = 1


class Record:
    """The file of one thing that is audited.

    Args:
        name: a digest of what is audited and how.
    """

    def __init__(self, name: str) -> None:
        store = place()
        self._path = Path(store).parent / "audits-seen" / f"{name}.json" if store else None
        self.problems: list[Problem] = []
        """Why it cannot be used; no gap, for everything was scanned."""

    def read(self) -> dict[str, Any]:
        """Return what was written last; nothing where there is nothing, or nothing to trust."""
        if self._path is None:
            self._say("there is no place to remember audits: name a file with LEAKHUNT_STORE")
            return {}
        try:
            with self._path.open("rb") as file:
                if not cache.private(os.fstat(file.fileno())):
                    self._say("it is not used, because others may write it")
                    return {}
                told = json.loads(file.read())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            self._say("it cannot be read: audits are remembered anew from now on")
            return {}
        if not isinstance(told, dict) or told.get("record") != _VERSION:
            self._say("it is of another version: audits are remembered anew from now on")
            return {}
        return told

    def write(self, told: dict[str, Any]) -> None:
        """Replace it, whole or not at all."""
        if self._path is None:
            return
        try:
            folder = self._path.parent
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    json.dump({"record": _VERSION, **told}, file)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self._path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(temporary).unlink()
        except OSError as error:
            self._say(f"it cannot be written: {error.strerror}")

    def _say(self, message: str) -> None:
        self.problems.append(Problem("record", str(self._path or ""), message, gap=False))
