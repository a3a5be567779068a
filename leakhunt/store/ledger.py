"""Notes during a scan what came of git objects, for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt.store import facts
from leakhunt.store.traces import traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.engine.scan import Scan
    from leakhunt.model import Blob, Secret
    from leakhunt.store.traces import Trace

_WHAT = {"blob": facts.BLOB, "commit": facts.COMMIT, "tag": facts.TAG}
_LARGEST = 8 * 1024 * 1024
"""Bytes of a blob whose matches are kept: it is read to have their secrets again."""


class Held(NamedTuple):
    """What is kept of a blob that holds something, or is a container."""

    size: int
    """Its bytes."""
    traces: tuple[Trace, ...]
    counts: tuple[tuple[str, int], ...] = ()
    """Of a container in which nothing was found: what a scan of it counts. It is not even read."""


class Learnt(NamedTuple):
    """What a batch gave."""

    ledger: str
    """Its name."""
    records: bytes
    """The facts about what was clean, sorted."""
    held: dict[bytes, Held]
    """By their ids what holds something that can be told again without being looked for."""


class Ledger:
    """An object is clean if all that was scanned of it had no match and no problem.

    Args:
        name: of the ledger.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._clean: dict[str, tuple[int, int]] = {}
        self._held: dict[str, Held] = {}
        self._first: dict[Secret, tuple[bytes, int]] = {}
        self._quiet: list[bytes] = []
        self._spoilt: set[str] = set()

    def note(self, blob: Blob, scan: Scan) -> None:
        """Take in what came of a blob, or of one of the two parts of a commit or tag."""
        prose = blob.kind != "blob"
        if scan.problems or (scan.binary and prose) or scan.size > facts.LARGEST:
            self._spoilt.add(blob.id)
        elif scan.matches:
            kept = traces(scan.matches) if scan.size <= _LARGEST else None
            if kept is None or blob.id in self._held:
                self._spoilt.add(blob.id)
            else:
                self._held[blob.id] = Held(scan.size, self._alike(blob, scan, kept))
        elif scan.binary:
            self._clean[blob.id] = facts.BINARY, 0
        elif blob.field != "identity":  # which is not counted
            self._clean[blob.id] = _WHAT[blob.kind], scan.size

    def _alike(self, blob: Blob, scan: Scan, kept: tuple[Trace, ...]) -> tuple[Trace, ...]:
        """Say where the same secrets were met first: most stand in many versions of a file."""
        oid = bytes.fromhex(blob.id)
        found = []
        for match, trace in zip(scan.matches, kept, strict=True):
            first = self._first.setdefault(match.secret, (oid, match.offset))
            found.append(trace if first[0] == oid else trace._replace(like=first))
        return tuple(found)

    def quiet(self, objects: Iterable[tuple[bytes, str, int]]) -> None:
        """Take in many that were clean, by id, kind and bytes that were scanned."""
        self._quiet += (facts.record(oid, _WHAT[kind], size) for oid, kind, size in objects)

    def empty(self, blob: Blob, counts: Mapping[str, int]) -> None:
        """Take note of a container in which nothing was found, and of what is counted for it."""
        self._held[blob.id] = Held(0, (), tuple(sorted(counts.items())))

    def spoil(self, blob: Blob) -> None:
        """Take back whatever is noted about a blob."""
        self._spoilt.add(blob.id)

    def learnt(self) -> Learnt:
        """Return what is noted."""
        for oid in self._spoilt:
            self._clean.pop(oid, None)
            self._held.pop(oid, None)
        made = [facts.record(bytes.fromhex(oid), *fact) for oid, fact in self._clean.items()]
        held = {bytes.fromhex(oid): one for oid, one in self._held.items()}
        return Learnt(self._name, b"".join(sorted(made + self._quiet)), held)
