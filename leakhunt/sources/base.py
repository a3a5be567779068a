"""What every source gives: batches to scan, and places for what was found in them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, BinaryIO, Protocol

from leakhunt.records import record

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.model import Location, Match, Problem, Suppression
    from leakhunt.store.notes import Notes


@record(frozen=True, slots=True)
class Whereabouts:
    """Where one secret lies, and what its source knows about it."""

    locations: tuple[Location, ...]
    """First seen first."""
    properties: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    suppression: Suppression | None = None


class Keeper(Protocol):
    """Keeps what came of a scan, and knows when it does not count any more."""

    def concluded(self, about: str) -> bytes | None:
        """Return what was kept of an earlier scan of the same.

        Args:
            about: what decides what comes of a scan, beside the source and what is looked for.
        """

    def conclude(self, about: str, data: bytes) -> None:
        """Keep what came of a scan."""

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in some git objects, see `Source`."""

    def batch_of(self, oids: Sequence[str]) -> Batch:
        """Return what reads some git objects."""


class Source(Protocol):
    """Something to scan."""

    target: str
    """What the user named."""
    keeper: Keeper | None
    """What may know what came of an earlier scan."""

    @property
    def notes(self) -> Notes | None:
        """What earlier scans made of single files, if that is kept."""

    @property
    def total(self) -> int:
        """Bytes that will be scanned, once that is known; 0 until then, and where nobody knows."""

    def batches(self) -> Iterator[Batch]:
        """Yield the work.

        Raises:
            SourceError: there is nothing that could be read.
        """

    def hear(self, words: bytes) -> None:
        """Take in what one of its batches has told. Called in the order of the batches."""

    def expect(self, oids: Collection[str]) -> None:
        """Say of which git objects more may be asked: one look-up of all is the cheapest."""

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths of each of some git objects, those of HEAD first.

        Called once, before `locate`, with all objects of which something is still open. What has
        no path is left out.
        """

    def at_head(self, oids: Collection[str]) -> Collection[str]:
        """Return those of some git objects that are files of HEAD, if older ones are scanned, too.

        Args:
            oids: their ids.
        """

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files under a name, and their paths.

        Args:
            wanted: says whether it is one of the names that are asked for.
        """

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files at some paths, with these paths.

        Args:
            wanted: says whether it is one of the paths that are asked for.
            names: the last parts of all these paths, if they are known: it takes less time.
        """

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files of HEAD and of which only lines were seen, by path.

        Args:
            wanted: says whether it is one of the paths that are asked for.
        """

    def lacking(self, wanted: Callable[[bytes], bool]) -> Collection[str]:
        """Return the git objects that are files under a name, and none of HEAD's.

        Args:
            wanted: says whether it is one of the names that are asked for.
        """

    def last(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return those of them that were the last at some paths, with these paths.

        Args:
            oids: what :meth:`lacking` gave.
        """

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in some git objects, without those that cannot be read.

        Args:
            oids: their ids.
            most: larger ones (bytes) are left out, too.
        """

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens a git object that is too large to hold.

        Args:
            oid: its id.
        """

    def shown(self, groups: Mapping[str, Sequence[Match]]) -> Collection[str]:
        """Return the git objects at whose places matches are told. Called before `locate`.

        Args:
            groups: the matches of each secret; see `locate`.
        """

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Say where each group of matches (one secret each) lies. Called once, at the end."""

    def counts(self) -> Counter[str]:
        """Return what the source counted itself, such as `skipped_media`."""

    def problems(self) -> list[Problem]:
        """Return what could not be read."""

    def close(self) -> None:
        """Stop what runs in the background and drop temporary files."""
