"""Secrets of HEAD that only a whole file shows, and its path.

In history a blob has no path while it is scanned, and of most versions only what changed is seen.
So a directive, the row of a table, a value below the name it belongs to say nothing there. The
newest version of such files is scanned once more, like a file of a folder; and in other versions
what was found there is looked for.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leakhunt.catalogue import by_name
from leakhunt.contextual.newest import is_table
from leakhunt.engine.by_name import is_telling
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.spread import spread
from leakhunt.model import Blob, Match

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.scan import Engine, Scan
    from leakhunt.engine.settle import Files
    from leakhunt.model import Signature

SHORT = 20_000
"""Bytes of a file of settings, at most."""
TABLE = 2_000_000
"""Bytes of a table, as most are."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a table that is held; a larger one is read piece by piece."""
_LINE = 200
"""Bytes before a secret by which it is known again in another version."""
_VERSIONS = 4_000
"""Versions of files that are looked through for what their newest one holds."""


class _Found(NamedTuple):
    match: Match
    before: bytes
    """What stands before it in its line."""


def at_head(
    matches: Sequence[Match],
    signatures: Sequence[Signature],
    paths: Mapping[str, str],
    files: Files,
    engine: Engine,
    jobs: int,
) -> list[Match]:
    """Return what the newest files hold besides.

    Args:
        matches: what is known of all of history.
        signatures: all that were looked for; what those find that go by patterns is known.
        paths: of these files, by their git objects.
        files: tells what is in them.
        engine: scans them.
        jobs: in how many processes.
    """
    ours = {signatures[number].id for number in by_name(signatures)}
    if not ours:
        return []
    known = {(match.blob.id, match.offset) for match in matches if match.blob.id in paths}
    found: list[_Found] = []
    left: list[str] = []
    for contents in _contents(paths, files, left):
        oids = [
            oid
            for oid, data in sorted(contents.items())
            if engine.sees_names(data) or is_telling(paths[oid], len(data))
        ]

        def scan(number: int, oids: list[str] = oids, held: Mapping[str, bytes] = contents) -> Scan:
            oid = oids[number]
            return engine.scan(Blob(oid, len(held[oid]), "blob", paths[oid]), held[oid])

        for scanned in spread(scan, len(oids), jobs):
            found += (
                _Found(
                    _unplaced(match, match.blob.id, match.offset, match.blob.size),
                    _before(match, contents),
                )
                for match in scanned.matches
                if match.signature in ours and not match.decoded and not match.blob.member
                if (match.blob.id, match.offset) not in known
            )
    if left:
        from leakhunt.engine.large import scanned as large

        for oid, scan_ in large({oid: paths[oid] for oid in left}, engine, files, jobs):
            blob = Blob(oid, scan_.size, "blob")
            found += (
                _Found(dataclasses.replace(match, blob=blob), b"")
                for match in scan_.matches
                if match.signature in ours and not match.decoded
                if (oid, match.offset) not in known
            )
    if not found:
        return []
    return [*(one.match for one in found), *_older(found, matches, paths, files)]


def _before(match: Match, contents: Mapping[str, bytes]) -> bytes:
    """Return what stands before a secret in its line, if that is not long."""
    data, end = contents[match.blob.id], match.offset
    low = max(0, end - _LINE)
    return data[max(low, data.rfind(b"\n", low, end) + 1) : end]


def _unplaced(match: Match, oid: str, offset: int, size: int) -> Match:
    """Return the same in a git object of a size: who looks for its line reads no larger ones."""
    blob = dataclasses.replace(match.blob, id=oid, size=size, path="")
    return dataclasses.replace(match, blob=blob, offset=offset, span=UNPLACED)


def _older(
    found: Sequence[_Found], matches: Sequence[Match], paths: Mapping[str, str], files: Files
) -> Iterator[Match]:
    """Yield the same secrets in other versions of their files, so that the first is told.

    The version is another one of the same path in which the line begins alike.
    """
    here: dict[str, list[_Found]] = defaultdict(list)
    for one in found:
        here[paths[one.match.blob.id]].append(one)
    names = {os.fsencode(path.rpartition("/")[2]) for path in here}
    lying = files.lying(here.__contains__, names)
    others = sorted(oid for oid in lying if oid not in paths)[:_VERSIONS]
    known = {(match.blob.id, match.offset) for match in matches}
    left: list[str] = []
    for contents in _contents({oid: lying[oid][0] for oid in others}, files, left):
        for oid, data in sorted(contents.items()):
            for one in itertools.chain.from_iterable(here[path] for path in lying[oid]):
                at = data.find(one.before + one.match.secret.reveal()) + len(one.before)
                if at >= len(one.before) and (oid, at) not in known:
                    known.add((oid, at))
                    yield _unplaced(one.match, oid, at, len(data))
    for oid in left:
        from leakhunt.engine.large import sought

        wanted = [(one.before, one.match) for path in lying[oid] for one in here[path]]
        yield from (m for m in sought(oid, files, wanted) if (oid, m.offset) not in known)


def _contents(
    paths: Mapping[str, str], files: Files, too_large: list[str]
) -> Iterator[Mapping[str, bytes]]:
    """Yield what is in files, of some at a time, and note tables that are too large for that."""
    from leakhunt.engine.settle import portions

    settings = {oid: SHORT for oid, path in sorted(paths.items()) if not is_table(path)}
    for oids in portions(settings):
        yield files.contents_of(oids, SHORT)
    left = [oid for oid in sorted(paths) if oid not in settings]
    # Most are small, and many of these are read at once; then those that were too large.
    for most in (TABLE, LARGEST):
        for oids in portions(dict.fromkeys(left, most)):
            held = files.contents_of(oids, most)
            yield held
            left = [oid for oid in left if oid not in held]
    too_large += left
