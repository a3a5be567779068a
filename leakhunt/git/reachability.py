"""What the commits of a scope hold: one listing, made by git while the scan runs.

git lists the commits oldest first, and after each the trees and blobs that no earlier one
had. So the listing says at once which objects are reachable, in which commit each of them
first appeared, under which path, and which ones are missing.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import IO, TYPE_CHECKING

from leakhunt.errors import GitError
from leakhunt.git import damage, refs
from leakhunt.git.changes import walk
from leakhunt.git.command import first_meaningful
from leakhunt.git.index import indexed_blobs
from leakhunt.git.objects import describe_objects
from leakhunt.git.scope import Scope
from leakhunt.model import Problem
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import TracebackType

    from leakhunt.git.changes import Walk
    from leakhunt.git.command import Process
    from leakhunt.git.repository import Repository

# Parents before children, and unrelated commits by their date.
_COMMITS = ("rev-list", "--date-order", "--reverse")
_LISTING = (*_COMMITS, "--objects", "--in-commit-order", "--missing=print")
_EVERYTHING = Scope()


def gaps(repository: Repository, problem: str, missing: int) -> tuple[Problem, ...]:
    """Say what keeps a listing from being the whole history.

    Args:
        repository: which one.
        problem: at what git gave up.
        missing: how many objects are not there.
    """
    where = repository.path
    found = []
    if problem:
        text = f"history is damaged and was read as far as possible: {problem}"
        found.append(Problem("missing-objects", where, text))
    if missing:
        cause = (
            "this is a partial clone, and they were never fetched"
            if repository.partial
            else "the repository is damaged; `git fsck` lists what is wrong"
        )
        what = "1 object is" if missing == 1 else f"{missing:,} objects are"
        text = f"{what} missing from the history: {cause}"
        found.append(Problem("missing-objects", where, text))
    if repository.shallow:
        text = "a shallow clone: commits before its boundary are not here to be scanned"
        found.append(Problem("shallow", where, text, gap=False))
    return tuple(found)


@record(frozen=True, slots=True)
class Reached:
    """Where an object first appeared."""

    path: bytes
    """One path, cut off at the first newline in it; of a tagged object the tag's name."""
    commit: str | None
    """The first commit that holds it, or None: only a tag or an index is known to."""


class Reachability:
    """The objects that the commits of a scope reach.

    Make one with :meth:`start`; git works in the background from then on. Everything else
    waits for git to end. It is a context manager, and stops git when it is closed.
    """

    def __init__(
        self, repository: Repository, scope: Scope, listing: IO[bytes], process: Process
    ) -> None:
        self.repository = repository
        self.scope = scope
        self.variables: dict[str, str] = {}
        """Environment with which git can walk these commits although some are damaged."""
        self._listing = listing
        self._process = process
        self._done = False
        self._problem = ""
        self._resources = contextlib.ExitStack()
        self._resources.enter_context(listing)
        self._resources.enter_context(process)
        self._hex = 64 if repository.object_format == "sha256" else 40
        self._commits = 0
        self._missing: frozenset[str] = frozenset()
        self._first_tree = b""
        self._indexed: dict[str, bytes] = {}

    @classmethod
    def start(cls, repository: Repository, scope: Scope = _EVERYTHING) -> Reachability:
        """Start listing in the background.

        Args:
            repository: where to look.
            scope: which commits; by default all that any ref, reflog, stash, note, linked
                work tree or the index can reach.

        Raises:
            GitError: the scope names something that does not exist.
        """
        arguments = scope.arguments(repository)
        listing = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        try:
            process = repository.start(*_LISTING, *arguments, "--", stdout=listing)
        except BaseException:
            listing.close()
            raise
        return cls(repository, scope, listing, process)

    @property
    def complete(self) -> bool:
        """Whether git could walk everything; if not, objects not listed may be reachable."""
        self._finish()
        return not self._problem

    @property
    def commits(self) -> int:
        """How many commits are in the scope."""
        self._finish()
        return self._commits

    @property
    def missing(self) -> frozenset[str]:
        """The ids of objects that commits refer to and that are not there."""
        self._finish()
        return self._missing

    def problems(self) -> tuple[Problem, ...]:
        """What keeps this listing from being the whole history."""
        self._finish()
        return gaps(self.repository, self._problem, len(self._missing))

    def find(self, oids: Collection[str]) -> dict[str, Reached]:
        """Look objects up.

        Args:
            oids: ids of blobs, commits or tags.

        Returns:
            Those of them that are reachable.
        """
        wanted = {oid.encode() for oid in oids}
        found: dict[str, Reached] = {}
        width = self._hex
        commit: str | None = None
        first = ""
        started = False
        for line in self._lines():
            oid = line[:width]
            if len(line) == width + 1:
                # What tags name directly is listed between the first commit and its tree.
                started = started or bool(first) or not self._first_tree
                first = oid.decode()
                commit = first if started else None
            elif not started and oid == self._first_tree:
                started, commit = True, first
            if oid in wanted:
                found.setdefault(oid.decode(), Reached(line[width + 1 : -1], commit))
        for name in self._indexed.keys() & set(oids):
            found.setdefault(name, Reached(self._indexed[name], None))
        return found

    def named(self, wanted: Callable[[bytes], bool]) -> list[str]:
        """Return what lies under a name in the commits that were listed.

        Args:
            wanted: says whether it is one of the names that are asked for.
        """
        width = self._hex
        return sorted(
            {
                line[:width].decode()
                for line in self._lines()
                if len(line) > width + 2 and wanted(line[width + 1 :].strip().rpartition(b"/")[2])
            }
        )

    def objects(self) -> Iterator[str]:
        """Yield the id of every object, commits and trees included, oldest first.

        After them come the blobs that only an index holds.
        """
        width = self._hex
        for line in self._lines():
            if line[:1] != b"?":
                yield line[:width].decode()
        yield from self._indexed

    def commit_ids(self, since: str | None = None) -> Iterator[bytes]:
        """Yield the ids of the commits; parents come before children.

        Args:
            since: leave out the commits before this one.
        """
        width = self._hex + 1
        skipping = since is not None
        first = (since or "").encode()
        for line in self._lines():
            if len(line) == width and line[:1] != b"?":
                skipping = skipping and line[:-1] != first
                if not skipping:
                    yield line[:-1]

    def walk(self, oids: Collection[str], *, jobs: int = 1) -> Walk:
        """Find every change from or to one of some blobs.

        Args:
            oids: the blobs.
            jobs: how many processes may run at once.
        """
        if not self.complete:
            commits = list(self.commit_ids())
        else:
            # No commit before the first that holds one of them can matter.
            reached = self.find(oids)
            oids = reached.keys()
            firsts = {place.commit.encode() for place in reached.values() if place.commit}
            commits = []
            for oid in self.commit_ids() if firsts else ():
                if commits or oid in firsts:
                    commits.append(oid)
        return walk(self.repository, commits, oids, variables=self.variables, jobs=jobs)

    def order(self, commits: Collection[str]) -> dict[str, int]:
        """Return the places of some commits among all; parents come before children."""
        wanted = {oid.encode(): oid for oid in commits}
        return {wanted[oid]: place for place, oid in enumerate(self.commit_ids()) if oid in wanted}

    def ancestors(self, commits: Collection[str]) -> set[str]:
        """Return those of some commits that HEAD descends from."""
        head = refs.head(self.repository)
        if not commits or head is None:
            return set()
        with self.repository.start("rev-list", head, "--", variables=self.variables) as process:
            assert process.stdout is not None
            found = {oid for line in process.stdout if (oid := line[:-1].decode()) in commits}
            process.finish(ok=(0, 128))
        return found

    def close(self) -> None:
        """Stop git and drop the listing."""
        self._resources.close()

    def __enter__(self) -> Reachability:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _lines(self) -> Iterator[bytes]:
        self._finish()
        self._listing.seek(0)
        yield from self._listing

    def _commit_lines(self) -> Iterator[bytes]:
        self._listing.seek(0)
        return (line for line in self._listing if len(line) == self._hex + 1)

    def _finish(self) -> None:
        """Wait for the listing; where git gave up, list what can be listed."""
        if self._done:
            return
        try:
            self._process.finish()
            # git passes over a ref that it cannot read, and says so.
            said = self._process.messages()
            if "ignoring broken ref" in said:
                self._problem = first_meaningful(said)
        except GitError as error:
            self._problem = error.message.removeprefix("git rev-list failed: ")
            self._recover()
        self._done = True
        indexed = indexed_blobs(self.repository) if self.scope.everything else {}
        missing = set()
        first = ""
        for line in self._lines():
            oid = line[: self._hex].decode()
            indexed.pop(oid, None)
            if line[:1] == b"?":
                missing.add(line[1:].rstrip().decode())
            elif len(line) == self._hex + 1:
                self._commits += 1
                first = first or oid
        _, absent = describe_objects(self.repository, indexed) if indexed else ([], [])
        self._missing = self._missing.union(missing, (item.oid for item in absent))
        self._indexed = {oid: indexed[oid] for oid in indexed.keys() - self._missing}
        if first:
            tree = self.repository.run("rev-parse", f"{first}^{{tree}}", ok=(0, 128))
            self._first_tree = tree.strip()

    def _recover(self) -> None:
        """List again, from every commit that can be read and without the rest.

        In a damaged history it is not known what refs and reflogs would have reached, so
        everything that is there counts as reachable.
        """
        survey = damage.survey(self.repository)
        file = self._resources.enter_context(damage.shallow_file(survey))
        self.variables = {"GIT_SHALLOW_FILE": file.name}
        self._missing = survey.unreadable
        self._listing.seek(0)
        self._listing.truncate()
        if self._list_again(survey, _LISTING):
            return
        # A damaged tree. What was listed before it is right; of the rest list the commits.
        listed = set(self._commit_lines())
        with tempfile.TemporaryFile() as rest:
            self._list_again(survey, _COMMITS, rest)
            rest.seek(0)
            self._listing.seek(0, os.SEEK_END)
            self._listing.writelines(line for line in rest if line not in listed)

    def _list_again(
        self, survey: damage.Survey, command: tuple[str, ...], output: IO[bytes] | None = None
    ) -> bool:
        """Run a listing over the commits that can be read; whether git got to its end."""
        chosen = ["--stdin"]
        if not self.scope.everything:
            chosen = self.scope.arguments(self.repository)
        with tempfile.TemporaryFile() as tips:
            tips.writelines(oid.encode() + b"\n" for oid in survey.tips)
            tips.seek(0)
            process = self.repository.start(
                *command,
                *chosen,
                stdin=tips,
                stdout=output or self._listing,
                variables=self.variables,
            )
            with process:
                return process.wait() == 0
