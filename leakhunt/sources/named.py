"""What a report names: some files and some git objects, to find their secrets once more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

from leakhunt.model import Location
from leakhunt.sources.base import Whereabouts
from leakhunt.sources.exclusions import Exclusions
from leakhunt.sources.files import FileSource
from leakhunt.sources.known import KnownPaths
from leakhunt.sources.objects import FewObjects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from leakhunt.engine.batches import Batch
    from leakhunt.git.repository import Repository
    from leakhunt.model import Match, Problem


class NamedSource(KnownPaths):
    """Files and git objects.

    Args:
        target: what the user named.
        files: paths on disk; those that are gone are not read.
        root: what the paths of the report are relative to.
        repo: where the objects lie; None if there are none.
        objects: from id to a path of it.
    """

    def __init__(
        self,
        target: str,
        files: Sequence[str],
        root: str,
        repo: Repository | None,
        objects: Mapping[str, str],
    ) -> None:
        self.target = target
        self.total = 0
        self._files = FileSource(files, Exclusions(defaults=False, globs=()), root=root)
        self._repo = repo
        self._objects = dict(objects)

    def batches(self) -> Iterator[Batch]:
        """Yield the files, then the objects."""
        yield from self._files.batches()
        if self._repo is not None and self._objects:
            yield FewObjects(self._repo, tuple(self._objects.items()), "blob")

    def paths_of(self, oids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the paths that the report gives."""
        return {oid: (self._objects[oid],) for oid in oids if self._objects.get(oid)}

    def contents_of(self, oids: Collection[str], most: int) -> Mapping[str, bytes]:
        """Return what is in the objects."""
        from leakhunt.git.objects import TooLarge, Unreadable, read_unmeasured

        found: dict[str, bytes] = {}
        if self._repo is not None and oids:
            for answer in read_unmeasured(self._repo, list(oids)):
                if not isinstance(answer, TooLarge | Unreadable) and answer[0].size <= most:
                    found[answer[0].oid] = bytes(answer[1])
        return found

    def opener_of(self, oid: str) -> Callable[[], BinaryIO]:
        """Return what opens an object."""
        from leakhunt.git.objects import BlobOpener

        assert self._repo is not None
        return BlobOpener(self._repo, oid)

    def locate(self, groups: Mapping[str, Sequence[Match]]) -> Mapping[str, Whereabouts]:
        """Say in which files matches lie; the report knows the rest."""
        return {
            key: Whereabouts(
                tuple(
                    Location(path=match.blob.within(match.blob.path or "") or None)
                    for match in matches
                )
            )
            for key, matches in groups.items()
        }

    def counts(self) -> Counter[str]:
        """Return nothing: what was named is read, whatever it is."""
        return Counter()

    def problems(self) -> list[Problem]:
        """Return what could not be read."""
        return self._files.problems()

    def close(self) -> None:
        """Do nothing: there is nothing to stop."""
