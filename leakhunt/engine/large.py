"""Git objects that are too large to hold, where more is asked of them than their lines said."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.engine import text
from leakhunt.engine.chunks import readable
from leakhunt.engine.newest import LARGEST
from leakhunt.engine.position import Positions
from leakhunt.engine.scan import CHUNK
from leakhunt.engine.spread import spread
from leakhunt.errors import LeakhuntError
from leakhunt.model import Blob, Match

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.by_name import ByName, Decision
    from leakhunt.engine.chunks import Chunk
    from leakhunt.engine.scan import Engine, Scan
    from leakhunt.engine.settle import Files


def _chunks(oid: str, files: Files) -> Iterator[Chunk]:
    """Yield the text of an object; nothing if it cannot be read, which is said where it is."""
    opener = files.opener_of(oid)
    try:
        with opener() as stream:
            encoding = text.encoding(stream.read(text.SNIFF))
    except (OSError, LeakhuntError):
        return
    if encoding is not None:
        yield from readable(Blob(oid, 0, "blob"), opener, encoding, CHUNK, [])


def decided(
    names: ByName, path: str, oid: str, files: Files, matches: Sequence[Match]
) -> Iterator[tuple[int, Decision]]:
    """Yield which of the open matches in an object are leaks, by their number.

    Args:
        names: what finds secrets by their names.
        path: of the object, or empty.
        oid: its id.
        files: opens it.
        matches: in it.
    """
    for chunk in _chunks(oid, files):
        inside = [
            (number, dataclasses.replace(match, offset=match.offset - chunk.base))
            for number, match in enumerate(matches)
            if chunk.low < match.offset + len(match.secret) - chunk.base <= chunk.high
        ]
        here = [match for _, match in inside]
        for number, decision in names.decided(path, chunk.data, here, rows=False):
            yield inside[number][0], decision


def scanned(
    paths: Mapping[str, str], engine: Engine, files: Files, jobs: int
) -> Iterator[tuple[str, Scan]]:
    """Yield what comes of scanning objects as the files that they are.

    Args:
        paths: of each.
        engine: scans them.
        files: opens them.
        jobs: in how many processes.
    """
    oids = sorted(paths)

    def scan(number: int) -> Scan:
        oid = oids[number]
        return engine.scan(Blob(oid, 0, "blob", paths[oid]), files.opener_of(oid))

    yield from zip(oids, spread(scan, [LARGEST] * len(oids), jobs), strict=True)


def sought(oid: str, files: Files, wanted: Sequence[tuple[bytes, Match]]) -> Iterator[Match]:
    """Yield where an object holds what another version of it does.

    Args:
        oid: its id.
        files: opens it.
        wanted: matches, each with what stands before it in its line.
    """
    left = list(wanted)
    line = column = 1
    size = 0
    found: list[Match] = []
    for chunk in _chunks(oid, files):
        places: list[tuple[int, int]] = []
        for number, (before, match) in enumerate(left):
            at = chunk.data.find(before + match.secret.reveal()) + len(before)
            end = at + len(match.secret)
            if at >= len(before) and chunk.low < end <= chunk.high:
                places.append((at, number))
        positions = Positions(chunk.data, line, column)
        for at, number in sorted(places):
            match = left[number][1]
            span = positions.span(at, at + len(match.secret))
            found.append(dataclasses.replace(match, span=span, offset=chunk.base + at))
        gone = {number for _, number in places}
        left = [one for number, one in enumerate(left) if number not in gone]
        line, column = Positions(chunk.data, line, column).advance(chunk.step)
        size = chunk.base + len(chunk.data)
    for match in found:
        yield dataclasses.replace(match, blob=Blob(oid, size, "blob"))
