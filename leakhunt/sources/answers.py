"""Where secrets lie, as an earlier scan of the same repository found out. No secret is kept."""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
from typing import TYPE_CHECKING

from leakhunt.git.state import repository_state
from leakhunt.model import Location, Problem, Suppression
from leakhunt.sources.base import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.git.repository import Repository
    from leakhunt.model import Match
    from leakhunt.store.memory import Memory


class Answers:
    """What the store knows about the places of secrets.

    Args:
        repo: the repository.
        memory: the store, about this repository.
        options: what else the answers depend on.
    """

    def __init__(self, repo: Repository, memory: Memory, options: str) -> None:
        self._memory = memory
        try:
            state = repository_state(repo)
        except OSError:
            state = b""
        self._state = state and hashlib.blake2b(state + options.encode()).digest()

    @property
    def likely(self) -> bool:
        """Whether there is an answer to some question about the repository as it is."""
        return bool(self._state) and self._memory.recall(self._state[:16]) is not None

    def recall(
        self, groups: Mapping[str, Sequence[Match]]
    ) -> tuple[dict[str, Whereabouts], list[Problem]] | None:
        """Return where each secret lies, and what could not be read."""
        kept = self._memory.recall(self._key(groups)) if self._state else None
        if kept is None:
            return None
        rows, problems = marshal.loads(kept)  # noqa: S302 (only we can have written it)
        found = {
            key: Whereabouts(
                tuple(Location(*place) for place in places),
                properties,
                suppression and Suppression(*suppression),
            )
            for key, (places, properties, suppression) in zip(groups, rows, strict=True)
        }
        return found, [Problem(*problem) for problem in problems]

    def remember(
        self,
        groups: Mapping[str, Sequence[Match]],
        found: Mapping[str, Whereabouts],
        problems: Sequence[Problem],
    ) -> None:
        """Keep an answer."""
        if not self._state:
            return
        rows = [
            (
                [dataclasses.astuple(place) for place in found[key].locations],
                dict(found[key].properties),
                (why := found[key].suppression) and (why.kind, why.reason),
            )
            for key in groups
        ]
        told = [dataclasses.astuple(problem) for problem in problems]
        self._memory.remember(self._key(groups), marshal.dumps((rows, told)))
        self._memory.remember(self._state[:16], b"\1")

    def kept(self, what: str) -> dict[str, Sequence[str]] | None:
        """Return git objects and their paths, if that is known.

        Args:
            what: which ones.
        """
        kept = self._memory.recall(self._about(what)) if self._state else None
        return None if kept is None else dict(marshal.loads(kept))  # noqa: S302 (as above)

    def keep(self, what: str, paths: Mapping[str, Sequence[str]]) -> None:
        """Keep git objects and their paths."""
        if self._state:
            self._memory.remember(self._about(what), marshal.dumps(dict(paths)))

    def conclusion(self, what: str) -> bytes | None:
        """Return what came of the whole scan, if that is known.

        Args:
            what: all else that it depends on.
        """
        return self._memory.recall(self._about(what)) if self._state else None

    def conclude(self, what: str, written: bytes) -> None:
        """Keep what came of the whole scan."""
        if self._state:
            self._memory.remember(self._about(what), written)

    def _about(self, what: str) -> bytes:
        return hashlib.blake2b(self._state + what.encode(), digest_size=16).digest()

    def _key(self, groups: Mapping[str, Sequence[Match]]) -> bytes:
        """Return a digest of the question: which matches, by place."""
        asked = [
            [(m.signature, m.blob.id, m.blob.field, m.offset) for m in matches]
            for matches in groups.values()
        ]
        return hashlib.blake2b(self._state + repr(asked).encode(), digest_size=16).digest()
