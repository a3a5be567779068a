"""The engine: bytes in, matches out, in bounded memory."""

from __future__ import annotations

import bisect
import copy
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from leakhunt.catalogue import by_id, by_path
from leakhunt.engine import text
from leakhunt.engine.by_name import ByName, is_called, is_read, is_telling
from leakhunt.engine.overlaps import Judged, matches_of, reported
from leakhunt.engine.position import Positions
from leakhunt.engine.prefilter import Prefilter
from leakhunt.globs import name_matches
from leakhunt.model import Blob, Confidence, Match, Problem, Signature
from leakhunt.records import record

if TYPE_CHECKING:
    from leakhunt.engine.carried import Known
    from leakhunt.engine.decode.pieces import Layer
    from leakhunt.engine.fertile import Origins
    from leakhunt.engine.hidden import Decoder, Hidden
    from leakhunt.engine.observing import Observer
    from leakhunt.engine.pairing import Chunks
    from leakhunt.engine.settle import Files
    from leakhunt.engine.versions import Comparing, Sight, Version

CHUNK = 8 * 1024 * 1024
"""Bytes of a large blob that are scanned at once."""

Opener = Callable[[], BinaryIO]
"""Opens the content of a blob that is too large to hold, from its start."""


class _Seen(NamedTuple):
    """What hits led to, before it is told which of it is reported."""

    judged: list[Judged]
    hidden: list[Hidden]
    problems: list[Problem]


class Scan(NamedTuple):
    """What came of scanning one blob."""

    matches: list[Match]
    problems: list[Problem]
    size: int
    """Bytes of the blob."""
    binary: bool = False
    """It was recognised as binary and not scanned."""


@record(frozen=True, slots=True)
class Settings:
    """What an engine is built from; small enough to send to another process."""

    signatures: Sequence[Signature]
    use_cache: bool = True
    """Whether the compiled database may be cached on disk."""
    binary: bool = False  # scan binary content too, as it is
    chunk: int = CHUNK
    containers: bool = True  # scan what lies in archives, compressed files and databases
    chats: bool = True  # read chat exports as conversations
    spoken: int = 0  # so many signatures, the last ones, are looked for only in conversations
    observer: Observer | None = None
    """Reads more out of files than secrets, where it pays to read each file once."""
    brief: bool = False  # little will be scanned, see `Prefilter`
    honor: tuple[str, ...] = ()  # comments of other tools that allow what stands beside them
    least: Confidence = Confidence.LOW  # what cannot be as sure is put off, see `Match.open`

    @property
    def switches(self) -> tuple[str, ...]:
        """What of it, beside the signatures, decides what is found in a git object."""
        return repr(self.binary), repr(self.chunk), repr(self.containers)


class Engine:
    """Scans blobs for a set of signatures.

    Raises:
        SignatureError: a pattern cannot be compiled.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._by_id = by_id(settings.signatures)
        everywhere = settings.signatures[: len(settings.signatures) - settings.spoken]
        self._prefilter = Prefilter(everywhere, settings.use_cache, brief=settings.brief)
        self.complete = self._prefilter.complete
        self._by_name = ByName(everywhere, self._prefilter.gates.opens, settings.least)
        self._decodes = True
        self.by_path = by_path(settings.signatures)

    def plain(self) -> Engine:
        """Return the same engine, but one that does not look into what is encoded."""
        other = copy.copy(self)
        other._decodes = False
        return other

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
        if encoding not in (None, "utf-8"):
            content = text.recode(bytes(content), encoding)
        hits = self._prefilter.scan(content)
        if not hits and not is_telling(blob.member or blob.path or "", size):
            return Scan([], [], size)
        return self._scan_hits(blob, bytes(content), hits, size, text.decoded(encoding))

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
        whole = self._prefilter.whole
        found = {at for at, one in enumerate(contents) if b"\0" in one or whole(one)}
        if hits := self._prefilter.scan(joined):
            stops = list(itertools.accumulate(len(content) + 1 for content in contents))
            found.update(bisect.bisect_left(stops, end) for _, end in hits)
        return sorted(found)

    def sees_names(self, content: bytes) -> bool:
        """Say whether something in a text has the name of a secret."""
        return bool(self._by_name.split(self._prefilter.scan(content))[1])

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
            version.fertile = b""
            return None
        return self.scan_suspects(version, suspects)

    @functools.cached_property
    def _comparing(self) -> Comparing:
        from leakhunt.engine.versions import Comparing

        return Comparing(self._prefilter, self.settings.signatures)

    @functools.cached_property
    def _origins(self) -> Origins:
        from leakhunt.engine.fertile import Origins

        return Origins(self._prefilter, self.settings.signatures)

    @property
    def sight(self) -> Sight | None:
        """How to scan many versions at once; None where each is scanned alone."""
        return self._comparing.sight(containers=self.settings.containers)

    def settled(self, matches: Sequence[Match], files: Files, jobs: int = 1) -> list[Match]:
        """Decide what was left open, and give each secret one signature.

        Args:
            matches: of the whole scan, in order.
            files: tells what git objects are as files.
            jobs: in how many processes they are read.
        """
        lying: list[Match] = []
        if self.by_path:
            from leakhunt.engine.lying import in_git

            lying = in_git(self.by_path, files)
        paths = files.newest(is_read)
        if not (matches or paths or files.named(is_called)):
            return lying
        from leakhunt.engine.newest import Newest
        from leakhunt.engine.settle import Settling

        signatures = self.settings.signatures
        settling = Settling(self._by_name, signatures, files, jobs, self.settings.least)
        with Newest(signatures, paths, files, self.plain(), jobs) as newest:
            return [*settling.settled(matches, newest), *lying]

    def scan_suspects(
        self, version: Version, suspects: bytes, moved: bytes = b"", known: Known | None = None
    ) -> Scan | None:
        """Scan a version of which all hits are known.

        Args:
            version: it and its hits.
            suspects: those of which something may come, sorted.
            moved: of the latter those that are as in its base, see `engine/carried.py`.
            known: what came of them there.

        Returns:
            See :meth:`scan_version`.
        """
        from leakhunt.engine.versions import unpacked

        blob, content = version.blob(), version.content
        if known is not None:
            from leakhunt.engine.carried import carried

            look = functools.partial(self._looked, blob, content)
            matches = carried(version, suspects, moved, known, look, self._origins)
            if matches is not None:
                return Scan(matches, [], len(content)) if matches else None
        hits = unpacked(suspects)
        seen = self._looked(blob, content, hits)
        if not (seen.judged or seen.hidden or seen.problems):
            version.fertile = b""
            return None
        version.fertile = self._origins.fertile(hits, seen.judged, bool(seen.hidden))
        if seen.problems:
            version.fertile = suspects
        elif not seen.hidden and all(one.open for one in seen.judged):
            from leakhunt.engine.carried import unplaced

            return Scan(unplaced(version, reported(content, seen.judged)), [], len(content))
        return self._told(blob, content, seen, len(content), ())

    def _scan_hits(
        self,
        blob: Blob,
        data: bytes,
        hits: list[tuple[int, int]],
        size: int,
        decoded: tuple[str, ...],
    ) -> Scan:
        """Return what comes of the hits."""
        return self._told(blob, data, self._looked(blob, data, hits, decoded), size, decoded)

    def _looked(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]], decoded: tuple[str, ...] = ()
    ) -> _Seen:
        judged, problems = self._judge(blob, data, hits)
        hidden, more = self._hidden(blob, data, hits, decoded)
        return _Seen(judged, hidden, problems + more)

    def _told(
        self, blob: Blob, data: bytes, seen: _Seen, size: int, decoded: tuple[str, ...]
    ) -> Scan:
        judged, hidden, problems = seen
        if not judged and not hidden:
            return Scan([], problems, size)
        judged = reported(data, judged)
        matches = matches_of(blob, data, judged, Positions(data), 0, decoded)
        if hidden:
            from leakhunt.engine.hidden import placed, told_apart

            hidden, matches = told_apart(hidden, judged, matches, self._by_id)
        matches, more = self._pair(matches, lambda: [(0, data)])
        if hidden:
            matches += placed(hidden, Positions(data), 0)
            matches.sort(key=lambda match: match.offset)
        return Scan(matches, problems + more, size)

    def _scan_stream(self, blob: Blob, opener: Opener, binary: bool) -> Scan:
        """Scan a blob chunk by chunk; a second pass finds parts if there are any to find."""
        from leakhunt.engine.chunks import readable

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
        broken: list[Problem] = []
        rows = self._by_name.rows(blob)
        for chunk in readable(blob, opener, encoding, self.settings.chunk, broken):
            hits = self._prefilter.scan(chunk.data)
            judged, more = self._judge(blob, chunk.data, hits, rows=False)
            problems += more
            if rows:
                judged += self._by_name.of_rows(rows, blob, chunk, hits, judged)
            judged = reported(chunk.data, judged)
            owned = [j for j in judged if chunk.low < j.candidate.end <= chunk.high]
            found, more = self._hidden(blob, chunk.data, hits, text.decoded(encoding))
            problems += more
            positions = Positions(chunk.data, line, column)
            plain = matches_of(
                blob, chunk.data, owned, positions, chunk.base, text.decoded(encoding)
            )
            if found := [f for f in found if chunk.low < f.end <= chunk.high]:
                from leakhunt.engine.hidden import placed, told_apart

                found, plain = told_apart(found, owned, plain, self._by_id)
                hidden += placed(found, Positions(chunk.data, line, column), chunk.base)
            matches += plain
            line, column = Positions(chunk.data, line, column).advance(chunk.step)
            size = chunk.base + len(chunk.data)

        def again() -> Iterable[tuple[int, bytes]]:
            for chunk in readable(blob, opener, encoding, self.settings.chunk, broken):
                yield chunk.base, chunk.data

        matches, more = self._pair(matches, again)
        matches = sorted(matches + hidden, key=lambda match: match.offset)
        return Scan(matches, list(dict.fromkeys(problems + more + broken)), size)

    def _hidden(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]], before: tuple[str, ...]
    ) -> tuple[list[Hidden], list[Problem]]:
        """Return what is found where something may be encoded."""
        hits = [hit for hit in hits if hit[0] >= self._prefilter.encoded] if self._decodes else []
        return self._decoder.search(blob, data, hits, before) if hits else ([], [])

    @functools.cached_property
    def _decoder(self) -> Decoder:
        from leakhunt.engine.hidden import Decoder

        return Decoder(self._prefilter, self._judge_all, lambda: self._by_id)

    def _pair(self, matches: list[Match], chunks: Chunks) -> tuple[list[Match], list[Problem]]:
        if not matches:
            return [], []
        from leakhunt.engine.pairing import pair

        return pair(matches, self._by_id, chunks)

    def _judge_all(
        self, blob: Blob, layer: Layer, hits: list[tuple[int, int]]
    ) -> tuple[list[Judged], list[Problem]]:
        """Return what is to be reported of a decoded text."""
        hits, ends = self._by_name.split(hits)
        judged, problems = self._confirmed(blob, layer.data, hits)
        return reported(layer.data, judged + self._by_name.decoded(blob, layer, ends)), problems

    def _judge(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]], *, rows: bool = True
    ) -> tuple[list[Judged], list[Problem]]:
        """Return what holds of the hits of all gates."""
        hits, ends = self._by_name.split(hits)
        judged, problems = self._confirmed(blob, data, hits)
        if not ends and not is_telling(blob.member or blob.path or "", len(data)):
            return judged, problems
        return judged + self._by_name.judged(blob, data, ends, rows=rows), problems

    def _confirmed(
        self, blob: Blob, data: bytes, hits: list[tuple[int, int]]
    ) -> tuple[list[Judged], list[Problem]]:
        """Return what patterns and checks confirm."""
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
        # Hashing whole signatures would take longer than all else here.
        for candidate in {(c.signature.id, *c[1:]): c for c in candidates}.values():
            glob = candidate.signature.file
            if glob and blob.path and not name_matches(glob, blob.member or blob.path):
                continue
            if candidate.signature.rule:
                from leakhunt.engine.rules import holds

                allowances = holds(data, candidate, candidate.signature.rule, blob.path)
                if allowances is not None:
                    judged.append(Judged(candidate, Judgement.CONFIRMED, allowances))
                continue
            judgement = judge(data, candidate)
            if judgement is not Judgement.DROPPED:
                judged.append(Judged(candidate, judgement))
        return judged, problems
