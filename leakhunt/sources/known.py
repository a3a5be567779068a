"""For sources that know from the start where everything lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from leakhunt.model import Match
    from leakhunt.sources.base import Keeper
    from leakhunt.store.notes import Notes


class KnownPaths:
    """The part of a source in which nothing is told and nothing has to be looked up."""

    keeper: Keeper | None = None
    """All is read each time."""
    notes: Notes | None = None

    def hear(self, words: bytes) -> None:
        """Do nothing: its batches tell nothing."""

    def expect(self, oids: Collection[str]) -> None:
        """Do nothing: nothing is looked up."""

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return nothing: all paths are known from the start."""
        del oids
        return {}

    def at_head(self, oids: Collection[str]) -> Collection[str]:
        """Return nothing: there is nothing older."""
        del oids
        return ()

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, Sequence[str]]:
        """Return nothing, likewise."""
        del wanted
        return {}

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return nothing: files are looked at when they are read."""
        del wanted, names
        return {}

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return nothing: every file is read whole."""
        del wanted
        return {}

    def lacking(self, wanted: Callable[[bytes], bool]) -> Collection[str]:
        """Return nothing: there is nothing older."""
        del wanted
        return ()

    def last(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return nothing, likewise."""
        del oids
        return {}

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return nothing, likewise."""
        del oids, most
        return {}

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens nothing, likewise."""
        del oid
        from io import BytesIO

        return BytesIO

    def shown(self, groups: Mapping[str, Sequence[Match]]) -> Collection[str]:
        """Return nothing, likewise."""
        del groups
        return ()
