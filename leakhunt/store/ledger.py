"""Notes during a scan which git objects were clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.store import facts

if TYPE_CHECKING:
    from leakhunt.engine.scan import Scan
    from leakhunt.model import Blob

_WHAT = {"blob": facts.BLOB, "commit": facts.COMMIT, "tag": facts.TAG}


class CleanLedger:
    """An object is clean if all that was scanned of it had no match and no problem."""

    def __init__(self) -> None:
        self._clean: dict[str, tuple[int, int]] = {}
        self._spoilt: set[str] = set()

    def note(self, blob: Blob, scan: Scan) -> None:
        """Take in what came of a blob, or of one of the two parts of a commit or tag."""
        prose = blob.kind != "blob"
        if scan.matches or scan.problems or (scan.binary and prose) or scan.size > facts.LARGEST:
            self._spoilt.add(blob.id)
        elif scan.binary:
            self._clean[blob.id] = facts.BINARY, 0
        elif blob.field != "identity":  # which is not counted
            self._clean[blob.id] = _WHAT[blob.kind], scan.size

    def spoil(self, blob: Blob) -> None:
        """Take back whatever is noted about a blob."""
        self._spoilt.add(blob.id)

    def records(self) -> bytes:
        """Return the facts, sorted."""
        for oid in self._spoilt:
            self._clean.pop(oid, None)
        made = [facts.record(bytes.fromhex(oid), *fact) for oid, fact in self._clean.items()]
        return b"".join(sorted(made))
