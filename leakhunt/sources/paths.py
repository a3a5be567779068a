"""At which paths blobs lie, told from what commits did."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from leakhunt.git.changes import Change


def paths_of(
    changes: Iterable[Change], oids: Collection[str], head: Mapping[str, Sequence[bytes]]
) -> dict[str, list[str]]:
    """Return the paths of some blobs, those of HEAD first, in the order of bytes.

    Args:
        changes: of all commits to the blobs.
        oids: the blobs.
        head: the blobs of HEAD and their paths.
    """
    found: dict[str, set[bytes]] = {}
    for change in changes:
        if change.new is not None and change.new in oids:
            found.setdefault(change.new, set()).add(change.path)
    return {oid: _in_order(paths, head.get(oid, ())) for oid, paths in found.items()}


def _in_order(paths: Collection[bytes], first: Collection[bytes]) -> list[str]:
    if len(paths) == 1:
        return [os.fsdecode(*paths)]
    return [*map(os.fsdecode, sorted(paths, key=lambda path: (path not in first, path)))]


def last_versions(
    changes: Iterable[Change], oids: Collection[str], head: Collection[bytes]
) -> dict[str, list[str]]:
    """Return some blobs that nothing followed at a path, with these paths.

    Args:
        changes: of all commits from or to the blobs.
        oids: the blobs.
        head: paths of HEAD.
    """
    came: dict[bytes, set[str]] = defaultdict(set)
    followed: dict[bytes, set[str]] = defaultdict(set)
    ended: dict[bytes, set[str]] = defaultdict(set)
    for change in changes:
        if change.path in head:
            continue
        before = {oid for oid in change.old if oid in oids and oid is not None}
        (ended if change.new is None else followed)[change.path] |= before
        if change.new is not None and change.new in oids:
            came[change.path].add(change.new)
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(came.keys() | ended.keys()):
        # What came back before it went for good was followed by something, too.
        for oid in sorted((came[path] - followed[path]) | ended[path]):
            found[oid].append(os.fsdecode(path))
    return dict(found)
