"""A repository's objects and files on disk as one source."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.model import Location, Match, Problem
    from leakhunt.sources.base import Keeper, Source, Whereabouts
    from leakhunt.store.notes import Notes


class Several:
    """Git objects and files scanned together; a secret in both is one finding.

    Args:
        target: what to call it.
        objects: yields git objects.
        files: yields files.
    """

    keeper: Keeper | None = None
    """Files are read each time."""

    def __init__(self, target: str, objects: Source, files: Source) -> None:
        self.target = target
        self._objects = objects
        self._files = files

    @property
    def notes(self) -> Notes | None:
        """What earlier scans made of files in history."""
        return self._objects.notes

    @property
    def total(self) -> int:
        """Bytes that will be scanned, as far as is known."""
        return self._objects.total + self._files.total

    def batches(self) -> Iterator[Batch]:
        """Yield the work of both."""
        yield from self._objects.batches()
        yield from self._files.batches()

    def hear(self, words: bytes) -> None:
        """Pass on what only git objects tell."""
        self._objects.hear(words)

    def expect(self, oids: Collection[str]) -> None:
        """Say of which git objects more may be asked."""
        self._objects.expect(oids)

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths of git objects and of files."""
        files = self._files.paths_of(oids)
        return {**files, **self._objects.paths_of([oid for oid in oids if oid not in files])}

    def at_head(self, oids: Collection[str]) -> Collection[str]:
        """Return the git objects that are files of HEAD."""
        return self._objects.at_head(oids)

    def named(self, wanted: Callable[[bytes], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files under a name, and their paths."""
        return self._objects.named(wanted)

    def lying(
        self, wanted: Callable[[str], bool], names: Collection[bytes] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the git objects that lie at a path."""
        return self._objects.lying(wanted, names)

    def newest(self, wanted: Callable[[str], bool]) -> Mapping[str, Sequence[str]]:
        """Return the git objects that are files of HEAD, with their paths."""
        return self._objects.newest(wanted)

    def lacking(self, wanted: Callable[[bytes], bool]) -> Collection[str]:
        """Return the git objects that are files under a name, and none of HEAD's."""
        return self._objects.lacking(wanted)

    def last(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return those of them that were the last at some paths, with these paths."""
        return self._objects.last(oids)

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in git objects and files."""
        files = self._files.contents_of(oids, most)
        return {**files, **self._objects.contents_of([o for o in oids if o not in files], most)}

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens a git object."""
        return self._objects.opener_of(oid)

    def shown(self, groups: Mapping[str, Sequence[Match]]) -> Collection[str]:
        """Return the git objects at whose places matches are told."""
        return self._objects.shown(_split(groups)[0])

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Ask each source where its own matches lie, and join the answers."""
        in_objects, in_files = _split(groups)
        objects = self._objects.locate(in_objects)
        files = self._files.locate(in_files)
        return {key: join(objects.get(key), files.get(key)) for key in groups}

    def counts(self) -> Counter[str]:
        """Return what both counted."""
        return self._objects.counts() + self._files.counts()

    def problems(self) -> list[Problem]:
        """Return what neither could read."""
        return self._objects.problems() + self._files.problems()

    def close(self) -> None:
        """Close both."""
        self._objects.close()
        self._files.close()


def _split(
    groups: Mapping[str, Sequence[Match]],
) -> tuple[dict[str, list[Match]], dict[str, list[Match]]]:
    """Return the matches in git objects, and those in files."""
    in_objects: dict[str, list[Match]] = {}
    in_files: dict[str, list[Match]] = {}
    for key, matches in groups.items():
        for match in matches:
            side = in_files if match.blob.kind == "file" else in_objects
            side.setdefault(key, []).append(match)
    return in_objects, in_files


def join(objects: Whereabouts | None, files: Whereabouts | None) -> Whereabouts:
    """Join what two sources know of one secret.

    A place on disk that is also known from HEAD or the index is one place; a secret is
    suppressed only if each source that found it says so.
    """
    if objects is None or files is None:
        known = objects or files
        assert known is not None
        return known
    there = {_place(place) for place in objects.locations if place.at_head is not False}
    fresh = tuple(place for place in files.locations if _place(place) not in there)
    return dataclasses.replace(
        objects,
        locations=objects.locations + fresh,
        suppression=objects.suppression and files.suppression,
    )


def _place(location: Location) -> tuple[str | None, int | None, int | None]:
    return location.path, location.line, location.column
