"""Secrets of HEAD that only a whole file shows, and its path.

In history a blob has no path while it is scanned, and of most versions only what changed is seen.
So a directive, the row of a table, a value below the name it belongs to say nothing there. The
newest version of such files is scanned once more, like a file of a folder.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leakhunt.catalogue import by_name
from leakhunt.contextual.newest import is_table
from leakhunt.engine.by_name import is_telling
from leakhunt.engine.position import UNPLACED
from leakhunt.engine.spread import spread
from leakhunt.model import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakhunt.engine.scan import Engine, Scan
    from leakhunt.engine.settle import Files
    from leakhunt.model import Match, Signature

SHORT = 20_000
"""Bytes of a file of settings, at most."""
TABLE = 2_000_000
"""Bytes of a table, as most are."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a table, at most."""


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
    found: list[Match] = []
    for contents in _contents(paths, files):
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
                dataclasses.replace(
                    match, blob=dataclasses.replace(match.blob, path=""), span=UNPLACED
                )
                for match in scanned.matches
                if match.signature in ours and not match.decoded and not match.blob.member
                if (match.blob.id, match.offset) not in known
            )
    return found


def _contents(paths: Mapping[str, str], files: Files) -> Iterator[Mapping[str, bytes]]:
    """Yield what is in files, of some at a time."""
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
