"""What is remembered of one repository, under one set of signatures."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakhunt import cache
from leakhunt.store.database import Database
from leakhunt.store.ledger import Learnt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakhunt.model import Problem
    from leakhunt.store.ledger import Held

STORE = "LEAKHUNT_STORE"
"""Environment variable: the file of the store."""
_NAME = "store.sqlite"
_MEMOS = 24
"""Answers to other questions that are kept of a repository."""


def place() -> str | None:
    """Return where the user's store is: what `LEAKHUNT_STORE` names, else a file in the cache."""
    named = os.environ.get(STORE)
    if named is not None:
        return named or None
    folder = cache.folder()
    return f"{folder}/{_NAME}" if folder else None


class Memory:
    """The store as one scan sees it.

    Nothing that is asked of it fails: what cannot be had is as good as unknown.

    Args:
        path: the file, or None where there is nowhere to put it.
    """

    def __init__(self, path: str | None) -> None:
        self._database = Database(path or "")
        if path is None:
            self._database.bypass("there is no place for it; name a file with LEAKHUNT_STORE")
        self._code = self._scan = b""
        self._repository = b""
        self._records: dict[str, list[bytes]] = {}
        self._held: dict[str, dict[bytes, Held]] = {}

    @classmethod
    def at_home(cls) -> Memory:
        """Use the user's store: the file that `LEAKHUNT_STORE` names, else one in the cache."""
        return cls(place())

    def about(self, *looked_for: str) -> None:
        """Say what decides the result of a scan: signatures, options, versions of libraries."""
        package = str(Path(__file__).parent.parent)
        try:
            code = [
                *cache.stamp(package, ".py", deep=True),
                *cache.stamp(package, ".so", deep=True),
            ]
        except OSError as error:
            self._database.bypass(error.strerror or "leakhunt's own files cannot be listed")
            return
        self._code = cache.key("code", repr(sorted(code))).encode()
        self._scan = cache.key("scan", repr(sorted(code)), *looked_for).encode()

    def of(self, git_dir: Path, work_tree: str | None) -> None:
        """Say which repository is scanned: what is known of one is never used for another.

        Args:
            git_dir: the folder with its objects.
            work_tree: where its files lie, if anywhere.
        """
        place = os.path.realpath(self._database.path)
        for inside in (git_dir, work_tree):
            if inside and Path(place).is_relative_to(os.path.realpath(inside)):
                self._database.bypass("it lies in the repository; name another with LEAKHUNT_STORE")
        self._repository = _identity(git_dir)

    def learn(self, learnt: Iterable[Learnt]) -> None:
        """Take in what batches gave."""
        for name, records, held in learnt:
            self._records.setdefault(name, []).append(records)
            self._held.setdefault(name, {}).update(held)

    def learnt(self, name: str) -> Learnt:
        """Return all that was taken in under the name of a ledger; its records are not sorted."""
        return Learnt(name, b"".join(self._records.get(name, ())), self._held.get(name, {}))

    def rows(self) -> dict[str, bytes]:
        """Return what an earlier scan kept, by name."""
        return self._database.rows(self._family(self._scan))

    def row(self, name: str) -> bytes | None:
        """Return one of these rows."""
        return self._database.row(self._family(self._scan), name)

    @property
    def knows(self) -> bool:
        """Whether an earlier scan kept something."""
        return self._database.has(self._family(self._scan))

    def keep(self, rows: Mapping[str, bytes], dropped: Iterable[str]) -> None:
        """Keep rows for the next scan and drop others; with neither, note that they were used."""
        gone = list(dropped)
        if rows or gone:
            self._database.write(self._repository, self._family(self._scan), rows, gone)
        else:
            self._database.touch(self._family(self._scan))

    def recall(self, key: bytes) -> bytes | None:
        """Return what this leakhunt remembered of this repository, whatever is looked for.

        Args:
            key: a digest of all that the answer depends on, the question included.
        """
        return self._database.row(self._family(self._code), key.hex())

    def remember(self, key: bytes, value: bytes) -> None:
        """Remember an answer; only the last few of a repository are kept. No secrets.

        Args:
            key: as for :meth:`recall`.
            value: any bytes; the reader gets these or nothing.
        """
        family = self._family(self._code)
        self._database.write(self._repository, family, {key.hex(): value}, newest=_MEMOS)

    @property
    def looked_for(self) -> str:
        """A digest of what :meth:`about` was told."""
        return self._scan.decode()

    @property
    def problems(self) -> list[Problem]:
        """Why it was not used; no gap, for everything was scanned."""
        return self._database.problems

    def _family(self, what: bytes) -> bytes:
        assert self._repository, "it is not known yet which repository this is about"
        return hashlib.blake2b(self._repository + what, digest_size=16).digest()


def _identity(git_dir: Path) -> bytes:
    """Return what tells a repository from every other, and from one made later in its place.

    git writes `description` once; nobody can set when it was changed last.
    """
    known: list[object] = [os.path.realpath(git_dir)]
    for path in (git_dir, git_dir / "description"):
        try:
            status = path.stat()
        except OSError:
            continue
        known += [status.st_dev, status.st_ino]
        if path != git_dir:
            known.append(status.st_ctime_ns)
    return hashlib.blake2b(repr(known).encode("utf-8", "surrogateescape"), digest_size=16).digest()
