"""The engine: bytes in, matches out, in bounded memory."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leakhunt.engine import text
from leakhunt.engine.position import Positions
from leakhunt.engine.prefilter import Prefilter
from leakhunt.errors import LeakhuntError, reason
from leakhunt.globs import name_matches
from leakhunt.model import Blob, Match, Problem, Secret, Signature

if TYPE_CHECKING:
    from leakhunt.engine.chunks import Chunk
    from leakhunt.engine.confirm import Candidate
    from leakhunt.engine.judge import Judgement
    from leakhunt.engine.pairing import Chunks
    from leakhunt.engine.versions import Comparing, Sight, Version

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


class _Judged(NamedTuple):
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

    @property
    def switches(self) -> tuple[str, ...]:
        """What of it, beside the signatures, decides what is found."""
        return repr(self.binary), repr(self.chunk)


class Engine:
    """Scans blobs for a set of signatures.

    Raises:
        SignatureError: a pattern cannot be compiled.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._prefilter = Prefilter(settings.signatures, use_cache=settings.use_cache)

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

    def promising(self, contents: Sequence[bytes]) -> list[int]:
        """Say which of many short texts have to be scanned; the others hold nothing.

        Args:
            contents: the texts.

        Returns:
            Their places in the list, in order.
        """
        if not self._prefilter.joinable:
            return list(range(len(contents)))
        joined = b"\n".join(contents)
        found = {at for at, content in enumerate(contents) if b"\0" in content}
        if hits := self._prefilter.scan(joined):
            stops = list(itertools.accumulate(len(content) + 1 for content in contents))
            found.update(bisect.bisect_left(stops, end) for _, end in hits)
        return sorted(found)

    def scan_version(self, version: Version) -> Scan | None:
        """Scan one version of a file, of which another one was scanned before.

        Returns:
            What :meth:`scan` does, but None for text in which nothing was found.
        """
        content = version.content
        if not text.plain(content):
            return self.scan(version.blob(), content)
        suspects = self._comparing.suspects(version)
        if not suspects:
            version.clean = True
            return None
        return self.scan_suspects(version, suspects)

    @functools.cached_property
    def _comparing(self) -> Comparing:
        from leakhunt.engine.versions import Comparing

        return Comparing(self._prefilter, self.settings.signatures)

    @property
    def sight(self) -> Sight | None:
        """How to scan many versions at once; None where each has to be scanned alone."""
        return self._comparing.sight

    def scan_suspects(self, version: Version, suspects: bytes) -> Scan | None:
        """Scan a version of which all hits are known.

        Args:
            version: it and its hits.
            suspects: those of which something may come.

        Returns:
            See :meth:`scan_version`.
        """
        from leakhunt.engine.versions import unpacked

        blob, content, hits = version.blob(), version.content, version.hits
        assert hits is not None
        if len(suspects) < len(hits):
            judged, problems = self._judge(blob, content, unpacked(suspects))
            if not judged and not problems:
                version.clean = True
                return None
        scan, version.clean = self._scan_hits(blob, content, unpacked(hits), len(content), ())
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
        if not judged:
            return Scan([], problems, size), not problems
        matches = _matches(blob, data, judged, Positions(data), 0, decoded)
        matches, more = self._pair(matches, lambda: [(0, data)])
        return Scan(matches, problems + more, size), False

    def _scan_stream(self, blob: Blob, opener: Opener, binary: bool) -> Scan:
        """Scan a blob chunk by chunk; a second pass finds parts if there are any to find."""
        with opener() as stream:
            head = stream.read(text.SNIFF)
        encoding = text.encoding(head)
        if encoding is None and not binary:
            return Scan([], [], len(head), binary=True)
        encoding = encoding or "utf-8"
        matches: list[Match] = []
        problems: list[Problem] = []
        line = column = 1
        size = 0
        broken: list[Problem] = []
        for chunk in _readable(blob, opener, encoding, self.settings.chunk, broken):
            judged, more = self._judge(blob, chunk.data, self._prefilter.scan(chunk.data))
            problems += more
            owned = [j for j in judged if chunk.low < j.candidate.end <= chunk.high]
            positions = Positions(chunk.data, line, column)
            matches += _matches(blob, chunk.data, owned, positions, chunk.base, _decoded(encoding))
            line, column = Positions(chunk.data, line, column).advance(chunk.step)
            size = chunk.base + len(chunk.data)

        def again() -> Iterable[tuple[int, bytes]]:
            for chunk in _readable(blob, opener, encoding, self.settings.chunk, broken):
                yield chunk.base, chunk.data

        matches, more = self._pair(matches, again)
        return Scan(matches, list(dict.fromkeys(problems + more + broken)), size)

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
    ) -> tuple[list[_Judged], list[Problem]]:
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
            if glob and blob.path and not name_matches(glob, blob.path):
                continue
            judgement = judge(data, candidate)
            if judgement is not Judgement.DROPPED:
                judged.append(_Judged(candidate, judgement))
        return _without_overlaps(judged), problems


def _readable(
    blob: Blob, opener: Opener, encoding: str, size: int, broken: list[Problem]
) -> Iterator[Chunk]:
    """Yield chunks as long as they can be read; what was found in them counts all the same."""
    from leakhunt.engine.chunks import chunks

    try:
        with opener() as stream:
            yield from chunks(stream, encoding, size)
    except (OSError, LeakhuntError) as error:
        broken.append(Problem("unreadable", blob.path or blob.id, reason(error)))


def _is_wide(encoding: str) -> bool:
    return encoding != "utf-8"


def _decoded(encoding: str | None) -> tuple[str, ...]:
    return (encoding,) if encoding is not None and _is_wide(encoding) else ()


def _without_overlaps(judged: list[_Judged]) -> list[_Judged]:
    """Of matches whose secrets overlap keep the surest, then the most specific and longest."""

    def preference(item: _Judged) -> tuple[bool, int, bool, int, int, str]:
        signature, start, end = item.candidate
        forged = item.judgement.value == "bad-checksum"
        sure, severe = -signature.confidence.rank, -signature.severity.rank
        return (forged, sure, signature.generic, severe, start - end, signature.id)

    kept: list[_Judged] = []
    for cluster in _clusters(judged):
        chosen: list[_Judged] = []
        for item in sorted(cluster, key=preference):
            start, end = item.candidate.start, item.candidate.end
            if all(end <= c.candidate.start or start >= c.candidate.end for c in chosen):
                chosen.append(item)
        kept += chosen
    return sorted(kept, key=lambda item: item.candidate.start)


def _clusters(judged: list[_Judged]) -> list[list[_Judged]]:
    """Split into runs whose spans touch, so that comparing stays cheap in dense files."""
    clusters: list[list[_Judged]] = []
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
    judged: list[_Judged],
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
