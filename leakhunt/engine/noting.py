"""What earlier scans made of single files, where nothing that it follows from has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from leakhunt.engine import text
from leakhunt.engine.batches import Traced
from leakhunt.engine.by_name import Decision
from leakhunt.engine.overlaps import around
from leakhunt.engine.retracing import retraced
from leakhunt.model import Blob, Confidence
from leakhunt.store.notes import digest
from leakhunt.store.traces import Trace, traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from leakhunt.model import Match, Signature


class Notes(Protocol):
    """Keeps what was made of files."""

    def get(self, key: bytes) -> Any:
        """Return what was noted, or None."""

    def put(self, key: bytes, value: Any) -> None:
        """Note something."""


class _Decided(NamedTuple):
    """A decision about what starts at an offset."""

    offset: int
    signature: str
    confidence: str
    open: bool
    beside: int
    """Bytes of what is around it; 0: that is not wanted."""


class _Noting:
    """Keeps what was made of files.

    Args:
        notes: where it is kept; None: nowhere.
        signatures: all that were looked for, by id.
        least: less sure matches are not listed.
    """

    def __init__(
        self, notes: Notes | None, signatures: Mapping[str, Signature], least: Confidence
    ) -> None:
        self._notes = notes
        self._signatures = signatures
        self._least = least


class Decisions(_Noting):
    """Decisions about open matches in files."""

    def known(self, oid: str, path: str, matches: Sequence[Match]) -> list[_Decided] | None:
        """Return what was decided, or None.

        Args:
            oid: the file.
            path: where it lies.
            matches: what is open in it.
        """
        kept: Any = self._notes.get(self._key(oid, path, matches)) if self._notes else None
        return None if kept is None else [_Decided(*row) for row in kept]

    def again(
        self, known: Iterable[_Decided], matches: Sequence[Match], data: bytes
    ) -> list[tuple[int, Decision]]:
        """Return decisions by the numbers of the matches.

        Args:
            known: what was decided.
            matches: what is open in a file.
            data: what is in it; nothing if nothing is wanted of it.
        """
        if not text.plain(data):
            data = text.recode(data, text.encoding(data[: text.SNIFF]) or "utf-8")
        at = {row.offset: row for row in known}
        return [
            (number, self._decision(at[match.offset], match, data))
            for number, match in enumerate(matches)
            if match.offset in at
        ]

    def _decision(self, row: _Decided, match: Match, data: bytes) -> Decision:
        beside = None
        if row.beside:
            reach = self._signatures[row.signature].around
            beside = around(data, match.offset, match.offset + row.beside, reach)
        return Decision(row.signature, Confidence(row.confidence), beside, row.open)

    def note(
        self,
        oid: str,
        path: str,
        matches: Sequence[Match],
        decided: Sequence[tuple[int, Decision]],
        data: bytes,
    ) -> None:
        """Note what was decided, see :meth:`known`, if it can be told again."""
        if self._notes is None:
            return
        rows = {}
        for number, one in decided:
            offset = matches[number].offset
            beside = len(matches[number].secret) if one.around else 0
            rows[offset] = _Decided(offset, one.signature, one.confidence.value, one.open, beside)
        if self.again(rows.values(), matches, data) == list(decided):
            kept = list(map(tuple, rows.values()))
            self._notes.put(self._key(oid, path, matches), kept)

    def _key(self, oid: str, path: str, matches: Sequence[Match]) -> bytes:
        late = any(match.confidence for match in matches)
        offsets = sorted({match.offset for match in matches})
        return digest("decided", oid, path, late, offsets, self._least.value)


class Looks(_Noting):
    """What was found in files that were scanned whole, with their paths."""

    def again(self, oid: str, path: str, data: bytes) -> list[Match] | None:
        """Return what was found, without lines; None if that is not known."""
        kept: Any = self._notes.get(self._key(oid, path)) if self._notes else None
        if kept is None:
            return None
        blob = Blob(oid, len(data), "blob", path)
        return retraced(Traced(blob, data, tuple(Trace(*one) for one in kept)), self._signatures)

    def note(self, oid: str, path: str, matches: Sequence[Match]) -> None:
        """Note what was found."""
        if self._notes is not None and (kept := traces(matches)) is not None:
            self._notes.put(self._key(oid, path), list(map(tuple, kept)))

    def _key(self, oid: str, path: str) -> bytes:
        return digest("found", oid, path, self._least.value)
