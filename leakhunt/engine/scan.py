"""The engine: bytes in, matches out, in bounded memory."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leakhunt.engine import text
from leakhunt.engine.position import Positions
from leakhunt.engine.prefilter import Prefilter
from leakhunt.globs import name_matches
from leakhunt.model import Blob, Match, Problem, Secret, Signature

if TYPE_CHECKING:
    from leakhunt.engine.confirm import Candidate
    from leakhunt.engine.hidden import Decoder, Hidden
    from leakhunt.engine.judge import Judgement
    from leakhunt.engine.pairing import Chunks
    from leakhunt.engine.versions import Comparing, Version

CHUNK = 8 * 1024 * 1024
"""Bytes of a large blob that are scanned at once."""

Opener = Callable[[], BinaryIO]
"""Opens the content of a blob that is too large to hold, from its start."""


class Scan(NamedTuple):
    """What came of scanning one blob."""

    matches: list[Match]
    problems: list[Problem]
    size: int
    """Bytes of the blob."""
    binary: bool = False
    """It was recognised as binary and not scanned."""


class Judged(NamedTuple):
    """What the checks said of a candidate."""

    candidate: Candidate
    judgement: Judgement


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What an engine is built from; small enough to send to another process."""

    signatures: Sequence[Signature]
    use_cache: bool = True
    """Whether the compiled database may be cached on disk."""
    binary: bool = False
    """Scan binary content too, as it is."""
    chunk: int = CHUNK
    """Bytes of a large blob that are scanned at once."""
    containers: bool = True
    """Scan what lies in archives, compressed files and databases."""


class Engine:
    """Scans blobs for a set of signatures.

    Raises:
        SignatureError: a pattern cannot be compiled.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._prefilter = Prefilter(settings.signatures, use_cache=settings.use_cache)
        self._comparison: Comparing | None = None

    def scan(
        self, blob: Blob, content: bytes | memoryview | Opener, *, binary: bool = False
    ) -> Scan:
        """Scan one blob.

        Args:
            blob: what to call it.
            content: its bytes, or how to open it where it is too large to hold.
            binary: scan it even if it is binary.
        """
        if not isinstance(content, (bytes, memoryview)):
            return self._scan_stream(blob, content, binary or self.settings.binary)
        encoding = text.encoding(bytes(content[: text.SNIFF]))
        size = len(content)
        if encoding is None and not (binary or self.settings.binary):
            return Scan([], [], size, binary=True)
        if encoding is not None and _is_wide(encoding):
            content = text.recode(bytes(content), encoding)
        hits = self._prefilter.scan(content)
        if not hits:
            return Scan([], [], size)
        return self._scan_hits(blob, bytes(content), hits, size, _decoded(encoding))[0]

    def scan_version(self, blob: Blob, content: bytes, version: Version) -> Scan:
        """Scan one version of a file, of which another one was scanned before.

        The result is that of :meth:`scan`.

        Args:
            blob: what to call it.
            content: its bytes.
            version: what is known from the other; and what will be known from this one.
        """
        from leakhunt.engine.versions import Comparing, unpacked

        if text.encoding(content[: text.SNIFF]) != "utf-8":
            return self.scan(blob, content)
        if self._comparison is None:
            self._comparison = Comparing(self._prefilter, self.settings.signatures)
        hits, suspects = self._comparison.hits(content, version)
        size = len(content)
        if not suspects:
            version.clean = True
            return Scan([], [], size)
        if len(suspects) < len(hits):
            few = unpacked(suspects)
            judged, problems = self._judge(blob, content, few)
            if not judged and not problems and self._hidden(blob, content, few, ()) == ([], []):
                version.clean = True
                return Scan([], [], size)
        scan, version.clean = self._scan_hits(blob, content, unpacked(hits), size, ())
        return scan

    def _scan_hits(
        self,
        blob: Blob,
        data: bytes,
        hits: list[tuple[int, int]],
        size: int,
        decoded: tuple[str, ...],
    ) -> tuple[Scan, bool]:
        """Return what comes of the hits, and whether nothing in the blob came close."""
        judged, problems = self._judge(blob, data, hits)
        hidden, more = self._hidden(blob, data, hits, decoded)
        problems += more
        if not judged and not hidden:
            return Scan([], problems, size), not problems
        matches = _matches(blob, data, judged, Positions(data), 0, decoded)
        hidden = _fresh(hidden, judged, matches)
        matches, more = self._pair(matches, lambda: [(0, data)])
        if hidden:
            from leakhunt.engine.hidden import placed

            matches += placed(hidden, Positions(data), 0)
            matches.sort(key=lambda match: match.offset)
        return Scan(matches, problems + more, size), False

    def _scan_stream(self, blob: Blob, opener: Opener, binary: bool) -> Scan:
        """Scan a blob chunk by chunk; a second pass finds parts if there are any to find."""
        from leakhunt.engine.chunks import chunks

        with opener() as stream:
            head = stream.read(text.SNIFF)
        encoding = text.encoding(head)
        if encoding is None and not binary:
            return Scan([], [], len(head), binary=True)
        encoding = encoding or "utf-8"
        matches: list[Match] = []
        hidden: list[Match] = []
        problems: list[Problem] = []
        line = column = 1
        size = 0
        with opener() as stream:
            for chunk in chunks(stream, encoding, self.settings.chunk):
                hits = self._prefilter.scan(chunk.data)
                judged, more = self._judge(blob, chunk.data, hits)
                problems += more
                owned = [j for j in judged if chunk.low < j.candidate.end <= chunk.high]
                found, more = self._hidden(blob, chunk.data, hits, _decoded(encoding))
                problems += more
                positions = Positions(chunk.data, line, column)
                plain = _matches(blob, chunk.data, owned, positions, chunk.base, _decoded(encoding))
                matches += plain
                found = [f for f in found if chunk.low < f.end <= chunk.high]
                positions = Positions(chunk.data, line, column)
                if found:
                    from leakhunt.engine.hidden import placed

                    hidden += placed(_fresh(found, owned, plain), positions, chunk.base)
                line, column = Positions(chunk.data, line, column).advance(chunk.step)
                size = chunk.base + len(chunk.data)

        def again() -> Iterable[tuple[int, bytes]]:
            with opener() as stream:
                for chunk in chunks(stream, encoding, self.settings.chunk):
                    yield chunk.base, chunk.data

        matches, more = self._pair(matches, again)
        matches = sorted(matches + hidden, key=lambda match: match.offset)
        return Scan(matches, list(dict.fromkeys(problems + more)), size)

    def _hidden(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]], before: tuple[str, ...]
    ) -> tuple[list[Hidden], list[Problem]]:
        """Return what is found where something may be encoded."""
        first = self._prefilter.encoded
        hits = [hit for hit in hits if hit[0] >= first]
        return self._decoder.search(blob, data, hits, before) if hits else ([], [])

    @functools.cached_property
    def _decoder(self) -> Decoder:
        from leakhunt.engine.hidden import Decoder

        return Decoder(self._prefilter, self._judge, lambda: self._by_id)

    @functools.cached_property
    def _by_id(self) -> Mapping[str, Signature]:
        return {signature.id: signature for signature in self.settings.signatures}

    def _pair(self, matches: list[Match], chunks: Chunks) -> tuple[list[Match], list[Problem]]:
        if not matches:
            return [], []
        from leakhunt.engine.pairing import pair

        return pair(matches, self._by_id, chunks)

    def _judge(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]]
    ) -> tuple[list[Judged], list[Problem]]:
        if not hits:
            return [], []
        from leakhunt.engine.confirm import confirm

        candidates, timeouts = confirm(data, hits, self._prefilter.gates, self.settings.signatures)
        problems = [
            Problem("timeout", blob.path or blob.id, f"the search for '{name}' took too long")
            for name in dict.fromkeys(timeouts)
        ]
        if not candidates:
            return [], problems
        from leakhunt.engine.judge import Judgement, judge

        judged = []
        for candidate in dict.fromkeys(candidates):
            glob = candidate.signature.file
            if glob and blob.path and not name_matches(glob, blob.member or blob.path):
                continue
            judgement = judge(data, candidate)
            if judgement is not Judgement.DROPPED:
                judged.append(Judged(candidate, judgement))
        return _without_overlaps(judged), problems


def _fresh(hidden: list[Hidden], judged: list[Judged], plain: list[Match]) -> list[Hidden]:
    """Leave out what stands there without decoding."""
    if not hidden:
        return []
    from leakhunt.engine.hidden import fresh

    known = [
        (j.candidate.start, j.candidate.end, match) for j, match in zip(judged, plain, strict=True)
    ]
    return fresh(hidden, known)


def _is_wide(encoding: str) -> bool:
    return encoding != "utf-8"


def _decoded(encoding: str | None) -> tuple[str, ...]:
    return (encoding,) if encoding is not None and _is_wide(encoding) else ()


def _without_overlaps(judged: list[Judged]) -> list[Judged]:
    """Of matches whose secrets overlap keep the surest, then the most specific and longest."""

    def preference(item: Judged) -> tuple[bool, int, bool, int, int, str]:
        signature, start, end = item.candidate
        forged = item.judgement.value == "bad-checksum"
        sure, severe = -signature.confidence.rank, -signature.severity.rank
        return (forged, sure, signature.generic, severe, start - end, signature.id)

    kept: list[Judged] = []
    for cluster in _clusters(judged):
        chosen: list[Judged] = []
        for item in sorted(cluster, key=preference):
            start, end = item.candidate.start, item.candidate.end
            if all(end <= c.candidate.start or start >= c.candidate.end for c in chosen):
                chosen.append(item)
        kept += chosen
    return sorted(kept, key=lambda item: item.candidate.start)


def _clusters(judged: list[Judged]) -> list[list[Judged]]:
    """Split into runs whose spans touch, so that comparing stays cheap in dense files."""
    clusters: list[list[Judged]] = []
    reach = -1
    for item in sorted(judged, key=lambda item: item.candidate.start):
        if item.candidate.start >= reach:
            clusters.append([])
        clusters[-1].append(item)
        reach = max(reach, item.candidate.end)
    return clusters


def _matches(
    blob: Blob,
    data: bytes,
    judged: list[Judged],
    positions: Positions,
    base: int,
    decoded: tuple[str, ...],
) -> list[Match]:
    return [
        Match(
            signature=candidate.signature.id,
            secret=Secret(data[candidate.start : candidate.end]),
            blob=blob,
            span=positions.span(candidate.start, candidate.end),
            offset=base + candidate.start,
            decoded=decoded,
            dismissed="" if judgement.value == "confirmed" else judgement.value,
        )
        for candidate, judgement in judged
    ]
