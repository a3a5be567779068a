"""What a walk over all commits says about each secret."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.git.changes import Change
    from leakhunt.git.reachability import Reached


class Trace:
    """Where one secret came and went."""

    def __init__(self) -> None:
        self.first: dict[bytes, tuple[str | None, str]] = {}
        """For each path the commit and the blob with which it came."""
        self.commits: set[str] = set()
        self._removals: dict[str, bool] = {}

    def add(self, change: Change, blobs: frozenset[str]) -> None:
        """Take note of a change; changes come parents first."""
        if change.new in blobs:
            assert change.new is not None
            self.first.setdefault(change.path, (change.commit, change.new))
            self.commits.add(change.commit)
        else:
            by_all = blobs.issuperset(oid or "" for oid in change.old)
            self._removals[change.commit] = self._removals.get(change.commit, False) or by_all

    @property
    def removals(self) -> list[str]:
        """The commits that took the secret out of a file, the likeliest last one first.

        A commit that moved it to another file removed nothing. A merge that differs from
        parents of which only some had the secret most often follows one that removed it.
        """
        gone = [oid for oid in reversed(self._removals) if oid not in self.commits]
        return sorted(gone, key=lambda oid: not self._removals[oid])

    def add_unwalked(
        self, blobs: frozenset[str], reached: Mapping[str, Reached], *, incomplete: bool
    ) -> None:
        """Add blobs that no walked commit holds: tagged, only in the index, or skipped."""
        seen = {blob for _, blob in self.first.values()}
        for oid in sorted(blobs - seen):
            place = reached.get(oid)
            if place is not None and (place.commit is None or incomplete):
                self.first.setdefault(place.path, (place.commit, oid))


def follow(changes: Iterable[Change], groups: Mapping[str, frozenset[str]]) -> dict[str, Trace]:
    """Hand every change to the secrets that it concerns."""
    keys: dict[str, list[str]] = collections.defaultdict(list)
    for key, blobs in groups.items():
        for oid in blobs:
            keys[oid].append(key)
    traces = {key: Trace() for key in groups}
    for change in changes:
        concerned = {
            key: None for oid in (change.new, *change.old) if oid for key in keys.get(oid, ())
        }
        for key in concerned:
            traces[key].add(change, groups[key])
    return traces
