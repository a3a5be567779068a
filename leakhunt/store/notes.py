"""Notes: what was made of single files, by digests of all that it follows from. No secrets."""

from __future__ import annotations

import hashlib
import marshal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakhunt.store.memory import Memory

ROW = "notes"
"""The row in which they are kept."""


def digest(*about: object) -> bytes:
    """Return a digest of something whose text is always the same."""
    return hashlib.blake2b(repr(about).encode("utf-8", "surrogateescape"), digest_size=16).digest()


class Notes:
    """What earlier scans noted, and what this one notes; only what was of use now is kept.

    Args:
        memory: the store, about one repository.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        row = memory.rows().get(ROW)
        self._earlier: dict[bytes, Any] = marshal.loads(row) if row else {}  # noqa: S302 (ours)
        self._now: dict[bytes, Any] = {}

    def get(self, key: bytes) -> Any:
        """Return what was noted, or None.

        Args:
            key: from :func:`digest`.
        """
        found = self._earlier.get(key)
        if found is not None:
            self._now[key] = found
        return found

    def put(self, key: bytes, value: Any) -> None:
        """Note something that `marshal` can write.

        Args:
            key: as for :meth:`get`.
            value: not None.
        """
        self._now[key] = value

    def keep(self) -> None:
        """Write down what was of use."""
        if self._now.keys() != self._earlier.keys():
            self._memory.keep({ROW: marshal.dumps(self._now)}, ())
